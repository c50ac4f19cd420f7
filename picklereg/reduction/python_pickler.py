"""The pickler that is made of Python code, as some hosts' are: what nests too deep for it travels to no reader."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any, ClassVar, Final

__all__ = ["PythonPickler"]

#: pickle's own in Python.
_PYTHONS: Final[Any] = vars(pickle)["_Pickler"]


class PythonPickler(_PYTHONS):  # type: ignore[misc]  # typeshed knows no more of it
    """Calls itself as often as picklers that are made of Python code; dill's calls each of its own methods through one more.

    Args:
        trial: says what is written.
    """

    def __init__(self, trial: Any) -> None:
        super().__init__(io.BytesIO(), trial.protocol)
        self.reducer_override: Callable[[Any], Any] = trial.reducer_override

    def save(self, obj: Any, *args: Any) -> None:
        """Write a value."""
        super().save(obj, *args)

    def _save_dict(self, obj: Any) -> None:
        super().save_dict(obj)

    dispatch: ClassVar[Any] = {**_PYTHONS.dispatch, dict: _save_dict}

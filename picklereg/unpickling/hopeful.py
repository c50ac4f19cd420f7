"""The second reading of most pickles in which something is missing: in C as the first one, with stand-ins in the places of missing classes.

To look a pickle over (:mod:`picklereg.unpickling.opcode_scan`) and to follow its opcodes in Python takes fifty times as long as to read it.
That isn't needed where all that is missing says by its name that it is an exception class, and is used like an ordinary one. So this
reading hopes for that; where it doesn't hold, or anything raises, it is given up, and the thorough ones begin.
"""

from __future__ import annotations

import copyreg
import functools
import importlib
import io
import operator
import pickle
import sys
from typing import Any, Final

from picklereg.introspection.naming import says_error
from picklereg.unpickling.renamed import RENAMED
from picklereg.unpickling.replaced_calls import PROBLEMS
from picklereg.unpickling.stand_ins.classes import error_class
from picklereg.unpickling.stand_ins.error_names import ELSEWHERE
from picklereg.unpickling.stand_ins.watch import ODD, WATCH

__all__ = ["Hopeful"]

#: What stands for something else in the thorough reading, makes instances in a way of its own, or tells what is beneath its members.
_NEEDS_CARE: Final = frozenset(
    map(
        id,
        (
            *(getattr, importlib.import_module, functools.partial, operator.methodcaller, BaseExceptionGroup),
            *(vars(copyreg)[name] for name in ("__newobj__", "__newobj_ex__", "_reconstructor")),
        ),
    )
)


class Hopeful(pickle.Unpickler):
    """Reads one pickle.

    Args:
        data: the pickle.
        options: the keyword arguments of ``pickle.Unpickler``.
        absent: a module that was searched a moment ago, and isn't there.
    """

    def __init__(self, data: Any, options: dict[str, Any], absent: str | None) -> None:
        super().__init__(io.BytesIO(data), **options)
        maps_names = data[:1] != pickle.PROTO or data[1] < 3  # as protocols below 3 do
        self._absent = None if absent is None or maps_names else f"{absent}."
        self._classes: set[object] = set()

    def load(self) -> Any:
        """Read it.

        Raises:
            Exception: as ``pickle`` does, and ``LookupError`` where the pickle has to be looked over first.
        """
        outer, WATCH.seen = WATCH.seen, set()
        try:
            result = super().load()
            seen = WATCH.seen
        finally:
            WATCH.seen = outer
        if ODD in seen or not self._classes <= seen:
            raise LookupError("what is missing is no ordinary exception")
        return result

    def find_class(self, module: str, name: str, /) -> Any:
        """Look a name up as pickle does; what was searched a moment ago isn't searched again: that takes longer than all the rest."""
        if self._absent is not None and module not in sys.modules and f"{module}.".startswith(self._absent):
            return self._stand_in(module, name)
        try:
            found = super().find_class(module, name)
        except PROBLEMS:
            return self._stand_in(module, name)
        if id(found) in _NEEDS_CARE:
            raise LookupError(name)
        return found

    def _stand_in(self, module: str, name: str) -> Any:
        if not says_error(name) or name.endswith("Group") or (module, name) in RENAMED or (module, name) in ELSEWHERE:
            raise LookupError(name)
        found = error_class(module, name)
        self._classes.add(found)
        return found

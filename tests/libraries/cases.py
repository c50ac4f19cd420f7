"""The cases of a test module: what raises an error, and what a handler asks of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

__all__ = ["Cases", "skip_without"]

Function = Callable[[], object]


class Cases(dict[str, tuple[Function, str, str]]):
    """Name: what raises, the name of the error's class, and an expression about the error ``obj`` that gives the same here and there."""

    def add(self, cls: str, look: str = "str(obj)") -> Callable[[Function], Function]:
        """Give a decorator that adds a function under its name."""

        def decorate(function: Function) -> Function:
            self[getattr(function, "__name__", repr(function))] = function, cls, look
            return function

        return decorate

    def check(self, name: str, how: str, reader: Reader) -> None:
        """Raise the error, send it, and see that it is whole, and answers there as it does here."""
        function, cls, look = self[name]
        with pytest.raises(Exception) as caught:  # not BaseException: pytest's own Skipped is one
            function()
        exc = caught.value
        assert type(exc).__name__ == cls
        data = written(exc, how)
        assert reader.describe(data) == describe(exc)
        assert reader.read(data, code=f"result = repr({look})") == repr(eval(look, {"obj": exc}))


def skip_without(name: str) -> Any:
    """Give a module, or skip the test that asks for it."""
    return pytest.importorskip(name)

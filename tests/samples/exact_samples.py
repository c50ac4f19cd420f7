"""What the tests of exactness pickle: importable here, and changed by nobody but through :class:`Shop`'s."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Parcel", "ParcelError", "Shop", "ShopError", "keep", "remake"]


class Parcel:
    """No exception."""

    def __init__(self, weight: int) -> None:
        self.weight = weight


class ShopError(Exception):
    """An exception that plain pickle can't load."""

    def __init__(self, text: str, *, parcel: Parcel) -> None:
        super().__init__(text)
        self.parcel = parcel


class ParcelError(ShopError):
    """One that inherits what is registered for the other."""


class Shop:
    """Keeps the classes as they were, and puts them back."""

    CLASSES = (Parcel, ShopError, ParcelError)

    def __init__(self) -> None:
        self._before = [(cls, dict(vars(cls))) for cls in self.CLASSES]

    def put_back(self) -> None:
        """Undo what was assigned to the classes."""
        for cls, before in self._before:
            for name in set(vars(cls)) - set(before):
                delattr(cls, name)


def remake(cls: type, args: tuple[Any, ...], state: dict[str, Any], mark: object) -> Any:
    """Make an instance of which one sees who reduced it, if there is a mark."""
    made: Any = cls.__new__(cls, *args)
    made.__dict__.update(state, **({} if mark is None else {"mark": mark}))
    return made


def keep(mark: object) -> Callable[[Any], tuple[Any, ...]]:
    """Give a reducer that leaves a mark; with ``None`` it changes nothing, so that a class may have it as its own."""

    def reduce(obj: Any) -> tuple[Any, ...]:
        return remake, (type(obj), getattr(obj, "args", ()), vars(obj), mark)

    return reduce

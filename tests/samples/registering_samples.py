"""Errors that reduce themselves to a call of what keeps those that it has made. Readers import this module."""

from __future__ import annotations

from collections import ChainMap, OrderedDict, UserDict, defaultdict
from typing import Any, ClassVar, Final

__all__ = [
    "MAKER",
    "REGISTRIES",
    "MadeByMaker",
    "MadeByMethod",
    "Pooled",
    "Unfound",
    "make_registering",
    "make_registering_by_function",
    "make_renamed",
]


def make_registering(*, is_registered: bool) -> Any:
    """Give an error of a class of a function that holds one for each code, and gives it when it is read."""

    class Registered(Exception):
        by_code: ClassVar[dict[int, Any]] = {}

        @classmethod
        def build(cls, code: int) -> Any:
            return cls.by_code.setdefault(code, cls(code))

        def __reduce__(self) -> Any:
            return type(self).build, self.args

    return Registered.build(4) if is_registered else Registered(4)


def make_registering_by_function(*, is_registered: bool, registry: Any = dict) -> Any:
    """Give the same where a function of a function does it."""
    by_code: Any = registry()

    class Registered(Exception):
        def __reduce__(self) -> Any:
            return build, self.args

    def build(code: int) -> Any:
        return by_code.setdefault(code, Registered(code))

    return build(4) if is_registered else Registered(4)


class Box:
    """A container of somebody's own."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held: dict[int, Any] = {}

    def setdefault(self, code: int, error: Any) -> Any:
        return self.held.setdefault(code, error)


#: In which factories may keep what they have made.
REGISTRIES: Final[Any] = (
    *(dict, Box, ChainMap, OrderedDict, UserDict),
    lambda: defaultdict(list),
)


class Maker:
    """Keeps what it makes, and is called itself."""

    def __init__(self) -> None:
        self.made: dict[int, Any] = {}

    def __call__(self, code: int) -> Any:
        return self.made.setdefault(code, MadeByMaker(code))

    def make(self, code: int) -> Any:
        return self.made.setdefault(code, MadeByMethod(code))


MAKER: Final = Maker()


class MadeByMaker(Exception):
    def __reduce__(self) -> Any:
        return MAKER, self.args


class MadeByMethod(Exception):
    def __reduce__(self) -> Any:
        return MAKER.make, self.args


def make_renamed() -> Any:
    """Give an error of a class of a function that reduces itself."""

    class Reducing(Exception):
        def __reduce__(self) -> Any:
            return type(self), self.args

    return Reducing("text")


POOL: Final[dict[str, Any]] = {}


class Pooled(Exception):
    """One for each text, from a classmethod that uses a variable of its module."""

    @classmethod
    def build(cls, text: str) -> Any:
        return POOL.setdefault(text, cls(text))

    def __reduce__(self) -> Any:
        return Pooled.build, self.args


class Unfound(Exception):
    """The name of its classmethod leads to another one."""

    @classmethod
    def _build(cls, text: str) -> Any:
        return cls(text)

    build = _build

    def __reduce__(self) -> Any:
        return Unfound.build, self.args


Unfound._build = classmethod(lambda cls, text: cls(text.upper()))  # type: ignore[assignment, method-assign]

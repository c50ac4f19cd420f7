"""Bases and metaclasses whose code runs when a class is made: some want its body, and some don't. Readers import this module."""

from __future__ import annotations

import enum
from typing import Any, Final

__all__ = ["FINE", "LEFT", "MADE", "make", "make_enum", "make_private", "make_slotted"]

MADE: Final[list[str]] = []


def _status_of(cls: Any) -> Any:
    return getattr(cls, "status")  # noqa: B009  # as hooks do that take the name from elsewhere


class Direct(Exception):
    def __init_subclass__(cls) -> None:
        cls.code = cls.__dict__["status"] * 10  # type: ignore[attr-defined]


class Named(Exception):
    def __init_subclass__(cls) -> None:
        cls.code = cls.status * 10  # type: ignore[attr-defined]


class Helped(Exception):
    def __init_subclass__(cls, **more: object) -> None:
        super().__init_subclass__(**more)
        cls.code = _status_of(cls)  # type: ignore[attr-defined]


class Counting(Exception):
    def __init_subclass__(cls) -> None:
        if not any(type(value) is int for value in vars(cls).values()):
            raise TypeError(cls)


class Listing(Exception):
    def __init_subclass__(cls) -> None:
        for name in ("reason", "status"):
            if name not in cls.__dict__ and name != "reason":
                raise TypeError(cls)


class _Reading(type):
    def __new__(mcs, name: str, bases: Any, namespace: Any) -> Any:
        if bases != (Exception,):
            namespace["status"]
        return super().__new__(mcs, name, bases, namespace)


class _Late(type):
    def __init__(cls, name: str, bases: Any, namespace: Any) -> None:
        super().__init__(name, bases, namespace)
        if bases != (Exception,):
            cls.code = cls.status  # type: ignore[attr-defined]


class _Frozen(type):
    def __setattr__(cls, name: str, value: object) -> None:
        raise AttributeError(name)


class _Plain(type):
    def __new__(mcs, name: str, bases: Any, namespace: Any) -> Any:
        MADE.append(name)
        return super().__new__(mcs, name, bases, dict(namespace))

    def __setattr__(cls, name: str, value: object) -> None:
        super().__setattr__(name, value)


class ByNew(Exception, metaclass=_Reading):
    pass


class ByInit(Exception, metaclass=_Late):
    pass


class ByFrozen(Exception, metaclass=_Frozen):
    pass


class ByPlain(Exception, metaclass=_Plain):
    pass


class Registering(Exception):
    def __init_subclass__(cls) -> None:
        if not cls.__name__:
            raise TypeError(cls)
        MADE.append(cls.__name__)
        cls.code = 1  # type: ignore[attr-defined]
        _register(cls)

    @classmethod
    def ready(cls) -> None:
        MADE.extend(str(cls).split())


def _register(cls: Any) -> None:
    cls.ready()
    MADE.sort()


class Collecting(Exception):
    def __init_subclass__(cls) -> None:
        cls.numbers = [value for value in vars(cls).values() if type(value) is int]  # type: ignore[attr-defined]


class Inheriting(Exception):
    status = 1

    def __init_subclass__(cls) -> None:
        cls.code = cls.status * 10  # type: ignore[attr-defined]


#: Whose subclasses can't be made without their bodies, and whose can.
LEFT: Final[Any] = (Direct, Named, Helped, Counting, Listing, ByNew, ByInit, ByFrozen)
FINE: Final[Any] = (ByPlain, Registering, Collecting, Inheriting)


def make(base: Any) -> Any:
    """Give an error of a class of a function."""

    class Local(base):  # type: ignore[misc]
        status = 404

        def split(self) -> str:
            return "a method that texts have, too"

    return Local("text")


def make_enum() -> Any:
    """Give a member of an enumeration of a function."""

    class Colour(enum.Enum):
        RED = 1

    return Colour.RED


def make_private() -> Any:
    """Give an error with a private slot, which cloudpickle mistakes for an attribute."""

    class Private(Exception):
        __slots__ = ("__field",)

        def __init__(self, text: str) -> None:
            super().__init__(text)
            self.__field = 1

    return Private("text")


def make_slotted(slots: Any) -> Any:
    """Give an error of a class of a function with a slot called ``field``."""

    class Slotted(Exception):
        __slots__ = slots

    error: Any = Slotted("text")
    error.field = 1
    return error


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

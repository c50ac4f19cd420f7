"""Metaclasses whose code runs when a class is made: some want its body, and some don't. Readers import this module."""

from __future__ import annotations

import functools
from typing import Any, Final

MADE: Final[list[str]] = []


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
        keys = dict(namespace)  # called as what goes through something
        if not name:
            raise TypeError(bases)
        MADE.extend((name, name[0], keys["__module__"], _COLOURS["red"]))
        return super().__new__(mcs, name, bases, keys)

    def __setattr__(cls, name: str, value: object) -> None:
        super().__setattr__(name, value)


_COLOURS: Final = {"red": "#f00"}


class _Popping(type):
    def __new__(mcs, name: str, bases: Any, namespace: Any) -> Any:
        cls: Any = super().__new__(mcs, name, bases, namespace)
        if bases != (Exception,):
            cls.code = [key for key in namespace if key[0] != "_"].pop()
        return cls


class _Adding(type):
    def __init__(cls, name: str, bases: Any, namespace: Any) -> None:
        super().__init__(name, bases, namespace)
        if bases != (Exception,):
            cls.code = functools.reduce(int.__add__, [value for value in namespace.values() if type(value) is int])


class _Searching(type):
    def __init__(cls, name: str, bases: Any, namespace: Any) -> None:
        super().__init__(name, bases, namespace)
        for value in () if bases == (Exception,) else namespace.values():
            if type(value) is int:
                return
        if bases != (Exception,):
            raise TypeError(name)


class _Measuring(type):
    def __init__(cls, name: str, bases: Any, namespace: Any) -> None:
        super().__init__(name, bases, namespace)
        if bases != (Exception,) and len(namespace) < 4:
            raise TypeError(name)


class _Overridden(type):
    def __new__(mcs, name: str, bases: Any, namespace: Any) -> Any:
        if bases != (Exception,) and namespace.get("__str__") is None:
            raise TypeError(name)
        return super().__new__(mcs, name, bases, namespace)


class _Qualified(type):
    def __new__(mcs, name: str, bases: Any, namespace: Any) -> Any:
        cls: Any = super().__new__(mcs, name, bases, namespace)
        cls.path = namespace["__qualname__"].split(".")
        return cls


class _Asking(type):
    def __init__(cls, name: str, bases: Any, namespace: Any) -> None:
        super().__init__(name, bases, namespace)
        if bases != (Exception,):
            cls.choose()

    def choose(cls) -> None:
        cls.code = [value for value in vars(cls).values() if type(value) is int].pop()


class _Listing(type):
    def __init__(cls, name: str, bases: Any, namespace: Any) -> None:
        super().__init__(name, bases, namespace)
        cls.size = len(namespace)
        cls.numbers = [value for value in namespace.values() if type(value) is int]


class _Filtering(type):
    def __init__(cls, name: str, bases: Any, namespace: Any) -> None:
        super().__init__(name, bases, namespace)
        if bases != (Exception,):
            cls.code = [*filter(_is_number, namespace.values())][0]  # noqa: RUF015  # as some take it


def _is_number(value: object) -> bool:
    return type(value) is int


class ByFiltering(Exception, metaclass=_Filtering):
    pass


class ByPopping(Exception, metaclass=_Popping):
    pass


class ByAdding(Exception, metaclass=_Adding):
    pass


class BySearching(Exception, metaclass=_Searching):
    pass


class ByMeasuring(Exception, metaclass=_Measuring):
    pass


class ByOverridden(Exception, metaclass=_Overridden):
    pass


class ByQualified(Exception, metaclass=_Qualified):
    pass


class ByAsking(Exception, metaclass=_Asking):
    pass


class ByListing(Exception, metaclass=_Listing):
    pass


class ByNew(Exception, metaclass=_Reading):
    pass


class ByInit(Exception, metaclass=_Late):
    pass


class ByFrozen(Exception, metaclass=_Frozen):
    pass


class ByPlain(Exception, metaclass=_Plain):
    pass

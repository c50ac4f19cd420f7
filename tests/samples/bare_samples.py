"""Errors as most programs raise them: plain values, chains, groups, notes. Nothing here imports picklereg."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

__all__ = ["ERRORS", "Answer", "ShopError", "caused"]


class ShopError(Exception):
    def __init__(self, order: int, **attributes: Any) -> None:
        super().__init__(f"order {order} failed")
        self.order = order
        vars(self).update(attributes)


class Answer:
    def __init__(self, url: str) -> None:
        self.url = url


class OwnGroup(ExceptionGroup[Exception]):
    pass


class SlottedGroup(ExceptionGroup[Exception]):
    __slots__ = ("code",)


def chain(links: int) -> Exception:
    """Give an error with that many causes."""
    error: Exception = ValueError(0)
    for number in range(links):
        newer = ShopError(number)
        newer.__cause__ = error
        error = newer
    return error


def during_another() -> BaseException:
    error = ShopError(1)
    error.__context__ = KeyError("colour")
    return error


def from_none() -> BaseException:
    error = during_another()
    error.__suppress_context__ = True
    return error


def with_the_flag_cleared() -> BaseException:
    error = chain(1)
    error.__suppress_context__ = False
    return error


def same_cause_and_context() -> BaseException:
    error = ShopError(1)
    error.__cause__ = error.__context__ = ValueError("v", None, 2.5, True, b"b")
    return error


def in_a_circle() -> BaseException:
    first, second = ShopError(1), ShopError(2)
    first.__context__, second.__context__ = second, first
    return first


def noted() -> BaseException:
    error = ShopError(1)
    error.add_note("one")
    error.add_note("two")
    return error


def group() -> BaseException:
    shared = ValueError("shared")
    inner = OwnGroup("inner", (ShopError(1), shared))
    inner.add_note("in the inner one")
    outer = ExceptionGroup("outer", [inner, chain(2), shared])
    outer.__context__ = KeyError("k")
    return outer


def group_that_its_part_leads_back_to() -> BaseException:
    part = ShopError(1)
    whole = ExceptionGroup("g", [part])
    part.__context__ = whole
    return whole


def cyclic(kind: type[list[Any] | dict[Any, Any]]) -> BaseException:
    held: Any = kind()
    if isinstance(held, list):
        held.append(held)
    else:
        held["itself"] = held
    return ShopError(1, held=held)


#: By name: what makes an error.
ERRORS: Final[dict[str, Callable[[], BaseException]]] = {
    "alone": lambda: ShopError(1),
    "builtin": lambda: ValueError("v"),
    "chain": lambda: chain(5),
    "chain of fifty": lambda: chain(49),
    "longer chain": lambda: chain(60),
    "during another": during_another,
    "from None": from_none,
    "with the flag cleared": with_the_flag_cleared,
    "same cause and context": same_cause_and_context,
    "in a circle": in_a_circle,
    "noted": noted,
    "group": group,
    "group with a slot": lambda: SlottedGroup("g", [ValueError(1)]),
    "group with other arguments": lambda: _with_args(ExceptionGroup("g", [ValueError(1)]), ("other",)),
    "group that its part leads back to": group_that_its_part_leads_back_to,
    "a part that can't be told": lambda: ExceptionGroup("g", [ValueError([1])]),
    "containers": lambda: ShopError(1, body={"error": {"codes": [1, 2], "kinds": ("a", frozenset({"b"}))}, "empty": []}),
    "bytes": lambda: ShopError(1, body=b"data"),
    "bytes in a container": lambda: ShopError(1, body=[b"data"]),
    "an object in a container": lambda: ShopError(1, body=[1, complex(1, 2), ValueError(2)]),
    "many values": lambda: ShopError(1, body=list(range(1_000))),
    "a list in itself": lambda: cyclic(list),
    "a dictionary in itself": lambda: cyclic(dict),
    "an exception in an attribute of a cause": lambda: _from(ShopError(1), ShopError(2, other=KeyError(1))),
    "a class of a function in the chain": lambda: _from(ShopError(1), local()),
    "an attribute named like a credential": lambda: _from(ShopError(1), ShopError(2, api_key="sk-0123456789")),
    "an odd spelling of it": lambda: ShopError(1, Api_Key="sk-0123456789"),
    "own reduce in the chain": lambda: _from(ShopError(1), OSError(2, "No such file", "a.txt")),
}


def local() -> Exception:
    class LocalError(Exception):
        pass

    return LocalError("made in a function")


def _with_args(error: BaseException, args: tuple[Any, ...]) -> BaseException:
    error.args = args
    return error


def _from(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


def caused(cause: BaseException) -> BaseException:
    """Give an error that another one has caused."""
    error = KeyError("outer")
    error.__cause__ = cause
    return error

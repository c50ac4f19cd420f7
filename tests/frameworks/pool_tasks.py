"""What pools are to do for the tests of the causes of their errors. Nothing here imports picklereg."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final, NoReturn

from crossing import describe

__all__ = ["ERRORS", "Refused", "later", "nest", "raise_error", "raised", "returned_later"]


class Refused(Exception):
    """Plain pickle can't read it."""

    def __init__(self, *, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


def _with_cause() -> NoReturn:
    error = ValueError("outer")
    error.add_note("a note")
    raise error from KeyError("the cause")


def _with_chain() -> NoReturn:
    try:
        try:
            raise LookupError("first")
        except LookupError:
            raise Refused(code=3) from OSError(2, "no such file", "f")
    except Refused as error:
        raise RuntimeError("last") from error


def _in_a_context() -> NoReturn:
    try:
        raise KeyError("context")
    except KeyError:
        raise Refused(code=4)  # the context is the point


def _from_none() -> NoReturn:
    try:
        raise KeyError("context")
    except KeyError:
        raise Refused(code=5) from None


def _with_circle() -> NoReturn:
    error, cause = ValueError("outer"), Refused(code=6)
    cause.__context__ = error
    raise error from cause


def _of_a_group() -> NoReturn:
    cause: Any = ExceptionGroup("causes", [Refused(code=7), ExceptionGroup("inner", [ValueError(8)])])
    raise ExceptionGroup("group", [Refused(code=8), TypeError("t")]) from cause


def _with_stuck_cause() -> NoReturn:
    cause: Any = KeyError("stuck")
    cause.lock = threading.Lock()
    raise Refused(code=9) from cause


def _of_a_base_group() -> NoReturn:
    raise BaseExceptionGroup("base group", [KeyboardInterrupt(), ValueError(10)]) from Refused(code=10)


#: What the errors of tasks look like.
ERRORS: Final[dict[str, Callable[[], NoReturn]]] = {
    "cause": _with_cause,
    "chain": _with_chain,
    "context": _in_a_context,
    "from none": _from_none,
    "circle": _with_circle,
    "group": _of_a_group,
    "stuck cause": _with_stuck_cause,
    "base group": _of_a_base_group,
}


def raise_error(name: str) -> NoReturn:
    """Raise one of the errors."""
    ERRORS[name]()


def later(secret: str) -> NoReturn:
    """Raise an error of a class that comes into being right now, with a credential in it."""
    made = type("Later", (Refused,), {})
    error = made(code=11)
    vars(error)["headers"] = {"x-api-key": secret}
    raise error from KeyError(f"no such thing: {secret}")


def returned_later(place: str) -> Any:
    """Return an error of a class that comes into being right now, alone or among several results."""
    error = type("ReturnedLater", (Refused,), {})(code=12)
    error.__cause__ = KeyError("the cause")
    return {"alone": error, "list": [1, error], "dictionary": {"a": 1, "b": error}}[place]


def nest(initializer: Callable[[], None]) -> None:
    """Have a pool within the pool raise an error, and let it go on."""
    with ProcessPoolExecutor(1, initializer=initializer) as inner:
        inner.submit(raise_error, "chain").result()


def raised(name: str) -> dict[str, Any]:
    """Describe one of the errors, less what can't travel."""
    try:
        raise_error(name)
    except BaseException as error:
        found = describe(error)
    for node in (found, *found["others"]):
        node["dict"].pop("lock", None)
    return found

"""The five errors that every framework has to deliver, and what has to arrive of each.

A task calls :func:`fail`, :func:`give` or :func:`work`. The first two write down, before the framework gets hold of the error,
what it is; so the caller says

    assert seen(error) == expected(record)

Nothing here imports picklereg: the workers that do without it use this module too. All arguments are strings or numbers, so
that frameworks with a JSON serializer can send them.
"""

from __future__ import annotations

import json
import os
import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NoReturn

from crossing import describe

__all__ = [
    "ERRORS",
    "LOCK_NOTE",
    "HoldsLock",
    "NeedsKeywords",
    "Undeclared",
    "declare",
    "expected",
    "fail",
    "give",
    "is_in_effect",
    "seen",
    "type_of",
    "work",
    "write_down",
]

#: What picklereg notes where a lock was.
LOCK_NOTE: Final = "picklereg: attribute 'lock' (_thread.lock) was left behind: TypeError: cannot pickle '_thread.lock' object"


class NeedsKeywords(Exception):
    """Plain pickle writes it and can't read it: it calls ``NeedsKeywords(message)``."""

    def __init__(self, *, order: int, customer: str) -> None:
        super().__init__(f"order {order} failed")
        self.order = order
        self.customer = customer


class HoldsLock(Exception):
    """Plain pickle can't write it: it holds a lock, as many clients' errors do."""

    def __init__(self, host: str, attempts: int) -> None:
        super().__init__(f"lost {host} after {attempts} attempts")
        self.host = host
        self.lock = threading.Lock()


class Undeclared(Exception):
    """No exception set knows of it; see :func:`declare`."""

    def __init__(self, *, shelf: str) -> None:
        super().__init__(f"nothing on shelf {shelf}")
        self.shelf = shelf


def declare() -> None:
    """Declare what a program would declare of its own: all classes above but the last one."""
    import picklereg

    picklereg.register([NeedsKeywords, HoldsLock])


# --- what tasks do ------------------------------------------------------------------------------------------------


def fail(kind: str, provider: str, record: str) -> NoReturn:
    """Raise one of the five errors.

    Args:
        kind: which one: a key of :data:`ERRORS`.
        provider: the URL of the model provider that refuses everything.
        record: the file that tells :func:`expected` what was raised.
    """
    try:
        ERRORS[kind](provider)
    except Exception as error:
        write_down(error, record)
        raise
    raise AssertionError(f"{kind} did not raise")


def give(record: str) -> Exception:
    """Return an error that plain pickle can't read."""
    error = NeedsKeywords(order=9, customer="Grace")
    error.add_note("not raised")
    error.__cause__ = Undeclared(shelf="B2")
    write_down(error, record)
    return error


def work(left: int, right: int) -> tuple[int, int]:
    """Do ordinary work, and tell which process did it."""
    return left + right, os.getpid()


def write_down(error: Exception, record: str) -> None:
    """Write what an error is to the file that tells :func:`expected`."""
    Path(record).write_text(json.dumps(describe(error)))


def _ask_model(provider: str) -> None:
    import litellm
    from litellm.exceptions import RateLimitError

    litellm.suppress_debug_info = True
    try:
        litellm.completion(
            model="openai/gpt-x",
            messages=[{"role": "user", "content": "hello"}],
            api_base=f"{provider}/429",
            api_key="sk-test-0123456789",
            max_retries=0,
        )
    except RateLimitError as error:
        error.add_note("while answering order 7")
        raise


def _need_keywords(_provider: str) -> None:
    raise NeedsKeywords(order=7, customer="Ada")


def _hold_lock(_provider: str) -> None:
    raise HoldsLock("db.example", attempts=3)


def _chain(_provider: str) -> None:
    """Raise a group: one member has a context, another cause and notes, the other one a lock."""
    failed = []
    for part in (_with_cause_and_context, _with_note):
        try:
            part()
        except Exception as error:
            failed.append(error)
    group = ExceptionGroup("order 7 failed in two places", failed)
    group.add_note("both on Monday")
    raise group


def _with_cause_and_context() -> None:
    unknown = KeyError("tea")
    unknown.add_note("as of last week")
    try:
        _need_keywords("")
    except NeedsKeywords:
        error = FileNotFoundError(2, "no such shelf", "/shelves/7")
        error.add_note("looked twice")
        raise error from unknown


def _with_note() -> None:
    try:
        _hold_lock("")
    except HoldsLock as error:
        error.add_note("nobody answers")
        raise


def _be_undeclared(_provider: str) -> None:
    try:
        raise LookupError("no tea")
    except LookupError:
        raise Undeclared(shelf="A1")


#: The five, by name.
ERRORS: Final[dict[str, Callable[[str], None]]] = {
    "litellm": _ask_model,
    "needs_keywords": _need_keywords,
    "holds_lock": _hold_lock,
    "chain": _chain,
    "undeclared": _be_undeclared,
}


# --- what the caller sees -----------------------------------------------------------------------------------------


def type_of(kind: str) -> str:
    """Give the name of the class of one of the five, as :func:`seen` has it."""
    return {
        "litellm": "litellm.exceptions.RateLimitError",
        "needs_keywords": f"{__name__}.NeedsKeywords",
        "holds_lock": f"{__name__}.HoldsLock",
        "chain": "builtins.ExceptionGroup",
        "undeclared": f"{__name__}.Undeclared",
    }[kind]


def expected(record: str | Path) -> dict[str, Any]:
    """Give what has to arrive of the error that a worker wrote down: all of it, but a note instead of a lock."""
    first = json.loads(Path(record).read_text())
    for node in (first, *first["others"]):
        if node["dict"].pop("lock", None) is not None:
            node["notes"].append(LOCK_NOTE)
    return {**first}


def seen(error: BaseException, *, own_cause: type[BaseException] | None = None) -> dict[str, Any]:
    """Describe what arrived.

    Args:
        error: what arrived.
        own_cause: the class of the cause that the framework puts into every error, before the real one.
    """
    if own_cause is not None:
        assert error.__cause__ is not None
        assert type(error.__cause__) is own_cause
        is_suppressed = error.__suppress_context__
        error.__cause__ = error.__cause__.__cause__
        error.__suppress_context__ = is_suppressed  # which setting the cause has set
    return describe(error)


def is_in_effect() -> bool:
    """Tell whether plain pickle carries an error of a class that nobody declared, as it does while picklereg is installed."""
    try:
        pickle.loads(pickle.dumps(Undeclared(shelf="A1")))
    except TypeError:
        return False
    return True

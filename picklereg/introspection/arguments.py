"""Checking what a public function was handed: each message names the argument, what came, and the remedy.

What came is told by its type. Its content may be long, or secret.
"""

from __future__ import annotations

from pickle import HIGHEST_PROTOCOL
from typing import Any

from picklereg.errors import ArgumentTypeError, ArgumentValueError
from picklereg.introspection.naming import type_name

__all__ = ["check_bytes", "check_callable", "check_flags", "check_instance", "check_seconds", "told_of_target", "wrong_type"]


def wrong_type(argument: str, value: object, remedy: str) -> ArgumentTypeError:
    """Give the error for a value of a wrong type.

    Args:
        argument: the argument's name.
        value: what came.
        remedy: what to pass instead.
    """
    return ArgumentTypeError(argument, _described(value), remedy)


def check_bytes(data: object) -> None:
    """Check what is to be read.

    Args:
        data: what came.

    Raises:
        ArgumentTypeError: if it holds no bytes.
    """
    if isinstance(data, str):
        raise wrong_type("data", data, "pass the bytes; if they were made text on the way, undo that (base64.b64decode, bytes.fromhex)")
    if data is None:
        raise wrong_type(
            "data", data, "pass the bytes that dumps gave; a store that has nothing under a key may give None, so ask for that"
        )
    try:
        memoryview(data)  # type: ignore[arg-type]  # that is what is tried
    except TypeError:
        raise wrong_type("data", data, "pass bytes, or anything else that has them, as bytearray or memoryview") from None


def check_flags(**flags: object) -> None:
    """Check arguments that are true or false.

    Args:
        flags: what came, by the names of the arguments.

    Raises:
        ArgumentTypeError: for anything else: a word that says no would count as yes.
    """
    for argument, value in flags.items():
        if not isinstance(value, bool):
            raise wrong_type(argument, value, "pass True or False")


def check_instance(argument: str, value: object, cls: type[Any], remedy: str) -> None:
    """Check an argument's class.

    Args:
        argument: its name.
        value: what came.
        cls: the class.
        remedy: what to pass instead.

    Raises:
        ArgumentTypeError: for instances of other classes, and for the class itself.
    """
    if not isinstance(value, cls):
        raise wrong_type(argument, value, remedy)


def check_callable(argument: str, value: object, remedy: str) -> None:
    """Check that an argument can be called.

    Args:
        argument: its name.
        value: what came.
        remedy: what to pass instead.

    Raises:
        ArgumentTypeError: if it can't.
    """
    if not callable(value):
        raise wrong_type(argument, value, remedy)


def check_seconds(argument: str, value: object) -> None:
    """Check a time.

    Args:
        argument: its name.
        value: what came.

    Raises:
        ArgumentTypeError: if it is no number.
        ArgumentValueError: if it isn't above zero.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type(argument, value, "pass a number of seconds")
    if not value > 0:
        raise ArgumentValueError(argument, str(value), "pass a number of seconds above zero")


def told_of_target(problem: Exception, file: object, protocol: int) -> Exception:
    """Give what to raise where pickle can't begin to write.

    Args:
        problem: what it raised.
        file: what was to be written to.
        protocol: the pickle protocol.
    """
    if isinstance(problem, TypeError) and not hasattr(file, "write"):
        return wrong_type("file", file, "pass a file that is open for writing in binary mode; for bytes there is dumps")
    if protocol > HIGHEST_PROTOCOL:
        return ArgumentValueError("protocol", str(protocol), f"pass a number up to {HIGHEST_PROTOCOL}, or leave it out")
    return problem


def _described(value: object) -> str:
    if value is None:
        return "None"
    return f"the class {type_name(value)}" if isinstance(value, type) else f"of type {type_name(type(value))}"

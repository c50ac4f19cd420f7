"""For frameworks that take no pickler and keep no errors: the function that they call pickles what comes of it on its own.

What a framework carries then are bytes, and a call that has raised has ended well for it: it is neither tried again nor counted as failed.

    from picklereg.frameworks.calls import outcome_of, unwrap

    future = executor.submit(outcome_of, resize, picture)
    unwrap(future.result())  # gives what resize returned, or raises what it raised
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from picklereg import ArgumentValueError, dumps, loads
from picklereg.introspection.arguments import check_callable

__all__ = ["outcome_of", "unwrap"]


def outcome_of(function: Callable[..., object], /, *args: object, **keywords: object) -> bytes:
    """Call a function, and pickle what comes of it: in the process that does the work.

    Args:
        function: the function.
        *args: its positional arguments.
        **keywords: its keyword arguments.

    Returns:
        What :func:`unwrap` takes. An error that is no :class:`Exception`, as that of ``sys.exit()``, is not caught.

    Raises:
        ArgumentTypeError: if ``function`` can't be called.
        Exception: if what the function *returns* can't be pickled.
    """
    check_callable("function", function, "pass the function that does the work; its arguments come after it")
    try:
        result = function(*args, **keywords)
    except Exception as error:  # noqa: BLE001  # whatever it raises is the caller's
        return dumps((None, error))
    return dumps((result, None))


def unwrap(outcome: bytes) -> Any:
    """Give what the function returned, or raise what it raised: in the process that asked for it.

    Args:
        outcome: what :func:`outcome_of` gave.

    Returns:
        What the function returned.

    Raises:
        ArgumentTypeError: for what holds no bytes.
        ArgumentValueError: for another pickle.
        Exception: what the function raised.
    """
    found = loads(outcome)
    if type(found) is not tuple or len(found) != 2 or not isinstance(found[1], BaseException | None):
        raise ArgumentValueError("outcome", "the pickle of something else", "pass what outcome_of gave")
    result, error = found
    if error is not None:
        raise error
    return result

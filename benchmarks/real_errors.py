"""Errors that many libraries really raise, against servers on this machine where they talk to any.

Most are those of the tests' libraries, as they are raised all day. The others have credentials in them: those of ``refused``, one in each,
and those of the tests' clients of a server that repeats in its answer all that it was sent.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import Final

from benchmarks.from_tests import from_tests
from benchmarks.refused import refused

__all__ = ["real_errors"]

#: Where the tests' libraries are.
_MODULES: Final = ("data_errors", "protocol_errors", "service_errors")
#: What skips a test, which isn't an ``Exception``; whose library isn't installed is left out.
_BESIDE: Final = (KeyboardInterrupt, SystemExit)


def real_errors() -> dict[str, dict[str, BaseException]]:
    """Give the errors, by what is in them and by who raised them; of the tests' clients each twice: with a body as it is and compressed."""
    with warnings.catch_warnings(action="ignore"):
        return {"ordinary": _ordinary(), "with credentials": {**refused(), **_repeated()}}


def _ordinary() -> dict[str, BaseException]:
    raising = from_tests("client_errors")
    for name in _MODULES:
        from_tests(name)
    errors: dict[str, BaseException] = {}
    for name in raising.ERRORS:
        with _skipping():
            errors[name] = raising.raised(name)
    return errors


def _repeated() -> dict[str, BaseException]:
    clients = from_tests("library_clients")
    errors: dict[str, BaseException] = {}
    for name in clients.CLIENTS:
        for kind, compressed in (("", False), (", compressed", True)):
            with _skipping():
                errors[f"{name.removeprefix('by_')}{kind}"] = clients.raised(name, compressed=compressed)
    return errors


@contextlib.contextmanager
def _skipping() -> Iterator[None]:
    try:
        yield
    except _BESIDE:
        raise
    except BaseException as problem:
        if type(problem).__name__ != "Skipped":
            raise

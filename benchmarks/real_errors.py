"""Errors that clients of many libraries really raise against a server on this machine: those of ``refused``, and of the tests' clients."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import Final

from benchmarks.from_tests import from_tests
from benchmarks.refused import refused

__all__ = ["real_errors"]

#: What skips a test, which isn't an ``Exception``; whose library isn't installed is left out.
_BESIDE: Final = (KeyboardInterrupt, SystemExit)


def real_errors() -> dict[str, BaseException]:
    """Give the errors, by who raised them; of the tests' clients each twice, with a body as it is and with a compressed one."""
    clients = from_tests("library_clients")
    errors = refused()
    with warnings.catch_warnings(action="ignore"):
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

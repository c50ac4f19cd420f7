"""Errors that clients of many libraries really raise against a server on this machine: those of ``refused``, and of the tests' clients."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.refused import refused

__all__ = ["real_errors"]

_TESTS: Final = Path(__file__).parent.parent / "tests"
#: What skips a test, which isn't an ``Exception``; whose library isn't installed is left out.
_BESIDE: Final = (KeyboardInterrupt, SystemExit)


def real_errors() -> dict[str, BaseException]:
    """Give the errors, by who raised them; of the tests' clients each twice, with a body as it is and with a compressed one."""
    sys.path += [path for folder in ("", "redaction") if (path := str(_TESTS / folder)) not in sys.path]
    import library_clients  # type: ignore[import-not-found,unused-ignore]  # of the tests, which aren't installed

    clients: Any = library_clients
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

"""Every exception class of the standard library, as anybody writes it: what ``safe_loads`` gives can be used like the error itself."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import importlib
import json
import logging
import pickle
import sys
import tarfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import cloudpickle
import hostile
import pytest
import shop_values
from crossing import describe

import picklereg
from picklereg.unpickling.safe.unpickler import safe_loads

#: Those that define exceptions; some aren't on every Python or platform.
MODULES = [
    "argparse",
    "asyncio",
    "asyncio.exceptions",
    "asyncio.queues",
    "bdb",
    "binascii",
    "builtins",
    "calendar",
    "concurrent.futures",
    "concurrent.futures.interpreter",
    "concurrent.futures.process",
    "concurrent.futures.thread",
    "concurrent.interpreters",
    "configparser",
    "copy",
    "csv",
    "ctypes",
    "curses",
    "dataclasses",
    "dbm.dumb",
    "decimal",
    "doctest",
    "email.errors",
    "encodings",
    "ftplib",
    "getopt",
    "getpass",
    "graphlib",
    "gzip",
    "http.client",
    "http.cookiejar",
    "http.cookies",
    "imaplib",
    "importlib.metadata",
    "inspect",
    "io",
    "ipaddress",
    "json",
    "json.decoder",
    "locale",
    "lzma",
    "mailbox",
    "multiprocessing.context",
    "multiprocessing.managers",
    "multiprocessing.pool",
    "netrc",
    "optparse",
    "pdb",
    "pickle",
    "plistlib",
    "poplib",
    "py_compile",
    "pydoc",
    "queue",
    "re",
    "runpy",
    "shutil",
    "smtplib",
    "socket",
    "sqlite3",
    "ssl",
    "statistics",
    "struct",
    "subprocess",
    "tabnanny",
    "tarfile",
    "termios",
    "threading",
    "tokenize",
    "tomllib",
    "unittest.case",
    "urllib.error",
    "warnings",
    "wave",
    "webbrowser",
    "wsgiref.validate",
    "xml.dom",
    "xml.etree.ElementTree",
    "xml.parsers.expat",
    "xml.sax",
    "xmlrpc.client",
    "zipapp",
    "zipfile",
    "zipimport",
    "zlib",
    "zoneinfo",
]
#: Arguments that a class may take: the first that fit it are its sample's.
ARGUMENTS: list[tuple[Any, ...]] = [
    ("text",),
    ("text", "more"),
    ("text", "more", "most"),
    (1, "text"),
    (tarfile.TarInfo("file"),),
    (tarfile.TarInfo("file"), "path"),
    ("http://shop", 404, "none left", {}),
    ("http://shop", 404, "none left", {}, None),
    ("several", [ValueError(1), KeyError("k")]),
    (),
]
#: For which they wouldn't do.
BETTER: dict[str, tuple[Any, ...]] = {
    "ErrorDuringImport": ("file", (ValueError, ValueError("v"), None)),
    "FileNotFoundError": (2, "gone", "file"),
    "IncompleteReadError": (b"ab", 5),
    "JSONDecodeError": ("text", "doc\nument", 5),
    "LimitOverrunError": ("text", 5),
    "PyCompileError": (ValueError, ValueError("v"), "file"),
    "SyntaxError": ("text", ("file", 1, 2, "line")),
    "UnexpectedException": (None, None, (ValueError, ValueError("v"), None)),
    "UnicodeDecodeError": ("utf8", b"abc", 0, 1, "why"),
    "UnicodeEncodeError": ("utf8", "abc", 0, 1, "why"),
    "UnicodeTranslateError": ("abc", 0, 1, "why"),
}


def classes() -> Iterator[type[BaseException]]:
    """Give the exception classes of these modules, by their own names."""
    found: dict[type[BaseException], None] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in MODULES:
            with contextlib.suppress(ImportError):
                for value in vars(importlib.import_module(name)).values():
                    if isinstance(value, type) and issubclass(value, BaseException):
                        found[value] = None
    for cls in found:
        if (
            getattr(sys.modules.get(cls.__module__), cls.__name__, None) is cls
            and cls.__module__.partition(".")[0] in sys.stdlib_module_names
        ):
            yield cls


def sample_of(cls: type[BaseException]) -> BaseException | None:
    """Make an instance that can be printed."""
    for args in [BETTER[cls.__name__]] if cls.__name__ in BETTER else ARGUMENTS:
        with contextlib.suppress(Exception):
            exc = cls(*args)
            str(exc)
            return exc
    return None


SIGNER = picklereg.Signer("a key of this test, 16 bytes")
WRITERS: dict[str, Callable[[Any], bytes]] = {
    **{f"pickle {protocol}": lambda exc, protocol=protocol: pickle.dumps(exc, protocol) for protocol in range(6)},  # type: ignore[misc]
    **{f"picklereg {protocol}": lambda exc, protocol=protocol: picklereg.dumps(exc, protocol) for protocol in range(6)},  # type: ignore[misc]
    "cloudpickle": cloudpickle.dumps,
    "Signer": lambda exc: bytes(SIGNER.verify(SIGNER.dumps(exc))),
}


def _raised(exc: BaseException) -> str:
    try:
        raise exc
    except BaseException as caught:
        lines = traceback.format_exception(caught)
        return logging.Formatter().formatException((type(caught), caught, None)) + lines[-1]


#: What anybody does with an error. Those that give another one, and those that don't.
AGAIN: dict[str, Callable[[Any], Any]] = {
    **{name: lambda exc, write=write: pickle.loads(write(exc)) for name, write in WRITERS.items() if name[-1] not in "134"},  # type: ignore[misc]
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "read without trust again": lambda exc: safe_loads(pickle.dumps(exc)),
}
SHOWN: dict[str, Callable[[Any], Any]] = {"str": str, "repr": repr, "hash": hash, "raised": _raised, "itself": lambda exc: exc == exc}  # noqa: PLR0124


def problems_of(exc: BaseException, data: bytes) -> Iterator[str]:
    """Tell what can be done with an error, and can't be done with what is read of it, or gives something else."""
    found = safe_loads(data)
    with contextlib.suppress(Exception):
        expected = pickle.loads(data)
        if type(found) is not type(expected) or str(found) not in (str(expected), str(exc)):
            yield f"read: {found!r} for {expected!r}"
    for name, use in {**AGAIN, **SHOWN}.items():
        try:
            use(exc)
        except Exception:  # then it needn't be possible with the other one either
            continue
        try:
            given = use(found)
        except Exception as problem:
            yield f"{name}: {problem!r}"
        else:
            if name in AGAIN and not (_is_reworded(exc, use) or (type(given) is type(found) and str(given) == str(found))):
                yield f"{name}: {given!r} for {found!r}"


def _is_reworded(exc: BaseException, use: Callable[[Any], Any]) -> bool:
    """Tell whether the class loses its name or its text in this way by itself."""
    again = use(exc)
    return type(again) is not type(exc) or str(again) != str(exc)


@pytest.mark.parametrize("writer", WRITERS)
def test_what_was_read_can_be_used_like_the_error(writer: str) -> None:
    """Pickled by any pickler, copied, shown, raised, logged and read again, wherever the error itself can be."""
    problems: dict[type, list[str]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of files that errors of urllib hold
        for cls in classes():
            exc = sample_of(cls)
            data = _written(exc, WRITERS[writer])
            if exc is not None and data is not None:
                problems[cls] = [*problems_of(exc, data)]
    assert {cls: problem for cls, problem in problems.items() if problem} == {}
    assert len(problems) > 150


def _written(exc: object, write: Callable[[Any], bytes]) -> bytes | None:
    try:
        return write(exc)
    except Exception:  # its class can't be pickled
        return None


WORDED = [json.JSONDecodeError("text", "doc\nument", 5), asyncio.IncompleteReadError(b"ab", None), asyncio.LimitOverrunError("text", 5)]


@pytest.mark.parametrize("exc", WORDED, ids=lambda exc: type(exc).__name__)
def test_a_text_that_init_makes_is_there(exc: BaseException) -> None:
    """pickle writes only what the class is called with; the text, and what else ``__init__`` makes of that, is there all the same."""
    assert describe(safe_loads(pickle.dumps(exc))) == describe(exc)


@pytest.mark.parametrize("args", [("text", b"doc", 5), ("text", ["doc"], 5), ("text", "doc"), ("text", "doc", 5, "more")])
def test_it_is_made_of_texts_and_numbers_only(args: tuple[Any, ...]) -> None:
    """Of anything else nothing is made: the arguments are kept, and a note says so."""
    found: Any = safe_loads(hostile.opcodes(hostile.name("json.decoder", "JSONDecodeError"), pickle.dumps(args, 2)[2:-1], b"R"))
    assert (found.args, found.msg, found.doc) == (args, *args[:2])
    assert "was made without its __init__: msg, doc" in found.__notes__[0]


def test_a_text_that_is_worded_again_and_again_is_paid_for() -> None:
    """The message is copied into each text: a long one can't be multiplied by naming it often."""
    worded = hostile.name("json.decoder", "JSONDecodeError") + b"q\x01" + hostile.text("x" * 100_000) + b"q\x02"
    data = hostile.opcodes(worded, b"](" + b"h\x01h\x02h\x02K\x00\x87R" * 100, b"e\x87")
    with pytest.raises(picklereg.UnsafePickleError, match="max_cost"):
        safe_loads(data)


@pytest.mark.parametrize("cls", ["HostError", "FarHostError", "SlotError"])
def test_what_a_reducer_of_its_own_asks_for_is_there(cls: str) -> None:
    """A declared class that says itself how it is pickled can be pickled again: what it asks for is set from its arguments."""
    registry = picklereg.Registry(entry_points=False)
    exc: Any = getattr(shop_values, cls)("shop", 80)
    registry.register(type(exc))
    found: Any = safe_loads(pickle.dumps(exc), registry=registry)
    assert type(found) is type(exc)
    assert describe(pickle.loads(pickle.dumps(found))) == describe(exc)
    assert found.__notes__ == [
        f"picklereg: {cls} was made without its __init__: host, _port taken from its arguments, others may be missing"
    ]

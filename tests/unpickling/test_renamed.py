"""Names that only some Pythons have: both readers give what is there, or a stand-in that is caught as the class would be."""

from __future__ import annotations

import asyncio
import binascii
import concurrent.futures
import signal
import ssl
import sys
import threading
import types
import zipfile
from typing import Any

import hostile
import pytest

import picklereg
from picklereg.cli.show_report import show
from picklereg.unpickling.renamed import RENAMED
from picklereg.unpickling.stand_ins.error_names import ELSEWHERE, base_by_name, says_error

READERS = [picklereg.loads, picklereg.safe_loads]
#: What is imported here, so that it is found without importing anything.
LOADED = (asyncio, binascii, concurrent.futures, signal, ssl, threading, zipfile)

#: 3.14 makes it a second name of ``RuntimeError``, and warns: ``loads`` gives what is there.
EXEC_ERROR = OSError if sys.version_info < (3, 14) else (OSError, RuntimeError)


def error(module: str, name: str, call: bytes = b"\x85R") -> bytes:
    return hostile.opcodes(hostile.name(module, name), hostile.text("why"), call)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("module", "name", "cls"),
    [
        ("posix", "error", OSError),
        ("_socket", "error", OSError),
        ("shutil", "ExecError", EXEC_ERROR),
        ("threading", "ThreadError", RuntimeError),
        ("calendar", "error", ValueError),
        ("signal", "ItimerError", signal.ItimerError),
        ("signal", "itimer_error", signal.ItimerError),
        ("_signal", "ItimerError", signal.ItimerError),
        ("asyncio.base_futures", "InvalidStateError", asyncio.InvalidStateError),
        ("asyncio.streams", "LimitOverrunError", asyncio.LimitOverrunError),
        ("ssl", "CertificateError", ssl.SSLCertVerificationError),
        ("zipfile", "BadZipfile", zipfile.BadZipFile),
        ("zipfile", "error", zipfile.BadZipFile),
    ],
)
def test_another_name_leads_to_the_class_that_is_there(module: str, name: str, cls: Any, read: Any) -> None:
    """Names of older and newer versions, and second names of today."""
    found = read(error(module, name))
    assert isinstance(found, cls)
    assert not isinstance(found, picklereg.MissingError)
    assert found.args == ("why",)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("name", ["BaseExceptionGroup", "ExceptionGroup"])
def test_groups_of_the_time_before_3_11(name: str, read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The distribution that had them for older Pythons isn't needed to read what it wrote."""
    monkeypatch.setitem(sys.modules, "exceptiongroup", None)
    member = hostile.name("builtins", "ValueError") + b")\x81"
    found = read(hostile.opcodes(hostile.name("exceptiongroup", name), hostile.text("several"), b"]", member, b"a\x86R"))
    assert type(found) is ExceptionGroup if name == "ExceptionGroup" else isinstance(found, BaseExceptionGroup)
    assert repr(found.exceptions) == "(ValueError(),)"


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("call", [b"\x85R", b"\x85\x81"])
@pytest.mark.parametrize(("module", "name"), ELSEWHERE)
def test_a_class_of_another_python_is_caught_by_its_base(
    module: str, name: str, call: bytes, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If it isn't here: alone, whatever its name says; and its text stays."""
    monkeypatch.setitem(sys.modules, module, sys.modules[module] if module == "builtins" else types.ModuleType(module))
    found = read(error(module, name, call))
    assert isinstance(found, ELSEWHERE[module, name])
    assert type(found).__name__ == name
    assert found.args == ("why",)
    assert str(found) == ("why" if not isinstance(found, SyntaxError) or found.msg == "why" else "None")
    assert name in show(error(module, name, call))
    again = read(hostile.opcodes(b"(", error(module, name, call)[2:-1], hostile.name("builtins", "ValueError"), b")\x81t"))
    assert isinstance(again[0], ELSEWHERE[module, name])


def test_the_tables_hold_together() -> None:
    """What has another name here isn't in both tables; a class whose base is known is an exception, for every reader."""
    assert ELSEWHERE.keys().isdisjoint(RENAMED)
    assert all(says_error(*name, has_args=False) for name in ELSEWHERE)
    assert base_by_name("builtins", "PythonFinalizationError") is RuntimeError
    assert base_by_name("shop", "ShopError") is Exception
    assert all(names and name not in names for name, names in RENAMED.items())


def test_a_foreign_class_in_a_module_of_pythons_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """That somebody has put it there makes it no class of the standard library's."""
    monkeypatch.setattr(asyncio, "ShopError", type("ShopError", (Exception,), {}), raising=False)
    found = picklereg.safe_loads(error("asyncio", "ShopError"))
    assert isinstance(found, picklereg.MissingError)
    assert isinstance(picklereg.safe_loads(error("asyncio", "CancelledError")), asyncio.CancelledError)

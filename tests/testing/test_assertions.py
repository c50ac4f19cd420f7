"""The kit for tests of one's own exceptions: what it accepts, and what it says when it doesn't."""

from __future__ import annotations

import base64
import functools
import pickle
import subprocess
import sys
import textwrap
import threading
import urllib.parse
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import cloudpickle
import pytest
import testing_samples as samples

import picklereg
from picklereg.testing import DeclaredSet, assert_module_whole, assert_no_secret, assert_set_declared, assert_whole

if TYPE_CHECKING:
    from check_samples import Write

SECRET = "sk-live/7+49?2>f"


def failure(function: object, *args: object, **options: object) -> str:
    """Give what an assertion says."""
    with pytest.raises(AssertionError) as caught:
        function(*args, **options)  # type: ignore[operator]
    return str(caught.value)


def raised(exc: BaseException, cause: BaseException) -> BaseException:
    try:
        raise exc from cause
    except BaseException as caught:
        return caught


# --- assert_whole -------------------------------------------------------------------------------------------------


def test_whole() -> None:
    """What arrived is given: the bytes, no differences, and everything that was read."""
    exc = raised(samples.OrderError(3, customer="Ada"), KeyError("tea"))
    arrived = assert_whole(exc)
    assert (arrived.differences, arrived.notes) == ((), ())
    assert pickle.loads(arrived.payload).customer == "Ada"
    first, second = arrived.exceptions
    assert (first["type"], first["attributes"]) == ("testing_samples.OrderError", {"customer": "'Ada'", "order": "3"})
    assert second["type"] == "builtins.KeyError"


def test_differences_are_shown() -> None:
    """The failure names each piece, before and after, and the note."""
    assert failure(assert_whole, raised(samples.LockedError("shut"), samples.LockedError("before"))) == textwrap.dedent("""\
        testing_samples.LockedError('shut') doesn't arrive whole
          attr lock lost
            before: <unlocked _thread.lock object at 0x>
            after:  (nothing)
          cause.attr lock lost
            before: <unlocked _thread.lock object at 0x>
            after:  (nothing)
          note: picklereg: attribute 'lock' (_thread.lock) was left behind: TypeError: cannot pickle '_thread.lock' object
          note: picklereg: attribute 'lock' (_thread.lock) was left behind: TypeError: cannot pickle '_thread.lock' object""")


def test_changed_pieces_are_shown() -> None:
    """What arrives changed stands below what it was, also where the reader's class is to blame."""
    said = failure(assert_whole, samples.CountingError(3), dumps=pickle.dumps)
    assert "  args[0] changed\n    before: 'count 3'\n    after:  'count count 3'\n" in said


def test_pieces_that_may_differ() -> None:
    """Pieces that are named are not looked at; others are."""
    exc = samples.LockedError("shut")
    arrived = assert_whole(exc, except_for={"attr lock"})
    assert [found.piece for found in arrived.differences] == ["attr lock"]
    assert arrived.notes[0].startswith("picklereg: attribute 'lock'")
    assert "attr lock lost" in failure(assert_whole, exc, except_for={"args[0]"})


def test_notes_may_be_allowed() -> None:
    """With ``allow_notes`` what a note names may be missing, and nothing else."""
    exc = samples.LockedError("shut")
    assert assert_whole(exc, allow_notes=True).notes
    assert "cause lost" in failure(assert_whole, raised(samples.PlainError("x"), KeyError("y")), allow_notes=True, dumps=pickle.dumps)


def test_what_can_not_be_written() -> None:
    """The failure says so, with the reason, and the cause is at hand."""
    with pytest.raises(AssertionError, match=r"LockedError.'shut'. can't be written: TypeError: cannot pickle '_thread.lock'") as caught:
        assert_whole(samples.LockedError("shut"), dumps=pickle.dumps)
    assert isinstance(caught.value.__cause__, TypeError)


def test_what_can_not_be_read() -> None:
    """The failure says so, with what the reader says."""
    said = failure(assert_whole, samples.OrderError(3, customer="Ada"), dumps=cloudpickle.dumps)
    assert said.startswith("testing_samples.OrderError('order 3') can't be read in another process: TypeError: OrderError.__init__()")


def test_what_ends_the_reader() -> None:
    """A payload that ends the interpreter is a failure like any other."""
    assert "ends the interpreter (exit status 3)" in failure(assert_whole, samples.DeadlyError("x"), dumps=pickle.dumps)


def test_other_writers() -> None:
    """The writer is a parameter: a registry of one's own, or plain pickle in global mode."""
    registry = picklereg.Registry(entry_points=False)
    registry.register_attachment(type(threading.Lock()), lambda _: "a lock")
    (found,) = assert_whole(
        samples.LockedError("shut"), except_for={"attr lock"}, dumps=functools.partial(picklereg.dumps, registry=registry)
    ).differences
    assert found.after == "'a lock'"
    with picklereg.installed(all_exceptions=True):
        assert_whole(samples.OrderError(3, customer="Ada"), dumps=pickle.dumps)


def test_only_exceptions() -> None:
    """A class, say, is refused with a remedy."""
    with pytest.raises(TypeError, match="exc is the class KeyError; pass an exception, an instance"):
        assert_whole(KeyError)  # type: ignore[arg-type]


def test_needs_no_pytest() -> None:
    """The module serves every test runner: it imports neither pytest nor unittest, nor what the command needs."""
    code = "import sys, picklereg.testing; print({'pytest', 'unittest', 'click', 'rich'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# --- assert_module_whole ------------------------------------------------------------------------------------------


def test_module(write: Write) -> None:
    """The names of all classes are given; the module isn't imported here."""
    name = write("""
        class OneError(Exception):
            def __init__(self, *, code: int) -> None:
                super().__init__(f"code {code}")

        class Outer:
            class TwoError(OneError):
                pass
    """)
    assert assert_module_whole(name) == ("OneError", "Outer.TwoError")
    assert name not in sys.modules


LOSSES = """
    import threading

    class WholeError(Exception):
        pass

    class NotedError(Exception):
        def __init__(self, text: str) -> None:
            super().__init__(text)
            self.lock = threading.Lock()

    class DeadlyError(Exception):
        def __reduce__(self):
            import os
            os._exit(4)
"""


def test_module_with_losses(write: Write) -> None:
    """Each class that isn't whole is named, with what differs; classes may be left out."""
    name = write(LOSSES)
    said = failure(assert_module_whole, name)
    assert said.startswith(f"not every exception of {name!r} arrives whole\n  DeadlyError: ends the interpreter (exit status 4)\n")
    assert "  NotedError: noted\n    attr lock lost\n      before: <unlocked _thread.lock object at 0x>\n      after:  (nothing)\n" in said
    assert "    note: picklereg: attribute 'lock' (_thread.lock) was left behind" in said
    assert "WholeError" not in said
    assert "NotedError" not in failure(assert_module_whole, name, allow_notes=True)
    assert assert_module_whole(name, allow_notes=True, except_for={"DeadlyError"}) == ("NotedError", "WholeError")


def test_module_with_classes_that_can_not_be_built(write: Write) -> None:
    """A class of which no instance can be made isn't taken for whole."""
    name = write("""
        class UnbuiltError(Exception):
            def __new__(cls, *args):
                raise RuntimeError("never")

            def __str__(self):
                import os
                os._exit(4)
    """)
    said = failure(assert_module_whole, name)
    assert "UnbuiltError can't be built: " in said
    assert said.endswith("pass an instance to assert_whole, and leave it out here (except_for)")


@pytest.mark.parametrize(
    ("source", "problem"),
    [("x = 1", "no exception class to look at in 'some_errors'"), ("1 / 0", "importing 'some_errors' raises ZeroDivisionError")],
)
def test_module_without_classes(source: str, problem: str, write: Write) -> None:
    """A module in which there is nothing to look at is a failure, or the test would never fail."""
    assert problem in failure(assert_module_whole, write(source))


def test_module_that_hangs(write: Write) -> None:
    """How long the import may take can be said."""
    assert "takes too long" in failure(assert_module_whole, write("import time; time.sleep(1000)"), import_timeout=0.2)


# --- assert_no_secret ---------------------------------------------------------------------------------------------


def test_no_secret() -> None:
    """What picklereg replaces has not left, and what arrived is given."""
    arrived = assert_no_secret(OSError(f"GET https://shop.example/?api_key={SECRET[:12]}&page=2"), SECRET[:12])
    assert arrived.exceptions[0]["args"] == ["'GET https://shop.example/?api_key=[redacted by picklereg]&page=2'"]
    assert [found.piece for found in arrived.differences] == ["args[0]", "str"]


def test_secret_in_the_open() -> None:
    """The failure says in which pieces it is, along the chain, without telling it."""
    exc = samples.PlainError("failed", f"with {SECRET}")
    exc.key = SECRET
    exc.add_note(f"key: {SECRET}")
    said = failure(assert_no_secret, raised(LookupError("wrong key"), exc), SECRET)
    assert said.startswith(
        textwrap.dedent("""\
            a secret leaves with a builtins.LookupError
              exception 1 (testing_samples.PlainError): str: ('failed', 'with <the secret>')
              exception 1 (testing_samples.PlainError): args[1]: 'with <the secret>'
              exception 1 (testing_samples.PlainError): attr key: '<the secret>'
              exception 1 (testing_samples.PlainError): note 0: key: <the secret>
              in the bytes, as it is, at """)
    )
    assert SECRET not in said


def hidden() -> Iterator[tuple[str, object]]:
    """Give a secret in every form that hides it."""
    yield "as it is", samples.Box(SECRET)
    yield "as it is", samples.Box(SECRET.encode())
    yield "URL-encoded", samples.Box(urllib.parse.quote(SECRET, safe=""))
    yield "escaped", samples.Box('{"key": "tr\\u00fcb-sal-7749"}')
    yield "as hex", samples.Box(SECRET.encode().hex())
    for offset in range(3):
        yield "in base64", samples.Box(base64.b64encode(b"user:pass"[: 5 + offset] + SECRET.encode() + b":x"))
        yield "in URL-safe base64", samples.Box(base64.urlsafe_b64encode(b"user:pass"[: 5 + offset] + SECRET.encode() + b":x"))


@pytest.mark.parametrize(("how", "box"), list(hidden()))
def test_secret_out_of_sight(how: str, box: object) -> None:
    """A secret in an object that doesn't show it is found in the bytes, whatever it was encoded as."""
    secret = "trüb-sal-7749" if how == "escaped" else SECRET
    exc = samples.PlainError("failed")
    exc.box = box
    assert f"  in the bytes, {how}, at " in failure(assert_no_secret, exc, secret)
    assert_no_secret(exc, "another one")


def test_short_and_binary_secrets() -> None:
    """Bytes serve as well, and a secret of one character isn't found in the base64 of everything."""
    assert "as it is" in failure(assert_no_secret, samples.PlainError(b"\xff\x00\xfe" * 3), b"\xff\x00\xfe" * 3)
    assert_no_secret(samples.PlainError("failed"), "\N{SNOWMAN}")


def test_empty_secret() -> None:
    """An empty secret, as of a variable that isn't set, would never be found."""
    with pytest.raises(ValueError, match="secret is empty; pass what must not leave"):
        assert_no_secret(KeyError(), "")


# --- assert_set_declared ------------------------------------------------------------------------------------------


def declare(directory: Path, distribution: str, *lines: str) -> None:
    """Make it an installed distribution that declares sets."""
    info = directory / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("\n".join(["[picklereg.exception_sets]", *lines]), "utf-8")


SETS = """
    import ghost_library

    class OneError(Exception):
        pass

    class Answer:
        pass

    def register(registry):
        registry.register(OneError)
        registry.register_attachment(Answer, str)

    def fail(registry):
        raise RuntimeError("no good")

    EMPTY = []
"""


def test_set_is_declared(write: Write, tmp_path: Path) -> None:
    """A set that becomes active with its library is given with what it registers."""
    write("", "ghost_library")
    write(SETS, "ghost_sets")
    declare(tmp_path, "ghost-sets", "ghost_library = ghost_sets:register")
    expected = DeclaredSet("ghost_library", "ghost_sets:register", "ghost-sets", ("ghost_sets.OneError",), ("ghost_sets.Answer",))
    assert assert_set_declared("ghost_library") == expected
    assert assert_set_declared("ghost_library", "ghost-sets") == expected
    assert "ghost_library" not in sys.modules


def test_set_of_names(write: Write, tmp_path: Path) -> None:
    """Of a package's own exceptions those count, too, that importing it loads behind the set's back."""
    write("class OneError(Exception): pass\nimport ghost_package.inner", "ghost_package.__init__")
    write("class TwoError(Exception): pass", "ghost_package.inner")
    declare(tmp_path, "ghost-package", "ghost_package = ghost_package")
    assert assert_set_declared("ghost_package").classes == ("ghost_package.OneError", "ghost_package.inner.TwoError")


@pytest.mark.parametrize(
    ("line", "library", "problem"),
    [
        ("other = ghost_sets:register", "", "no set of that name is declared by 'ghost-sets' (it declares 'other'); after a change of"),
        ("ghost_library = ghost_sets:missing", "", "it failed: AttributeError: module 'ghost_sets' has no attribute 'missing'"),
        ("ghost_library = ghost_sets:fail", "", "it failed: RuntimeError: no good"),
        ("ghost_library = ghost_sets:EMPTY", "", "it is active and registers nothing"),
        ("ghost_library = ghost sets", "", "'ghost-sets': the value must be a module"),
        ("ghost_library = ghost_sets:register", "1 / 0", "importing 'ghost_library' raises ZeroDivisionError: division by zero"),
        ("ghost_library = ghost_sets:register", "import os; os._exit(3)", "importing 'ghost_library' ends the interpreter (exit status 3)"),
    ],
)
def test_set_that_is_no_good(line: str, library: str, problem: str, write: Write, tmp_path: Path) -> None:
    """The failure says what is wrong with the declaration, the set or the library."""
    write(library, "ghost_library")
    write(SETS, "ghost_sets")
    declare(tmp_path, "ghost-sets", line)
    said = failure(assert_set_declared, "ghost_library", "ghost-sets")
    assert said.startswith("exception set 'ghost_library': ")
    assert problem in said


def test_set_of_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A set that nobody declares is told with a remedy; what is wrong with other sets doesn't matter."""
    declare(tmp_path, "ghost-broken", "other_library = no reference")
    monkeypatch.syspath_prepend(tmp_path)
    said = failure(assert_set_declared, "ghost_library")
    assert said == (
        "exception set 'ghost_library': no set of that name is declared; after a change of pyproject.toml, install the distribution anew"
    )


def test_set_whose_discovery_imports_the_library(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that is imported while sets are being looked for is a failure: everybody would pay for it."""
    write("", "ghost_library")
    write("", "ghost_eager")
    declare(tmp_path, "ghost-eager", "ghost_library = ghost_eager")
    path = tmp_path / "importlib_metadata.py"  # a finder of distributions that imports what it finds
    path.write_text("import ghost_library\nfrom importlib.metadata import distributions\n", "utf-8")
    archive = tmp_path / "archive.zip"  # which makes distributions the library's business
    zipfile.ZipFile(archive, "w").close()
    monkeypatch.syspath_prepend(archive)
    said = failure(assert_set_declared, "ghost_library")
    assert "finding it has imported 'ghost_library': " in said

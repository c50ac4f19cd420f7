"""Reading a pickle elsewhere: in a fresh interpreter, by plain ``pickle.loads``, with picklereg not importable.

:func:`describe` tells all that has to arrive of an exception as JSON-able data, in the writer and in the reader alike, so

    assert reader.describe(picklereg.dumps(exc)) == describe(exc)

says that it arrived whole. A :class:`Reader` is one such interpreter (the fixture ``reader`` is one for the whole session,
since a start costs more than most tests do); :func:`read_elsewhere` starts one for one payload.

The reader imports what a payload names, by the same names as here. A test module that imports picklereg can't be imported
there, so the classes that tests send stand in modules that don't.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import io
import json
import os
import pickle
import re
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import GetSetDescriptorType, MappingProxyType, MemberDescriptorType
from typing import IO, Any, Self

__all__ = ["OWN_WARNINGS", "Reader", "describe", "read_elsewhere"]

#: What a program of a test begins with: its own warnings and picklereg's are errors, what a library warns of in passing isn't.
OWN_WARNINGS = "import warnings; warnings.filterwarnings('error', module=r'(__main__|picklereg|test_\\w+)([.]|$)')\n"

_HERE = str(Path(__file__).parent)
_PATH = [_HERE, str(Path(__file__).parent / "samples")]
_START = f"import sys; sys.path[:0] = {_PATH!r}; import crossing; crossing.serve()"
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+")
_NESTING = 6
_HEADER = 8
_UNSET = object()


# --- what an exception is, as data --------------------------------------------------------------------------------


def describe(exc: BaseException) -> dict[str, Any]:
    """Tell everything about an exception that is to arrive.

    Args:
        exc: the exception.

    Returns:
        Its type, ``args``, ``str()``, attributes, slots and C fields, suppress flag and notes, as text where JSON has no form
        of its own; its cause, context and sub-exceptions as numbers. Number 0 is ``exc`` itself, number ``n`` is entry
        ``n - 1`` of ``"others"``; so chains may be of any length, and lead back to where they were.
    """
    graph = _Graph(exc)
    first, *others = graph.describe()
    return {**first, "others": others}


class _Graph:
    """The exceptions met so far, in the order in which they were met."""

    def __init__(self, root: BaseException) -> None:
        self.met = [root]
        self.numbers = {id(root): 0}

    def describe(self) -> Iterator[dict[str, Any]]:
        for exc in self.met:  # grows meanwhile
            yield self.node(exc)

    def number(self, exc: BaseException | None) -> int | None:
        if exc is None:
            return None
        if id(exc) not in self.numbers:
            self.numbers[id(exc)] = len(self.met)
            self.met.append(exc)
        return self.numbers[id(exc)]

    def node(self, exc: BaseException) -> dict[str, Any]:
        cls = type(exc)
        attributes = dict(exc.__dict__)
        notes = attributes.pop("__notes__", [])
        return {
            "type": f"{getattr(cls, '__module__', None)}.{cls.__qualname__}",
            "args": [self.show(value) for value in _native(exc, "args")],
            "str": _text_of(exc, str),
            "dict": {str(name): self.show(attributes[name]) for name in sorted(attributes, key=str)},
            "fields": {name: self.show(value) for name, value in sorted(_fields(exc))},
            "notes": [str(note) for note in notes] if isinstance(notes, Sequence) else repr(notes),
            "cause": self.number(_native(exc, "__cause__")),
            "context": self.number(_native(exc, "__context__")),
            "suppress_context": _native(exc, "__suppress_context__"),
            "exceptions": [self.number(sub) for sub in exc.exceptions] if isinstance(exc, BaseExceptionGroup) else None,
        }

    def show(self, value: Any, nesting: int = 0) -> str:
        """Show a value as text that is the same in every process: no addresses, no order of a set."""
        if isinstance(value, BaseException):
            return f"<exception {self.number(value)}>"
        if nesting < _NESTING:
            if isinstance(value, list | tuple):
                return f"{type(value).__name__}({', '.join(self.show(item, nesting + 1) for item in value)})"
            if isinstance(value, set | frozenset):
                return f"{type(value).__name__}({', '.join(sorted(self.show(item, nesting + 1) for item in value))})"
            if isinstance(value, dict | MappingProxyType):
                pairs = (f"{self.show(key, nesting + 1)}: {self.show(held, nesting + 1)}" for key, held in value.items())
                return f"{type(value).__name__}({', '.join(pairs)})"
        return _text_of(value, repr)


def _text_of(value: object, function: type[str] | Any) -> str:
    try:
        return _ADDRESS.sub("0x", function(value))
    except Exception as problem:  # an exception's __str__ may raise whatever it likes, and then does so in both places
        return f"<{function.__name__} raises {type(problem).__name__}>"


def _native(exc: BaseException, name: str) -> Any:
    """Read what ``BaseException`` keeps under a name, whatever a subclass means by it."""
    return vars(BaseException)[name].__get__(exc)


def _fields(exc: BaseException) -> Iterator[tuple[str, Any]]:
    """Give slots and C fields that have a value; those of ``BaseException`` have entries of their own."""
    seen = {"__dict__", "__weakref__", "exceptions"}
    for base in type(exc).__mro__:
        if base in (BaseException, object):
            continue
        for name, field in vars(base).items():
            if isinstance(field, MemberDescriptorType | GetSetDescriptorType) and name not in seen:
                seen.add(name)
                value = _value_of(exc, field)
                if value is not _UNSET:
                    yield name, value


def _value_of(exc: BaseException, field: Any) -> Any:
    try:
        return field.__get__(exc)
    except AttributeError:  # a slot or C field that was never set
        return _UNSET


# --- the interpreter that reads -----------------------------------------------------------------------------------


class Reader:
    """A fresh interpreter in which picklereg doesn't exist and that loads payloads with plain ``pickle.loads``."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] = io.BytesIO()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def describe(self, data: bytes, *, path: Sequence[str | Path] = ()) -> Any:
        """Load an exception there, and give what :func:`describe` says of it there."""
        return self.read(data, path=path)

    def read(self, data: bytes, *, code: str | None = None, path: Sequence[str | Path] = ()) -> Any:
        """Load a payload there and look at it.

        Args:
            data: the payload.
            code: what to run there. It sees ``obj``, which is what was loaded, and sets ``result`` to something that
                JSON can carry. Without it the result is ``describe(obj)``.
            path: what ``sys.path`` begins with for this payload. Modules imported from there are forgotten afterwards.

        Raises:
            AssertionError: loading, or the code, raised there. The message holds the traceback.
        """
        request = {"code": code, "path": [str(entry) for entry in path]}
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _send(process.stdin, json.dumps(request).encode())
            _send(process.stdin, data)
            answer = json.loads(_receive(process.stdout))
        except (BrokenPipeError, EOFError):
            raise AssertionError(f"the reader died:\n{self._last_words()}") from None
        if "error" in answer:
            raise AssertionError(f"in the reader:\n{answer['error']}")
        return answer["result"]

    def close(self) -> None:
        """End the interpreter. The next payload starts another one."""
        if self._process is not None:
            with self._process as process:
                process.kill()
            self._process = None
            self._stderr.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  # closed in close()
            # What coverage would measure isn't importable there, and its start-up is slow.
            environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr, env=environment
            )
        return self._process

    def _last_words(self) -> str:
        assert self._process is not None
        status = self._process.wait()
        self._stderr.seek(0)
        words = self._stderr.read().decode(errors="replace")
        self.close()
        return f"exit status {status}\n{words}"


def read_elsewhere(data: bytes, *, code: str | None = None, path: Sequence[str | Path] = ()) -> Any:
    """Do what :meth:`Reader.read` does in an interpreter that has done nothing else."""
    with Reader() as reader:
        return reader.read(data, code=code, path=path)


def _send(stream: IO[bytes], message: bytes) -> None:
    stream.write(len(message).to_bytes(_HEADER, "big"))
    stream.write(message)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    header = stream.read(_HEADER)
    if len(header) < _HEADER:
        raise EOFError
    return stream.read(int.from_bytes(header, "big"))


# --- what runs there ----------------------------------------------------------------------------------------------


class _NoPicklereg(importlib.abc.MetaPathFinder):
    """Stands first among the finders, so that picklereg can't be found wherever it may be installed."""

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        """Refuse picklereg and its submodules; mend importlib_metadata, which may be imported at any time, or not at all."""
        if fullname.partition(".")[0] == "picklereg":
            raise ModuleNotFoundError(
                f"No module named {fullname!r}: the reader does without it; does the payload name a class of a module that imports it?",
                name=fullname,
            )
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target) if fullname == "importlib_metadata" else None
        if spec is not None:
            loader: Any = spec.loader
            execute = loader.exec_module

            def execute_and_hide(module: Any) -> None:
                execute(module)
                _hide_entry_points(module.MetadataPathFinder)

            loader.exec_module = execute_and_hide
        return spec


def _hide_entry_points(finder: Any) -> None:
    """Hide what an installed picklereg declares to others: kombu, say, imports the serializers of all distributions."""
    find: Any = finder.find_distributions

    def find_others(*args: Any) -> Iterator[Any]:
        return (found for found in find(*args) if found.metadata["Name"] != "picklereg")

    finder.find_distributions = staticmethod(find_others)


def serve() -> None:
    """Answer requests from standard input until it ends."""
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    sys.meta_path.insert(0, _NoPicklereg())
    _hide_entry_points(importlib.metadata.MetadataPathFinder)
    while True:
        try:
            request, data = json.loads(_receive(requests)), _receive(requests)
        except EOFError:
            return
        _send(answers, json.dumps(_answer(data, **request)).encode())


def _answer(data: bytes, code: str | None, path: list[str]) -> dict[str, Any]:
    sys.path[:0] = path
    try:
        obj = pickle.loads(data)
        if code is None:
            return {"result": describe(obj)}
        names: dict[str, Any] = {"obj": obj, "describe": describe}
        exec(code, names)
        return {"result": json.loads(json.dumps(names["result"]))}
    except BaseException:  # SystemExit and KeyboardInterrupt are payloads too
        return {"error": traceback.format_exc()}
    finally:
        del sys.path[: len(path)]
        _forget(path)


def _forget(path: list[str]) -> None:
    """Forget modules that were imported from ``path``: the next test may have others of the same names."""
    if not path:
        return
    beneath = tuple(os.path.join(entry, "") for entry in path)  # noqa: PTH118  # many modules are asked, after each payload
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(beneath):
            del sys.modules[name]
    importlib.invalidate_caches()

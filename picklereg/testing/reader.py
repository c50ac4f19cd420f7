"""What reads a pickle for ``picklereg check``: a fresh interpreter, plain ``pickle.loads``, no picklereg.

The reader's process loads this file alone, by its path, so it imports nothing but the standard library. The writer imports
it too, because both sides must describe an exception by the same code: :func:`describe` gives JSON-able data without
addresses, and two descriptions are equal exactly if the exception arrived whole.

Both sides also share how a process is kept apart from the library that runs in it (:func:`run`): what the library prints
goes elsewhere, it reaches no network, and :func:`patience` ends a process that hangs, even in C code.
"""

from __future__ import annotations

import base64
import binascii
import faulthandler
import functools
import importlib
import json
import operator
import os
import pickle
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import GetSetDescriptorType, MappingProxyType, MemberDescriptorType
from typing import IO, Any, Final

__all__ = [
    "Description",
    "NoPicklereg",
    "describe",
    "find",
    "main",
    "no_network",
    "one_line",
    "patience",
    "read",
    "run",
    "send",
    "serve",
    "type_name",
]

Description = list[dict[str, Any]]

_ADDRESS: Final = re.compile(r"\b0x[0-9a-fA-F]+")
_MAX_EXCEPTIONS: Final = 200
_MAX_NESTING: Final = 6
_MAX_TEXT: Final = 1_000
_MAX_LINE: Final = 300
#: How long, in seconds, a library's threads and exit handlers may keep a process that has done its work.
_PATIENCE_AT_EXIT: Final = 2.0
_UNSET: Final = object()
_NAMED_APART: Final = frozenset({"__dict__", "__weakref__", "exceptions"})


# --- what an exception is, as data --------------------------------------------------------------------------------


def describe(exc: BaseException, names_of: Callable[[type], list[str]] = lambda _: []) -> Description:
    """Tell everything of an exception that is to arrive.

    Args:
        exc: the exception.
        names_of: gives the names that lead to a class, as :func:`find` takes them. Two classes are the same only if one name does
            to both, each in its process: what a class calls itself need not lead to it, nor be the same in both.

    Returns:
        A node for each exception met, in the order of meeting; the first is ``exc``. In a node other exceptions stand as
        their numbers, so a chain may lead back to where it was.
    """
    return _Graph(exc, names_of).nodes()


class _Graph:
    """The exceptions met so far."""

    def __init__(self, root: BaseException, names_of: Callable[[type], list[str]]) -> None:
        self._met = [root]
        self._names_of = names_of
        self._numbers = {id(root): 0}
        self._held: list[int] = []

    def nodes(self) -> Description:
        return [self._node(exc) for exc in self._met]  # grows meanwhile

    def _number(self, exc: BaseException | None) -> int | None:
        """Number an exception; the last number stands for all beyond the bound, whose nodes are not made."""
        if exc is None:
            return None
        if id(exc) not in self._numbers:
            self._numbers[id(exc)] = len(self._met)
            if len(self._met) < _MAX_EXCEPTIONS:
                self._met.append(exc)
        return self._numbers[id(exc)]

    def _node(self, exc: BaseException) -> dict[str, Any]:
        text = _text_of(exc, str)  # first: a __str__ may keep its result in an attribute
        attributes = dict(_native(exc, "__dict__"))
        notes = attributes.pop("__notes__", [])
        attributes |= dict(_fields(exc))
        self._held = []
        return {
            "type": type_name(type(exc)),
            "names": self._names_of(type(exc)),
            "str": text,
            "args": [self._show(value) for value in _native(exc, "args")],
            "attributes": {str(name): self._show(value) for name, value in sorted(attributes.items(), key=_first_as_text)},
            "notes": [_text_of(note, str) for note in notes] if isinstance(notes, (list, tuple)) else [_text_of(notes, repr)],
            "cause": self._number(_native(exc, "__cause__")),
            "context": self._number(_native(exc, "__context__")),
            "suppress_context": _native(exc, "__suppress_context__"),
            "exceptions": [self._number(sub) for sub in exc.exceptions] if isinstance(exc, BaseExceptionGroup) else [],
            "held": self._held,
        }

    def _show(self, value: Any, nesting: int = 0) -> str:
        """Show a value as text that is the same in every process; what only has an address is shown by its type."""
        if isinstance(value, BaseException):
            self._held.append(self._number(value) or 0)
            return f"<exception {type_name(type(value))}>"
        show = functools.partial(self._show, nesting=nesting + 1)
        name = type(value).__name__
        if nesting < _MAX_NESTING:
            if isinstance(value, (list, tuple)):
                return f"{name}({', '.join(map(show, value))})"
            if isinstance(value, (set, frozenset)):
                return f"{name}({', '.join(sorted(map(show, value)))})"
            if isinstance(value, (dict, MappingProxyType)):
                return f"{name}({', '.join(f'{show(key)}: {show(held)}' for key, held in value.items())})"
        return _text_of(value, repr)


def _first_as_text(item: tuple[object, object]) -> str:
    return str(item[0])


def type_name(cls: type) -> str:
    """Give a class's full name, without the function that it was defined in: cloudpickle, which sends such a class, drops that."""
    return f"{getattr(cls, '__module__', '')}.{cls.__qualname__.rpartition('<locals>.')[2]}".lstrip(".")


def one_line(problem: BaseException) -> str:
    """Give an exception as one short line."""
    text = " ".join(_text_of(problem, str).split())
    line = f"{type(problem).__name__}: {text}" if text else type(problem).__name__
    return line if len(line) <= _MAX_LINE else f"{line[:_MAX_LINE]}..."


def _text_of(value: object, function: Callable[[Any], str]) -> str:
    try:
        text = _ADDRESS.sub("0x", function(value))
    except Exception as problem:  # noqa: BLE001  # a __str__ may raise whatever it likes, and then does so on both sides
        return f"<{function.__name__} raises {type(problem).__name__}>"
    if len(text) <= _MAX_TEXT:
        return text
    return f"{text[:_MAX_TEXT]}... ({len(text)} characters, {binascii.crc32(text.encode(errors='replace')):08x})"


def _native(exc: BaseException, name: str) -> Any:
    """Read what ``BaseException`` keeps under a name, whatever a subclass means by it."""
    return vars(BaseException)[name].__get__(exc)


def _fields(exc: BaseException) -> Iterator[tuple[str, Any]]:
    """Give slots and C fields that have a value; those of ``BaseException`` have entries of their own."""
    seen = set(_NAMED_APART)
    for base in type(exc).__mro__:
        if base in (BaseException, object):
            continue
        for name, field in vars(base).items():
            if isinstance(field, (MemberDescriptorType, GetSetDescriptorType)) and name not in seen:
                seen.add(name)
                value = _value_of(exc, field)
                if value is not _UNSET:
                    yield name, value


def _value_of(exc: BaseException, field: Any) -> Any:
    try:
        return field.__get__(exc)
    except Exception:  # noqa: BLE001  # AttributeError for an empty slot, TypeError for an empty UnicodeError, ...
        return _UNSET


# --- the process that reads ---------------------------------------------------------------------------------------


class NoPicklereg:
    """A finder that stands first, so that a payload can't name picklereg, wherever that may be installed.

    A library that uses picklereg itself may import it: only what pickle asks for is refused.
    """

    @staticmethod
    def find_spec(fullname: str, path: object = None, target: object = None) -> None:  # noqa: ARG004  # the protocol's
        """Refuse picklereg and its submodules to pickle; leave everything else to the finders behind."""
        if fullname.partition(".")[0] == "picklereg" and _importer() == __file__:
            raise ModuleNotFoundError(f"the payload names {fullname}, which the reader does without", name=fullname)


def _importer() -> str:
    """Give the file of the Python code that the running import is for; pickle's own is C, so it is its caller's."""
    frame = sys._getframe(2)  # noqa: SLF001  # documented; inspect's variant reads source files
    while frame.f_back is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return frame.f_code.co_filename


def read(payload: bytes, names: Sequence[str] = ()) -> dict[str, Any]:
    """Load a payload and tell what it was.

    Args:
        payload: a pickle.
        names: those that lead to the classes of its exceptions in the writer.

    Returns:
        ``{"nodes": description}``, or ``{"problem": text}`` if it can't be loaded or holds no exception.
    """
    try:
        got = pickle.loads(payload)
        if not isinstance(got, BaseException):
            return {"problem": f"gives a {type_name(type(got))}"}
        found = {name: find(name) for name in names}
        return {"nodes": describe(got, lambda cls: [name for name, thing in found.items() if thing is cls])}
    except BaseException as problem:  # noqa: BLE001  # SystemExit too: what loading runs is foreign code
        return {"problem": one_line(problem)}


def find(name: str) -> object:
    """Give what a name leads to, as an import statement would.

    Args:
        name: ``"module:qualified.name"``.

    Returns:
        The class; ``None`` if there is nothing of that name.
    """
    module, _, qualname = name.partition(":")
    try:
        return operator.attrgetter(qualname)(importlib.import_module(module))
    except BaseException:  # noqa: BLE001  # SystemExit too: this is foreign code
        return None


def serve(requests: IO[str], answers: IO[str]) -> None:
    """Answer requests, one JSON line each, until they end.

    Args:
        requests: lines of ``{"payload": base64, "names": [...], "patience": seconds}``.
        answers: takes what :func:`read` gives.
    """
    for line in requests:
        request = json.loads(line)
        with patience(request["patience"]):
            answer = read(base64.b64decode(request["payload"]), request["names"])
        send(answers, answer)


def send(stream: IO[str], message: Mapping[str, Any]) -> None:
    """Write one JSON line."""
    stream.write(json.dumps(message) + "\n")
    stream.flush()


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """End the process, with a traceback on standard error, if the block takes longer."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def no_network(event: str, args: tuple[Any, ...]) -> None:
    """Be an audit hook that refuses the network; local sockets, whose addresses are paths, stay.

    Args:
        event: the event's name.
        args: its arguments.

    Raises:
        ConnectionRefusedError: if the event is an attempt to reach another machine.
    """
    if (event in _LOOKUPS and not _is_address(args[0])) or (event in _CONNECTIONS and isinstance(args[1], tuple)):
        raise ConnectionRefusedError("picklereg check runs without network")


def _is_address(host: object) -> bool:
    """Tell whether a host is looked up without asking anybody. Libraries try out whether that works as they are imported."""
    import ipaddress  # here: few libraries look anything up

    try:
        ipaddress.ip_address(os.fsdecode(host))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return host is None
    return True


_LOOKUPS: Final = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})
_CONNECTIONS: Final = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


def run(work: Callable[[IO[str], IO[str]], None]) -> None:
    """Run a process's work with its standard input and output to itself, and nothing else able to get at them.

    Args:
        work: takes the stream of requests and the stream of answers.
    """
    descriptors = os.dup(0), os.dup(1)
    # A library that forks must not keep the streams open, nor answer in our name; there is no fork on Windows.
    for descriptor in descriptors:
        getattr(os, "register_at_fork", dict)(after_in_child=functools.partial(os.close, descriptor))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.addaudithook(no_network)
    with open(descriptors[0], encoding="utf-8") as requests, open(descriptors[1], "w", encoding="utf-8") as answers:  # noqa: PTH123
        work(requests, answers)
    faulthandler.dump_traceback_later(_PATIENCE_AT_EXIT, exit=True, file=2)


def main(module: str) -> None:
    """Be the reader's process.

    Args:
        module: whose exceptions are read. Those of picklereg itself can't be without it.
    """
    if module.partition(".")[0] != "picklereg":
        sys.meta_path.insert(0, NoPicklereg())
    run(serve)

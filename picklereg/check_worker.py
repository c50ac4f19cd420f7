"""The process that does a module's check: imports it, builds its exceptions, writes them and has them read.

It is a process of its own because importing a library and building its exceptions is foreign code, which may print, hang,
or end the interpreter. It tells what it does, step by step, as JSON-able events; whoever reads them knows at each point what
it was doing. Readers are two more processes: one for each method, since what one payload does to a process mustn't help the other.
"""

from __future__ import annotations

import base64
import importlib
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import IO, Any, Final, Self

import picklereg
from picklereg import _check_reader
from picklereg._check_reader import describe, one_line, patience, send, type_name
from picklereg.builder import NotBuiltError, build, raised
from picklereg.check_compare import compare, notes_of
from picklereg.check_process import DiedError, Process
from picklereg.check_results import METHODS, Kind, Limits, Method, Outcome
from picklereg.contents import is_exception_class
from picklereg.installation import subclasses_of
from picklereg.plans import is_importable

__all__ = ["Reader", "defined_in", "events", "main"]

Event = dict[str, Any]

_WRITE: Final[Mapping[Method, Callable[[BaseException], bytes]]] = {"pickle": pickle.dumps, "picklereg": picklereg.dumps}

#: The reader's file is loaded by its path, because there picklereg doesn't exist.
_START_READER: Final = """
import importlib.util
spec = importlib.util.spec_from_file_location("picklereg._check_reader", sys.argv[2])
reader = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reader)
reader.main(sys.argv[3])
"""


class Reader:
    """Fresh interpreters, one after the other: the next one is started when one has died of a payload.

    Args:
        module: the name of the module that is checked.
        path: their ``sys.path``.
        limits: how long they may take.
    """

    def __init__(self, module: str, path: Sequence[str], limits: Limits) -> None:
        self._module = module
        self._path = list(path)
        self._limits = limits
        self._is_new = True
        self._process = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.close()

    def finish(self) -> None:
        """Let it go, without waiting."""
        self._process.finish()

    def read(self, payload: bytes) -> Mapping[str, Any]:
        """Have a payload read.

        Args:
            payload: a pickle.

        Returns:
            What ``_check_reader.read`` gives.
        """
        # The first payload makes it import the module.
        seconds = self._limits.step + (self._limits.importing if self._is_new else 0)
        self._is_new = False
        self._process.send({"payload": base64.b64encode(payload).decode(), "patience": seconds})
        try:
            return self._process.receive()
        except DiedError as death:
            self._process.close()
            self._process = self._start()
            return {"problem": str(death)}

    def _start(self) -> Process:
        self._is_new = True
        return Process(self._path, _START_READER, str(Path(_check_reader.__file__).resolve()), self._module)


def main(module: str, start: str, importing: str, step: str) -> None:
    """Be the worker's process.

    Args:
        module: the name of the module to check.
        start: see :func:`events`.
        importing: see :class:`Limits`.
        step: see :class:`Limits`.
    """

    def work(_: IO[str], answers: IO[str]) -> None:
        for event in events(module, int(start), Limits(float(importing), float(step))):
            send(answers, event)

    _check_reader.run(work)


def events(name: str, start: int, limits: Limits) -> Iterator[Event]:
    """Check a module in this process.

    Args:
        name: the module's name.
        start: how many outcomes, counted by class and method, are left out because an earlier process has dealt with them.
        limits: how long things may take; this process is ended if they take longer.

    Yields:
        ``{"error": text}`` if the module can't be imported. Otherwise ``{"found": [[module, name], ...]}``; then for each class
        ``{"built": ..., ...}`` and, if that succeeded, for each method ``{"outcome": ...}``.
    """
    path = list(sys.path)
    with ExitStack() as stack:
        readers = {method: stack.enter_context(Reader(name, path, limits)) for method in METHODS}
        for reader in readers.values():
            stack.callback(reader.finish)  # called before the first of them is waited for
        classes = _imported(name, limits)
        if isinstance(classes, str):
            yield {"error": classes}
            return
        yield {"found": [[str(cls.__module__), cls.__qualname__] for cls in classes]}
        for index, cls in enumerate(classes):
            methods = METHODS[max(0, start - index * len(METHODS)) :]
            if methods:
                yield from _class_events(cls, {method: readers[method] for method in methods}, limits)


def _imported(name: str, limits: Limits) -> list[type[BaseException]] | str:
    """Give the classes, or why there are none."""
    with patience(limits.importing):
        try:
            module = importlib.import_module(name)
            _load_exports(module)
            return defined_in(module)
        except BaseException as problem:  # noqa: BLE001  # SystemExit too: this is foreign code
            if isinstance(problem, ModuleNotFoundError) and problem.name and f"{name}.".startswith(f"{problem.name}."):
                return f"no module named {name!r}; is it installed in this environment?"
            return f"importing {name!r} raises {one_line(problem)}"


def _load_exports(module: ModuleType) -> None:
    """Load what a package that loads its parts lazily (PEP 562) says it has."""
    if "__getattr__" in vars(module):
        for name in [*dir(module), *getattr(module, "__all__", ())]:
            with suppress(Exception):  # what needs an extra that isn't installed
                getattr(module, name)


def _class_events(cls: type[BaseException], readers: Mapping[Method, Reader], limits: Limits) -> Iterator[Event]:
    try:
        with patience(limits.step):
            specimen = build(cls)
            remarks = raised(specimen.exc)
            before = describe(specimen.exc)
    except NotBuiltError as problem:
        yield {"built": "not built", "problem": str(problem), "remarks": []}
        return
    except BaseException as problem:  # noqa: BLE001  # foreign code
        yield {"built": "not built", "problem": f"looking at it raises {one_line(problem)}", "remarks": []}
        return
    how = "by its signature" if specimen.problem is None else "without __init__"
    yield {"built": how, "problem": specimen.problem, "remarks": remarks}
    for method, reader in readers.items():
        yield {"outcome": asdict(_outcome(specimen.exc, before, method, reader, limits))}


def _outcome(exc: BaseException, before: _check_reader.Description, method: Method, reader: Reader, limits: Limits) -> Outcome:
    try:
        with patience(limits.step):
            payload = _WRITE[method](exc)
    except BaseException as problem:  # noqa: BLE001  # foreign code
        return Outcome("fails in the writer", one_line(problem))
    answer = reader.read(payload)
    if "problem" in answer:
        return Outcome("fails in the reader", answer["problem"])
    differences = compare(before, answer["nodes"])
    if not differences:
        return Outcome("whole")
    kind: Kind = "noted" if all(difference.noted for difference in differences) else "changed"
    return Outcome(kind, None, differences, notes_of(answer["nodes"]))


# --- which classes a module defines -------------------------------------------------------------------------------


def defined_in(module: ModuleType) -> list[type[BaseException]]:
    """Give the exception classes that a module defines, or a package with those of its submodules that are imported.

    Args:
        module: the module.

    Returns:
        The classes, ordered by name. A class that was given the name of a package above, or a name under which it can't be
        found, counts where it stands.
    """
    inside = f"{module.__name__}." if hasattr(module, "__path__") else None
    found = {id(cls): cls for cls in subclasses_of([BaseException]) if _is_within(str(cls.__module__), module, inside)}
    for name, known in [(module.__name__, module), *sys.modules.items()]:
        if isinstance(known, ModuleType) and _is_within(name, module, inside):
            found |= {id(cls): cls for cls in _renamed_in(known)}
    return sorted(found.values(), key=type_name)


def _is_within(name: str, module: ModuleType, inside: str | None) -> bool:
    return name == module.__name__ or (inside is not None and name.startswith(inside))


def _renamed_in(module: ModuleType) -> Iterator[type[BaseException]]:
    for value in list(vars(module).values()):
        if is_exception_class(value) and (module.__name__.startswith(f"{value.__module__}.") or not is_importable(value)):
            yield value

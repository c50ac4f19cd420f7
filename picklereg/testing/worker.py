"""The process that does a check: imports modules, builds their exceptions, writes them and has them read.

It is a process of its own because importing a library and building its exceptions is foreign code, which may print, hang,
or end the interpreter. It tells what it does, step by step, as JSON-able events; whoever reads them knows at each point what
it was doing. Readers are two more processes: one for each method, since what one payload does to a process mustn't help the other.
"""

from __future__ import annotations

import base64
import gc
import importlib
import json
import pickle
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import IO, Any, Final, Literal, Self

import picklereg
from picklereg.introspection.fields import leave_alone
from picklereg.introspection.homes import home_of
from picklereg.introspection.naming import is_importable, is_said_to_be_held, module_of
from picklereg.registry.registrations import is_exception_class, subclasses_of
from picklereg.testing.builder import NotBuiltError, build, raised
from picklereg.testing.compare import Difference, compare, notes_of
from picklereg.testing.explain import explain
from picklereg.testing.process import DiedError, Process
from picklereg.testing.reader import Description, describe, one_line, patience, run, send, type_name
from picklereg.testing.results import METHODS, Kind, Limits, Method, Outcome, Target
from picklereg.testing.stripped import is_stripped

__all__ = ["Reader", "defined_in", "described", "events", "main"]

Event = dict[str, Any]

_WRITE: Final[Mapping[Method, Callable[[BaseException], bytes]]] = {"pickle": pickle.dumps, "picklereg": picklereg.dumps}

#: The reader's file is loaded by its path, because there picklereg doesn't exist.
_START_READER: Final = """
import importlib.util
spec = importlib.util.spec_from_file_location("picklereg.testing.reader", sys.argv[2])
reader = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reader)
reader.main(sys.argv[3])
"""


_READER: Final = str(Path(__file__).resolve().with_name("reader.py"))


class Reader:
    """Fresh interpreters, one after the other: the next one is started when one has died of a payload.

    Args:
        module: the name of the module that is checked.
        path: their ``sys.path``.
        limits: how long they may take.
        process_group: as for :class:`picklereg.testing.process.Process`.
    """

    def __init__(self, module: str, path: Sequence[str], limits: Limits, *, process_group: Literal[0] | None = 0) -> None:
        self._process_group: Literal[0] | None = process_group
        self._module = module
        self._path = list(path)
        self._limits = limits
        self._imported: set[str] = set()
        self._process = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.close()

    def finish(self) -> None:
        """Let it go, without waiting."""
        self._process.finish()

    def read(self, payload: bytes, module: str, before: Sequence[Mapping[str, Any]] = ()) -> Mapping[str, Any]:
        """Have a payload read.

        Args:
            payload: a pickle.
            module: the name of the module that defines what is in it.
            before: what :func:`described` says of what was sent.

        Returns:
            What ``reader.read`` gives.
        """
        # The first payload makes it import the module.
        seconds = self._limits.step + (0 if module in self._imported else self._limits.importing)
        self._imported.add(module)
        names = sorted({name for node in before for name in node["names"]})
        self._process.send({"payload": base64.b64encode(payload).decode(), "names": names, "patience": seconds})
        try:
            return self._process.receive()
        except DiedError as death:
            self._process.close()
            self._process = self._start()
            return {"problem": str(death)}

    def _start(self) -> Process:
        self._imported.clear()
        return Process(self._path, _START_READER, _READER, self._module, process_group=self._process_group)


def described(exc: BaseException) -> Description:
    """Tell everything of an exception that is to arrive, with the names that are to lead to its class in the reader, too.

    Args:
        exc: the exception.

    Returns:
        What ``reader.describe`` gives.
    """
    return describe(exc, _names_of)


def _names_of(cls: type) -> list[str]:
    """Give the name that leads to a class; nothing for one of a function or ``__main__``, of which readers get a copy."""
    if not is_said_to_be_held(cls):
        return []
    home = None if is_importable(cls) else home_of(cls)
    return [":".join(home or (module_of(cls), cls.__qualname__))]


def main() -> None:
    """Be the worker's process. What to check comes as the first line of its input."""

    def work(requests: IO[str], answers: IO[str]) -> None:
        request = json.loads(requests.readline())
        for event in events(Target(**request["target"]), Limits(**request["limits"]), request["start"], request["skip"]):
            send(answers, event)

    run(work)


def events(target: Target, limits: Limits, start: int = 0, skip: Collection[str] = ()) -> Iterator[Event]:
    """Check modules in this process.

    Args:
        target: the modules.
        limits: how long things may take; this process is ended if they take longer.
        start: how many outcomes, counted by class and method, are left out because an earlier process has dealt with them.
        skip: modules that an earlier process couldn't import.

    Yields:
        For each module ``{"importing": name}`` and, if that fails, ``{"not imported": name, "error": text}``; then
        ``{"found": [[module, name], ...]}``; then for each class ``{"built": ..., ...}`` and, if that succeeded, for each method
        ``{"outcome": ...}``.
    """
    path = list(sys.path)
    with ExitStack() as stack:
        readers = {method: stack.enter_context(Reader(target.modules[0], path, limits, process_group=None)) for method in METHODS}
        for reader in readers.values():
            stack.callback(reader.finish)  # called before the first of them is waited for
        imported: list[ModuleType] = []
        for name in target.modules:
            if name not in skip:
                yield {"importing": name}
                module = _imported(name, limits)
                if isinstance(module, str):
                    yield {"not imported": name, "error": module}
                else:
                    imported.append(module)
        classes = defined_in(target.roots) if imported else []
        if imported and target.qualname is not None:
            one = _class_in(imported[0], target.qualname)
            if isinstance(one, str):
                yield {"not imported": target.modules[0], "error": one}
            classes = [] if isinstance(one, str) else [one]
        yield {"found": [[module_of(cls), cls.__qualname__] for cls in classes]}
        for index, cls in enumerate(classes):
            methods = METHODS[max(0, start - index * len(METHODS)) :]
            if methods:
                yield from _class_events(cls, {method: readers[method] for method in methods}, limits, explained=target.explain)


def _imported(name: str, limits: Limits) -> ModuleType | str:
    """Give the module, or why there is none."""
    with patience(limits.importing):
        try:
            module = importlib.import_module(name)
            _load_exports(module)
        except BaseException as problem:  # noqa: BLE001  # SystemExit too: this is foreign code
            if isinstance(problem, ModuleNotFoundError) and problem.name and f"{name}.".startswith(f"{problem.name}."):
                return f"no module named {name!r}; is it installed in this environment?"
            return f"importing {name!r} raises {one_line(problem)}"
        return module


def _load_exports(module: ModuleType) -> None:
    """Load what a package that loads its parts lazily (PEP 562) says it has."""
    if "__getattr__" in vars(module):
        for name in [*dir(module), *getattr(module, "__all__", ())]:
            with suppress(Exception):  # what needs an extra that isn't installed
                getattr(module, name)


def _class_in(module: ModuleType, qualname: str) -> type[BaseException] | str:
    """Give a class, or why there is none."""
    found: Any = module
    for part in qualname.split("."):
        found = getattr(found, part, None)
    if is_exception_class(found):
        return found  # type: ignore[no-any-return]
    if found is not None:
        return f"{qualname!r} in {module.__name__!r} is no exception class"
    names = sorted(name for name, value in vars(module).items() if is_exception_class(value))
    near = get_close_matches(qualname, names, 1)
    return f"no exception class named {qualname!r} in {module.__name__!r}{f'; did you mean {near[0]!r}?' if near else ''}"


def _class_events(cls: type[BaseException], readers: Mapping[Method, Reader], limits: Limits, *, explained: bool) -> Iterator[Event]:
    try:
        with patience(limits.step):
            specimen = build(cls)
            remarks = raised(specimen.exc)
            before = described(specimen.exc)
            explanation = {"explanation": explain(specimen.exc).as_data()} if explained else {}
    except NotBuiltError as problem:
        yield {"built": "not built", "problem": str(problem), "remarks": []}
        return
    except BaseException as problem:  # noqa: BLE001  # foreign code
        yield {"built": "not built", "problem": f"looking at it raises {one_line(problem)}", "remarks": []}
        return
    how = "by its signature" if specimen.problem is None else "without __init__"
    yield {"built": how, "problem": specimen.problem, "remarks": remarks, **explanation}
    for method, reader in readers.items():
        restore = leave_alone(specimen.exc)  # some reduces write into the live exception, and the next method must not get that
        yield {"outcome": asdict(_outcome(specimen.exc, before, method, reader, limits))}
        restore()


def _outcome(exc: BaseException, before: Description, method: Method, reader: Reader, limits: Limits) -> Outcome:
    started = time.perf_counter()
    try:
        with patience(limits.step):
            payload = _WRITE[method](exc)
    except BaseException as problem:  # noqa: BLE001  # foreign code
        return Outcome("fails in the writer", one_line(problem), seconds=_since(started))
    seconds = _since(started)
    answer = reader.read(payload, module_of(type(exc)), before)
    if "problem" in answer:
        return Outcome("fails in the reader", answer["problem"], seconds=seconds)
    differences = compare(before, answer["nodes"])
    if not differences:
        return Outcome("whole", seconds=seconds)
    return Outcome(_kind_of(exc, differences, method), None, differences, notes_of(answer["nodes"]), seconds)


def _kind_of(exc: BaseException, differences: Sequence[Difference], method: Method) -> Kind:
    if all(difference.noted for difference in differences):
        return "noted"
    return "stripped" if method == "picklereg" and is_stripped(exc, differences) else "changed"


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 6)


# --- which classes modules define ---------------------------------------------------------------------------------


def defined_in(roots: Sequence[str]) -> list[type[BaseException]]:
    """Give the exception classes that modules define; a package counts with those of its submodules that are imported.

    Args:
        roots: the modules' names.

    Returns:
        The classes, ordered by name. A class that was given the name of a package above, or a name under which it can't be
        found, counts where it stands.
    """
    insides = tuple(f"{root}." for root in roots)
    gc.collect()  # what a decorator has replaced (attrs does, for slots) is a subclass until then
    # A module or a package above whose import failed half-way leaves classes behind that no fresh process can get.
    known_names = {name for name in sys.modules if f"{name}.".startswith(insides) and _is_imported(name)}
    found = {id(cls): cls for cls in subclasses_of([BaseException]) if module_of(cls) in known_names}
    for known in [sys.modules[name] for name in known_names]:
        if isinstance(known, ModuleType):
            found |= {id(cls): cls for cls in _renamed_in(known)}
    return sorted(found.values(), key=type_name)


def _is_imported(name: str) -> bool:
    parts = name.split(".")
    return all(".".join(parts[:end]) in sys.modules for end in range(1, len(parts) + 1))


def _renamed_in(module: ModuleType) -> Iterator[type[BaseException]]:
    for value in list(vars(module).values()):
        if is_exception_class(value) and (module.__name__.startswith(f"{module_of(value)}.") or not is_importable(value)):
            yield value

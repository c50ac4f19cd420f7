"""What becomes of a declared exception set in a process that imports its library: tried out in a fresh one.

``main`` runs there. It discovers the declared sets, looks whether that has imported the library, imports it, and looks what the set
has registered.
"""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any, Final

from picklereg.introspection.naming import type_name
from picklereg.registry.entry_points import scan
from picklereg.registry.registry import Registry
from picklereg.testing.modules import import_path
from picklereg.testing.process import DiedError, Process
from picklereg.testing.reader import one_line, patience, run, send

if TYPE_CHECKING:
    from picklereg.registry.exception_sets import ExceptionSet
    from picklereg.testing.results import Limits

__all__ = ["activated", "main"]

_START: Final = "from picklereg.testing.activation import main; main()"


def activated(name: str, distribution: str | None, limits: Limits) -> Mapping[str, Any]:
    """Import the library of a declared set in a fresh interpreter.

    Args:
        name: the set's name, which is the module that it waits for.
        distribution: who declares it; anybody, if that is ``None``.
        limits: how long it may take.

    Returns:
        ``{"value", "distribution", "classes", "attachments"}``, or ``{"problem": text}``.
    """
    with Process(import_path(), _START) as process:
        process.send({"name": name, "distribution": distribution, "patience": limits.importing})
        try:
            return process.receive()
        except DiedError as death:
            return {"problem": f"importing {name!r} {death}"}


def main() -> None:
    """Be the process that imports the library."""

    def work(requests: IO[str], answers: IO[str]) -> None:
        request = json.loads(requests.readline())
        with patience(request["patience"]):
            answer = _try_out(request["name"], request["distribution"])
        send(answers, answer)

    run(work)


def _try_out(name: str, distribution: str | None) -> dict[str, Any]:
    registry = Registry()
    was_imported = name in sys.modules  # what picklereg itself needs
    before = set(sys.modules)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about other sets, and what a library warns of
        registry.install()
        found = next((known for known in registry.sets if known.name == name and distribution in {None, known.distribution}), None)
        if found is None:
            return {"problem": _why_not_found(name, distribution)}
        if not was_imported and (name in sys.modules or found.state != "waiting"):
            return {"problem": f"finding it has imported {name!r}: {_added(before)}"}
        try:
            importlib.import_module(name)
        except BaseException as problem:  # noqa: BLE001  # SystemExit too: this is foreign code
            return {"problem": f"importing {name!r} raises {one_line(problem)}"}
        registry.refresh()
    return _registered(found)


def _why_not_found(name: str, distribution: str | None) -> str:
    """Say why there is no such set: its declaration is broken, or what there is instead."""
    declared, problems = scan()
    for problem in problems:
        if problem.name == name and distribution in {None, problem.distribution}:
            return str(problem)
    others = sorted({known.name for known in declared if known.distribution == distribution})
    by = "" if distribution is None else f" by {distribution!r}"
    there_are = f" (it declares {', '.join(map(repr, others))})" if others else ""
    return f"no set of that name is declared{by}{there_are}; after a change of pyproject.toml, install the distribution anew"


def _added(before: set[str]) -> str:
    return ", ".join(sorted({module.partition(".")[0] for module in set(sys.modules) - before})[:5])


def _registered(found: ExceptionSet) -> dict[str, Any]:
    contents = found.contents
    contents.merge(found.rescan())  # submodules that were imported after the set had become active
    classes = sorted({type_name(cls) for cls in (*contents.classes, *contents.exact)})
    attachments = sorted(map(type_name, contents.strips))
    if found.problem is not None:
        return {"problem": f"it failed: {found.problem}"}
    if not (classes or attachments or contents.modules):
        return {"problem": f"it is {found.state} and registers nothing"}
    return {"value": found.value, "distribution": found.distribution, "classes": classes, "attachments": attachments}

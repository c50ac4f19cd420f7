"""What there is to know of the declared exception sets without importing a library that one of them is about."""

from __future__ import annotations

import difflib
import importlib.util
import pkgutil
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from picklereg.introspection.naming import type_name
from picklereg.registry.entry_points import scan
from picklereg.registry.import_hook import is_imported
from picklereg.registry.registry import Registry

if TYPE_CHECKING:
    from picklereg.registry.exception_sets import ExceptionSet, State

__all__ = ["Library", "SetReport", "declared_sets", "is_findable", "registered_sets"]

Library = Literal["imported", "installed", "not installed"]

_WAITING: Final = "waiting"


@dataclass(slots=True)
class SetReport:
    """One declared exception set.

    Attributes:
        name: the entry point's name, which is the module that the set waits for.
        value: the entry point's value, which is where the set is.
        distribution: who declares it; empty if it was registered in this process.
        version: the distribution's; empty if its metadata is broken.
        library: whether that module is imported in this process, could be, or couldn't.
        state: ``"waiting"``, ``"active"`` or ``"failed"``.
        problem: why it failed, or would.
        classes: the exception classes that it registers; unknown (empty) while it waits.
        attachments: the same for classes of attachments.
    """

    name: str
    value: str
    distribution: str
    version: str
    library: Library
    state: State
    problem: str | None = None
    classes: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Give everything in a form that JSON has."""
        return asdict(self)


def declared_sets() -> list[SetReport]:
    """Give all sets that installed distributions declare, by distribution and name; broken ones, too.

    A set whose library is imported in this process becomes active, in a registry of its own. No library is imported.
    """
    registry = Registry()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is broken is told by the sets
        registry.discover()
    reports = [*map(_report, registry.sets), *_broken()]
    return sorted(reports, key=lambda report: (report.distribution == "picklereg", report.distribution.lower(), report.name))


def registered_sets(registry: Registry) -> list[SetReport]:
    """Give the sets that were registered in this process by the name of a module; one that can't be found has a problem.

    Args:
        registry: whose.
    """
    reports = [_report(known) for known in registry.sets if known.distribution is None]
    for report in reports:
        report.distribution = ""
        if report.state == _WAITING and report.library == "not installed":
            report.problem = f"no module of that name can be found, so it waits for ever{_near(report.name)}"
    return reports


def _near(module: str) -> str:
    """Name a module beside that one, if one is called almost the same."""
    package, _, _ = module.rpartition(".")
    if package and not is_findable(package):
        return _near(package)
    places = _places(package) if package else None
    siblings = [f"{package}.{found.name}".lstrip(".") for found in pkgutil.iter_modules(places)]
    near = difflib.get_close_matches(module, siblings, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _places(package: str) -> list[str]:
    """Give where the submodules of a package are."""
    first, *rest = package.split(".")
    spec = importlib.util.find_spec(first)
    locations = list((spec and spec.submodule_search_locations) or ())
    for index in range(len(rest)):
        locations = _inside(locations, ".".join([first, *rest[: index + 1]])) or []
    return locations


def is_findable(module: str) -> bool:
    """Tell whether a module could be imported, without importing a package that it is in.

    Args:
        module: its full name.
    """
    first, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(first)
    except (ImportError, ValueError):  # a finder may be anybody's; a module need not have a spec
        return False
    if spec is None:
        return False
    locations = list(spec.submodule_search_locations or ())
    name = first
    for part in rest:
        name = f"{name}.{part}"
        found = _inside(locations, name)
        if found is None:
            return False
        locations = found
    return True


def _inside(locations: Iterable[str], name: str) -> list[str] | None:
    """Give where the submodules of a module are, or ``None`` if it isn't in one of these places."""
    portions: list[str] = []
    for location in locations:
        finder: Any = pkgutil.get_importer(location)
        spec = None if finder is None else finder.find_spec(name)
        if spec is not None:
            inside: list[str] = list(spec.submodule_search_locations or ())
            if spec.loader is not None:
                return inside
            portions += inside  # of a namespace package
    return portions or None


def _broken() -> Iterator[SetReport]:
    for problem in scan()[1]:
        distribution = problem.distribution or "?"
        yield SetReport(
            problem.name, problem.value, distribution, _version(distribution), _library(problem.name), "failed", problem.problem
        )


def _report(known: ExceptionSet) -> SetReport:
    contents = known.contents
    distribution = str(known.distribution)
    report = SetReport(
        name=known.name,
        value=known.value,
        distribution=distribution,
        version=_version(distribution),
        library=_library(known.name),
        state=known.state,
        problem=known.problem,
        classes=tuple(sorted({type_name(cls) for cls in (*contents.classes, *contents.exact)})),
        attachments=tuple(sorted(map(type_name, contents.strips))),
    )
    module = known.value.partition(":")[0].strip()
    if report.state == _WAITING and report.library != "not installed" and not is_findable(module):
        report.state, report.problem = "failed", f"no module named {module!r}"
    return report


def _library(name: str) -> Library:
    if is_imported(name):
        return "imported"
    return "installed" if name.isprintable() and is_findable(name) else "not installed"


def _version(distribution: str) -> str:
    from importlib_metadata import version

    try:
        return str(version(distribution))
    except Exception:  # noqa: BLE001  # metadata may be broken in any way
        return ""

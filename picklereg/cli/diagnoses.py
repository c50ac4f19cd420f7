"""What ``picklereg doctor`` finds out of the process that it runs in. It imports no framework: what isn't imported has no app here."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from picklereg.cli.distributions import all_installed
from picklereg.cli.framework_table import FRAMEWORKS, Framework
from picklereg.cli.run import SITE
from picklereg.registry.registry import DEFAULT_REGISTRY
from picklereg.registry.set_reports import declared_sets, registered_sets

if TYPE_CHECKING:
    from picklereg.cli.app import App

__all__ = ["Diagnosis", "FrameworkReport", "diagnosed"]

#: How many values of an app are looked through.
_MOST: Final = 5_000
#: What Celery calls the settings that say how results travel.
_SETTINGS: Final = ("result_backend", "result_serializer", "task_serializer", "accept_content", "result_accept_content")
_PLAIN: Final = (bool, bytes, float, int, type(None))


@dataclass(frozen=True, slots=True)
class FrameworkReport:
    """A framework that is installed.

    Attributes:
        distribution: its distribution.
        version: that one's.
        line: what puts picklereg into effect there.
        effect: what has done so, as far as this process tells; ``None`` if nothing has.
        imported: whether it is imported in this process.
    """

    distribution: str
    version: str
    line: str
    effect: str | None
    imported: bool


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What there is to know.

    Attributes:
        installed: ``"all exceptions"``, ``"declared exceptions"``, or ``None``.
        by_run: whether ``picklereg run`` has done that.
        app: what was imported, if anything was.
        frameworks: those that are installed.
        sets: numbers of declared sets by state.
        broken: declared sets that failed.
        waiting: modules that were registered here and aren't imported, each with why it never will be, if that is so.
    """

    installed: str | None
    by_run: bool
    app: str | None
    frameworks: tuple[FrameworkReport, ...]
    sets: dict[str, int] = field(default_factory=dict[str, int])
    broken: dict[str, str] = field(default_factory=dict[str, str])
    waiting: dict[str, str | None] = field(default_factory=dict[str, str | None])

    @property
    def in_effect(self) -> bool | None:
        """Whether picklereg is in effect; ``None`` if that can't be told, because no app was named."""
        if self.installed is not None or any(found.effect for found in self.frameworks):
            return True
        return None if self.app is None else False

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to mend."""
        return self.in_effect is not False and not self.broken and not any(self.waiting.values())

    def as_data(self) -> dict[str, Any]:
        """Give everything in a form that JSON has."""
        return {**asdict(self), "in_effect": self.in_effect}


def diagnosed(name: str | None, app: App | None) -> Diagnosis:
    """Look around in this process.

    Args:
        name: what the app was called.
        app: what was imported.
    """
    sets = declared_sets()
    return Diagnosis(
        _installed(),
        SITE in os.environ.get("PYTHONPATH", "").split(os.pathsep),
        name,
        tuple(_frameworks(app)),
        dict(Counter(report.state for report in sets)),
        {report.name: str(report.problem) for report in sets if report.state == "failed"},
        {report.name: report.problem for report in registered_sets(DEFAULT_REGISTRY) if report.state == "waiting"},
    )


def _installed() -> str | None:
    if not DEFAULT_REGISTRY._is_watching():  # noqa: SLF001  # nobody but us has a use for it
        return None
    return "all exceptions" if DEFAULT_REGISTRY._installation.covers_all else "declared exceptions"  # noqa: SLF001  # the same


def _frameworks(app: App | None) -> Iterator[FrameworkReport]:
    """Give the frameworks that are installed, by their distributions' metadata."""
    distributions = all_installed()
    things = [] if app is None else [app.thing] if app.thing is not None else [*vars(app.module).values()]
    for framework in FRAMEWORKS:
        distribution = distributions.get(framework.distribution)
        if distribution is not None:
            effect, is_imported = _effect(framework, things), framework.module in sys.modules
            yield FrameworkReport(framework.distribution, str(distribution.version), framework.line, effect, is_imported)


def _effect(framework: Framework, things: Iterable[object]) -> str | None:
    """Tell what has put picklereg into effect in a framework, apart from what holds for all of them."""
    adapter = f"picklereg.frameworks.{framework.adapter}"
    if adapter in sys.modules:
        return f"{adapter} is imported"
    for thing in things:
        if _is_of(thing, framework) and (found := _mention(thing)) is not None:
            return f"{type(thing).__name__} has {found}"
    return None


def _is_of(thing: object, framework: Framework) -> bool:
    """Tell whether something is an instance of a framework's class, or of a class that is derived from one."""
    return any(str(base.__module__).partition(".")[0] == framework.module for base in type(thing).__mro__)


def _mention(thing: object) -> str | None:
    """Find picklereg in what an app holds: its module, its functions, instances of its classes, or its name."""
    seen, stack = set[int](), [thing, *_settings(thing)]
    while stack and len(seen) < _MOST:
        value = stack.pop()
        if id(value) in seen or isinstance(value, _PLAIN):
            continue
        seen.add(id(value))
        if (found := _named(value)) is not None:
            return found
        if isinstance(value, dict):
            stack += value.values()
        elif isinstance(value, list | tuple | set | frozenset):
            stack += value
        elif not isinstance(value, type | ModuleType | FunctionType | str):
            stack += getattr(value, "__dict__", {}).values()
    return None


def _settings(thing: object) -> Iterator[object]:
    """Give Celery's settings, which it reads when they are asked for."""
    conf: Any = getattr(thing, "conf", None)
    for name in _SETTINGS:
        with suppress(Exception):  # whatever an app's configuration does
            yield getattr(conf, name)


def _named(value: object) -> str | None:
    """Give what of picklereg a value is."""
    if isinstance(value, str):
        return repr(value.partition("://")[0]) if value.partition("+")[0] == "picklereg" else None  # a URL may hold a password
    if isinstance(value, ModuleType):
        return value.__name__ if value.__name__.partition(".")[0] == "picklereg" else None
    for owner in (value,) if isinstance(value, type | FunctionType) else type(value).__mro__:
        if str(getattr(owner, "__module__", "")).partition(".")[0] == "picklereg":
            return f"{owner.__module__}.{getattr(owner, '__qualname__', '')}"
    return None

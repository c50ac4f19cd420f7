"""Which exception sets the installed distributions declare.

A set is an entry point of the group ``picklereg.exception_sets``. Its name is the module to wait for, its value says where
the set is. Nothing that is declared gets imported here. What is wrong with one distribution doesn't concern the others.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from importlib import import_module
from typing import Final, NamedTuple

from picklereg.errors import DiscoveryError
from picklereg.introspection.text import describe
from picklereg.registry.distributions import Distribution, first_of_its_name, installed_distributions, name_of
from picklereg.registry.problems import tell

__all__ = ["GROUP", "Declaration", "declared", "scan"]

#: The entry-point group of exception sets.
GROUP: Final = "picklereg.exception_sets"

_OURSELVES: Final = "picklereg"
_FILE: Final = "entry_points.txt"


class Declaration(NamedTuple):
    """One declared exception set.

    Attributes:
        name: the module whose import activates the set.
        value: where the set is: ``module`` or ``module:attribute``.
        distribution: the distribution that declares it.
    """

    name: str
    value: str
    distribution: str | None

    def load(self) -> object:
        """Import what the value names."""
        module, _, attribute = self.value.partition(":")
        return functools.reduce(getattr, filter(None, attribute.strip().split(".")), import_module(module.strip()))


def declared(group: str = GROUP, *, strict: bool = False) -> tuple[Declaration, ...]:
    """Give the exception sets that installed distributions declare, by name, the same ones in the same order each time.

    A distribution's set beats the one that picklereg ships under the same name. Other distributions don't beat each other.
    A broken declaration is skipped, with a warning.

    Args:
        group: the entry-point group.
        strict: whether to raise for a broken declaration instead.

    Raises:
        DiscoveryError: with ``strict``, for the first broken declaration.
    """
    found, problems = scan(group)
    if strict and problems:
        raise problems[0]
    tell(problems)
    return found


def scan(group: str = GROUP) -> tuple[tuple[Declaration, ...], tuple[DiscoveryError, ...]]:
    """Give what :func:`declared` gives, and what is wrong with the rest."""
    found: set[Declaration] = set()
    problems: dict[str, DiscoveryError] = {}
    for name, value, distribution in _entries(group, problems):
        if (problem := _problem_with(name, value)) is None:
            found.add(Declaration(name, value, distribution))
        else:
            _note(problems, DiscoveryError(name, value, distribution, problem))
    theirs = {known.name for known in found if known.distribution != _OURSELVES}
    kept = (known for known in found if known.distribution != _OURSELVES or known.name not in theirs)
    return tuple(sorted(kept, key=lambda known: (known.name, str(known.distribution), known.value))), tuple(problems.values())


def _entries(group: str, problems: dict[str, DiscoveryError]) -> Iterator[tuple[str, str, str]]:
    for distribution in _distributions(problems):
        try:
            entries = _entries_of(distribution, group)
        except Exception as problem:  # noqa: BLE001  # metadata may be broken in any way
            _note(problems, _unreadable(_label(distribution), problem))
        else:
            yield from entries


def _distributions(problems: dict[str, DiscoveryError]) -> Iterator[Distribution]:
    try:
        yield from installed_distributions()
    except Exception as problem:  # noqa: BLE001  # a finder may be anybody's
        _note(problems, _unreadable("?", problem))


def _entries_of(distribution: Distribution, group: str) -> list[tuple[str, str, str]]:
    """Give name, value and distribution of the entry points of a group.

    To read only this file, and of it only this group, takes less time than ``importlib_metadata.entry_points``,
    and then malformed lines of other groups don't matter, nor does what is wrong with distributions that don't declare sets.
    """
    if group not in (distribution.read_text(_FILE) or ""):
        return []
    first = first_of_its_name(distribution)
    declaring = name_of(first)
    return [(name, value, declaring) for name, value in _section(first.read_text(_FILE) or "", group)]


def _section(text: str, group: str) -> Iterator[tuple[str, str]]:
    section = None
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip()
        elif section == group and line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _problem_with(name: str, value: str) -> str | None:
    if not _is_dotted(name):
        return "the name is no module's name"
    module, colon, attribute = value.partition(":")
    if not _is_dotted(module.rstrip()) or (colon and not _is_dotted(attribute.lstrip())):
        return "the value must be a module, or a module, a colon and an attribute"
    return None


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _note(problems: dict[str, DiscoveryError], problem: DiscoveryError) -> None:
    problems.setdefault(str(problem), problem)  # what is on the path twice is broken once


def _unreadable(distribution: str, problem: Exception) -> DiscoveryError:
    return DiscoveryError("?", _FILE, distribution, f"its metadata can't be read: {describe(problem)}")


def _label(distribution: Distribution) -> str:
    """Name a distribution whose metadata may be broken: by its name, else by its path."""
    try:
        return name_of(distribution)
    except Exception:  # noqa: BLE001  # see above
        return str(getattr(distribution, "_path", distribution))  # the path has no public name

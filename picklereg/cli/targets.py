"""What the names on the command line mean: a class, a module, or an installed distribution."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from picklereg.cli.distributions import installed
from picklereg.registry.set_reports import is_findable
from picklereg.testing.modules import import_path
from picklereg.testing.results import Result, Target

__all__ = ["target_for", "targets_of"]


def targets_of(names: Iterable[str], *, explain: bool = False) -> list[Target | Result]:
    """Give what to check, or why it can't be.

    Args:
        names: ``module``, ``module:Class`` (``module.Class``, if the class has a capital letter), or the name of a distribution of
            which there is no module.
        explain: whether to tell how each exception is written.
    """
    return [target_for(name, explain=explain) for name in names]


def target_for(name: str, *, explain: bool = False) -> Target | Result:
    """Do it for one name."""
    module, colon, qualname = name.partition(":")
    if colon and _is_dotted(module) and _is_dotted(qualname):
        return Target(name, [module], [module], qualname=qualname, explain=explain)
    if _is_dotted(name) and _is_findable(name.partition(".")[0]):
        return _class_target(name, explain=explain) or Target(name, [name], [name], explain=explain)
    try:
        found = installed([name])
    except LookupError:
        if _is_dotted(name):  # nowhere, or made up by an import hook: the process that imports it will tell
            return Target(name, [name], [name], explain=explain)
        return Result(name, error=f"{name!r} is no module's name; write it as in an import statement, a class as module:Class")
    if not found:
        return Result(name)
    (target,) = found
    return Target(target.name, target.modules, target.roots, target.version, explain=explain)


def _class_target(name: str, *, explain: bool) -> Target | None:
    """Take the end of a name for a class, if it has a capital letter and is no module, and what stands before is one."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        module, qualname = ".".join(parts[:end]), ".".join(parts[end:])
        if parts[end][0].isupper() and _is_findable(module) and not _is_findable(name):
            return Target(f"{module}:{qualname}", [module], [module], qualname=qualname, explain=explain)
    return None


def _is_findable(module: str) -> bool:
    """Tell whether the process that checks could find a module: there the current directory counts, too."""
    before = list(sys.path)
    sys.path[:] = import_path()
    try:
        return is_findable(module)
    finally:
        sys.path[:] = before


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))

"""Names that the shell completes, by click's own completion: modules, sets; files are the shell's."""

from __future__ import annotations

import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

__all__ = ["MODULE", "SET"]

if TYPE_CHECKING:
    _Type = click.ParamType[str]
else:  # generic in newer releases only
    _Type = click.ParamType


class _Module(_Type):
    """The name of a module that could be imported: nothing is, so that classes aren't known."""

    name = "module"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002  # click's
        """Give the modules that begin like that."""
        package, _, _ = incomplete.rpartition(".")
        prefix = f"{package}." if package else ""
        path = _inside(package) if package else ["", *sys.path]
        names = {f"{prefix}{found.name}" for found in pkgutil.iter_modules(path)} | ({*sys.stdlib_module_names} if not package else set())
        return [CompletionItem(name) for name in sorted(names) if name.startswith(incomplete) and "._" not in f".{name}"]


class _Set(_Type):
    """The name of a declared exception set."""

    name = "set"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002  # click's
        """Give the sets that begin like that, each with who declares it."""
        from picklereg.registry.entry_points import scan

        found: dict[str, Any] = {known.name: known.distribution for known in scan()[0]}
        return [CompletionItem(name, help=str(found[name])) for name in sorted(found) if name.startswith(incomplete)]


def _inside(package: str) -> list[str]:
    """Give where the submodules of a package may be, judging by the path alone."""
    parts = package.split(".")
    return [str(Path(entry, *parts)) for entry in ("", *sys.path) if Path(entry, *parts).is_dir()]


MODULE: Any = _Module()
SET: Any = _Set()

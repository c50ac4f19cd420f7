"""Which installed distributions define exceptions, and in which modules: told from their files, without importing anything."""

from __future__ import annotations

import builtins
import importlib.machinery
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from picklereg.testing.results import Target

if TYPE_CHECKING:
    from importlib_metadata import Distribution

__all__ = ["all_installed", "installed", "normal", "target_of", "wanted"]

#: A class statement with bases, as text: parsing every file of every distribution would take minutes.
_CLASS: Final = re.compile(r"^[ \t]*class\s+(\w+)\s*\(([^)]*)\)", re.MULTILINE)
_BASE: Final = re.compile(r"(\w+)\s*(?:,|$|\[)")
_ERROR_NAME: Final = re.compile(r"(Error|Exception|Warning|ExceptionGroup)$")
_BUILTIN: Final = frozenset(name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException))
_SUFFIXES: Final = tuple(importlib.machinery.EXTENSION_SUFFIXES)
#: Parts of the names of modules that are for running, or for a distribution's own tests.
_NOT_IMPORTED: Final = frozenset({"__main__", "conftest", "test", "tests"})


def installed(names: Sequence[str] = ()) -> list[Target]:
    """Give the distributions that this process can import from and that may define exceptions, ordered by name.

    Args:
        names: those that are wanted; all, if none is named.

    Raises:
        LookupError: if one of those names is no distribution's.
    """
    first = all_installed()
    found = [target_of(first[name]) for name in wanted(names, first)]
    return [target for target in found if target is not None]


def all_installed() -> dict[str, Distribution]:
    """Give the distributions that this process can import from, by their normal names."""
    from importlib_metadata import distributions

    first: dict[str, Distribution] = {}
    distribution: Any  # a Distribution, or an IDistribution for newer releases of importlib-metadata
    for distribution in distributions():
        name = normal(_metadata(distribution, "Name"))
        if name and name not in first:  # of two, the first one on the path is imported
            first[name] = distribution
    return first


def wanted(names: Sequence[str], known: Collection[str]) -> list[str]:
    """Give the normal names of those that are wanted, in order.

    Args:
        names: the names; all, if none is named.
        known: the normal names of all.

    Raises:
        LookupError: if one of those names is no distribution's.
    """
    for name in names:
        if normal(name) not in known:
            msg = f"no distribution named {name!r}; is it installed in this environment?"
            raise LookupError(msg)
    return sorted({normal(name) for name in names} or known)


def normal(name: str) -> str:
    """Give a distribution's name as names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def target_of(distribution: Distribution) -> Target | None:
    """Give what to check of a distribution, or ``None`` if it has no module that may define an exception.

    Args:
        distribution: the distribution; it need not tell what files it has.
    """
    modules = _modules(distribution)
    roots = sorted(name for name in modules if not _is_inside(name, modules))
    suspects = _suspects(modules)
    if not suspects:
        return None
    later = [suspect for suspect in suspects if suspect not in roots]
    return Target(_metadata(distribution, "Name"), [*roots, *later], roots, _metadata(distribution, "Version"))


def _metadata(distribution: Distribution, key: str) -> str:
    """Give a field; it is empty if the distribution is broken."""
    metadata: Any = None
    with suppress(FileNotFoundError):  # newer releases of importlib-metadata raise a subclass of it; older ones give nothing
        metadata = distribution.metadata
    return str(metadata.get(key, "")) if metadata else ""


@dataclass(frozen=True, slots=True)
class _Module:
    """A module's file."""

    path: Path
    is_package: bool

    @property
    def is_extension(self) -> bool:
        return self.path.name.endswith(_SUFFIXES)


def _is_inside(name: str, modules: Mapping[str, _Module]) -> bool:
    """Tell whether importing a module imports a package of the same distribution."""
    parts = name.split(".")
    return any((above := modules.get(".".join(parts[:end]))) is not None and above.is_package for end in range(1, len(parts)))


def _modules(distribution: Distribution) -> dict[str, _Module]:
    """Give the modules of a distribution, by name, in the order of names."""
    files = distribution.files
    paths = [(PurePath(file), Path(str(file.locate()))) for file in files or ()]
    if not any(path.suffix == ".py" or str(path).endswith(_SUFFIXES) for path, _ in paths):
        paths = list(_of_top_level(distribution))
    found = {name: _Module(where, path.stem == "__init__") for path, where in paths if (name := _module_name(path)) is not None}
    return dict(sorted(found.items()))


def _of_top_level(distribution: Distribution) -> Iterator[tuple[PurePath, Path]]:
    """Give the files of a distribution that only says what it has at the top, as one in development does."""
    root = Path(str(distribution.locate_file("")))
    for name in (distribution.read_text("top_level.txt") or "").split():
        for path in [root / f"{name}.py", *sorted((root / name).rglob("*.py"))]:
            if path.is_file():
                yield path.relative_to(root), path


def _module_name(path: PurePath) -> str | None:
    """Give the name of the module that a file makes, or ``None`` if it makes none that is for others to import."""
    suffix = next((suffix for suffix in (".py", *_SUFFIXES) if path.name.endswith(suffix)), None)
    if suffix is None:
        return None
    parts = [*path.parts[:-1], path.name.removesuffix(suffix)]
    if parts[-1] == "__init__":
        parts.pop()
    if not parts or not all(part.isidentifier() for part in parts) or not _NOT_IMPORTED.isdisjoint(parts):
        return None
    return ".".join(parts)


def _suspects(modules: Mapping[str, _Module]) -> list[str]:
    """Give the modules that may define an exception class: by their source, or because there is none."""
    classes = {name: _classes(module) for name, module in modules.items() if not module.is_extension}
    errors = {*_BUILTIN}
    before = -1
    while before != len(errors):  # a class is one if a base of its is one
        before = len(errors)
        errors |= {cls for found in classes.values() for cls, bases in found if _is_error(cls, bases, errors)}
    return [name for name in modules if name not in classes or any(cls in errors for cls, _ in classes[name])]


def _classes(module: _Module) -> list[tuple[str, list[str]]]:
    try:
        source = module.path.read_text("utf-8", errors="replace")
    except OSError:  # listed, but no file, or not for us
        return []
    return [(name, _BASE.findall(bases)) for name, bases in _CLASS.findall(source)]


def _is_error(name: str, bases: Sequence[str], errors: set[str]) -> bool:
    return not errors.isdisjoint(bases) or any(_ERROR_NAME.search(known) for known in (name, *bases))

"""Which distributions are installed here, without the library that knows every form of them, where only the usual form occurs.

That is a folder ``NAME-VERSION.dist-info`` (or ``.egg-info``) on ``sys.path``. To list these takes a tenth of the time in which
importlib_metadata is imported. Archives, eggs and what other parties' finders know are the library's business; then all is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from typing import Any, Protocol

__all__ = ["Distribution", "first_of_its_name", "installed_distributions", "name_of"]


class Distribution(Protocol):
    """As much of importlib_metadata's as is used here; its own types change from version to version."""

    @property
    def name(self) -> str:
        """What its metadata say."""
        ...

    def read_text(self, filename: str, /) -> str | None:
        """Give the text of one of its files, or ``None`` if it has none of that name."""
        ...


class Folder:
    """A distribution in its usual form, of which nothing has been read.

    Args:
        path: where it is.
    """

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path: str = path

    @property
    def name(self) -> str:
        """What the library says of it."""
        from pathlib import Path

        from importlib_metadata import PathDistribution

        return PathDistribution(Path(self.path)).name

    def read_text(self, filename: str, /) -> str | None:
        """Give the text of one of its files, or ``None`` if it has none of that name."""
        try:
            with open(f"{self.path}{os.sep}{filename}", encoding="utf-8") as file:  # noqa: PTH123  # pathlib takes long to import
                return file.read()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError):  # for which the library has the same answer
            return None

    def __str__(self) -> str:
        return self.path


def installed_distributions() -> Iterator[Distribution]:
    """Give the installed distributions, in the order of ``sys.path``.

    Raises:
        Exception: what other parties' finders raise.
    """
    folders = _folders()
    if folders is None:
        from importlib_metadata import distributions

        yield from distributions()
    else:
        yield from folders


def first_of_its_name(distribution: Distribution) -> Distribution:
    """Give the one that counts if a distribution is on the path twice: the first."""
    if isinstance(distribution, Folder):  # of those there is but one of a name
        return distribution
    from importlib_metadata import distributions

    return next(iter(distributions(name=name_of(distribution))), distribution)


def name_of(distribution: Distribution) -> str:
    """Give the name that a distribution's metadata say.

    Raises:
        ValueError: if it has none.
        Exception: what is wrong with its metadata.
    """
    # Its property parses all of the metadata, with a library that takes longer to import than all else here.
    headers = (distribution.read_text("METADATA") or "").partition("\n\n")[0]
    for line in headers.splitlines():
        key, _, value = line.partition(":")
        if key.lower() == "name" and value.strip():
            return value.split()[0]
    name = distribution.name
    if not name:
        raise ValueError("the distribution has no name")
    return name


def _folders() -> list[Folder] | None:
    """Give the first folder of each name, or ``None`` if there may be more than folders."""
    if any(map(_knows_others, sys.meta_path)):
        return None
    found: dict[str, Folder] = {}
    for path in sys.path:
        try:
            children = os.listdir(path or ".")  # noqa: PTH208  # as above
        except FileNotFoundError:
            continue
        except (OSError, TypeError):  # an archive, most likely
            return None
        if not isinstance(path, str) or path.lower().endswith(".egg"):
            return None
        for child in children:
            if child.lower().endswith((".dist-info", ".egg-info")):
                found.setdefault(_normalized(child), Folder(os.path.join(path, child)))  # noqa: PTH118  # as above
    return list(found.values())


def _knows_others(finder: Any) -> bool:
    """Tell whether a finder knows other distributions than those that lie on ``sys.path``, as Python's own and the library's don't."""
    return hasattr(finder, "find_distributions") and finder is not PathFinder and type(finder).__module__ != "importlib_metadata"


def _normalized(folder: str) -> str:
    """Give the name of the distribution in a folder, as it is compared (PEP 503)."""
    name = folder.lower().rpartition(".")[0].partition("-")[0]
    return "_".join(filter(None, name.replace(".", "_").split("_")))

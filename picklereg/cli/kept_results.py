"""Results of distributions, kept from one ``picklereg check --installed`` to the next.

What was found out of a distribution holds as long as nothing changes that it depends on: its own files and version, the versions of what
it requires and of whoever declares exception sets, picklereg, this Python. A name is made of all that, so what is out of date isn't found.
The results are JSON, in ``~/.cache/picklereg/check`` or where ``PICKLEREG_CACHE_DIR`` or ``XDG_CACHE_HOME`` says; to clear them is to
delete that directory.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Final

from picklereg.cli.distributions import normal
from picklereg.registry.entry_points import scan
from picklereg.testing.compare import Difference
from picklereg.testing.process import TOO_LONG
from picklereg.testing.results import ClassResult, Outcome, Result

if TYPE_CHECKING:
    from importlib_metadata import Distribution

    from picklereg.testing.results import Limits

__all__ = ["KeptResults", "cache_directory"]

_REQUIRED: Final = re.compile(r"[A-Za-z0-9._-]+")
_PACKAGE: Final = Path(__file__).parents[1]


def cache_directory() -> Path:
    """Give the directory in which results are kept."""
    own, shared = os.environ.get("PICKLEREG_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME")
    if own:
        return Path(own)
    return (Path(shared) if shared else Path.home() / ".cache") / "picklereg" / "check"


class KeptResults:
    """The results that are kept.

    Args:
        distributions: all that are installed, by their normal names.
        limits: how long things may take.
        directory: where they are.
    """

    def __init__(self, distributions: Mapping[str, Distribution], limits: Limits, directory: Path) -> None:
        self._distributions = distributions
        self._directory = directory
        self._requires = {name: [*_requirements(found)] for name, found in distributions.items()}
        self._states = {name: _state(found) for name, found in distributions.items()}
        declaring = sorted({normal(str(known.distribution)) for known in scan()[0]} - {"picklereg"})
        here = [sys.version, platform.platform(), asdict(limits), [[name, self._states.get(name)] for name in declaring], _own_files()]
        self._here = hashlib.sha256(json.dumps(here).encode()).hexdigest()

    def find(self, name: str) -> tuple[bool, Result | None]:
        """Look for what is known of a distribution.

        Args:
            name: its normal name.

        Returns:
            Whether something is, and the result; none for a distribution without exceptions.
        """
        path = self._path(name)
        if path is not None:
            with suppress(OSError, ValueError, KeyError, TypeError):  # nothing was kept, or somebody has written to it
                data = json.loads(path.read_text("utf-8"))["result"]
                return True, None if data is None else _result(data)
        return False, None

    def keep(self, name: str, result: Result | None) -> None:
        """Keep what was found out, in the place of what was kept before; unless it only took too long today.

        Args:
            name: the distribution's normal name.
            result: what was found out; none for a distribution without exceptions.
        """
        path = self._path(name)
        if path is None or (result is not None and TOO_LONG in json.dumps(asdict(result))):
            return
        with suppress(OSError):  # no home, or none that can be written to: then it is found out each time
            self._directory.mkdir(parents=True, exist_ok=True)
            for old in self._directory.glob(f"{path.name.rpartition('-')[0]}-*.json"):
                old.unlink(missing_ok=True)
            with NamedTemporaryFile("w", dir=self._directory, suffix=".new", encoding="utf-8", delete=False) as file:
                json.dump({"result": None if result is None else asdict(result)}, file)
            Path(file.name).replace(path)

    def _path(self, name: str) -> Path | None:
        """Give the file for a distribution; none for one whose files may change under the same version."""
        states = {each: self._states[each] for each in self._closure(name)}
        if None in states.values():
            return None
        digest = hashlib.sha256(json.dumps([self._here, sorted(states.items())]).encode()).hexdigest()[:24]
        return self._directory / f"{name}-{digest}.json"

    def _closure(self, name: str) -> set[str]:
        """Give a distribution and what it requires, as far as that is installed; extras count if they are."""
        found, stack = set[str](), [name]
        while stack:
            each = stack.pop()
            if each not in found and each in self._distributions and each != "picklereg":
                found.add(each)
                stack += self._requires[each]
        return found


def _requirements(distribution: Distribution) -> Iterator[str]:
    with suppress(Exception):  # metadata may be broken in any way
        for line in distribution.requires or ():
            if (found := _REQUIRED.match(line)) is not None:
                yield normal(found[0])


def _state(distribution: Distribution) -> str | None:
    """Give what changes with a distribution's files; none if nothing does, as in development."""
    with suppress(Exception):
        record = distribution.read_text("RECORD")
        if record and distribution.read_text("direct_url.json") is None:
            return hashlib.sha256(record.encode()).hexdigest()
    return None


def _own_files() -> str:
    """Tell picklereg's own files apart from those of another moment."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _result(data: dict[str, Any]) -> Result:
    data["classes"] = [*map(_class_result, data["classes"])]
    return Result(**data)


def _class_result(data: dict[str, Any]) -> ClassResult:
    data["outcomes"] = {method: _outcome(one) for method, one in data["outcomes"].items()}
    return ClassResult(**data)


def _outcome(data: dict[str, Any]) -> Outcome:
    data["differences"] = [Difference(**found) for found in data["differences"]]
    return Outcome(**data)

"""What the tests of the registry send, and how they build a site of distributions. The reader imports this module, so it does not
import picklereg."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crossing import OWN_WARNINGS

ROOT = str(Path(__file__).parents[2])


class Base(Exception):
    """Plain pickle writes it, and nobody reads it."""

    def __init__(self, *, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code


class Middle(Base):
    pass


class Leaf(Middle):
    pass


class Mixed(Leaf, LookupError):
    pass


class Undeclared(Exception):
    """The same, and no test registers it."""

    def __init__(self, *, what: str) -> None:
        super().__init__(what)
        self.what = what


class Simple(Exception):
    """Plain pickle carries it, less its chain."""


class Speaks(Exception):
    """Has a message of its own, which ``args`` don't tell."""

    def __init__(self, message: str = "nothing") -> None:
        super().__init__(message)
        self.message = message


class CopiesBadly(Exception):
    """``copy`` calls ``cls(*args)``, which fails."""

    def __init__(self, a: int, b: int) -> None:
        super().__init__(f"{a} {b}")


class CopiesItself(Exception):
    def __copy__(self) -> CopiesItself:
        return CopiesItself("copied")

    def __deepcopy__(self, memo: dict[int, Any]) -> CopiesItself:
        return CopiesItself("copied deeply")


class Meta(type):  # noqa: PLW1641  # unhashable is the point
    """A metaclass whose classes are unhashable."""

    def __eq__(cls, other: object) -> bool:
        return cls is other


class Unhashable(Base, metaclass=Meta):
    pass


class OddThing(metaclass=Meta):
    """A value of an unhashable class."""


class Thing:
    def __init__(self, name: str, secret: str = "") -> None:
        self.name = name
        self.secret = secret


class SpecialThing(Thing):
    pass


class Moody:
    """Is pickled when it is tried out, with two protocols; the pickler that writes it then fails."""

    def __init__(self) -> None:
        self.asked = 0

    def __reduce__(self) -> Any:
        self.asked += 1
        if self.asked == 3:
            raise OSError("the disk is full")
        return Moody, ()


class Calling:
    """Calls a function while it is pickled, as objects do that hold something pickled."""

    def __init__(self, function: Callable[[], bytes]) -> None:
        self.function = function

    def __reduce__(self) -> Any:
        return bytes, (self.function(),)


def rebuilt(cls: type[BaseException], by: str) -> BaseException:
    """Make an exception that tells by whose reducer it came."""
    exc = cls.__new__(cls)
    vars(exc)["by"] = by
    return exc


def reduces(by: str) -> Callable[[BaseException], Any]:
    """Make a reducer that leaves its name."""
    return lambda exc: (rebuilt, (type(exc), by))


def faithful(exc: BaseException) -> Any:
    """Reduce a :class:`Speaks` as its author would."""
    return Speaks, exc.args


def lossy(exc: BaseException) -> Any:
    """Reduce a :class:`Speaks` and lose its message."""
    return Speaks, ()


def chained(exc: Any, cause: BaseException | None = None) -> Any:
    """Give an exception all that plain pickle can't carry or drops."""
    exc.__cause__ = Undeclared(what="cause") if cause is None else cause
    exc.add_note("a note")
    exc.lock = threading.Lock()
    return exc


# --- a site of distributions --------------------------------------------------------------------------------------


class Site:
    """A directory with modules, and with distributions that declare exception sets."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def module(self, name: str, code: str = "") -> None:
        """Write a module; ``name.__init__`` is a package."""
        file = self.path.joinpath(*name.split(".")).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(code))
        importlib.invalidate_caches()

    def distribution(self, distribution: str, **sets: str) -> None:
        """Declare exception sets; in the names of modules, ``__`` stands for a dot."""
        info = self.path / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        lines = [f"{name.replace('__', '.')} = {value}" for name, value in sets.items()]
        (info / "entry_points.txt").write_text("\n".join(["[picklereg.exception_sets]", *lines]))

    def forget(self) -> None:
        """Forget modules that were imported from here."""
        for name, module in list(sys.modules.items()):
            if str(self.path) in str(getattr(module, "__file__", "")):
                del sys.modules[name]


def run(code: str, *paths: Path) -> str:
    """Run code in a fresh interpreter that has picklereg and these paths; give what it prints."""
    path = os.pathsep.join([*map(str, paths), str(Path(__file__).parent), str(Path(__file__).parents[1]), ROOT])
    command = [sys.executable, "-c", OWN_WARNINGS + textwrap.dedent(code)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()

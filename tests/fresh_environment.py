"""Distributions in a fresh environment, offline: hatchling builds in this one, and what it holds is linked into the fresh one."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import textwrap
import venv
from collections.abc import Mapping
from pathlib import Path

from packaging.requirements import Requirement

__all__ = ["build", "install", "make_environment", "run", "write"]


def run(
    *command: str | Path, cwd: Path | None = None, read: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command, and fail with what it said if it fails."""
    done = subprocess.run(command, cwd=cwd, input=read, capture_output=True, check=False, env=env)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done


def write(directory: Path, files: Mapping[str, str]) -> Path:
    """Write files into a directory."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), "utf-8")
    return directory


def build(project: Path, into: Path) -> Path:
    """Build a project's wheel.

    Args:
        project: where its ``pyproject.toml`` is.
        into: the directory for the wheel, which holds no other one.

    Returns:
        The wheel.
    """
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", into, cwd=project)
    return next(into.glob("*.whl"))


def make_environment(directory: Path, *distributions: str) -> Path:
    """Make an environment that holds distributions of this one, and all that they depend on.

    Args:
        directory: where it is to be.
        distributions: their names.

    Returns:
        Its interpreter.
    """
    venv.create(directory, symlinks=True)
    python = directory / "bin/python"
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.decode().strip())
    for part in sorted(_parts_of([*distributions])):
        (site / part.name).symlink_to(part)
    return python


def install(python: Path, *wheels: Path) -> None:
    """Install wheels into an interpreter's environment, in the place of what is there of them."""
    options = ("--quiet", "--no-deps", "--no-index", "--force-reinstall")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, *wheels)


def _parts_of(names: list[str]) -> set[Path]:
    """Give the modules and packages of installed distributions and of all that they depend on."""
    parts: set[Path] = set()
    for name in names:  # grows meanwhile
        distribution = importlib.metadata.distribution(name)
        tops = {file.parts[0] for file in distribution.files or () if file.parts[0] != ".."}
        parts |= {Path(str(distribution.locate_file(top))) for top in tops if top != "__pycache__"}
        required = map(Requirement, distribution.requires or ())
        needed = [one.name for one in required if one.marker is None or one.marker.evaluate({"extra": ""})]
        names += [one for one in needed if one not in names]
    return parts

"""What `.ci/run` runs, each part in a fresh virtual environment.

In this order:

1. `lint`: ruff, mypy and pyright;
2. `readme-...`: the README's two commands, with plain pip;
3. `core-...`: the core suite on every other supported Python that is found here (none is downloaded), on the oldest of these with the
   lowest versions that `pyproject.toml` allows;
4. `pyodide`: errors cross between a native Python and one in WebAssembly, where Node.js and its registry are there;
5. `whole`: the whole suite with every library and framework installed: no test may be skipped, every branch of `picklereg/` is run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import nox

nox.options.default_venv_backend = "uv"
nox.options.stop_on_first_error = True

ROOT: Final = Path(__file__).parents[1]
HERE: Final = f"{sys.version_info.major}.{sys.version_info.minor}"
ALL: Final = ("--group=coverage", "--group=libraries", "--group=frameworks")
PYODIDE: Final = "pyodide@^314"  # CPython 3.14
#: One process more than there are processors: tests of frameworks wait half of their time.
PYTEST: Final = ("pytest", "-p", "no:cacheprovider", "-n", str((os.cpu_count() or 1) + 1))


def lint(session: nox.Session) -> None:
    """Run the linter, the formatter and the type checkers."""
    session.install(".[test]", "--group=lint", "--group=benchmarks", *ALL)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy", "--cache-dir", session.create_tmp())
    session.run("pyright", "--pythonpath", f"{session.bin}/python")


def readme(session: nox.Session, command: str) -> None:
    """Do what somebody does who has cloned the repository."""
    session.run("bash", "-c", command, external=True)


def core(session: nox.Session, *how: str) -> None:
    """Run the tests that need the extra `test` alone."""
    session.install(*how, ".[test]")
    session.run(*PYTEST)


def pyodide(session: nox.Session) -> None:
    """Write errors on each side, and read them on the other."""
    work = Path(session.create_tmp())
    shutil.copy(ROOT / "tests/pyodide/pyodide.mjs", work)
    if not _succeeds("npm", "install", "--silent", "--prefix", str(work), PYODIDE):
        session.skip(f"npm gives no {PYODIDE}")
    session.install(".")
    session.run("uv", "pip", "install", "--quiet", "--target", str(work / "site"), "cloudpickle", "importlib-metadata", external=True)
    there = ("node", str(work / "pyodide.mjs"), str(ROOT), str(work / "site"), str(work))
    session.run("python", "tests/pyodide/there_and_back.py", "write", str(work / "native"))
    session.run(*there, "read", str(work / "native"), external=True)
    session.run(*there, "write", str(work / "wasm"), external=True)
    session.run("python", "tests/pyodide/there_and_back.py", "read", str(work / "wasm"))


def whole(session: nox.Session) -> None:
    """Run all tests, and look at what they have run."""
    session.install(".[test]", *ALL)
    data = Path(session.create_tmp(), "coverage")
    session.env["COVERAGE_FILE"] = str(data)
    # The last line on standard output is to be pytest's: all that is said after it goes elsewhere.
    session.run("coverage", "run", f"{session.bin}/{PYTEST[0]}", *PYTEST[1:], "--no-skips", stderr=sys.stderr)
    session.run("coverage", "combine", "--quiet", stdout=sys.stderr)
    for half_written in data.parent.glob("coverage.*"):  # by a process that a test has killed
        half_written.unlink()
    session.run("coverage", "report", stdout=sys.stderr)


def pythons() -> dict[str, str]:
    """Find the supported Pythons: version and interpreter."""
    versions = nox.project.python_versions(nox.project.load_toml(ROOT / "pyproject.toml"))
    found = {version: _answering(version) for version in versions}
    return {version: python for version, python in found.items() if python}


def _answering(version: str) -> str | None:
    """Give an interpreter of this version that runs: a shim of pyenv's may have nothing behind it."""
    candidates = [shutil.which(f"python{version}"), *map(str, Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python"))]
    check = f"import ensurepip, sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
    return next((found for found in candidates if found and _succeeds(found, "-c", check)), None)


def _succeeds(*command: str) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0


def part(name: str, function: Callable[..., None], *args: str, python: str | None = None, backend: str = "uv") -> None:
    """Add a part to what is run, from the top of the repository."""

    def run(session: nox.Session) -> None:
        session.chdir(ROOT)
        function(session, *args)

    run.__doc__ = function.__doc__
    nox.session(name=name, python=python, venv_backend=backend)(run)


part("lint", lint)
for line in subprocess.check_output([ROOT / ".ci/run", "--commands"], text=True).splitlines():
    part("readme-" + re.findall(r"\w+", line)[2], readme, line, backend="venv")
found = pythons()
lowest = next((version for version in found if version != HERE), HERE)
part(f"core-{lowest}-lowest", core, "--resolution=lowest-direct", python=found[lowest])
for version, python in found.items():
    if version not in {HERE, lowest}:
        part(f"core-{version}", core, python=python)
part("pyodide", pyodide)
part("whole", whole)

"""``picklereg run -- COMMAND...``: a command with picklereg installed in it, and in the Pythons that it starts, no code changed.

Python imports ``sitecustomize`` before it does anything else, and a child inherits its parent's environment. So all there is to do
is to put a directory with such a module at the beginning of ``PYTHONPATH``; then this process becomes the command. Process id,
signals, terminal and exit status are the command's own.

Pythons that ignore ``PYTHONPATH`` (``-I``, ``-E``) or import no ``sitecustomize`` (``-S``) go without, and so do children that get an
environment without it. On Windows, where a process can't become another one, this one ends at once and the command goes on.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

__all__ = ["SITE", "environment", "run"]

#: The directory that is put onto the path.
SITE: Final = str(Path(__file__).parent / "_run_site")
_PATH: Final = "PYTHONPATH"
_USAGE: Final = """\
usage: picklereg run [--] COMMAND [ARGUMENT...]

Run a command with picklereg installed in it and in the Pythons that it starts, as by picklereg.install(all_exceptions=True).

Example: picklereg run -- celery -A shop worker
"""
#: What shells give for a command that isn't there, and for one that can't be executed.
_NOT_FOUND: Final = 127
_NOT_EXECUTABLE: Final = 126


def run(arguments: Sequence[str]) -> NoReturn:
    """Become the command.

    Args:
        arguments: the command and its arguments, with or without a ``--`` before them.
    """
    if arguments[:1] in (["-h"], ["--help"]):
        print(_USAGE, end="")  # noqa: T201
        sys.exit(0)
    command = list(arguments[1:] if arguments[:1] == ["--"] else arguments)
    if not command or (command[0].startswith("-") and arguments[0] != "--"):
        print(_USAGE, end="", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    try:
        sys.stdout.flush()
        os.execvpe(command[0], command, environment(os.environ))  # noqa: S606  # the user's own command
    except OSError as problem:
        print(f"picklereg run: can't run {command[0]!r}: {problem.strerror}; is it installed, and on PATH?", file=sys.stderr)  # noqa: T201
        sys.exit(_NOT_FOUND if isinstance(problem, FileNotFoundError) else _NOT_EXECUTABLE)


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Give an environment in which Python installs picklereg when it starts.

    For a program that starts its workers itself, by :mod:`subprocess` say.

    Args:
        inherited: the environment to add to; it stays as it is.

    Returns:
        The new environment.
    """
    path = inherited.get(_PATH, "")
    entries = [entry for entry in path.split(os.pathsep) if entry != SITE] if path else []
    return {**inherited, _PATH: os.pathsep.join([SITE, *entries])}

"""What picklereg's command prints on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import picklereg

__all__ = ["on_terminal"]


def on_terminal(*arguments: str, path: Path, no_color: str) -> str:
    """Give what it prints there, with modules of a folder beside picklereg's.

    Args:
        arguments: of the command.
        path: the folder.
        no_color: what ``NO_COLOR`` says.
    """
    root = str(Path(picklereg.__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([root, str(path)]), "COLUMNS": "80", "TERM": "xterm-256color", "NO_COLOR": no_color}
    ours, theirs = pty.openpty()
    printed = b""
    with subprocess.Popen([sys.executable, "-m", "picklereg", *arguments], env=env, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        try:
            while some := os.read(ours, 65536):
                printed += some
        except OSError:  # how a pseudo-terminal ends
            os.close(ours)
    assert process.returncode == 0
    return printed.decode()

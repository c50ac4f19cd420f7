"""The command line: ``picklereg``, also ``python -m picklereg``.

click and rich come with the extras ``cli`` and ``demo``; without them one line says so. ``picklereg run`` needs neither.
"""

from __future__ import annotations

import sys
from typing import Final

__all__ = ["main"]

_EXTRA: Final = frozenset({"click", "rich"})


def main() -> None:
    """Run the command line with the arguments of this process."""
    if sys.argv[1:2] == ["run"]:  # before the extra is asked for: it needs none of it, and a worker's environment may lack it
        from picklereg.cli.run import run

        run(sys.argv[2:])
    try:
        from picklereg.cli.commands import commands

        commands(prog_name="picklereg")
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] not in _EXTRA:
            raise
        extra = "demo" if sys.argv[1:2] == ["demo"] else "cli"
        print(f"picklereg: its commands need click and rich; install them with: pip install 'picklereg[{extra}]'", file=sys.stderr)  # noqa: T201
        sys.exit(2)

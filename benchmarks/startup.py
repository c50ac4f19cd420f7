"""What a process pays at its start, among 400 distributions of which 40 declare a set: the import, and ``install()`` with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

__all__ = ["startup"]

STARTS: Final = 15
DISTRIBUTIONS: Final = 400
SETS: Final = 40
_CLOCK: Final = "import time; began = time.perf_counter(); {code}; print(time.perf_counter() - began)"
_LIBRARY_SCAN: Final = "import importlib_metadata; list(importlib_metadata.entry_points(group='picklereg.exception_sets'))"
_OUR_SCAN: Final = "import picklereg; " + _CLOCK.format(code="from picklereg.registry.entry_points import scan; scan()")
_DECLARED: Final = "import picklereg, sys; picklereg.install(); print(*(name for name in sys.modules if name.startswith('shop_')))"
_PROGRAMS: Final = {
    "import cloudpickle": _CLOCK.format(code="import cloudpickle"),
    "import picklereg": _CLOCK.format(code="import picklereg"),
    "entry-point scan by importlib_metadata": _CLOCK.format(code=_LIBRARY_SCAN),
    "entry-point scan by picklereg": _OUR_SCAN,
    "import picklereg; picklereg.install()": _CLOCK.format(code="import picklereg; picklereg.install()"),
}


def startup(starts: int = STARTS) -> dict[str, float]:
    """Time starts of fresh processes, in turns.

    Args:
        starts: how many of each.

    Returns:
        The median of the milliseconds of each program, with what it imports; the share of ``import cloudpickle`` that the import takes, and
        with ``install()``, less its scan; our scan's share of the library's; and how many of the declared libraries ``install()`` imported.
    """
    seconds: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    with _distributions() as directory:
        for program in _PROGRAMS.values():
            _run(program, directory)
        for _ in range(starts):
            for name, program in _PROGRAMS.items():
                seconds[name].append(float(_run(program, directory)))
        imported = len(_run(_DECLARED, directory).split())
    medians = {name: round(median(values) * 1000, 2) for name, values in seconds.items()}
    installing = medians["import picklereg; picklereg.install()"]
    return {
        **medians,
        "import picklereg / import cloudpickle": round(medians["import picklereg"] / medians["import cloudpickle"], 2),
        "(import and install() - our scan) / import cloudpickle": round(
            (installing - medians["entry-point scan by picklereg"]) / medians["import cloudpickle"], 2
        ),
        "our scan / importlib_metadata's": round(
            medians["entry-point scan by picklereg"] / medians["entry-point scan by importlib_metadata"], 2
        ),
        "declared libraries imported": imported,
    }


@contextmanager
def _distributions() -> Iterator[str]:
    """Make a directory with distributions as pip leaves them: half of them with entry points, some of those with a set."""
    with TemporaryDirectory() as directory:
        for number in range(DISTRIBUTIONS):
            info = Path(directory, f"shop_{number}-1.0.dist-info")
            info.mkdir()
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: shop-{number}\nVersion: 1.0\n")
            (info / "RECORD").write_text(f"shop_{number}.py,,\n")
            group = "picklereg.exception_sets" if number < SETS else "console_scripts"
            if number < DISTRIBUTIONS // 2:
                (info / "entry_points.txt").write_text(f"[{group}]\nshop_{number} = shop_{number}\n")
            Path(directory, f"shop_{number}.py").write_text("class ShopError(Exception): ...\n")
        yield directory


def _run(program: str, directory: str) -> str:
    # Byte code is written: nobody compiles a package anew at each start.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = os.pathsep.join([directory, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment).stdout

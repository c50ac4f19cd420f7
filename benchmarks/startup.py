"""What a process pays at its start: the import, and ``install()`` in the environment that this runs in."""

from __future__ import annotations

import os
import subprocess
import sys

__all__ = ["main"]

STARTS = 15
CLOCK = "import time; began = time.perf_counter(); {code}; print(time.perf_counter() - began)"
SCAN = "import importlib_metadata; list(importlib_metadata.entry_points(group='picklereg.exception_sets'))"
DECLARED = "import picklereg, sys; picklereg.install(); print(*(name for name in ('litellm', 'openai', 'httpx') if name in sys.modules))"
PROGRAMS = {
    "import cloudpickle": CLOCK.format(code="import cloudpickle"),
    "import picklereg": CLOCK.format(code="import picklereg"),
    "entry-point scan alone": "import importlib_metadata; " + CLOCK.format(code=SCAN),
    "picklereg.install()": "import picklereg, importlib_metadata; " + CLOCK.format(code="picklereg.install()"),
}


def main() -> None:
    """Print the fewest milliseconds of each, in fresh processes, in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for program in PROGRAMS.values():
        _run(program)
    for _ in range(STARTS):
        for name, program in PROGRAMS.items():
            seconds[name].append(float(_run(program)))
    fewest = {name: min(values) * 1000 for name, values in seconds.items()}
    for name, least in fewest.items():
        print(f"{name:30} {least:7.2f} ms")
    print(f"{'import picklereg, more':30} {fewest['import picklereg'] - fewest['import cloudpickle']:7.2f} ms")
    print(f"{'install(), more than the scan':30} {fewest['picklereg.install()'] - fewest['entry-point scan alone']:7.2f} ms")
    print(f"{'distributions here':30} {int(_run('import importlib_metadata as m; print(len(list(m.distributions())))')):7}")
    print(f"{'libraries that install() imports':30} {_run(DECLARED).strip() or 'none'}")


def _run(program: str) -> str:
    # Byte code is written: nobody compiles a package anew at each start.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment).stdout

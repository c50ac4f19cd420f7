"""``python -m benchmarks``: everything, side by side in one run. ``python -m benchmarks --help`` tells the rest."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import os
import platform
from pathlib import Path
from typing import Any, Final

from benchmarks import report
from benchmarks.against import UnknownCommitError, against
from benchmarks.picture import picture
from benchmarks.workloads import WORKLOADS

_LIBRARIES: Final = ("cloudpickle", "dill", "litellm", "httpx", "numpy", "pandas", "tblib")
_PARTS: Final = ("contest", "linear", "startup", "memory", "redaction", "profile")
#: With --quick: enough to see that it works.
_QUICK: Final = ("small dict", "ValueError", "own exception", "lambda")


def main(arguments: list[str] | None = None) -> None:
    """Run what was asked for.

    Args:
        arguments: those of the command line.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(_PARTS)}; left out: all of them")
    parser.add_argument("--workload", action="append", choices=WORKLOADS, metavar="NAME", help="only this one; may be said several times")
    parser.add_argument("--against", metavar="COMMIT", help="only time errors really raised, beside that commit's build and a peer")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the results")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the contest and the curves")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="run nothing: draw what was kept")
    parser.add_argument("--quick", action="store_true", help="a few workloads and rounds, to see that it works")
    options = parser.parse_args(arguments)
    unknown = [part for part in options.parts if part not in _PARTS]
    if unknown:
        parser.error(f"no part {unknown[0]!r}: choose among {', '.join(_PARTS)}")
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else it asks the network for its prices, in each process
    try:
        results = json.loads(options.kept.read_text("utf-8")) if options.kept else _results(options)
    except UnknownCommitError as problem:
        parser.error(str(problem))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if options.svg:
        options.svg.write_text(picture(results), encoding="utf-8")


def _results(options: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {"python": platform.python_version(), "libraries": _versions()}
    if options.against:
        return results | {"against": report.against(against(options.against, quick=options.quick))}
    for part in options.parts or _PARTS:
        print(f"== {part}")
        results[part] = _run(part, options)
    return results


def _run(part: str, options: argparse.Namespace) -> Any:
    if part == "contest":
        from benchmarks.contest import ROUNDS, SECONDS_A_ROUND, contest

        report.contest_header()
        workloads = options.workload or (_QUICK if options.quick else WORKLOADS)
        rounds, seconds = (3, 0.001) if options.quick else (ROUNDS, SECONDS_A_ROUND)
        return contest(workloads, rounds=rounds, seconds=seconds, tell=report.contest_row)
    if part == "linear":
        from benchmarks.linear import linear

        return report.linear(linear((10, 30)) if options.quick else linear())
    if part == "startup":
        from benchmarks.startup import startup

        return report.startup(startup(1) if options.quick else startup())
    if part == "memory":
        from benchmarks.memory import memory

        return report.memory(memory(("ValueError",)) if options.quick else memory())
    if part == "redaction":
        from benchmarks.redaction import growth, redaction

        return {"dumps": report.redaction(redaction(quick=options.quick)), "growth": report.growth(growth(quick=options.quick))}
    from benchmarks.profiles import profiles

    return report.profiles(profiles(_QUICK, 0.01) if options.quick else profiles())


def _versions() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in _LIBRARIES}


if __name__ == "__main__":
    main()

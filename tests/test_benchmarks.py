"""The benchmarks run, and keep and draw what they measure. How fast anything is, is not looked at here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

for library in ("dill", "httpx", "litellm", "numpy", "pandas", "tblib"):
    pytest.importorskip(library)

ROOT = Path(__file__).parent.parent
PARTS = {"python", "libraries", "contest", "linear", "startup", "memory", "redaction", "profile"}
OURS = {"picklereg.dumps", "picklereg.Pickler", "install(), pickle", "install(), cloudpickle"}
THEIRS = {"pickle", "cloudpickle", "dill", "tblib + cloudpickle", "patched __reduce__"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmarks as their page says."""
    return subprocess.run([sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_all_parts_run(tmp_path: Path) -> None:
    """Every contender has its turn; results are kept as JSON, and drawn."""
    done = run("--quick", "--json", str(tmp_path / "results.json"), "--svg", str(tmp_path / "results.svg"))
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert set(results) == PARTS
    assert all(set(found) == THEIRS | OURS for found in results["contest"].values())
    outcomes = {name: facts["outcome"] for name, facts in results["contest"]["own exception"].items()}
    assert {name for name, outcome in outcomes.items() if outcome == "loads fails"} == {"pickle", "cloudpickle", "dill"}
    assert {outcomes[name] for name in OURS} == {"whole"}
    assert results["startup"]["declared libraries imported"] == 0
    drawing = ET.parse(tmp_path / "results.svg").getroot()
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}polyline"))) == len(results["linear"])


def test_what_is_asked_for_is_run(tmp_path: Path) -> None:
    """Parts and workloads can be chosen; errors beyond their class and text are compared."""
    chosen = ("--workload", "chain of 100", "--workload", "array, out of band")
    done = run("contest", "--quick", *chosen, "--json", str(tmp_path / "results.json"))
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "results.json").read_text("utf-8"))["contest"]
    assert list(results) == ["chain of 100", "array, out of band"]
    outcomes = {name: facts["outcome"] for name, facts in results["chain of 100"].items()}
    assert (outcomes["picklereg.dumps"], outcomes["patched __reduce__"]) == ("whole", "changed")
    assert results["array, out of band"]["picklereg.dumps"]["bytes"] > 8_000_000


@pytest.mark.parametrize("arguments", [["nothing"], ["--workload", "nothing"], ["--against", "nothing"]])
def test_what_does_not_exist_is_one_line(arguments: list[str]) -> None:
    """A part, workload or commit that doesn't exist is named, with what there is."""
    done = run(*arguments)
    assert done.returncode == 2
    assert "'nothing'" in done.stderr.splitlines()[-1]
    assert "choose" in done.stderr.splitlines()[-1]


def test_the_kept_results_are_drawn(tmp_path: Path) -> None:
    """What the page shows was drawn from what is kept beside it: all parts, and nothing of a machine."""
    kept = ROOT / "benchmarks" / "results.json"
    results = json.loads(kept.read_text("utf-8"))
    assert set(results) == PARTS
    assert len(results["contest"]) == 23
    done = run("--kept", str(kept), "--svg", str(tmp_path / "results.svg"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results.svg").read_text("utf-8") == kept.with_suffix(".svg").read_text("utf-8")

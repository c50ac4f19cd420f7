"""trio-parallel: ``picklereg.frameworks.trio_parallel.run_sync`` in place of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from frameworks.callers import assert_whole, require, told
from frameworks.five_errors import expected

require("trio_parallel", "litellm")


def test_before_what_holds_a_lock_is_lost(provider: str, tmp_path: Path) -> None:
    """Without picklereg the caller gets an error of pickle's for what holds a lock; trio-parallel's own tblib carries the others."""
    answers = told("trio_parallel", "before", provider, tmp_path)
    for kind in ("holds_lock", "chain"):
        assert answers[kind]["type"] == "TypeError"
        assert answers[kind]["seen"] != expected(tmp_path / kind)


def test_every_error_arrives_and_the_process_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    answers = told("trio_parallel", "picklereg", provider, tmp_path)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}


def said_without(module: str) -> str:
    """Use the adapter where a module can't be found, and give the error."""
    code = (
        "import sys\n"
        "class Without:\n"
        "    def find_spec(name, path=None, target=None):\n"
        f"        if name == {module!r}: raise ModuleNotFoundError(f'No module named {{name!r}}', name=name)\n"
        "sys.meta_path.insert(0, Without)\n"
        "from picklereg.frameworks.trio_parallel import run_sync\n"
        "try: run_sync(int).send(None)\n"
        "except ModuleNotFoundError as error: print(error.name, error)"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_without_trio_parallel_the_error_says_what_to_install() -> None:
    """Where trio-parallel isn't installed the adapter says so; one that lacks something says so itself."""
    needs = "trio_parallel picklereg.frameworks.trio_parallel needs trio-parallel: pip install trio-parallel"
    assert said_without("trio_parallel") == needs
    assert said_without("trio_parallel._impl") == "trio_parallel._impl No module named 'trio_parallel._impl'"

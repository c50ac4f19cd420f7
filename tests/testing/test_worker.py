"""The worker, in this process; what comes out; and how processes are talked to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from picklereg.testing.process import DiedError, Process
from picklereg.testing.results import ClassResult, Limits, Outcome, Result, Target
from picklereg.testing.worker import events

if TYPE_CHECKING:
    from check_samples import Write


def _events(module: str, start: int = 0) -> Iterator[dict[str, Any]]:
    return events(Target(module, [module], [module]), Limits(), start)


def test_worker_events() -> None:
    """The worker tells what it imports, what it found, how each class was built, and each outcome, in this order."""
    _, found, *rest = _events("shapes")
    names = [name for _, name in found["found"]]
    assert names == sorted(names)
    assert [("built" in event, "outcome" in event) for event in rest[:3]] == [(True, False), (False, True), (False, True)]
    assert len(rest) == 3 * len(names)


def test_worker_goes_on_in_the_middle() -> None:
    """A worker leaves out what an earlier one has dealt with."""
    _, found, built, outcome = _events("xml.parsers.expat", 1)
    assert found["found"] == [["xml.parsers.expat", "ExpatError"]]
    assert built["built"] == "by its signature"
    assert outcome["outcome"]["kind"] == "whole"
    assert len(list(_events("xml.parsers.expat", 2))) == 2


def test_worker_errors() -> None:
    """The worker says why it can't import a module."""
    assert list(_events("not_there_at_all")) == [
        {"importing": "not_there_at_all"},
        {
            "not imported": "not_there_at_all",
            "error": "no module named 'not_there_at_all'; is it installed in this environment?",
        },
        {"found": []},
    ]


def test_worker_survives_odd_classes(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class that can't be built, or not even be looked at, is one that wasn't built."""
    module = write(
        """
        class Hidden(ExceptionGroup):
            @property
            def exceptions(self):
                raise RuntimeError("hidden")

        class Unmakeable(Exception):
            def __new__(cls, *args):
                raise TypeError("no")

            def __init__(self, *args):
                pass
        """,
        "odd_errors",
    )
    monkeypatch.delitem(sys.modules, module, raising=False)
    built = {names[1]: event for names, event in zip(*_found_and_built(module), strict=True)}
    assert built["Hidden"]["problem"] == "looking at it raises RuntimeError: hidden"
    assert built["Unmakeable"]["built"] == "without __init__"
    assert built["Unmakeable"]["problem"] == "TypeError: no"


def test_worker_finds_what_can_not_be_built() -> None:
    """A class that nothing makes an instance of has no outcomes."""
    built = {names[1]: event for names, event in zip(*_found_and_built("pydantic_core"), strict=True)}
    assert built["ValidationError"]["built"] == "not built"


def _found_and_built(module: str) -> tuple[Any, list[Any]]:
    _, found, *rest = _events(module)
    return found["found"], [event for event in rest if "built" in event]


def test_worker_survives_a_reader_that_dies(write: Write) -> None:
    """The next payload gets another reader."""
    module = write(
        """
        import os, sys

        class DiesRead(Exception):
            def __init__(self, text):
                if "picklereg.testing.worker" not in sys.modules:
                    os._exit(5)

        class Last(Exception):
            pass
        """,
        "dying_errors",
    )
    outcomes = [event["outcome"] for event in _events(module) if "outcome" in event]
    assert [outcome["kind"] for outcome in outcomes] == ["fails in the reader", "whole", "changed", "whole"]
    assert outcomes[0]["problem"] == "ends the interpreter (exit status 5)"


BUILT = ("built", "problem", "remarks")


def test_worker_process_runs_to_its_end() -> None:
    """The process keeps its standard streams to itself and ends when its work is done."""
    name = "json.decoder"
    request = {"target": asdict(Target(name, [name], [name])), "limits": asdict(Limits()), "start": 0, "skip": []}
    code = "from picklereg.testing.worker import main; main()"
    done = subprocess.run([sys.executable, "-c", code], input=json.dumps(request), capture_output=True, text=True, check=True)
    answers = [list(json.loads(line)) for line in done.stdout.splitlines()]
    assert answers == [["importing"], ["found"], [*BUILT], ["outcome"], ["outcome"]]


# --- results and processes ----------------------------------------------------------------------------------------


def test_result_as_data() -> None:
    """A result is plain data with totals."""
    result = Result("m", classes=[ClassResult("m", "E", outcomes={"picklereg": Outcome("changed")}), ClassResult("m", "F")])
    data = json.loads(json.dumps(result.as_data()))
    assert data["totals"]["classes"] == 2
    assert data["totals"]["not built"] == 2
    assert data["totals"]["picklereg"]["changed"] == 1
    assert result.loses_any


def test_process_is_killed_if_nobody_waits_for_its_answer() -> None:
    """An error in the block that talks to a process ends the process."""
    with pytest.raises(KeyboardInterrupt), Process(sys.path, "import time; time.sleep(1000)"):
        raise KeyboardInterrupt


def test_process_that_has_ended() -> None:
    """Sending to a process that has ended is no error; receiving tells how it ended."""
    with Process(sys.path, "import os; os._exit(7)") as process:
        with pytest.raises(DiedError, match="exit status 7"):
            process.receive()
        process.send({})
        with pytest.raises(DiedError, match="exit status 7"):
            process.receive()


def test_descriptors_stay_with_the_process(tmp_path: Path) -> None:
    """A process that was forked off has none of the streams."""
    code = """
import os, sys
from picklereg.testing import reader

def work(requests, answers):
    if os.fork() == 0:
        for stream in (requests, answers):
            try:
                os.fstat(stream.fileno())
            except OSError:
                os.write(2, b"closed ")
        os._exit(0)
    os.wait()
    answers.write(requests.read())

reader.run(work)
"""
    done = subprocess.run([sys.executable, "-c", code], input="hello", capture_output=True, text=True, check=True, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("hello", "closed closed ")
    assert os.getcwd() != str(tmp_path)  # noqa: PTH109

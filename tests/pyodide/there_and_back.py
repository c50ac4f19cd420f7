"""What errors are, written and read on both sides of WebAssembly: run natively and in Pyodide, in turns.

``there_and_back.py write FILE`` writes errors; ``there_and_back.py read FILE`` reads them, whoever wrote them, by plain pickle, by
``loads`` and by ``safe_loads``. `.ci/run -s pyodide` does all of it.
"""

from __future__ import annotations

import importlib
import json
import pickle
import sys
from pathlib import Path

import picklereg

KEY = "sk-abcdef0123456789abcdef"


def errors() -> list[BaseException]:
    """Raise what a program does: an error with a cause, notes and a credential, one that has to be told its arguments, a group."""
    raised: list[BaseException] = []
    try:
        try:
            Path("/no/such/file").read_text("utf-8")
        except OSError as problem:
            raise ValueError("can't begin", {"Authorization": f"Bearer {KEY}"}) from problem
    except ValueError as problem:
        problem.add_note("tried once")
        raised.append(problem)
    try:
        json.loads("{")
    except ValueError as problem:
        raised.append(problem)
    raised.append(BaseExceptionGroup("both", [*raised]))
    return raised


def check(found: list[BaseException]) -> None:
    """Fail unless all of it has arrived."""
    refused, unreadable, group = found
    assert type(refused) is ValueError
    assert refused.args == ("can't begin", {"Authorization": "[redacted by picklereg]"})
    assert refused.__notes__ == ["tried once"]
    assert type(refused.__cause__) is FileNotFoundError
    assert refused.__cause__.filename == "/no/such/file"
    assert isinstance(unreadable, json.JSONDecodeError)
    assert (unreadable.doc, unreadable.pos) == ("{", 1)
    assert isinstance(group, ExceptionGroup)
    assert [str(part) for part in group.exceptions] == [str(refused), str(unreadable)]


def main(what: str, file: Path) -> None:
    """Write, or read."""
    if what == "read":
        data = file.read_bytes()
        for loads in (pickle.loads, picklereg.loads):
            check(loads(data))
        inert = picklereg.safe_loads(data)
        assert type(inert[0].__cause__) is FileNotFoundError
        return
    data = picklereg.dumps(errors())
    with picklereg.installed(all_exceptions=True):
        check(pickle.loads(pickle.dumps(errors())))
        check(pickle.loads(importlib.import_module("cloudpickle").dumps(errors())))
    assert KEY.encode() not in data
    check(pickle.loads(data))
    file.write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

"""twisted: failures, which are exceptions that hold an exception, a traceback and the frames of it."""

from __future__ import annotations

from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

defer = pytest.importorskip("twisted.internet.defer")
failure = pytest.importorskip("twisted.python.failure")
usage = pytest.importorskip("twisted.python.usage")

#: What a failure holds that a process can't send.
LEFT = "picklereg: attribute 'tb' (traceback) was left behind: TypeError: cannot pickle 'traceback' object"
#: What twisted itself writes in its place, by name.
ADDED = {
    name: f"picklereg: attribute '{name}' ({kind}) was added by the class's own reduce"
    for name, kind in {"_frames": "list", "_parents": "list", "pickled": "int"}.items()
}


def fail(text: str) -> None:
    raise KeyError(text)


def failed(deferred: Any) -> Any:
    """Give the failure that a deferred ends with."""
    failures: list[Any] = []
    deferred.addErrback(failures.append)
    (found,) = failures
    return found


def first_error() -> Any:
    """Wait for two, of which one fails."""
    deferreds = [defer.succeed(1), defer.maybeDeferred(fail, "colour")]
    return failed(defer.gatherResults(deferreds, consumeErrors=True)).value


def parents_of(kept: Any) -> str:
    """Show the names by which twisted knows a failure's class where it may not be importable."""
    names = (f"{cls.__module__}.{cls.__qualname__}" for cls in kept.type.__mro__)
    return f"list({', '.join(map(repr, names))})"


def notes_on(kept: Any) -> list[str]:
    """Give the notes on a failure; some have been asked for their frames already."""
    return [LEFT, *(note for name, note in ADDED.items() if name not in vars(kept))]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_the_first_error_of_several(how: str, reader: Reader) -> None:
    """``FirstError`` has index and failure, and the failure its error."""
    exc = first_error()
    notes = notes_on(exc.subFailure)
    data = written(exc, how)
    got, sent = reader.describe(data), describe(exc)
    kept = next(node for node in sent["others"] if node["type"] == "twisted.python.failure.Failure")
    kept["dict"].update(tb="None", pickled="1", _parents=parents_of(exc.subFailure))  # what twisted itself writes of it
    kept["notes"] = notes
    assert got == sent
    code = "result = [obj.index, type(obj.subFailure).__name__, repr(obj.subFailure.value), obj.subFailure.getErrorMessage()]"
    assert reader.read(data, code=code) == [1, "Failure", "KeyError('colour')", "'colour'"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_failure(how: str, reader: Reader) -> None:
    """A failure by itself can be asked and raised again; its traceback is left behind, with notes on that and on what took its place."""
    exc = failed(defer.maybeDeferred(fail, "colour"))
    notes = notes_on(exc)
    data = written(exc, how)
    code = """
try:
    obj.raiseException()
except KeyError as problem:
    result = [obj.check(ValueError, KeyError) is KeyError, problem.args, describe(obj)["notes"]]
"""
    assert reader.read(data, code=code) == [True, ["colour"], notes]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_failure_without_a_traceback(how: str, reader: Reader) -> None:
    """Nothing has to be left behind, and nothing is added."""
    exc = failure.Failure(KeyError("colour"))
    assert reader.describe(written(exc, how)) == describe(exc)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_what_a_deferred_raised(how: str, reader: Reader) -> None:
    """The error that a coroutine was woken with arrives whole."""

    async def wait() -> None:
        await defer.maybeDeferred(fail, "colour")

    exc = failed(defer.Deferred.fromCoroutine(wait())).value
    assert type(exc) is KeyError
    assert reader.describe(written(exc, how)) == describe(exc)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_usage_error(how: str, reader: Reader) -> None:
    """A command line that is wrong."""
    with pytest.raises(usage.UsageError) as caught:
        usage.Options().parseOptions(["--nope"])
    assert reader.describe(written(caught.value, how)) == describe(caught.value)

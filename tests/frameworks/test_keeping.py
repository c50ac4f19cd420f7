"""What the adapters share. What each says without its framework is tested beside it."""

from __future__ import annotations

import importlib
import logging
import pickle
import subprocess
import sys

import pytest

from frameworks.five_errors import HoldsLock
from picklereg.frameworks.keeping import NotKeptError, from_text, in_their_form, logged, needed, to_text


def test_an_error_is_kept_as_text() -> None:
    """What can't be pickled by itself is written as ASCII, and read back."""
    text = to_text((HoldsLock("db.example", attempts=3), 7))
    assert text.isascii()
    error, number = from_text(text)
    assert (str(error), number) == ("lost db.example after 3 attempts", 7)


def test_what_is_missing_is_named() -> None:
    """The error says who needs it and how to get it, by the module's name or by the distribution's."""
    with (
        pytest.raises(ModuleNotFoundError, match=r"^shop.adapter needs Docket: pip install pydocket$") as failure,
        needed("no_docket", "Docket", by="shop.adapter", install="pydocket"),
    ):
        importlib.import_module("no_docket")
    assert failure.value.name == "no_docket"
    with (
        pytest.raises(ModuleNotFoundError, match=r"^shop.adapter needs Huey: pip install no_huey$"),
        needed("no_huey", "Huey", by="shop.adapter"),
    ):
        importlib.import_module("no_huey")


def test_what_a_framework_lacks_it_says_itself() -> None:
    """An installed framework whose own import fails is not reported as missing."""
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'no_vine'$"), needed("no_celery", "Celery", by="shop.adapter"):
        importlib.import_module("no_vine")


def test_what_goes_wrong_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """It isn't raised, since the task's own error would be lost, and it is no secret."""
    with logged("shop.adapter", "can't store the error of %s", "order 7"):
        raise LookupError("no shelf")
    [record] = caplog.records
    assert (record.name, record.levelno, record.getMessage()) == ("shop.adapter", logging.ERROR, "can't store the error of order 7")
    assert "LookupError: no shelf" in caplog.text


class Wordless(Exception):
    def __repr__(self) -> str:
        raise LookupError("no words")


def test_what_a_framework_makes_of_an_error_without_text() -> None:
    """It is told the class's name and what its text raises, with the error's traceback; other errors it gets as they are."""
    assert in_their_form(repr, KeyError("tea")) == "KeyError('tea')"
    assert in_their_form(repr, Wordless(7)) == "Wordless('<its text raises LookupError>')"
    with pytest.raises(Wordless) as failure:
        raise Wordless
    assert in_their_form(lambda error: (repr(error), error.__traceback__), failure.value)[1] is failure.value.__traceback__


def test_an_error_that_is_missing_arrives_as_well() -> None:
    """It says what was looked at and what to do, also after plain pickle."""
    error = NotKeptError("job 7 has failed, and its error isn't kept", "run its worker with a handler")
    arrived = pickle.loads(pickle.dumps(error))
    assert (type(arrived), str(arrived), vars(arrived)) == (NotKeptError, str(error), vars(error))
    assert str(error) == "job 7 has failed, and its error isn't kept; run its worker with a handler"


def test_it_imports_no_framework() -> None:
    """Importing it imports nothing that an adapter is for."""
    code = "import sys, picklereg.frameworks.keeping; print([name for name in ('celery', 'docket', 'rq') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"

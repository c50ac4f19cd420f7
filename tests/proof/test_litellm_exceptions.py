"""Every class of litellm.exceptions: built by its signature, raised, and read in an interpreter that has no picklereg."""

from __future__ import annotations

import importlib
import inspect
import pickle
from collections.abc import Callable
from typing import Any, Final

import cloudpickle
import httpx
import pytest
from crossing import Reader, describe

import picklereg
from proof.tasks import NoFallbackLeft

_REQUEST: Final = httpx.Request("POST", "https://api.example/v1/chat/completions")

#: What a parameter gets, by its name; the others get a text.
VALUES: Final[dict[str, Any]] = {
    "blocked_content": True,
    "body": {"code": "overloaded", "param": None},
    "current_cost": 12.5,
    "detection_info": {"score": 0.9},
    "exception_status_code": 408,
    "failures": [{"vector_store_id": "vs-1", "custom_llm_provider": None, "error": "timed out"}],
    "headers": {"retry-after": "3"},
    "is_pre_first_chunk": True,
    "max_budget": 10.0,
    "max_retries": 2,
    "num_retries": 1,
    "original_exception": NoFallbackLeft(tried=["gpt-z"]),
    "provider_specific_fields": {"innererror": {"code": "filtered"}},
    "request": _REQUEST,
    "request_data": {"model": "gpt-x"},
    "response": httpx.Response(418, request=_REQUEST, text="I'm a teapot"),
    "should_wrap_with_default_message": True,
    "status_code": 418,
    "sticky_session_routing": False,
}


@pytest.fixture(scope="module")
def errors() -> list[Exception]:
    """One raised instance of each class, with a cause, a context and a note."""
    defined = vars(importlib.import_module("litellm.exceptions")).values()
    classes = [cls for cls in defined if isinstance(cls, type) and issubclass(cls, Exception) and cls.__module__ == "litellm.exceptions"]
    found = [raised(error) for cls in classes if (error := built(cls)) is not None]
    assert len(found) > 20
    return found


def raised(error: Exception) -> Exception:
    try:
        try:
            raise KeyError("deployment")
        except KeyError:
            raise error from NoFallbackLeft(tried=["gpt-x"])
    except type(error):
        error.add_note("while answering order 9")
        return error


def built(cls: type[Exception]) -> Exception | None:
    """Call a class with something for each of its parameters; a new class may want what nobody here knows of."""
    if cls.__init__ is Exception.__init__:
        return cls("no such model")
    parameters = inspect.signature(cls).parameters.values()
    named = [parameter for parameter in parameters if parameter.kind in {parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY}]
    try:
        return cls(**{parameter.name: VALUES.get(parameter.name, f"the {parameter.name}") for parameter in named})
    except (AttributeError, TypeError, ValueError):
        return None


def test_before_most_of_them_cannot_be_read(errors: list[Exception]) -> None:
    """Plain pickle writes them, and most of them can't be read back even in the process that wrote them."""
    lost = [error for error in errors if not can_be_read(pickle.dumps(error))]
    assert len(lost) > len(errors) / 2


def can_be_read(data: bytes) -> bool:
    try:
        pickle.loads(data)
    except TypeError:
        return False
    return True


def test_after_all_of_them_arrive_whole_through_our_pickler(errors: list[Exception], reader: Reader) -> None:
    """What ``picklereg.dumps`` writes, plain ``pickle.loads`` reads, with nothing changed."""
    assert changed(errors, picklereg.dumps, reader) == {}


def test_after_all_of_them_arrive_whole_through_a_frameworks_pickler(errors: list[Exception], reader: Reader) -> None:
    """So does what ``cloudpickle.dumps`` writes where the module is registered and installed, as in docket's worker."""
    registry = picklereg.Registry(entry_points=False)
    registry.register("litellm.exceptions")
    with registry.installed():
        assert changed(errors, cloudpickle.dumps, reader) == {}


def changed(errors: list[Exception], dumps: Callable[[Exception], bytes], reader: Reader) -> dict[str, tuple[Any, Any]]:
    """Give what differs after the way to another interpreter, by class: as written, as read."""
    pairs = {type(error).__name__: (describe(error), reader.describe(dumps(error))) for error in errors}
    return {name: (written, read) for name, (written, read) in pairs.items() if written != read}

"""The prompt that litellm keeps in the errors which ``litellm.completion`` raises: it doesn't leave."""

from __future__ import annotations

import io
import pickle
import warnings
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from typing import Any, Final

import cloudpickle
import litellm
import pytest

import picklereg
from picklereg.cli.demo.refusing_provider import REFUSALS

PROMPT: Final = "my `doctor` says I'm eight weeks pregnant"
WORDS: Final = [b"doctor", b"weeks", b"pregnant"]


@pytest.fixture(scope="module")
def errors(provider: str) -> dict[int, Exception]:
    """An error for each status."""
    return {status: raised(f"{provider}/{status}") for status in REFUSALS}


def raised(api_base: str) -> Exception:
    messages = [{"role": "user", "content": PROMPT}]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what libraries warn about in passing would be raised in litellm's error's place
        with pytest.raises(Exception) as caught:
            litellm.completion(model="openai/gpt-x", messages=messages, api_base=api_base, api_key="sk-test-0123456789", max_retries=0)
    return caught.value


def by_pickler(obj: object) -> bytes:
    file = io.BytesIO()
    picklereg.Pickler(file).dump(obj)
    return file.getvalue()


def by_forking_pickler(obj: object) -> bytes:
    file = io.BytesIO()
    pickler: pickle.Pickler = ForkingPickler(file)
    pickler.dump(obj)
    return file.getvalue()


def installed(dumps: Callable[[object], bytes]) -> Callable[[object], bytes]:
    def dump(obj: object) -> bytes:
        with picklereg.installed(all_exceptions=True):
            return dumps(obj)

    return dump


WAYS: dict[str, Callable[[object], bytes]] = {
    "dumps": picklereg.dumps,
    "Pickler": by_pickler,
    "pickle": installed(pickle.dumps),
    "cloudpickle": installed(cloudpickle.dumps),
    "ForkingPickler": installed(by_forking_pickler),
}


def test_before_it_does(errors: dict[int, Exception]) -> None:
    """Without picklereg the prompt of at least one is in the bytes; where it isn't any more, nothing here is tested."""
    dumps: Callable[[object], bytes] = cloudpickle.dumps
    assert any(WORDS[0] in dumps(error) for error in errors.values())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("status", REFUSALS)
def test_after_it_does_not(status: int, way: str, errors: dict[int, Exception]) -> None:
    """In every mode; the model and the API base are still there, where litellm had written them, and the live error is as it was."""
    error: Any = errors[status]
    before = error.litellm_debug_info
    data = WAYS[way](error)
    assert [word for word in WORDS if word in data] == []
    arrived = pickle.loads(data)
    assert error.litellm_debug_info is before
    if before is not None:
        assert arrived.litellm_debug_info == before[: before.index("[{")] + "[redacted by picklereg]`"
        assert "gpt-x" in arrived.litellm_debug_info
        assert "API Base: `http://127.0.0.1" in arrived.litellm_debug_info
    assert (type(arrived), str(arrived), arrived.model) == (type(error), str(error), error.model)

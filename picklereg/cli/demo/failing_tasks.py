"""What docket's workers are to do in the demo: a memory extraction that calls a model, and fails.

Nothing here, nor what it imports, installs picklereg: the way without it runs these tasks too.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from picklereg.testing.reader import describe

if TYPE_CHECKING:
    import httpx

__all__ = ["API_KEY", "FAILURES", "PROMPT", "TASKS", "extract_memories", "summarize"]

#: The two secrets of the demo.
API_KEY: Final = "sk-demo-7Q2xVb94LmTz81"
PROMPT: Final = "I'm eight weeks pregnant, `and nobody at work knows` yet. Please remember that for me."

_MODEL: Final = "openai/gpt-4o-mini"
#: What is asked for, and what is shown of it. The last one is what a worker without picklereg dies of.
FAILURES: Final = {
    "429": "429",
    "401": "401",
    "400": "400",
    "500": "500",
    "unreachable": "unreachable:",
    "budget": "over budget:",
    "chain": "chain of four:",
    "lock": "holds a lock:",
}


class EmbeddingError(Exception):
    """Plain pickle can write it, and not read it."""

    def __init__(self, *, model: str) -> None:
        super().__init__(f"no embedding by {model}")
        self.model = model


class SearchError(Exception):
    """The same."""

    def __init__(self, *, index: str) -> None:
        super().__init__(f"can't search {index}")
        self.index = index


class ExtractionError(Exception):
    """Python's own rule does carry this one, without its cause, and with the API key in the request that it holds."""

    request: Any = None


class StoreError(Exception):
    """Holds a lock, as whatever holds a client does."""

    def __init__(self, host: str) -> None:
        super().__init__(f"lost {host}")
        self.host = host
        self.lock = threading.Lock()


async def extract_memories(failure: str, provider: str, deaf: str, records: str) -> None:
    """Fail, and write down first how the error looks here.

    Args:
        failure: how: one of :data:`FAILURES`.
        provider: the URL of a provider that refuses everything.
        deaf: a URL where nobody listens.
        records: the directory for what is written down.
    """
    try:
        await asyncio.to_thread(_fail, failure, provider, deaf)
    except Exception as error:
        error.add_note(f"while extracting memories: {failure}")
        await asyncio.to_thread(Path(records, failure).write_text, json.dumps(describe(error)), "utf-8")
        raise


async def summarize(words: list[str]) -> str:
    """Do ordinary work."""
    return " ".join(words)


TASKS: Final[list[Callable[..., Awaitable[object]]]] = [extract_memories, summarize]


def _fail(failure: str, provider: str, deaf: str) -> None:
    if failure == "chain":
        _extract(provider)
    if failure == "lock":
        raise StoreError("memories.example")
    _ask_model(deaf if failure == "unreachable" else f"{provider}/{failure}", budget=0.01 if failure == "budget" else 0)


def _ask_model(api_base: str, *, budget: float) -> None:
    """Call the model as a program does; litellm raises."""
    import litellm

    litellm.suppress_debug_info = True
    litellm.max_budget = budget
    litellm._current_cost = 2 * budget  # noqa: SLF001  # there is no other way to have spent money on nothing
    litellm.completion(model=_MODEL, messages=[{"role": "user", "content": PROMPT}], api_base=api_base, api_key=API_KEY, max_retries=0)


def _extract(provider: str) -> None:
    """Fail in four steps."""
    import httpx

    headers = {"Authorization": f"Bearer {API_KEY}"}
    request = httpx.Request("POST", f"{provider}/503/embeddings", json={"input": PROMPT}, headers=headers)
    try:
        _search(request)
    except SearchError as problem:
        error = ExtractionError("no memories extracted")
        error.request = request
        raise error from problem


def _search(request: httpx.Request) -> None:
    try:
        _embed(request)
    except EmbeddingError as problem:
        raise SearchError(index="memories") from problem


def _embed(request: httpx.Request) -> None:
    import httpx

    try:
        with httpx.Client() as client:
            client.send(request).raise_for_status()
    except httpx.HTTPStatusError as problem:
        raise EmbeddingError(model="text-embedding-3-small") from problem

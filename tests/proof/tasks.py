"""The tasks that docket's workers run, their errors, and what of an error is compared.

Nothing here imports picklereg: the callers and workers that do without it use this module too.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

__all__ = ["TASKS", "ConnectionLost", "NoFallbackLeft", "add", "ask_model", "facts", "lose_connection"]


class NoFallbackLeft(Exception):
    """Plain pickle writes it and can't read it: it calls ``NoFallbackLeft(message)``."""

    def __init__(self, *, tried: list[str]) -> None:
        super().__init__(f"no model left after {', '.join(tried)}")
        self.tried = tried


class ConnectionLost(Exception):
    """Plain pickle can't write it: it holds a lock, as many clients' errors do."""

    def __init__(self, host: str, attempts: int) -> None:
        super().__init__(f"lost {host} after {attempts} attempts")
        self.host = host
        self.attempts = attempts
        self.lock = threading.Lock()


def facts(error: BaseException | None) -> dict[str, Any] | None:
    """Tell what the caller has to see of an error, and of all in its chain, as JSON-able data."""
    if error is None:
        return None
    cls = type(error)
    return {
        "type": f"{cls.__module__}.{cls.__qualname__}",
        "str": str(error),
        "args": [repr(argument) for argument in error.args],
        **{name: getattr(error, name, None) for name in ("status_code", "message", "model", "llm_provider", "tried", "host", "attempts")},
        "answer": getattr(getattr(error, "response", None), "status_code", None),
        "notes": list(getattr(error, "__notes__", [])),
        "cause": facts(error.__cause__),
        "context": facts(error.__context__),
        "suppress_context": error.__suppress_context__,
    }


def write_down(error: Exception, record: str) -> None:
    """Write what the worker sees of an error to a file, before docket gets hold of it."""
    Path(record).write_text(json.dumps(facts(error)))


async def ask_model(api_base: str, record: str) -> None:
    """Let litellm fail."""
    import litellm

    litellm.suppress_debug_info = True
    try:
        await asyncio.to_thread(
            litellm.completion,
            model="openai/gpt-x",
            messages=[{"role": "user", "content": "hello"}],
            api_base=api_base,
            api_key="sk-test-0123456789",
            max_retries=0,
        )
    except Exception as error:
        error.add_note("while answering order 7")
        error.__cause__ = NoFallbackLeft(tried=["gpt-x", "gpt-y"])
        write_down(error, record)
        raise


async def lose_connection(record: str) -> None:
    """Fail with an error that holds a lock."""
    try:
        raise ConnectionLost("db.example", attempts=3) from NoFallbackLeft(tried=["db.example"])
    except ConnectionLost as error:
        error.add_note("while answering order 8")
        write_down(error, record)
        raise


async def add(left: int, right: int) -> tuple[int, int]:
    """Do ordinary work, and tell which process did it."""
    return left + right, os.getpid()


TASKS: list[Callable[..., Awaitable[object]]] = [add, ask_model, lose_connection]

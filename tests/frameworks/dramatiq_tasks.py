"""Dramatiq's command with one process and one thread: ``python -m frameworks.dramatiq_tasks URL WAY``."""

from __future__ import annotations

import os
import sys
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.encoder import PickleEncoder
from dramatiq.results import Results
from dramatiq.results.backends import RedisBackend
from redis import Redis

from frameworks import five_errors

__all__ = ["make_actors"]


def make_actors(url: str, way: str) -> dict[str, Any]:
    """Make the actors of a way, and their broker, which has a namespace of its own."""
    make_backend: Any = RedisBackend
    encoder: Any = PickleEncoder()
    if way == "picklereg":
        from picklereg.frameworks.dramatiq import Encoder, WholeErrors

        make_backend = type("WholeBackend", (WholeErrors, RedisBackend), {})
        encoder = Encoder()
    broker: Any = RedisBroker(url=url, namespace=f"dramatiq-{way}")
    backend = make_backend(client=Redis.from_url(url, socket_timeout=120), encoder=encoder)
    broker.add_middleware(Results(backend=backend, store_results=True))
    actor: Any = dramatiq.actor
    functions = (five_errors.fail, five_errors.give, five_errors.work)
    return {function.__name__: actor(function, broker=broker, max_retries=0) for function in functions}


def main() -> None:
    """Become the command, which imports this module in each of its processes and looks for ``broker``."""
    os.environ["DRAMATIQ_TASKS"] = " ".join(sys.argv[1:])
    command = [sys.executable, "-m", "dramatiq", "frameworks.dramatiq_tasks:broker", "--processes=1", "--threads=1"]
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
elif "DRAMATIQ_TASKS" in os.environ:
    url, way = os.environ["DRAMATIQ_TASKS"].split()
    if way == "picklereg":
        import litellm  # noqa: F401  # pyright: ignore[reportUnusedImport]  # before the first task
    broker = make_actors(url, way)["work"].broker

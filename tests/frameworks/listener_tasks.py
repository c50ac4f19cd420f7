"""Both ends of a connection of ``multiprocessing``: one asks for tasks to be done, the other one does them. Nothing imports picklereg."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Client, Connection
from typing import Any

__all__ = ["answer", "ask"]


def ask(connection: Connection[Any, Any], function: Callable[..., Any], *args: object) -> Any:
    """Have a function called at the other end, and give or raise what comes of it."""
    connection.send((function, args))
    has_raised, outcome = connection.recv()
    if has_raised:
        raise outcome
    return outcome


def answer(address: str, initializer: Callable[[], None] | None) -> None:
    """Call functions until the connection is closed."""
    if initializer is not None:
        initializer()
    with Client(address) as connection:
        while True:
            function, args = connection.recv()
            try:
                outcome = (False, function(*args))
            except Exception as error:
                outcome = (True, error)
            connection.send(outcome)

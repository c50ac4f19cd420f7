"""Calls and messages as clients keep them: objects, models, slots; and an error that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

import pydantic

__all__ = ["Answer", "CallError", "Completion", "Message", "Query", "Reduced", "Role", "SendMessage", "SendText", "Slotted", "Turn"]


class CallError(Exception):
    """One that holds what it is given by name."""

    def __init__(self, **held: Any) -> None:
        super().__init__("the call failed")
        vars(self).update(held)


class Role(Enum):
    """Who speaks."""

    USER = "user"


@dataclass
class Message:
    """A message to a model."""

    role: Any
    content: Any


class Turn(NamedTuple):
    """The same, as a tuple with names."""

    role: str
    parts: list[Any]


@dataclass
class Completion:
    """A call to a model."""

    model: str
    prompt: str
    temperature: float = 0.5


@dataclass
class Query:
    """A request that has nothing but a URL and what goes into it."""

    url: str
    params: dict[str, str]


class SendMessage(pydantic.BaseModel):
    """The call of a bot, as a model."""

    chat_id: int
    text: str
    parse_mode: str = "html"


class SendText:
    """The call of a client, as an object."""

    def __init__(self, peer: str, message: Any) -> None:
        self.peer = peer
        self.message = message


class Reduced(SendText):
    """The same with a reduce of its own, which gives no names."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Reduced, (self.peer, self.message)


class Slotted:
    """The same with slots."""

    __slots__ = ("payload", "peer")

    def __init__(self, peer: str, payload: bytes) -> None:
        self.peer = peer
        self.payload = payload


@dataclass
class Answer:
    """What came back."""

    status: int
    message: str


class Shown:
    """Shows all that it is given."""

    def __init__(self, **held: Any) -> None:
        vars(self).update(held)

    def __repr__(self) -> str:
        return f"Shown({vars(self)})"

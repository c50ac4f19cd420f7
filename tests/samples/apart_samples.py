"""Errors that keep apart what something is called and what it holds, as validators do. The reader imports this module."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from types import SimpleNamespace
from typing import Any, Final

__all__ = ["APART", "BODIES", "KEPT", "LOOSE", "SHORT", "TELLING"]

#: Nothing but its place tells what it is; and what looks like a credential wherever it stands.
SHORT: Final = "zQ7-x"
TELLING: Final = "hV9pL2sD7kQ4wZx8"
KEPT: Final = "a harmless word"


class RefusedError(Exception):
    """Sets whatever it is given."""

    def __init__(self, text: str, /, **told: Any) -> None:
        super().__init__(text)
        vars(self).update(told)


@dataclass
class WrongTypeError(Exception):
    """Is a dataclass, as some validators' are."""

    field_path: str
    value: Any
    kind: str = KEPT


class SlottedError(Exception):
    """Has slots."""

    __slots__ = ("field", "input_value")

    def __init__(self, *, field: str, input_value: Any) -> None:
        super().__init__()
        self.field, self.input_value = field, input_value


class CalledError(Exception):
    """Keeps the value among its arguments, too."""

    def __init__(self, field_name: str, kind: type, field_value: Any) -> None:
        super().__init__(field_name, kind, field_value)
        self.field_name, self.field_value = field_name, field_value


class SentError(Exception):
    """Keeps what it was made with, too, as errors do that name it all for ``super().__init__()``."""

    def __init__(self, text: str, raw_request: Any) -> None:
        super().__init__(text, raw_request)
        self.raw_request = raw_request


#: Errors that hold a value under a credential's name.
APART: Final[dict[str, Callable[[Any], Exception]]] = {
    "a field's": lambda value: RefusedError(KEPT, field="password", value=value),
    "a header's": lambda value: RefusedError(KEPT, name="x-api-key", value=value),
    "a path's": lambda value: RefusedError(KEPT, path=deque(["users", 0, "password"]), instance=value),
    "a place's": lambda value: RefusedError(KEPT, loc=("body", "password"), input=value),
    "an option's": lambda value: RefusedError(KEPT, option="--password", given=value),
    "in bytes": lambda value: RefusedError(KEPT, field="password", value=value.encode()),
    "in slots": lambda value: SlottedError(field="password", input_value=value),
    "in a list": lambda value: RefusedError(KEPT, errors=[{"param": "password", "received": value}]),
    "as a cause": lambda value: _caused(RefusedError(KEPT, parameter="password", actual=value)),
}
#: Errors that hold the body of a request.
BODIES: Final[dict[str, Callable[[Any], Exception]]] = {
    "as it was sent": lambda body: RefusedError(KEPT, request_body=f"[{body!r}]".encode()),
    "as text": lambda body: RefusedError(KEPT, request_json=f"[{body!r}]"),
    "as what it is made of": lambda body: RefusedError(KEPT, raw_request={"prompt": body}, raw_response={"text": KEPT}),
    "among its arguments": lambda body: SentError(KEPT, {"prompt": body}),
    "in a dictionary": lambda body: RefusedError(KEPT, calls=[{"request_body": {"prompt": body}, "page": 3}]),
    "in a request without a URL": lambda body: RefusedError(KEPT, held=SimpleNamespace(path="/", method="PUT", headers={}, body=body)),
    "with what can't be written": lambda body: RefusedError(KEPT, request_payload=[body, Lock()]),
}
#: Errors that hold it somewhere else, too, where it has to look like one.
LOOSE: Final[dict[str, Callable[[str], Exception]]] = {
    "a dataclass's": lambda value: WrongTypeError("user.password", value),
    "in its text": lambda value: RefusedError(f"{value} is no number", attribute="password", value=value),
    "among its arguments": lambda value: CalledError("password", int, value),
    "in a list": lambda value: RefusedError(KEPT, setting="password", got=[value]),
    "in a cause": lambda value: _caused(RefusedError(f"bad {value}", column="password", invalid_value=value)),
}


def _caused(cause: Exception) -> Exception:
    outer = RefusedError(KEPT)
    outer.__cause__ = cause
    return outer

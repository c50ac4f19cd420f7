"""What the sets have in common: the parts of a request or response that may travel, whoever's class it is."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Final

from picklereg.introspection.naming import module_of
from picklereg.redaction import redact_pairs, redact_url
from picklereg.redaction.helpers import looked_into
from picklereg.reduction.expression import Expression

__all__ = ["inert", "made_of", "redacted_headers", "redacted_url", "stripped_response"]

_INERT: Final = (type(None), bool, int, float)
#: Libraries whose responses other libraries' responses wrap; each has a set with a function ``strip_whole_response``.
_TRANSPORTS: Final = ("aiohttp", "requests", "urllib3")


def inert(value: Any) -> dict[str, Any]:
    """Give an object's attributes: numbers and flags as they are, and ``None`` for what may lead to a connection or to a credential."""
    return {name: part if type(part) in _INERT else None for name, part in vars(value).items()}


def made_of(value: Any, state: dict[str, Any]) -> Expression:
    """Give the call that makes an object of the same class with other attributes, without its ``__init__``."""
    return Expression(type(value).__new__, type(value), state=state)


def redacted_headers(headers: Any) -> Any:
    """Give headers of the same class without credentials: a class made from pairs, or one like ``http.client.HTTPMessage``."""
    pairs = redact_pairs(headers.items())
    if isinstance(headers, Mapping):
        return looked_into(type(headers)(pairs))  # type: ignore[call-arg]  # a mapping that can be made from pairs
    message = type(headers)()
    for name, value in pairs:
        message[name] = value  # which appends
    return looked_into(message)


def redacted_url(url: Any) -> Any:
    """Give a URL without credentials, or what stands in its place and is no text."""
    return redact_url(url) if isinstance(url, str) else url


def stripped_response(response: Any) -> Any:
    """Give what travels of a response that another one wraps: ``None`` if it is of no library that is known here."""
    for base in type(response).__mro__:
        library = module_of(base).partition(".")[0]
        if library in _TRANSPORTS:
            return importlib.import_module(f"picklereg.sets.{library}").strip_whole_response(response)
    return None

"""What a program has said to a model or a service, told by the shape of what holds it: it is left behind, as a request's body is.

Four shapes are known. A message has a ``role`` that only the program's own have, and its content. A call to a model has the model's name
beside what the model is asked; one by JSON-RPC has parameters. The call that an error of a client holds is an object under ``request`` or
``method``. What a model has
answered stays, and so does all that tells how it was asked: roles, kinds, names, numbers, settings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from picklereg.redaction.values import REDACTED

__all__ = ["ANSWERED", "CALL", "CALLS", "MARKS", "SAID", "answered_in", "is_said", "said_in", "said_in_calls"]

#: Under these names, which aren't a credential's, all that is said stands, or a call that has it in it.
SAID: Final = "content of a request"
CALL: Final = "call of a client"
#: Among whose entries there may be something said.
MARKS: Final = frozenset({"role", "model", "jsonrpc"})
#: Attributes of errors that hold the call.
CALLS: Final = frozenset({"request", "_request", "method", "_method", "call", "_call"})

#: Who speaks for the program: what an ``assistant`` or a ``model`` said is an answer.
_ROLES: Final = frozenset({"developer", "function", "human", "system", "tool", "user"})
_CONTENTS: Final = frozenset({"blocks", "content", "contents", "parts"})
#: What a model is asked, beside its name; and what else is there if it is an answer.
_ASKED: Final = frozenset(
    {"contents", "documents", "input", "inputs", "instructions", "prompt", "query", "suffix", "system", "system_instruction", "texts"}
)
_ANSWERED: Final = frozenset({"choices", "data", "error", "loc", "msg", "output", "usage"})
#: Models have a version, or stand after who provides them; other things that are called models have names of one word.
_MODEL: Final = re.compile(r"[\w.:/@\-]{0,200}[\d:/\-][\w.:/@\-]{0,200}")
#: What tells the kind of what is said.
_STRUCTURE: Final = frozenset(
    {"cache_control", "call_id", "detail", "format", "id", "kind", "media_type", "mime_type", "mimetype", "name", "part_kind", "role"}
    | {"tool_call_id", "tool_name", "tool_use_id", "type"}
)
#: In which fields of a call something is said; the others tell to whom, and how.
_SAID_IN_CALLS: Final = frozenset(
    {"arguments", "attachments", "body", "caption", "content", "data", "description", "document", "embeds", "explanation", "input"}
    | {"json", "media", "message", "messages", "params", "payload", "prompt", "question", "text"}
)
_URLS: Final = frozenset({"url", "_url"})
#: Under these names an error holds what a server answered; under some of them only if there is a status beside it.
_BODIES: Final = frozenset({"body", "_body", "detail", "details", "error_body", "json_body"})
ANSWERED: Final = _BODIES | {"answer", "reply", "response", "_response", "response_body", "response_data", "response_json"}
#: How many values there are looked at.
_MOST: Final = 5_000
_ANSWERS: Final = frozenset({"status", "_status", "status_code", "_status_code", "reason"})


def said_in(names: Mapping[str, Any], text: Callable[[Any], str | None]) -> frozenset[str]:
    """Give under which of its names an object holds what was said to a model.

    Args:
        names: what it holds.
        text: gives a value's text, if it is one.
    """
    role = text(names["role"]) if "role" in names else None
    if role is not None and role.lower() in _ROLES:
        found = _CONTENTS.intersection(names)
    elif "model" in names and _ANSWERED.isdisjoint(names) and _MODEL.fullmatch(text(names["model"]) or ""):
        found = _ASKED.intersection(names)
    elif "jsonrpc" in names and "method" in names:
        found = frozenset({"params"}).intersection(names)
    else:
        return frozenset()
    return frozenset(key for key in found if is_said(None, text(names[key])))


def is_said(key: object, text: str | None) -> bool:
    """Tell of what stands in what was said whether it is left behind, if it is text."""
    return text not in {"", REDACTED} and not (type(key) is str and key in _STRUCTURE)


def said_in_calls(names: Mapping[Any, Any]) -> frozenset[str]:
    """Give under which of its names a call holds what was said; none if it is an answer."""
    known = {name for name in names if type(name) is str}
    if not _ANSWERS.isdisjoint(known):
        return frozenset()
    said = frozenset(known & _SAID_IN_CALLS)
    return said if _URLS.isdisjoint(known) else said - {"params"}  # the URL's own


def answered_in(attributes: Mapping[Any, Any]) -> Iterator[dict[Any, Any]]:
    """Give the dictionaries that an error holds of what a server has answered, whoever is said there to have spoken.

    Args:
        attributes: the error's.
    """
    named = ANSWERED if not _ANSWERS.isdisjoint(attributes) else ANSWERED - _BODIES
    stack = [attributes[name] for name in named.intersection(attributes)]
    for _ in range(_MOST):
        if not stack:
            return
        part = stack.pop()
        if type(part) is dict:
            yield part
            stack += part.values()
        elif type(part) in {list, tuple}:
            stack += part

"""Attachments of exceptions: what a strip function makes of each, once in a dump."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import CONTAINER, DATA, PLAIN, TEXT, is_bare, is_container, is_exception, kind_of, parts_of
from picklereg.redaction.collecting import collecting
from picklereg.redaction.held import is_named_value, text_of
from picklereg.redaction.marks import CODES, SENT, is_mark, is_mark_in_bytes
from picklereg.redaction.names import COMPRESSED, are_plain_names, is_credential
from picklereg.redaction.readings import decoded
from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Callable

    from picklereg.redaction.secrets import Secrets

__all__ = ["Attachments", "Strip"]

if TYPE_CHECKING:
    Strip: TypeAlias = Callable[[Any], object]

_NEW: Final = object.__new__
_HOLDING: Final = (CONTAINER, DATA)
#: Where one of these is a key, what stands beside it may be a request's body, or a grant.
_TOLD_BESIDE: Final = SENT | CODES
#: How many values a container may hold that needs no look into it but at its texts.
_FEW: Final = 100


class Attachments:
    """The attachments of one dump.

    Args:
        secrets: what takes in the credentials that strip functions find; ``None`` if none are to be replaced.
        strip_for: gives what strips an attachment of a class.
    """

    __slots__ = ("_secrets", "_simple", "_stripped", "strip_for")

    def __init__(self, secrets: Secrets | None, strip_for: Callable[[type], Strip | None]) -> None:
        self.strip_for = strip_for
        self._secrets = secrets
        self._stripped: dict[int, tuple[object, Any]] = {}
        self._simple: dict[int, tuple[object, Expression | None]] = {}

    def stripped(self, strip: Strip, value: Any) -> Any:
        """Give what an attachment becomes, which is decided once in a dump; its credentials are remembered.

        Raises:
            Exception: whatever the strip function raises, or the reader would raise, which asks what is made for ``__setstate__``.
        """
        known = self._stripped.get(id(value))
        if known is None:
            made = collecting(self._secrets, strip, value)
            if hasattr(type(value), "__getattr__") and type(made) is Expression:
                _ask_an_empty_one(made)
            known = self._stripped[id(value)] = value, made
            self._stripped.setdefault(id(known[1]), (known[1], known[1]))  # it may be another one of the same class
        return known[1]

    def simple(self, value: Any, texts: list[str]) -> Expression | None:
        """Give what a value becomes if it is an attachment, and needs no look into it but at its texts: an instance with these attributes.

        Args:
            value: the attachment.
            texts: takes its texts, the first time.

        Returns:
            The expression, or ``None`` where there is more to decide.
        """
        known = self._simple.get(id(value))
        if known is not None:
            return known[1]
        strip = self.strip_for(type(value))
        if strip is None:
            return None
        collected: list[str] = []
        met: list[int] = []
        found = self._simplified(strip, value, collected, met)
        if found is None:
            for key in met:  # what stands in it may be simple by itself, but wasn't looked at to the end
                del self._simple[key]
            self._simple[id(value)] = value, None
        else:
            texts += collected
        return found

    def _simplified(self, strip: Strip, value: Any, texts: list[str], met: list[int]) -> Expression | None:
        cls = type(value)
        try:
            expression = self.stripped(strip, value)
        except BaseException as problem:  # noqa: BLE001  # raised again where it becomes a note
            pass_on(problem)
            return None
        if type(expression) is not Expression or expression.function is not _NEW or expression.arguments != (cls,) or expression.note:
            return None
        self._simple[id(value)] = value, expression  # its parts may lead back to it
        met.append(id(value))
        state = expression.state
        if not are_plain_names(tuple(state)) and any(_is_named(name, part, self.strip_for) for name, part in state.items()):
            return None
        for name, part in state.items():
            kind = kind_of(part)
            if kind == TEXT:
                texts.append(part)
            elif kind in _HOLDING:
                if part and not (_is_flat(part, texts) if kind == CONTAINER else self._is_clear(part, texts)):  # attachments may be in it
                    return None
            elif kind is None:
                found = self._simple_part(part, texts, met)
                if found is None:
                    return None
                state[name] = found
        return expression

    def is_looked_into(self, part: object) -> bool:
        """Tell whether nobody need look for credentials in a part of what a strip function gave."""
        return self._secrets is None or id(part) in self._secrets.looked_into

    def _is_clear(self, data: bytes, texts: list[str]) -> bool:
        """Tell whether bytes need no look into them but at their text, which is taken if no strip function has had them redacted."""
        if self.is_looked_into(data):
            return True
        texts.append(decoded(data)[0])
        return not data.startswith(COMPRESSED)

    def _simple_part(self, part: Any, texts: list[str], met: list[int]) -> Any:
        if is_exception(part):
            return None
        strip = self.strip_for(type(part))
        if strip is None:
            return part if type(part) is timedelta or self.is_looked_into(part) else None
        known = self._simple.get(id(part))
        return self._simplified(strip, part, texts, met) if known is None else known[1]


def _ask_an_empty_one(made: Expression) -> None:
    """Ask an instance without any attributes for ``__setstate__``, as the reader does: a ``__getattr__`` may need what it lacks."""
    if getattr(made.function, "__name__", None) == "__new__":
        empty = made.function(*made.arguments)
        if hasattr(empty, "__setstate__") and not hasattr(type(empty), "__setstate__"):
            raise TypeError("its attributes can't be set")


def _is_named(name: str, part: Any, strip_for: Callable[[type], Strip | None]) -> bool:
    """Tell of what stands under a name whether it is a credential, or may hold one for standing there."""
    if is_bare(part):
        return is_named_value(name, part, text_of)
    return is_credential(name) and strip_for(type(part)) is None and not (is_container(part) and not part)


def _is_flat(container: Any, texts: list[str]) -> bool:
    """Tell whether a container holds a few texts and numbers, none of them a credential's name; collect its texts."""
    if len(container) > _FEW:
        return False
    for part in parts_of(container):
        kind = kind_of(part)
        if kind is TEXT or (kind is DATA and not part.startswith(COMPRESSED)):
            if is_mark(part) if kind is TEXT else is_mark_in_bytes(part):
                return False
            texts.append(part if kind is TEXT else part.decode("utf-8", "surrogateescape"))
        elif kind is not PLAIN:
            return False
    return not (isinstance(container, dict) and not container.keys().isdisjoint(_TOLD_BESIDE))

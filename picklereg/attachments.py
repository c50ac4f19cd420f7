"""Attachments of exceptions that are written without a pickler of one's own: what plain pickle writes in their place."""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any, Final

from picklereg.containers import CONTAINERS
from picklereg.expression import Expression, Reduced
from picklereg.redaction import Secrets, collecting, is_suspect

if TYPE_CHECKING:
    from collections.abc import Callable

    from picklereg.cleaning import Strip
    from picklereg.redaction import Redact

__all__ = ["Attachments", "NeedsHost"]

_NEW: Final = object.__new__
_NEWOBJ: Final[Any] = copyreg.__newobj__  # type: ignore[attr-defined]
#: What of an attachment's state is no credential, and leads to none. By identity, as below: a class may be unhashable.
_INERT: Final = frozenset(map(id, (type(None), int, bool, bytes, float)))
_CONTAINERS: Final = frozenset(map(id, CONTAINERS))


class NeedsHost(BaseException):
    """Raised in a dump that has no pickler to ask, for a value or class that it would have to be asked about."""


class Attachments:
    """The attachments of one dump.

    Args:
        redact: as for :class:`picklereg.registry.Registry`.
        strip_for: gives what strips an attachment of a class.
    """

    __slots__ = ("_known", "_secrets", "_strip_for")

    def __init__(self, redact: Redact, strip_for: Callable[[type], Strip | None]) -> None:
        self._strip_for = strip_for
        self._secrets = Secrets() if redact is True else Secrets(redact) if redact else None
        self._known: dict[int, tuple[object, Reduced]] = {}

    def stand_in(self, value: Any) -> Reduced | None:
        """Give what stands for an attachment; ``None`` for any other value.

        Raises:
            NeedsHost: there is a credential in it, or something that a host would have to be asked about.
        """
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        strip = self._strip_for(type(value))
        if strip is None:
            return None
        secrets = self._secrets
        texts: list[str] = []
        found = collecting(secrets, self._stripped, value, strip, texts)
        if secrets is not None:
            text = "\0".join(texts)
            if is_suspect(text):
                secrets.scan(text)
            if secrets.found:
                raise NeedsHost
        return found

    def _stripped(self, value: Any, strip: Strip, texts: list[str]) -> Reduced:
        cls = type(value)
        try:
            expression: Any = strip(value)
        except Exception as problem:
            raise NeedsHost from problem
        if type(expression) is not Expression or expression.function is not _NEW or expression.arguments != (cls,) or expression.note:
            raise NeedsHost  # anything else would have to be looked through
        state = expression.state
        for name, part in state.items():
            kind = type(part)
            key = id(kind)
            if key in _INERT:
                continue
            if kind is str:
                texts.append(part)
            elif key in _CONTAINERS:
                if part:  # there may be attachments in it
                    raise NeedsHost
            else:
                inner = self._strip_for(kind)
                if inner is not None:
                    known = self._known.get(id(part))
                    state[name] = self._stripped(part, inner, texts) if known is None else known[1]
        reduced = Reduced(cls, (_NEWOBJ, expression.arguments, state))
        self._known[id(value)] = value, reduced
        return reduced

"""Attachments of exceptions that need no more than to be stripped: what is written in their place."""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.containers import CONTAINERS
from picklereg.redaction.secrets import collecting, is_suspect
from picklereg.reduction.expression import Expression, Reduced

if TYPE_CHECKING:
    from collections.abc import Callable

    from picklereg.redaction.secrets import Secrets

    Decided = dict[int, tuple[object, Any]]
    Strip = Callable[[Any], object]

__all__ = ["Attachments", "Expressions", "NeedsHost", "strip_once"]

_NEW: Final = object.__new__
_NEWOBJ: Final[Any] = copyreg.__newobj__  # type: ignore[attr-defined]
#: What of an attachment's state is no credential, and leads to none. By identity, as below: a class may be unhashable.
_INERT: Final = frozenset(map(id, (type(None), int, bool, bytes, float)))
_CONTAINERS: Final = frozenset(map(id, CONTAINERS))


class NeedsHost(BaseException):
    """Raised in a dump that has no pickler to ask, for a value or class that it would have to be asked about."""


class Attachments:
    """The attachments of one dump, for plain pickle.

    Args:
        secrets: what takes in the credentials that are found; ``None`` if none are to be replaced.
        strip_for: gives what strips an attachment of a class.
    """

    __slots__ = ("_known", "_secrets", "_strip_for")

    def __init__(self, secrets: Secrets | None, strip_for: Callable[[type], Strip | None]) -> None:
        self._strip_for = strip_for
        self._secrets = secrets
        self._known: dict[int, tuple[object, Any]] = {}

    def stand_in(self, value: Any) -> Any:
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
        before = len(self._known)
        try:
            return self._searched(value, strip)
        except NeedsHost:
            while len(self._known) > before:  # what is in it wasn't searched
                self._known.popitem()
            raise

    def _searched(self, value: Any, strip: Strip) -> Any:
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

    def _stripped(self, value: Any, strip: Strip, texts: list[str]) -> Any:
        cls = type(value)
        try:
            expression: Any = self._expression(strip, value)
        except Exception as problem:
            raise NeedsHost from problem
        if type(expression) is not Expression or expression.function is not _NEW or expression.arguments != (cls,) or expression.note:
            raise NeedsHost  # anything else would have to be looked through
        state = expression.state
        made = self._made(expression)
        self._known[id(value)] = value, made  # its parts may lead back to it
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
        return made

    def _expression(self, strip: Strip, value: Any) -> object:
        return strip(value)

    def _made(self, expression: Expression) -> Any:
        return Reduced(expression.arguments[0], (_NEWOBJ, expression.arguments, expression.state))


class Expressions(Attachments):
    """The same for any host, which writes no stand-ins: a host may ask what something is, and they don't say the truth.

    Args:
        secrets: as for :class:`Attachments`.
        strip_for: as for :class:`Attachments`.
        decided: as for :func:`strip_once`.
    """

    __slots__ = ("_decided",)

    def __init__(self, secrets: Secrets | None, strip_for: Callable[[type], Strip | None], decided: Decided) -> None:
        super().__init__(secrets, strip_for)
        self._decided = decided

    def _expression(self, strip: Strip, value: Any) -> object:
        return strip_once(strip, value, self._secrets, self._decided)

    def _made(self, expression: Expression) -> Any:
        return expression


def strip_once(strip: Strip, value: Any, secrets: Secrets | None, decided: Decided) -> Any:
    """Give what an attachment becomes, which is decided once in a dump; its credentials are remembered.

    Args:
        strip: what strips it.
        value: the attachment.
        secrets: as for :class:`Attachments`.
        decided: keeps by identity what each attachment has become.

    Raises:
        Exception: whatever the strip function raises.
    """
    known = decided.get(id(value))
    if known is None:
        known = decided[id(value)] = value, collecting(secrets, strip, value)
        decided.setdefault(id(known[1]), (known[1], known[1]))  # it may be another one of the same class
    return known[1]

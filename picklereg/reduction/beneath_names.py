"""What is written for what stands beneath a credential's name: a copy in which whatever is one is replaced, be it text or an object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import MAPPINGS, is_container
from picklereg.redaction.beneath import LIVE, Beneath, credentials_beneath, has_credentials_beneath
from picklereg.redaction.held import names_of, stand_in_for
from picklereg.redaction.secrets import Secrets
from picklereg.redaction.values import REDACTED
from picklereg.reduction.expression import Expression

__all__ = ["BeneathNames", "Rewrite"]

#: Writes a value, replaces in its pickle what must be, some of it for its place or for standing beneath a credential's name, and gives what
#: is read back from that, or the value itself.
Rewrite = Callable[[Any, Secrets, bool, Beneath | None], Any]
#: By identity, what stands beneath a name, and whether right beneath it, where more is one.
_Key = tuple[int, str, bool]


class BeneathNames:
    """Gives what is written there, for one dump.

    Args:
        clean: gives what is written for a value wherever it stands.
        strips: tells of a class whether its instances are attachments: what strips them decides about them.
    """

    __slots__ = ("_clean", "_known", "_strips")

    def __init__(self, clean: Callable[[Any, Rewrite], Any], strips: Callable[[type], bool]) -> None:
        self._clean = clean
        self._strips = strips
        self._known: dict[_Key, tuple[object, Any]] = {}

    def under(self, place: Beneath, value: Any, secrets: Secrets, rewrite: Rewrite) -> Any:
        """Give what is written for a value.

        Args:
            place: where it stands.
            value: the value.
            secrets: those of the dump.
            rewrite: writes a value with other text.
        """
        if self._is_stripped(type(value)) or not has_credentials_beneath(place, value):
            return self._clean(value, rewrite)
        return self._under(place, value, secrets, rewrite)

    def _under(self, place: Beneath, value: Any, secrets: Secrets, rewrite: Rewrite) -> Any:
        """Do the same for what may lead back to where there is one: whether there is one in it doesn't tell whether it has to be copied."""
        cls = type(value)
        if issubclass(cls, BaseException):  # it is written by itself
            return value
        if self._is_stripped(cls) or not (is_container(value) or has_credentials_beneath(place, value)):
            return self._clean(value, rewrite)
        if LIVE.text(value) is not None:
            if secrets.is_cut:
                secrets.add_entry(place.name, value)
            return stand_in_for(cls)
        known = self._known.get((id(value), place.name, True)) or self._known.get((id(value), place.name, place.is_direct))
        if known is not None:
            return known[1]
        key = id(value), place.name, place.is_direct
        self._known[key] = value, REDACTED  # met again while it is being copied
        self._known[key] = value, self._copied(key, place, value, secrets, rewrite)
        return self._known[key][1]

    def _is_stripped(self, cls: type) -> bool:
        """Tell of a class whether a strip function has decided about its instances, or does."""
        return cls is Expression or self._strips(cls)

    def _copied(self, key: _Key, place: Beneath, value: Any, secrets: Secrets, rewrite: Rewrite) -> Any:
        """Copy a list or dictionary before what is in it, which may lead back to it; anything else after that."""
        if not is_container(value):
            return self._rewritten(place, value, secrets, rewrite)
        cls = type(value)
        copy: Any = cls()
        if cls in {list, dict}:
            self._known[key] = value, copy
        if cls not in MAPPINGS:
            places = {id(part): where for where, part in place.within(LIVE.parts(value), LIVE)}
            parts = [self._under(places.get(id(part), place), part, secrets, rewrite) for part in value]
            return copy.extend(parts) or copy if cls is list else cls(parts)
        named = zip(names_of(value), value.items(), strict=True)
        entries = {self._clean(key, rewrite): self._under(place.under(name), part, secrets, rewrite) for name, (key, part) in named}
        return copy.update(entries) or copy if cls is dict else cls(entries)

    def _rewritten(self, place: Beneath, value: Any, secrets: Secrets, rewrite: Rewrite) -> Any:
        """Copy an object; where that can't be done, or doesn't help, it is replaced altogether."""
        try:
            written = rewrite(value, secrets, True, place)
            if has_credentials_beneath(place, written):
                texts = {LIVE.text(part) or "" for part in credentials_beneath(place, value, LIVE)}
                written = rewrite(value, secrets, True, place._replace(texts=frozenset(texts)))
        except BaseException as problem:  # noqa: BLE001  # whatever a foreign object's own code raises
            pass_on(problem)
            return REDACTED
        return REDACTED if has_credentials_beneath(place, written) else written

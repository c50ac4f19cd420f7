"""Credentials in whatever an exception holds: found before anything of it is written, and replaced in what is written.

The live objects are never changed: where something has to be replaced, a copy is written.
"""

from __future__ import annotations

import copyreg
import operator
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

from picklereg.introspection.class_plan import BARE, args_of, dict_of, plan_for, read_field
from picklereg.redaction.secrets import REDACTED, Redact, Secrets, are_plain_names, is_credential, is_suspect, secrets_for
from picklereg.reduction.attachments import Attachments, Expressions, NeedsHost, strip_once
from picklereg.reduction.expression import Expression
from picklereg.reduction.screening import sift

__all__ = ["Cleaner", "Strip"]

#: How many values are searched for credentials beneath one exception.
_SEARCH_VALUES: Final = 5_000
_CONTAINERS: Final = (list, tuple, set, frozenset)
_SEARCHED_IN_EXPRESSIONS: Final = (dict, list, tuple, Expression)
_NOT_SEARCHED: Final = (type, ModuleType, FunctionType, BuiltinFunctionType)

Strip = Callable[[Any], object]
Rewrite = Callable[[Any, Secrets], Any]


class Cleaner:
    """Finds and replaces the credentials of one dump.

    Args:
        redact: as for :class:`picklereg.registry.registry.Registry`.
        strip_for: gives what strips an attachment of a class.
        has_host: whether anything but plain pickle writes.
    """

    __slots__ = ("_attachments", "_clean", "_searched", "_strip_for", "_stripped", "secrets")

    def __init__(self, redact: Redact, strip_for: Callable[[type], Strip | None], *, has_host: bool) -> None:
        self.secrets: Secrets | None = secrets_for(redact)
        self._strip_for = strip_for
        self._searched: dict[int, object] = {}
        self._stripped: dict[int, tuple[object, Any]] = {}
        self._clean: dict[int, tuple[object, Any]] = {}
        self._attachments = Expressions(self.secrets, strip_for, self._stripped) if has_host else Attachments(self.secrets, strip_for)

    @property
    def must_clean(self) -> bool:
        """Whether anything was found that has to be replaced."""
        return bool(self.secrets)

    def stripped(self, strip: Strip, value: Any) -> Any:
        """Give what an attachment becomes, which is decided once; its credentials are remembered.

        Raises:
            Exception: whatever the strip function raises.
        """
        return strip_once(strip, value, self.secrets, self._stripped)

    def stand_in(self, value: Any) -> Any:
        """Give what stands for an attachment that needs no more than to be stripped; ``None`` for anything else."""
        if self.must_clean:
            return None
        try:
            return self._attachments.stand_in(value)
        except NeedsHost:
            return None

    def search(self, value: Any) -> None:
        """Remember the credentials in and beneath an exception, or a value that it holds."""
        if self.secrets is None or id(value) in self._searched:
            return
        stack: list[Any] = [value]
        budget = _SEARCH_VALUES
        while stack and budget:
            budget -= 1
            item = stack.pop()
            cls = type(item)
            if cls is str:
                if is_suspect(item):
                    self.secrets.scan(item)
            elif cls is bytes:
                self.secrets.scan_data(item)
            elif cls not in BARE and id(item) not in self._searched:
                self._searched[id(item)] = item
                if isinstance(item, BaseException) and self._is_innocent(item):
                    continue
                try:
                    stack.extend(self._parts(item, self.secrets))
                except Exception:  # noqa: BLE001, S112  # whatever a foreign object's own code raises
                    continue

    def clean(self, value: Any, rewrite: Rewrite) -> Any:
        """Give what is written for a value: itself, or a copy without credentials.

        Args:
            value: the value.
            rewrite: writes a value, replaces in its pickle what must be, and gives what is read back from that, or the value itself.

        Raises:
            Exception: whatever ``rewrite`` raises.
        """
        secrets = self.secrets
        if not secrets:
            return value
        cls = type(value)
        if cls is str:
            return secrets.text(value)
        if cls is bytes:
            return secrets.data(value)
        if cls in BARE or isinstance(value, (BaseException, type)):
            return value
        known = self._clean.get(id(value))
        if known is None:
            self._clean[id(value)] = value, value  # met again only while it is being cleaned
            known = self._clean[id(value)] = value, self._cleaned(value, secrets, rewrite)
        return known[1]

    def _cleaned(self, value: Any, secrets: Secrets, rewrite: Rewrite) -> Any:
        cls = type(value)
        if cls is Expression:
            return self._clean_expression(value, rewrite)
        if cls in _CONTAINERS or cls is dict:
            return self._clean_container(value, rewrite)
        strip = self._strip_for(cls)
        stripped = value if strip is None else self.stripped(strip, value)
        return rewrite(value, secrets) if stripped is value else self.clean(stripped, rewrite)

    def _clean_container(self, value: Any, rewrite: Rewrite) -> Any:
        """Give the container if nothing in it is replaced; one that leads back to itself is copied."""
        cleaned: Any = type(value)()
        if isinstance(value, dict):
            self._clean[id(value)] = value, cleaned
            cleaned.update((self.clean(key, rewrite), self.clean_entry(key, part, rewrite)) for key, part in value.items())
            same = all(map(operator.is_, cleaned.values(), value.values())) and cleaned.keys() == value.keys()
        else:
            self._clean[id(value)] = value, cleaned if isinstance(value, list) else value
            parts = [self.clean(part, rewrite) for part in value]
            same = all(map(operator.is_, parts, value))
            if isinstance(value, list):
                cleaned += parts
            else:
                cleaned = type(value)(parts)
        return value if same else cleaned

    def _clean_expression(self, value: Expression, rewrite: Rewrite) -> Expression:
        """Replace in place, since an expression exists in the writer only, and may lead back to itself."""
        value.arguments = tuple(self.clean(part, rewrite) for part in value.arguments)
        value.state.update({name: self.clean_entry(name, part, rewrite) for name, part in value.state.items()})
        return value

    def clean_entry(self, key: object, value: Any, rewrite: Rewrite) -> Any:
        """Give what is written for an entry of a dictionary, or for an attribute."""
        if self.must_clean and is_credential(key):
            if isinstance(value, str):
                return REDACTED
            if isinstance(value, bytes):
                return REDACTED.encode()
        return self.clean(value, rewrite)

    def _is_innocent(self, exc: BaseException) -> bool:
        """Tell, quickly, of most exceptions that there is no credential in what they hold."""
        attributes = dict_of(exc)
        if plan_for(type(exc)).fields or not are_plain_names(tuple(attributes)):
            return False
        texts: list[str] = []
        for value in args_of(exc):
            kind = type(value)
            if kind is str:
                texts.append(value)
            elif kind is bytes or kind not in BARE:
                return False
        others = sift(attributes, texts)
        return not is_suspect("\0".join(texts)) and all(self.stand_in(attributes[name]) for name in others)

    def _parts(self, item: Any, secrets: Secrets) -> Iterable[Any]:
        """Give what a value holds; take in what is named like a credential."""
        if isinstance(item, BaseException):
            fields = [read_field(item, field) for _, field in plan_for(type(item)).fields]
            return [*args_of(item), dict_of(item), *fields]
        if isinstance(item, _NOT_SEARCHED):
            return ()
        if isinstance(item, Expression):
            return self._parts_of_expression(item)
        strip = self._strip_for(type(item))
        if strip is not None and (stripped := self.stripped(strip, item)) is not item:
            return [stripped]
        if isinstance(item, _CONTAINERS):
            if isinstance(item, tuple) and len(item) == 2 and is_credential(item[0]):
                secrets.add_entry(item[0], item[1])
            return item
        if isinstance(item, Mapping):
            return [*self._entries(item, secrets), *_attributes(item)]
        return _attributes(item)

    def _parts_of_expression(self, item: Expression) -> list[Any]:
        """Give what a strip function may have left to be found: it has looked itself into the library's own objects, and bodies."""
        parts: list[Any] = []
        for part in (*item.arguments, *item.state.values()):
            cls = type(part)
            if cls is str:
                if is_suspect(part):
                    parts.append(part)
            elif cls not in BARE and (cls in _SEARCHED_IN_EXPRESSIONS or self._strip_for(cls) is not None):
                parts.append(part)
        return parts

    @staticmethod
    def _entries(item: Mapping[Any, Any], secrets: Secrets) -> list[Any]:
        parts: list[Any] = []
        for key, value in item.items():
            if is_credential(key):
                secrets.add_entry(key, value)
            parts += (key, value)
        return parts


def _attributes(item: Any) -> list[Any]:
    """Give what an object holds in its ``__dict__`` and its slots, without running its code."""
    parts: list[Any] = []
    with suppress(AttributeError):
        parts.append(object.__getattribute__(item, "__dict__"))
    for name in copyreg._slotnames(type(item)):  # type: ignore[attr-defined]  # noqa: SLF001  # as pickle finds them
        with suppress(AttributeError):
            parts.append(object.__getattribute__(item, name))
    return parts

"""Credentials in whatever an exception holds: found before anything of it is written, and replaced in what is written.

All texts of a graph go through one prefilter together; only where it says so, each is looked at by itself. The live objects are never
changed: where something has to be replaced, a copy is written.
"""

from __future__ import annotations

import copyreg
import operator
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import args_of, dict_of, read_field
from picklereg.introspection.kinds import DATA, PLAIN, TEXT, is_bare, is_container, kind_of
from picklereg.redaction.secrets import REDACTED, Redact, Secrets, are_plain_names, is_credential, secrets_for
from picklereg.reduction.attachments import Attachments
from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from picklereg.reduction.attachments import Strip
    from picklereg.reduction.walk import Node

__all__ = ["Screening"]

#: How many values are searched for credentials beneath one value.
_SEARCH_VALUES: Final = 5_000
_SEARCHED_IN_EXPRESSIONS: Final = (dict, list, tuple, Expression)
_SEQUENCES: Final = (list, tuple, set, frozenset)
_NOT_SEARCHED: Final = (type, ModuleType, FunctionType, BuiltinFunctionType)

Rewrite = Callable[[Any, Secrets], Any]


class Screening:
    """Finds and replaces the credentials of one dump.

    Args:
        redact: as for :class:`picklereg.Registry`.
        strip_for: gives what strips an attachment of a class.

    Attributes:
        attachments: those of the dump.
        secrets: what was found; ``None`` if nothing is to be replaced.
    """

    __slots__ = ("_clean", "_searched", "attachments", "secrets")

    def __init__(self, redact: Redact, strip_for: Callable[[type], Strip | None]) -> None:
        self.secrets: Secrets | None = secrets_for(redact)
        self.attachments = Attachments(self.secrets, strip_for)
        self._searched: dict[int, object] = {}
        self._clean: dict[int, tuple[object, Any]] = {}

    def screen(self, nodes: Iterable[Node], texts: list[str]) -> bool:
        """Find the credentials in exceptions, before anything is decided about them.

        Args:
            nodes: the exceptions.
            texts: all their texts; none is left in it.

        Returns:
            Whether something was found, now or before, that has to be replaced.
        """
        for node in nodes:
            if node.odd:
                self._screen_attributes(node, texts)
            if self.secrets is not None and (node.odd_args or node.fields or not node.plain_names):
                self._screen_rest(node, self.secrets, texts)
        if self.secrets is not None and texts:
            self.secrets.scan_texts(texts)
        texts.clear()
        return bool(self.secrets)

    def _screen_rest(self, node: Node, secrets: Secrets, texts: list[str]) -> None:
        if node.odd_args:
            self._screen_values(node.args, texts)
        self._screen_values([node.fields[name] for name in node.odd_fields], texts)
        if not are_plain_names(node.plan.field_names):
            self._entries(node.fields, secrets)
        if not node.plain_names:
            self._entries(node.attributes, secrets)

    def _screen_attributes(self, node: Node, texts: list[str]) -> None:
        """Strip attachments that need no more; search whatever else is no exception, which is looked at by itself."""
        odd: list[Any] = []
        simple: dict[Any, Any] = {}
        for name in node.odd:
            value = node.attributes[name]
            found = self.attachments.simple(value, texts)
            if found is None:
                odd.append(name)
                self._screen_value(value, texts)
            else:
                simple[name] = found
        if simple:
            node.simple, node.odd = simple, tuple(odd)

    def _screen_values(self, values: Iterable[Any], texts: list[str]) -> None:
        for value in values:
            if (not is_bare(value) or type(value) is bytes) and self.attachments.simple(value, texts) is None:
                self._screen_value(value, texts)

    def _screen_value(self, value: Any, texts: list[str]) -> None:
        """Remember the credentials in and beneath a value, and collect its texts."""
        if isinstance(value, BaseException):
            return
        if self.secrets is None or id(value) in self._searched:
            return
        stack: list[Any] = [value]
        for _ in range(_SEARCH_VALUES):
            if not stack:
                return
            item = stack.pop()
            kind = kind_of(id(type(item)))
            if kind is TEXT:
                texts.append(item)
            elif kind is DATA:
                self.secrets.scan_data(item)
            elif kind is not PLAIN and id(item) not in self._searched:
                self._searched[id(item)] = item
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
        secrets: Any = self.secrets  # they are there, or nobody would ask
        kind = kind_of(id(type(value)))
        if kind is TEXT:
            return secrets.text(value)
        if kind is DATA:
            return secrets.data(value)
        if kind is PLAIN or isinstance(value, (BaseException, type)):
            return value
        known = self._clean.get(id(value))
        if known is None:
            self._clean[id(value)] = value, value  # met again only while it is being cleaned
            known = self._clean[id(value)] = value, self._cleaned(value, secrets, rewrite)
        return known[1]

    def clean_entry(self, key: object, value: Any, rewrite: Rewrite) -> Any:
        """Give what is written for an entry of a dictionary, or for an attribute."""
        if is_credential(key):
            if isinstance(value, str):
                return REDACTED
            if isinstance(value, bytes):
                return REDACTED.encode()
        return self.clean(value, rewrite)

    def _cleaned(self, value: Any, secrets: Secrets, rewrite: Rewrite) -> Any:
        if type(value) is Expression:
            return self._clean_expression(value, rewrite)
        if is_container(value):
            return self._clean_container(value, rewrite)
        strip = self.attachments.strip_for(type(value))
        stripped = value if strip is None else self.attachments.stripped(strip, value)
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

    def _parts(self, item: Any, secrets: Secrets) -> Iterable[Any]:
        """Give what a value holds; take in what is named like a credential."""
        if isinstance(item, BaseException):
            fields = {name: read_field(item, field) for name, field in plan_for(type(item)).fields}
            return [*args_of(item), dict_of(item), *self._entries(fields, secrets)]
        if isinstance(item, _NOT_SEARCHED):
            return ()
        if isinstance(item, Expression):
            return self._parts_of_expression(item)
        strip = self.attachments.strip_for(type(item))
        if strip is not None and (stripped := self.attachments.stripped(strip, item)) is not item:
            return [stripped]
        if isinstance(item, _SEQUENCES):
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
            if cls is str or (not is_bare(part) and (cls in _SEARCHED_IN_EXPRESSIONS or self.attachments.strip_for(cls) is not None)):
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

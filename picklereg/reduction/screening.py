"""Credentials in whatever an exception holds: found before anything of it is written, and replaced in what is written.

All texts of a graph go through one prefilter together; only where it says so, each is looked at by itself. The live objects are never
changed: where something has to be replaced, a copy is written.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import CONTAINER, DATA, MAPPINGS, PLAIN, TEXT, has_same_parts, is_bare, is_container, known_kind
from picklereg.introspection.pickling_hooks import CODE, say_of
from picklereg.redaction.beneath import LIVE, Beneath, has_credentials_beneath
from picklereg.redaction.beside import are_plain_attributes, given_in, named_in, pairs_in
from picklereg.redaction.encoding_errors import is_refused_credential
from picklereg.redaction.held import (
    bodies_in,
    is_named_value,
    is_text_class,
    names_of,
    stand_in_for,
    text_of,
    whole_text,
)
from picklereg.redaction.names import COMPRESSED, is_credential
from picklereg.redaction.prompts import ANSWERED, CALL, CALLS, answered_in
from picklereg.redaction.readings import decoded
from picklereg.redaction.secrets import Redact, Secrets, secrets_for
from picklereg.reduction.attachments import Attachments
from picklereg.reduction.beneath_names import BeneathNames, Rewrite
from picklereg.reduction.expression import Expression
from picklereg.reduction.search import entries_in, parts_in

if TYPE_CHECKING:
    from picklereg.reduction.attachments import Strip
    from picklereg.reduction.shared_copies import Copies
    from picklereg.reduction.walk import Node

__all__ = ["Screening"]

#: How many values that hold others are searched for credentials beneath one value.
_SEARCH_VALUES: Final = 5_000


class _LeadsBackError(Exception):
    """A tuple leads back to itself, so it can't be copied before what is in it."""


class Screening:
    """Finds and replaces the credentials of one dump.

    Args:
        redact: as for :class:`picklereg.Registry`.
        strip_for: gives what strips an attachment of a class.
        secrets: what has taken in some of the dump's credentials already.

    Attributes:
        attachments: those of the dump.
        secrets: what was found; ``None`` if nothing is to be replaced.
        copies: by identity, what is written for values.
    """

    __slots__ = ("_beneath", "_cut", "_open", "_placed", "_put_off", "_searched", "_stripped", "attachments", "copies", "secrets")

    def __init__(self, redact: Redact, strip_for: Callable[[type], Strip | None], secrets: Secrets | None = None) -> None:
        self.secrets: Secrets | None = secrets_for(redact) if secrets is None else secrets
        self.attachments = Attachments(self.secrets, strip_for)
        self._beneath: BeneathNames | None = None
        self._searched: dict[int, object] = {}
        self._cut: dict[int, Sequence[int]] = {}  # by identity of what holds more than was searched, what was searched in it
        self._placed: set[int] = set()  # of those, what may hold something to be replaced for the place where it stands there
        self._stripped: dict[int, object] = {}  # what a strip function has looked into
        self.copies: Copies = {}
        self._open: set[int] = set()  # tuples and sets that are being cleaned
        self._put_off: list[tuple[Any, Any]] | None = None  # copies that are to be filled, and of what

    def screen(self, nodes: Iterable[Node], texts: list[str]) -> None:
        """Find the credentials in exceptions, before anything is decided about them.

        Args:
            nodes: the exceptions.
            texts: all their texts; none is left in it.
        """
        for node in nodes:
            self._screen_attributes(node, texts)
            if self.secrets is not None and (node.odd_args or node.fields or not node.plain_names):
                self._screen_rest(node, self.secrets, texts)
        if self.secrets is not None:
            self.secrets.scan_texts(texts)
        texts.clear()

    def _screen_rest(self, node: Node, secrets: Secrets, texts: list[str]) -> None:
        if node.odd_args:
            self._screen_values(node.args, texts)
            for index, place in given_in(node.args, LIVE):
                secrets.add_entry(place.name, node.args[index], columns=place.columns)
        self._screen_values([node.fields[name] for name in node.odd_fields], texts)
        if not are_plain_attributes(node.plan.field_names):
            entries_in(node.fields, secrets, self.attachments)
        if not node.plain_names:
            entries_in(node.attributes, secrets, self.attachments)
        whole = node.fields.get("object") if issubclass(type(node.exc), UnicodeError) else None
        if whole is not None and (name := is_refused_credential(node.exc, whole)):
            node.is_refused = True
            secrets.add_entry(name, whole)

    def _screen_attributes(self, node: Node, texts: list[str]) -> None:
        """Strip attachments that need no more; search whatever else is no exception, which is looked at by itself."""
        if self.secrets is not None and not ANSWERED.isdisjoint(node.odd):
            self.secrets.answered.update((id(part), part) for part in answered_in(node.attributes))
        odd: list[Any] = []
        simple: dict[Any, Any] = {}
        for name in node.odd:
            value = node.attributes[name]
            found = self.attachments.simple(value, texts)
            if found is None:
                odd.append(name)
                self._screen_value(value)
                if self.secrets is not None and name in CALLS and has_credentials_beneath(Beneath(CALL), value):
                    self.secrets.leave_body(CALL, value)
            else:
                simple[name] = found
        if simple:
            node.simple, node.odd = simple, tuple(odd)

    def _screen_values(self, values: Iterable[Any], texts: list[str]) -> None:
        for value in values:
            if (not is_bare(value) or type(value) is bytes) and self.attachments.simple(value, texts) is None:
                self._screen_value(value)

    def _screen_value(self, value: Any) -> None:
        if self.secrets is not None and not issubclass(type(value), BaseException):
            self.search(value)

    def search(self, value: Any) -> None:
        """Remember the credentials in and beneath a value; where much is beneath it, in some of that."""
        if self.secrets is None or id(value) in self._searched:
            return
        secrets, stack = self.secrets, [value]
        keys, is_placed = self._search(stack, secrets, _SEARCH_VALUES)
        if stack:  # who knows what is in the rest
            self._cut[id(value)] = keys
            secrets.is_cut = is_placed = True
        self._place(keys, secrets, is_placed=is_placed)

    def search_all(self, value: Any) -> None:
        """Search all that is beneath a value which was found to travel as it is: there is no more of it than is written."""
        keys = self._cut.pop(id(value), ())
        if keys:
            secrets: Any = self.secrets
            self._placed.difference_update(keys)
            for key in keys:
                del self._searched[key]
            keys, is_placed = self._search([value], secrets, math.inf)
            self._place(keys, secrets, is_placed=is_placed)
            secrets.is_cut = bool(self._cut)

    def _search(self, stack: list[Any], secrets: Secrets, left: float) -> tuple[list[int], bool]:
        """Search so many values that hold others; give what they are, and whether something has to be replaced in them for its place.

        Without a bound, what a class's own code gives is left to where it is written, and an exception to where it is looked at by itself:
        neither need give all that it leads to.
        """
        was_placed, secrets.is_placed = secrets.is_placed, False
        met, is_bounded = len(self._searched), left < math.inf
        texts: list[str] = []
        while stack and left:
            item = stack.pop()
            cls = type(item)
            kind = known_kind(cls) if type(cls) is type else None
            if kind is TEXT:
                texts.append(item)
            elif kind is DATA and not item.startswith(COMPRESSED):
                texts.append(decoded(item)[0])
            elif kind is DATA:
                secrets.is_placed = secrets.scan_data(item) or secrets.is_placed
            elif kind is PLAIN:
                continue
            elif is_bounded or kind is CONTAINER or not _leads_elsewhere(item):
                left -= 1
                self._take_apart(item, stack, secrets)
            else:
                secrets.is_placed = True
        is_placed = secrets.scan_texts(texts) or secrets.is_placed
        secrets.is_placed = was_placed
        return [*itertools.islice(reversed(self._searched), len(self._searched) - met)], is_placed

    def _place(self, keys: Iterable[int], secrets: Secrets, *, is_placed: bool) -> None:
        if is_placed:
            self._placed.update(keys)
            secrets.is_placed = True

    def place_all(self) -> None:
        """Take notice that only the pickles of objects, and of copies, may tell of something to be replaced for its place."""
        self._placed.update(self._searched)
        secrets: Any = self.secrets  # as in clean()
        secrets.is_placed = True

    def forget(self, count: int) -> None:
        """Forget the copies made since there were so many, because more is to be replaced in them."""
        for key in [*self.copies][count:]:
            del self.copies[key]

    def _take_apart(self, item: Any, stack: list[Any], secrets: Secrets) -> None:
        if id(item) in self._searched:
            secrets.is_placed = secrets.is_placed or id(item) in self._placed
            return
        self._searched[id(item)] = item
        try:
            stack.extend(parts_in(item, secrets, self.attachments))
        except BaseException as problem:  # noqa: BLE001  # whatever a foreign object's own code raises
            pass_on(problem)
            secrets.is_placed = True

    def clean(self, value: Any, rewrite: Rewrite) -> Any:
        """Give what is written for a value: itself, or a copy without credentials.

        Args:
            value: the value.
            rewrite: writes a value, replaces in its pickle what must be, some of it for its place, and gives what is read back from that,
                or the value itself.

        Raises:
            Exception: whatever ``rewrite`` raises.
        """
        secrets: Any = self.secrets  # they are there, or nobody would ask
        cls = type(value)
        kind = known_kind(cls) if type(cls) is type else None
        if kind is TEXT:
            return secrets.text(value)
        if kind is DATA:
            return secrets.data(value)
        if kind is PLAIN or issubclass(cls, (BaseException, type)):
            return value
        known = self.copies.get(id(value))
        if known is None:
            if kind is not CONTAINER:
                self.copies[id(value)] = value, value  # met again only while it is being cleaned
            try:
                known = self.copies[id(value)] = value, self._cleaned(value, secrets, rewrite)
            except BaseException:
                self.copies.pop(id(value), None)  # or it would be taken for clean the next time
                raise
        return known[1]

    def clean_entry(self, key: object, value: Any, rewrite: Rewrite) -> Any:
        """Give what is written for an entry of a dictionary, or for an attribute of an object."""
        if self.secrets is None or not is_credential(key) or (is_bare(value) and not is_named_value(whole_text(key), value, text_of)):
            return self.clean(value, rewrite)
        is_whole = is_bare(value) and not self.secrets.is_cut
        return stand_in_for(type(value)) if is_whole else self._clean_beneath(Beneath(whole_text(key)), value, self.secrets, rewrite)

    def clean_attribute(self, name: object, value: Any, rewrite: Rewrite, place: Beneath | None = None) -> Any:
        """Give what is written for an attribute of an exception, which may hold a call, or stand where others say what it is."""
        place = Beneath(CALL) if place is None and name in CALLS and not is_bare(value) else place
        return self.clean_entry(name, value, rewrite) if place is None else self._clean_beneath(place, value, self.secrets, rewrite)

    def _clean_beneath(self, place: Beneath, value: Any, secrets: Any, rewrite: Rewrite) -> Any:
        if self._beneath is None:
            self._beneath = BeneathNames(self.clean, lambda cls: self.attachments.strip_for(cls) is not None)
        return self._beneath.under(place, value, secrets, rewrite)

    def _cleaned(self, value: Any, secrets: Secrets, rewrite: Rewrite) -> Any:
        if type(value) is Expression:
            return value if self._is_put_off(value, value) else self._clean_expression(value, rewrite)
        if is_container(value):
            return self._clean_container(value, rewrite)
        strip = self.attachments.strip_for(type(value))
        stripped = value if strip is None else self.attachments.stripped(strip, value)
        return rewrite(value, secrets, self._is_placed(value, secrets), None) if stripped is value else self.clean(stripped, rewrite)

    def _is_placed(self, value: Any, secrets: Secrets) -> bool:
        """Tell whether an object may hold something to be replaced for the place where it stands there."""
        key = id(value)
        return key in self._placed or (secrets.is_placed and key not in self._searched and key not in self._stripped)

    def _clean_container(self, value: Any, rewrite: Rewrite) -> Any:
        """Give the container if nothing in it is replaced; one that leads back to itself is copied."""
        if isinstance(value, (dict, list)):
            cleaned: Any = type(value)()
            self.copies[id(value)] = value, cleaned
            return cleaned if self._is_put_off(value, cleaned) or not self._fill(value, cleaned, rewrite) else value
        if id(value) in self._open:
            raise _LeadsBackError
        count = len(self.copies)
        self._open.add(id(value))
        try:
            parts = self._clean_parts(value, rewrite)
        except _LeadsBackError:
            if len(self._open) > 1:
                raise
            self.forget(count)
            return self._clean_ring(value, rewrite)
        finally:
            self._open.discard(id(value))
        return value if has_same_parts(parts, value) else type(value)(parts)

    def _clean_ring(self, value: Any, rewrite: Rewrite) -> Any:
        """Copy a tuple that leads back to itself: first it and all that can't be changed, then what it is that leads back."""
        waiting: list[tuple[Any, Any]] = []
        self._put_off = waiting
        try:
            made = type(value)(self._clean_parts(value, rewrite))
            self.copies[id(value)] = value, made
            while waiting:
                source, cleaned = waiting.pop()
                if source is cleaned:
                    self._clean_expression(source, rewrite)
                else:
                    self._fill(source, cleaned, rewrite)
        finally:
            self._put_off = None
        return made

    def _is_put_off(self, source: Any, cleaned: Any) -> bool:
        """Tell whether a copy is to be filled later."""
        if self._put_off is not None:
            self._put_off.append((source, cleaned))
        return self._put_off is not None

    def _fill(self, source: Any, cleaned: Any, rewrite: Rewrite) -> bool:
        """Put into the copy of a list or dictionary what is written for its parts, and tell whether these are the same."""
        parts = self._clean_parts(source, rewrite)
        if isinstance(source, list):
            cleaned += parts
        else:
            cleaned.update(parts)
        return has_same_parts(parts, source)

    def _clean_parts(self, value: Any, rewrite: Rewrite) -> Any:
        """Give what is written for the elements of a list, tuple or set, or for the entries of a dictionary."""
        if isinstance(value, MAPPINGS):
            return self._clean_entries(value, value, rewrite)
        parts = [*value]
        cleaned: list[Any] = [None] * len(parts)
        for place, index, part in pairs_in(parts, LIVE) if isinstance(value, (list, tuple)) else ():
            held = parts[index]
            cleaned[index] = stand_in_for(type(held)) if part is not None else self._clean_beneath(place, held, self.secrets, rewrite)
        return [self.clean(part, rewrite) if made is None else made for part, made in zip(parts, cleaned, strict=True)]

    def _clean_entries(self, entries: Mapping[Any, Any], whole: object, rewrite: Rewrite) -> dict[Any, Any]:
        """Give what is written for the entries of a mapping, or for the attributes of an object that was taken apart."""
        secrets: Any = self.secrets  # as in clean()
        names = names_of(entries)
        bodies = bodies_in(names, is_mapping=entries is whole)
        also = named_in([*zip(names, entries.values(), strict=True)], LIVE, type(whole).__name__, is_answer=id(whole) in secrets.answered)
        cleaned: dict[Any, Any] = {}
        for name, (key, part) in zip(names, entries.items(), strict=True):
            if type(name) is str and name in bodies:
                cleaned[key] = None
            elif type(name) is str and name in also:
                is_text = is_text_class(type(part))
                cleaned[key] = stand_in_for(type(part)) if is_text else self._clean_beneath(also[name], part, secrets, rewrite)
            else:
                cleaned[self.clean(key, rewrite)] = self.clean_entry(key, part, rewrite)
        return cleaned

    def _clean_expression(self, value: Expression, rewrite: Rewrite) -> Expression:
        """Replace in place, since an expression exists in the writer only, and may lead back to itself."""
        self._stripped.update((id(part), part) for part in (*value.arguments, *value.content, *value.state.values()))
        value.arguments = tuple(self.clean(part, rewrite) for part in value.arguments)
        if value.content:
            value.content = tuple(self.clean(part, rewrite) for part in value.content)
        if value.whole is None:
            value.state.update({name: self.clean_entry(name, part, rewrite) for name, part in value.state.items()})
        else:
            value.state = self._clean_entries(value.state, value.whole, rewrite)
        return value


def _leads_elsewhere(value: object) -> bool:
    """Tell of what is no builtin container whether something else may be written of it than what it holds."""
    return issubclass(type(value), BaseException) or say_of(type(value)) == CODE

"""What values hold, for the search of a dump; and what of it is a credential by the place where it stands there."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import args_of, dict_of, read_field
from picklereg.redaction.beneath import LIVE, Beneath, has_credentials_beneath
from picklereg.redaction.beside import code_fields, codes_in, named_apart, named_in, pairs_in, plain_entries, quoted_in, says_something
from picklereg.redaction.collecting import collecting
from picklereg.redaction.held import attributes_of, bodies_in, bodies_of_error, held_by, is_text_class, names_of, whole_text
from picklereg.redaction.helpers import remember_body
from picklereg.redaction.names import GRANT, are_plain_names, is_credential
from picklereg.redaction.prompts import SAID
from picklereg.redaction.written_code import credentials_by_value
from picklereg.reduction.expression import Expression
from picklereg.reduction.native_fields import readable_fields

if TYPE_CHECKING:
    from picklereg.redaction.secrets import Secrets
    from picklereg.reduction.attachments import Attachments

__all__ = ["entries_in", "parts_in"]

_NOT_SEARCHED: Final = (type, ModuleType, FunctionType, BuiltinFunctionType)


def parts_in(item: Any, secrets: Secrets, attachments: Attachments) -> Iterable[Any]:
    """Give what a value holds; take in what is named like a credential.

    Args:
        item: the value.
        secrets: takes it in.
        attachments: those of the dump.
    """
    cls: type[Any] = type(item)
    if issubclass(cls, BaseException):
        fields = {name: read_field(item, field) for name, field in readable_fields(item, plan_for(cls))}
        return [*args_of(item), dict_of(item), *entries_in(fields, secrets, attachments)]
    if issubclass(cls, _NOT_SEARCHED):
        for name, value in credentials_by_value(item):  # it stays behind then
            secrets.add_entry(name or "credential", value)
        return ()
    if is_text_class(cls):
        return [whole_text(item), *_entries_of(attributes_of(item), secrets, cls, attachments)]
    if issubclass(cls, Expression):
        return _parts_of_expression(item, secrets)
    strip = attachments.strip_for(type(item))
    if strip is not None and (stripped := attachments.stripped(strip, item)) is not item:
        return [stripped]
    return [vars(item).get("name")] if _goes_by_name(cls) else _held(item, cls, secrets, attachments)


def _goes_by_name(cls: type) -> bool:
    """Tell of a class whether its instances are loggers: pickle writes their names alone, and they lead to all others, and to handlers."""
    logging: Any = sys.modules.get("logging")
    return logging is not None and issubclass(cls, logging.Logger) and cls.__reduce__ is logging.Logger.__reduce__


def _held(item: Any, cls: type, secrets: Secrets, attachments: Attachments) -> list[Any]:
    """Give what an object holds; take in what is a credential by the place where it stands in it."""
    named, others = held_by(item)
    found = _entries_of(named, secrets, cls, attachments, is_answer=id(item) in secrets.answered) if named else []
    if issubclass(cls, (list, tuple, deque)):
        for place, index, part in pairs_in(others, LIVE):
            _take_in(place, others[index] if part is None else part, secrets)
    for code in codes_in(named if named and type(named[0][0]) is bytes else code_fields(others)):
        secrets.add_entry(GRANT, code)
    return found + others


def _take_in(place: Beneath, value: Any, secrets: Secrets) -> None:
    """Take in what stands beneath a credential's name, or beside it if it is one."""
    if not place.is_beside or has_credentials_beneath(place, value):
        secrets.add_entry(place.name, value, is_beside=place.is_beside, columns=place.columns)
        secrets.is_placed = True


def _entries_of(
    named: Sequence[tuple[Any, Any]], secrets: Secrets, cls: type, attachments: Attachments, *, is_answer: bool = False
) -> list[Any]:
    is_error = issubclass(cls, BaseException)
    if (said := plain_entries([name for name, _ in named], None if is_error else cls.__name__)) is not None:
        return [*said, *[value for _, value in named]]
    if bytes in [type(name) for name, _ in named]:
        named = [*zip(names_of(name for name, _ in named), [value for _, value in named], strict=True)]
    bodies = bodies_of_error(named) if is_error else bodies_in([name for name, _ in named], is_mapping=cls is dict)
    also = named_apart(dict(named), LIVE) if is_error else named_in(named, LIVE, cls.__name__, is_answer=is_answer)
    for name, text in quoted_in(dict(named), LIVE) if is_error else ():
        secrets.add_entry(name, text)
    parts: list[Any] = []
    for key, value in named:
        if type(key) is str and key in bodies:
            if value is not None:
                collecting(secrets, remember_body, value)
                secrets.leave_body(SAID, value)
            continue
        place = also.get(key) if type(key) is str else None
        if (place is not None or is_credential(key)) and attachments.strip_for(type(value)) is None:
            _take_in(place or Beneath(whole_text(key)), value, secrets)
        parts += (key, value) if says_something(key) else (value,)
    return parts


def _parts_of_expression(item: Expression, secrets: Secrets) -> list[Any]:
    """Give what a strip function may have left to be found: into some objects of its library, and into bodies, it has looked itself."""
    for name, part in () if are_plain_names(tuple(item.state)) else item.state.items():
        if is_credential(name):
            secrets.add_entry(name, part)
    parts = (*item.arguments, *item.state.values())
    return [part for part in parts if not (issubclass(type(part), type) or id(part) in secrets.looked_into)]


def entries_in(item: Mapping[Any, Any], secrets: Secrets, attachments: Attachments) -> list[Any]:
    """Give what stands in an error's attributes, or fields; take in what is named like a credential."""
    return _entries_of([*item.items()], secrets, Exception, attachments)

"""What Python itself keeps of an exception, and what slots and C fields hold."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from types import GetSetDescriptorType, MemberDescriptorType, TracebackType
from typing import Any, Final

__all__ = [
    "CHAIN_FIELDS",
    "LINKS",
    "MISSING",
    "OWNED",
    "SIGNS",
    "Field",
    "args_of",
    "cause_of",
    "context_of",
    "dict_of",
    "drop_pickles_notes",
    "has_usual_args",
    "leave_alone",
    "message_of",
    "notes_of",
    "read_field",
    "sub_exceptions",
    "suppress_of",
    "traceback_of",
]

Field = MemberDescriptorType | GetSetDescriptorType

#: What :func:`read_field` gives for a field that holds nothing.
MISSING: Final = object()

#: What ``BaseException`` keeps of an exception; the flag last, because setting the cause sets it.
CHAIN_FIELDS: Final[dict[str, Field]] = {
    name: vars(BaseException)[name] for name in ("args", "__cause__", "__context__", "__traceback__", "__suppress_context__")
}

#: Names that mean something else than an attribute, whatever stands under them in an exception's ``__dict__``.
OWNED: Final = frozenset({*CHAIN_FIELDS, "__class__", "__dict__"})
#: Names in a state whose values are exceptions.
LINKS: Final = ("__cause__", "__context__")
#: Names in a state that only exceptions have.
SIGNS: Final = frozenset({*LINKS, "__suppress_context__", "__notes__"})

# A class may give these names another meaning; these read what Python itself keeps.
args_of: Final[Callable[[BaseException], tuple[Any, ...]]] = vars(BaseException)["args"].__get__
dict_of: Final[Callable[[BaseException], dict[Any, Any]]] = vars(BaseException)["__dict__"].__get__
cause_of: Final[Callable[[BaseException], BaseException | None]] = vars(BaseException)["__cause__"].__get__
context_of: Final[Callable[[BaseException], BaseException | None]] = vars(BaseException)["__context__"].__get__
traceback_of: Final[Callable[[BaseException], TracebackType | None]] = vars(BaseException)["__traceback__"].__get__
suppress_of: Final[Callable[[BaseException], bool]] = vars(BaseException)["__suppress_context__"].__get__
message_of: Final[Callable[[BaseException], str]] = vars(BaseExceptionGroup)["message"].__get__
_parts_of: Final[Callable[[BaseException], tuple[BaseException, ...]]] = vars(BaseExceptionGroup)["exceptions"].__get__


def read_field(exc: BaseException, field: Field) -> Any:
    """Give what a slot or C field holds, or :data:`MISSING`."""
    try:
        return field.__get__(exc)
    except Exception:  # noqa: BLE001  # AttributeError for an empty slot, TypeError for an empty UnicodeError, ...
        return MISSING


def notes_of(exc: BaseException) -> Any:
    """Give the notes on an exception, or :data:`MISSING`; a class may have a slot for them."""
    found = dict_of(exc).get("__notes__", MISSING)
    if found is MISSING:
        slot = getattr(type(exc), "__notes__", None)
        return read_field(exc, slot) if isinstance(slot, MemberDescriptorType) else MISSING
    return found


def sub_exceptions(exc: BaseException) -> tuple[BaseException, ...]:
    """Give the sub-exceptions of a group, and nothing for any other exception."""
    return _parts_of(exc) if isinstance(exc, BaseExceptionGroup) else ()


def has_usual_args(exc: BaseExceptionGroup[Any]) -> bool:
    """Tell whether the ``args`` of a group are what its ``__new__`` makes them."""
    args, parts = args_of(exc), _parts_of(exc)
    return (
        len(args) == 2
        and args[0] == message_of(exc)
        and type(args[1]) in (list, tuple)
        and len(args[1]) == len(parts)
        and all(map(operator.is_, args[1], parts))
    )


def drop_pickles_notes(problem: BaseException) -> None:
    """Take from an exception what pickle has noted on it as it passed through ("when serializing list item 0", since Python 3.14).

    A reduce may raise an error that the program holds, and that is to be written itself.
    """
    attributes = dict_of(problem)
    notes = attributes.get("__notes__")
    if type(notes) is not list or not _is_pickles(notes):
        return
    while _is_pickles(notes):
        del notes[-1]
    if not notes:
        del attributes["__notes__"]


def _is_pickles(notes: list[Any]) -> bool:
    return bool(notes) and type(notes[-1]) is str and notes[-1].startswith("when serializing ")


def leave_alone(exc: BaseException, own: Iterable[Field] = ()) -> Callable[[], None]:
    """Give what undoes whatever is done to an exception from now on: its arguments, its chain, its ``__dict__``, and some of its fields.

    Args:
        exc: the exception.
        own: these fields, which can be set and deleted.
    """
    attributes = dict_of(exc)
    kept = attributes.copy()
    fields = [(field, field.__get__(exc)) for field in CHAIN_FIELDS.values()]
    held = [(field, read_field(exc, field)) for field in own]

    def restore() -> None:
        for field, value in fields:
            field.__set__(exc, value)
        if attributes.keys() != kept.keys() or any(attributes[name] is not value for name, value in kept.items()):
            attributes.clear()
            attributes.update(kept)
        for field, value in held:
            if read_field(exc, field) is not value:
                _put_back(exc, field, value)

    return restore


def _put_back(exc: BaseException, field: Field, value: object) -> None:
    if value is MISSING:
        field.__delete__(exc)
    else:
        field.__set__(exc, value)

"""What objects hold, with its names, read without running their code; and which of it is a credential by the place where it stands.

An object is looked at twice: as it is, to find its credentials before anything is written, and in its pickle, to replace them. Both ask the
same questions here, of the parts that they see.
"""

from __future__ import annotations

import copyreg
import gc
import io
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from types import FunctionType, MappingProxyType, MemberDescriptorType, MethodDescriptorType, MethodType, ModuleType
from typing import Any, Final, NamedTuple, TypeAlias
from weakref import CallableProxyType, ProxyType

from picklereg.introspection.by_class import by_class
from picklereg.introspection.kinds import MAPPINGS, is_container
from picklereg.redaction.names import is_about, is_credential, words_of
from picklereg.redaction.program_texts import is_reference
from picklereg.redaction.values import REDACTED, is_no_value, is_telling, is_value_of

__all__ = [
    "REQUESTS",
    "REQUEST_BODIES",
    "SECRET_DATA",
    "Held",
    "attributes_of",
    "bodies_in",
    "bodies_of_error",
    "elements_of",
    "field_names",
    "held_by",
    "is_beneath",
    "is_in_mapping",
    "is_list_class",
    "is_named_value",
    "is_text_class",
    "names_of",
    "parameter_names",
    "stand_in_for",
    "text_of",
    "whole_text",
]

_LONGEST_NAME: Final = 40
#: How much of a text is read to tell whether it is a value, and no placeholder, or a statement.
_READ: Final = 20_000
#: How many elements of a mapping of native code are looked at.
_MOST: Final = 5_000
#: How many members a template string has at most.
_MEMBERS: Final = 3
_TEXTS: Final = (str, bytes, bytearray, memoryview)
#: What shows another mapping, or a part of it.
_SEEN_THROUGH: Final[tuple[type[Any], ...]] = (MappingProxyType, type({}.items()), type({}.keys()), type({}.values()))
_BUFFERS: Final = (io.BytesIO, io.StringIO)
_LISTS: Final = (list, tuple, set, frozenset, deque)
#: ``Py_TPFLAGS_HEAPTYPE``: what the flags of most classes have, and those of such as interpreters are built with don't.
_HEAP_TYPE: Final = 1 << 9

#: What all stands beneath that a secret of Kubernetes holds.
SECRET_DATA: Final = "secret_data"  # noqa: S105  # a name
#: What schemas and forms say of a field.
_SAID_OF_FIELDS: Final = frozenset(
    {"$ref", "description", "detail", "error", "format", "help", "help_text", "hint"}
    | {"label", "message", "msg", "pattern", "reason", "regex", "title", "type"}
)


def _hidden_too(*names: str) -> frozenset[str]:
    return frozenset({*names, *(f"_{name}" for name in names)})


_URLS: Final = _hidden_too("url", "uri", "full_url", "href", "endpoint", "request_url", "request_uri")
#: One of these and a URL make a request.
_METHODS: Final = _hidden_too("method", "http_method", "request_method", "verb") | {"unredirected_hdrs"}
_HEADERS: Final = _hidden_too("headers")
#: So does one of these, beside headers.
_PATHS: Final = _hidden_too("path", "pathname", "raw_path", "request_path", "target")
#: Its body is called by one of these words, and by no others than these and those: ``json_body``, ``_raw_content``.
_BODY_WORDS: Final = frozenset({"body", "content", "data", "entity", "files", "form", "json", "multipart", "payload", "stream"})
_BESIDE_BODY: Final = frozenset({"bytes", "encoded", "http", "post", "raw", "request", "text"})
#: What is a request's body whatever stands beside it; among an error's own attributes, so is another one.
REQUEST_BODIES: Final = _hidden_too("post_data", "request_body", "request_content", "request_json", "request_payload")
_BODIES_OF_ERRORS: Final = REQUEST_BODIES | {"raw_request"}
#: One of these is in a dictionary that may hold one.
REQUESTS: Final = _METHODS | REQUEST_BODIES
#: What a response has, too.
_ANSWERS: Final = frozenset({"status", "_status", "status_code", "_status_code", "reason", "history"})


class Held(NamedTuple):
    """What an object holds.

    Attributes:
        named: what has a name: entries, attributes, slots, fields.
        others: elements.
    """

    named: list[tuple[Any, Any]]
    others: list[Any]


def held_by(item: Any) -> Held:
    """Give what an object holds: entries, elements, attributes, slots, and what native code leads to."""
    cls = type(item)
    if is_container(item):
        return Held([*item.items()], []) if cls in MAPPINGS else Held([], [*item])
    found, read = attributes_of(item), _reading_of(cls)
    others = _whole_template(dict(found)) if 0 < len(found) <= _MEMBERS else []
    if read is None:  # as of most
        return Held(found, others)
    named, elements = read(item)
    return Held([*named, *found], [*elements, *others])


_Reading: TypeAlias = Callable[[Any], tuple[Iterable[tuple[Any, Any]], Iterable[Any]]]


def _of_tuple(item: Any) -> tuple[Iterable[tuple[Any, Any]], Iterable[Any]]:
    names, elements = field_names(type(item)), tuple.__iter__(item)
    return (zip(names, elements, strict=False), ()) if names else ((), elements)


def _of_partial(item: Any) -> tuple[Iterable[tuple[Any, Any]], Iterable[Any]]:
    function, arguments, keywords = (vars(partial)[name].__get__(item) for name in ("func", "args", "keywords"))
    return [*zip(_parameters(function), arguments, strict=False), ("arguments", arguments), ("keywords", keywords)], (function,)


def _shown_by(item: Any) -> tuple[Iterable[tuple[Any, Any]], Iterable[Any]]:
    return (), [part for part in gc.get_referents(item) if not issubclass(type(part), (type, ModuleType))]


def _subject_of(proxy: Any) -> tuple[Iterable[tuple[Any, Any]], Iterable[Any]]:
    """Give what a weak proxy stands for, which is written in its place."""
    try:
        return (), (proxy.__reduce_ex__.__self__,)
    except ReferenceError:
        return (), ()


def _of_native_mapping(item: Any) -> tuple[Iterable[tuple[Any, Any]], Iterable[Any]]:
    """Give what stands in a mapping of native code, as multidict's."""
    return itertools.islice(item.items(), _MOST), ()


_READINGS: Final[tuple[tuple[Any, _Reading], ...]] = (
    *((base, lambda item, base=base: (base.items(item), ())) for base in MAPPINGS),
    (tuple, _of_tuple),
    (_LISTS, lambda item: ((), elements_of(item))),
    *((base, lambda item, base=base: ((), (base.getvalue(item),))) for base in _BUFFERS),
    (partial, _of_partial),
    (_SEEN_THROUGH, _shown_by),
    ((ProxyType, CallableProxyType), _subject_of),
)


@by_class
def _reading_of(cls: type[Any]) -> _Reading | None:
    """Give what reads of the instances of a class what they hold besides attributes, if they hold anything."""
    is_native_mapping = type(_method(cls, "items")) is MethodDescriptorType
    return next((read for bases, read in _READINGS if issubclass(cls, bases)), _of_native_mapping if is_native_mapping else None)


def _whole_template(members: dict[Any, Any]) -> list[str]:
    """Give what a template string (3.14 and later) says as a whole: what stands before a value is in another of its texts."""
    strings, parts = members.get("strings"), members.get("interpolations")
    if type(strings) is not tuple or type(parts) is not tuple:
        return []
    values = [text_of(next((value for name, value in attributes_of(part) if name == "value"), None)) for part in parts]
    return ["".join(text for pair in zip(strings, [*values, ""], strict=False) for text in pair if type(text) is str)]


def _method(cls: type, name: str) -> Any:
    return next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)


def attributes_of(item: Any) -> list[tuple[str, Any]]:
    """Give what an object holds in its ``__dict__``, its slots, and the members that native code declares."""
    found: list[tuple[str, Any]] = []
    try:  # noqa: SIM105  # quicker than suppress()
        found += object.__getattribute__(item, "__dict__").items()
    except AttributeError:
        pass
    slots, members = _declared_by(type(item))
    for name in slots:
        with suppress(AttributeError):
            found.append((name, object.__getattribute__(item, name)))
    for name, member in members:
        found.append((name, member.__get__(item)))
    return found


@by_class
def _declared_by(cls: type) -> tuple[list[str], list[tuple[str, Any]]]:
    """Give the names of a class's slots, as pickle finds them, and the members that native code declares."""
    natives = [vars(base) for base in cls.__mro__ if base is not object and base.__flags__ & _HEAP_TYPE == 0]
    members = [(name, member) for held in natives for name, member in held.items() if type(member) is MemberDescriptorType]
    return copyreg._slotnames(cls), members  # type: ignore[attr-defined]  # noqa: SLF001


@by_class
def field_names(cls: type) -> tuple[str, ...]:
    """Give the names of the elements that instances of a class hold, or keep as a list: of a ``NamedTuple``, a dataclass with slots."""
    for base in cls.__mro__:
        names = vars(base).get("_fields", vars(base).get("__dataclass_fields__"))
        if isinstance(names, (tuple, dict)) and all(type(name) is str for name in names):
            return tuple(names)
    return ()


@by_class
def parameter_names(cls: type) -> tuple[str, ...]:
    """Give the names of what a class is called with, in their order, if its own ``__init__`` or ``__new__`` is written in Python."""
    for name in ("__init__", "__new__"):
        function = _method(cls, name)
        function = function.__func__ if type(function) is staticmethod else function
        if type(function) is FunctionType:
            return function.__code__.co_varnames[1 : function.__code__.co_argcount]
    return ()


def _parameters(function: Any) -> tuple[str, ...]:
    """Give the names of what a function of Python's, a method of an object, or a class is called with, in their order."""
    if type(function) is MethodType:
        return _parameters(function.__func__)[1:]
    if type(function) is FunctionType:
        return function.__code__.co_varnames[: function.__code__.co_argcount]
    return parameter_names(function) if isinstance(function, type) else ()


def text_of(value: Any) -> str | None:
    """Give text or bytes, or what is derived from them, as exact text; of much of it the beginning, which tells what it is."""
    cls = type(value)
    if issubclass(cls, str):
        text: str = value if cls is str else str.__str__(value)
        return text if len(text) <= _READ else text[:_READ]
    if issubclass(cls, (bytes, bytearray, memoryview)):
        return bytes(memoryview(value)[:_READ]).decode("latin-1")
    return None


def whole_text(value: Any) -> str:
    """Give all of text or bytes, or what is derived from them, as exact text."""
    if issubclass(type(value), str):
        return str.__str__(value)
    return bytes(value).decode("latin-1")


def is_text_class(cls: type) -> bool:
    """Tell whether instances of a class are text or bytes."""
    return issubclass(cls, _TEXTS)


def is_list_class(cls: type) -> bool:
    """Tell whether instances of a class are lists, tuples, sets or deques, and their elements have no names."""
    return issubclass(cls, _LISTS) and not field_names(cls)


def elements_of(value: Any) -> list[Any]:
    """Give the elements of a list, tuple, set or deque, or of one derived from these."""
    return [*next(base for base in _LISTS if issubclass(type(value), base)).__iter__(value)]


def is_in_mapping(name: str, key: object, text: str | None, *, is_deep: bool = False) -> bool:
    """Tell of text that has a name of its own, beneath a credential's name, whether it is one.

    Beneath ``cookies`` and ``secrets`` stand such things, beneath ``password`` what a schema says of it.

    Args:
        name: the credential's name.
        key: its own name.
        text: the text; ``None`` if it is something else.
        is_deep: whether it is in a mapping that is in one; there, what says that it is something else is believed.
    """
    if text is None or is_no_value(text) or is_reference(text) or (is_deep and not is_beneath(key)):
        return False
    lowered = name.lower()
    if "cookie" in lowered or lowered == SECRET_DATA:
        return True
    return not (type(key) is str and key in _SAID_OF_FIELDS) and is_telling(text, is_loose=lowered.endswith("s"))


def is_beneath(key: object) -> bool:
    """Tell of a key in a mapping beneath a credential's name that it doesn't say that what is under it is none."""
    return not (type(key) is str and (key in _SAID_OF_FIELDS or is_about(key)))


def is_named_value(name: str | bytes, value: Any, text: Callable[[Any], str | None]) -> bool:
    """Tell of what stands under a name whether it is a credential: by its name, and by a value that can be one."""
    if not is_credential(name):
        return False
    known = text(value)
    return known is not None and is_value_of(whole_text(name), known)  # some keep the name beside the value


def bodies_in(names: Sequence[Any], *, is_mapping: bool = False) -> set[str]:
    """Give under which of its names an object holds the body of a request: it has a URL and a method, and no status, or it says so.

    Args:
        names: the names of its attributes, or keys.
        is_mapping: whether it is a dictionary, which is a request only if it has headers, too.
    """
    known = {name for name in names if type(name) is str}
    said = known & REQUEST_BODIES
    is_one = not _METHODS.isdisjoint(known) and _ANSWERS.isdisjoint(known)
    if not _HEADERS.isdisjoint(known):
        is_one = is_one and not (_URLS.isdisjoint(known) and _PATHS.isdisjoint(known))
    else:
        is_one = is_one and not (is_mapping or _URLS.isdisjoint(known))
    return said | {name for name in known if _is_body(name)} if is_one else said


def _is_body(name: str) -> bool:
    words = {*words_of(name)} if len(name) < _LONGEST_NAME else set()
    return not _BODY_WORDS.isdisjoint(words) and words <= _BODY_WORDS | _BESIDE_BODY


def bodies_of_error(named: Iterable[tuple[Any, Any]]) -> set[str]:
    """Give under which of its attributes' names an error holds the body of a request, as it was sent or as what that is made of."""
    found = [(name, type(value)) for name, value in named if type(name) is str and name in _BODIES_OF_ERRORS]
    return {name for name, cls in found if is_text_class(cls) or issubclass(cls, (*MAPPINGS, list, tuple))}


def names_of(keys: Iterable[Any]) -> list[Any]:
    """Give the keys of a mapping, those that are bytes as text: what was taken apart has such names, too."""
    return [key.decode("latin-1") if type(key) is bytes else key for key in keys]


def stand_in_for(cls: type) -> Any:
    """Give what stands for a credential of a class."""
    if issubclass(cls, bytearray):
        return bytearray(REDACTED.encode())
    return REDACTED.encode() if issubclass(cls, (bytes, memoryview)) else REDACTED

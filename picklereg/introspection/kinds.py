"""Kinds of values, told by the exact type with one look-up; and builtin containers, taken apart and put together again."""

from __future__ import annotations

import builtins
import copyreg
import io
import operator
from collections.abc import Callable, Iterator
from types import GetSetDescriptorType
from typing import Any, Final, Literal, TypeGuard

from picklereg.introspection.by_class import by_class
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.naming import mro_of

__all__ = [
    "CONTAINER",
    "DATA",
    "DEEP",
    "LEAVES",
    "MAPPINGS",
    "PLAIN",
    "TEXT",
    "Kind",
    "attributes_of",
    "depth_of",
    "exceptions_in",
    "has_same_parts",
    "has_usual_dict",
    "is_bare",
    "is_container",
    "is_exception",
    "is_ordinary",
    "is_plainly_pickled",
    "kind_of",
    "known_kind",
    "parts_of",
    "plain_of",
    "rebuilt",
    "slots_of",
]

Kind = Literal[1, 2, 3, 4]

#: What most containers and attributes hold: there is nothing to decide about these, but for what a text says.
LEAVES: Final = frozenset({type(None), bool, int, float, str})

#: Leads nowhere, and holds no text.
PLAIN: Final = 1
#: Exactly ``str``.
TEXT: Final = 2
#: Exactly ``bytes``.
DATA: Final = 3
#: A builtin container.
CONTAINER: Final = 4

#: Builtin containers with keys: ``dict``, and ``frozendict`` since Python 3.15.
MAPPINGS: Final[tuple[type[Any], ...]] = (dict, *(cls for name, cls in vars(builtins).items() if name == "frozendict"))


def _mapping_of(cls: type[Any]) -> Callable[[list[Any]], Any]:
    return lambda parts: cls(zip(parts[::2], parts[1::2], strict=True))


_REBUILD: Final[dict[type, Callable[[list[Any]], Any]]] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    **{cls: _mapping_of(cls) for cls in MAPPINGS},
}
_KINDS: Final[dict[type, Kind]] = {
    **dict.fromkeys((type(None), int, bool, float, complex, type(...), type(NotImplemented)), PLAIN),
    str: TEXT,
    bytes: DATA,
    **dict.fromkeys(_REBUILD, CONTAINER),
}
#: Gives by a value's class the kind of the value; ``None`` for all that would have to be asked about. Only a class of :class:`type` itself
#: may be looked up: another metaclass may have a hash of its own. To ask :func:`id` takes longer, ten times where there is an audit hook.
known_kind: Final[Callable[[type], Kind | None]] = _KINDS.get
#: How a subclass's instance becomes one of the class itself, without a call of its own code.
_PLAIN_OF: Final[dict[type, Callable[[Any], Any]]] = {
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    int: int.__int__,
    float: float.__float__,
}
#: Gives the names of a class's slots, as pickle finds them.
slots_of: Final[Callable[[type], list[str]]] = copyreg._slotnames  # type: ignore[attr-defined]  # noqa: SLF001
#: They make instances that hold nothing.
_NEWS: Final = (object.__new__, io.IOBase.__new__)
#: How many builtin containers stand in one another as a matter of course: every pickler writes as many, wherever they stand.
DEEP: Final = 100
#: What classes have under the name ``__dict__``.
_DICTS: Final = (GetSetDescriptorType, type(None))
_BARE: Final = frozenset(cls for cls, kind in _KINDS.items() if kind is not CONTAINER)
_MOST_VALUES: Final = 1_000


def kind_of(value: object) -> Kind | None:
    """Give the kind of a value; ``None`` for all that would have to be asked about."""
    cls = type(value)
    return known_kind(cls) if type(cls) is type else None


def is_bare(value: object) -> bool:
    """Tell whether a value travels as it is: text, bytes, numbers, ``None``."""
    cls = type(value)
    return type(cls) is type and cls in _BARE


def is_container(value: object) -> bool:
    """Tell whether a value is exactly a builtin container."""
    cls = type(value)
    return type(cls) is type and cls in _REBUILD


def parts_of(container: Any) -> list[Any]:
    """Give the elements of a container; of one with keys its keys and values in turn."""
    return [part for item in container.items() for part in item] if type(container) in MAPPINGS else list(container)


def is_exception(value: object) -> TypeGuard[BaseException]:
    """Tell whether a value is an exception, whatever it says of its class: a proxy says its subject's, a mock that of its specification."""
    return issubclass(type(value), BaseException)


def is_ordinary(cls: Any) -> bool:
    """Tell whether the instances of a class are their ``__dict__`` and nothing else, and are pickled as Python does."""
    return is_plainly_pickled(cls) and cls.__dictoffset__ != 0 and not slots_of(cls)


def is_plainly_pickled(cls: Any) -> bool:
    """Tell whether the instances of a class are their ``__dict__`` and their slots at most, and are pickled as Python does."""
    try:
        return (
            cls.__new__ in _NEWS
            and cls.__reduce_ex__ is object.__reduce_ex__
            and cls.__reduce__ is object.__reduce__
            and cls.__getstate__ is object.__getstate__
            and not hasattr(cls, "__setstate__")
        )
    except BaseException as problem:  # noqa: BLE001  # its metaclass has code for what is asked
        pass_on(problem)
        return False


def has_usual_dict(cls: type) -> bool:
    """Tell of a class whether the ``__dict__`` of its instances is what they hold, and nothing that code makes anew."""
    return all(type(vars(base).get("__dict__")) in _DICTS for base in mro_of(cls))


def plain_of(value: Any) -> Any:
    """Give the text, bytes or number that an instance of a subclass is, or the value itself."""
    plain = _plain_for(type(value))  # whatever it says of its class
    return value if plain is None else plain(value)


@by_class
def _plain_for(cls: type) -> Callable[[Any], Any] | None:
    return next((plain for base, plain in _PLAIN_OF.items() if issubclass(cls, base)), None)


def rebuilt(container: Any, parts: list[Any]) -> Any:
    """Give a container of the same type with other elements."""
    return _REBUILD[type(container)](parts)


def attributes_of(value: Any) -> dict[str, Any]:
    """Give what an object holds in its ``__dict__`` and its slots, if its class has nothing to say of that."""
    cls = type(value)
    held: dict[str, Any] = vars(value).copy() if cls.__dictoffset__ else {}
    for name in slots_of(cls):
        try:
            held[name] = object.__getattribute__(value, name)
        except AttributeError:  # an empty one
            continue
    return held


def has_same_parts(parts: Any, source: Any) -> bool:
    """Tell whether what is written for the parts of a container are these themselves."""
    if isinstance(parts, dict):
        return all(map(operator.is_, parts, source)) and all(map(operator.is_, parts.values(), source.values()))
    return all(map(operator.is_, parts, source))


def depth_of(value: object, most: int = DEEP) -> int:
    """Tell how many builtin containers stand in one another; what is deeper than ``most`` isn't looked at."""
    depth, seen = 0, set[int]()
    level = [value] if is_container(value) else []
    while level and depth <= most:
        depth += 1
        seen.update(map(id, level))
        deeper = {id(part): part for item in level for part in parts_of(item) if is_container(part)}  # each once: they may be shared
        level = [part for key, part in deeper.items() if key not in seen]
    return depth


def exceptions_in(value: object) -> Iterator[BaseException]:
    """Give the exceptions that a value is or, as a builtin container, holds; not more than a thousand values are looked at."""
    stack: list[object] = [value]
    seen: set[int] = set()
    while stack and len(seen) < _MOST_VALUES:
        item = stack.pop()
        seen.add(id(item))
        if is_exception(item):
            yield item
        elif is_container(item):
            stack.extend(part for part in reversed(parts_of(item)) if not is_bare(part) and id(part) not in seen)

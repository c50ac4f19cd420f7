"""Kinds of values, told by the exact type with one look-up; and builtin containers, taken apart and put together again."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

__all__ = [
    "CONTAINER",
    "DATA",
    "DEEP",
    "MAPPINGS",
    "PLAIN",
    "TEXT",
    "Kind",
    "depth_of",
    "exceptions_in",
    "is_bare",
    "is_container",
    "kind_of",
    "parts_of",
    "rebuilt",
]

Kind = Literal[1, 2, 3, 4]

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
#: By identity: a class may be unhashable, and to compare it with each takes longer.
_KINDS: Final[dict[int, Kind]] = {
    **{id(kind): PLAIN for kind in (type(None), int, bool, float, complex, type(...), type(NotImplemented))},
    id(str): TEXT,
    id(bytes): DATA,
    **{id(kind): CONTAINER for kind in _REBUILD},
}
#: Gives by the ``id`` of a value's type the kind of the value; ``None`` for all that would have to be asked about.
kind_of: Final[Callable[[int], Kind | None]] = _KINDS.get
#: How many builtin containers stand in one another as a matter of course: every pickler writes as many, wherever they stand.
DEEP: Final = 100
_BARE: Final = frozenset({PLAIN, TEXT, DATA})
_MOST_VALUES: Final = 1_000


def is_bare(value: object) -> bool:
    """Tell whether a value travels as it is: text, bytes, numbers, ``None``."""
    return kind_of(id(type(value))) in _BARE


def is_container(value: object) -> bool:
    """Tell whether a value is exactly a builtin container."""
    return kind_of(id(type(value))) == CONTAINER


def parts_of(container: Any) -> list[Any]:
    """Give the elements of a container; of one with keys its keys and values in turn."""
    return [part for item in container.items() for part in item] if type(container) in MAPPINGS else list(container)


def rebuilt(container: Any, parts: list[Any]) -> Any:
    """Give a container of the same type with other elements."""
    return _REBUILD[type(container)](parts)


def depth_of(value: object, most: int = DEEP) -> int:
    """Tell how many builtin containers stand in one another; what is deeper than ``most`` isn't looked at."""
    depth, seen = 0, set[int]()
    level = [value] if is_container(value) else []
    while level and depth <= most:
        depth += 1
        seen.update(map(id, level))
        level = [part for item in level for part in parts_of(item) if is_container(part) and id(part) not in seen]
    return depth


def exceptions_in(value: object) -> Iterator[BaseException]:
    """Give the exceptions that a value is or, as a builtin container, holds; not more than a thousand values are looked at."""
    stack: list[object] = [value]
    seen: set[int] = set()
    while stack and len(seen) < _MOST_VALUES:
        item = stack.pop()
        seen.add(id(item))
        if isinstance(item, BaseException):
            yield item
        elif is_container(item):
            stack.extend(part for part in reversed(parts_of(item)) if not is_bare(part) and id(part) not in seen)

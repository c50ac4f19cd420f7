"""What is plain in an exception, told at once: it leads nowhere, and needs no more than a look for credentials in its texts."""

from __future__ import annotations

from typing import Any, Final

from picklereg.introspection.class_plan import BARE
from picklereg.introspection.containers import CONTAINERS, parts_of
from picklereg.redaction.names import COMPRESSED
from picklereg.redaction.secrets import is_credential

__all__ = ["sift"]

#: Types by identity: a class may be unhashable, and to compare it with each takes longer.
_BARE: Final = frozenset(map(id, BARE))
_CONTAINERS: Final = frozenset(map(id, CONTAINERS))
#: How many values in containers of an exception are looked at.
_VALUES: Final = 200


def sift(attributes: dict[Any, Any], texts: list[str]) -> list[Any]:
    """Collect the texts of an exception's attributes.

    Args:
        attributes: the attributes.
        texts: takes the texts in those that are plain.

    Returns:
        The names of those that aren't.
    """
    others: list[Any] = []
    for name, value in attributes.items():
        if value is None:  # as most are, where there are many
            continue
        kind = type(value)
        if kind is str:
            texts.append(value)
        elif kind is bytes:
            if value.startswith(COMPRESSED):
                others.append(name)
            else:
                texts.append(value.decode("latin-1"))
        elif id(kind) not in _BARE and not (id(kind) in _CONTAINERS and _is_inert(value, texts)):
            others.append(name)
    return others


def _is_inert(container: Any, texts: list[str]) -> bool:
    """Tell of a builtin container whether there are only plain values in it, at any depth; collect its texts."""
    stack: list[Any] = [container]
    seen: list[Any] = []
    for _ in range(_VALUES):
        if not stack:
            return True
        item = stack.pop()
        kind = type(item)
        if kind is str:
            texts.append(item)
        elif kind in CONTAINERS:
            if any(item is known for known in seen):  # it may lead back to itself
                return False
            seen.append(item)
            parts = parts_of(item)
            if any(map(is_credential, parts)):  # the name of one, most likely
                return False
            stack += parts
        elif kind is bytes or kind not in BARE:
            return False
    return False

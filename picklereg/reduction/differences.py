"""Whether what is in a container is of the same types in its copy."""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakSet

from picklereg.introspection.kinds import is_container, parts_of

__all__ = ["keeps_types"]

_SETS: Final[tuple[Any, ...]] = (set, frozenset)


def keeps_types(container: Any, copy: Any) -> bool:
    """Tell whether what is in a builtin container is of the same types in its copy; what is in sets has no order to compare.

    Args:
        container: the container.
        copy: its copy.
    """
    seen: set[int] = set()
    stack = [(container, copy)]
    while stack:
        one, other = stack.pop()
        if type(one) is not type(other) or type(one) is WeakSet:
            return False
        if is_container(one) and id(one) not in seen and not isinstance(one, _SETS):
            seen.add(id(one))
            stack += zip(parts_of(one), parts_of(other), strict=True)
    return True

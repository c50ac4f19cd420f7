"""Letting what was read from an untrusted store come back to life: the one call that takes back that it is inert."""

from __future__ import annotations

from typing import Any, TypeVar

from picklereg.introspection.public import public
from picklereg.unpickling.safe.depth_bounds import linked_to
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue, is_inert, live_twin
from picklereg.unpickling.stand_ins.origin import origin_of

__all__ = ["bring_to_life"]

_Value = TypeVar("_Value")


@public
def bring_to_life(value: _Value) -> _Value:
    r"""Let the stand-ins in what ``safe_loads`` gave become the real classes and functions when they are pickled again.

    Call it only for bytes that you have come to trust: whoever reads the new pickle runs what the old one named. Nothing is run or
    imported here. Names of classes outside of stand-ins stay texts when they are pickled.

    Args:
        value: what ``safe_loads`` gave; it is changed in place.

    Returns:
        The same object.

    Example:
        >>> import pickle, picklereg
        >>> found = picklereg.safe_loads(b"cabsent.errors\nOrderError\n(Vno order\ntR.")
        >>> pickle.loads(pickle.dumps(found))
        Exception('no order')
        >>> picklereg.loads(pickle.dumps(bring_to_life(found)))
        OrderError('no order')
    """
    seen: dict[int, Any] = {}
    stack: list[Any] = [value]
    while stack:
        part = stack.pop()
        if id(part) in seen:
            continue
        seen[id(part)] = part
        cls: Any = type(part)
        if issubclass(cls, (MissingError, MissingValue)) and is_inert(cls):
            part.__class__ = live_twin(cls)
            origin = origin_of(part)
            origin.fields.update({name: live_twin(owner) for name, owner in origin.fields.items()})
            stack += [origin.args, origin.kwargs, origin.raw]
        stack += linked_to(part)
    return value

"""What pools send a raised error in: a wrapper that says how to put the text of its traceback into the reader's error.

The worker pickles ``wrapper``, whose own reduce gives ``(rebuild, (error, text))``. In the reader ``rebuild`` makes a remote traceback,
an exception with the text, and sets it as the error's ``__cause__``, in the place of the real one. Here the same is done before anything
is written, and the real cause becomes the remote traceback's own. What is written is the error, with that chain; ``rebuild`` isn't called
by the reader.

The wrapper holds the exception itself. So whatever its class, and whenever that came into being, it is handed over as a reduce value.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from picklereg.introspection.fields import CHAIN_FIELDS, cause_of, dict_of
from picklereg.reduction.classes import nearest_named, travels
from picklereg.reduction.decisions import see
from picklereg.reduction.expression import named
from picklereg.reduction.walk import look_at

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump, ReduceValue

__all__ = ["raised_in", "reduce_info", "reduce_raised"]


def raised_in(value: Any) -> BaseException | None:
    """Give the exception in a wrapper's reduce value, if that is what it is expected to be."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], tuple) and len(value[1]) == 2:
        exc, text = value[1]
        return exc if isinstance(exc, BaseException) and isinstance(text, str) else None
    return None


def reduce_info(value: Any, dump: Dump) -> Any:
    """Give what is written of an object that holds a wrapper and, as ``type``, the class of the error in it.

    Args:
        value: its own reduce value.
        dump: by whose rules it is written.
    """
    state = value[2] if isinstance(value, tuple) and len(value) > 2 else None
    cls = state.get("type") if isinstance(state, dict) else None
    if not (isinstance(state, dict) and isinstance(cls, type) and issubclass(cls, BaseException)):
        return value
    found = named(cls) if travels(cls, dump) else nearest_named(cls, dump)  # as the error itself arrives
    return (*value[:2], {**state, "type": found}, *value[3:])


def reduce_raised(value: ReduceValue, dump: Dump) -> ReduceValue:
    """Give what is written in the place of a wrapper.

    Args:
        value: its own reduce value, with an exception in it that the dump hasn't met yet.
        dump: the dump that it is part of.
    """
    rebuild, (exc, text) = value
    probe = Exception()
    try:
        rebuild(probe, text)
        remote, cause = cause_of(probe), cause_of(exc)
        if remote is not None and cause is not None:
            CHAIN_FIELDS["__cause__"].__set__(remote, cause)
    except Exception:  # noqa: BLE001  # a wrapper of another kind
        return value
    node = look_at(exc, dump.walk.texts)
    node.attributes = {**node.attributes, **dict_of(probe)}  # some keep the text there, too
    node.cause = remote
    see(dump.walk.begin_with(node), dump)
    return operator.getitem, ((dump.handed(exc),), 0)

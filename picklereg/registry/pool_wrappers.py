"""What pools send a raised error in: a wrapper that says how to put the text of its traceback into the reader's error.

The worker pickles ``wrapper``, whose own reduce gives ``(rebuild, (error, text))``. In the reader ``rebuild`` makes a remote traceback,
an exception with the text, and sets it as the error's ``__cause__``, in the place of the real one. Here the same is done before anything
is written, and the real cause becomes the remote traceback's own. What is written is the error, with that chain; ``rebuild`` isn't called
by the reader.

The wrapper holds the exception itself. So whatever its class, and whenever that came into being, it is handed over as a reduce value.
"""

from __future__ import annotations

import operator
import pickle
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.fields import CHAIN_FIELDS, cause_of, dict_of
from picklereg.introspection.kinds import is_container, is_exception
from picklereg.introspection.naming import module_of
from picklereg.reduction.classes import nearest_named, travels
from picklereg.reduction.copying import see
from picklereg.reduction.expression import Expression, named
from picklereg.reduction.walk import look_at

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump, ReduceValue

__all__ = ["errors_returned", "raised_in", "reduce_info", "reduce_raised", "reduce_result"]

#: How many results of a task that returned several are looked at.
_MOST_RESULTS: Final = 1_000


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


def errors_returned(value: Any) -> list[BaseException]:
    """Give the exceptions among what a task returned, as far as these are quickly found.

    Args:
        value: the reduce value of what holds it: in its state, as ``result``.
    """
    state = value[2] if isinstance(value, tuple) and len(value) > 2 else None
    result = state.get("result") if isinstance(state, dict) else None
    parts: Any = (result,)
    if is_container(result):
        parts = result.values() if isinstance(result, dict) else result
    return [part for part in islice(parts, _MOST_RESULTS) if is_exception(part)]


def reduce_result(value: ReduceValue, cls: type) -> ReduceValue:
    """Give what is written of what holds a task's result, where the pickler has looked for reducers before they were there.

    A pickler that begins now finds them. What it writes is read when the rest is.

    Args:
        value: its own reduce value, with a state that has a ``result``.
        cls: the class of what holds the result.
    """
    written = _dumps_for(cls)(value[2]["result"])
    return (*value[:2], {**value[2], "result": Expression(pickle.loads, bytes(written))}, *value[3:])


def _dumps_for(cls: type) -> Any:
    """Give what a pool writes with: multiprocessing's own, or loky's, or that of a copy of loky."""
    from multiprocessing.reduction import ForkingPickler  # here, because a pool has imported it

    package, _, room = module_of(cls).rpartition(".")
    reduction = sys.modules.get(f"{package}.backend.reduction") if room == "process_executor" else None
    return ForkingPickler.dumps if reduction is None else reduction.dumps


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

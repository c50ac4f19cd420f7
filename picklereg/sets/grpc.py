"""grpc: the state of a finished call, in which the synchronous errors keep their code, details and metadata.

The state is guarded by a condition, and refers to callbacks and to what is under way; the reader makes a new state, by its own
constructor, with all that a finished call tells, but for credentials in its metadata. The call itself (``_call`` of a streaming call) is
left behind with a note. The errors of ``grpc.aio`` need no help.
"""

from __future__ import annotations

import importlib
import operator
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import grpc  # type: ignore[import-untyped]
from grpc._channel import _RPCState  # type: ignore[import-untyped]
from grpc._cython import cygrpc  # type: ignore[import-untyped]

from picklereg.redaction import redact_pairs
from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["register", "strip_state"]

_ATTRIBUTES: Final = ("code", "details", "debug_error_string", "cancelled", "method", "target", "rpc_start_time", "rpc_end_time")

#: What a call has no more of when it is finished, and a new state has.
_DROPPED: Final = ("callbacks",)


def register(registry: Registry) -> None:
    """Register grpc's exceptions and the state of a call.

    Args:
        registry: the registry.
    """
    registry.register([grpc.RpcError, grpc.FutureTimeoutError, grpc.FutureCancelledError])
    registry.register_attachment(_RPCState, strip_state)


def strip_state(state: Any) -> Expression:
    """Give what travels of a call's state.

    Args:
        state: the state; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    known = vars(state)
    metadata = [_metadata(known[name]) for name in ("initial_metadata", "trailing_metadata")]
    told = {name: known[name] for name in _ATTRIBUTES if known.get(name) is not None}
    told |= {name: None for name in _DROPPED if known.get(name, name) is None}
    return Expression(_RPCState, (), *metadata, None, None, state=told)


def _metadata(pairs: Iterable[tuple[str, Any]] | None) -> tuple[Expression, ...] | None:
    """Make the pairs where grpc does: their class calls a wrong module its own, so that pickle doesn't find it."""
    module = Expression(importlib.import_module, cygrpc.__name__)
    return None if pairs is None else tuple(Expression(operator.methodcaller("_Metadatum", *pair), module) for pair in redact_pairs(pairs))

"""The commonest errors at once: what they hold is plain, and nothing in them has to be tried out, stripped of a credential, or asked about.

Such an error is written by plain pickle itself: each exception is replaced by its reduce value, in the wire form of
:mod:`picklereg.reduction.wire_form`, before pickle begins. For everything else the answers here are ``None``, and the general way is taken.
"""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import (
    Plan,
    args_of,
    cause_of,
    context_of,
    dict_of,
    has_own_reduce,
    is_importable,
    plan_for,
    suppress_of,
    traceback_of,
)
from picklereg.redaction.secrets import are_plain_names, is_suspect, is_suspect_data, secrets_for
from picklereg.reduction.attachments import Attachments
from picklereg.reduction.chain import has_usual_args, sub_exceptions
from picklereg.reduction.expression import Reduced
from picklereg.reduction.screening import sift

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump, ReduceValue, Rules

__all__ = ["bare_pieces", "reduce_bare", "written_alone"]

_NEWOBJ: Final[Any] = copyreg.__newobj__  # type: ignore[attr-defined]
#: Types of arguments that ``__new__`` may be given: they lead nowhere, so the exception can be made before its state is read.
_PLAIN: Final = (str, int, type(None), bool, bytes, float)
#: How many exceptions are written like this: pickle recurses, and longer chains may have to be cut.
_MOST: Final = 101


def reduce_bare(exc: BaseException, dump: Dump) -> ReduceValue | None:
    """Give the wire form of an exception that leads to no other.

    Args:
        exc: the exception.
        dump: the dump that it is part of.

    Returns:
        The reduce value, in which nothing is left to be reduced by a registry; or ``None`` for any other exception.
    """
    cls = type(exc)
    plan = plan_for(cls)
    if not plan.is_plain or cause_of(exc) or context_of(exc) or suppress_of(exc) or not dump.takes_wire_form(cls) or dump.must_clean:
        return None
    value = _bare(exc, cls, plan, dump.rules, dump)
    if value is not None:
        dump.pass_by(exc)
    return value


def bare_pieces(exc: BaseException, dump: Dump) -> tuple[tuple[Any, ...], dict[Any, Any]] | None:
    """Give ``args`` and ``__dict__`` as they are written, where there is nothing to decide about them; ``None`` for any other exception.

    Args:
        exc: the exception; its chain does not count.
        dump: the dump that it is part of.
    """
    plan = plan_for(type(exc))
    value = None if not plan.is_plain or dump.must_clean else _bare(exc, type(exc), plan, dump.rules, dump)
    return value and (value[1][1:], value[2] if len(value) > 2 else {})


def written_alone(exc: BaseException, rules: Rules) -> object | None:
    """Give what plain pickle writes in the place of an exception that is all there is to write.

    Args:
        exc: the exception; it may have a chain, and it or others in the chain may be groups.
        rules: the registry.

    Returns:
        An object whose pickle is that of the exception; or ``None`` for any other exception.

    Raises:
        NeedsHost: there is a credential in it, or something that a pickler would have to be asked about.
    """
    cls = type(exc)
    if callable(rules.redact):
        return None
    plan = plan_for(cls)
    if not plan.is_plain or cause_of(exc) or context_of(exc) or suppress_of(exc):
        return _written_together(exc, rules)
    if not _goes_by_name(cls, rules):
        return None
    value = _bare(exc, cls, plan, rules, None)
    if value is None:
        return None
    by_itself = len(value) == 2 and cls.__module__ == "builtins"  # then Python's own rule, cls(*args), is the whole of it
    return exc if by_itself else Reduced(cls, value)


def _goes_by_name(cls: type[BaseException], rules: Rules) -> bool:
    """Tell whether a class is named, and nobody, itself included, has a reducer for it."""
    return not has_own_reduce(cls) and not rules.has_reducer(cls) and cls.__module__ != "__main__" and is_importable(cls)


def _bare(exc: BaseException, cls: type[BaseException], plan: Plan, rules: Rules, source: Dump | Attachments | None) -> ReduceValue | None:
    args = args_of(exc)
    for value in args:
        kind = type(value)
        if kind not in _PLAIN or (kind is str and is_suspect(value)) or (kind is bytes and is_suspect_data(value)):
            return None
    if rules.traceback_of is not None and traceback_of(exc) is not None:
        return None
    attributes = dict_of(exc)
    if not attributes:
        return _NEWOBJ, (cls, *args)
    state = _own_state(attributes, plan, rules, source)
    return None if state is None else (_NEWOBJ, (cls, *args), state)


def _own_state(attributes: dict[Any, Any], plan: Plan, rules: Rules, source: Dump | Attachments | None) -> dict[Any, Any] | None:
    if not are_plain_names(tuple(attributes)) or (plan.guarded and not plan.guarded.isdisjoint(attributes)):
        return None
    texts: list[str] = []
    others = sift(attributes, texts)
    if is_suspect("\0".join(texts)):  # all at once
        return None
    return _replaced(attributes.copy(), others, source or _attachments(rules)) if others else attributes.copy()


def _attachments(rules: Rules) -> Attachments:
    return Attachments(secrets_for(rules.redact), rules.strip_for)


def _replaced(state: dict[Any, Any], names: list[str], source: Dump | Attachments) -> dict[Any, Any] | None:
    for name in names:
        stands = source.stand_in(state[name])
        if stands is None:
            return None
        state[name] = stands
    return state


# --- exceptions that lead to others -------------------------------------------------------------------------------


def _written_together(exc: BaseException, rules: Rules) -> Reduced | None:
    exceptions = _all_from(exc, min(_MOST, rules.max_chain))
    if exceptions is None:
        return None
    if not all(_goes_by_name(cls, rules) for cls in {id(cls): cls for cls in map(type, exceptions)}.values()):
        return None
    source = _attachments(rules)
    stands = {id(item): Reduced(type(item), ()) for item in exceptions}
    for item in exceptions:
        value = _linked(item, rules, source, stands)
        if value is None:
            return None
        stands[id(item)].value = value
    return stands[id(exc)]


def _all_from(exc: BaseException, limit: int) -> list[BaseException] | None:
    """Give an exception and all that it leads to; ``None`` if there are too many, or one leads to a group a second time.

    pickle writes a group's parts before the group can be referred to (gh-137889).
    """
    found = [exc]
    seen = {id(exc)}
    for item in found:
        for link in (cause_of(item), context_of(item), *sub_exceptions(item)):
            if link is None:
                continue
            if id(link) not in seen:
                if len(found) == limit:
                    return None
                seen.add(id(link))
                found.append(link)
            elif isinstance(link, BaseExceptionGroup):
                return None
    return found


def _linked(exc: BaseException, rules: Rules, source: Attachments, stands: dict[int, Reduced]) -> ReduceValue | None:
    cls = type(exc)
    plan = plan_for(cls)
    if not (plan.is_plain or plan.group):
        return None
    value = _group(exc, cls, plan, rules, source, stands) if plan.group else _bare(exc, cls, plan, rules, source)
    if value is None:
        return None
    state: dict[Any, Any] = value[2] if len(value) > 2 else {}
    cause, context, suppress = cause_of(exc), context_of(exc), suppress_of(exc)
    if cause is not None:  # in this order, because setting the cause sets the flag
        state["__cause__"] = stands[id(cause)]
    if context is not None:
        state["__context__"] = stands[id(context)]
    if suppress != (cause is not None):
        state["__suppress_context__"] = suppress
    return (*value[:2], state) if state else value[:2]


def _group(
    exc: BaseException, cls: type[BaseException], plan: Plan, rules: Rules, source: Attachments, stands: dict[int, Reduced]
) -> ReduceValue | None:
    """Do the same for a group that is what its class's ``__new__`` makes of its arguments."""
    if not plan.newobj or plan.fields or plan.own_setattr or plan.own_setstate or not has_usual_args(exc):
        return None
    message, given = args_of(exc)
    if type(message) is not str or is_suspect(message) or (rules.traceback_of is not None and traceback_of(exc) is not None):
        return None
    parts = [stands[id(part)] for part in given]
    attributes = dict_of(exc)
    state = _own_state(attributes, plan, rules, source) if attributes else {}
    return None if state is None else (_NEWOBJ, (cls, message, parts if isinstance(given, list) else tuple(parts)), state)

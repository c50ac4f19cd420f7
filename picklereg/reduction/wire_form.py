"""The wire form of an exception: a reduce value that plain pickle writes, and that reads back whole without picklereg.

Whole: the same type, ``args``, ``str()``, ``__dict__``, slots, C fields, cause, context, suppress flag, notes and sub-exceptions.
An exception of Python's own that holds nothing but ``args`` is written by Python's rule. For others the first that holds wins:

1. A stand-in for a class that can't be imported here is written as its own bytes were (``stand_ins``).
2. A reducer registered for the class or its nearest base, if the reader gets an exception from it.
3. A ``copyreg`` entry of somebody else's, or the class's own ``__reduce__`` or ``__reduce_ex__``, if, tried here, it gives an
   exception of the same type, ``args`` and text. What either drops is added (``custom_reducers``).
4. The wire form: ``(copyreg.__newobj__, (cls, *args), state)``. pickle writes it as NEWOBJ and BUILD: the reader calls
   ``cls.__new__`` and ``BaseException.__setstate__``, which sets every key of ``state`` as an attribute. ``__init__`` never runs.

The wire form varies, always with the standard library's callables alone:

* ``args`` that hold more than plain values go into the state: the object can be referred to before its state is read,
  so arguments may lead back to it.
* A class with a ``__new__`` of its own, or one that can't be imported, is made by the builtin ``__new__`` beneath it.
* A class with its own ``__setstate__`` gets ``BaseException.__setstate__`` as the state setter of its reduce value.
* Where setting an attribute would run the class's code (frozen classes, properties), the state is an
  :class:`picklereg.reduction.expression.Expression` that updates ``__dict__`` and calls the fields' descriptors instead.
"""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import LINKS, SIGNS, cause_of, context_of, suppress_of, traceback_of
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import is_bare
from picklereg.introspection.naming import is_builtin, mro_of, qualname_of, type_name
from picklereg.introspection.text import describe, safe_repr, safe_text, shortened
from picklereg.redaction.prefilter import prefiltered
from picklereg.redaction.secrets import Secrets
from picklereg.reduction import notes as words
from picklereg.reduction.classes import (
    copied_class,
    is_free,
    is_nameable,
    loses_qualname,
    namesake_of,
    nearest_named,
    takes_wire_form,
    travels,
)
from picklereg.reduction.context import Dump, NeedsHost
from picklereg.reduction.copying import see
from picklereg.reduction.custom_reducers import reducers_for, respected
from picklereg.reduction.decisions import clean_text
from picklereg.reduction.expression import Expression, Reduced
from picklereg.reduction.lost_text import lost_text
from picklereg.reduction.native_fields import left_of_extension
from picklereg.reduction.own_hashes import can_be_hashed, hashed_in
from picklereg.reduction.pieces import Pieces, add_links, add_notes, collect, followed
from picklereg.reduction.state_setter import SET_STATE, by_descriptors, needs_descriptors
from picklereg.reduction.walk import Node, look_at
from picklereg.unpickling.stand_ins.origin import Named

if TYPE_CHECKING:
    import pickle
    from collections.abc import Callable

    from picklereg.introspection.class_plan import Plan
    from picklereg.reduction.context import ReduceValue, Rules
    from picklereg.reduction.first_writings import FirstWritings

__all__ = ["FirstLook", "first_look", "reduce_alone", "reduce_exception", "written_for"]

FirstLook: TypeAlias = tuple[Node, list[str], Secrets | None, bool]

_OF_OS_ERRORS: Final = ("errno", "strerror")
_NEWOBJ: Final[Any] = copyreg.__newobj__  # type: ignore[attr-defined]


def reduce_exception(exc: BaseException, dump: Dump, first: FirstLook | None = None) -> ReduceValue:
    """Give the reduce value of an exception, as ``copyreg`` reducers do.

    The first time, all that the exception leads to is walked and screened; for these exceptions, what was found is here already.

    Args:
        exc: the exception.
        dump: what was found and decided so far in the dump that it is part of.
        first: what :func:`first_look` gave, if the dump begins with this exception.

    Returns:
        A reduce value that plain pickle can write and, without picklereg, read.
    """
    try:
        walk = dump.walk
        if first is not None:
            see(dump.begin_with(*first[:3]), dump)
        elif not walk.awaits(exc):
            node = look_at(exc, walk.texts)
            if node.is_alone and not (dump.must_clean or dump.suspects(walk.texts)):
                walk.pass_by(node)
                walk.texts.clear()
                return _reduce(node, dump)
            see(walk.begin_with(node), dump)
        node = walk.take(exc)
        return _reduce(node, dump) if node.problem is None else _last_resort(exc, node.problem, dump)
    except BaseException as problem:  # noqa: BLE001  # an error must never be lost while it is being reported
        pass_on(problem)
        return _last_resort(exc, problem, dump)


def first_look(exc: BaseException, rules: Rules) -> FirstLook:
    """Look at an exception before there is a dump.

    Args:
        exc: the exception.
        rules: the registry.

    Returns:
        What was seen, its texts, what has taken in the credentials in these, if there are any, and whether that is all: there is nothing
        to decide about it, it leads to no other, and its class only has to be named.
    """
    texts: list[str] = []
    secrets: Secrets | None = None
    node = look_at(exc, texts)
    try:
        is_all = node.is_alone and is_free(type(exc), rules) and is_nameable(type(exc)) and not callable(rules.redact)
        if is_all and rules.redact and (literals := prefiltered(texts)):
            found = Secrets(None)
            if found.scan_texts(texts, literals):
                secrets, is_all = found, False
        return node, texts, secrets, is_all and (rules.traceback_of is None or traceback_of(exc) is None)
    except BaseException as problem:  # noqa: BLE001  # the class's own code; in the dump that now begins it gets a note
        pass_on(problem)
        return node, texts, None, False


def reduce_alone(node: Node) -> ReduceValue:
    """Give the reduce value of an exception of which :func:`first_look` said that this is all."""
    state = node.attributes.copy()
    if node.suppress:
        state["__suppress_context__"] = True
    return _assembled(node, None, type(node.exc), node.plan, node.args, state)


def written_for(
    exc: BaseException,
    rules: Rules,
    protocol: int,
    consulted: Callable[[], pickle.Pickler] | None = None,
    firsts: FirstWritings | None = None,
) -> tuple[object | None, Dump | None]:
    """Give what plain pickle writes in the place of an exception and all that it leads to, if that is all there is to write.

    Args:
        exc: the exception.
        rules: the registry.
        protocol: the pickle protocol.
        consulted: as for :class:`picklereg.reduction.context.Dump`.
        firsts: as for the same.

    Returns:
        An object whose pickle is that of the exception; or ``None``, if something in it has to be tried out, or leads to who knows
        what, and the dump in which it was looked at.

    Raises:
        NeedsHost: a class has to be written by value.
    """
    node, texts, secrets, is_all = first_look(exc, rules)
    if is_all and _is_pythons(node):
        return exc, None
    if is_all:
        return Reduced(type(exc), reduce_alone(node)), None
    dump = Dump(rules, asks_host=False, consulted=consulted, firsts=firsts, protocol=protocol)
    nodes = dump.begin_with(node, texts, secrets)
    are_free = True
    for found in nodes:  # before they are searched, which a host would have to do anew
        cls = type(found.exc)
        if found.problem is not None or isinstance(cls, Named):
            raise NeedsHost
        if not (dump.wire_forms.get(id(cls)) or takes_wire_form(cls, dump)):
            are_free = False
            if not travels(cls, dump):
                raise NeedsHost
    see(nodes, dump)
    return _written_together(nodes, dump) if are_free else None, dump


def _is_pythons(node: Node) -> bool:
    """Tell of an exception that leads nowhere whether Python's own rule, ``cls(*args)``, is the whole of it."""
    cls = type(node.exc)
    return not (node.attributes or node.suppress) and is_builtin(cls) and cls not in copyreg.dispatch_table


def _written_together(nodes: list[Node], dump: Dump) -> object | None:
    stands: dict[int, Any] = {}
    reduced: list[tuple[Node, Reduced]] = []
    is_free = not (dump.must_clean or dump.rules.traceback_of)
    for node in nodes:
        exc = node.exc
        if is_free and node.is_alone and _is_pythons(node):
            stands[id(exc)] = exc
            continue
        if not node.is_plain and (node.odd_args or node.odd_fields or node.plan.native_fields or not _holds_exceptions(node)):
            return None
        stand = stands[id(exc)] = Reduced(type(exc), ())
        reduced.append((node, stand))
    dump.hand_over = lambda exc: stands[id(exc)]
    for node, stand in reduced:
        stand.value = _reduce(node, dump)
    found: object = stands[id(nodes[0].exc)]
    return found


def _holds_exceptions(node: Node) -> bool:
    """Tell whether there is nothing else to decide about an exception's attributes."""
    return all(isinstance(node.attributes[name], BaseException) for name in node.odd)


def _reduce(node: Node, dump: Dump) -> ReduceValue:
    cls = type(node.exc)
    is_free = dump.wire_forms.get(id(cls)) or takes_wire_form(cls, dump)
    is_all = node.is_plain and node.bare_args and not (dump.must_clean or dump.walk.cuts or dump.rules.traceback_of or dump.references)
    if is_free and is_all and (node.is_alone or not (node.plan.own_hash or node.plan.links_read)):
        state = add_links(node.attributes.copy(), node, node.cause, node.context, dump)
        return _assembled(node, dump, cls, node.plan, node.args, state)
    pieces = collect(node, dump)
    if not is_free:
        if isinstance(cls, Named):
            from picklereg.reduction.stand_ins import reduce_as_original  # here, because most processes never read a stand-in

            return reduce_as_original(node, pieces, dump)
        is_renewed = namesake_of(cls, dump) is not None  # of which its own reduce would give none
        known, noted = dump.known_credentials, len(pieces.notes)
        for reducer, exact in reducers_for(cls, dump):
            if exact and is_renewed:
                continue
            value = respected(node.exc, reducer, pieces, dump, exact=exact)
            if value is not None:
                return value
        if dump.known_credentials != known:  # a reduce that isn't used has told of a credential that may stand in the rest
            added = pieces.notes[noted:]
            pieces = collect(node, dump)
            pieces.note(*added)
    return _wire_form(node, pieces, dump)


def _wire_form(node: Node, pieces: Pieces, dump: Dump) -> ReduceValue:
    exc, plan = node.exc, node.plan
    target = cls = type(exc)
    if not dump.wire_forms[id(cls)] and not (plan.makeable and travels(cls, dump)):
        target = nearest_named(cls, dump)
        plan = plan_for(target)
        pieces.note(_class_note(exc, target))
    elif dump.references and (copied := copied_class(cls, dump)) is not None:
        pieces.note(words.class_copied(copied))
    new_args, state = pieces.args, pieces.state
    if plan.group:
        new_args = pieces.group_args
        if not node.usual:
            state = {"args": pieces.args, **state}
    elif new_args and not (node.bare_args and (plan.args_in_new or _makes_os_error(node, new_args, state))):
        new_args, state = (), {"args": new_args, **state}
    left = left_of_extension(exc, plan, state) if (plan.native_fields or plan.hides_fields) and target is cls else ()
    if plan.own_hash and target is cls:
        _leave_unhashed(node, plan, pieces, state, dump)
    is_changed = left or pieces.arg_notes or pieces.piece_notes or node.odd or node.simple or target is not cls
    if is_changed or node.held or node.plan.links_read:
        pieces.note(*left, *lost_text(node, target, pieces, state, dump, is_lacking=bool(left)))
    if pieces.notes or pieces.arg_notes or pieces.piece_notes or dump.must_clean or "__notes__" in node.odd or "__notes__" in node.fields:
        add_notes(exc, state, pieces.all_notes(), dump)
    if "." in qualname_of(cls) and target is cls and dump.host is not None and loses_qualname(cls, dump):
        first = [Expression(setattr, cls, "__qualname__", qualname_of(cls))]
        return plan.native, (cls, *new_args), by_descriptors(dump.handed(exc), plan, state, first), None, None, SET_STATE
    return _assembled(node, dump, target, plan, new_args, state)


def _makes_os_error(node: Node, new_args: tuple[Any, ...], state: dict[Any, Any]) -> bool:
    """Tell of one of Python's own, beneath ``OSError``, whether number and text make it what it is.

    Before protocol 3, pickle names ``OSError`` in the place of its subclasses, and that makes them by the number.
    """
    cls = type(node.exc)
    is_systems = cls is not OSError and is_builtin(cls) and issubclass(cls, OSError) and len(new_args) == 2
    return is_systems and all(state.get(name) is arg for name, arg in zip(_OF_OS_ERRORS, new_args, strict=True))


def _assembled(
    node: Node, dump: Dump | None, target: type[BaseException], plan: Plan, new_args: tuple[Any, ...], state: dict[Any, Any]
) -> ReduceValue:
    """Put the wire form together.

    Args:
        node: the exception.
        dump: the dump that it is part of; ``None`` if nothing stands for it.
        target: the class that the reader makes an instance of.
        plan: that of the class.
        new_args: what its ``__new__`` takes.
        state: what is set afterwards.
    """
    named = target if dump is None or not dump.references else dump.references.get(id(target)) or target
    function = _NEWOBJ if plan.newobj and named is type(node.exc) else plan.native
    if plan.untold and function is _NEWOBJ and SIGNS.isdisjoint(state):
        state["__suppress_context__"] = node.suppress  # so that a reader without the class sees what it is
    if not state:
        return function, (named, *new_args)
    first = _set_before(node, dump, plan, state) if plan.own_hash and dump is not None else []
    if first or ((plan.guarded or not (plan.is_plain and node.plain_names)) and needs_descriptors(plan, state)):
        subject = node.exc if dump is None else dump.handed(node.exc)
        return function, (named, *new_args), by_descriptors(subject, plan, state, first), None, None, SET_STATE
    if plan.own_setstate:
        return function, (named, *new_args), state, None, None, SET_STATE
    return function, (named, *new_args), state


def _set_before(node: Node, dump: Dump, plan: Plan, state: dict[Any, Any]) -> list[Expression]:
    """Take out of a state what the hash of the exception may be made of, if the rest asks for that; give what sets it before the rest."""
    later = hashed_in(node, state)
    if not later:
        return []
    early = {name: state.pop(name) for name in [*state] if name not in later and name != "__suppress_context__"}  # set after the cause
    return [by_descriptors(dump.handed(node.exc), plan, early, [])] if early else []


def _leave_unhashed(node: Node, plan: Plan, pieces: Pieces, state: dict[Any, Any], dump: Dump) -> None:
    """Leave behind what the reader can't make without the hash of the exception, if that can't be told before."""
    later = hashed_in(node, state)
    for name in [] if not later or can_be_hashed(node, plan, later) else later:
        value = state.pop(name)
        if name == "args":
            odd = {index: part for index, part in enumerate(node.args) if not is_bare(part)}
            state["args"] = tuple([clean_text(safe_repr(part), dump) if index in odd else part for index, part in enumerate(value)])
            pieces.note(*(words.argument_replaced(index, part, words.UNHASHED) for index, part in odd.items()))
        else:
            pieces.note(words.link_left(name, words.UNHASHED) if name in LINKS else words.attribute_left(name, value, words.UNHASHED))


def _class_note(exc: BaseException, target: type[BaseException]) -> str:
    cls = type(exc)
    if type_name(cls) == type_name(target) and id(target) not in map(id, mro_of(cls)):
        return words.class_renewed(cls)
    reason = "can't be imported by its name" if plan_for(cls).makeable else "can't be made without its arguments"
    return words.class_replaced(cls, target, reason, None if cls.__str__ is target.__str__ else shortened(safe_text(exc)))


def _last_resort(exc: BaseException, problem: BaseException, dump: Dump) -> ReduceValue:
    """Give the nearest builtin class with the text, when even taking the exception apart fails."""
    mro = filter(is_builtin, mro_of(type(exc)))
    bases = [base for base in mro if issubclass(base, BaseException) and not issubclass(base, BaseExceptionGroup)]
    cls = bases[0]
    pieces = Pieces()
    pieces.note(words.text_alone(type(exc), cls, describe(problem)))
    links = followed(exc, cause_of(exc), context_of(exc), pieces, dump)
    state: dict[str, Any] = {}
    for name, link in zip(LINKS, links, strict=True):
        if link is not None and dump.walk.knows(link):  # it may have changed since then
            state[name] = dump.handed(link)
    state["__suppress_context__"] = suppress_of(exc)  # which setting the cause sets
    state["__notes__"] = [clean_text(note, dump) for note in pieces.notes]
    return plan_for(cls).native, (cls, clean_text(safe_text(exc), dump)), state

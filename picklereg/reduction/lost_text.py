"""The text of an exception, for a note, where what arrives won't say it: because its ``__str__`` reads what was left behind.

An instance is made that has what the reader's will have, and its text is compared. Where an extension's code would be asked about fields
that nobody has initialised, it can't be told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import CHAIN_FIELDS, LINKS, args_of, dict_of, leave_alone, message_of, sub_exceptions
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import is_container, is_exception
from picklereg.introspection.naming import is_builtin
from picklereg.introspection.text import shortened
from picklereg.redaction.values import REDACTED
from picklereg.reduction import notes as words
from picklereg.reduction.classes import takes_wire_form
from picklereg.reduction.context import Left
from picklereg.reduction.decisions import clean_text
from picklereg.reduction.expression import Expression
from picklereg.reduction.pieces import collect
from picklereg.reduction.state_setter import Hidden, Slot
from picklereg.reduction.trials import rebuild
from picklereg.reduction.walk import look_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from picklereg.reduction.context import Dump
    from picklereg.reduction.pieces import Pieces
    from picklereg.reduction.walk import Node

__all__ = ["lost_text"]

#: The ``__str__`` that reads no attribute.
_OF_ARGUMENTS: Final[Any] = (BaseException.__str__, BaseExceptionGroup.__str__)
#: With these, a class reads all its attributes.
_ALL: Final = frozenset({"__dict__", "vars", "repr", "asdict", "fields"})
_ADDRESS: Final = re.compile(r"\b0x[0-9a-fA-F]+")
#: What stands before a credential that was replaced.
_SCHEME: Final = re.compile(r"[\w\-]+ $")
_LONGEST: Final = 30
#: What differs between a value and its repr, where that stands for it among several arguments.
_QUOTES: Final = "'\"\\"


def lost_text(
    node: Node,
    target: type[BaseException],
    pieces: Pieces,
    state: dict[Any, Any],
    dump: Dump,
    *,
    is_lacking: bool = False,
) -> list[str]:
    """Give a note with the text of an exception, if what arrives says something else, or nothing, or who knows what.

    Args:
        node: the exception.
        target: the class of what arrives.
        pieces: what there is to write of it.
        state: its state.
        dump: the dump that it is part of.
        is_lacking: whether fields were left behind of which the pieces know nothing.
    """
    cls = type(node.exc)
    if target is not cls and target.__str__ is not cls.__str__:  # the note on the class tells it
        return []
    is_own = cls.__str__ not in _OF_ARGUMENTS
    is_lacking = is_lacking or _reads_what_stays(node, state)
    if pieces.arg_notes or target is not cls or (is_own and (is_lacking or pieces.piece_notes or _reads_other(node, state))):
        found = _text_note(node.exc, target, pieces.args, state, dump)
        if found:
            return found
    if dump.walk.cuts:
        return []
    if any(_loses_text(other, dump) for other in _others_read(node, is_own=is_own)):
        text = _text_of(node.exc)
        return [] if text is None else [words.text_was(shortened(clean_text(text, dump)))]
    return []


def _others_read(node: Node, *, is_own: bool) -> Iterator[BaseException]:
    """Give the exceptions whose text is part of that of another one."""
    args = node.args
    if not is_own:
        yield from filter(is_exception, args[:1] if len(args) == 1 else ())
        return
    plan, attributes = node.plan, node.attributes
    yield from filter(is_exception, args)
    is_any = not _ALL.isdisjoint(plan.names_read)
    yield from [value for name, value in attributes.items() if is_exception(value) and (is_any or name in plan.names_read)]
    yield from [link for link in (CHAIN_FIELDS[name].__get__(node.exc) for name in plan.links_read.intersection(LINKS)) if link is not None]


def _loses_text(exc: BaseException, dump: Dump) -> bool:
    """Tell, remembering the answer, whether an exception that another one leads to won't say what it says here."""
    known = dump.losing.get(id(exc))
    if known is None:
        dump.losing[id(exc)] = False  # if its text is part of its own
        known = dump.losing[id(exc)] = _is_losing(exc, dump)
    return known


def _is_losing(exc: BaseException, dump: Dump) -> bool:
    node = dump.walk.pending.get(id(exc)) or look_at(exc, [])
    is_odd = node.odd or node.odd_args or node.odd_fields or node.plan.links_read
    if node.problem is not None or not (is_odd and takes_wire_form(type(exc), dump)):
        return False
    pieces = collect(node, dump)
    return bool(lost_text(node, type(exc), pieces, pieces.state, dump))


def _reads_what_stays(node: Node, state: dict[Any, Any]) -> bool:
    """Tell whether the ``__str__`` of a class reads a traceback, or a link of the chain, that isn't written."""
    return any(name not in state and CHAIN_FIELDS[name].__get__(node.exc) is not None for name in node.plan.links_read)


def _reads_other(node: Node, state: dict[Any, Any]) -> bool:
    """Tell whether the ``__str__`` of a class, or what it calls of the class, names an attribute that won't be the same."""
    names = [name for name in (*node.simple, *node.odd) if state.get(name) is not node.attributes[name]]
    read = node.plan.names_read
    return bool(names) and not (_ALL.isdisjoint(read) and read.isdisjoint(names))


def _text_note(exc: BaseException, target: type[BaseException], args: tuple[Any, ...], state: dict[Any, Any], dump: Dump) -> list[str]:
    text = _text_of(exc)
    if text is None:  # it doesn't say anything here, either
        return []
    read = plan_for(type(exc)).names_read
    arrival = _Arrival(exc, target, args, state, dump)
    arriving: str | None = None
    for names in (read, None) if _ALL.isdisjoint(read) else (None,):  # to make the rest of it, which isn't read, takes long
        arriving = arrival.text(names)
        if arriving is not None and _bare(arriving) in {_bare(text), _bare(_without_known(text, dump))}:
            return []
    text = clean_text(text, dump)
    if arriving is not None and _bare(clean_text(arriving, dump)) == _bare(text):
        return []
    return [words.text_was(shortened(text))]


def _without_known(text: str, dump: Dump) -> str:
    """Give a text without the credentials that were found elsewhere: what it says is compared, and never leaves."""
    return text if dump.screening.secrets is None else dump.screening.secrets.known(text)


def _bare(text: str) -> str:
    """Give a text without quotes, and without what is another one for each object, or may be replaced together with a credential."""
    if "0x" in text:
        text = _ADDRESS.sub("", text)
    for quote in _QUOTES:
        text = text.replace(quote, "")
    *before, last = text.split(REDACTED)
    return REDACTED.join([*(part[:-_LONGEST] + _SCHEME.sub("", part[-_LONGEST:]) for part in before), last])


def _text_of(exc: BaseException) -> str | None:
    restore = leave_alone(exc)
    try:
        return str(exc)
    except BaseException as problem:  # noqa: BLE001  # the class's own code
        pass_on(problem)
        return None
    finally:
        restore()


class _Arrival:
    """What arrives, made here to see what it says.

    Args:
        exc: the exception.
        cls: the class of what arrives.
        args: its arguments, as they are written.
        state: its state.
        dump: the dump that it is part of.
    """

    def __init__(self, exc: BaseException, cls: type[BaseException], args: tuple[Any, ...], state: dict[Any, Any], dump: Dump) -> None:
        self._exc = exc
        self._plan = plan_for(cls)
        self._cls = cls
        self._args = args
        self._state = state
        self._dump = dump
        self._pieces: dict[int, tuple[object, Any]] = {}

    def text(self, names: frozenset[str] | None) -> str | None:
        """Give what it says; with names, where nothing of its state but what is called so is there."""
        plan, cls = self._plan, self._cls
        if (plan.native_fields or plan.hides_fields) and not is_builtin(getattr(cls.__str__, "__objclass__", cls)):
            return None
        try:
            return str(self._made(names))
        except BaseException as problem:  # noqa: BLE001  # the class's own code, which misses something
            pass_on(problem)
            return None

    def _made(self, names: frozenset[str] | None) -> BaseException:
        """Make it. Exceptions in it, and those that it leads to, are as they are."""
        exc, plan = self._exc, self._plan
        group = (message_of(exc), sub_exceptions(exc)) if isinstance(exc, BaseExceptionGroup) else ()
        made = plan.native(self._cls, *group)
        live = args_of(exc)
        CHAIN_FIELDS["args"].__set__(made, tuple(self._piece(part, *live[index : index + 1]) for index, part in enumerate(self._args)))
        fields = dict(plan.fields)
        held = dict_of(exc)
        for name, piece in self._state.items():
            value = self._piece(piece, held.get(name)) if names is None or name in names else None
            if type(name) is Slot:
                name.field.__set__(made, value)
            elif name in fields:
                fields[name].__set__(made, value)
            elif name in LINKS:
                CHAIN_FIELDS[name].__set__(made, CHAIN_FIELDS[name].__get__(exc))
            elif name not in CHAIN_FIELDS:
                dict_of(made)[name.name if type(name) is Hidden else name] = value
        return made

    def _piece(self, piece: Any, live: object = None) -> Any:
        """Give what arrives for what is written."""
        if isinstance(live, BaseException):
            return live
        if piece is live or not (isinstance(piece, Expression) or is_container(piece)):  # in one, expressions may stand
            return piece
        if id(piece) not in self._pieces:
            found, _ = rebuild(piece, self._dump, is_stripped=True, is_clean=True)
            self._pieces[id(piece)] = piece, None if isinstance(found, Left) else found
        return self._pieces[id(piece)][1]

"""How one exception is written, and why so: for ``picklereg check --explain``.

It asks what :mod:`picklereg.reduction.wire_form` asks, in the same order, and tells the answers. Everything is text, as it goes to
another process.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import reprlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import Plan, plan_for
from picklereg.introspection.fields import args_of, dict_of, read_field
from picklereg.introspection.homes import home_of
from picklereg.introspection.naming import is_importable, type_name
from picklereg.introspection.text import safe_repr
from picklereg.pickling.pickler import Pickler, dumps
from picklereg.redaction.values import REDACTED
from picklereg.reduction.classes import nearest_named, takes_wire_form, travels
from picklereg.reduction.context import Dump
from picklereg.reduction.copying import see
from picklereg.reduction.custom_reducers import reducers_for, respected
from picklereg.reduction.expression import Expression
from picklereg.reduction.native_fields import readable_fields
from picklereg.reduction.pieces import Pieces, collect
from picklereg.reduction.state_setter import needs_descriptors
from picklereg.reduction.wire_form import reduce_exception
from picklereg.registry.registry import DEFAULT_REGISTRY, Registry
from picklereg.testing.reader import one_line

if TYPE_CHECKING:
    from picklereg.reduction.context import Reducer

__all__ = ["Explanation", "Piece", "explain"]

_NEWOBJ: Final[Any] = copyreg.__newobj__  # type: ignore[attr-defined]
_CALL: Final = "the call of the class with its arguments"
_MAX_REPR: Final = 200
_MAX_DEPTH: Final = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """What became of one piece of an exception.

    Attributes:
        name: as in a difference: ``"attr lock"``, ``"args[0]"``, ``"cause"``.
        type: the type of its value.
        fate: ``"kept"``, ``"stripped"``, ``"redacted"``, ``"replaced"`` or ``"left behind"``, and the reason.
    """

    name: str
    type: str
    fate: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one exception is written.

    Attributes:
        route: what was chosen: ``"the wire form"``, or whose reducer.
        reasons: why, one sentence each: what was tried before it, or that there was nothing.
        sets: the declared sets and registrations that cover the class.
        plan: how an instance is made and filled in the reader, one sentence each.
        pieces: what became of each piece.
        value: the reduce value, a line for the call and one for each entry of the state.
        redacted: where a credential was replaced.
        rules: by which rules credentials were found in it and in all that it leads to, and how often: names, places in texts, shapes.
        sizes: how many bytes are written, by method; ``None`` where writing fails.
    """

    route: str
    reasons: Sequence[str]
    sets: Sequence[str]
    plan: Sequence[str]
    pieces: Sequence[Piece]
    value: Sequence[str]
    redacted: Sequence[str]
    rules: Sequence[str]
    sizes: dict[str, int | None] = field(default_factory=dict[str, int | None])

    def as_data(self) -> dict[str, Any]:
        """Give everything in a form that JSON has."""
        return asdict(self)


def explain(exc: BaseException, registry: Registry = DEFAULT_REGISTRY) -> Explanation:
    """Tell how an exception is written.

    Args:
        exc: the exception.
        registry: by whose rules.

    Returns:
        What was found out.
    """
    dump = _dump(registry)
    see(dump.walk.begin(exc), dump)
    pieces = collect(dump.walk.take(exc), dump)
    route, reasons = _route(exc, pieces, dump)
    value = reduce_exception(exc, _dump(registry))
    return Explanation(
        route=route,
        reasons=reasons,
        sets=list(_sets(type(exc), registry)),
        plan=list(_plan(type(exc), plan_for(type(exc)), pieces, dump)),
        pieces=list(_pieces(exc, pieces, dump)),
        value=list(_value(value, _cleaner(dump))),
        redacted=[*_redacted(value[1], "args"), *_redacted(value[2:])],
        rules=list(_rules(dump)),
        sizes={"pickle": _size(exc, pickle.dumps), "picklereg": _size(exc, lambda exc: dumps(exc, registry=registry))},
    )


def _dump(registry: Registry) -> Dump:
    registry.refresh_for_dump()
    return Dump(registry, Pickler(io.BytesIO(), registry=registry))


def _size(exc: BaseException, write: Any) -> int | None:
    try:
        return len(write(exc))
    except Exception:  # noqa: BLE001  # plain pickle's, or that of the class's own code
        return None


# --- which way ----------------------------------------------------------------------------------------------------


def _route(exc: BaseException, pieces: Pieces, dump: Dump) -> tuple[str, list[str]]:
    cls = type(exc)
    reasons: list[str] = []
    if not takes_wire_form(cls, dump):
        reducers = reducers_for(cls, dump)
        for reducer, exact in reducers:
            is_last = reducer is reducers[-1][0]
            name = _CALL if is_last and not plan_for(cls).makeable else _reducer_name(cls, reducer, dump)
            if respected(exc, reducer, pieces, dump, exact=exact) is not None:
                reasons.append(f"{name} was tried, and gives the same error" if exact else f"{name} was registered for it")
                return name, reasons
            reasons.append(f"{name} was tried and not used: {_refusal(exc, reducer, pieces, exact=exact)}")
    return "the wire form", reasons or ["no reducer is registered for it, and its class has no __reduce__ of its own"]


def _reducer_name(cls: type[BaseException], reducer: Reducer, dump: Dump) -> str:
    if reducer is dump.rules.reducer_for(cls):
        return f"the reducer {_name(reducer)}"
    if reducer is dump.rules.foreign_reducer(cls):
        return f"the copyreg entry {_name(reducer)}"
    method = "__reduce_ex__" if cls.__reduce_ex__ is not object.__reduce_ex__ else "__reduce__"
    owner = next(base for base in cls.__mro__ if method in vars(base))
    return f"{method} of {type_name(owner)}"


def _refusal(exc: BaseException, reducer: Reducer, pieces: Pieces, *, exact: bool) -> str:
    if not exact:
        return pieces.notes[-1].partition(" was not used: ")[2]
    try:
        reducer(exc)
    except Exception as problem:  # noqa: BLE001  # the class's own code
        return one_line(problem)
    return "the reader can't load what it gives, or gets another type, args or str()"


def _sets(cls: type[BaseException], registry: Registry) -> Iterator[str]:
    for known in registry.sets:
        contents = known.contents
        found = [base for base in cls.__mro__ for one in contents.classes if base is one] or [one for one in contents.exact if one is cls]
        if known.state == "active" and found:
            by = "registered in this process" if known.distribution is None else f"of {known.distribution}"
            yield f"set {known.name!r} {by} ({known.value}) registers {type_name(found[0])}"


def _plan(cls: type[BaseException], plan: Plan, pieces: Pieces, dump: Dump) -> Iterator[str]:
    """Give the plan in sentences."""
    if not plan.makeable or not travels(cls, dump):
        target = nearest_named(cls, dump)
        yield f"sent as {type_name(target)}, because readers couldn't make or import it"
        plan = plan_for(target)
    elif not is_importable(cls) and (home := home_of(cls)) is not None:
        yield f"named as {'.'.join(home)}, where a loaded module holds it: its own name doesn't lead to it"
    elif not is_importable(cls):
        yield "the class is written by value, because it can't be imported by its name"
    native = _name(plan.native)
    how = " (opcode NEWOBJ)" if plan.newobj else f", because {cls.__name__}.__new__ or its __class__ is another one"
    yield f"made by {native}{how}"
    if not plan.args_in_new and not plan.group:
        yield f"args are set afterwards, because {native} doesn't keep them"
    if plan.group:
        yield "message and exceptions go to __new__: they are read-only"
    if plan.fields:
        yield f"fields outside __dict__: {', '.join(name for name, _ in plan.fields)}"
    if needs_descriptors(plan, pieces.state):
        yield "attributes are set past the class, whose own code would run or forbid it"
    if plan.own_setstate:
        yield "BaseException.__setstate__ is called in place of the class's own"


# --- the pieces ---------------------------------------------------------------------------------------------------


def _pieces(exc: BaseException, pieces: Pieces, dump: Dump) -> Iterator[Piece]:
    """Compare what the exception holds with what is written of it."""
    for index, value in enumerate(args_of(exc)):
        carried = pieces.args[index] if index < len(pieces.args) else value  # of a group they go another way
        yield Piece(
            f"args[{index}]", type_name(type(value)), _fate(value, carried, _note_about(f"argument {index} ", pieces.arg_notes), dump)
        )
    attributes = dict_of(exc)
    values = {**attributes, **{name: read_field(exc, known) for name, known in readable_fields(exc, plan_for(type(exc)))}}
    for name, value in values.items():
        if name == "__notes__" or (name not in attributes and name not in pieces.state):
            continue
        note = _note_about("", [*pieces.piece_notes.get(name, ()), *(note for note in pieces.notes if repr(name) in note)])
        fate = _fate(value, pieces.state[name], note, dump) if name in pieces.state else f"left behind: {note}"
        yield Piece(f"attr {name}", type_name(type(value)), fate)
    for name, link in (("cause", exc.__cause__), ("context", exc.__context__)):
        if link is not None:
            kept = f"__{name}__" in pieces.state
            yield Piece(name, type_name(type(link)), "kept" if kept else f"left behind: {_note_about('', pieces.notes)}")


def _fate(value: Any, carried: Any, note: str, dump: Dump) -> str:
    if note:
        return f"replaced: {note}"
    if carried is value:
        return "kept"
    is_redacted = any(_redacted(carried))
    strip = dump.screening.attachments.strip_for(type(value))
    if strip is not None:
        return f"stripped by {_name(strip)}{', redacted' if is_redacted else ''}"
    return "redacted" if is_redacted else "replaced"


def _note_about(name: str, notes: Sequence[str]) -> str:
    """Give the reason that a note tells, or nothing."""
    about = [note for note in notes if name in note]
    return about[-1].partition(": ")[2].partition(": ")[2] or about[-1] if about else ""


# --- the reduce value ---------------------------------------------------------------------------------------------


def _value(value: tuple[Any, ...], clean: Callable[[str], str]) -> Iterator[str]:
    function, arguments, state, *_ = (*value, None)
    yield f"{_name(function)}({', '.join(_shown(argument, clean) for argument in arguments)})"
    if isinstance(state, dict):
        yield from (f"{key}: {_shown(held, clean)}" for key, held in state.items())
    elif state is not None:
        yield _shown(state, clean)


def _shown(value: Any, clean: Callable[[str], str], depth: int = 0) -> str:
    if isinstance(value, Expression) and depth < _MAX_DEPTH:
        inside = ", ".join(_shown(argument, clean, depth + 1) for argument in value.arguments)
        state = ", ".join(f"{name}={_shown(held, clean, depth + 1)}" for name, held in value.state.items())
        return f"{_name(value.function)}({inside})" + (f" with {state}" if state else "")
    if isinstance(value, (list, tuple)) and depth < _MAX_DEPTH:
        return f"{type(value).__name__}({', '.join(_shown(part, clean, depth + 1) for part in value)})"
    if isinstance(value, type):
        return type_name(value)
    if isinstance(value, (str, bytes)):
        return _REPR.repr(value)
    return _cut(clean(safe_repr(value)))


def _cleaner(dump: Dump) -> Callable[[str], str]:
    """Give what takes the credentials out of the text of what is handed over as it is: other exceptions, above all."""
    secrets = dump.screening.secrets
    return str if secrets is None else secrets.text


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_REPR else f"{text[:_MAX_REPR]}..."


_REPR: Final = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = _MAX_REPR


def _name(function: Any) -> str:
    """Name a function or class as one would write it."""
    owner = getattr(function, "__self__", None)
    name: str | None = getattr(function, "__qualname__", None)
    if name is None:  # an operator.methodcaller, say
        return _cut(safe_repr(function))
    if function is _NEWOBJ:
        return "copyreg.__newobj__"
    if isinstance(owner, type):
        return f"{type_name(owner)}.{name.rpartition('.')[2]}"
    module = getattr(function, "__module__", None)
    return name if module in {None, "builtins"} else f"{module}.{name}"


def _redacted(value: Any, where: str = "", depth: int = 0) -> Iterator[str]:
    """Name the places in a reduce value where a credential was replaced."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, (str, bytes)):
        if (REDACTED if isinstance(value, str) else REDACTED.encode()) in value:  # type: ignore[operator]
            yield where or "the value"
    elif isinstance(value, Expression):
        yield from _redacted(value.arguments, where, depth + 1)
        yield from _redacted(value.state, where, depth + 1)
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from _redacted(held, f"{where}.{_text(key)}".lstrip("."), depth + 1)
    elif isinstance(value, (list, tuple)):
        if len(value) == 2 and all(isinstance(part, (str, bytes)) for part in value):  # a header
            yield from _redacted(value[1], f"{where}.{_text(value[0])}".lstrip("."), depth + 1)
        else:
            for part in value:
                yield from _redacted(part, where, depth + 1)


def _rules(dump: Dump) -> Iterator[str]:
    """Give the rules by which something was found; what was found isn't among them."""
    secrets = dump.screening.secrets
    for rule, count in {} if secrets is None else secrets.rules.items():
        yield rule if count == 1 else f"{rule} ({count} times)"


def _text(key: Any) -> str:
    return key.decode("latin-1") if isinstance(key, bytes) else str(key)

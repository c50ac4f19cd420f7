"""An exception of every shape, by what the shape is called, and a way to raise it. The classes are in ``shapes``."""

from __future__ import annotations

import errno
from collections.abc import Callable

from shapes import (
    AddingReduce,
    ExitAtOnce,
    FrozenAttrs,
    FrozenDataclass,
    GlobalReduce,
    GoodReduce,
    GoodReduceWithSetstate,
    GoodReduceWithSetter,
    KeywordOnly,
    LossyReduce,
    MyGroup,
    MyOSError,
    MyOSErrorWithNew,
    MySyntaxError,
    MyUnicodeError,
    NewobjReduce,
    NewWithoutArgs,
    NoArgs,
    NoSetattr,
    NoSetattrOSError,
    OddAttributeName,
    OtherTypeReduce,
    Outer,
    OwnClass,
    OwnClassGroup,
    OwnGetattribute,
    OwnNew,
    OwnSetstate,
    PlainDataclass,
    Prefixing,
    PropertyOverArgs,
    PropertyOverAttribute,
    RaisingReduce,
    RaisingStr,
    Redescribed,
    Reordered,
    Slotted,
    SlottedAttrs,
    SlottedChild,
    TwoNatives,
    WrongArgsReduce,
)

Build = Callable[[], BaseException]


def _os_error_with(**fields: object) -> OSError:
    exc = OSError("x")
    for name, value in fields.items():
        setattr(exc, name, value)
    return exc


def _attribute_error() -> AttributeError:
    try:
        (7).nothing  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError as exc:
        return exc
    raise AssertionError


def _import_error() -> ImportError:
    try:
        from os import nothing  # type: ignore[attr-defined]  # noqa: F401
    except ImportError as exc:
        return exc
    raise AssertionError


def _decode_error() -> UnicodeDecodeError:
    try:
        b"\xff".decode()
    except UnicodeDecodeError as exc:
        return exc
    raise AssertionError


def _with_hidden(exc: BaseException, **attributes: object) -> BaseException:
    vars(exc).update(attributes)
    return exc


def _from_none(exc: BaseException) -> BaseException:
    exc.__suppress_context__ = True
    return exc


def _with_args(exc: BaseException, *args: object) -> BaseException:
    exc.args = args
    return exc


def _with_own_argument() -> BaseException:
    exc = ValueError()
    exc.args = (exc, [exc], "text", b"bytes")
    return exc


def _blocking() -> BlockingIOError:
    return BlockingIOError(errno.EAGAIN, "would block", 7)


#: What arrives whole, whoever writes it.
SHAPES: dict[str, Build] = {
    "keyword-only": lambda: KeywordOnly(code=3, message="m"),
    "reordered": lambda: Reordered("model", "message", 429),
    "prefixing": lambda: Prefixing("message"),
    "init that drops args": lambda: NoArgs(1, 2),
    "own new": lambda: OwnNew(1, 2),
    "new without args": lambda: NewWithoutArgs(reason="r"),
    "two natives": lambda: TwoNatives("a", "b"),
    "OSError": lambda: OSError(errno.ENOENT, "no", "file", None, "file2"),
    "OSError of one argument": lambda: OSError("text"),
    "OSError with None": lambda: OSError(None, "text"),
    "OSError with None as file": lambda: _os_error_with(errno=2, strerror="no", filename=None),
    "OSError changed": lambda: _os_error_with(errno=2, strerror="no", filename="f"),
    "OSError of args that would choose a subclass": lambda: _with_args(OSError("x"), errno.ENOENT, "text"),
    "OSError subclass": lambda: MyOSError("p"),
    "OSError subclass with new": lambda: MyOSErrorWithNew("p"),
    "BlockingIOError": _blocking,
    "UnicodeDecodeError": _decode_error,
    "UnicodeEncodeError": lambda: UnicodeEncodeError("ascii", "ä", 0, 1, "no"),
    "UnicodeTranslateError": lambda: UnicodeTranslateError("ä", 0, 1, "no"),
    "UnicodeDecodeError subclass": lambda: MyUnicodeError(b"\xff"),
    "SyntaxError": lambda: MySyntaxError("x = "),
    "ImportError": _import_error,
    "AttributeError": _attribute_error,
    "NameError": lambda: NameError("n", name="n"),
    "StopIteration": lambda: StopIteration([1]),
    "SystemExit": lambda: SystemExit(3),
    "KeyboardInterrupt": KeyboardInterrupt,
    "MemoryError": lambda: MemoryError("m"),
    "KeyError": lambda: KeyError("colour"),
    "the flag alone": lambda: _from_none(KeyError("colour")),
    "slots": lambda: Slotted(1),
    "slots of a child": lambda: SlottedChild(1),
    "frozen dataclass": lambda: FrozenDataclass(1, "w"),
    "dataclass": lambda: PlainDataclass(1),
    "frozen attrs": lambda: FrozenAttrs(1, [2]),
    "slotted attrs": lambda: SlottedAttrs(1),
    "own __class__": lambda: OwnClass("text"),
    "own __class__, a group": lambda: OwnClassGroup("several", [ValueError("x")]),
    "own __getattribute__": lambda: OwnGetattribute("text"),
    "no setattr": lambda: NoSetattr(1),
    "no setattr, native": lambda: NoSetattrOSError(1),
    "class attribute over a field": lambda: ExitAtOnce(3),
    "attribute beneath a field": lambda: _with_hidden(SyntaxError("bad", ("file", 3, 4, "x = ")), text="hidden", more=[1]),
    "class attribute over an empty slot": lambda: Redescribed(["mine"]),
    "property over an attribute": lambda: PropertyOverAttribute("m"),
    "property over args": lambda: PropertyOverArgs(1),
    "odd attribute name": OddAttributeName,
    "own setstate": lambda: OwnSetstate(1),
    "good reduce": lambda: GoodReduce("a", 1),
    "good reduce with setstate": lambda: GoodReduceWithSetstate("a", 1),
    "good reduce with state setter": lambda: GoodReduceWithSetter("a", 1),
    "reduce by newobj": lambda: NewobjReduce(1),
    "reduce with wrong arguments": lambda: WrongArgsReduce("n", "r"),
    "lossy reduce": lambda: LossyReduce("pool", "message"),
    "reduce to another type": lambda: OtherTypeReduce("pool", "message"),
    "reduce that adds attributes": lambda: AddingReduce(1),
    "reduce that raises": lambda: RaisingReduce("pool", "message"),
    "reduce to a name": lambda: GlobalReduce("pool", "message"),
    "str that raises": lambda: RaisingStr(1),
    "nested class": lambda: Outer.Nested(code=1, message="m"),
    "group": lambda: ExceptionGroup("g", [ValueError(1), ExceptionGroup("in", [KeyError(2)])]),
    "group of a tuple": lambda: ExceptionGroup("g", (ValueError(1),)),
    "group with other args": lambda: _with_args(ExceptionGroup("g", [ValueError(1)]), "other"),
    "base group": lambda: BaseExceptionGroup("g", [KeyboardInterrupt()]),
    "own group": lambda: MyGroup(
        3,  # pyright: ignore[reportArgumentType]
        [
            ValueError(1),
            KeywordOnly(code=1, message="m"),
        ],
    ),
    "its own argument": _with_own_argument,
    "containers": lambda: ValueError([1, {"a": (2, {3})}], frozenset({4})),
    "many arguments": lambda: ValueError(1, "a", b"b", None, True, 2.5, 1j, ...),
}


def raised(build: Build) -> BaseException:
    """Raise an exception with a cause, a context and a note, as programs do."""
    exc = build()
    try:
        try:
            raise LookupError("context")
        except LookupError:
            raise exc from KeywordOnly(code=1, message="cause")
    except BaseException as caught:
        vars(caught)["__notes__"] = ["a note"]  # add_note sets an attribute, which some forbid
        return caught

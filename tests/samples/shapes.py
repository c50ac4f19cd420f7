"""Exceptions of every shape that DESIGN's table of shapes knows. The reader imports this module, so it does not import picklereg."""

from __future__ import annotations

import copyreg
import errno
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import attrs

Build = Callable[[], BaseException]


class KeywordOnly(Exception):
    def __init__(self, *, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Reordered(Exception):
    def __init__(self, model: str, message: str, status: int = 500) -> None:
        self.model = model
        self.status = status
        super().__init__(message)


class Prefixing(Exception):
    def __init__(self, message: str) -> None:
        super().__init__(f"prefix: {message}")


class NoArgs(Exception):
    def __init__(self, a: int, b: int) -> None:
        self.total = a + b


class OwnNew(Exception):
    def __new__(cls, x: int, y: int) -> Self:
        return super().__new__(cls, x, y)

    def __init__(self, x: int, y: int) -> None:
        self.x = x


class NewWithoutArgs(Exception):
    def __new__(cls, *, reason: str) -> Self:
        return super().__new__(cls)

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)


class TwoNatives(RuntimeError, TimeoutError):
    pass


class MyOSError(OSError):
    def __init__(self, path: str) -> None:
        super().__init__(errno.ENOENT, "no such thing", path)
        self.path = path


class MyOSErrorWithNew(OSError):
    def __new__(cls, path: str) -> Self:
        return super().__new__(cls, errno.EACCES, "denied", path)

    def __init__(self, path: str) -> None:
        self.path = path


class MyUnicodeError(UnicodeDecodeError):
    def __init__(self, data: bytes) -> None:
        super().__init__("utf-8", data, 0, 1, "bad start")


class MySyntaxError(SyntaxError):
    def __init__(self, text: str) -> None:
        super().__init__("broken", ("file.x", 3, 4, text, 3, 9))


class Slotted(Exception):
    __slots__ = ("_Slotted__private", "code", "empty")

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
        self.__private = [code]


class SlottedChild(Slotted):
    __slots__ = ("code", "none")  # shadows the base's slot

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.none = None


@dataclass(frozen=True)
class FrozenDataclass(Exception):
    code: int
    what: str


@dataclass
class PlainDataclass(Exception):
    code: int
    what: str = "what"


@attrs.frozen
class FrozenAttrs(Exception):
    code: int
    what: list[int] = attrs.field(factory=list)


@attrs.define
class SlottedAttrs(Exception):
    code: int
    what: str = "what"


class OwnClass(Exception):
    """Says that it is of another class, as proxies do."""

    __class__ = property(lambda _: ValueError)  # pyright: ignore[reportIncompatibleMethodOverride]


class OwnClassGroup(ExceptionGroup[Exception]):
    """A group that does."""

    __class__ = property(lambda _: ValueError)  # pyright: ignore[reportIncompatibleMethodOverride]


class OwnGetattribute(Exception):
    """The same without a property."""

    def __getattribute__(self, name: str) -> Any:
        return ValueError if name == "__class__" else super().__getattribute__(name)


class NoSetattr(Exception):
    def __init__(self, code: int) -> None:
        vars(self)["code"] = code

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} can't be set")


class NoSetattrOSError(OSError):
    __slots__ = ("slot",)

    def __init__(self, code: int) -> None:
        super().__init__(code, "text", "file")
        object.__setattr__(self, "slot", [code])

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} can't be set")


class PropertyOverAttribute(Exception):
    def __init__(self, message: str) -> None:
        vars(self)["message"] = message

    @property
    def message(self) -> str:
        return f"<{vars(self)['message']}>"


class PropertyOverArgs(Exception):
    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.seen = 1

    @property
    def args(self) -> Any:  # type: ignore[override]
        return ("not", "these")


class Described(Exception):
    __slots__ = ("description",)


class Redescribed(Described):
    """A class attribute hides a slot, so that what is set goes into ``__dict__``: as falcon's errors do."""

    description = None

    def __init__(self, mine: list[str], hidden: str | None = None) -> None:
        super().__init__()
        self.description = mine
        if hidden is not None:
            vars(Described)["description"].__set__(self, hidden)


class OddAttributeName(Exception):
    def __init__(self) -> None:
        vars(self).update({7: b"seven", "seven": 7})  # type: ignore[dict-item]


class OwnSetstate(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    def __setstate__(self, state: object) -> None:
        raise RuntimeError("this state is not mine")


class GoodReduce(Exception):
    def __init__(self, a: str, b: int) -> None:
        super().__init__(f"{a} and {b}")
        self.a, self.b = a, b

    def __reduce__(self) -> Any:
        return type(self), (self.a, self.b)


class GoodReduceWithSetstate(GoodReduce):
    def __reduce__(self) -> Any:
        return type(self), (self.a, self.b), ("state", self.a)

    def __setstate__(self, state: Any) -> None:
        self.restored = state

    def __init__(self, a: str, b: int) -> None:
        super().__init__(a, b)
        self.restored = ("state", a)


def set_state(obj: Any, state: Any) -> None:
    obj.restored = state


class GoodReduceWithSetter(GoodReduceWithSetstate):
    def __reduce__(self) -> Any:
        return type(self), (self.a, self.b), ("state", self.a), None, None, set_state


class NewobjReduce(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    def __reduce_ex__(self, protocol: Any) -> Any:
        return copyreg.__newobj__, (type(self), *self.args), dict(vars(self))  # type: ignore[attr-defined]


class WrongArgsReduce(Exception):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} failed: {reason}")
        self.name = name

    def __reduce__(self) -> Any:
        return type(self), (self.name,)


class LossyReduce(Exception):
    def __init__(self, pool: object, message: str) -> None:
        super().__init__(f"{pool}: {message}")

    def __reduce__(self) -> Any:
        return type(self), (None, "")


class OtherTypeReduce(LossyReduce):
    def __reduce__(self) -> Any:
        return Exception, (str(self),)


class AddingReduce(Exception):
    """Its reduce works out what the exception hasn't asked for yet, and leaves out what can't be sent: as twisted's failures do."""

    __slots__ = ("parents",)

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    def __reduce__(self) -> Any:
        state = {name: value for name, value in vars(self).items() if name != "lock"}
        return type(self), self.args, {**state, "digest": f"digest of {self.code}", "parents": ["Exception"]}

    def __str__(self) -> str:
        vars(self)["text"] = "a text that is kept"
        return "a text that is kept"


class RaisingReduce(LossyReduce):
    def __reduce__(self) -> Any:
        raise TypeError("not today")


class GlobalReduce(LossyReduce):
    def __reduce__(self) -> Any:
        return "GlobalReduce"


class RaisingStr(Exception):
    def __init__(self, code: int) -> None:
        self.code = code

    def __str__(self) -> str:
        raise ValueError("no text")


class MyGroup(ExceptionGroup[Exception]):
    def __new__(cls, number: Any, errors: Sequence[Exception]) -> Self:  # pyright: ignore[reportInconsistentConstructor]
        self = super().__new__(cls, f"group {number}", errors)
        self.number = number
        return self

    number: int


class Meta(type):  # noqa: PLW1641  # unhashable is the point
    """A metaclass whose classes are unhashable."""

    def __eq__(cls, other: object) -> bool:
        return cls is other


class Unhashable(Exception, metaclass=Meta):
    def __init__(self, *, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code


class Outer:
    class Nested(KeywordOnly):
        pass


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


def _with_args(exc: BaseException, *args: object) -> BaseException:
    exc.args = args
    return exc


def _with_own_argument() -> BaseException:
    exc = ValueError()
    exc.args = (exc, [exc], "text")
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


class ReduceThatForgets(Exception):
    """Its reduce writes into the live ``__dict__``, as some do before they hand it out."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.connection = "open"

    def __reduce__(self) -> Any:
        self.connection = "closed"
        return type(self), self.args, vars(self)


class ReduceWithLock(Exception):
    """Its reduce makes the lock anew."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.lock = threading.Lock()

    def __reduce__(self) -> Any:
        return type(self), self.args


class ExitAtOnce(SystemExit):
    """A class attribute in front of a C field, as in aiohttp's GracefulExit."""

    code = 1


class Rebuilds(Exception):
    """Its reduce changes the exception that it carries, where that is read: as multiprocessing's and billiard's carriers do."""

    def __init__(self, carried: BaseException) -> None:
        super().__init__(str(carried))
        self.carried = carried

    def __reduce__(self) -> Any:
        return rebuild, (self.carried,)


def rebuild(carried: BaseException) -> BaseException:
    carried.__cause__ = RuntimeError("a remote traceback")
    carried.__dict__["rebuilt"] = True
    carried.args = ("rebuilt",)
    return carried


class Holder:
    """Holds what can't be pickled."""

    def __init__(self, thing: object) -> None:
        self.thing = thing


class LoadsBadly:
    """Pickles, and then can't be loaded."""

    def __init__(self, *, needed: int) -> None:
        self.needed = needed

    def __reduce__(self) -> Any:
        return LoadsBadly, ()


def lock() -> Any:
    return threading.Lock()

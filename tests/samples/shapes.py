"""Exceptions of every shape that DESIGN's table of shapes knows. The reader imports this module, so it does not import picklereg."""

from __future__ import annotations

import copyreg
import errno
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import attrs


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

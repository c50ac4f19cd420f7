"""Classes that no reader can make: of ``__main__``, but holding what isn't pickled; with class keywords; forbidding instances."""

from __future__ import annotations

import pickle
import subprocess
import sys
from functools import cached_property
from types import CellType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final, cast

import guard_samples
import pytest
from crossing import describe
from guard_samples import Handle
from native_samples import Sealed, SubSealed, sealed
from writers import BY_VALUE, MODES, a_registry, writing

import picklereg
from picklereg.introspection.copies import holds_little, why_no_copy

if TYPE_CHECKING:
    from pathlib import Path

    from crossing import Reader

# --- a script's own -----------------------------------------------------------------------------------------------

_SCRIPT: Final = """
import pickle, sys, threading
sys.path[:0] = {path!r}
from writers import MODES, a_registry, writing

LOCK = threading.Lock()

class Unreadable:
    def __reduce__(self):
        return int, ("no number",)

UNREADABLE = Unreadable()

class Locking(ValueError):
    def place(self):
        with LOCK:
            return 1

class SubLocking(Locking):
    pass

class Reading(ValueError):
    def place(self):
        return UNREADABLE

class Holding(ValueError):
    held = [Unreadable()]

class Api(ValueError):
    def __init_subclass__(cls, *, code):
        cls.code = code

class Refused(Api, code=4):
    pass

class Meta(type):
    def __new__(mcs, name, bases, namespace, *, code):
        return super().__new__(mcs, name, bases, namespace)

    def __init__(cls, name, bases, namespace, *, code):
        super().__init__(name, bases, namespace)

class Coded(ValueError, metaclass=Meta, code=4):
    pass

class Group(ExceptionGroup):
    def place(self):
        with LOCK:
            return 1

class Fine(ValueError):
    limit = {{"a": [1]}}

    def place(self):
        return sys, self.limit

class Comparing(type):
    def __eq__(cls, other):
        return isinstance(other, Comparing)

    __hash__ = type.__hash__

class Compared(ValueError, metaclass=Comparing):
    pass

class Settings:
    pass

SETTINGS = Settings()
SETTINGS.given = {{"password": "kQ7Zx1vT9bLw3RfYp2Nd8Hs5Jm4Gc6Ua"}}

def settings(self):
    return SETTINGS

class Asking(ValueError):
    asked = settings

class Naming(ValueError):
    __name__ = property(str)

class Pretending(ValueError):
    __class__ = property(lambda self: KeyError)

class Outer:
    class Nested(ValueError):
        pass

LOST = [Locking, SubLocking, Reading, Holding, Refused, Coded, Compared, Asking, Naming, Pretending]

def around(error):
    outer = KeyError("outer")
    outer.__cause__ = error
    return {{"alone": error, "as a cause": outer, "in a group": ExceptionGroup("g", [error])}}

written = {{}}
for mode in MODES:
    with writing(mode, a_registry()) as write:
        for error in [*(cls("text") for cls in [*LOST, Fine, Outer.Nested]), Group("text", [ValueError(1)])]:
            for place, obj in around(error).items():
                written[mode, type(error).__name__, place] = write(obj)
sys.stdout.buffer.write(pickle.dumps(written))
"""
_LOST: Final = ("Locking", "SubLocking", "Reading", "Holding", "Refused", "Coded", "Compared", "Asking", "Naming", "Pretending")
_FOUND: Final = {"alone": "obj", "as a cause": "obj.__cause__", "in a group": "obj.exceptions[0]"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a script writes of its own classes, by mode, class and place."""
    file = tmp_path_factory.mktemp("main") / "script.py"
    file.write_text(_SCRIPT.format(path=[entry for entry in sys.path if entry]))
    return pickle.loads(subprocess.run([sys.executable, file], stdout=subprocess.PIPE, check=True).stdout)


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("place", _FOUND)
@pytest.mark.parametrize("name", _LOST)
def test_the_nearest_base_arrives(name: str, place: str, mode: str, written: Any, reader: Reader) -> None:
    """Where the class can't be written, or what it holds not be read, or where it can't be made anew."""
    told = reader.read(written[mode, name, place], code=f"result = describe({_FOUND[place]})")
    note = f"picklereg: class __main__.{name} can't be imported by its name; it was sent as ValueError"
    assert (told["type"], told["str"], told["notes"]) == ("builtins.ValueError", "text", [note])


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("place", _FOUND)
def test_a_group_s_nearest_base_is_a_group(place: str, mode: str, written: Any, reader: Reader) -> None:
    """With what is in it."""
    told = reader.read(written[mode, "Group", place], code=f"result = describe({_FOUND[place]})")
    assert (told["type"], told["exceptions"]) == ("builtins.ExceptionGroup", [1])


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("place", _FOUND)
@pytest.mark.parametrize("name", ["Fine", "Outer.Nested"])
def test_what_can_be_made_is(name: str, place: str, mode: str, written: Any, reader: Reader) -> None:
    """By value, with its full name, and without a note: that is what scripts do daily."""
    told = reader.read(written[mode, name.rpartition(".")[2], place], code=f"result = describe({_FOUND[place]})")
    assert (told["type"], told["str"], told["notes"]) == (f"__main__.{name}", "text", [])


@pytest.mark.parametrize("mode", sorted({*MODES} - BY_VALUE))
def test_others_name_classes_of_main(mode: str, written: Any) -> None:
    """As plain pickle does, for readers that run the same program."""
    assert b"__main__" in written[mode, "Locking", "as a cause"]


# --- forbidden instances ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cls", [Sealed, SubSealed])
def test_a_type_that_forbids_instances(cls: Any, mode: str, reader: Reader, tmp_path: Path) -> None:
    """The nearest base stands for it wherever it is, with a note; the errors around it arrive."""
    for around, put in guard_samples.AROUND.items():
        with writing(mode, a_registry()) as write:
            told = reader.describe(write(put(sealed(cls, "text", 1))))
        (found,) = (node for node in (told, *told["others"]) if node["args"] == ["'text'", "1"])
        note = f"class native_samples.{cls.__name__} can't be made without its arguments; it was sent as LookupError"
        assert (found["type"], found["notes"]) == ("builtins.LookupError", [f"picklereg: {note}"]), around


# --- what is told of a class --------------------------------------------------------------------------------------


class _Keyed:
    def __init_subclass__(cls, code: int) -> None:
        pass


class _Easy:
    def __init_subclass__(cls, code: int = 1, *, other: int = 2, **more: object) -> None:
        pass


class _Prepared(type):
    @classmethod
    def __prepare__(cls, name: str, bases: Any, /, *, code: int) -> Any:  # type: ignore[override]
        return {}

    def __new__(mcs, name: str, bases: Any, namespace: Any, *, code: int = 0) -> Any:
        return super().__new__(mcs, name, bases, namespace)

    def __init__(cls, name: str, bases: Any, namespace: Any, **_more: object) -> None:  # pyright: ignore[reportInconsistentConstructor]
        pass


def test_keywords_of_class_statements_are_missed() -> None:
    """Whatever takes them: a base, or one of the three functions of a metaclass; not where they may be left out."""
    assert why_no_copy(type("Keyed", (_Keyed,), {}, code=1)) is not None
    assert why_no_copy(_Prepared("Prepared", (), {}, code=1)) is not None
    assert why_no_copy(type("Easy", (_Easy,), {})) is None
    assert why_no_copy(ValueError) is not None  # made of native code
    assert why_no_copy(_Keyed) is None  # its own hook is for others


def test_what_is_certain_at_a_glance() -> None:
    """Plain values, functions and what they use, if that is plain or can be named."""

    def function(value: int = 1, *, flag: bool = True) -> Any:
        return value, flag, sys.path, describe, [lambda: pickle.dumps]

    class Simple(Exception):
        """With a text."""

        __slots__ = ("field",)
        limit = ({"a": [1]}, int, picklereg.PicklingError)

        def __init__(self) -> None:
            super().__init__()
            function()

        method: Any = classmethod(cast("Any", function))
        other = staticmethod(function)
        shown = property(function)

    assert holds_little(Simple)


def _closure(value: object) -> Any:
    def function() -> object:
        return value

    return function


def _empty() -> Any:
    return FunctionType(_closure(1).__code__, {}, "function", None, (CellType(),))


def test_what_is_not() -> None:
    """Any other object, wherever a class or its functions hold one."""

    class Local:
        pass

    held = Handle()
    for attribute in (
        held,
        [held],
        Local,
        ModuleType("made"),
        property(_closure(held)),
        _closure(held),
        cached_property(_closure(1)),
        lambda: _HANDLE,
        _HANDLE,
    ):
        assert not holds_little(type("Odd", (Exception,), {"held": attribute})), attribute
    assert holds_little(type("Even", (Exception,), {"held": _empty()}))


_HANDLE: Any = Handle()
_HANDLE.__module__, _HANDLE.__qualname__ = __name__, "_HANDLE"  # as what has a name says it


# --- what a copy of a class would take along ------------------------------------------------------------------------

_KEY: Final = "kQ7Zx1vT9bLw3RfYp2Nd8Hs5Jm4Gc6Ua"
API_KEY: Final = _KEY


class _Formatter:
    def __init__(self) -> None:
        self.given = {"password": _KEY}


_FORMATTER: Final = _Formatter()


def _settings() -> object:
    return _FORMATTER


def _with(**attributes: object) -> type[ValueError]:
    return type("Refused", (ValueError,), {"__module__": "__main__", "__qualname__": "shop.<locals>.Refused", **attributes})


def _asking(token: str, secret: str = _KEY) -> Any:
    return lambda: (token, secret)


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize(
    "cls",
    [
        _with(api_key=_KEY),
        _with(settings=[{"password": _KEY.encode()}]),
        _with(url=f"https://ada:{_KEY}@shop.example"),
        _with(formatter=_Formatter()),
        _with(again=_asking(_KEY)),
        _with(again=staticmethod(lambda *, token=_KEY: token)),
        _with(again=property(cast("Any", lambda _self, password=_KEY: password))),
        _with(again=classmethod(lambda _cls: API_KEY)),
        _with(again=_closure(_FORMATTER)),
        _with(again=staticmethod(_closure(_FORMATTER))),
        _with(again=property(_closure(_FORMATTER))),
        _with(again=lambda: [lambda: _FORMATTER]),
        type("More", (_with(token=_KEY),), {"__module__": "__main__"}),
    ],
)
def test_a_class_that_holds_a_credential_stays_here(cls: Any, mode: str, reader: Reader) -> None:
    """As an attribute, or for its functions: the nearest base arrives, with a note, and what repeats the credential without it."""
    error = KeyError("outer", cls(f"{_KEY} was refused"))
    error.__cause__ = cls(f"{_KEY} was refused")
    with writing(mode, a_registry()) as write:
        data = write(error)
    told = reader.read(data, code="result = [type(obj.__cause__).__name__, type(obj.args[1]).__name__, obj.__cause__.__notes__]")
    assert told[:2] == ["ValueError", "ValueError"]
    assert "was sent as ValueError" in told[2][0]
    assert _KEY.encode() not in data


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("redact", [True, False])
def test_a_class_that_holds_none_travels(redact: bool, mode: str) -> None:
    """What is only called like one, and is nothing; and any, where nothing is to be redacted."""
    again = _asking("", "") if redact else _asking(_KEY)

    def repeat() -> Any:
        return repeat

    cls = _with(token=None, __doc__="token=abc123def456", limit={"password": ""}, again=again, told=_settings, repeat=repeat)
    with writing(mode, a_registry(redact=redact)) as write:
        arrived = pickle.loads(write(cls("text")))
    assert (type(arrived).__name__, arrived.args, hasattr(arrived, "__notes__")) == ("Refused", ("text",), False)


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_class_that_says_words_travels(mode: str) -> None:
    """What stands there tells of a credential: a state, a code, the name of a cookie, messages for fields."""
    told = {"token": "expired", "token_code": "token_expired", "session_cookie": "sid", "messages": {"password": "wrong length"}}
    with writing(mode, a_registry()) as write:
        arrived = pickle.loads(write(_with(**told)("text")))
    assert {name: getattr(arrived, name) for name in told} == told

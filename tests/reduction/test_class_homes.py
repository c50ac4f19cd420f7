"""Classes that their own names don't lead to: named where a loaded module holds them, and noted where none does, in every mode."""

from __future__ import annotations

import gc
import re
import signal
import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

import home_samples
import native_samples
import pytest
from crossing import describe
from home_samples import GHOST_VALUES, GHOSTS, HELD, make_error
from writers import BY_VALUE, MODES, a_registry, writing

from picklereg.introspection import homes
from picklereg.introspection.homes import home_of
from picklereg.reduction.expression import named

if TYPE_CHECKING:
    from crossing import Reader

PLACES: Final[dict[str, tuple[Callable[[Any], Any], str]]] = {
    "alone": (lambda exc: exc, "obj"),
    "as a cause": (lambda exc: _outer(__cause__=exc), "obj.__cause__"),
    "as a context": (lambda exc: _outer(__context__=exc), "obj.__context__"),
    "in a group": (lambda exc: ExceptionGroup("g", [exc]), "obj.exceptions[0]"),
    "in an attribute": (lambda exc: _outer(errors=[exc]), "obj.errors[0]"),
}


def _outer(**attributes: Any) -> ValueError:
    outer = ValueError("outer")
    for name, value in attributes.items():
        setattr(outer, name, value)
    return outer


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", HELD)
def test_it_is_the_class_that_the_reader_imports(name: str, place: str, mode: str, reader: Reader) -> None:
    """Not one that looks like it: identity is what ``except`` asks for. Nothing of it is lost, and nothing noted."""
    put, found = PLACES[place]
    error = HELD[name]()
    with writing(mode, a_registry()) as write:
        data = write(put(error))
    code = f"import home_samples; result = [type({found}) is home_samples.{name}, describe({found})]"
    assert reader.read(data, code=code) == [True, describe(error)]


@pytest.mark.parametrize("mode", MODES)
def test_one_of_the_standard_library(mode: str, reader: Reader) -> None:
    """``signal.ItimerError`` says ``itimer_error``."""
    with pytest.raises(signal.ItimerError) as caught:
        signal.setitimer(signal.ITIMER_REAL, -1)
    with writing(mode, a_registry()) as write:
        data = write(caught.value)
    assert reader.read(data, code="import signal; result = type(obj) is signal.ItimerError and obj.args") == [22, "Invalid argument"]


@pytest.mark.parametrize("mode", MODES)
def test_it_is_named_where_a_class_is_the_value(mode: str, reader: Reader) -> None:
    """As an attribute, and in a container."""
    with writing(mode, a_registry()) as write:
        data = write(_outer(cls=signal.ItimerError, all=[home_samples.Internal, home_samples.Unsaid]))
    code = "import signal, home_samples as h; result = obj.cls is signal.ItimerError and obj.all == [h.Internal, h.Unsaid]"
    assert reader.read(data, code=code)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ghost", GHOSTS)
def test_what_nothing_holds_is_noted(ghost: Any, mode: str, reader: Reader) -> None:
    """As a copy that only its bases catch, where the class goes by value, and as its nearest base where not."""
    with writing(mode, a_registry()) as write:
        assert native_samples.Sealed.__module__ in sys.modules
        data = write(_outer(__cause__=ghost("k")))
    told = reader.read(data, code="result = [isinstance(obj.__cause__, KeyError), describe(obj.__cause__)]")
    of_class = f"picklereg: class {ghost.__module__}.{ghost.__qualname__} can't be imported by its name; it was sent as"
    how = "a copy, which no except clause names but by its bases" if mode in BY_VALUE else "KeyError"
    assert (told[0], told[1]["args"], told[1]["notes"]) == (True, ["'k'"], [f"{of_class} {how}"])


#: How a class that nothing holds may stand in a value, and how the note calls that place.
VALUES: Final[dict[str, tuple[Callable[[], Any], str]]] = {
    "a class": (lambda: GHOSTS[0], "attribute 'held' (type)"),
    "a class in a list": (lambda: [1, GHOSTS[0]], "attribute 'held' (list)"),
    "an instance": (GHOST_VALUES[0], "attribute 'held' (home_samples.GhostValue)"),
    "an instance in a dictionary": (lambda: {"k": [GHOST_VALUES[0]()]}, "attribute 'held' (dict)"),
    "an instance of a subclass": (
        lambda: _subclass_of(GHOST_VALUES[0])(),  # noqa: PLW0108  # it is defined below
        "attribute 'held' (test_class_homes._subclass_of.<locals>.Local)",
    ),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("value", VALUES)
def test_what_nothing_holds_is_noted_as_a_value(value: str, mode: str, reader: Reader) -> None:
    """A copy of a class looks like it, and ``isinstance`` doesn't know it; elsewhere it is left behind."""
    make, where = VALUES[value]
    with writing(mode, a_registry()) as write:
        data = write(_outer(held=make()))
    notes = reader.read(data, code="result = obj.__notes__")
    (note,) = notes
    if mode in BY_VALUE:
        name = "Ghost" if "class" in value and "instance" not in value else "GhostValue"
        name = "_subclass_of.<locals>.Local" if "subclass" in value else name
        assert note == f"picklereg: {where} brings a copy of class {_module_of(name)}.{name}, which can't be imported by its name"
    else:
        assert re.search(r"Can't (pickle|get local object) ", note)  # 3.13 has its own words


def _module_of(name: str) -> str:
    return __name__ if "<locals>" in name else "home_samples"


def _subclass_of(base: Any) -> Any:
    class Local(base):  # type: ignore[misc]
        pass

    return Local


@pytest.mark.parametrize("mode", MODES)
def test_a_class_of_a_function_keeps_the_base_that_a_module_holds(mode: str, reader: Reader) -> None:
    """By value where the base can be named in it; elsewhere the base itself arrives, with a note."""
    local = _subclass_of(home_samples.Internal)
    with writing(mode, a_registry()) as write:
        data = write(_outer(__cause__=local(2, "text")))
    code = "import home_samples; result = [isinstance(obj.__cause__, home_samples.Internal), describe(obj.__cause__)]"
    is_right, told = reader.read(data, code=code)
    assert is_right
    assert told["args"] == ["2", "'text'"]
    assert bool(told["notes"]) is not mode.startswith("picklereg.")


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_class_of_a_function_is_noted_for_its_base_alone(mode: str, reader: Reader) -> None:
    """That it has no name itself is known; that no ``except`` in the reader names its base isn't."""
    with writing(mode, a_registry()) as write:
        plain, odd = write(_subclass_of(KeyError)("k")), write(_subclass_of(GHOSTS[0])("k"))
    assert reader.describe(plain)["notes"] == []
    (note,) = reader.describe(odd)["notes"]
    assert "class home_samples.Ghost can't be imported by its name" in note


@pytest.mark.parametrize("mode", MODES)
def test_tracebacks_of_a_class_that_says_no_module(mode: str, reader: Reader) -> None:
    """Its existence disturbs nobody, and its traceback goes as text like any other."""
    try:
        raise home_samples.Unsaid("text")
    except home_samples.Unsaid as exc:
        error = exc
    with writing(mode, a_registry(tracebacks="text")) as write:
        told = reader.describe(write(error))
    assert told["str"] == "text"
    assert "traceback in the writer" in told["notes"][0]


# --- the search ---------------------------------------------------------------------------------------------------


class _Touchy(ModuleType):
    """Runs code wherever one looks at it, as lazy modules do."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(name)


def _loaded(monkeypatch: pytest.MonkeyPatch, name: str, kind: type[ModuleType] = ModuleType, **held: Any) -> None:
    module = kind(name)
    namespace = object.__getattribute__(module, "__dict__")
    namespace.update(held)
    namespace["__spec__"] = namespace["__spec__"] or True
    monkeypatch.setitem(sys.modules, name, module)


def _odd(name: str = "Odd", **attributes: Any) -> Any:
    return type(name, (Exception,), {"__module__": "nowhere", **attributes})


def test_the_best_of_several_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the package that the class says, or a copy of that; public before private; short before long; its own name first."""
    odd = _odd(__module__="shop.core.errors")
    _loaded(monkeypatch, "app", Odd=odd)
    assert home_of(odd) == ("app", "Odd")
    for module, names, best in (
        ("big._vendor.shop.core.errors", ["Odd"], ("big._vendor.shop.core.errors", "Odd")),
        ("shop.core.errors", ["_hidden"], ("shop.core.errors", "_hidden")),
        ("shop.core", ["Another"], ("shop.core", "Another")),
        ("shop", ["Another", "Odd"], ("shop", "Odd")),
    ):
        held: dict[str, Any] = dict.fromkeys(names, odd)
        _loaded(monkeypatch, module, **held)
        homes._homes.pop(id(odd))
        assert home_of(odd) == best


def test_its_package_and_what_is_found_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before what is short; a module that comes with another one is the last."""
    odd, other = _odd(__module__="store.core"), _odd()
    _loaded(monkeypatch, "aaa", Odd=odd)
    _loaded(monkeypatch, "store.api", Odd=odd)
    assert home_of(odd) == ("store.api", "Odd")
    inner = ModuleType("big.inner")
    inner.Odd = other  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "big.inner", inner)
    _loaded(monkeypatch, "big", Odd=other, inner=inner)
    assert home_of(other) == ("big", "Odd")


def test_another_name_in_another_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither the name nor the module is what the class says."""
    odd = _odd()
    _loaded(monkeypatch, "somewhere", Other=odd, _=odd)
    assert home_of(odd) == ("somewhere", "Other")


def test_classes_of_the_standard_library_stay_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others hold them, too; and for some pickle has a way of its own."""
    _loaded(monkeypatch, "aaa", FunctionType=FunctionType, NoneType=type(None))
    assert home_of(FunctionType) == ("types", "FunctionType")
    assert named(type(None)) is type(None)


def test_a_maker_s_package_before_one_that_imports_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who defines the class is told by the file of an extension, or by the class's own functions."""
    odd, native = _odd(method=_subclass_of), _odd()
    here = __name__.partition(".")[0]
    _loaded(monkeypatch, "aaa", Odd=odd, __file__="aaa.py")
    _loaded(monkeypatch, f"{here}.deep.down", Odd=odd, __file__="down.py")
    assert home_of(odd) == (f"{here}.deep.down", "Odd")
    _loaded(monkeypatch, "aab", Odd=native, __file__="aab.py")
    _loaded(monkeypatch, "zoo._rust", Odd=native, __file__="_rust.so")
    assert home_of(native) == ("zoo._rust", "Odd")


def test_what_no_reader_finds_is_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """``__main__``, what an interactive session came upon last, and modules that no import system knows, nor their parents hold."""
    odd = _odd()
    monkeypatch.setattr(sys.modules["__main__"], "Odd", odd, raising=False)
    monkeypatch.setattr(sys, "last_type", odd, raising=False)
    monkeypatch.setattr("builtins._", odd, raising=False)
    module = ModuleType("made_in_memory")
    module.Odd = odd  # type: ignore[attr-defined]
    for name in ("made_in_memory", "made_in_memory.deeper", "home_samples.made_in_memory"):
        monkeypatch.setitem(sys.modules, name, module)
    module.deeper = module  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "no_module", None)
    assert home_of(odd) is None
    own = _odd(__module__="__main__")
    monkeypatch.setattr(sys.modules["__main__"], "Holder", type("Holder", (), {"Error": own}), raising=False)
    assert home_of(own) is None


def test_no_code_of_a_module_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules may do whatever they like as they are asked for an attribute."""
    odd = _odd()
    _loaded(monkeypatch, "touchy", _Touchy, Odd=odd)
    assert home_of(odd) == ("touchy", "Odd")


def test_a_miss_is_asked_again_once_modules_were_added(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before, what a loaded module gains isn't looked at."""
    odd = _odd()
    assert home_of(odd) is None
    monkeypatch.setattr(home_samples, "Odd", odd, raising=False)
    assert home_of(odd) is None
    _loaded(monkeypatch, "another", Any=odd)
    assert home_of(odd) == ("home_samples", "Odd")


def test_a_home_is_remembered_as_long_as_it_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module may let go of a class."""
    odd = _odd()
    _loaded(monkeypatch, "first", Odd=odd)
    assert home_of(odd) == home_of(odd) == ("first", "Odd")
    _loaded(monkeypatch, "second", Odd=odd)
    assert home_of(odd) == ("first", "Odd")
    monkeypatch.delitem(sys.modules, "first")
    assert home_of(odd) == ("second", "Odd")


def test_classes_of_one_function_are_sought_everywhere_once() -> None:
    """Each call defines one anew. What a module holds under the class's own name is found all the same."""
    first, second = make_error("Gone"), make_error("Gone")
    assert home_of(first) is home_of(second) is None
    home_samples.Gone = make_error("Gone")  # type: ignore[attr-defined]
    try:
        assert home_of(home_samples.Gone) == ("home_samples", "Gone")  # type: ignore[attr-defined]
    finally:
        del home_samples.Gone  # type: ignore[attr-defined]


def test_nothing_is_remembered_of_what_is_gone() -> None:
    """An entry leaves with its class, and of what modules hold there is one."""
    gc.collect()
    before = len(homes._homes)
    for number in range(12):
        assert home_of(_odd(f"Odd{number}")) is None
    gc.collect()
    assert len(homes._homes) == before
    assert len(homes._held) == 1


def test_a_class_may_let_go_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a class holds is looked at where the one that is sought says that it is."""
    odd = _odd()
    holder = type("Holder", (), {"Error": odd})
    _loaded(monkeypatch, "nowhere", Holder=holder, other=7)
    assert home_of(odd) == home_of(odd) == ("nowhere", "Holder.Error")
    del holder.Error  # type: ignore[attr-defined]
    assert home_of(odd) is None

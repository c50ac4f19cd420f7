"""Registering: what counts for which class, when it counts, and what is refused."""

from __future__ import annotations

import copyreg
import pickle
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from crossing import Reader, describe
from registry_samples import Base, Leaf, Middle, Mixed, OddThing, SpecialThing, Thing, Undeclared, Unhashable, chained, reduces

import picklereg
from picklereg import RegistrationError, Registry

BY = "result = vars(obj).get('by')"


@pytest.fixture
def registry() -> Registry:
    return Registry(entry_points=False)


def whose(exc: BaseException, registry: Registry, reader: Reader) -> Any:
    """Tell by whose reducer an exception came to the reader."""
    return reader.read(picklereg.dumps(exc, registry=registry), code=BY)


# --- which reducer counts -----------------------------------------------------------------------------------------


def test_a_class_counts_with_its_subclasses(registry: Registry, reader: Reader) -> None:
    """A reducer is that of the class and of all classes derived from it, and of no others."""
    registry.register(Base, reducer=reduces("base"))
    assert [whose(exc, registry, reader) for exc in (Base(code=1), Leaf(code=1), Mixed(code=1), Undeclared(what="x"))] == [
        "base",
        "base",
        "base",
        None,
    ]


@pytest.mark.parametrize("order", [[Base, Middle], [Middle, Base]])
def test_the_nearest_base_wins(order: list[type[BaseException]], registry: Registry, reader: Reader) -> None:
    """In whatever order they were registered."""
    for cls in order:
        registry.register(cls, reducer=reduces(cls.__name__))
    assert whose(Base(code=1), registry, reader) == "Base"
    assert whose(Leaf(code=1), registry, reader) == "Middle"


def test_the_nearest_base_is_the_first_of_the_mro(registry: Registry, reader: Reader) -> None:
    """Of several bases, the one that Python would ask first."""
    registry.register(LookupError, reducer=reduces("lookup"))
    assert whose(Mixed(code=1), registry, reader) == "lookup"
    registry.register(Base, reducer=reduces("base"))
    assert whose(Mixed(code=1), registry, reader) == "base"


def test_a_later_registration_counts_at_once(registry: Registry, reader: Reader) -> None:
    """Also for a class that has been written before; and it takes nothing from others."""
    registry.register(Middle, reducer=reduces("middle"))
    assert whose(Leaf(code=1), registry, reader) == "middle"
    registry.register(Leaf, reducer=reduces("leaf"))
    assert [whose(cls(code=1), registry, reader) for cls in (Leaf, Mixed, Middle)] == ["leaf", "leaf", "middle"]
    registry.register(Leaf, reducer=reduces("newer"))
    assert [whose(cls(code=1), registry, reader) for cls in (Leaf, Mixed, Middle)] == ["newer", "newer", "middle"]


def test_a_registration_without_a_reducer_takes_none_away(registry: Registry, reader: Reader) -> None:
    """It only says that the class is wanted."""
    registry.register(Base, reducer=reduces("base"))
    registry.register(Base)
    registry.register(Middle)
    assert whose(Base(code=1), registry, reader) == "base"
    assert whose(Leaf(code=1), registry, reader) == "base"


def test_a_reducer_need_not_care_about_the_chain(registry: Registry, reader: Reader) -> None:
    """What a registered reducer drops, the cause and the notes among it, arrives all the same."""
    registry.register(Base, reducer=reduces("base"))
    got = reader.describe(picklereg.dumps(chained(Leaf(code=7)), registry=registry))
    assert got["type"] == "registry_samples.Leaf"
    assert got["dict"] == {"by": "'base'", "code": "7"}
    assert got["others"][0]["type"] == "registry_samples.Undeclared"
    assert got["notes"][0] == "a note"


def test_classes_that_no_dictionary_takes_are_looked_up(registry: Registry, reader: Reader) -> None:
    """An exception, and a value in it, of an unhashable class; their bases count."""
    registry.register(Base, reducer=reduces("base"))
    registry.register_attachment(Thing, lambda thing: thing.name)
    exc: Any = Unhashable(code=1)
    exc.odd = OddThing()
    assert whose(exc, registry, reader) == "base"


def test_registries_know_nothing_of_each_other(registry: Registry, reader: Reader) -> None:
    """What is registered with one is unknown to another one."""
    registry.register(Base, reducer=reduces("base"))
    assert whose(Base(code=1), Registry(entry_points=False), reader) is None


# --- ways to register ---------------------------------------------------------------------------------------------


def test_as_a_decorator(registry: Registry, reader: Reader) -> None:
    """With and without arguments; the class stays what it was."""

    @registry.register
    class Plain(Base):
        pass

    @registry.register(reducer=reduces("decorated"))
    class WithReducer(Base):
        pass

    assert isinstance(Plain, type)
    assert isinstance(WithReducer, type)
    assert registry.register(Leaf, reducer=reduces("leaf")) is Leaf
    with registry.installed():
        assert Plain in copyreg.dispatch_table
        assert WithReducer in copyreg.dispatch_table
    assert registry.reducer_for(Plain) is None
    assert registry.reducer_for(WithReducer) is not None


def test_an_iterable(registry: Registry, reader: Reader) -> None:
    """Any iterable of classes, each with the reducer that is given, if one is."""

    def classes() -> Iterator[type[BaseException]]:
        yield Middle
        yield Undeclared

    registry.register(classes(), reducer=reduces("one of them"))
    registry.register({Base})
    assert whose(Leaf(code=1), registry, reader) == "one of them"
    assert whose(Undeclared(what="x"), registry, reader) == "one of them"
    assert whose(Base(code=1), registry, reader) is None
    with registry.installed():
        assert {Base, Leaf, Undeclared} <= set(copyreg.dispatch_table)


def test_a_mapping(registry: Registry, reader: Reader) -> None:
    """From class to reducer; where there is none, the one that is given."""
    registry.register({Middle: reduces("own"), Undeclared: None}, reducer=reduces("given"))
    registry.register({Base: None})
    assert whose(Leaf(code=1), registry, reader) == "own"
    assert whose(Undeclared(what="x"), registry, reader) == "given"
    assert whose(Base(code=1), registry, reader) is None


def test_registering_while_installed(registry: Registry, reader: Reader) -> None:
    """The class and the subclasses that exist are covered at once."""
    exc = Leaf(code=1)
    with registry.installed():
        assert Leaf not in copyreg.dispatch_table
        registry.register(Base)
        assert reader.describe(pickle.dumps(exc)) == describe(exc)


def test_from_many_threads_at_once(registry: Registry) -> None:
    """Nothing that is registered gets lost."""
    classes = [type(f"Error{number}", (Exception,), {}) for number in range(200)]
    threads = [threading.Thread(target=lambda n=n: [registry.register(cls) for cls in classes[n::4]]) for n in range(4)]
    with registry.installed():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(classes) <= set(copyreg.dispatch_table)
    assert not set(classes) & set(copyreg.dispatch_table)


# --- attachments --------------------------------------------------------------------------------------------------


def holding(thing: Any) -> Any:
    exc: Any = Base(code=1)
    exc.thing = thing
    return exc


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_attachment_is_stripped_inside_an_exception(how: str, registry: Registry, reader: Reader) -> None:
    """By its class or its nearest registered base, in containers too; the live value keeps what it had."""
    registry.register(Base)
    registry.register_attachment(Thing, lambda thing: Thing(thing.name))
    registry.register_attachment(SpecialThing, lambda thing: f"special {thing.name}")
    thing, special = Thing("one", "s3cret"), SpecialThing("two", "s3cret")
    exc = holding([thing, {"special": special}])
    with registry.installed():
        data = picklereg.dumps(exc, registry=registry) if how == "picklereg" else pickle.dumps(exc)
    assert b"s3cret" not in data
    assert reader.read(data, code="result = [vars(obj.thing[0]), obj.thing[1]]") == [
        {"name": "one", "secret": ""},
        {"special": "special two"},
    ]
    assert (thing.secret, special.secret, exc.thing[0]) == ("s3cret", "s3cret", thing)


def test_an_attachment_outside_an_exception_is_an_ordinary_value(registry: Registry, reader: Reader) -> None:
    """It is pickled as ever."""
    registry.register_attachment(Thing, lambda thing: Thing(thing.name))
    data = picklereg.dumps(Thing("one", "kept"), registry=registry)
    assert reader.read(data, code="result = obj.secret") == "kept"


def test_a_strip_function_that_raises(registry: Registry, reader: Reader) -> None:
    """The value is left behind with a note; it doesn't travel unstripped."""

    def strip(thing: Thing) -> object:
        raise KeyError("no such thing")

    registry.register_attachment(Thing, strip)
    data = picklereg.dumps(holding(Thing("one", "s3cret")), registry=registry)
    assert b"s3cret" not in data
    got = reader.describe(data)
    assert got["dict"] == {"code": "1"}
    assert got["notes"] == ["picklereg: attribute 'thing' (registry_samples.Thing) was left behind: KeyError: 'no such thing'"]


def test_a_strip_function_that_gives_what_cannot_be_pickled(registry: Registry, reader: Reader) -> None:
    """No error is lost for it: the value is left behind with a note."""
    registry.register(Base)
    registry.register_attachment(Thing, lambda thing: threading.Lock())
    with registry.installed():
        got = reader.describe(pickle.dumps(holding(Thing("one"))))
    assert got["dict"] == {"code": "1"}


# --- what is refused ----------------------------------------------------------------------------------------------


def everything(registry: Registry) -> Any:
    """Give all that a registration could change."""
    contents = registry._contents
    return [dict(getattr(contents, name)) for name in contents.__slots__], registry.sets, dict(copyreg.dispatch_table)


def a_function(exc: BaseException) -> Any:
    raise NotImplementedError


A_CLASS = "pass an exception class, an iterable of them, a mapping from class to reducer, or a module's name"
RUBBISH: dict[str, tuple[Any, Any, str, str, str]] = {
    "a number": (7, None, "7", "int is no exception class", A_CLASS),
    "a function": (a_function, None, repr(a_function), "function is no exception class", A_CLASS),
    "another class": (Thing, None, "registry_samples.Thing", "it is no exception class", A_CLASS),
    "a builtin class": (int, None, "int", "it is no exception class", A_CLASS),
    "a generic alias": (list[int], None, "*list[int]", "it is no exception class", A_CLASS),
    "not only classes": ([Base, 7], None, "7", "it is no exception class", A_CLASS),
    "a name among classes": ([Base, "json"], None, "'json'", "it is no exception class", A_CLASS),
    "an exception among classes": ([Base, ValueError(1)], None, "ValueError(1)", "it is no exception class", A_CLASS),
    "bytes": (b"shop", None, "b'shop'", "bytes is no module's name", "pass the name as a str"),
    "a mapping of others": ({Base: None, int: None}, None, "int", "it is no exception class", A_CLASS),
    "no reducer": (Base, 7, "registry_samples.Base", "7 is no reducer", "pass a function from an instance to a reduce value"),
    "no reducer in a mapping": (
        {Middle: a_function, Base: "x"},
        None,
        "registry_samples.Base",
        "'x' is no reducer",
        "pass a function from an instance to a reduce value",
    ),
    "no reducer for an iterable": (
        [Base],
        "x",
        "registry_samples.Base",
        "'x' is no reducer",
        "pass a function from an instance to a reduce value",
    ),
    "a module with a reducer": (
        "json",
        a_function,
        "'json'",
        "a reducer belongs to classes, not to a module",
        "register the classes with it",
    ),
    "an empty name": ("", None, "''", "it is no module's name", A_CLASS),
    "a relative name": (".json", None, "'.json'", "it is no module's name", A_CLASS),
    "a name with a colon": ("json:JSONDecodeError", None, "'json:JSONDecodeError'", "it is no module's name", A_CLASS),
    "a name with an empty part": ("json..decoder", None, "'json..decoder'", "it is no module's name", A_CLASS),
}


@pytest.mark.parametrize("name", RUBBISH)
def test_rubbish_is_refused(name: str, registry: Registry) -> None:
    """The error says what and why and what to do, and nothing is registered, installed or not."""
    target, reducer, subject, problem, remedy = RUBBISH[name]
    with registry.installed():
        before = everything(registry)
        with pytest.raises(RegistrationError) as caught:
            registry.register(target, reducer=reducer)
        assert everything(registry) == before
    assert (caught.value.subject, caught.value.problem, caught.value.remedy) == (subject, problem, remedy)


def test_what_is_decorated_must_be_an_exception_class(registry: Registry) -> None:
    """A decorator refuses what the call refuses."""
    decorate: Any = registry.register(reducer=a_function)
    before = everything(registry)
    with pytest.raises(RegistrationError, match="int is no exception class"):
        decorate(7)
    assert everything(registry) == before


def test_an_iterable_that_breaks_off(registry: Registry) -> None:
    """What it gave before counts for nothing, and the error is its own."""

    def classes() -> Iterator[type[BaseException]]:
        yield Base
        raise KeyError("no more")

    before = everything(registry)
    with pytest.raises(KeyError):
        registry.register(classes())
    assert everything(registry) == before


def test_nothing_is_no_exception_class(registry: Registry) -> None:
    """``register(None)`` is a mistake, not the beginning of a decorator."""
    target: Any = None
    with pytest.raises(RegistrationError):
        registry.register(target)


def test_an_exception_is_no_exception_class(registry: Registry) -> None:
    """The error doesn't claim that its class is none."""
    target: Any = ValueError(1)
    with pytest.raises(RegistrationError) as caught:
        registry.register(target)
    assert "ValueError is no exception class" not in str(caught.value)


def test_a_class_that_no_dictionary_takes(registry: Registry, reader: Reader) -> None:
    """It is registered like any other, for the pickler's sake, or refused by an error of ours."""
    try:
        registry.register(Unhashable, reducer=reduces("unhashable"))
    except RegistrationError:
        return
    assert whose(Unhashable(code=1), registry, reader) == "unhashable"


REFUSED_ATTACHMENTS: dict[str, tuple[Any, Any, str, str, str]] = {
    "no class": (7, str, "7", "an attachment is registered by its class", "pass the class"),
    "a generic alias": (list[int], str, "list[int]", "an attachment is registered by its class", "pass the class"),
    "an exception class": (Base, str, "registry_samples.Base", "an exception is no attachment", "use register(..., reducer=...)"),
    "no function": (Thing, 7, "registry_samples.Thing", "7 can't be called", "pass a function from the value to what may travel"),
}


@pytest.mark.parametrize("name", REFUSED_ATTACHMENTS)
def test_rubbish_is_no_attachment(name: str, registry: Registry) -> None:
    """The error says what and why and what to do, and nothing is registered."""
    cls, strip, subject, problem, remedy = REFUSED_ATTACHMENTS[name]
    before = everything(registry)
    with pytest.raises(RegistrationError) as caught:
        registry.register_attachment(cls, strip)
    assert everything(registry) == before
    assert (caught.value.subject, caught.value.problem, caught.value.remedy) == (subject, problem, remedy)


@pytest.mark.parametrize("limit", [0, -1, "5", None, 1.5])
def test_a_chain_has_at_least_one_exception(limit: Any) -> None:
    """Other limits are refused."""
    with pytest.raises(RegistrationError) as caught:
        Registry(max_chain=limit)
    assert caught.value.subject == f"max_chain={limit!r}"
    assert caught.value.remedy == "pass a positive number"


# --- the functions of the module ----------------------------------------------------------------------------------


def test_the_modules_functions_are_one_registrys(monkeypatch: pytest.MonkeyPatch, registry: Registry, reader: Reader) -> None:
    """Each does to the default registry what the method of its name does."""
    monkeypatch.setattr(picklereg, "DEFAULT_REGISTRY", registry)
    assert picklereg.register(Base, reducer=reduces("base")) is Base
    picklereg.register_attachment(Thing, lambda thing: thing.name)
    exc, other = holding(Thing("one")), Undeclared(what="x")
    picklereg.install()
    picklereg.ensure(other)
    try:
        assert reader.read(pickle.dumps(exc), code="result = [obj.by, obj.thing]") == ["base", "one"]
        assert reader.describe(pickle.dumps(other)) == describe(other)
    finally:
        picklereg.uninstall()
    assert not {Base, Undeclared} & set(copyreg.dispatch_table)
    with picklereg.installed(all_exceptions=True) as given:
        assert given is registry
        assert Undeclared in copyreg.dispatch_table
    assert Undeclared not in copyreg.dispatch_table
    picklereg.discover()
    assert not any(known.state == "failed" for known in registry.sets)

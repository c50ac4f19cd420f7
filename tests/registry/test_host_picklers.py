"""Global mode: what host picklers make of errors, and of undeclared ones among them."""

from __future__ import annotations

import copyreg
import functools
import io
import pickle
import threading
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from typing import Any

import cloudpickle
import pytest
import shapes
from crossing import Reader, describe
from registry_samples import Base, Leaf, Middle, Simple, Thing, Undeclared, chained
from table_samples import LOCK, _as_before, by_value, hidden_in

from picklereg import RegistrationError, Registry

__all__ = ["_as_before"]  # fixtures


# --- just in time -------------------------------------------------------------------------------------------------


def test_what_plain_pickle_makes_of_an_undeclared_cause(reader: Reader) -> None:
    """It drops it; if it didn't, the reader would have nothing at all."""
    with pytest.raises(AssertionError, match=r"missing 1 required keyword-only argument|takes 1 positional argument"):
        reader.describe(pickle.dumps(Undeclared(what="cause")))


@pytest.mark.parametrize("dumps", [pickle.dumps, by_value])
def test_undeclared_exceptions_anywhere_arrive_whole(dumps: Callable[[Any], bytes], registry: Registry, reader: Reader) -> None:
    """Along the chain, in groups, in containers, and inside the values of attributes."""
    exc = hidden_in(Base(code=1))
    inner = Undeclared(what="in a thing")
    exc.thing = shapes.Holder(inner)
    code = "result = [describe(obj.thing.thing)]; del obj.thing; result.append(describe(obj))"
    with registry.installed():
        got = reader.read(dumps(exc), code=code)
    del exc.thing
    assert got == [describe(inner), describe(exc)]


def test_ensure_covers_all_that_an_exception_leads_to(registry: Registry, reader: Reader) -> None:
    """Its own class, chain, groups and the exceptions in its attributes."""
    exc = hidden_in(Undeclared(what="outer"))
    registry.ensure(exc)
    assert {Undeclared, ExceptionGroup} <= set(copyreg.dispatch_table)
    assert reader.describe(pickle.dumps(exc)) == describe(exc)
    registry.ensure(ExceptionGroup("g", [Simple()]))
    assert Simple in copyreg.dispatch_table


@pytest.mark.parametrize("thing", [7, None, Undeclared, Thing("one")])
def test_only_an_exception_can_be_ensured(thing: Any, registry: Registry) -> None:
    """Anything else, an exception class among it, is an error of ours, and nothing changes."""
    before = dict(copyreg.dispatch_table)
    with pytest.raises(RegistrationError) as caught:
        registry.ensure(thing)
    assert caught.value.remedy == "pass the exception itself"
    assert caught.value.problem.endswith(" is no exception")
    assert dict(copyreg.dispatch_table) == before


# --- host picklers ------------------------------------------------------------------------------------------------


def by(pickler_class: Any) -> Callable[[Any], bytes]:
    def dumps(obj: Any) -> bytes:
        file = io.BytesIO()
        pickler_class(file).dump(obj)
        return file.getvalue()

    return dumps


class OverridingDump(pickle.Pickler):
    """A pickler of somebody's who asks for a look at each object, and begins dumps by a method of its own."""

    def dump(self, obj: Any) -> None:
        super().dump(obj)

    def reducer_override(self, obj: Any) -> Any:
        return NotImplemented


HOSTS: dict[str, Callable[[Any], bytes]] = {
    "pickle.dumps": pickle.dumps,
    "pickle.Pickler": by(pickle.Pickler),
    "pickle._dumps": pickle._dumps,  # type: ignore[attr-defined]
    "pickle._Pickler": by(pickle._Pickler),
    "cloudpickle.dumps": by_value,
    "cloudpickle.Pickler": by(cloudpickle.Pickler),
    "ForkingPickler": lambda obj: bytes(ForkingPickler.dumps(obj)),
}


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_pickler_writes_what_can_travel(host: str, registry: Registry, reader: Reader) -> None:
    """What can't is named in a note; cause and notes are there, and an exception in a result is no other matter."""
    exc = chained(Leaf(code=7), Middle(code=6))
    exc.thing = Thing("one")
    with registry.installed():
        got = reader.read(HOSTS[host]({"errors": [exc]}), code="exc, = obj['errors']; result = [describe(exc), exc.thing.name]")
    lock, thing = exc.lock, exc.thing
    del exc.lock, exc.thing
    want = describe(exc)
    want["dict"]["thing"] = got[0]["dict"]["thing"]
    want["notes"] = ["a note", LOCK]
    assert got == [want, "one"]
    assert (type(lock), thing.name) == (type(threading.Lock()), "one")


@pytest.mark.parametrize("host", HOSTS)
def test_an_undeclared_cause_arrives_whole(host: str, registry: Registry, reader: Reader) -> None:
    """A declared error brings its cause along, so the cause must be readable there, whatever its class."""
    exc = Base(code=1)
    exc.__cause__ = Undeclared(what="cause")
    with registry.installed():
        assert Undeclared not in copyreg.dispatch_table
        assert reader.describe(HOSTS[host](exc)) == describe(exc)
    assert Undeclared not in copyreg.dispatch_table


def test_a_host_pickler_without_a_dispatch_table(registry: Registry, reader: Reader) -> None:
    """A subclass with a ``reducer_override`` and a ``dump`` of its own is asked what it can write."""
    exc: Any = Leaf(code=7)
    exc.thing = Thing("one")
    with registry.installed():
        got = reader.describe(by(OverridingDump)(exc))
    assert got["notes"] == []


class Refusing(cloudpickle.Pickler):
    """A pickler of somebody's who imports all of cloudpickle's names."""

    def reducer_override(self, obj: Any) -> Any:
        if obj is Leaf:
            raise pickle.PicklingError
        return cloudpickle.Pickler.reducer_override(self, obj)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("has_class", [False, True])
def test_a_pickler_with_an_override_of_its_own(
    has_class: bool, registry: Registry, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One instance of cloudpickle's may have one, too: it is asked, and the nearest base stands for what it refuses."""
    file = io.BytesIO()
    host: Any = Refusing(file) if has_class else cloudpickle.Pickler(file)  # type: ignore[no-untyped-call]
    if has_class:
        monkeypatch.setitem(globals(), "list_registry_pickle_by_value", cloudpickle.list_registry_pickle_by_value)
    else:
        host.reducer_override = functools.partial(Refusing.reducer_override, host)
    with registry.installed():
        host.dump([Leaf(code=7)])
    name, notes = reader.read(file.getvalue(), code="result = [type(obj[0]).__name__, obj[0].__notes__]")
    assert name == "Middle"
    assert "it was sent as registry_samples.Middle" in notes[0]


@pytest.mark.parametrize("host", HOSTS)
def test_a_lambda_travels_where_the_host_can(host: str, registry: Registry, reader: Reader) -> None:
    """cloudpickle writes it by value; from others it is left behind, with a note."""
    exc: Any = Base(code=1)
    exc.double = lambda number: 2 * number
    with registry.installed():
        data = HOSTS[host](exc)
    notes, result = reader.read(data, code="result = [describe(obj)['notes'], obj.double(2) if 'double' in vars(obj) else None]")
    if host.startswith("cloudpickle"):
        assert (notes, result) == ([], 4)
    else:
        assert (len(notes), result) == (1, None)
        assert notes[0].startswith("picklereg: attribute 'double' (function) was left behind: ")


@pytest.mark.parametrize("host", HOSTS)
def test_a_local_class_travels_where_the_host_can(host: str, registry: Registry, reader: Reader) -> None:
    """cloudpickle writes it by value; from others its nearest importable base arrives, with a note."""

    class Local(Middle):
        pass

    exc = chained(Local(code=1), Middle(code=6))
    del exc.lock
    with registry.installed():
        registry.register(Local)
        got = reader.describe(HOSTS[host](exc))
    if host.startswith("cloudpickle"):
        assert got == describe(exc)
    else:
        note = f"picklereg: class {__name__}.{Local.__qualname__} can't be imported by its name; it was sent as registry_samples.Middle"
        assert got == {**describe(exc), "type": "registry_samples.Middle", "notes": ["a note", note]}

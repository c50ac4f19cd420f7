"""What pools send a raised error in: its reducers in ``copyreg``, and how it is written without any pool."""

from __future__ import annotations

import copy
import copyreg
import io
import multiprocessing.pool
import pickle
import pickletools
import sys
from concurrent.futures.process import _ExceptionWithTraceback as ExecutorWrapper
from concurrent.futures.process import _ResultItem as ExecutorResult
from multiprocessing.reduction import ForkingPickler
from types import ModuleType, SimpleNamespace
from typing import Any, Final

import pytest
import shapes
from crossing import Reader, describe
from registry_samples import Base, Leaf, Thing, Undeclared, run
from table_samples import entry
from writers import MODES, writing

import picklereg
from picklereg import Registry

#: ``multiprocessing.Pool``'s.
PoolWrapper: Final[Any] = multiprocessing.pool.ExceptionWithTraceback  # type: ignore[attr-defined]


def failed(error: BaseException | None = None, text: str = "ValueError: outer") -> Any:
    """Give a pool's wrapper of an error with a cause."""
    error = error or Base(code=1)
    vars(BaseException)["__cause__"].__set__(error, Leaf(code=2))
    return wrapped(error, text)


def wrapped(error: BaseException, text: str = "text") -> Any:
    wrapper = PoolWrapper(error, None)
    wrapper.tb = f'\n"""\n{text}"""'
    return wrapper


def loaded(data: bytes, reader: Reader) -> Any:
    """Tell what arrives: the error, its remote traceback, the cause of that."""
    return reader.read(data, code="r = obj.__cause__; result = [describe(obj), str(r), describe(r.__cause__) if r.__cause__ else None]")


def copied_module(name: str, cls: type, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a module with a class under a name where a package might bring a pool of its own."""
    module: Any = ModuleType(name)
    cls.__module__ = name
    setattr(module, cls.__name__, cls)
    monkeypatch.setitem(sys.modules, name, module)
    return module


# --- the way back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapper", [ExecutorWrapper, PoolWrapper])
def test_entries_come_and_go(wrapper: type, registry: Registry) -> None:
    """Each is there while picklereg is installed, whether for all exceptions or for some."""
    for everything in (False, True):
        with registry.installed(all_exceptions=everything):
            assert entry(wrapper) is not None
        assert entry(wrapper) is None


def test_what_others_registered_is_respected_and_put_back(registry: Registry, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """If it is a reduce value of that kind, the cause is added; if not, it goes as it is."""

    def shouting(wrapper: Any) -> Any:
        function, (exc, text) = wrapper.__reduce__()
        return function, (exc, text.upper())

    def odd(wrapper: Any) -> Any:
        return list, ([wrapper.exc.code],)

    for reducer in (shouting, odd):
        monkeypatch.setitem(copyreg.dispatch_table, PoolWrapper, reducer)
        with registry.installed():
            data = pickle.dumps(failed())
            assert entry(PoolWrapper) is not reducer
        assert entry(PoolWrapper) is reducer
        if reducer is odd:
            assert pickle.loads(data) == [1]
        else:
            assert loaded(data, reader)[1:] == ['\n"""\nVALUEERROR: OUTER"""', describe(Leaf(code=2))]


def test_wrappers_of_modules_that_come_later() -> None:
    """None is imported for that; once somebody imports it, its wrapper is covered, until picklereg is uninstalled."""
    code = """
    import copyreg, sys, picklereg
    picklereg.install()
    assert not {"concurrent.futures.process", "multiprocessing.pool"} & set(sys.modules)
    import concurrent.futures.process as futures, multiprocessing.pool as pools
    wrappers = futures._ExceptionWithTraceback, pools.ExceptionWithTraceback
    before = [cls in copyreg.dispatch_table for cls in wrappers]
    picklereg.uninstall()
    print(before, [cls in copyreg.dispatch_table for cls in wrappers])
    """
    assert run(code) == "[True, True] [False, False]"


def test_copies_that_packages_bring(registry: Registry, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are found by the end of their module's name; what only has such a name, or isn't loaded to its end, is left alone."""

    class _ExceptionWithTraceback:
        def __init__(self, exc: BaseException) -> None:
            self.exc = exc

        def __reduce__(self) -> Any:
            return wrapped(self.exc).__reduce__()

    class ExceptionWithTraceback:
        pass

    copied_module("shop.vendored.loky.process_executor", _ExceptionWithTraceback, monkeypatch)
    copied_module("shop.vendored.multiprocess.pool", ExceptionWithTraceback, monkeypatch)
    monkeypatch.setitem(sys.modules, "shop.multiprocessing.pool", ModuleType("shop.multiprocessing.pool"))
    monkeypatch.setitem(sys.modules, "other.multiprocessing.pool", None)
    with registry.installed():
        assert entry(ExceptionWithTraceback) is None
        data = pickle.dumps(_ExceptionWithTraceback(failed().exc))
    assert loaded(data, reader)[2] == describe(Leaf(code=2))


# --- what is written ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_writes_a_wrapper_so(mode: str, reader: Reader) -> None:
    """The error, behind it the remote traceback, behind that the cause; in the bytes are the pool's names and Python's."""
    with writing(mode, Registry(entry_points=False)) as write:
        data = write([failed(), 1])
        whole = write([failed(shapes.FrozenDataclass(1, "m")), 1])
    arrived, text, cause = reader.read(data, code="e = obj[0]; result = [describe(e), str(e.__cause__), describe(e.__cause__.__cause__)]")
    assert {**describe(Base(code=1)), **{name: arrived[name] for name in ("cause", "others", "suppress_context")}} == arrived
    assert (text, cause, arrived["suppress_context"]) == ('\n"""\nValueError: outer"""', describe(Leaf(code=2)), True)
    assert b"picklereg" not in pickletools.optimize(data)
    assert reader.read(whole, code="result = str(obj[0].__cause__.__cause__)") == "code 2"


def test_context_and_flag_stay_as_they_were(registry: Registry, reader: Reader) -> None:
    """Plain pools drop the one and set the other."""
    error = Base(code=1)
    error.__context__ = Leaf(code=3)
    with registry.installed():
        told, _, cause = loaded(pickle.dumps(wrapped(error)), reader)
    assert (told["suppress_context"], told["others"][told["context"] - 1]["dict"], cause) == (False, {"code": "3"}, None)


def test_only_what_was_promised_is_written_so(registry: Registry, reader: Reader) -> None:
    """Without ``all_exceptions`` errors of classes that nobody declared go as ever; a new subclass of a declared one doesn't."""
    late: Any = type("Late", (Base,), {})
    with registry.installed():
        undeclared = pickle.dumps(failed(KeyError("k")))
        new: Any = type("New", (Base,), {})
        written = [pickle.dumps(failed(cls(code=1))) for cls in (late, new)]
        assert new not in list(copyreg.dispatch_table) or entry(new) is not None
        registry.ensure(Undeclared(what="x"))
        ensured = pickle.dumps(failed(Undeclared(what="x")))
    assert loaded(undeclared, reader)[2] is None
    for data in (*written, ensured):
        assert loaded(data, reader)[2] == describe(Leaf(code=2))


def test_a_late_class_by_every_host(reader: Reader) -> None:
    """The error is handed over as a reduce value, so that it matters to no pickler when its class came into being."""
    with writing("ForkingPickler", Registry(entry_points=False)) as write:
        late: Any = type("Refused", (Base,), {"__module__": "shapes"})
        shapes.Refused = late  # type: ignore[attr-defined]
        try:
            inner: Any = late(code=4)
            inner.__context__ = error = late(code=5)
            error.__cause__ = inner
            data = write(wrapped(error))
        finally:
            del shapes.Refused  # type: ignore[attr-defined]
    code = """
import pickle, shapes, registry_samples
shapes.Refused = type('Refused', (registry_samples.Base,), {'__module__': 'shapes'})
error = pickle.loads(obj)
del shapes.Refused
cause = error.__cause__.__cause__
result = [error.code, cause.code, cause.__context__ is error]
"""
    told = reader.read(pickle.dumps(data), code=code)
    assert told == [5, 4, True]


def test_a_text_with_a_credential(registry: Registry, reader: Reader) -> None:
    """The remote text tells messages and sources: what is replaced in the error is replaced there, too."""
    text = "POST https://api.example/v1?api_key=k3yk3yk3y-0123456789 failed"
    with registry.installed():
        _, told, _ = loaded(pickle.dumps(failed(Base(code=1), text)), reader)
    assert "k3yk3yk3y" not in told
    assert told.startswith('\n"""\nPOST https://api.example/v1?api_key=')


def test_wrappers_that_are_something_else(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that gives another kind of reduce value, or that can't be asked for its remote traceback, goes as it would without picklereg."""

    class _ExceptionWithTraceback:
        def __init__(self, value: Any) -> None:
            self.value = value

        def __reduce__(self) -> Any:
            return self.value

    module = copied_module("shop.loky.process_executor", _ExceptionWithTraceback, monkeypatch)
    values: list[Any] = [(str, (b"7", "ascii")), (str, ()), (max, (Base(code=1), "text"))]
    want = [copyreg_free(module._ExceptionWithTraceback(value)) for value in values[:2]]
    with registry.installed():
        assert [pickle.loads(pickle.dumps(module._ExceptionWithTraceback(value))) for value in values[:2]] == want
        data = pickle.dumps(module._ExceptionWithTraceback(values[2]))
    with pytest.raises(TypeError, match="not supported between instances"):
        pickle.loads(data)
    assert [pickle.loads(picklereg.dumps(module._ExceptionWithTraceback(value))) for value in values[:2]] == want


class ExceptionInfo:
    """As billiard's: what a pool sends beside the error."""

    def __init__(self, cls: Any, exception: Any = None, state: Any = None) -> None:
        self.type = cls
        self.exception = exception
        self.state = state

    def __reduce__(self) -> Any:
        return (SimpleNamespace, (), vars(self)) if self.state is None else self.state


def test_the_class_that_stands_beside_an_error(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named as the error arrives: itself, or the nearest base that has a name; what is something else goes as it is."""
    monkeypatch.setattr(ExceptionInfo, "__module__", ExceptionInfo.__module__)
    copied_module("shop.billiard.einfo", ExceptionInfo, monkeypatch)
    late: Any = type("Late", (Base,), {"__module__": "shop"})
    with registry.installed(all_exceptions=True):
        found = [pickle.loads(pickle.dumps(ExceptionInfo(cls, failed(cls(code=1))))) for cls in (Base, late)]
        others = [ExceptionInfo(None), ExceptionInfo(int), ExceptionInfo(late, state=(str, (7,)))]
        assert [getattr(pickle.loads(pickle.dumps(info)), "type", "7") for info in others] == [None, int, "7"]
        assert copy.copy(ExceptionInfo(late)).type is late
    assert [(info.type, type(info.exception)) for info in found] == [(Base, Base), (Base, Base)]
    monkeypatch.setitem(copyreg.dispatch_table, ExceptionInfo, lambda info: (str, (8,)))
    with registry.installed():
        assert pickle.loads(pickle.dumps(ExceptionInfo(late))) == "8"


# --- results ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("put", [lambda error: error, lambda error: (1, error), lambda error: {"key": error}])
def test_an_error_of_a_late_class_in_a_result(put: Any, registry: Registry, reader: Reader) -> None:
    """It is written by a pickler that begins when its class is covered; a copy of it isn't."""
    registry.install()
    late: Any = type("LateResult", (Base,), {"__module__": "registry_samples"})
    item: Any = ExecutorResult(7, result=put(late(code=4)))
    assert copy.copy(item).result is item.result
    assert late not in copyreg.dispatch_table
    data = bytes(ForkingPickler.dumps(item))
    assert late in copyreg.dispatch_table
    told = reader.read(
        data, code="r = obj.result; e = r['key'] if isinstance(r, dict) else r[1] if isinstance(r, tuple) else r; result = e.code"
    )
    assert told == 4


@pytest.mark.parametrize("result", [1, [1, "two"], {3: Undeclared(what="x")}, [Base(code=5)], None])
def test_other_results_are_written_as_ever(result: Any, registry: Registry) -> None:
    """Plain values, errors of classes that nobody declared, and of those that are covered."""
    item: Any = ExecutorResult(7, result=result)
    registry.ensure(Base(code=5))
    without = bytes(ForkingPickler.dumps(item))
    with registry.installed():
        assert bytes(ForkingPickler.dumps(item)) == without


def test_what_holds_results_may_be_something_else(registry: Registry, monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    """Without a state, with none of that name, of a loky that isn't there as a whole: nothing is lost."""

    class _ResultItem:
        def __init__(self, *value: Any) -> None:
            self.value = value

        def __reduce_ex__(self, _protocol: object) -> Any:
            return self.value

    module = copied_module("shop.loky.process_executor", _ResultItem, monkeypatch)
    late: Any = type("LateResult", (Base,), {"__module__": "registry_samples"})
    with registry.installed():
        assert pickle.loads(pickle.dumps(module._ResultItem(dict, ()))) == {}
        assert pickle.loads(pickle.dumps(module._ResultItem(SimpleNamespace, (), {"other": 1}))) == SimpleNamespace(other=1)
        data = pickle.dumps(module._ResultItem(SimpleNamespace, (), {"result": late(code=4)}))
    assert reader.read(data, code="result = obj.result.code") == 4
    monkeypatch.setitem(copyreg.dispatch_table, _ResultItem, lambda _item: (int, ("8",)))
    with registry.installed():
        assert pickle.loads(pickle.dumps(module._ResultItem(dict, ()))) == 8


def copyreg_free(wrapper: Any) -> Any:
    return pickle.loads(pickle.dumps(wrapper))


def test_a_copy_is_no_pickle(registry: Registry) -> None:
    """A copied wrapper is what it is without picklereg."""
    with registry.installed():
        for copied in (copy.copy(failed(ValueError("outer"))), copy.deepcopy(failed(ValueError("outer")))):
            assert str(copied.__cause__) == '\n"""\nValueError: outer"""'
            assert copied.__cause__.__cause__ is None


def test_the_pickler_keeps_references(reader: Reader) -> None:
    """An error that stands beside its wrapper is written once, and both are one in the reader."""
    wrapper = failed()
    for obj in ([wrapper, wrapper], [wrapper, wrapper.exc]):
        data = picklereg.dumps(obj)
        assert reader.read(data, code="result = [obj[0] is obj[1], obj[0].__cause__.__cause__.code]") == [True, 2]


class ExceptionWithTraceback(Thing):
    """Has the name of a wrapper, and is none."""


def test_what_only_has_the_name_of_a_wrapper() -> None:
    """It goes as any instance does, by a pickler whose table somebody has copied, too."""
    file = io.BytesIO()
    pickler = picklereg.Pickler(file)
    pickler.dispatch_table = dict(pickler.dispatch_table)
    pickler.dump([ExceptionWithTraceback("one"), failed()])
    other = picklereg.dumps([ExceptionWithTraceback("one"), lambda: 1])
    for data in (file.getvalue(), other):
        assert pickle.loads(data)[0].name == "one"
    assert pickle.loads(file.getvalue())[1].__cause__.__cause__.code == 2


class Copying(pickle.Pickler):
    """Makes a dictionary of ``copyreg``'s table before it writes."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self.dispatch_table = dict(copyreg.dispatch_table)

    def dump(self, obj: Any) -> None:
        super().dump(obj)


def test_a_table_that_others_copied(registry: Registry, reader: Reader) -> None:
    """Its pickler gets reduce values in the place of exceptions whose classes aren't in it, also of those that no table can hold."""
    error = Base(code=1)
    error.__cause__, error.__context__ = shapes.KeywordOnly(code=2, message="m"), Leaf(code=3)
    error.__cause__.__context__ = shapes.Unhashable(code=4)
    with registry.installed():
        file = io.BytesIO()
        Copying(file).dump([error])
    assert reader.read(file.getvalue(), code="result = describe(obj[0])") == describe(error)

"""Global mode: what is put into ``copyreg``, beside or over other people's reducers, and that all of it is undone."""

from __future__ import annotations

import copyreg
import pickle
import sys
from collections.abc import Callable
from contextlib import ExitStack
from itertools import permutations
from typing import Any

import pytest
from crossing import Reader, describe
from registry_samples import Base, Leaf, Middle, Speaks, Undeclared, faithful, lossy, reduces, run
from table_samples import CHAINED, _as_before, entry, import_something

from picklereg import Registry

__all__ = ["_as_before"]  # fixtures


# --- the way back -------------------------------------------------------------------------------------------------


def test_uninstalling_leaves_everything_as_it_was(registry: Registry) -> None:
    """``copyreg``, ``cloudpickle`` and the import system hold exactly the objects that they held."""
    before = dict(copyreg.dispatch_table), list(CHAINED.maps), list(sys.meta_path)
    registry.install(all_exceptions=True)
    registry.install()
    registry.ensure(Undeclared(what="x"))
    assert (dict(copyreg.dispatch_table), list(CHAINED.maps), list(sys.meta_path)) != before
    registry.uninstall()
    registry.uninstall()
    assert (dict(copyreg.dispatch_table), list(CHAINED.maps), list(sys.meta_path)) == before


def test_what_others_had_registered_is_put_back(registry: Registry, foreign: Callable[[type, Any], None]) -> None:
    """Also after having been wrapped twice."""
    foreign(Leaf, faithful)
    with registry.installed():
        registry.install()
        assert entry(Leaf) is not faithful
    assert entry(Leaf) is faithful
    with registry.installed():
        assert entry(Leaf) is not faithful
    assert entry(Leaf) is faithful


def test_what_others_registered_since_is_left_alone(registry: Registry, foreign: Callable[[type, Any], None]) -> None:
    """An entry that took the place of ours stays, and so does an entry's removal."""
    with registry.installed():
        foreign(Leaf, faithful)
        del copyreg.dispatch_table[Middle]
    assert entry(Leaf) is faithful
    assert entry(Middle) is None
    assert entry(Base) is None


def test_covering_again_what_others_have_overwritten(registry: Registry, foreign: Callable[[type, Any], None]) -> None:
    """The next import, or ``install``, puts ours in front again; what is put back is theirs."""
    with registry.installed():
        foreign(Leaf, faithful)
        registry.install()
        assert entry(Leaf) is not faithful
    assert entry(Leaf) is faithful


@pytest.mark.parametrize("theirs", [None, faithful])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_several_registries_undone_in_any_order(
    order: list[int], theirs: Any, foreign: Callable[[type, Any], None], reader: Reader
) -> None:
    """Three that cover the same class, imports and further installs in between; those that are left still do their work."""
    if theirs:
        foreign(Leaf, theirs)
    exc = Leaf(code=1)
    registries = [Registry(entry_points=False) for _ in order]
    for registry in registries:
        registry.register(Base)
        registry.install()
    for registry in registries:
        import_something()
        registry.install()
    for number in order:
        assert reader.describe(pickle.dumps(exc)) == describe(exc)
        registries[number].uninstall()
    assert entry(Leaf) is theirs
    assert entry(Base) is None


def test_imports_pile_nothing_up() -> None:
    """Two registries that cover the same class don't wrap each other anew with each import."""
    with ExitStack() as stack:
        for _ in range(2):
            registry = Registry(entry_points=False)
            registry.register(Base)
            stack.enter_context(registry.installed())
        before = entry(Base)
        for _ in range(3):
            import_something()
        assert entry(Base) is before


def test_the_newest_of_two_registries_writes(reader: Reader) -> None:
    """Its reducer counts; when it is gone, the other one's does."""
    first, second = Registry(entry_points=False), Registry(entry_points=False)
    first.register(Base, reducer=reduces("first"))
    second.register(Base, reducer=reduces("second"))
    with first.installed():
        with second.installed():
            assert reader.read(pickle.dumps(Base(code=1)), code="result = obj.by") == "second"
        assert reader.read(pickle.dumps(Base(code=1)), code="result = obj.by") == "first"


def test_installed_within_installed(registry: Registry) -> None:
    """The inner block ends nothing; an error passes through and ends the outer one."""
    with pytest.raises(KeyError), registry.installed():  # noqa: PT012  # the blocks are the point
        with registry.installed() as given:
            assert given is registry
        assert entry(Base) is not None
        raise KeyError
    assert entry(Base) is None


def test_ensure_is_undone_by_uninstall(registry: Registry) -> None:
    """It needs no ``install``."""
    registry.ensure(Undeclared(what="x"))
    assert entry(Undeclared) is not None
    assert entry(Base) is None
    registry.uninstall()
    assert entry(Undeclared) is None


# --- other people's reducers --------------------------------------------------------------------------------------


def speaking() -> Any:
    exc: Any = Speaks("m")
    exc.__cause__ = KeyError("k")
    exc.add_note("a note")
    return exc


def test_a_foreign_entry_is_respected_if_it_gives_the_same_error(
    registry: Registry, foreign: Callable[[type, Any], None], reader: Reader
) -> None:
    """It is called, and what it drops is added."""
    calls: list[BaseException] = []

    def counted(exc: BaseException) -> Any:
        calls.append(exc)
        return faithful(exc)

    foreign(Speaks, counted)
    exc = speaking()
    with registry.installed():
        registry.ensure(exc)
        data = pickle.dumps(exc)
    assert calls == [exc]
    assert reader.describe(data) == describe(exc)


def test_a_foreign_entry_is_not_respected_if_it_loses_the_message(
    registry: Registry, foreign: Callable[[type, Any], None], reader: Reader
) -> None:
    """The error arrives as it was."""
    foreign(Speaks, lossy)
    exc = speaking()
    with registry.installed():
        registry.ensure(exc)
        assert reader.describe(pickle.dumps(exc)) == describe(exc)
    assert entry(Speaks) is lossy


TBLIB = """
import copyreg, pickle, sys, threading
import tblib.pickling_support
from picklereg import Registry

class Base(Exception):
    def __init__(self, *, code):
        super().__init__(code)
        self.code = code

class Undeclared(Base):
    pass

def check(when):
    exc = Base(code=1)
    exc.__cause__ = Undeclared(code=2)
    exc.lock = threading.Lock()
    data = pickle.dumps(exc)
    assert b"tblib" not in data, when
    got = pickle.loads(data)
    assert (got.code, got.__cause__.code, len(got.__notes__)) == (1, 2, 1), when

registry = Registry(entry_points=False)
registry.register(Base)
"""


def test_tblibs_entries_do_not_win() -> None:
    """Whether its blanket registration comes before ours, or after it and with an import, as ``import distributed`` does it."""
    code = f"""{TBLIB}
tblib.pickling_support.install()
theirs = dict(copyreg.dispatch_table)
with registry.installed():
    check("before")
    tblib.pickling_support.install()
    import colorsys
    check("after, and an import")
    tblib.pickling_support.install()
    registry.ensure(Base(code=1))
    check("after, and ensure")
left = {{cls: reducer for cls, reducer in copyreg.dispatch_table.items() if issubclass(cls, BaseException)}}
assert left == {{cls: theirs.get(cls, reducer) for cls, reducer in left.items()}}
assert set(theirs) <= set(copyreg.dispatch_table)
with registry.installed(all_exceptions=True):
    check("all")
print("done")
"""
    assert run(code) == "done"


def test_tblibs_entries_are_nobodys_choice() -> None:
    """The pickler, which doesn't need ``copyreg``, isn't led astray by them either."""
    code = f"""{TBLIB}
import picklereg
tblib.pickling_support.install()
pickle.dumps = picklereg.dumps
check("the pickler")
print("done")
"""
    assert run(code) == "done"

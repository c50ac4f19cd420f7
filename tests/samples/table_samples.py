"""What the tests of global mode share: what puts back what a test changes, and fails it for that."""

from __future__ import annotations

import copyreg
import importlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import cloudpickle
import pytest
from registry_samples import Base, Undeclared

from picklereg import Registry

LOCK = "picklereg: attribute 'lock' (_thread.lock) was left behind: TypeError: cannot pickle '_thread.lock' object"
CHAINED: Any = cloudpickle.Pickler.dispatch_table
by_value: Callable[[Any], bytes] = cloudpickle.dumps


@pytest.fixture
def registry() -> Iterator[Registry]:
    """A registry that isn't installed any more when the test ends."""
    registry = Registry(entry_points=False)
    registry.register(Base)
    yield registry
    registry.uninstall()


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Fail a test that leaves ``copyreg``, ``cloudpickle`` or the finders other than they were."""
    table, maps, finders = dict(copyreg.dispatch_table), list(CHAINED.maps), list(sys.meta_path)
    yield
    after = dict(copyreg.dispatch_table), list(CHAINED.maps), list(sys.meta_path)
    copyreg.dispatch_table.clear()
    copyreg.dispatch_table.update(table)
    CHAINED.maps[:] = maps
    assert after == (table, maps, finders)


@pytest.fixture
def foreign() -> Iterator[Callable[[type, Any], None]]:
    """Registers somebody else's reducer, and takes it back when the test ends."""
    classes: list[type] = []

    def register(cls: type, reducer: Any) -> None:
        classes.append(cls)
        copyreg.pickle(cls, reducer)

    yield register
    for cls in classes:
        copyreg.dispatch_table.pop(cls, None)


def entry(cls: type) -> Any:
    return copyreg.dispatch_table.get(cls)


def import_something() -> None:
    """Import a module that has nothing to do with anything."""
    sys.modules.pop("colorsys", None)
    importlib.import_module("colorsys")


# --- just in time -------------------------------------------------------------------------------------------------


def hidden_in(exc: Any) -> Any:
    """Put undeclared exceptions everywhere in an exception where some can be."""
    exc.__cause__ = Undeclared(what="cause")
    exc.__cause__.__context__ = Undeclared(what="context of the cause")
    exc.held = {"list": [Undeclared(what="in a list")]}
    exc.group = ExceptionGroup("group", [Undeclared(what="one"), ExceptionGroup("inner", [Undeclared(what="two")])])
    return exc

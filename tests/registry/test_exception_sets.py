"""Exception sets: declared by distributions or in code, they wait for their library."""

from __future__ import annotations

import copyreg
import pickle
import sys
from types import ModuleType
from typing import Any

import pytest
from crossing import Reader, describe
from registry_samples import Site, chained, run
from set_samples import LIBRARY, load, registry, the_set

import picklereg
from picklereg import DiscoveryWarning, Registry

__all__ = ["registry"]  # fixtures


# --- where a set is -----------------------------------------------------------------------------------------------

FORMS: dict[str, tuple[str, str]] = {
    "the module itself": ("probelib", ""),
    "a class": ("probelib:LibError", ""),
    "a class in a class": (
        "probeset:Errors.Lib",
        """
        import probelib
        class Errors:
            Lib = probelib.LibError
        """,
    ),
    "an iterable": ("probeset:EXCEPTIONS", "import probelib\nEXCEPTIONS = (probelib.LibTimeout, probelib.LibError)\n"),
    "a mapping": ("probeset:EXCEPTIONS", "import probelib\nEXCEPTIONS = {probelib.LibTimeout: None, probelib.LibError: None}\n"),
    "a mapping to reducers": ("probeset:EXCEPTIONS", "import probelib\nEXCEPTIONS = {probelib.LibError: probelib.by_set}\n"),
    "a function": (
        "probeset:register",
        """
        import probelib
        def register(registry):
            registry.register(probelib.LibError, reducer=probelib.by_set)
        """,
    ),
    "a function that names a module": ("probeset:register", "def register(registry):\n    registry.register('probelib')\n"),
    "an object that can be called": (
        "probeset:REGISTER",
        """
        import probelib
        class Registering:
            def __call__(self, registry):
                registry.register([probelib.LibError])
        REGISTER = Registering()
        """,
    ),
    "a module's name": ("probeset:NAME", "NAME = 'probelib'\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_set(form: str, site: Site, registry: Registry, reader: Reader) -> None:
    """Installed before the library is imported, its exceptions are carried from then on, and plain pickle as before afterwards."""
    value, code = FORMS[form]
    site.module("probelib", LIBRARY)
    site.module("probeset", code)
    site.distribution("probe-dist", probelib=value)
    with registry.installed():
        assert the_set(registry, "probe-dist").state == "waiting"
        assert not {"probelib", "probeset"} & set(sys.modules)
        probelib = load("probelib")
        assert the_set(registry, "probe-dist").state == "active"
        for cls in (probelib.LibError, probelib.LibTimeout):
            exc = chained(cls(code=3))
            del exc.lock
            registry.ensure(exc.__cause__)
            got = reader.describe(pickle.dumps(exc), path=[site.path])
            if "reducer" in form or form == "a function":
                assert got["dict"].pop("by") == "'set'"
            assert got == describe(exc)
    assert not {probelib.LibError, probelib.LibTimeout} & set(copyreg.dispatch_table)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_set_without_being_installed(form: str, site: Site, registry: Registry) -> None:
    """The pickler looks at what has been imported when it meets an exception."""
    value, code = FORMS[form]
    site.module("probelib", LIBRARY)
    site.module("probeset", code)
    site.distribution("probe-dist", probelib=value)
    picklereg.dumps(ValueError(), registry=registry)
    assert the_set(registry, "probe-dist").state == "waiting"
    exc = load("probelib").LibTimeout(code=3)
    assert "probeset" not in sys.modules
    got = pickle.loads(picklereg.dumps(exc, registry=registry))
    assert the_set(registry, "probe-dist").state == "active"
    assert got.by == ("set" if "reducer" in form or form == "a function" else None)


def test_a_package_covers_its_submodules(site: Site, registry: Registry) -> None:
    """Those that were imported before it became active, and those that are imported later, but nothing they import from elsewhere."""
    site.module("probepkg.__init__", "class Top(Exception): pass\nfrom probepkg import early\n")
    site.module("probepkg.early", "class Early(Exception): pass\n")
    site.module("probepkg.deep.__init__", "class Deep(Exception): pass\n")
    site.module("probepkg.deep.late", "import probeother\nfrom probeother import Other\nclass Late(Exception): pass\n")
    site.module("probepkgs", "class Sibling(Exception): pass\n")
    site.module("probeother", "class Other(Exception): pass\n")
    site.distribution("probe-dist", probepkg="probepkg")
    with registry.installed():
        assert {load("probepkg").Top, load("probepkg.early").Early} <= set(copyreg.dispatch_table)
        assert "probepkg.deep" not in sys.modules
        late = load("probepkg.deep.late")
        assert {load("probepkg.deep").Deep, late.Late} <= set(copyreg.dispatch_table)
        assert not {late.Other, load("probepkgs").Sibling} & set(copyreg.dispatch_table)
    assert not {load("probepkg").Top, late.Late} & set(copyreg.dispatch_table)


@pytest.mark.parametrize("between", ["the first dump and install", "uninstall and install"])
def test_submodules_that_were_imported_while_nobody_watched(between: str, site: Site, registry: Registry) -> None:
    """Installing covers what belongs to active sets by then."""
    site.module("probepkg.__init__")
    site.module("probepkg.late", "class Late(Exception): pass\n")
    site.distribution("probe-dist", probepkg="probepkg")
    load("probepkg")
    if between == "uninstall and install":
        registry.install()
        registry.uninstall()
    else:
        registry.refresh()
    late = load("probepkg.late")
    with registry.installed():
        assert late.Late in copyreg.dispatch_table


def test_an_error_module_in_a_package(site: Site, registry: Registry) -> None:
    """A set may wait for a package and be a module in it, which is then loaded."""
    site.module("probepkg.__init__", "class Top(Exception): pass\n")
    site.module("probepkg.errors", "class Inner(Exception): pass\n")
    site.distribution("probe-dist", probepkg="probepkg.errors")
    with registry.installed():
        probepkg = load("probepkg")
        assert probepkg.errors.Inner in copyreg.dispatch_table
        assert probepkg.Top not in copyreg.dispatch_table


def test_nothing_is_imported_on_behalf_of_a_set(site: Site) -> None:
    """Neither the library nor the set's module nor what picklereg's own sets are about: not to install, to discover, or to dump."""
    site.module("probelib", LIBRARY)
    site.module("probeset", "EXCEPTIONS = []\n")
    site.distribution("probe-dist", probelib="probeset:EXCEPTIONS")
    code = """
    import sys, picklereg
    picklereg.discover()
    picklereg.install()
    picklereg.dumps(ValueError())
    names = [known.name for known in picklereg.Registry.sets.__get__(picklereg.registry.registry.DEFAULT_REGISTRY)]
    assert "probelib" in names
    print([name for name in [*names, "probeset", "picklereg.sets"] if name in sys.modules])
    import probelib
    print("probeset" in sys.modules)
    """
    assert run(code, site.path).splitlines() == ["[]", "True"]


# --- sets that are registered in code -----------------------------------------------------------------------------


def test_a_name_waits_for_its_module(site: Site, reader: Reader) -> None:
    """Registered before the import, and also after it."""
    site.module("probelib", LIBRARY)
    registry, late = Registry(entry_points=False), Registry(entry_points=False)
    registry.register("probelib")
    with registry.installed():
        assert the_set(registry, None).state == "waiting"
        exc = load("probelib").LibTimeout(code=1)
        assert reader.describe(pickle.dumps(exc), path=[site.path]) == describe(exc)
    late.register("probelib")
    assert the_set(late, None).state == "active"
    with late.installed():
        assert reader.describe(pickle.dumps(exc), path=[site.path]) == describe(exc)


def test_a_registered_name_survives_a_failed_import(site: Site) -> None:
    """A module that fails half-way, and is imported again later, has its exceptions then."""
    site.module("probelib", LIBRARY + "    import probemissing\n")
    registry = Registry(entry_points=False)
    registry.register("probelib")
    with registry.installed():
        with pytest.raises(ModuleNotFoundError):
            load("probelib")
        assert the_set(registry, None).state == "waiting"
        site.module("probemissing")
        assert load("probelib").LibError in copyreg.dispatch_table


def test_what_stands_for_a_module_is_no_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where something else has taken a module's place, the warning says what it found."""
    monkeypatch.setitem(sys.modules, "probestandin", 7)
    registry = Registry(entry_points=False)
    with pytest.warns(DiscoveryWarning, match=r"'probestandin' \(registered in this process\): .*int is no exception class"):
        registry.register("probestandin")
    assert the_set(registry, None).state == "failed"


def test_lazy_objects_in_a_module_stay_lazy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy among a module's globals isn't evaluated to find out whether it is a class."""

    class Proxy:
        @property
        def __class__(self) -> type:
            raise RuntimeError("evaluated")

        @__class__.setter
        def __class__(self, cls: type) -> None:
            raise NotImplementedError

    module: Any = ModuleType("probelazy")
    module.proxy = Proxy()
    monkeypatch.setitem(sys.modules, "probelazy", module)
    registry = Registry(entry_points=False)
    registry.register("probelazy")
    assert the_set(registry, None).state == "active"


def test_a_module_with_a_class_that_no_dictionary_takes(site: Site) -> None:
    """Its other exceptions are carried all the same."""
    site.module(
        "probelib",
        """
        class Meta(type):
            def __eq__(cls, other): return cls is other
        class Odd(Exception, metaclass=Meta): pass
        class Even(Exception): pass
        """,
    )
    even = load("probelib").Even
    registry = Registry(entry_points=False)
    registry.register("probelib")
    with registry.installed():
        assert even in copyreg.dispatch_table

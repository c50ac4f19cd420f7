"""Exception sets that are broken, or are met twice: reported once, and they stop nobody else."""

from __future__ import annotations

import copyreg
import threading
import warnings
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

import pytest
from set_samples import LIBRARY, load, registry, the_set

import picklereg
from picklereg import DiscoveryError, DiscoveryWarning, Registry

if TYPE_CHECKING:
    from registry_samples import Site

__all__ = ["registry"]  # fixtures

HALF_WAY: Final = """
    import probelib
    class Thing: pass
    NUMBER = 7
    RUBBISH = [probelib.LibTimeout, 7]
    NO_REDUCER = {probelib.LibTimeout: 7}
    def raising(registry):
        registry.register(probelib.LibTimeout, reducer=probelib.by_set)
        registry.register_attachment(Thing, str)
        registry.register("json")
        raise KeyError("half-way")
    def misusing(registry):
        registry.register(probelib.LibTimeout)
        registry.register(Thing)
    def without_parameters():
        pass
"""
BROKEN: dict[str, tuple[str, str]] = {
    "no such module": ("probemissing", "ModuleNotFoundError: No module named 'probemissing'"),
    "no such attribute": ("probeset:missing", "AttributeError: module 'probeset' has no attribute 'missing'"),
    "a module that raises": ("proberaising:EXCEPTIONS", "ZeroDivisionError: division by zero"),
    "not an exception class": ("probeset:Thing", "TypeError: probeset.Thing is no exception class"),
    "wrong type": ("probeset:NUMBER", "RegistrationError: can't register 7: int is no exception class"),
    "rubbish among classes": ("probeset:RUBBISH", "RegistrationError: can't register 7: it is no exception class"),
    "no reducer": ("probeset:NO_REDUCER", "RegistrationError: can't register probelib.LibTimeout: 7 is no reducer"),
    "a function that raises half-way": ("probeset:raising", "KeyError: 'half-way'"),
    "a function that registers rubbish": ("probeset:misusing", "RegistrationError: can't register probeset.Thing"),
    "a function without parameters": ("probeset:without_parameters", "TypeError: without_parameters() takes 0 positional"),
}


@pytest.fixture(params=list(BROKEN))
def broken(request: pytest.FixtureRequest, site: Site) -> tuple[str, str]:
    """A site with a broken set between two sound ones, for the same library; the broken one's value, and what is wrong."""
    value, problem = BROKEN[request.param]
    site.module("probelib", LIBRARY + "    class First(Exception): pass\n    class Second(Exception): pass\n")
    site.module("probeset", HALF_WAY)
    site.module("proberaising", "import probelib\n1 / 0\n")
    site.distribution("a-dist", probelib="probelib:First")
    site.distribution("broken-dist", probelib=value)
    site.distribution("c-dist", probelib="probelib:Second")
    return value, problem


def is_as_it_should_be(registry: Registry) -> bool:
    """Tell whether the sound sets are active and nothing is left of the broken one."""
    probelib = load("probelib")
    contents = registry._contents
    half = probelib.LibTimeout in copyreg.dispatch_table or registry.reducer_for(probelib.LibTimeout) is not None
    half = half or "json" in contents.modules or any(cls.__module__ == "probeset" for cls in contents.strips)
    return {probelib.First, probelib.Second} <= set(copyreg.dispatch_table) and not half


def test_a_broken_set_is_reported_once(broken: tuple[str, str], registry: Registry) -> None:
    """With its distribution and entry point, when its library is imported; the others are active, and nothing of it is registered."""
    value, problem = broken
    with registry.installed():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            load("probelib")
            registry.discover()
            registry.install()
            picklereg.dumps(ValueError(), registry=registry)
            load("colorsys")
        (warning,) = caught
        assert warning.category is DiscoveryWarning
        text = str(warning.message)
        assert text.startswith(f"exception set 'probelib' = {value!r} of distribution 'broken-dist': {problem}")
        assert text.endswith("fix or uninstall 'broken-dist', or report it to its maintainers")
        assert is_as_it_should_be(registry)
    found = the_set(registry, "broken-dist")
    assert found.state == "failed"
    assert str(found.problem).startswith(problem)


def test_a_broken_set_is_an_error_if_that_is_wanted(broken: tuple[str, str], registry: Registry) -> None:
    """With fields; what isn't broken is active all the same."""
    value, problem = broken
    load("probelib")
    with pytest.raises(DiscoveryError) as caught:
        registry.discover(strict=True)
    error = caught.value
    assert (error.name, error.value, error.distribution) == ("probelib", value, "broken-dist")
    assert error.problem.startswith(problem)
    registry.install()
    assert is_as_it_should_be(registry)


COUNTING: Final = """
    import probelib
    CALLS = []
    def register(registry):
        CALLS.append(1)
        registry.register(probelib.LibError)
    def raising(registry):
        register(registry)
        raise KeyError("half-way")
"""


@pytest.mark.parametrize("strict", [False, True])
def test_installing_once_the_library_is_there_reports_once(strict: bool, site: Site, registry: Registry) -> None:
    """A broken set's module is imported while the registry is watching already: one report, and no second try."""
    site.module("probelib", LIBRARY)
    site.module("probeset", COUNTING)
    site.distribution("broken-dist", probelib="probeset:raising")
    load("probelib")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(DiscoveryError, match="half-way") if strict else nullcontext():
            registry.install(strict=strict)
    assert len(caught) == (0 if strict else 1)
    assert load("probeset").CALLS == [1]


def test_installing_once_the_library_is_there_runs_a_set_once(site: Site, registry: Registry) -> None:
    """Its function is called once."""
    site.module("probelib", LIBRARY)
    site.module("probeset", COUNTING)
    site.distribution("a-dist", probelib="probeset:register")
    probelib = load("probelib")
    with registry.installed():
        assert probelib.LibError in copyreg.dispatch_table
        assert load("probeset").CALLS == [1]


def test_strict_when_the_sets_are_known_already(broken: tuple[str, str], registry: Registry) -> None:
    """A set that waited, and turns out to be broken at a second ``install``, is an error, too."""
    registry.discover()
    load("probelib")
    with pytest.raises(DiscoveryError), registry.installed(strict=True):
        raise AssertionError
    assert load("probelib").First not in copyreg.dispatch_table


def test_a_malformed_declaration_is_reported_with_the_others(site: Site, registry: Registry) -> None:
    """What can't even be read as an entry point doesn't stop the rest."""
    site.module("probelib", LIBRARY)
    site.distribution("a-dist", probelib="probe lib")
    site.distribution("b-dist", probelib="probelib")
    with pytest.warns(DiscoveryWarning, match="of distribution 'a-dist': the value must be a module"):
        registry.discover()
    assert [known.distribution for known in registry.sets if known.name == "probelib"] == ["b-dist"]
    with pytest.raises(DiscoveryError, match="a-dist"):
        registry.discover(strict=True)


def test_discovering_twice(site: Site, registry: Registry) -> None:
    """Nothing is there twice; a distribution that came in the meantime is found."""
    site.module("probelib", LIBRARY)
    site.distribution("a-dist", probelib="probelib")
    registry.discover()
    site.distribution("b-dist", probelib="probelib:LibError")
    registry.discover()
    assert [known.distribution for known in registry.sets if known.name == "probelib"] == ["a-dist", "b-dist"]


def test_a_set_is_activated_once_by_many_threads(site: Site, registry: Registry) -> None:
    """Threads that find it ready at the same time don't disturb each other."""
    site.module("probelib", LIBRARY)
    site.module("probeset", "import probelib\ndef register(registry):\n    registry.register('probelib')\n")
    site.distribution("a-dist", probelib="probeset:register")
    registry.discover()
    load("probelib")
    barrier = threading.Barrier(4)

    def refresh() -> None:
        barrier.wait()
        registry.refresh()

    threads = [threading.Thread(target=refresh) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert the_set(registry, "a-dist").state == "active"
    assert registry._activate(the_set(registry, "a-dist")) is None
    assert len([known for known in registry.sets if (known.name, known.distribution) == ("probelib", None)]) == 1


def test_a_set_that_activates_itself(site: Site, registry: Registry) -> None:
    """A function that pickles an exception meets its own set, which takes effect once."""
    site.module("probelib", LIBRARY)
    site.module(
        "probeset",
        """
        CALLS = []
        def register(registry):
            CALLS.append(1)
            if len(CALLS) == 1:
                OUTER[0].refresh()
            registry.register("probelib")
        """,
    )
    site.distribution("a-dist", probelib="probeset:register")
    load("probeset").OUTER = [registry]
    load("probelib")
    registry.discover()
    assert the_set(registry, "a-dist").state == "active"
    assert len([known for known in registry.sets if (known.name, known.distribution) == ("probelib", None)]) == 1

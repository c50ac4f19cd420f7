"""Exception sets: declared by distributions or in code, they wait for their library, and what is broken stops nobody else."""

from __future__ import annotations

import copyreg
import importlib
import json
import pickle
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import cloudpickle
import httpx
import pytest
from crossing import Reader, describe
from registry_samples import Base, Site, Undeclared, chained, run

import picklereg
from picklereg import DiscoveryError, DiscoveryWarning, Registry
from picklereg.redaction import REDACTED
from picklereg.sets.httpx import register as register_httpx

if TYPE_CHECKING:
    from picklereg.registry.exception_sets import ExceptionSet

LIBRARY: Final = """
    class LibError(Exception):
        by = None
        def __init__(self, *, code):
            super().__init__(f"code {code}")
            self.code = code
    class LibTimeout(LibError, TimeoutError):
        pass
    def by_set(exc):
        return rebuilt, (type(exc), exc.code)
    def rebuilt(cls, code):
        exc = cls(code=code)
        exc.by = "set"
        return exc
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A directory of modules and distributions that comes first on ``sys.path``."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    site = Site(tmp_path)
    yield site
    site.forget()


@pytest.fixture
def registry() -> Iterator[Registry]:
    """A registry with entry points, which isn't installed any more when the test ends."""
    registry = Registry()
    yield registry
    registry.uninstall()


def load(name: str) -> Any:
    """Import a module, as a program does."""
    return importlib.import_module(name)


def the_set(registry: Registry, distribution: str | None) -> ExceptionSet:
    """Give the one set that a distribution declares."""
    (found,) = (known for known in registry.sets if known.distribution == distribution)
    return found


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


# --- what is broken -----------------------------------------------------------------------------------------------

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


# --- httpx --------------------------------------------------------------------------------------------------------

#: Written out: a header that gets lost from the list must be noticed.
SECRETS: Final = {
    name: f"s3cret-{name}"
    for name in (
        "api-key",
        "Authorization",
        "cookie",
        "proxy-authorization",
        "x-amz-security-token",
        "X-API-Key",
        "x-goog-api-key",
    )
}
PROMPT: Final = b'{"prompt": "pr0mpt"}'


class _Failing(BaseHTTPRequestHandler):
    """Sends everything on to ``/fail``, which answers 503, and ``/twice`` by a detour."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = json.dumps({"error": "too busy"}).encode()
        self.send_response(503 if self.path.startswith("/fail") else 302)
        self.send_header("Location", "/elsewhere" if self.path == "/twice" else "/fail")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if not self.path.endswith("plain"):
            self.send_header("Set-Cookie", "session=c00kie")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of a local server that fails."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Failing) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def fails(url: str, **kwargs: Any) -> Any:
    """Let a request fail, and give httpx's error."""
    with httpx.Client(follow_redirects=True) as client:
        return raised_for(client.post(url, content=PROMPT, **kwargs))


def raised_for(response: httpx.Response) -> Any:
    """Give the error that a response is raised as."""
    with pytest.raises(httpx.HTTPStatusError) as caught:
        response.raise_for_status()
    return caught.value


@pytest.fixture(params=["picklereg", "picklereg, by cloudpickle's ways", "pickle", "pickle in Python", "cloudpickle"])
def dumps_httpx(request: pytest.FixtureRequest) -> Iterator[Callable[[Any], bytes]]:
    """Pickles with the httpx set, each way that an exception can take."""
    registry = Registry(entry_points=False)
    register_httpx(registry)
    ways: dict[str, Callable[[Any], bytes]] = {
        "picklereg": lambda exc: picklereg.dumps(exc, registry=registry),
        "picklereg, by cloudpickle's ways": lambda exc: picklereg.dumps([exc], registry=registry),
        "pickle": pickle.dumps,
        "pickle in Python": pickle._dumps,  # type: ignore[attr-defined]
        "cloudpickle": cloudpickle.dumps,
    }
    with registry.installed():
        yield ways[request.param]


LOOK: Final = """
exc = obj[0] if isinstance(obj, list) else obj
response, request = exc.response, exc.request
result = {
    "types": [f"{type(thing).__module__}.{type(thing).__name__}" for thing in (exc, response, request, response.headers, request.url)],
    "text": str(exc), "status": response.status_code, "reason": response.reason_phrase, "url": str(request.url),
    "method": request.method, "same": response.request is request, "history": [earlier.status_code for earlier in response.history],
    "request": dict(request.headers), "response": dict(response.headers), "body": None, "prompt": hasattr(request, "_content"),
}
if hasattr(response, "_content"):
    result["body"] = response.json()
"""


def test_an_httpx_error_arrives_without_credentials(dumps_httpx: Callable[[Any], bytes], url: str, reader: Reader) -> None:
    """Response and request are httpx's own; what is a credential is replaced, the request's body stays here."""
    exc = fails(f"{url}/fail", headers={**SECRETS, "x-kept": "kept"})
    assert exc.response.cookies["session"] == "c00kie"  # httpx keeps what it worked out, a jar with a lock
    before = [describe(exc), dict(vars(exc.request)), dict(vars(exc.response)), exc.request.headers.raw, exc.response.headers.raw]
    data = dumps_httpx(exc)
    after = [describe(exc), dict(vars(exc.request)), dict(vars(exc.response)), exc.request.headers.raw, exc.response.headers.raw]
    assert after == before
    assert exc.request.content == PROMPT
    for secret in (b"s3cret", b"pr0mpt", b"c00kie"):
        assert secret not in data
    got = reader.read(data, code=LOOK)
    names = ["HTTPStatusError", "Response", "Request", "Headers", "URL"]
    assert got["types"] == [f"httpx.{name}" for name in names]
    assert (got["text"], got["status"], got["reason"]) == (str(exc), 503, "Service Unavailable")
    assert (got["url"], got["method"], got["same"], got["prompt"]) == (f"{url}/fail", "POST", True, False)
    assert got["body"] == {"error": "too busy"}
    assert {got["request"][name.lower()] for name in SECRETS} == {REDACTED}
    assert (got["request"]["x-kept"], got["request"]["content-length"]) == ("kept", str(len(PROMPT)))
    assert (got["response"]["set-cookie"], got["response"]["content-type"]) == (REDACTED, "application/json")


def test_an_httpx_error_without_credentials(dumps_httpx: Callable[[Any], bytes], url: str, reader: Reader) -> None:
    """Headers that hold none arrive as they are; a function that guesses the encoding stays here."""
    with httpx.Client(default_encoding=lambda body: "latin-1") as client:
        response = client.post(f"{url}/fail-plain", content=PROMPT)
    exc = raised_for(response)
    got = reader.read(dumps_httpx(exc), code=LOOK)
    assert got["request"] == dict(exc.request.headers)
    assert got["response"] == dict(exc.response.headers)
    assert got["body"] == {"error": "too busy"}


def test_a_response_that_was_never_read(dumps_httpx: Callable[[Any], bytes], url: str, reader: Reader) -> None:
    """A stream is left where it is; everything else arrives."""
    with httpx.Client() as client, client.stream("GET", f"{url}/fail") as response:
        got = reader.read(dumps_httpx(raised_for(response)), code=LOOK)
        assert (got["status"], got["body"]) == (503, None)
        assert response.read() == b'{"error": "too busy"}'


def test_a_transport_error_carries_its_request(dumps_httpx: Callable[[Any], bytes], reader: Reader) -> None:
    """Where there is no response, the request is redacted all the same, along the chain, too."""
    with httpx.Client() as client, pytest.raises(httpx.UnsupportedProtocol) as caught:
        client.post("nowhere://x", content=PROMPT, headers=SECRETS)
    outer = Undeclared(what="outer")
    outer.__cause__ = caught.value
    data = dumps_httpx(caught.value)
    assert b"s3cret" not in data
    assert b"pr0mpt" not in data
    code = "exc = obj[0] if isinstance(obj, list) else obj; result = [type(exc).__name__, exc.request.headers['authorization'], str(exc)]"
    assert reader.read(data, code=code) == ["UnsupportedProtocol", REDACTED, str(caught.value)]


def test_history_arrives(dumps_httpx: Callable[[Any], bytes], url: str, reader: Reader) -> None:
    """The responses that led to the last one are there, as httpx's own."""
    got = reader.read(dumps_httpx(fails(f"{url}/twice")), code=LOOK)
    assert got["history"] == [302, 302]


def test_history_arrives_without_credentials(url: str) -> None:
    """What led to the last response is stripped like it, however the exception is written."""
    registry = Registry(entry_points=False)
    register_httpx(registry)
    exc = fails(f"{url}/twice", headers=SECRETS)
    with registry.installed():
        for data in (picklereg.dumps(exc, registry=registry), picklereg.dumps([exc], registry=registry), pickle.dumps(exc)):
            for secret in (b"s3cret", b"pr0mpt", b"c00kie"):
                assert secret not in data


def test_ensure_alone_lets_no_credentials_through(site: Site, registry: Registry, url: str) -> None:
    """A worker that never calls ``install`` strips what declared sets say, too."""
    site.distribution("probe-dist", httpx="picklereg.sets.httpx:register")
    exc = fails(f"{url}/fail", headers=SECRETS)
    registry.ensure(exc)
    assert b"s3cret" not in pickle.dumps(exc)


def test_all_of_httpxs_exceptions_are_declared() -> None:
    """The set leaves none of the public ones out."""
    registry = Registry(entry_points=False)
    register_httpx(registry)
    public = [value for name in httpx.__all__ if isinstance(value := getattr(httpx, name), type) and issubclass(value, Exception)]
    with registry.installed():
        assert [cls for cls in public if cls not in copyreg.dispatch_table] == []
        assert Base not in copyreg.dispatch_table

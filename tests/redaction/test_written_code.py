"""Functions and classes that are written by value: they stay behind if there is a credential in them, and travel if there is none."""

from __future__ import annotations

import functools
import pickle
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

import pytest
from bare_samples import ShopError
from held_samples import KEPT, Anything
from writers import BY_VALUE, MODES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.written_code import credentials_by_value, holds_credential

PASSWORD = "hunter2Xyz9"
KEY = "ghp_" + "a1B2" * 10


def from_source(source: str, **space: Any) -> Any:
    space["__name__"] = "shop_shell"
    exec(source, space)  # code that is of no module
    return space["made"]


def _closing(password: str, more: Any) -> Callable[[], Any]:
    def made() -> Any:
        return password, more

    return made


def _wrapping() -> Any:
    inner = from_source(f"def made(*, api_key={PASSWORD!r}): pass")
    return lambda: inner


def _ring() -> Any:
    def made() -> Any:
        return made

    vars(made)["password"] = PASSWORD
    return made


def _by_name(password: str = PASSWORD) -> str:
    return password


class _Login:
    def __init__(self, user: str, password: str) -> None:
        self.user = user, password

    def go(self, user: str, password: str) -> None:
        """Do nothing."""


SAMPLES: dict[str, Callable[[], Any]] = {
    "default": lambda: from_source(f"def made(user, password={PASSWORD!r}): pass"),
    "default of keywords": lambda: from_source(f"def made(*, page=2, password={PASSWORD!r}): pass"),
    "closure": lambda: _closing(PASSWORD, 1),
    "global": lambda: from_source("def made(): return password", password=PASSWORD),
    "global of an inner function": lambda: from_source("def made(): return lambda: password", password=PASSWORD),
    "assignment": lambda: from_source(f"def made(self):\n    self.password = {PASSWORD!r}"),
    "argument": lambda: from_source(f"def made(): connect(page=2, password={PASSWORD!r})"),
    "name of its own": lambda: from_source(f"def made():\n    password = {PASSWORD!r}\n    return password"),
    "dictionary": lambda: from_source(f"def made(): return {{'password': {PASSWORD!r}}}"),
    "larger dictionary": lambda: from_source(f"def made(): return {{'page': 'two', 'password': {PASSWORD!r}, 'more': 'x'}}"),
    "entry": lambda: from_source(f"def made(held): held['password'] = {PASSWORD!r}"),
    "text": lambda: from_source(f"def made(): return 'postgresql://shop:{PASSWORD}@db/shop'"),
    "shape": lambda: from_source(f"def made(): return ('x', {KEY!r})"),
    "docstring": lambda: from_source(f"def made(): 'uses {KEY}'"),
    "attribute of a function": _ring,
    "function in a function": _wrapping,
    "lambda in a list": lambda: [KEPT, from_source(f"made = lambda token={PASSWORD!r}: token")],
    "function in an object": lambda: Anything(function=from_source(f"def made(password={PASSWORD!r}): pass")),
    "class": lambda: from_source(f"class made: password = {PASSWORD!r}"),
    "instance": lambda: [from_source(f"class made: password = {PASSWORD!r}")()],
    "method": lambda: from_source(f"class made:\n    def go(self, password={PASSWORD!r}): pass"),
    "class method": lambda: from_source(f"class made:\n    @classmethod\n    def go(cls, password={PASSWORD!r}): pass"),
    "property": lambda: from_source(f"class made:\n    @property\n    def go(self): return {KEY!r}"),
    "class in a class": lambda: from_source(f"class made:\n    class inner:\n        note = {KEY!r}"),
    "partial": lambda: functools.partial(from_source("def made(user, password): pass"), "ada", PASSWORD),
    "partial of a class": lambda: functools.partial(_Login, "ada", PASSWORD),
    "partial of a method": lambda: functools.partial(_Login("", "").go, "ada", PASSWORD),
    "keyword of a partial": lambda: functools.partial(dict[str, Any], user="ada", password=PASSWORD),
}


def test_it_is_found() -> None:
    """By what is asked of functions and classes, whatever is found in their pickles besides."""
    made = {name: make() for name, make in SAMPLES.items()}
    code = {name: item for name, item in made.items() if isinstance(item, (FunctionType, type))}
    assert [name for name, item in code.items() if not holds_credential(item)] == []
    assert len(code) > 15


@pytest.mark.parametrize("mode", MODES)
def test_it_stays_here(mode: str) -> None:
    """Wherever in it the credential is, as an argument or in an attribute; and it is replaced in texts."""
    errors = {name: ShopError(1, held=make(), kept=KEPT) for name, make in SAMPLES.items()}
    errors |= {f"{name}, argument": ValueError(make(), KEPT) for name, make in SAMPLES.items()}  # type: ignore[misc]
    with writing(mode, a_registry()) as write:
        written = {name: write(error) for name, error in errors.items()}
    assert [name for name, data in written.items() if PASSWORD.encode() in data or KEY.encode() in data] == []
    assert all(KEPT.encode() in data for data in written.values())


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_note_tells(mode: str) -> None:
    """It names the function, and the credential is replaced in what else is said."""
    function = from_source(f"def made(password={PASSWORD!r}): pass")
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(ShopError(1, text=f"tried {PASSWORD}", held=function)))
    assert not hasattr(got, "held")
    assert "function made holds a credential" in got.__notes__[0]
    assert got.text == f"tried {REDACTED}"


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_the_class_of_an_error(mode: str) -> None:
    """Its nearest base stands for it, and a note says so."""
    for source in (f"password = {PASSWORD!r}", f"note = {KEY!r}", f"def go(self, password={PASSWORD!r}): pass"):
        cls = from_source(f"class made(LookupError):\n    {source}")
        with writing(mode, a_registry()) as write:
            data = write(cls("no shop"))
        got = pickle.loads(data)
        assert type(got) is LookupError
        assert got.args == ("no shop",)
        assert "made" in got.__notes__[0]
        assert PASSWORD.encode() not in data
        assert KEY.encode() not in data


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_harmless_ones_travel(mode: str) -> None:
    """Functions and classes in which much only tells of credentials."""
    source = """
class made(LookupError):
    "Raised for https://user:passw0rd1@host/ and password=<password>."
    password = None
    SECRET_NAME = "shop/db"
    __slots__ = ("password",) if False else ()
    @property
    def api_key(self): return "x-api-key"
    @api_key.setter
    def api_key(self, value): self.kept = value
    def go(self, password="required", *, token=None, page=2): return {"password": "string", "page": "2"}
    def ask(self): self.token = "start"; page, token = 1, "stop"; where = "shop1x2y3z"; return self.none()
    def none(self): token = "shop1.example"; return self.go(password="missing")
    def name(self): secret = "NameOfTheVaultOfShops"; return secret
    def find(self, page, password): password = self.ask("shop1x2y3z"); return self.go("shop1x2y3z", page, password)
"""
    cls = from_source(source)
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(cls(cls("x").go, _closing("required", 1), from_source("def made(password='', token='shop'): return 7"))))
    assert type(got).__name__ == "made"
    assert got.args[1]() == ("required", 1)
    assert got.args[2]() == 7
    assert not any("credential" in note or "left behind" in note for note in got.__notes__)


def test_without_redaction_they_travel() -> None:
    """So each sample that can be written has one in it."""
    with writing("cloudpickle.dumps", a_registry(redact=False)) as write:
        written = {name: write(ShopError(1, held=make())) for name, make in SAMPLES.items()}
    assert [name for name, data in written.items() if PASSWORD.encode() not in data and KEY.encode() not in data] == []
    assert isinstance(pickle.loads(written["default"]).held, FunctionType)


def test_what_goes_by_name_is_not_asked() -> None:
    """Its code isn't written."""
    assert [*credentials_by_value(_Login)] == []
    assert [*credentials_by_value(pickle)] == []
    assert not holds_credential(_Login)
    assert [*credentials_by_value(_by_name)] == []
    assert not holds_credential(_closing("required", _by_name))


def test_what_goes_by_name_in_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the program itself it is written by value all the same."""
    made = from_source(f"def made(password={PASSWORD!r}): pass")
    made.__module__ = "__main__"
    monkeypatch.setattr(sys.modules["__main__"], "made", made, raising=False)
    assert [*credentials_by_value(made)] == [("password", PASSWORD)]


def test_of_a_module_that_is_registered_to_go_by_value() -> None:
    """What cloudpickle is told to write so is looked into as well."""
    import cloudpickle

    module = type(sys)("shop_by_value")
    exec(f"class Refused(LookupError): password = {PASSWORD!r}\ndef go(password={PASSWORD!r}): pass", vars(module))
    sys.modules["shop_by_value"] = module
    cloudpickle.register_pickle_by_value(module)  # type: ignore[no-untyped-call]
    try:
        for mode in sorted(BY_VALUE):
            with writing(mode, a_registry()) as write:
                data = write(module.Refused("no", module.go))
            assert PASSWORD.encode() not in data
            assert type(pickle.loads(data)) is LookupError
    finally:
        cloudpickle.unregister_pickle_by_value(module)  # type: ignore[no-untyped-call]
        del sys.modules["shop_by_value"]


def test_a_cell_that_is_empty() -> None:
    """What a function closes over may not be there yet."""

    def function() -> Any:
        return password

    assert not holds_credential(function)
    password = "later"
    assert function() == password

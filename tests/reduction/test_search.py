"""What is told at once by the names of what an object holds is what asking after its values would tell; and no class is asked for it."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest
from bare_samples import ShopError
from held_samples import SHORT, Anything
from hypothesis import example, given
from hypothesis import strategies as st
from writers import MODES, a_registry, writing

from picklereg.redaction.secrets import Secrets
from picklereg.reduction import search
from picklereg.reduction.attachments import Attachments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: What names and values have to stand together for the value to be a credential, or the body of a request; and what is of no interest.
_TOGETHER: Final = (
    ("name", "value", "input", "param", "loc", "kind", "data", "stringData", "_data"),
    ("tag", "text", "tagName", "childNodes", "attrib", "argument_name", "message"),
    ("role", "content", "model", "messages", "jsonrpc", "params", "prompt"),
    ("code", "state", "grant_type", "redirect_uri", "kty", "d", "k", "auth", "login", "user", "password"),
    ("url", "method", "headers", "body", "json_body", "status", "post_data", "raw_request", "hosts"),
    ("statement", "parameters", "columns", "rows", "orig"),
    ("line", "Line", "a name with words", "default_proxy_headers", "x" * 30),
)
_NAMES: Final = [name for names in _TOGETHER for name in names]
_TOLD: Final = st.sampled_from(
    [
        "authorization",
        "Secret",
        SHORT,
        f"INSERT INTO users (password) VALUES ('{SHORT}')",
        ("password",),
        (SHORT,),
        {"password": SHORT},
        None,
    ]
)


def _class(name: str) -> type:
    return type(name, (Anything,), {})


_KINDS: Final = st.sampled_from([dict, ShopError, *map(_class, ("Anything", "V1Secret", "netrc", "Cookie", "Morsel", "dict"))])


def _found(item: Any) -> tuple[dict[str, int], list[int], bool]:
    secrets = Secrets()
    parts: Iterable[Any] = search.parts_in(item, secrets, Attachments(secrets, lambda _: None))
    return secrets.rules, sorted(map(id, parts)), secrets.found


@given(_KINDS, st.dictionaries(st.sampled_from(_NAMES), _TOLD, max_size=6))
@example(_class("netrc"), {"hosts": {"shop": ("ada", "", SHORT)}})
@example(_class("V1Secret"), {"data": {"any": SHORT}})
@example(_class("Cookie"), {"value": SHORT})
@example(Anything, {"tag": "password", "text": SHORT})
@example(Anything, {"code": "4/0AX4XfWh-zQ7Lm51Pd", "state": "open"})
@example(Anything, {"role": "user", "content": SHORT})
@example(dict, {1: SHORT, "x" * 2_000: None})
@example(Anything, {"default_proxy_headers": None, "a name with words": None})
@example(dict, {"kind": "Secret", "data": {"any": SHORT}})
@example(Anything, {"url": "https://shop.example/", "method": "POST", "body": SHORT})
@example(ShopError, {"argument_name": "--password", "message": f"invalid value '{SHORT}'"})
def test_names_alone_tell_the_same(kind: type, entries: dict[Any, Any]) -> None:
    """As if nothing were told by them: the same is found, and the same is left to be searched."""
    if kind is dict:
        item: Any = {**entries}
    else:
        item = ShopError(1) if kind is ShopError else kind()
        vars(item).update(entries)
    quickly = _found(item)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "plain_entries", lambda _names, _kind: None)
        assert _found(item) == quickly


_PASSWORD: Final = "q7Lm51Pd-zR"
_CODE: Final = "4/0AX4XfWh-zQ7Lm51Pd"


class _Refusing(type):
    """Says nothing of how its classes' instances are pickled."""

    def __getattribute__(cls, name: str) -> Any:
        if name == "__reduce__":
            raise ValueError(name)
        return super().__getattribute__(name)


class _Client(metaclass=_Refusing):
    def __init__(self, password: str) -> None:
        self.password = password


@pytest.mark.parametrize("mode", MODES)
def test_what_cannot_be_asked_is_searched(mode: str) -> None:
    """The object stays behind, and what is a credential in it does so elsewhere."""
    error = ShopError(1, reason=f"{_PASSWORD} was refused", client=_Client(_PASSWORD))
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert _PASSWORD.encode() not in data
    assert b" was refused" in data


class _Own(logging.Logger):
    """A logger that says itself how it is pickled."""

    def __reduce__(self) -> Any:
        return logging.getLogger, (self.name,)


@pytest.mark.parametrize("mode", MODES)
def test_a_logger_that_reduces_itself_is_searched(mode: str) -> None:
    """It may be written with what it holds."""
    logger: Any = _Own("shop")
    logger.client = {"password": _PASSWORD}
    error = ShopError(1, reason=f"{_PASSWORD} was refused", logger=logger)
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert _PASSWORD.encode() not in data
    assert b" was refused" in data


class _Form(list[Any]):
    """A list with attributes."""

    label = ""


def _a_form() -> _Form:
    form = _Form([("code", _CODE), ("state", "open")])
    form.label = "sent"
    return form


#: Where a credential stands in an object that an error holds, so that it is found wherever else it stands.
_HELD: Final[dict[str, Callable[[], Any]]] = {
    "what an error in it holds": lambda: ShopError(2, kind="Secret", data={"any": _CODE}),
    "the rest of an option": lambda: ["mysql", f"-p{_CODE}"],
    "a list of pairs that has attributes, too": _a_form,
    "a pair whose names are bytes": lambda: {b"name": b"x-api-key", b"value": _CODE},
    "what an error in it quotes": lambda: ShopError(2, argument_name="--password", message=f"invalid value '{_CODE}'"),
}
#: Where the same is none.
_KEPT: Final[dict[str, Callable[[], Any]]] = {
    "sets, which have no order": lambda: [{name, _CODE} for name in _CREDENTIALS],
    "a dictionary that is no request": lambda: {"url": "https://shop.example/", "method": "POST", "body": _CODE},
    "what was said": lambda: {"role": "user", "content": _CODE},
}
_CREDENTIALS: Final[tuple[str, ...]] = (
    "password",
    "secret",
    "token",
    "api_key",
    "passwd",
    "access_token",
    "client_secret",
    "private_key",
    "auth_token",
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", _HELD)
def test_what_an_object_leads_to_is_searched(name: str, mode: str) -> None:
    """What is a credential there doesn't leave in a text, either."""
    held = Anything()
    vars(held).update(held=_HELD[name]())
    with writing(mode, a_registry()) as write:
        data = write(ShopError(1, reason=f"{_CODE} was refused", held=held))
    assert _CODE.encode() not in data
    assert b" was refused" in data


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", _KEPT)
def test_what_is_none_there_stays(name: str, mode: str) -> None:
    """It arrives in texts."""
    held = Anything()
    vars(held).update(held=_KEPT[name]())
    with writing(mode, a_registry()) as write:
        data = write(ShopError(1, reason=f"{_CODE} was refused", held=held))
    assert f"{_CODE} was refused".encode() in data


@pytest.mark.parametrize("mode", MODES)
def test_a_body_in_an_error_that_an_object_holds(mode: str) -> None:
    """It stays behind."""
    held = Anything()
    vars(held).update(held=ShopError(2, raw_request={"any": _CODE}))
    with writing(mode, a_registry()) as write:
        data = write(ShopError(1, held=held))
    assert _CODE.encode() not in data


_WITHOUT_LOGGING: Final = f"""
import sys
sys.modules.pop("logging", None)  # what measures coverage may have imported it
import pickle, picklereg

class Client:
    def __init__(self, password):
        self.password = password

error = ValueError("{_PASSWORD} was refused")
error.client = Client("{_PASSWORD}")
with picklereg.installed(all_exceptions=True):
    data = pickle.dumps(error)
assert "logging" not in sys.modules
sys.stdout.buffer.write(data)
"""


def test_a_process_without_loggers() -> None:
    """In one that hasn't imported ``logging``, which picklereg doesn't either, objects are searched as in others."""
    data = subprocess.run([sys.executable, "-c", _WITHOUT_LOGGING], stdout=subprocess.PIPE, check=True).stdout
    assert _PASSWORD.encode() not in data
    assert b" was refused" in data

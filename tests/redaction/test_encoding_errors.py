"""A credential that can't be encoded, or decoded, stays behind; what is wrong with it is told as before. Really raised, by clients too."""

from __future__ import annotations

import http.client
import pickle
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
import requests
import urllib3
from echo_server import leaks
from urllib3.util import make_headers
from writers import MODES, a_registry, writing

from picklereg.redaction.encoding_errors import masked
from picklereg.redaction.values import REDACTED

if TYPE_CHECKING:
    from crossing import Reader

#: No shape tells what it is, and no header can hold the sign after it.
KEY: Final = "blue-horse-7"
NOWHERE: Final = "http://127.0.0.1:9/"


class _Hiding:
    """Doesn't tell what it holds."""

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        raise ValueError


class _Login:
    """Holds a password."""

    def __init__(self, password: str) -> None:
        self.password = password

    def send(self) -> bytes:
        """Encode what it sends."""
        return f"PASS {self.password}".encode("ascii")


def _http_client(headers: dict[str, str]) -> None:
    http.client.HTTPConnection("127.0.0.1", 9).request("GET", "/", headers=headers)


def _urllib(headers: dict[str, str]) -> None:
    urllib.request.urlopen(urllib.request.Request(NOWHERE, headers=headers))


_CLIENTS: Final[dict[str, Callable[[dict[str, str]], object]]] = {
    "http.client": _http_client,
    "httpx": lambda headers: httpx.get(NOWHERE, headers=headers),
    "requests": lambda headers: requests.get(NOWHERE, headers=headers, timeout=5),
    "urllib": _urllib,
    "urllib3": lambda headers: urllib3.PoolManager().request("GET", NOWHERE, headers=headers),
}


def _local() -> None:
    api_key = f"{KEY}€"
    f"key={api_key};".encode("latin-1")


def _several() -> None:
    password = f"{KEY}€€"
    password.encode("ascii")


def _data() -> None:
    token = f"{KEY}é".encode("latin-1")
    token.decode("utf-8")


def _at_module_level() -> None:
    exec(f"password = '{KEY}€'\n(password + ' ').encode('ascii')", {})


def _entry() -> None:
    settings = {"api_key": f"{KEY}€"}
    "".join(settings.values()).encode("ascii")


def _beside_what_refuses() -> None:
    hiding: list[_Hiding] | _Hiding = _Hiding()
    password = f"{KEY}€"
    (password if isinstance(hiding, _Hiding) else "").encode("ascii")


def _six() -> None:
    password = KEY[-6:]
    f"to {password}€".encode("ascii")


def _short() -> None:
    password = "p7€"
    password.encode("ascii")


def _beside() -> None:
    for value, name in ((f"{KEY}€", "X-Api-Key"),):
        b"".join([name.encode("ascii"), value.encode("ascii")])


_CASES: Final[dict[str, Callable[[], object]]] = {
    **{name: lambda client=client: client({"X-Api-Key": f"{KEY}€"}) for name, client in _CLIENTS.items()},  # type: ignore[misc]
    "two words": lambda: _http_client({"Authorization": f"Token {KEY}€"}),
    "login": lambda: requests.get(NOWHERE, auth=("ada", f"{KEY}€"), timeout=5),
    "both": lambda: make_headers(basic_auth=f"ada:{KEY}€"),
    "object": lambda: _Login(f"{KEY}€").send(),
    "local": _local,
    "several": _several,
    "data": _data,
    "entry": _entry,
    "beside what refuses": _beside_what_refuses,
    "six": _six,
    "short": _short,
    "module": _at_module_level,
    "beside": _beside,
    "shape": lambda: f"Bearer {'zQ7Lm51PdXw82Kc0' * 2} for a trip of 3 €".encode("ascii"),  # is replaced in its place
}


def _raised(call: Callable[[], object]) -> UnicodeError:
    with pytest.raises(UnicodeError) as caught:
        call()
    return caught.value


_RAISED: Final = {name: _raised(call) for name, call in _CASES.items()}


@pytest.mark.parametrize("mode", MODES)
def test_the_credential_stays_behind_and_the_text_arrives(mode: str, reader: Reader) -> None:
    """In its arguments and in its fields."""
    with writing(mode, a_registry()) as write:
        sent = {name: write(error) for name, error in _RAISED.items()}
    leaking = [name for name, data in sent.items() if leaks(data, KEY) or leaks(data, "zQ7Lm51PdXw82Kc0" * 2)]
    assert leaking == []
    code = """
import pickle
obj = {name: pickle.loads(data) for name, data in obj.items()}
def told(e):
    return [type(e).__name__, str(e), e.args[1] == e.object, "redacted" in str(e.object), e.args[2:] == (e.start, e.end, e.reason)]
result = {name: told(error) for name, error in obj.items()}"""
    told = reader.read(pickle.dumps(sent), code=code)
    assert told == {name: [type(error).__name__, str(error), True, True, True] for name, error in _RAISED.items()}


def _harmless() -> None:
    title, headers = "Größe€", {"Authorization": KEY}
    _http_client({"X-Title": title, **headers})


def _placeholder() -> None:
    password = "<pässword>"
    password.encode("ascii")


def _other(password: str = KEY, pin_secret: str = "1234", header: str = "X-Api-Key") -> None:
    f"{password and header and 'été'} {pin_secret}".encode("ascii")


def _at_module_level_too() -> None:
    exec("NAME = 'X-Api-Key'\ntitle = 'été 1234'\ntitle.encode('ascii')", {})


@pytest.mark.parametrize(
    "call",
    [_harmless, _placeholder, _other, _at_module_level_too, lambda: "naïve€user42".encode("latin-1"), lambda: b"t\xffken".decode("ascii")],
)
def test_what_is_none_arrives(call: Callable[[], object]) -> None:
    """Another header, a placeholder, a text beside which a credential stands."""
    error: Any = _raised(call)
    with writing("picklereg.dumps", a_registry()) as write:
        got = pickle.loads(write(error))
        other = pickle.loads(write(ValueError("Bearer zQ7Lm51PdXw82Kc0", error)))
    assert other.args[1].object == error.object  # also where there is a credential elsewhere
    assert (got.args, got.object, str(got), getattr(got, "__notes__", [])) == (error.args, error.object, str(error), [])


def test_a_class_that_is_being_made_is_not_asked() -> None:
    """Its body's names may stand in something that has code."""

    class Names(dict[str, Any]):
        def items(self) -> Any:
            raise AssertionError

    class Meta(type):
        @classmethod
        def __prepare__(cls, *_: Any, **__: Any) -> Names:
            return Names()

    def make() -> None:
        class _Made(metaclass=Meta):
            kept = "été 1234".encode("ascii")

    error = _raised(make)
    with writing("picklereg.dumps", a_registry()) as write:
        assert pickle.loads(write(error)).args == error.args


_HIDDEN: Final = f"{REDACTED}{'*' * 7}"


@pytest.mark.parametrize(
    ("whole", "written", "start", "end", "stand_in"),
    [
        ("ab€c", "", 2, 3, f"**€{REDACTED}"),
        ("ab€€c", "", 2, 4, f"****{REDACTED}"),
        (b"ab\xffc", b"", 2, 3, b"**\xff" + REDACTED.encode()),
        (b"ab\xff\xffc", "", 2, 9, b"*****" + REDACTED.encode()),
        ("abc", "", -1, 0, REDACTED),
        ("abc", "", 7, 8, f"**c{REDACTED}"),
        (f"token={'x' * 30} €.", f"token={REDACTED} €.", 37, 38, f"token={_HIDDEN} €."),
        (f"€ token={'x' * 30}".encode(), f"€ token={REDACTED}".encode(), 0, 3, f"€ token={_HIDDEN}".encode()),
        (f"token={'x' * 23} €", f"token={REDACTED} €", 30, 31, f"token={REDACTED} €"),
        ("token=xyz€xyz!", f"token={REDACTED}!", 9, 10, "token=***€***!"),
        ("token=xyz€€xyz!", f"token={REDACTED}!", 9, 11, "token=********!"),
    ],
)
def test_what_is_shown_is_in_its_place(whole: str | bytes, written: str | bytes, start: int, end: int, stand_in: str | bytes) -> None:
    """Text or bytes, with one wrong or several; where it begins may be anywhere, for who makes an error by hand."""
    assert masked(whole, written, start, end) == stand_in


@pytest.mark.parametrize("mode", MODES)
def test_what_stands_around_it_arrives(mode: str) -> None:
    """A text in which a credential is found by its shape keeps its length."""
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(_RAISED["shape"]))
    assert got.object == f"Bearer {REDACTED}********* for a trip of 3 €"


def test_one_by_hand_arrives() -> None:
    """Without a traceback, and with nothing that was refused."""
    for error in (UnicodeEncodeError("ascii", "", 0, 1, "nothing"), UnicodeError(f"token={KEY}9")):
        with writing("picklereg.dumps", a_registry()) as write:
            got = pickle.loads(write(ValueError("Bearer zQ7Lm51PdXw82Kc0", error))).args[1]
        assert type(got) is type(error)

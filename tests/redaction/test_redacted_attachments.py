"""Strip functions: what they may give, and how they take part in the search for credentials."""

from __future__ import annotations

import copy
import dataclasses
import gzip
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from echo_server import KEY, leaks
from sending import WAYS, a_registry, written

import picklereg
from picklereg.redaction import REDACTED, redact_secret
from picklereg.redaction.collecting import collecting

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclasses.dataclass
class Login:
    """Somebody's own attachment."""

    user: str
    token: str | None
    more: Any = None


def without_token(login: Login) -> Login:
    return dataclasses.replace(login, token=redact_secret(login.token))


def itself(login: Login) -> Login:
    redact_secret(login.token)
    return login


def sent(exc: BaseException, strip: Callable[[Login], object], how: str, **options: Any) -> Any:
    registry = picklereg.Registry(entry_points=False, **options)
    registry.register_attachment(Login, strip)
    data = WAYS[how](exc, registry)
    assert options or leaks(data, KEY) == []
    return loaded(data)


def loaded(data: bytes) -> Any:
    obj = pickle.loads(data)
    return obj["results"][1] if isinstance(obj, dict) else obj


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("strip", [without_token, itself])
def test_another_one_of_the_same_class(strip: Callable[[Login], object], how: str) -> None:
    """A strip function may give a value of the attachment's own class; it isn't stripped again, and is redacted by value."""
    login = Login("ada", KEY, more={"tried": [KEY]})
    arrived = sent(LookupError(f"{KEY} is no use", login, [login]), strip, how)
    assert arrived.args[:2] == (f"{REDACTED} is no use", Login("ada", REDACTED, {"tried": [REDACTED]}))
    assert arrived.args[2] == [arrived.args[1]]
    assert login.token == KEY


@pytest.mark.parametrize("how", WAYS)
def test_a_strip_function_without_redaction(how: str) -> None:
    """With ``redact=False`` its helpers replace nothing."""
    assert sent(LookupError(Login("ada", KEY)), without_token, how, redact=False).args[0].token == KEY


def test_the_secret_of_a_strip_function() -> None:
    """Text and bytes are replaced in their type; what is empty or something else is no secret."""
    assert (redact_secret("abcdef"), redact_secret(b"abcdef")) == (REDACTED, REDACTED.encode())
    assert [redact_secret(value) for value in (None, "", b"", 3)] == [None, "", b"", 3]
    assert collecting(None, redact_secret, "abcdef") == "abcdef"


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Authorization: Bearer {KEY}, then", f"Authorization: Bearer {REDACTED}, then"),
        ("authorization=Basic dXNlcjpzay0wMTIzNDU=.", f"authorization=Basic {REDACTED}."),
        (f"headers {{'Authorization': 'Bearer {KEY}'}}", f"headers {{'Authorization': '{REDACTED}'}}"),
        (f'{{"Proxy-Authorization": "{KEY}", "X_Api_Key": "sk-1"}}', f'{{"Proxy-Authorization": "{REDACTED}", "X_Api_Key": "{REDACTED}"}}'),
        ("authorization: token required", "authorization: token required"),
    ],
)
def test_headers_in_a_text(text: str, shown: str, how: str) -> None:
    """As a client logs them, or a server repeats them; what was redacted stays so."""
    exc = LookupError(text, gzip.compress(text.encode()))
    exc.add_note("sk-012345 again" if "Basic" in text else f"{KEY} again")
    exc.__cause__ = RuntimeError(17, "no credential")
    arrived = loaded(written(loaded(written(exc, how)), how))
    assert arrived.args[0] == shown
    assert (arrived.args[1] == exc.args[1]) == (text == shown)
    assert (REDACTED in arrived.__notes__[0]) == (text != shown)


def test_headers_of_a_compressed_body() -> None:
    """A secret that stands nowhere but in compressed bytes is found there."""
    body = gzip.compress(f'{{"headers": {{"Authorization": "Bearer {KEY}"}}}}'.encode())
    assert leaks(picklereg.dumps(ValueError(body), registry=a_registry(redact=False)), KEY)
    assert leaks(picklereg.dumps(ValueError(body, KEY), registry=a_registry()), KEY) == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite://", "sqlite://"),
        ("postgresql://ada@host/d?sslmode=require", "postgresql://ada@host/d?sslmode=require"),
        ("mysql://ada:secret-word@host/d", f"mysql://ada:{REDACTED}@host/d"),
        ("mssql://host/d?password=secret-word&password=other-word&driver=x", None),
        ("mssql://host/d?api_key=secret-word", None),
    ],
)
def test_the_url_of_a_database(url: str, shown: str | None) -> None:
    """SQLAlchemy's URLs lose password and credential parameters."""
    make_url = pytest.importorskip("sqlalchemy").make_url
    exc = LookupError(make_url(url), "secret-word")
    found = pickle.loads(written(exc, "dumps")).args
    assert found[1] == ("secret-word" if shown == url else REDACTED)
    if shown is None:
        assert set(found[0].query.get("password", [REDACTED])) | {found[0].query.get("api_key", REDACTED)} == {REDACTED}
        assert found[0].database == "d"
    else:
        assert found[0] == make_url(url).set(password=REDACTED if REDACTED in shown else None)


def test_a_response_before_its_answer() -> None:
    """An aiohttp response that hasn't any headers yet has none there."""
    aiohttp = pytest.importorskip("aiohttp")
    client_reqrep = pytest.importorskip("aiohttp.client_reqrep")
    made: Any = object.__new__(aiohttp.ClientResponse)
    url = pytest.importorskip("yarl").URL("http://host/?key=secret-word")
    headers = pytest.importorskip("multidict").CIMultiDictProxy(pytest.importorskip("multidict").CIMultiDict({"Cookie": "a=secret-word"}))
    made.__dict__.update(method="GET", _url=url, _real_url=url, _request_info=client_reqrep.RequestInfo(url, "GET", headers, url))
    before = copy.copy(made.__dict__)
    data = written(LookupError(made), "dumps")
    assert b"secret-word" not in data
    arrived = pickle.loads(data).args[0]
    assert (arrived.status, arrived.headers, arrived.method, arrived.request_info.headers["cookie"]) == (None, None, "GET", REDACTED)
    assert made.__dict__ == before

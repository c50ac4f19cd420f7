"""What is remembered of one error: how much, from whom, and what is told of it."""

from __future__ import annotations

import base64
import gzip
import json
import sys
import zlib
from typing import Any

import pytest

from picklereg.redaction import has_credentials, redact_headers, redact_value
from picklereg.redaction.beneath import Beneath, has_credentials_beneath
from picklereg.redaction.collecting import collecting, current_secrets
from picklereg.redaction.held import is_named_value, text_of
from picklereg.redaction.secrets import Secrets
from picklereg.redaction.values import REDACTED

KEY = "s3cr3t-Valu3-of-the-pr0gram"


def test_a_bound() -> None:
    """Of thousands of values some are replaced in their place alone, and the caller can tell."""
    secrets = Secrets()
    links = [f"https://h/?token=tok{number:05}abc" for number in range(1_200)]
    secrets.scan("\n".join(links))
    assert secrets.is_full
    alike = Secrets()
    for number in range(20):
        alike.add(f"{'&' * (number // 5)}word!x{'#&' * (number % 5)}"[:11])
    assert alike.is_full
    assert "tok00000abc" not in secrets.text("tok00000abc")
    assert secrets.text("tok01199abc") == "tok01199abc"
    assert secrets.text(links[1199]) == f"https://h/?token={REDACTED}"


def test_room_for_the_program() -> None:
    """However many a server sends, the program's own are replaced."""
    secrets = Secrets()
    for number in range(1_200):
        secrets.add_header("Set-Cookie", f"s=cookie{number:05}; Path=/", is_foreign=True)
        secrets.add_entry("set-cookie", f"s=cookie{number:05}; Path=/")
    secrets.add_header("Authorization", f"Bearer {KEY}")
    assert secrets.is_full
    assert secrets.text(f"no {KEY}") == f"no {REDACTED}"


def test_rules() -> None:
    """By which names, places and shapes something was found, never what."""
    secrets = Secrets()
    secrets.scan(f"https://u:{KEY}@h/?token={KEY} ghp_{'a1B2' * 9} api_key={KEY}")
    secrets.add_header("X-Api-Key", KEY)
    assert secrets.rules == {"URL's userinfo": 1, "name: token": 1, "GitHub token": 1, "name: api_key": 1, "name: X-Api-Key": 1}
    secrets.text(f"https://u:{KEY}@h/?token={KEY} ghp_{'a1B2' * 9} api_key={KEY}")
    assert secrets.rules["name: token"] == 1
    assert KEY not in str(secrets.rules)
    for number in range(1_500):
        secrets.add_header(f"x-{number}-token", KEY)
    assert len(secrets.rules) < 1_500


@pytest.mark.parametrize(
    ("house", "problem"),
    [
        (lambda text: text[9], "the redact function raised IndexError"),
        (sys.exit, "the redact function raised SystemExit"),
        (lambda text: None, "the redact function gave NoneType and no text"),
        (lambda text: text.upper(), None),
    ],
)
def test_a_house_rule(house: object, problem: str | None) -> None:
    """Where it fails nothing of the text is left, and a note can say why."""
    secrets = Secrets(house)  # type: ignore[arg-type]
    assert secrets
    assert secrets.text("abc") == ("ABC" if problem is None else REDACTED)
    assert secrets.texts(["abc"]) == ["ABC" if problem is None else REDACTED]
    assert secrets.problem == problem
    assert secrets.may_change(b"")


def test_many_texts_at_once() -> None:
    """If there is nothing in them, they are the same ones."""
    secrets = Secrets()
    texts = ["a", "b"]
    assert secrets.texts(texts) is texts
    secrets.scan_texts(["a", f"token={KEY}"])
    assert secrets.texts(texts) is texts
    assert secrets.texts(["a", f"{KEY}"]) == ["a", REDACTED]
    assert secrets.texts(["api_key=abc", "c"]) == [f"api_key={REDACTED}", "c"]
    untouched = Secrets()
    untouched.scan_texts(texts)
    assert not untouched


def test_what_a_header_holds() -> None:
    """A scheme's token, a login, fields, cookies: each is one of its own."""
    secrets = Secrets()
    login = base64.b64encode(b"ada:pass-w0rd").decode()
    secrets.add_header("Authorization", f"Basic {login}")
    secrets.add_header("Authorization", 'Digest response="0123456789abcdef0", qop=auth')
    secrets.add_header("Cookie", 'lang=english; s="sess10n"; theme')
    secrets.add_header("Cookie", REDACTED)
    secrets.add_header("Authorization", "Basic nonsens")
    for text in (login, "pass-w0rd", "0123456789abcdef0", "sess10n"):
        assert secrets.text(f"({text})") == f"({REDACTED})"
    assert secrets.text("english theme, qop=auth") == "english theme, qop=auth"
    secrets.add_header("Set-Cookie", "s=sess10n-2; Domain=shop7-intern; Path=/")
    assert secrets.text("sess10n-2 of shop7-intern") == f"{REDACTED} of shop7-intern"
    secrets.add_header("Authorization", f"Basic {base64.b64encode(b'eve:a-l0ng-passw0rd').decode()}")
    assert secrets.text("eve:a-l0ng-passw0rd") == f"eve:{REDACTED}"
    secrets.add_header("Authorization", f"Bearer {base64.b64encode(b'{not:a-l0g1n}').decode()}")
    secrets.add_header("Authorization", f"Basic {base64.b64encode(b'deploy-user-x').decode()}")
    secrets.scan(f"Authorization: Bearer {base64.b64encode(b'{not:a-l0g1n}').decode()}")
    assert secrets.text("a-l0g1n} deploy-user-x") == "a-l0g1n} deploy-user-x"


def test_a_scheme_and_what_follows_it() -> None:
    """A long token is found by itself, and its scheme stays; of a short one, or of several words, all is replaced."""
    secrets = Secrets()
    for value in (f"Zap {KEY}", "Bearer hunter2", "Digest a-l0ng-word and words"):
        secrets.add_header("Authorization", value)
    assert secrets.text(f"no Zap {KEY}") == f"no Zap {REDACTED}"
    assert secrets.text("no Digest a-l0ng-word and words") == f"no {REDACTED}"
    assert REDACTED in secrets.text(base64.b64encode(b"x Bearer hunter2 yz").decode())


def test_what_a_strip_function_saw_first() -> None:
    """It has replaced it there alone; where the same text stands elsewhere, there is one to be replaced."""
    secrets = Secrets()
    secrets.is_collecting = True
    secrets.scan(f"token={KEY}")
    assert not secrets.is_elsewhere
    secrets.is_collecting = False
    secrets.scan("nothing")
    assert not secrets.is_elsewhere
    secrets.scan(f"token={KEY}")
    assert secrets.is_elsewhere
    secrets.is_collecting = True
    secrets.scan(f"token={KEY}")
    secrets.add(f"{KEY}, too")
    assert secrets.is_elsewhere


def test_nothing_found() -> None:
    """Then there is nothing to replace, in texts and in pickles."""
    secrets = Secrets()
    secrets.scan("nothing")
    assert not secrets
    assert not secrets.may_be_in(b"abc")
    secrets.add(f"{REDACTED} x1-y2")
    secrets.add_header("x-api-key", REDACTED)
    assert secrets.text(f"{REDACTED} x1-y2") == f"{REDACTED} x1-y2"
    assert secrets.rules == {}
    secrets.scan(f"Authorization: Basic {base64.b64encode(b'bob:0ther-pass').decode()}")
    assert secrets.text("0ther-pass") == REDACTED


def test_entries() -> None:
    """Text, bytes and several of them; what keeps its name beside the value is no harm, nor is what can be no value."""
    secrets = Secrets()
    secrets.add_entry("x-api-key", ["X-Api-Key", KEY.encode(), 3])
    secrets.add_entry(b"token", {"a0ther-value"})
    secrets.add_entry("password", "required")
    assert secrets.text(f"{KEY} a0ther-value X-Api-Key required") == f"{REDACTED} {REDACTED} X-Api-Key required"
    assert secrets.rules == {"name: x-api-key": 1, "name: token": 1}


@pytest.mark.parametrize("written", [json.dumps({"password": 'q"u\\o-t3 ü'}), "password=q%22u%5Co-t3+%C3%BC"])
def test_readings(written: str) -> None:
    """A value is remembered as it is written, and as it is meant."""
    secrets = Secrets()
    secrets.scan(written)
    assert secrets.text('it is q"u\\o-t3 ü') == f"it is {REDACTED}"


def test_a_reading_of_what_is_no_json() -> None:
    """Other languages escape otherwise: what follows a backslash stands for itself then."""
    secrets = Secrets()
    secrets.scan("{'password': 'it\\'s-a-s3cret'}")
    assert secrets.text("it's-a-s3cret") == REDACTED


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
def test_compressed_bytes(compress: object) -> None:
    """What holds a credential, or too much to be looked at, is replaced altogether."""
    press: Any = compress
    secrets = Secrets()
    secrets.add(KEY)
    assert secrets.data(press(f"a {KEY}".encode())) == REDACTED.encode()
    assert secrets.data(press(b"token=abc123")) == REDACTED.encode()
    assert secrets.data(press(b"nothing")) == press(b"nothing")
    bomb = press(bytes(30_000_000))
    assert secrets.data(bomb) == REDACTED.encode()
    assert secrets.data(press(b"nothing")) == REDACTED.encode()
    assert secrets.data(b"nothing") == b"nothing"
    found = Secrets()
    found.scan_data(press(f"token={KEY}".encode()))
    found.scan_data(b"\x78\x9c no zlib, token=0ther-valu3")
    assert found.text(f"{KEY} 0ther-valu3") == f"{REDACTED} {REDACTED}"
    assert found.data(b"\x78\x9c no zlib") == b"\x78\x9c no zlib"
    assert found.scan_data(press(b"nothing"))
    assert found.scan_data(b"token=abc123")
    assert not found.scan_data(b"\xff")


def test_bytes_that_are_text() -> None:
    """In UTF-8 or not, a value is found; what has nothing in it is the same object."""
    secrets = Secrets()
    secrets.add("schlüssel-geheim-1")
    assert secrets.data("a schlüssel-geheim-1 ü".encode()) == f"a {REDACTED} ü".encode()
    assert secrets.data("a schlüssel-geheim-1".encode() + b"\xff") == f"a {REDACTED}".encode() + b"\xff"
    data = b"nothing \xff"
    assert secrets.data(data) is data
    assert secrets.may_change("schlüssel-geheim-1".encode())
    assert not secrets.may_change(b"nothing")


def test_what_a_name_says_of_a_value() -> None:
    """Text and bytes under a credential's name are one, but for what can't be; in a tuple a word isn't one."""
    assert is_named_value("api_key", "abc", text_of)
    assert is_named_value(b"api-key", b"abc", text_of)
    assert not is_named_value("api_key", "required", text_of)
    assert not is_named_value("api_key", 3, text_of)
    assert not is_named_value("page", "abc", text_of)
    assert has_credentials_beneath(Beneath("api_key", is_beside=True), "abc123")
    assert not has_credentials_beneath(Beneath("api_key", is_beside=True), "header")
    assert not has_credentials_beneath(Beneath("api_key", is_beside=True), None)


class Unsayable:
    def __str__(self) -> str:
        raise RuntimeError("no text of mine")


def test_headers() -> None:
    """Others lose what stands in their texts; a header with nothing is the same object."""
    plain = {"Retry-After": "3", "X-Count": 3}
    assert redact_headers(plain) is plain
    assert redact_headers({"Location": "https://h/?token=abc"}) == {"Location": f"https://h/?token={REDACTED}"}
    assert has_credentials([(b"Location", b"https://u:p@h/")])
    assert not has_credentials([("X-Tokens", "token")])
    assert redact_value("Location", 3) == 3
    secrets = Secrets()
    assert collecting(secrets, lambda value: redact_value(b"X-Api-Key", value), b"zQ7-secret-42") == REDACTED.encode()
    assert secrets.text("no zQ7-secret-42") == f"no {REDACTED}"
    unsayable = Unsayable()
    assert redact_headers({"X-Count": unsayable}) == {"X-Count": unsayable}
    assert redact_headers({"Cookie": "a=b", "X-Count": unsayable}) == {"Cookie": REDACTED, "X-Count": unsayable}
    assert redact_value("Set-Cookie", "a=b") == REDACTED
    assert redact_value("X-CSRF-Token", "Fetch") == "Fetch"
    assert current_secrets() is not current_secrets()  # outside of a dump nothing is kept


def test_headers_of_which_nothing_is_replaced() -> None:
    """Where nothing is to be redacted, there is no credential to replace, and none is looked for."""
    pairs = [("Authorization", "Basic YTpi"), ("Location", "https://u:p@h/")]
    assert has_credentials(pairs)
    assert not collecting(None, has_credentials, pairs)


def test_userinfo_that_is_none() -> None:
    """What basic credentials decode to may be anything."""
    secrets = Secrets()
    secrets.add_header("Authorization", "Basic " + base64.b64encode(bytes(range(30))).decode())
    secrets.scan("https://t0ken-that-is-one@h/")
    assert secrets.text("t0ken-that-is-one") == REDACTED

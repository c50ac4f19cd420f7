"""Credentials that stand in texts and bytes of an error without any attachment, which is written in the quickest way there is."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import zlib
from collections.abc import Callable

import httpx
import pytest
from echo_server import KEY, leaks

import picklereg
from picklereg.redaction import REDACTED
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets
from picklereg.reduction.expression import Expression


def by_pickler(obj: object) -> bytes:
    file = io.BytesIO()
    picklereg.Pickler(file).dump(obj)
    return file.getvalue()


#: A dump of one error, of one among results, and by a pickler that somebody made.
WAYS: dict[str, Callable[[BaseException], bytes]] = {
    "alone": picklereg.dumps,
    "among results": lambda exc: picklereg.dumps([1, exc]),
    "by a pickler": by_pickler,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "name",
    [
        "x-api-key",
        "authorization",
        "cookie",
        "set-cookie2",
        "x-amz-sso_bearer_token",
        "x-ms-authorization-auxiliary",
        "x-subject-token",
        "plaid-secret",
    ],
)
def test_headers_that_a_text_shows(name: str, way: str) -> None:
    """As Python shows a dictionary or a WSGI environment, as JSON, and as JSON within JSON."""
    shown = {name: KEY, "page": "two"}
    environment = {f"HTTP_{name.upper().replace('-', '_')}": KEY}
    for text in (
        str(shown),
        json.dumps(shown),
        json.dumps({"body": json.dumps(shown)}),
        str(environment),
        str({name.title(): KEY.encode()}),
    ):
        error = ValueError(f"sent {text}")
        error.__dict__["text"] = text
        data = WAYS[way](error)
        assert leaks(data, KEY) == []
        assert REDACTED.encode() in data
        assert "'page': 'two'" not in text or b"'page': 'two'" in data


@pytest.mark.parametrize("way", WAYS)
def test_the_text_of_a_group(way: str) -> None:
    """A URL in it is a place like any other."""
    group = ExceptionGroup(f"GET https://shop.example/?key={KEY}", [ValueError("x")])
    data = WAYS[way](group)
    assert leaks(data, KEY) == []
    assert REDACTED.encode() in data


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
def test_compressed_bytes(compress: Callable[[bytes], bytes], way: str) -> None:
    """Whatever bytes happen to stand in them, they are looked into."""
    for number in range(50):
        body = compress(f"GET https://shop.example/?key={KEY} {number}".encode())
        in_attribute = ValueError("no")
        in_attribute.__dict__["body"] = body
        for error in (in_attribute, ValueError(body)):
            assert body not in WAYS[way](error)


def test_what_only_looks_compressed() -> None:
    """It is looked through as it is."""
    body = b"x\x9c https://shop.example/?key=" + KEY.encode()
    assert leaks(picklereg.dumps(ValueError(body)), KEY) == []


@pytest.mark.parametrize(
    "text",
    [
        "did you mean 'page'?",
        "ada@shop.example & Co.",
        "100 %3 {'error': 'no'}",
        "{'sort_key': 'page 2', 'tokens': '7'}",
        '{"error": {"message": "Limit 3, used 7", "code": "rate_limit"}}',
        "https://shop.example/?page=2&monkey=7",
        "unauthorization",
    ],
)
def test_texts_without_a_credential(text: str) -> None:
    """They stay as they are."""
    for dumps in WAYS.values():
        assert text.encode() in dumps(ValueError(text))
    assert not are_suspect([text])


class Link:
    """An attachment that leads to others."""

    def __init__(self, **parts: object) -> None:
        self.__dict__.update(parts)


def strip_link(link: Link) -> object:
    return Expression(object.__new__, Link, state=vars(link).copy())


@pytest.fixture
def registry() -> picklereg.Registry:
    made = picklereg.Registry(entry_points=False)
    made.register_attachment(Link, strip_link)
    return made


@pytest.mark.parametrize("asks_host", [False, True])
def test_a_part_is_searched_even_if_the_whole_was_given_up(registry: picklereg.Registry, asks_host: bool) -> None:
    """An attachment that needs more than to be stripped does not hide what is in its parts from the errors after it."""
    part = Link(url=f"https://shop.example/?key={KEY}")
    first, second = ValueError("first"), ValueError("second")
    first.__dict__["link"] = Link(part=part, more=[1])
    second.__dict__["link"] = part
    results = [first, second, (lambda: 1) if asks_host else 1]
    data = picklereg.dumps(results, registry=registry)
    assert leaks(data, KEY) == []
    arrived = pickle.loads(data)
    assert arrived[0].link.part is arrived[1].link
    assert arrived[0].link.more == [1]


def test_what_a_strip_function_leaves_in_a_text(registry: picklereg.Registry) -> None:
    """It is replaced there, and where the error repeats it."""
    links = [Link(url=f"https://shop.example/?key={KEY}", more=[1]), Link(url=KEY, part=Link(url=f"?key={KEY}"), more=[lambda: 1])]
    for held in (*links, links):
        error = ValueError(f"no {KEY}")
        error.__dict__["held"] = held
        assert leaks(picklereg.dumps(error, registry=registry), KEY) == []


@pytest.mark.parametrize("asks_host", [False, True])
def test_attachments_that_lead_back(registry: picklereg.Registry, asks_host: bool) -> None:
    """A response leads to its request, and a request may lead to its response."""
    response, request = Link(), Link()
    response.__dict__["request"], request.__dict__["response"] = request, response
    error = ValueError("x")
    error.__dict__["response"] = response
    data = picklereg.dumps([error, (lambda: 1) if asks_host else 1], registry=registry)
    arrived = pickle.loads(data)[0]
    assert not hasattr(arrived, "__notes__")
    assert arrived.response.request.response is arrived.response


def test_two_errors_share_an_attachment() -> None:
    """The reader gets one response, whichever way each of the errors is written."""
    response = httpx.Response(429, request=httpx.Request("GET", "https://shop.example/"))
    plain, other = ValueError("x"), ValueError("y", (1, [object()]))
    plain.__dict__["response"] = other.__dict__["response"] = response
    for errors in ([plain, other], [other, plain]):
        for dumps in (picklereg.dumps, by_pickler):
            found = pickle.loads(dumps(errors))
            assert found[0].response is found[1].response
            assert found[0].response.status_code == 429


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /v1?token='hunter2-9x'&page=2 failed", f"GET /v1?token='{REDACTED}'&page=2 failed"),
        ("page=2&password=b'hunter2-9x' failed", f"page=2&password=b'{REDACTED}' failed"),
        ('page=2&password="hunter2-9x', f'page=2&password="{REDACTED}'),
        (r"page=2&password=\"hunter2-9x\"", rf"page=2&password=\"{REDACTED}\""),
        ("neither '/v1?token=' nor 'hunter2'", None),
        ("<a href='/v1?token='>hunter2</a>", None),
        ('{"url": "https://shop.example/v1?token=","next":"hunter2"}', None),
    ],
)
def test_a_value_in_quotes_within_a_url(text: str, shown: str | None) -> None:
    """It is replaced up to its quote; what stands after an empty value and the URL's own quote isn't."""
    assert pickle.loads(picklereg.dumps(ValueError(text))).args == (shown or text,)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{'İ' * 30} password={KEY}", f"{'İ' * 30} password={REDACTED}"),  # which are longer in lower case
        (f"{'İ' * 30} PASSWORD={KEY}", f"{'İ' * 30} PASSWORD={REDACTED}"),
        (f"('x-api-key', '-{KEY}')", f"('x-api-key', '{REDACTED}')"),
        (f"['--api-key', '-{KEY}']", None),
        ("a 'password:' line, the 3rd of 4", None),
        ("Authorization: Bearer something", f"Authorization: Bearer {REDACTED}"),
        ("Authorization: Bearer Something", None),
        ("Authorization: abcde1 is wrong", f"Authorization: {REDACTED} is wrong"),
        ("Authorization: abcde1", f"Authorization: {REDACTED}"),
        ("Authorization: abc1", None),
        ("Cookies: theme=dark; s=abc\nHost: h", f"Cookies: {REDACTED}\nHost: h"),
        ("the x-api-key: abc1 is wrong", None),
        ("the\nx-api-key: abc1 is wrong", f"the\nx-api-key: {REDACTED} is wrong"),
        ('{"passwords": ["abc", "hunter"]}', f'{{"passwords": ["{REDACTED}", "{REDACTED}"]}}'),
        (f"arn:aws:sns:us-east-1:123456789012:secret={KEY}", f"arn:aws:sns:us-east-1:123456789012:secret={REDACTED}"),
        ("UID=u;PWD='a b c 9';S=s", f"UID=u;PWD='{REDACTED}';S=s"),
        ("UID=u;PWD={sesame};S=s", f"UID=u;PWD={{{REDACTED}}};S=s"),
        ("https://h/x?password={sesame7}&y=1", f"https://h/x?password={{{REDACTED}}}&y=1"),
        ("https://h/x?password={sesame}&y=1", None),
        ("see #token:something", None),
        (f"Option(name='--token', '{KEY}')", f"Option(name='--token', '{REDACTED}')"),
        ("token: some-words-that-are-joined", None),
        ("token: abc1", None),
        ("Authorization: Bearer challenge", None),
        ("Authorization: correct-horse-battery", f"Authorization: {REDACTED}"),
        ("Authorization: v2 is missing", None),
        ("a Bearer internationalization", None),
        ("curl -u ada:*** http://h", None),
        ("('token', 3)", None),
        ("**password**: s3cr3t*", f"**password**: {REDACTED}"),
        (f"x\\napi_key={KEY}", f"x\\napi_key={REDACTED}"),
        (f"host=h password={{{KEY}}} x", f"host=h password={{{REDACTED}}} x"),
        ("x:token:a1b2c3-d4", f"x:token:{REDACTED}"),
        ("https://deploy@h/x", None),
        (f"https://{KEY[:7]}r7@h/x", f"https://{REDACTED}@h/x"),
        ("ssh://deploy-user7@h/x", None),
        ("//api-key: 12345", f"//api-key: {REDACTED}"),
        ("postgres://u:***@h/db", None),
        ("tool --api-key your-api-key-1", None),
        (f"ghp_{'a1B2' * 9}", REDACTED),
        ("jdbc:oracle:thin:ada/%5Bredacted%20by%20picklereg%5D@h", None),
        (f"tool -u ada:{KEY} x", f"tool -u ada:{REDACTED} x"),
        ("{'password': ", None),
        ("token: db-creds-v2 not found", f"token: {REDACTED} not found"),
        ("['--password', 'hunter']", f"['--password', '{REDACTED}']"),
        ("a=1;sig=abc123;b=2", f"a=1;sig={REDACTED};b=2"),
        ("x-api-key: nonsense", None),
        ("sent x-api-key: abc1", f"sent x-api-key: {REDACTED}"),
        ('{"name": "token", "value": "page"}', None),
        ("Cookie: ``a=b", None),
        ("Authorization: Bearer password", None),
        ("jdbc:oracle:thin:ada/service@h", None),
    ],
)
def test_what_is_one_and_what_only_stands_like_one(text: str, shown: str | None) -> None:
    """Each pair differs in what the place tells."""
    assert Secrets().text(text) == (shown or text)

"""A user and a password before a host that no scheme makes a URL of; and what is only written like that."""

from __future__ import annotations

import pickle

import pytest
from bare_samples import ShopError
from echo_server import leaks
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets

PASSWORD = "hunter"  # nothing but its place tells what it is
TELLING = "s3cr3t-W0rd"

TEXTS = (
    "ada:§@db.example:5432/shop",
    "cannot connect to ada:§@db.example:5432, tried twice",
    "broker ada:§@10.0.0.7:5672 is gone",
    "proxy=ada:§@proxy:8080",
    ":§@redis:6379/0",
    "ada:§@tcp(127.0.0.1:3306)/shop",
    "ada:§@unix(/tmp/mysql.sock)/shop",
    "ada:§@db.example",
    "{'host': 'ada:§@db.example', 'page': 2}",
    'dsn="ada.b-c:§@localhost"',
)
NAMES = ("host", "authority", "dsn", "netloc", "address")


@pytest.mark.parametrize("mode", MODES)
def test_it_stays_here(mode: str) -> None:
    """In a message, in an attribute of any name, in an entry; the host and what is around it arrive."""
    errors: list[Exception] = [ValueError(text.replace("§", PASSWORD)) for text in TEXTS]
    errors += [ShopError(1, **{name: f"ada:{PASSWORD}@db.example"}) for name in NAMES]
    errors += [ValueError({name: f"ada:{PASSWORD}@db.example:5432"}) for name in NAMES]
    with writing(mode, a_registry()) as write:
        written = [write(error) for error in errors]
    assert [str(error) for error, data in zip(errors, written, strict=True) if leaks(data, PASSWORD)] == []
    got = [pickle.loads(data) for data in written[: len(TEXTS)]]
    want = [text.replace("ada.b-c:§", REDACTED).replace("ada:§", REDACTED).replace(":§", REDACTED) for text in TEXTS]
    assert [str(error) for error in got] == want


@pytest.mark.parametrize("text", [*TEXTS, "could not reach ada:§@db.example", "(ada:§@db.example)"])
def test_what_looks_like_one_is_found_elsewhere(text: str) -> None:
    """A password that is none of the words that people use is replaced wherever it stands; what was replaced stays so."""
    secrets = Secrets()
    shown = secrets.text(text.replace("§", TELLING))
    assert TELLING not in shown
    assert REDACTED in shown
    assert secrets.text(f"tried {TELLING}") == f"tried {REDACTED}"
    assert secrets.text(shown) == shown
    assert not are_suspect([shown])


HARMLESS = (
    "shop:v1.2-abc123@sha256:12ab34cd56ef7890",
    "registry.example:5000/shop/app:1.2.3@sha256:12ab34cd56ef7890",
    "mailto:ada1985@shop.example",
    "e-mail:ada1985@shop.example",
    "user:ada1985@shop.example",
    "serviceAccount:shop-123@p1.iam.gserviceaccount.com",
    "git@github.com:ada/shop2.git",
    "ada1985@db.example:5432",
    "at 12:30@cafe.example",
    "from 12:30@room:8080 on",
    "row:12@db.example:5432",
    "row:1234@db.example:5432",
    "npm:left-pad2@1.3.0",
    "cid:part1.abc123@shop.example",
    "render:abc123de@app.js:10:5",
    "in x:y@z.mean",
    "worker:one@shop.example is up",
    "paths:a1/b2/c3@shop.example",
    "celery@host1.example: ok",
    "jdbc:oracle:thin:@h1:1521:orcl",
    "ada:***@db.example:5432",
    "to {apikey}:{from_email}?bcc=bcc@example.com:25",
    "ada:${PASSWORD}@db.example:5432",
    "Error: ada1985@shop.example is taken",
)


def test_a_slash_in_a_password() -> None:
    """Before a port it is part of one; else what stands there may be a path."""
    assert Secrets().text("ada:s3cr3t/W0rd1@db.example:5432") == f"{REDACTED}@db.example:5432"
    assert Secrets().text("ada:s3cr3t/W0rd1@db.example") == "ada:s3cr3t/W0rd1@db.example"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_none(text: str) -> None:
    """Images and their digests, addresses of people, versions, times, places in files, placeholders."""
    assert Secrets().text(text) == text
    assert not are_suspect([text])


@pytest.mark.parametrize("mode", MODES)
def test_what_is_none_arrives(mode: str) -> None:
    """Beside a credential, too."""
    error = ShopError(1, host="shop.example:80", seen=[*HARMLESS], api_key=TELLING)
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(error))
    assert (got.host, got.seen, got.api_key) == ("shop.example:80", [*HARMLESS], REDACTED)

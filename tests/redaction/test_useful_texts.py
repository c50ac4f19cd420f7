"""Texts that say something useful beside a credential's name: they stay, and a credential that stands the same way doesn't."""

from __future__ import annotations

import http.cookiejar  # noqa: F401  # pyright: ignore[reportUnusedImport]  # a name of what is loaded is no credential
import pickle
from typing import Any

import pytest

import picklereg
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets
from picklereg.redaction.values import REDACTED

KEY = "s3cr3t-Valu3"


def cleaned(text: str) -> str:
    return Secrets().text(text)


@pytest.mark.parametrize(
    "text",
    [
        # where a program runs, and where a key is
        "PWD=/home/ada/shop2",
        "PWD=/builds/Group/Shop",
        "environ({'PWD': '/srv/app2', 'OLDPWD': '/tmp'})",
        "private_key=/etc/ssl/key1.pem",
        "private_key=key1.pem",
        "{'private_key': 'certs/server1.key'}",
        "password=C:\\Users\\ada\\pass1.txt",
        # nothing, numbers, yes and no
        "token=0, cookies={}, secret=[], x=1",
        "password=None password=null password=True password=''",
        "token: -1",
        # what Kubernetes says of a secret
        "secret: db-creds-v2 not found",
        "secret: shop/db-creds-v2 is forbidden",
        'secret: "sh.helm.release.v1.shop.v2" already exists',
        # what forms and schemas say of a field
        '{"password": ["is too short (minimum is 8 characters)", "can\'t be blank", "is invalid"]}',
        '{"password": {"type": "string", "pattern": "^[A-Za-z0-9]{8,}$", "description": "at least 8 signs, 1 of them odd"}}',
        "{'api_key': {'title': 'key of v2', 'format': 'uuid4'}}",
        '{"token": ["Invalid token."]}',
        "{'password': 'Wrong password.', 'api_key': 'Missing key'}",
        "secret: bytes32, key: uint8, token: varchar255",
        # what parsers call tokens
        "token: IDENT2 at line 3",
        "token=SEMI1",
        "token: ')'",
        "token: a",
        "unexpected token='do'",
        'unexpected token "}"',
        # names of columns
        '["id","token","created_at2"]',
        '["token","created_at2"]',
        # what stands for a value
        "token=YOUR_TOKEN",
        "token=YOUR_API_KEY_HERE",
        "token=SHOP_API_KEY",
        "token=TOKEN",
        "api_key=your-key-here",
        "api_key: your-api-key-1",
        'api_key="INSERT_KEY_HERE"',
        "api_key='sk-...'",
        "api_key=sk-xxxxxxxxxxxxxxxx",
        "token=<token> token={{token}} token=${TOKEN} token=%TOKEN% token=$1",
        "token=$(cat)",
        "password=@password, token=:user_token",
        # schemes
        "authentication: oauth2",
        "{'mnemonic': 'mov r1'}",
        "netloc='shop.example:8080'",
        "'token'%3Dabc123def",
    ],
)
def test_it_stays(text: str) -> None:
    """Paths, nothings, placeholders, remarks, schemas, words of parsers and of databases."""
    assert cleaned(text) == text
    assert not are_suspect([text])


@pytest.mark.parametrize(
    "text",
    [
        "PWD=§",
        "PWD=/§",
        "private_key=/§+/§",
        "token=1§",
        "secret: § not found",
        "secret: shop-1",
        '{"password": ["§"]}',
        '{"password": {"type": "string", "value": "§"}}',
        '{"password": {"type": "string", "default": "§"}}',
        "token: §",
        "token=SEMI§",
        '["token","§"]',
        "token=your§",
        "api_key=sk-...§",
        "“token=§”",
        "«token=§»",
        "(“Authorization: Bearer §”).",
        "**token=§**",
        "token: **§**",
        "**password**: §",
        "**password:** §",
        "- `password`: `§`",
        "auth%5Btoken%5D=§&page=2",
        "user[password]=§&page=2",
        "authentication: §",
        "mnemonic='a b c d e f g h i j k l'",
        "creds=§ psk=§ cvv=§ AZURE_SAS=§ seed_phrase='§' device_code=§ authkey=§",
    ],
)
def test_it_does_not_hide_a_credential(text: str) -> None:
    """What stands the same way and may be one is replaced, and the signs around it stay."""
    shown = cleaned(text.replace("§", KEY))
    expected = text.replace("private_key=/§+/§", "private_key=§").replace("=/§", "=§").replace("=1§", "=§").replace("SEMI§", "§")
    expected = expected.replace("your§", "§").replace("sk-...§", "§").replace("a b c d e f g h i j k l", "§").replace("shop-1", "§")
    assert shown == expected.replace("§", REDACTED)
    assert cleaned(shown) == shown


@pytest.mark.parametrize(
    "value",
    [
        {"PWD": "/srv/app2", "private_key": "/etc/ssl/key1.pem", "cookies": {}, "token": 0, "password": None},
        {"password": ["is too short", "can't be blank"]},
        {"password": {"type": "string", "pattern": "^[a-z0-9]{9,}$", "description": "the password of v2"}},
        ["id", "token", "created_at2"],
        ("token", "created_at2"),
        {"token": "IDENT2", "api_key": "YOUR_API_KEY"},
        {"token": "a", "tokens": ["do", "Z"]},
        {"auth": "picklereg.redaction.values", "auth_token": "http.cookiejar.CookieJar", "X-Atlassian-Token": "no-check"},
        ["docker", "run", "-u", "1000:1000", "-p", "8080:80", "image"],
        ["tool", "-u", "ada:s3cr3tW0rd"],
        ["tool", "--password", "--token"],
    ],
)
def test_it_stays_in_what_an_error_holds(value: Any) -> None:
    """The same in dictionaries and lists, which arrive as they are."""
    error = RuntimeError("no", value)
    error.__dict__["held"] = value
    arrived = pickle.loads(picklereg.dumps(error))
    assert arrived.args == ("no", value)
    assert arrived.held == value
    assert not hasattr(arrived, "__notes__")


def test_a_schema_beside_a_value() -> None:
    """What is said of a field stays, what it holds doesn't."""
    value = {"password": {"type": "string", "hint": "8 signs, 1 odd", "value": KEY}}
    arrived = pickle.loads(picklereg.dumps(RuntimeError(value, f"tried {KEY}")))
    assert arrived.args == ({"password": {"type": "string", "hint": "8 signs, 1 odd", "value": REDACTED}}, f"tried {REDACTED}")

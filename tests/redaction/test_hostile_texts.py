"""Texts that somebody else chose so that searching them takes long."""

from __future__ import annotations

import pytest

from picklereg.redaction.secrets import Secrets

HOSTILE = [
    *("://a:", "://a:b@", "token: ", "Cookie: ", "authorization: x ", '"token": "', '\\"token\\": \\"\n', '{"token": {', "<password>"),
    *(
        "-----BEGIN PRIVATE KEY-----",
        "eyJ",
        "eyJaaaaaaaaaaaaaaaa.",
        "password=&",
        "password=a,b",
        'form-data; name="token"\r\n',
        "curl -u a:",
    ),
    *(
        "curl -b a=b ",
        "vault login ",
        "'mysql', '-p', ",
        "a:b@c ",
        "a:b",
        "code=abcdefg&",
        "code=abcdef1&state=",
        "eyJ",
        "eyJhYmNkZWZnaGlqa2xtbm9w ",
    ),
    *(
        "Bearer ",
        "token=[",
        "token=['a',",
        "token=a(",
        "'password', ",
        "A" * 70 + "\n",
        'Authorization: Digest a="',
        "api key ",
        "\\",
        " =",
        "%3D",
    ),
    *(
        "password: '",
        "invalid password: 'x' ",
        "name,password\n",
        "name | token |\n",
        "INSERT INTO t (password) VALUES (",
        "insert into t (token,",
        "[parameters: ('a',",
        "Key (token)=(",
        "mysql -u a -p ",
        "argument --password: invalid value: '",
    ),
    *(
        "kind: Secret\ndata:\n  a: b\n",
        "data:\n data:\n  kind: Secret\n",
        '"kind":"Secret","data":{"a":"b",',
        "/token/a1b2c3d4e5f6",
        "/reset/a1b2/",
        'variable "password" {',
        "token: a[",
        "password: str = '",
        "password%22%3A%22",
        "token==a1b2c3d4",
        "token=a1.",
        "$a->token",
    ),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_no_text_takes_for_ever(unit: str) -> None:
    """A server chooses the text: a hundred thousand characters of whatever kind are done with; what grows faster would take minutes."""
    assert len(Secrets().text(unit * (100_000 // len(unit)))) > 0

"""Credentials in sentences and in lines of protocols, which no sign joins to a name; and what sentences say of other things."""

from __future__ import annotations

import base64
import pickle

import pytest
from held_samples import Anything
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets

PASSWORD = "s3cr3tW0rd42"
#: ``§`` is the password.
TEXTS = (
    "the password is §",
    "could not log in: the password is '§' for ada",
    "Your password was §.",
    "login with user ada and password §",
    'could not connect with password "§"',
    "using token § for ada",
    "request with API key § was rejected",
    "the access token is §",
    "wrong password §",
    "unknown password §",
    "invalid token '§'",
    "API key `§` is disabled",
    "client secret '§' is wrong",
    "'§' is not a valid API key",
    "§ is an invalid token",
    "password -> §",
    "| password | § |",
    "login failed for ada:§",
    "login with ada/§ failed",
    "credentials ada:§ rejected",
    "bad credentials (ada, §)",
    "username:password ada:§",
    "db.example:5432:shop:ada:§",
    "*:*:*:ada:§",
    "> USER ada\n< 331\n> PASS §\n",
    "send: 'AUTH PLAIN §\\r\\n'",
    "A1 LOGIN ada §",
    'A1 LOGIN "ada" "§"',
    "AUTH default §",
    "HTTPBasicAuth('ada', '§')",
    'PlainTextAuthProvider("ada", "§")',
    '{"login": ("ada", "§")}',
    "smtp_login=['ada', '§']",
    "logins = [('ada', '§')]",
    "$p = ConvertTo-SecureString '§' -AsPlainText -Force",
    "default login ada password §",
    "password: &shared §",
    "password: !secret §",
    "mot de passe : §",
    "Authorization: Bearer\r\n §",
    "sip:ada:§@pbx.example",
    ":pserver:ada:§@cvs.example",
    "bad credentials ('ada', '§')",
    "A temporary password is generated for root@localhost: §",
    "Password for ada: §",
    "Unseal Key 1: §",
    "Initial join token for node-1: §",
    "API_KEY is §",
    "apikey '§' is unknown",
    "password changed to '§'",
    "the password was reset to §",
    "password from '§' to x",
    "login('ada', '§') failed",
    'client.log_in("ada", "§")',
    "redis said no to AUTH § just now",
    "the server got PASS § and hung up",
    "Client(ApiKey('§'), timeout=3)",
    'client.setPassword("§")',
    'builder.apiKey(\\"§\\").build()',
    'Client.builder().withToken("§")',
)
HARMLESS = (
    'Unexpected token "end1x2y3z"',
    "invalid token 'x1y2'",
    "syntax error near token `tbl_1`",
    "unexpected token a1b2c3d4 at line 3",
    "invalid token a1b2c3",
    "invalid token 'entry2xy'",
    "the password policy2x applies",
    "password is required1",
    "the password is new_password2",
    "the password is ada1985@shop.example",
    "the password is 1234567890123456",
    f"the password is ada1:{REDACTED}",
    "the password is PleaseSeeTheHandbook",
    "password must have 8to20chars",
    "the password is 12characters long",
    "the token is of type str2",
    "token 0x7f3a9b2c1d is unknown",
    "the token is shop.auth2.Token3",
    "the token is LONG_NAME_2",
    "secret 'db-creds-v2' not found",
    "secret db-creds-v2x9y not found",
    "token sha256sum is no tool",
    "password authentication failed for user ada2000x1y2",
    "login failed for user ada",
    "login v1beta2/shop is gone",
    "credentials not found for host db1.example:5432",
    "login with username/password",
    "shop.py:12:34:ada:left1x2",
    "12:34:56:ada:zone1x2",
    "PASS tests/test_one2.py",
    "--- PASS: TestLogin2x3y (0.01s)",
    "AUTH failed",
    " is not a valid token",
    "what is no token",
    "retry LOGIN ada a1b2c3d4",
    "mytoken a1b2c3d4e5",
    "monkey a1b2c3d4e5",
    "sort key a1b2c3d4e5",
    "Auth(user, name)",
    "PASS 12a tests",
    "the AUTH user2 command",
    "get_token('a1b2c3d4e5f6')",
    "__('a1b2c3d4e5f6') or token('page')",
    'findByToken("a1b2c3d4e5f6")',
    "SortKey('a1b2c3d4e5f6')",
    "Token('ident12')",
    "Token('a1b2c3d4', 'e5f6')",
    "set('a1b2c3d4e5f6') or with_key('page')",
    "credentials ('ada', 'eve')",
    "password authentication failed for user ada: a1b2c3d4",
    "Password for ada: required",
    "Unseal Key 1: missing",
    "the password goes to account2",
    "sort_key is a1b2c3d4e5",
    "login('ada', 'eve')",
    "login('ada', 7)",
    "HTTPBasicAuth('ada', '')",
    "HTTPBasicAuth('ada', '***')",
    '{"login": ("ada", "lovelace")}',
    "login: str = ('a', 'b')",
    "ssl:443:privateKey=key.pem:certKey=cert.pem",
    "https://DefaultAzureCredential@shop.example/",
    "https://shop.example/?access_token={token}",
)


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_replaced_and_nothing_else(text: str) -> None:
    """It is, once: what has been replaced isn't looked at again."""
    secrets = Secrets()
    shown = secrets.text(text.replace("§", PASSWORD))
    assert shown in {text.replace("§", REDACTED), text.replace("ada:§", REDACTED)}
    assert secrets.text(f"no {PASSWORD}") == f"no {REDACTED}"
    assert Secrets().text(shown) == shown


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ("db.example:5432:shop:ada:§", "hunter2x"),
        ("> PASS §\n", "hunter2x"),
        ("the password is §", "hunter2x"),
        ("wrong password '§'", "hunter2x"),
        ("'§' is not a valid API key", "hunter2x"),
        ("wrong password '§'", "k3y9-x2z7-abcd"),
        ("using token § for ada", "abcd3ef9"),
        ("using token § for ada", "abcdefg12hijklmn"),
        ("HTTPBasicAuth('ada', '§')", "hunter"),
        ("HTTPBasicAuth('ada', '§')", "hunter?"),
    ],
)
def test_a_weaker_one(text: str, password: str) -> None:
    """It need not look so much like one where more tells that it is."""
    assert Secrets().text(text.replace("§", password)) == text.replace("§", REDACTED)


@pytest.mark.parametrize("text", HARMLESS)
def test_others_stay(text: str) -> None:
    """Words, names, numbers, versions, and what parsers call a token."""
    assert Secrets().text(text) == text
    assert not are_suspect([text])


def test_a_password_of_ldif() -> None:
    """It stands there in base64."""
    encoded = base64.b64encode(PASSWORD.encode()).decode()
    assert Secrets().text(f"dn: cn=ada\nuserPassword:: {encoded}\n") == f"dn: cn=ada\nuserPassword:: {REDACTED}\n"


@pytest.mark.parametrize("held", [("ada", PASSWORD), [("ada", PASSWORD)], ["ada", PASSWORD.encode()]])
@pytest.mark.parametrize("mode", MODES)
def test_a_pair_under_login(mode: str, held: object) -> None:
    """Its second part stays here, wherever else it stands, too; the user arrives."""
    error = ValueError(f"no {PASSWORD}", {"login": held, "page": 2}, Anything(smtp_login=held))
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert PASSWORD.encode() not in data
    assert b"ada" in data
    assert pickle.loads(data).args[1]["page"] == 2


@pytest.mark.parametrize("held", ["ada", ("ada", "lovelace"), ("ada", 7), ["ada"], {"user": "ada", "since": "2024a1"}, 3])
@pytest.mark.parametrize("mode", MODES)
def test_others_under_login(mode: str, held: object) -> None:
    """What is no pair, or whose second part is a word, arrives."""
    with writing(mode, a_registry()) as write:
        assert pickle.loads(write(ValueError({"login": held}))).args == ({"login": held},)


@pytest.mark.parametrize("text", ["foo", "end", "NAME", "Foo", "a1"])
@pytest.mark.parametrize("name", ["token", "tokens", "token_value"])
def test_a_parsers_word(name: str, text: str) -> None:
    """It arrives under a token's name, too; what is longer, or has digits among its letters, is one."""
    secrets = Secrets()
    assert secrets.text(f"Error({name}='{text}')") == f"Error({name}='{text}')"
    assert (PASSWORD in secrets.text(f"Error({name}='{PASSWORD}{PASSWORD}')")) is (name == "tokens")  # which are counted

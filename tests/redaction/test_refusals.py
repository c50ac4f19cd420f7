"""What messages quote of a value that they refuse, for what is named like a credential; and the columns of tables and statements."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from bare_samples import ShopError
from echo_server import leaks
from held_samples import Anything
from writers import MODES, a_registry, writing

from picklereg.redaction.beneath import LIVE
from picklereg.redaction.columns import columns_in
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets
from picklereg.redaction.values import REDACTED

PASSWORD = "q7Lm51Pd-zR"
#: ``§`` is the password.
TEXTS = (
    # parsers of options, validators, databases
    "argument --password: invalid int value: '§'",
    "argument -p/--password: invalid int value: '§'",
    "argument --api-key: invalid choice: '§' (choose from 'a', 'b')",
    "Error: Invalid value for '--password' / '-p': '§' is not one of 'a', 'b'.",
    "Invalid value for '--token': Path '§' does not exist.",
    "error: invalid value '§' for '--token <TOKEN>': too short",
    'invalid argument "§" for "--password" flag: strconv.ParseInt',
    "field 'token' got '§'",
    "Invalid value '§' for field password",
    'parameter "api_key" must be 32 characters, got "§"',
    "Environment variable API_KEY has invalid value '§'",
    "The SECRET_KEY setting ('§') is too short",
    "SECRET_KEY '§' is too short",
    "set password to '§'",
    "Duplicate entry '§' for key 'users.api_key'",
    "1 validation error for Settings\nuser.password\n  Input should be an integer [type=int_parsing, input_value='§', input_type=str]",
    # clients, of a header with a line's end in it, say
    "Invalid header value b'§\\n'",
    "Illegal header value b'§\\r\\n'",
    "or return character(s) in header value: ' §'",
    "Header values can't contain newlines (got '§\\x0b')",
    "[\"Invalid header value b'§\\\\n'\"]",
    # tables
    "name,password\nada,§\n",
    "name,password,age\nada,§,3\neve,§,4\n\nname,§",
    'url;"username";"password"\r\nhttps://h;"ada";"§"\r\n',
    "name\tapi_key\nada\t§",
    "| name | password |\n|------|----------|\n| ada  | § |",
    "Access key ID,Secret access key\nAKIAIOSFODNN7EXAMPLE,§",
    # statements
    "INSERT INTO users (name, password, age) VALUES ('ada', '§', 3), ('eve', '§', 4)",
    'insert into "users" ("id", "api_key") values (1, N\'§\');',
    "INSERT INTO users (name, password)\nVALUES\n  (f(1, 2), '§')",
    "[SQL: INSERT INTO users (name, password) VALUES (?, ?)]\n[parameters: ('ada', '§')]",
    "[SQL: INSERT INTO users (name, password) VALUES (?, ?)]\n[parameters: [('ada', '§'), ('eve', '§')]]",
    "[SQL: UPDATE users SET password=%s WHERE id = %s]\n[parameters: ('§', 3)]",
    "DETAIL:  Key (email, token)=(a@b.c, §) already exists.",
    "CREATE USER ada IDENTIFIED BY § DEFAULT TABLESPACE x",
    "ALTER LOGIN ada WITH PASSWORD = N'§'",
    "WHERE password <> '§'",
    "assert password == '§'",
    # others
    "WIFI:T:WPA;S:net;P:§;;",
    'password := "§"',
    "api_key ?= §",
    "user: ada\npass: §",
    "USER: ada\nPASS: §",
    "with password: §",
    "-Dapi.key=§",
    "smb //ada:§@files.example/x".replace("ada:§", "§").replace("§", "ada:§"),
    "deque(['x']) and password: deque(['§'])",
    "[{'option': '--password', 'value': '§'}]",
    "tool --server.password §",
    "tool -u ada -p § h",
    "['tool', '-p', '§', '-u', 'ada']",
)
HARMLESS = (
    "[{'X-Api-Key': None}, ('2024-02-29 ada@shop.example', 3)]",
    "[('token', None), ('a1b2c3d4', 3)]",
    "{'password': None} is 'a1b2c3d4'",
    "argument --token: invalid choice: 'fast' (choose from 'slow', 'safe')",
    "argument --max-tokens: invalid int value: 'a1b2c3'",
    "Invalid header value b'text/html'",
    "Illegal header value b'order a1b2c3 of ada\\n'",
    "header value: 'Bearer of orders\\n'",
    f"header value: '{REDACTED} 1\\n'",
    "expected 'access_token' but got 'id_token2'",
    "field 'password' got 'varchar2'",
    "invalid value '[redacted by picklereg]' for '--token'",
    "column 'password' of relation 'users2x' does not exist",
    "module 'secrets' has no attribute 'token1a'",
    "token 'a1b2c3' is unexpected",
    "1 validation error for M\nmax_tokens\n  Input should be an integer [type=int_parsing, input_value='4096x', input_type=str]",
    "token,count\nthe,34\nof,21",
    "password, secret and token\nare, a1b2c3d4 and",
    "name,password\nada\n",
    "name,password\nada,required\n",
    "name,max_tokens\ngpt-4o,4096abc",
    "password,\n",
    "(token,value)\n(a1b2c3d4,e5f6a7b8)",
    f"{'x' * 5000},password\nada,a1b2c3d4",
    "INSERT INTO users (name, password) VALUES ('ada1985', NULL)",
    "INSERT INTO users (name, password) VALUES (%s, %s)",
    "INSERT INTO shops (name, region) VALUES ('ada1', 'eu1x2y3')",
    "INSERT INTO users (name, password) VALUES (",
    "[SQL: UPDATE shops SET region=? WHERE id = ?]\n[parameters: ('eu1x2y3', 3)]",
    "Key (id)=(a1b2c3d4) already exists.",
    "Key (id, password)=(a1b2c3d4) already exists.",
    "PWD={os.getcwd1()}",
    "PWD={cwd}",
    "PASS: tests/test_x1.py::test_y1",
    "if password == 'abc123':",
    "tool -u ada -p 8080:80",
    "mysql -u ada -p shop2024",
    "tool -p a1b2c3d4",
    "compass=n77xyz1",
)


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_replaced(text: str) -> None:
    """And the rest of the text stays; where it stands elsewhere, it is replaced, too."""
    secrets = Secrets()
    shown = secrets.text(text.replace("§", PASSWORD))
    assert shown.replace("ada:§", "§") in {text.replace("§", REDACTED), text.replace("ada:§", REDACTED)}
    assert secrets.text(f"no {PASSWORD}") == f"no {REDACTED}"
    assert Secrets().text(shown) == shown


@pytest.mark.parametrize("text", HARMLESS)
def test_it_stays(text: str) -> None:
    """Other names, types, words, names of columns, ports, and what is no table."""
    assert Secrets().text(text) == text
    assert not are_suspect([text])


#: What an error holds, or has as its own attributes.
HELD: tuple[dict[str, Any], ...] = (
    {"login": ("ada", PASSWORD)},
    {"smtp_login": ["ada", PASSWORD.encode()]},
    {"statement": "INSERT INTO users (name, password) VALUES (?, ?)", "params": ("ada", PASSWORD)},
    {"sql": "UPDATE users SET password = %s WHERE id = %s", "parameters": [(PASSWORD, 3), (PASSWORD, 4)]},
    {"query": "SELECT * FROM users WHERE api_key = $1", "params": [PASSWORD.encode()]},
)


@pytest.mark.parametrize("mode", MODES)
def test_it_stays_here(mode: str) -> None:
    """As an error's own attribute, in a dictionary and in an object; in texts, as bytes too; what stands beside it arrives."""
    with writing(mode, a_registry()) as write:
        for held in HELD:
            for error in (ShopError(1, **held), ShopError(1, held=held), ValueError(Anything(**held))):
                data = write(error)
                assert leaks(data, PASSWORD) == [], held
                pickle.loads(data)
        for text in (text.replace("§", PASSWORD) for text in TEXTS):
            assert leaks(write(ShopError(1, held=[text, text.encode()])), PASSWORD) == [], text


@pytest.mark.parametrize("mode", MODES)
def test_other_values_of_statements(mode: str) -> None:
    """What is given for other columns arrives."""
    held = {"statement": "UPDATE shops SET region = ? WHERE id = ?", "params": ("eu1x2y3", 3)}
    with writing(mode, a_registry()) as write:
        assert vars(pickle.loads(write(ShopError(1, **held)))) == vars(ShopError(1, **held))


def test_columns_of_statements() -> None:
    """In their order; there have to be places, and a credential's column among them."""
    assert columns_in({"msg": "login with password=%s", "args": ("a",)}, LIVE) == {"args": ("password",)}
    assert columns_in({"msg": "login with password", "args": ("a",)}, LIVE) == {}
    assert columns_in({"msg": "login of %s", "args": ("a",)}, LIVE) == {}
    assert columns_in({"statement": "SET password = ?", "params": "a"}, LIVE) == {}

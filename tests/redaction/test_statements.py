"""Credentials whose name no sign joins to them in a text: in settings, YAML, SQL, markup, subscripts, and what Python shows of cookies."""

from __future__ import annotations

import json
import pickle

import pytest
from bare_samples import ShopError
from echo_server import leaks
from writers import MODES, a_registry, writing

from picklereg.redaction.names import is_credential
from picklereg.redaction.secrets import Secrets
from picklereg.redaction.values import REDACTED

PASSWORD = "q7Lm51Pd-zR"
#: ``§`` is the password.
TEXTS = (
    "setx DB_PASSWORD §",
    "setenv DB_PASSWORD '§'",
    "ENV DB_PASSWORD §",
    "requirepass §",
    "machine h login ada password §",
    "machine h\n  login ada\n  password §",
    "- name: DB_PASSWORD\n  value: §",
    '- name: "DB_PASSWORD"\r\n  value: "§"',
    "password: |\n  §",
    "password: >-\n    §",
    'password = """§"""',
    'authorization: Token token="§"',
    "InstrumentationKey=§;IngestionEndpoint=https://x",
    '<setting name="password">§</setting>',
    '<entry key="password">§</entry>',
    '<meta name="csrf-token" content="§">',
    "&lt;password&gt;§&lt;/password&gt;",
    "CREATE USER ada WITH PASSWORD '§'",
    "ALTER ROLE ada WITH LOGIN PASSWORD '§';",
    "CREATE USER 'ada'@'%' IDENTIFIED BY '§'",
    "GRANT ALL ON x.* TO 'a'@'%' IDENTIFIED BY \"§\"",
    "SET PASSWORD FOR 'ada' = '§'",
    "CREATE SECRET (TYPE S3, KEY_ID 'AKID', SECRET '§')",
    '["password"]="§"',
    "$config['password'] = '§';",
    "os.environ['DB_PASSWORD'] = '§'",
    "Incorrect API key provided: §.",
    "Invalid type for parameter Item.password, value: §, type: <class 'str'>, valid types: <class 'dict'>",
    'Parser key "api_key":\n  Expected a number. Got value: §',
    "<Cookie sid=§ for h/>",
    "<RequestsCookieJar[<Cookie sid=§ for h/>]>",
    "<SimpleCookie: lang='en' sid='§'>".replace("'en'", "'§'"),
    "<Morsel: sid=§; Path=/>",
    "Cookie(version=0, name='lang', value='§', port=None)",
    "wep_key0=§",
    "contrasena=§",
    "mot_de_passe=§",
    'senha: "§"',
    "Kennwort: '§'",
    "wachtwoord=§",
    "contraseña=§",
    "пароль: §",
    "密码=§",
    "パスワード=§",
    "https://§:@api.shop.example/v1/charges",
    "curl https://api.shop.example/v1 -u §:",
    'a:2:{s:4:"user";s:3:"ada";s:8:"password";s:13:"§";}',
    '"O:1:\\"A\\":1:{s:5:\\"token\\";s:13:\\"§\\";}"',
    "{&quot;page&quot;: 2, &quot;password&quot;: &quot;§&quot;}",
    "{&#x27;page&#x27;: 2, &#x27;password&#x27;: &#x27;§&#x27;}",
    "[(&#39;X-Api-Key&#39;, &#39;§&#39;)]",
    "{&quot;password&quot; =&gt; &quot;§",
    "\\u0022token\\u0022:\\u0022§\\u0022",
    "{\\x27token\\x27: \\x27§\\x27}",
    "密码\uff1a§",
    "SELECT * FROM users WHERE id = 3 AND token IN ('§')",
    "select 1 from users where `api_key` not in (\"§\", 'x')",
    "SELECT 1 WHERE u.password LIKE '§'",
)
HARMLESS = (
    "setx SHOP_URL http://h1x2/",
    "ENV DB_PASSWORD",
    "ENV DB_PASSWORD ${DB_PASSWORD}",
    "machine h1 login ada1985",
    "- name: SHOP_REGION\n  value: eu-west-1x2",
    "- name: DB_PASSWORD\n  valueFrom: db1x2",
    "description: |\n  of version v1x2y3",
    "password: |\n",
    'password = """"""',
    'authorization: Basic realm="shop1x2"',
    '<setting name="region">eu1x2</setting>',
    '<meta name="viewport" content="width=device1x2">',
    "&lt;region&gt;eu1x2&lt;/region&gt;",
    "CREATE TABLE password (name1 TEXT DEFAULT 'x1y2')",
    "CREATE USER ada WITH PASSWORD '***'",
    "could not create 'shop1x2'",
    "columns[\"region\"]='eu1x2'",
    "errors['password'] = 'required'",
    "no region given: eu1x2y3",
    "Incorrect API key provided: sk-abc***xyz.",
    "password given: none",
    "Incorrect API key provided: nothing-at-all",
    "Incorrect API key provided: PutTheNameOfYourKeyIn",
    "Invalid type for parameter Item.region, value: eu1x2y3, type: <class 'str'>",
    "Invalid length for parameter Login.password, value: 0, valid min length: 1",
    'Parser key "region":\n  Expected a number. Got value: eu1x2y3',
    "<Cookie sid=*** for h/>",
    "the word senha1x2",
    "密码 is missing",
    "https://ada:@shop.example/",
    "curl -u ada: http://h1",
    "docker run -u a1b2c3d4e5: shop",
    'a:1:{s:4:"name";s:9:"ada1985x2";}',
    's:8:"password";N;s:4:"page";s:9:"ada1985x2";',
    "{&quot;page&quot;: &quot;eu1x2y3z4&quot;}",
    "class=&quot;eu1x2y3z4&quot; and password: &lt;",
    "WHERE region IN ('eu1x2y3z4')",
    "WHERE token IN ('NAME')",
    "if token in ('ident1x2', 'eu1x2y3z4'):",
    "if token in ('eu1x2y3z4'): it is where it was",
)


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_replaced(text: str) -> None:
    """And the rest of the text stays; where it stands elsewhere, it is replaced, too."""
    secrets = Secrets()
    assert secrets.text(text.replace("§", PASSWORD)) == text.replace("§", REDACTED)
    assert secrets.text(f"no {PASSWORD}") == f"no {REDACTED}"
    assert Secrets().text(text.replace("§", REDACTED)) == text.replace("§", REDACTED)


def test_a_word() -> None:
    """Where nothing else stands it need not look like a password."""
    for word in ("swordfish", "swordfish."):
        assert Secrets().text(f"requirepass {word}") == f"requirepass {REDACTED}"


@pytest.mark.parametrize("mode", MODES)
def test_it_stays_here(mode: str) -> None:
    """As an argument, in an attribute, as bytes, and as what Python shows of a text."""
    with writing(mode, a_registry()) as write:
        for text in (text.replace("§", PASSWORD) for text in TEXTS):
            data = write(ShopError(1, held=[text, text.encode(), f"{[text]}"]))
            assert leaks(data, PASSWORD) == [], text


@pytest.mark.parametrize("text", HARMLESS)
def test_it_stays(text: str) -> None:
    """Other names, nothing, placeholders, statements about something else."""
    for one in (text, json.dumps({"text": text})):
        assert Secrets().text(one) == one


def test_names_in_other_languages() -> None:
    """They are names in a dictionary, too."""
    named = dict.fromkeys(("senha", "Kennwort", "mot de passe", "motDePasse", "haslo", "heslo", "losenord", "sifre"), PASSWORD)
    error = ShopError(1, held=named)
    with writing("picklereg.dumps", a_registry()) as write:
        assert pickle.loads(write(error)).held == dict.fromkeys(named, REDACTED)
    assert not any(map(is_credential, ("parola", "clave", "passe", "mot")))


def test_a_form_in_what_python_shows() -> None:
    """Its lines end with a backslash and a letter there."""
    form = f'--b\nContent-Disposition: form-data; name="api_key"\nContent-Type: text/plain\n\n{PASSWORD}\n--b--'
    for text in (form, repr(form), json.dumps(form)):
        assert PASSWORD not in Secrets().text(text)


def test_names_of_columns() -> None:
    """After a name in a pair they are no values."""
    for text in ("('secret_key', 'token2' were unexpected)", "['token_2', 'key_3'] not in index"):
        assert Secrets().text(text) == text

"""What a program's own text has in a credential's place, as messages and tracebacks show it; and credentials that are written there."""

from __future__ import annotations

import base64

import pytest

from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets
from picklereg.redaction.values import REDACTED

PASSWORD = "q7Lm51Pd-zR"
#: Names of variables, attributes, classes, columns, arguments.
HARMLESS = (
    "token=foo",
    "token=t1",
    "self.token = token1",
    "connect(password=password1)",
    "connect(host=host, password=password1, user=user)",
    "client = Client(api_key=api_key2, timeout=30)",
    "def login(user, password=password1):",
    "def __init__(self, token=None, secret=DEFAULT_SECRET1):",
    "lambda token=tok1: token",
    "    api_key = settings.API_KEY1",
    "    api_key=cfg.key1, timeout=3)",
    "    token=self.token1,",
    "    password=password1,",
    "    access_token=token_v2)",
    "secret_key=secret_key_from_env()",
    "    token: Token1 = next(self)",
    "    password: SecretStr1",
    '    headers["X-Api-Key"] = api_key1',
    '    headers = {"Authorization": f"Bearer {token1}"}',
    '    data = {"password": password1, "user": user1}',
    '    password=f"{password1}"',
    "    $token = $token1;",
    "    this.apiKey = opts1.apiKey;",
    "    var secret = process.env.SECRET1;",
    "    let token: Token2 = lexer1.next();",
    "    secret = vault->secret2;",
    'File "x.py", line 3, in f\n    connect(password=password1)\n            ^^^^^^^^^',
    "a1 AUTHENTICATE SCRAM-SHA-256",
    'api_key=os.environ["SHOP_KEY1"]',
    "token=get_secret('shop1')",
    "password=config[\\'password1\\']",
    "assert token==token1",
    "token==1.2.3",
    "SECRET_KEY = secret1",
    "hint: set password_encryption = scram-sha-256",
    '{"securitySchemes": {"api_key": {"type": "apiKey", "name": "X-API-Key1", "in": "header"}}}',
    'Authorization: Basic realm="shop1"',
    "fn login(password: &str, token: Option<String1>) -> Result1",
    "usage: curl [--user user:password] <url1>",
    "usage: shop [-h] [--token TOKEN] [--password PASSWORD1] file1",
    "image: registry.example/secret-service:1.2.3",
    '{"csrf_enabled":true,"csrf_header":"X-CSRFToken"}',
    "uses Basic authentication, and a basic username",
)
#: ``§`` is the password: what is written into a program, or set beside one.
TEXTS = (
    "connect(password=§)",
    "self.token = §",
    "token=§",
    "    password=§,",
    "    api_key=§)",
    '    api_key: str = "§"',
    '    api_key: str | None = "§"',
    "    token: Final[str] = '§'",
    "  private apiKey: string = '§';",
    'var apiKey string = "§"',
    'let token: &str = "§";',
    'let token = String::from("§");',
    'char password[] = "§";',
    'final String password = new String("§");',
    '    password=f"§"',
    'variable "db_password" {\n  type    = string\n  default = "§"\n}',
    "http shop.example/x api_key==§",
    "mysql -uada -p'§' shop",
    'mysql -uada -p"§" shop',
    "data=%7B%22token%22%3A%20%22§%22%7D",
    "variables%3D%257B%2522password%2522%253A%2522§%2522%257D",
    "PASS oauth:§\r\nNICK ada",
    "PRIVMSG NickServ :IDENTIFY §",
    "NickServ IDENTIFY ada §",
    "AUTHENTICATE §",
    "redis-server --requirepass §",
    "psql ada:§@h:5432",
    '["password"]=>\n  string(11) "§"',
    "bindpw §",
    'rootdn "cn=admin"\nrootpw §',
    "snmp-server community § RO",
    "stats auth ada:§",
    "ACL SETUSER ada on >§ ~* +@all",
    "You have an error in your SQL syntax near 'IDENTIFIED BY '§'' at line 1",
    "CREATE USER ada IDENTIFIED WITH sha256_password BY '§'",
    "ALTER CURRENT USER SET PASSWORD FROM '§' TO 'x'",
    "SET PASSWORD FOR 'ada'@'h' = PASSWORD('§')",
    "Your temporary password is: §",
    "https://shop.example/v2/token:§",
    "Invalid type for parameter Password, value: ['§'], type: <class 'list'>, valid types: <class 'str'>",
    "Bad value substitution: option 'password' in section 'db' contains an interpolation key 'x' ... Raw value: '§%(x)s'",
)


@pytest.mark.parametrize("text", HARMLESS)
def test_it_stays(text: str) -> None:
    """A name that has a word of the credential's name in it is a variable."""
    assert Secrets().text(text) == text
    assert not are_suspect([text])


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_found(text: str) -> None:
    """What is written into a program is replaced, and so it is elsewhere in the same error."""
    secrets = Secrets()
    shown = secrets.text(text.replace("§", PASSWORD))
    assert PASSWORD not in shown
    assert REDACTED in shown
    assert "%(x)s" in text or secrets.text(f"no {PASSWORD}") == f"no {REDACTED}"
    assert Secrets().text(shown) == shown


def test_a_login_in_base64() -> None:
    """After its scheme, in a sentence: what it says is replaced, too."""
    secrets = Secrets()
    login = base64.b64encode(f"ada:{PASSWORD}".encode()).decode()
    assert secrets.text(f"denied for Basic {login} here") == f"denied for Basic {REDACTED} here"
    assert secrets.text(f"no {PASSWORD}") == f"no {REDACTED}"


def test_what_only_begins_like_a_variable() -> None:
    """Three digits, or letters and digits in turns, make a password of it."""
    for value in ("password123", "hunter2", "pass9word8"):
        assert Secrets().text(f"connect(password={value})") == f"connect(password={REDACTED})"
    for text in ("DB_PASSWORD=password1", "password=hunter"):
        assert Secrets().text(text).endswith(REDACTED)

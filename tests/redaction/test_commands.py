"""Passwords among the arguments of a command, in a URL's authority, and where an error holds so much that not all of it is searched."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from echo_server import leaks

import picklereg
from picklereg.redaction.secrets import REDACTED, Secrets

PASSWORD = "s3cr3tW0rd-42"


@pytest.mark.parametrize(
    "command",
    [
        ["curl", "-u", f"ada:{PASSWORD}", "https://shop.example/"],
        ["sudo", "/usr/bin/curl", "--user", f"ada:{PASSWORD}"],
        ["http", "-a", f"ada:{PASSWORD}", "shop.example"],
        ["curl", "-H", f"Authorization: Bearer {PASSWORD}"],
        ["curl", "-H", f"X-Api-Key: {PASSWORD}"],
        ["mysql", "-uroot", f"-p{PASSWORD}", "shop"],
        ["sshpass", "-p", PASSWORD, "ssh", "shop.example"],
        ["docker", "login", "-u", "ada", "-p", PASSWORD],
        ["redis-cli", "-a", PASSWORD, "ping"],
        ["valkey-cli", "-a", PASSWORD, "ping"],
        ["mongosh", "-u", "ada", "-p", PASSWORD],
        ["sqlcmd", "-U", "sa", "-P", PASSWORD],
        ["zip", "-P", PASSWORD, "a.zip"],
        ["twine", "upload", "-p", PASSWORD],
        ["keytool", "-storepass", PASSWORD],
        ["tool", "--password", PASSWORD],
        ["tool", f"--password={PASSWORD}"],
        ["env", f"PGPASSWORD={PASSWORD}", "psql"],
        f"PGPASSWORD={PASSWORD} psql",
        f"mysql -u root -p{PASSWORD} shop",
        f"sshpass -p {PASSWORD} ssh shop.example",
        f"['mysql', '-uroot', '-p{PASSWORD}']",
        f"curl -u ada:{PASSWORD} https://shop.example/",
        f"tool --password {PASSWORD}",
        f"docker login -u ada -p {PASSWORD} registry",
        f"az login --service-principal -u app -p {PASSWORD}",
        f"redis-cli -h h -a {PASSWORD} ping",
        f"mongosh -u ada -p {PASSWORD} h",
        f"mongodump -p '{PASSWORD}'",
        f"sqlcmd -S h -U sa -P {PASSWORD}",
        f"ldapsearch -D cn=a -w {PASSWORD}",
        f"unzip -P {PASSWORD} a.zip",
        f"twine upload -u __token__ -p {PASSWORD}",
        f"jdbc:oracle:thin:ada/{PASSWORD}@//h:1521/orcl",
        f"sqlplus ada/{PASSWORD}@h:1521/orcl",
        f"Data Source=h;User ID=sa;Password='{PASSWORD}';",
    ],
)
def test_commands_that_failed(command: Any) -> None:
    """A password doesn't travel in the command, nor where the output repeats it; the rest does."""
    for error in (
        subprocess.CalledProcessError(1, command, output=f"{PASSWORD}: denied", stderr=f"{PASSWORD}: denied".encode()),
        subprocess.TimeoutExpired(command, 3.0, output=f"{PASSWORD}: denied".encode()),
    ):
        data = picklereg.dumps(error)
        assert leaks(data, PASSWORD) == []
        arrived = pickle.loads(data)
        assert REDACTED in str(arrived.cmd)
        assert arrived.cmd[0] == command[0]
        assert f"{REDACTED}: denied" in (arrived.output, (arrived.output or b"").decode() if isinstance(arrived.output, bytes) else "")


@pytest.mark.parametrize(
    "text",
    [
        "mysql -p is what it needs",
        "mysql -u root -p shop",
        "mysql --port 3306",
        "sshpass -p $PASSWORD ssh h",
        "mysql -p${PASSWORD} shop",
        "the mysqlclient of 3306",
        "docker login -p needs a password",
        "docker login -u ada -p $PASSWORD registry",
        "redis-cli -a is the option",
        "redis-cli -p 6379 ping",
        "mongosh -p",
        "mongosh --port 27017 -u ada",
        "sqlcmd -p 1",
        "sqlcmd -S db1 -P <password>",
        "ldapsearch -p 389 -h ldap1",
        "gzip -P is no option of v2",
        "unzip a1.zip -d b2",
        "jdbc:oracle:thin:@h1:1521:orcl",
        "sqlplus /nolog",
        "https://h/?a=1;token='",
    ],
)
def test_commands_without_a_password(text: str) -> None:
    """They stay as they are."""
    assert Secrets().text(text) == text


def test_the_authority_of_a_url() -> None:
    """A password before a host, without what makes a URL of it, under its name."""
    parts = urlsplit(f"https://ada:{PASSWORD}@shop.example/v1")
    error = RuntimeError(parts, f"no: {parts!r}", f"tried {PASSWORD}")
    error.__dict__["netloc"] = f"ada:{PASSWORD}@shop.example"
    data = picklereg.dumps(error)
    assert leaks(data, PASSWORD) == []
    arrived = pickle.loads(data)
    if sys.version_info < (3, 15):
        assert arrived.args[0].path == "/v1"
    else:  # 3.15.2 can't pickle what it has unpickled of that class, so that a copy without the password can't be written
        assert "SplitResult" in str(arrived.__notes__)
    plain = RuntimeError(urlsplit("https://shop.example:80/v1"))
    plain.__dict__["netloc"] = "shop.example"
    assert pickle.loads(picklereg.dumps(plain)).netloc == "shop.example"


def test_more_values_than_are_searched() -> None:
    """What is in its place is replaced however much there is, and a note says that the rest may not be."""
    many: list[Any] = [{"page": number} for number in range(6_000)]
    arrived = pickle.loads(picklereg.dumps(RuntimeError([{"password": PASSWORD}, *many])))
    assert arrived.args[0][0] == {"password": REDACTED}
    assert arrived.args[0][1:] == many
    assert "too many credentials" in arrived.__notes__[0]
    arrived = pickle.loads(picklereg.dumps(RuntimeError(many)))
    assert arrived.args == (many,)
    assert not hasattr(arrived, "__notes__")


def test_many_texts_are_searched() -> None:
    """However many texts a container holds, a credential in it is replaced elsewhere, too."""
    data = picklereg.dumps(RuntimeError([{"password": PASSWORD}, *["page"] * 6_000], f"tried {PASSWORD}"))
    assert leaks(data, PASSWORD) == []


def test_more_than_can_be_remembered_under_one_name() -> None:
    """All are replaced in their place, and a note says that some may stand elsewhere."""
    passwords = [f"s3cr3t-{number}-W0rd" for number in range(1_500)]
    arrived = pickle.loads(picklereg.dumps(RuntimeError({"passwords": passwords})))
    assert arrived.args == ({"passwords": [REDACTED] * 1_500},)
    assert "too many credentials" in arrived.__notes__[0]

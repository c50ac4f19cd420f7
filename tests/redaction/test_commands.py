"""Passwords among the arguments of a command, in a URL's authority, and where an error holds so much that not all of it is searched."""

from __future__ import annotations

import pickle
import shlex
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from echo_server import leaks
from writers import MODES, a_registry, writing

import picklereg
from picklereg.redaction.beneath import LIVE, Beneath
from picklereg.redaction.beside import pairs_in
from picklereg.redaction.command_table import COMMANDS
from picklereg.redaction.commands import Argument, arguments_in, is_command
from picklereg.redaction.names import is_credential
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets
from picklereg.redaction.values import REDACTED

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
        "jdbc:oracle:thin:ada/${PASSWORD1}@//h:1521/orcl",
        "sqlplus /nolog",
        "https://h/?a=1;token='",
    ],
)
def test_commands_without_a_password(text: str) -> None:
    """They stay as they are."""
    assert Secrets().text(text) == text


#: The commands of the table, and what stands for a password in them, which is all that is replaced in a text.
LINES = (
    "curl -b session=§ https://h/",
    "curl --cookie session=§ https://h/",
    "curl --cert c.pem:§ https://h/",
    "curl -E c.pem:§ https://h/",
    "curl --proxy-user ada:§ https://h/",
    "curl -uada:§ https://h/",
    "curl -x ada:§@proxy:80 h",
    "etcdctl --user root:§ get x",
    "ab -A ada:§ h",
    "https -a § h",
    "xh -a ada:§ h",
    "smbclient -U ada%§ //h/s",
    "smbclient //h/s --user=ada%§",
    "rpcclient -Uada%§ h",
    "lftp -u ada,§ h",
    "/usr/bin/mysqldump -h h -p§ shop",
    "mysqladmin -u root password §",
    "sudo sshpass -p§ ssh h",
    "docker login -u ada -p=§ registry",
    "docker login -p§ registry",
    "skopeo login -p § registry",
    "az mysql up -p §",
    "az keyvault secret set --name n --value §",
    "kubectl create secret generic x --from-literal=foo=§",
    "gh secret set X --body §",
    "glab auth login -t §",
    "doctl auth init -t §",
    "vault login §",
    "vault login -method=userpass username=ada password=§",
    "vault operator unseal §",
    "vault kv put -token § x",
    "redis-cli -h h AUTH ada §",
    "mongosh -u ada -p=§",
    "mongodump -p§ h",
    "ldapdelete -x -w§",
    "ldappasswd -s §",
    "sqlcmd -S h -U sa -P§",
    "expdp ada/§@h x",
    "sqlldr userid=ada/§@h",
    "impdp ada/§ x",
    "cqlsh -u ada -p § h",
    "rabbitmqctl change_password ada §",
    "mosquitto_pub -u ada -P § -t x",
    "mosquitto_passwd -b f ada §",
    "htpasswd -b f ada §",
    "htpasswd -nbB ada §",
    "keytool -list -storepass §",
    "keytool -srcstorepass § -deststorepass §",
    "jarsigner -storepass § a.jar",
    "openssl rsa -passin pass:§",
    "openssl req -passout=pass:§",
    "openssl enc -pass pass:§",
    "openssl enc -k §",
    "7z a -p§ a.7z",
    "7zz x a.7z -p§",
    "unrar x -p§ a.rar",
    "zip -P§ a.zip f",
    "pdftotext -upw § a.pdf",
    "poetry publish -u ada -p §",
    "poetry config http-basic.shop ada §",
    "poetry config pypi-token.pypi §",
    "uv publish -t §",
    "cargo login §",
    "dotnet nuget push x -k §",
    "nuget setapikey §",
    "nuget push x -ApiKey §",
    "ngrok config add-authtoken §",
    "mc alias set shop http://h ada §",
    "consul kv get -token § x",
    "ssh-keygen -t ed25519 -N § -f k",
    "plink -pw § h",
    "yt-dlp -u ada -p § u",
    "aws configure set aws_secret_access_key §",
    "aws configure set profile.shop.aws_session_token §",
    "npm config set //registry.npmjs.org/:_authToken §",
    "npm publish --_auth §",
    "npm publish --_auth=§",
    "yarn config set npmAuthToken §",
    "pulumi config set dbPassword § --secret",
    "rclone config create shop sftp user ada pass §",
    "nmcli dev wifi connect shop password §",
    "wget --http-password=§ u",
    "gpg --batch --passphrase § -d f",
    "helm repo add --username ada --password § shop u",
    "redis-cli -u redis://:§@h:6379",
    "psql postgresql://ada:§@h/db",
    "psql 'host=h password=§'",
)


@pytest.mark.parametrize("mode", MODES)
def test_commands_of_the_table(mode: str) -> None:
    """As a text, as a list, as what Python shows of a list: the password doesn't leave, nor where the output repeats it."""
    leaked: list[Any] = []
    with writing(mode, a_registry()) as write:
        for line in LINES:
            words = shlex.split(line.replace("§", PASSWORD))
            for command in (line.replace("§", PASSWORD), words, tuple(words), f"{words} failed"):
                data = write(subprocess.CalledProcessError(1, command, output=f"{PASSWORD}: denied"))
                got = pickle.loads(data)
                leaked += [command] if leaks(data, PASSWORD) or len(got.cmd) < len(words) or f"{got.cmd[0]}" != f"{command[0]}" else []
    assert leaked == []


@pytest.mark.parametrize("line", LINES)
def test_the_rest_of_a_command_stays(line: str) -> None:
    """So does what has been replaced, when it is looked at again."""
    shown = Secrets().text(f"it failed: {line}".replace("§", PASSWORD))
    assert shown.startswith("it failed: ")
    assert REDACTED in shown
    assert Secrets().text(shown) == shown
    others = [word for word in line.split() if "§" not in word]
    assert [word for word in others if word.strip("'") not in shown] == []


HARMLESS = (
    "curl -b cookies.txt -c jar.txt https://h/",
    "curl --cert client1.pem https://h/",
    "curl --cert C:\\certs\\client1.pem https://h/",
    "curl -o file1x2y3 https://h/",
    "smbclient -U ada //h/s1",
    "mysql -u root -p shop1",
    "mysqladmin -u root status",
    "docker run -p 8080:80 image1",
    "docker login registry1.example",
    "az webapp create -p plan1x2",
    "kubectl get secret db-creds1",
    "vault login -method=oidc",
    "vault status",
    "redis-cli -p 6379 ping",
    "ldapsearch -p 389 -h ldap1",
    "sqlcmd -S db1 -E",
    "sqlplus /nolog",
    "sqlplus -S ada1",
    "sqlplus ada scripts/load1x2y",
    "expdp directory=dir1 dumpfile=x1.dmp",
    "htpasswd -c f ada1985",
    "htpasswd -B f ada1985",
    "keytool -list -keystore store1.jks -alias key1x2y3",
    "keytool -storepass:env SHOP_PASS1 -list",
    "openssl rsa -passin env:SHOP_PASS1 -in key1.pem",
    "openssl enc -aes256 -in a1.txt",
    "7z a -mx9 archive1.7z",
    "unzip -d dir1 archive1.zip",
    "pip config set global.index-url https://h1.example/simple",
    "git config user.name ada1985x",
    "git config credential.helper store1x2",
    "npm config set registry https://registry.npmjs.org/",
    "npm config set //registry.npmjs.org/:_authToken ${NPM_TOKEN}",
    "aws configure set region eu-west-1",
    "aws s3 cp s3://shop1/a1b2c3d4 -",
    "poetry publish -r shop1repo",
    "cargo build -p crate1x2",
    "ssh-keygen -t ed25519 -f key1x2y3",
    "yt-dlp -o file1x2y3 u",
    "mongosh --port 27017 -u ada1985",
    "the curl - a tool of 1998abc",
    "zip -r archive1x2.zip dir1x2",
    "a login -p8080abc of no command",
)


@pytest.mark.parametrize("line", HARMLESS)
def test_commands_that_hold_none(line: str) -> None:
    """Other options, other forms, placeholders: as a text, as a list, and as what Python shows of one."""
    words = line.split(" ")
    for text in (line, f"{words}"):
        assert Secrets().text(text) == text
        assert not are_suspect([text])
    assert [*pairs_in(words, LIVE)] == []


@pytest.mark.parametrize("mode", MODES)
def test_commands_that_hold_none_arrive(mode: str) -> None:
    """In a list, beside a credential."""
    commands: Any = [line.split(" ") for line in HARMLESS]
    error = subprocess.CalledProcessError(1, commands, output="https://h/?token=abc123def")
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(error))
    assert got.cmd == commands


def test_a_word_among_what_python_shows() -> None:
    """A list is given to be run: what stands there need not look like a password."""
    assert Secrets().text("['redis-cli', '-a', 'swordfish'] failed") == f"['redis-cli', '-a', '{REDACTED}'] failed"
    assert Secrets().text("redis-cli -a swordfish") == "redis-cli -a swordfish"


def test_what_has_been_replaced_in_an_argument() -> None:
    """It stays so."""
    text = f"kubectl create secret generic x --from-literal url=ada1:{REDACTED}@h1"
    assert Secrets().text(text) == text


def test_the_table() -> None:
    """Each row says where the password stands, and which manual says so; what is no text is passed over."""
    for command in COMMANDS:
        assert command.names
        assert command.source.startswith(("https://", "http://"))
        assert command.after or command.glued or command.word
    found = arguments_in(["mysql", None, "-phunter", "mysql", "-phunter"], is_credential)
    assert [*found] == [Argument(2, 2, 8, "argument of a command"), Argument(4, 2, 8, "argument of a command")]
    assert is_command("C:/tools/mysql.exe")
    beside = [*pairs_in(["sudo", "/usr/bin/mysql", "-x", "-phunter"], LIVE)]
    assert beside == [(Beneath("argument of a command"), 3, "hunter")]
    assert not is_command("mysql" * 100)


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


def test_more_values_than_are_searched_at_first() -> None:
    """What travels as it is, is searched however much there is."""
    many: list[Any] = [{"page": number} for number in range(6_000)]
    arrived = pickle.loads(picklereg.dumps(RuntimeError(PASSWORD, [{"password": PASSWORD}, *many])))
    assert arrived.args == (REDACTED, [{"password": REDACTED}, *many])
    assert not hasattr(arrived, "__notes__")
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


@pytest.mark.parametrize("command", ["curl", "wget", "/usr/bin/CURL --silent"])
def test_a_login_that_is_a_word(command: str) -> None:
    """After commands that take a login, its password may be any word; after others it has to look like one."""
    assert Secrets().text(f"{command} -u ada:sesame http://h") == f"{command} -u ada:{REDACTED} http://h"
    assert Secrets().text("ls -u ada:sesame http://h") == "ls -u ada:sesame http://h"

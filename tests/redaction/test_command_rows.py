"""Rows of the table of commands, and passwords that commands are given as their input: each way, and what only looks like it."""

from __future__ import annotations

import pickle
import shlex
import subprocess
from typing import Any

import pytest
from echo_server import leaks
from writers import MODES, a_registry, writing

from picklereg.redaction.beneath import LIVE, Beneath
from picklereg.redaction.beside import pairs_in
from picklereg.redaction.command_table import COMMANDS
from picklereg.redaction.commands import signs_of_words
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets
from picklereg.redaction.values import REDACTED

PASSWORD = "s3cr3tW0rd-42"
#: ``§`` is the password.
LINES = (
    "net use Z: '\\\\srv\\share' § /user:ada",
    "net use Z: '\\\\srv\\share' /user:ada §",
    "net user ada § /add",
    "curl -sSu ada:§ https://shop.example/",
    "xfreerdp3 /u:ada /p:§ /v:h",
    "rdesktop -u ada -p § h",
    "psexec '\\\\h' -u ada -p § cmd",
    "schtasks /create /s h /u ada /p §",
    "schtasks /change /tn shop /rp §",
    "iwconfig wlan0 key s:§",
    "dig -y hmac-sha256:shop:§ h",
    "nsupdate -y shop:§",
    "kadmin -p ada -w § -q x",
    "doveadm pw -p §",
    "pdftk a.pdf input_pw § output b.pdf",
    "pdftk A=a.pdf input_pw A=§ output b.pdf",
    "rclone obscure §",
    "b2 account authorize keyid §",
    "b2 authorize-account keyid §",
    "mc config host add m https://h AKID §",
    "bin/elasticsearch-users passwd ada -p §",
    "neo4j-admin dbms set-initial-password §",
    "grafana-cli admin reset-admin-password §",
    "splunk search x -auth admin:§",
    "nmcli con modify x wifi-sec.psk §",
    "bw unlock §",
    "rabbitmqctl add_user ada §",
    "x11vnc -passwd §",
    "dsadd user x -pwd §",
    "hey -a ada:§ https://shop.example/",
    "winexe -U ada%§ //h cmd",
    "cf login -u ada -p §",
    "redis-benchmark -a § -n 100",
    "openssl dgst -hmac § a",
    "mutool draw -p § a.pdf",
    "influx query -t § x",
    "dvc remote modify r password §",
    "aws ssm put-parameter --name x --value §",
    "vercel deploy -t §",
    "beeline -n ada -p §",
    "evil-winrm -i h -u ada -p §",
    "hydra -l ada -p § ssh://h",
    "gobuster dir -U ada -P §",
    "nikto -h h -id ada:§",
    "ttyd -c ada:§ bash",
    "transmission-remote -n ada:§ -l",
    "knife bootstrap h -x ada -P §",
    "gitlab-runner register -r §",
    "anaconda -t § upload x",
    "racadm -r h -u ada -p § getsysinfo",
    "mqttx pub -u ada -P §",
    "swaks -au ada -ap § -t b",
    "sendEmail -xu ada -xp § -t b",
    "squidclient -u ada -w § h",
    "airflow users create -u ada -p §",
    "sonar-scanner -Dsonar.login=§",
    "consul acl set-agent-token default §",
    "dotnet user-secrets set Db:Password §",
    "bundle config set --global gems.example ada:§",
    "drush user:password ada §",
    "mega-login ada §",
    "rman target ada/§@h",
    "db2 connect to x user ada using §",
    "db2look -d x -i ada -w §",
    "hdbuserstore set K h:30015 ada §",
    "redis-cli ACL SETUSER ada on '>§'",
    "redis-cli CONFIG SET requirepass §",
    "etcdctl user add ada:§",
    "vault token revoke §",
    "lynx -pauth=ada:§ h",
    "winrs -r:h -u:ada -p:§ cmd",
    "signtool sign /f c.pfx /p § x",
    "psexec.py x/ada:§@h",
    "slappasswd -s §",
    "ipa-client-install -p admin -w § -U",
    "ipa-server-install -p §",
    "samba-tool user create ada §",
    "wbinfo -a ada%§",
    "wpa_cli set_network 0 psk §",
    "iw dev wlan0 connect net key 0:§",
    "zerotier-cli -T§ status",
    "check_snmp -C § -H h",
    "check_http -a ada:§ -H h",
    "govc -u ada:§ ls",
    "ipmitool user set password 2 §",
    "doveadm auth test ada §",
    "zmprov sp ada@x §",
    "openssl passwd -6 §",
    "certutil -f -p § -importpfx x",
    "ccrypt -K § f",
    "mcrypt -k § f",
    "arj a -g§ x f",
    "qpdf --encrypt § x y",
    "msoffcrypto-tool -p § x y",
    "mc admin user add x ada §",
    "flyctl deploy -t §",
    "cf set-env app API_KEY §",
    "glab variable set API_KEY --value §",
    "cf auth ada §",
    "snyk auth §",
    "snyk config set api=§",
    "nifi.sh set-single-user-credentials ada §",
    "add-user.sh ada §",
    "npm set //r/:_authToken §",
    "nmcli con add type wifi wifi-sec.psk §",
    "dotnet dev-certs https -ep x -p §",
    "choco push x -k §",
    "ansible-vault encrypt_string § --name x",
    "salt x shadow.set_password ada §",
    "vboxmanage controlvm x setcredentials ada § DOMAIN",
    "vmrun -gu ada -gp § runProgramInGuest x",
    "deluge-console connect h ada §",
    "ss-local -s h -k §",
    "rasdial x ada §",
    "isql dsn ada §",
    "irssi -c h -w § -n ada",
    "tmate -k § x",
    "pppd user ada password §",
    "security set-key-partition-list -k § k",
    "security import c.p12 -P § -k k",
)
#: In a text alone: a list has no place for what a shell does.
INPUTS = (
    "echo ada:§ | chpasswd",
    'echo "ada:§" | sudo chpasswd',
    "echo -n § | sudo -S ls",
    "echo '§' | passwd --stdin ada",
    "printf '%s' § | docker login registry.example -u ada --password-stdin",
    "chpasswd <<< ada:§",
    "passwd --stdin ada <<< §",
    'docker login --password-stdin <<< "§"',
)
HARMLESS = (
    "net use Z: \\\\srv\\share1x2 /user:ada1985",
    "net use * /delete",
    "net user ada1985 /delete",
    "rdesktop -u ada -p - h1x2y3",
    "schtasks /query /tn shop1x2",
    "iwconfig wlan0 key off",
    "iwconfig wlan0 key [2]",
    "dig -y shopkey1x2",
    "pdftk a1.pdf output b1x2.pdf",
    "rclone obscure -",
    "rclone copy a1x2 b1x2",
    "b2 account authorize",
    "grafana-cli plugins install shop1x2",
    "doveadm user ada1985",
    "curl -sSL https://h1x2/",
    "bundle config path vendor1x2",
    "bundle config mirror.https://rubygems.org https://h1x2",
    "dotnet user-secrets list shop1x2",
    "aws ssm get-parameter --name shop1x2",
    "sonar-scanner -Dsonar.host=h1x2",
)
HARMLESS_INPUTS = (
    "echo done | sudo -S ls",
    "echo build1x2 | tee log1x2",
    "cat users1x2 | chpasswd",
    "echo $PASSWORD | docker login --password-stdin",
    "chpasswd < users1x2",
)


@pytest.mark.parametrize("mode", MODES)
def test_rows_of_the_table(mode: str) -> None:
    """As a text, as a list, as what Python shows of a list: the password doesn't leave, nor where the output repeats it."""
    leaked: list[Any] = []
    with writing(mode, a_registry()) as write:
        for line in LINES:
            words = shlex.split(line.replace("§", PASSWORD))
            for command in (line.replace("§", PASSWORD), words, f"{words} failed"):
                data = write(subprocess.CalledProcessError(1, command, output=f"{PASSWORD}: denied"))
                leaked += [command] if leaks(data, PASSWORD) or len(pickle.loads(data).cmd) < len(words) else []
    assert leaked == []


@pytest.mark.parametrize("line", [*LINES, *INPUTS])
def test_the_rest_of_a_line_stays(line: str) -> None:
    """So does what has been replaced, when it is looked at again; a text that repeats the password loses it."""
    secrets = Secrets()
    shown = secrets.text(f"it failed: {line}".replace("§", PASSWORD))
    assert shown == f"it failed: {line}".replace("admin:", "").replace("§", REDACTED)
    assert secrets.text(f"no {PASSWORD}") == f"no {REDACTED}"
    assert Secrets().text(shown) == shown


@pytest.mark.parametrize("line", HARMLESS)
def test_rows_that_hold_none(line: str) -> None:
    """Other options, other forms: as a text, as a list, and as what Python shows of one."""
    words = line.split(" ")
    for text in (line, f"{words}"):
        assert Secrets().text(text) == text
        assert not are_suspect([text])
    assert [*pairs_in(words, LIVE)] == []


@pytest.mark.parametrize("line", HARMLESS_INPUTS)
def test_inputs_that_hold_none(line: str) -> None:
    """Words, variables, files, and commands that want no password."""
    assert Secrets().text(line) == line


def test_a_colon_in_an_input() -> None:
    """A user stands before it only where that is what the command reads."""
    assert Secrets().text("echo -n a1:b2c3d4 | sudo -S ls") == f"echo -n {REDACTED} | sudo -S ls"


def test_the_prefilter_follows_from_the_table() -> None:
    """Each row whose password stands after a word has a sign, and the fewest are looked for."""
    for with_slash in (True, False):
        signs = signs_of_words(with_slash=with_slash)
        for row in COMMANDS:
            if row.word and row.has_slash is with_slash:
                assert all(any(sign in word.lower() for sign in signs) for word in (row.signs or row.within or row.names).split())
        assert all(sign not in other for sign in signs for other in signs if sign != other)


@pytest.mark.parametrize("scheme", ["Basic", "Bearer", "Token"])
def test_a_word_after_a_scheme(scheme: str) -> None:
    """It is a token where nothing follows it in its line, and it says nothing of what is to stand there."""
    for text in (f"Authorization: {scheme} §", f"Proxy-Authorization: {scheme} §\r\nAccept: */*", f"'X-Auth: {scheme} §'"):
        assert Secrets().text(text.replace("§", "swordfish")) == text.replace("§", REDACTED)
        for word in ("token", "header", "<token>", "required", "swordfish is missing", 'realm="shop"'):
            plain = text.replace("§", word)
            assert Secrets().text(plain) == plain


def test_an_option_after_a_name() -> None:
    """It is the next name, and no value."""
    found = pairs_in(["Set-ADAccountPassword", "-NewPassword", PASSWORD], LIVE)
    assert [*found] == [(Beneath("Set-ADAccountPassword", is_beside=True), 2, None)]

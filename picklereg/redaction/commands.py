"""Commands that take a password among their arguments: one table for arguments in a list and for those in a text.

To add a command, add a row. What an option's own name tells (``--password``, ``--token=``) needs none.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from picklereg.redaction.values import is_no_value

__all__ = ["COMMANDS", "NAMES", "Argument", "Command", "arguments_in", "is_command", "signs_of_words"]


class Command(NamedTuple):
    """Where a command's password stands.

    Attributes:
        names: what the command, and others like it, are called.
        source: its manual.
        after: options which it follows, also with ``=`` between.
        glued: options which it follows without anything between: ``-phunter2``.
        within: words one of which has to come before: ``docker login``.
        word: which word after those it is; 0 if it follows an option; -1 for the last one; -2 for the first one, if it has the form; -3 for
            one after a credential's name.
        form: what it looks like, with the password in a group.
        given: an option without which there is none.
        name: what to call it.
        signs: in lower case, texts one of which is in a text that holds it after a word; if there are none, those are the words within.
    """

    names: str
    source: str
    after: str = ""
    glued: str = ""
    within: str = ""
    word: int = 0
    form: str = r"(.+)"
    given: str = ""
    name: str = "argument of a command"
    signs: str = ""

    @property
    def has_slash(self) -> bool:
        """Whether there is a slash among its arguments: after a user's name, in a URL, or before an option of Windows."""
        return self.word == _FORMED or "/" in self.signs or "alias" in self.signs


class Argument(NamedTuple):
    """A password among arguments: in which, where in it, and what to call it."""

    position: int
    start: int
    end: int
    name: str


_PAIR: Final = r"[^:]*:(.+)"
_FILE_AND: Final = r"(?:[A-Za-z]:[\\/])?[^:]*:(?![\\/])(.+)"
#: A key of a wireless network, and no state of its; a name and a secret, maybe after what makes a digest.
_WEP: Final = r"(?!(?:off|on|open|restricted)$)(?:s:)?([^\[].*)"
_HANDLE: Final = r"(?:[A-Z]{1,20}=)?(.+)"
_TSIG: Final = r"(?:hmac-[\w\-]{1,30}:)?[^:]+:(.+)"
_MONGO: Final = "mongo mongodump mongoexport mongofiles mongoimport mongorestore mongosh mongostat mongotop"
_CURL: Final = "https://curl.se/docs/manpage.html"
_SAMBA: Final = "https://www.samba.org/samba/docs/current/man-html/smbclient.1.html"

COMMANDS: Final = (
    Command("curl", _CURL, after="-b --cookie", form=r"([^=]+=.+)", name="cookie"),
    Command("curl", _CURL, after="-E --cert --proxy-cert", form=_FILE_AND),
    Command("curl", _CURL, after="-Lu -Su -fsSLu -fsSu -iu -ksu -ku -sLu -sSLu -sSfu -sSu -sku -su -vu", glued="-u -U", form=_PAIR),
    Command("etcdctl", "https://etcd.io/docs/v3.5/op-guide/authentication/rbac/", after="--user", form=_PAIR),
    Command("ab", "https://httpd.apache.org/docs/2.4/programs/ab.html", after="-A -P", form=_PAIR),
    Command("http https xh", "https://httpie.io/docs/cli/authentication", after="-a", form=r"(?:[^:]*:)?([^:].*)"),
    Command("smbclient smbget smbcacls rpcclient net", _SAMBA, after="-U --user", glued="-U", form=r"[^%]*%(.+)"),
    Command("net", "http://dosprompt.info/network/net.asp", within="use", word=-1, form=r"(?![\\/*]|[A-Za-z]:$)(.+)", signs="/user: /add"),
    Command("net", "http://dosprompt.info/network/net.asp", within="user", word=2, form=r"(?![/*])(.+)", signs="/user: /add"),
    Command("lftp", "https://lftp.yar.ru/lftp-man.html", after="-u --user", form=r"[^,]*,(.+)"),
    Command(
        "mysql mariadb mysqldump mariadb-dump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlbinlog",
        "https://dev.mysql.com/doc/refman/8.4/en/password-security-user.html",
        glued="-p",
    ),
    Command("mysqladmin", "https://dev.mysql.com/doc/refman/8.4/en/mysqladmin.html", within="password", word=1),
    Command("sshpass", "https://linux.die.net/man/1/sshpass", after="-p", glued="-p"),
    Command(
        "docker podman buildah skopeo nerdctl helm oras crane oc az",
        "https://docs.docker.com/reference/cli/docker/login/",
        after="-p",
        glued="-p",
        within="login",
    ),
    Command("az", "https://learn.microsoft.com/cli/azure/mysql/flexible-server", after="-p", within="mariadb mysql postgres sql"),
    Command("az", "https://learn.microsoft.com/cli/azure/keyvault/secret", after="--value", within="secret"),
    Command("kubectl oc", "https://kubernetes.io/docs/reference/kubectl/", after="--from-literal", within="secret", form=r"[^=]+=(.+)"),
    Command("gh", "https://cli.github.com/manual/gh_secret_set", after="-b --body", within="secret"),
    Command("glab", "https://docs.gitlab.com/cli/auth/login/", after="-t", within="login"),
    Command("doctl", "https://docs.digitalocean.com/reference/doctl/reference/auth/init/", after="-t", within="auth"),
    Command("vault bao", "https://developer.hashicorp.com/vault/docs/commands/login", within="login", word=1, form=r"([^=]+)"),
    Command("vault bao", "https://developer.hashicorp.com/vault/docs/commands/operator/unseal", within="unseal", word=1),
    Command("redis-cli valkey-cli keydb-cli", "https://redis.io/docs/latest/develop/tools/cli/", after="-a"),
    Command("redis-cli valkey-cli keydb-cli", "https://redis.io/docs/latest/commands/auth/", within="AUTH auth", word=-1),
    Command(_MONGO, "https://www.mongodb.com/docs/mongodb-shell/reference/options/", after="-p", glued="-p"),
    Command(
        "ldapadd ldapcompare ldapdelete ldapmodify ldapmodrdn ldappasswd ldapsearch ldapwhoami",
        "https://www.openldap.org/software/man.cgi?query=ldapsearch",
        after="-w",
        glued="-w",
    ),
    Command("ldappasswd", "https://www.openldap.org/software/man.cgi?query=ldappasswd", after="-a -s"),
    Command(
        "bcp isql sqlcmd tsql",
        "https://learn.microsoft.com/sql/tools/sqlcmd/sqlcmd-utility",
        after="-P",
        glued="-P",
    ),
    Command(
        "sqlplus expdp impdp sqlldr",
        "https://docs.oracle.com/en/database/oracle/oracle-database/19/sqpug/starting-SQL-Plus.html",
        word=-2,
        form=r"(?:userid=)?[\w.$#]+/([^@/]+)(?:@.*)?",
    ),
    Command("cqlsh", "https://cassandra.apache.org/doc/latest/cassandra/managing/tools/cqlsh.html", after="-p"),
    Command("cypher-shell", "https://neo4j.com/docs/operations-manual/current/cypher-shell/", after="-p"),
    Command("couchbase-cli cbq cbbackupmgr", "https://docs.couchbase.com/server/current/cli/cbcli/couchbase-cli.html", after="-p"),
    Command("rabbitmqadmin", "https://www.rabbitmq.com/docs/management-cli", after="-p"),
    Command("elasticsearch-users", "https://www.elastic.co/docs/reference/elasticsearch/command-line-tools/users-command", after="-p"),
    Command(
        "neo4j-admin",
        "https://neo4j.com/docs/operations-manual/current/configuration/set-initial-password/",
        within="set-initial-password",
        word=1,
    ),
    Command("grafana-cli grafana", "https://grafana.com/docs/v5.4/administration/cli/", within="reset-admin-password", word=1),
    Command("splunk", "http://docs.splunk.com/Documentation/Splunk/3.1/Developer/Authentication", after="-auth", form=_PAIR),
    Command("rabbitmqctl", "https://www.rabbitmq.com/docs/man/rabbitmqctl.8", within="add_user change_password", word=2),
    Command("mosquitto_pub mosquitto_sub mosquitto_rr", "https://mosquitto.org/man/mosquitto_pub-1.html", after="-P"),
    Command("mosquitto_passwd", "https://mosquitto.org/man/mosquitto_passwd-1.html", word=-1, given="-b"),
    Command("htpasswd", "https://httpd.apache.org/docs/2.4/programs/htpasswd.html", word=-1, given="-b"),
    Command(
        "keytool jarsigner",
        "https://docs.oracle.com/en/java/javase/21/docs/specs/man/keytool.html",
        after="-destkeypass -deststorepass -keypass -new -srckeypass -srcstorepass -storepass",
    ),
    Command(
        "openssl",
        "https://docs.openssl.org/master/man1/openssl-passphrase-options/",
        after="-pass -passin -passout -password",
        form=r"pass:(.+)",
    ),
    Command("openssl", "https://docs.openssl.org/master/man1/openssl-enc/", after="-K -k"),
    Command("7z 7za 7zr 7zz", "https://linux.die.net/man/1/7z", glued="-p"),
    Command("rar unrar", "https://linux.die.net/man/1/unrar", glued="-hp -p"),
    Command("zip unzip", "https://linux.die.net/man/1/zip", after="-P", glued="-P"),
    Command("pdftotext pdftoppm pdfinfo", "https://linux.die.net/man/1/pdftotext", after="-opw -upw"),
    Command("twine", "https://twine.readthedocs.io/en/stable/", after="-p"),
    Command("poetry", "https://python-poetry.org/docs/cli/#publish", after="-p", within="publish"),
    Command("uv", "https://docs.astral.sh/uv/reference/cli/#uv-publish", after="-p -t", within="publish"),
    Command("hatch", "https://hatch.pypa.io/latest/cli/reference/#hatch-publish", after="-a", within="publish"),
    Command("cargo", "https://doc.rust-lang.org/cargo/commands/cargo-login.html", within="login", word=1),
    Command("nuget dotnet", "https://learn.microsoft.com/dotnet/core/tools/dotnet-nuget-push", after="-k", within="push"),
    Command("nuget", "https://learn.microsoft.com/nuget/reference/cli-reference/cli-ref-setapikey", within="setapikey", word=1),
    Command("ngrok", "https://ngrok.com/docs/agent/cli/", within="add-authtoken authtoken", word=1),
    Command("wandb", "https://docs.wandb.ai/ref/cli/wandb-login/", within="login", word=1),
    Command("bw", "https://bitwarden.com/help/cli/", within="login", word=2),
    Command("bw", "https://bitwarden.com/help/cli/", within="unlock", word=1),
    Command(
        "mc mcli", "https://min.io/docs/minio/linux/reference/minio-mc/mc-alias-set.html", within="alias host", word=5, signs="alias config"
    ),
    Command("ipmitool", "https://linux.die.net/man/1/ipmitool", after="-P"),
    Command("snmpget snmpset snmpwalk snmpbulkwalk", "https://linux.die.net/man/1/snmpcmd", after="-A -X -c"),
    Command("plink pscp psftp putty", "https://the.earth.li/~sgtatham/putty/0.83/htmldoc/Chapter7.html", after="-pw"),
    Command("p4", "https://help.perforce.com/helix-core/server-apps/cmdref/current/", after="-P"),
    Command("yt-dlp youtube-dl", "https://github.com/yt-dlp/yt-dlp#authentication-options", after="-p"),
    Command("psexec", "https://learn.microsoft.com/sysinternals/downloads/psexec", after="-p"),
    Command("ssh-keygen", "https://man.openbsd.org/ssh-keygen", after="-N -P"),
    Command("xfreerdp xfreerdp3 wlfreerdp", "https://github.com/FreeRDP/FreeRDP/wiki/CommandLineInterface", glued="/p:"),
    Command("rdesktop", "https://www.mankier.com/1/rdesktop", after="-p", glued="-p", form=r"(?!-$)(.+)"),
    Command(
        "schtasks", "https://learn.microsoft.com/windows-server/administration/windows-commands/schtasks-create", after="/p /rp /P /RP"
    ),
    Command(
        "iwconfig", "https://manpages.ubuntu.com/manpages/noble/man8/iwconfig.8.html", within="key enc", word=1, form=_WEP, signs="iwconfig"
    ),
    Command("dig nsupdate delv", "https://ftp.u-strasbg.fr/unix/isc/bind9/9.12.3-P4/doc/arm/man.nsupdate.html", after="-y", form=_TSIG),
    Command("kadmin", "https://web.mit.edu/kerberos/krb5-latest/doc/admin/admin_commands/kadmin_local.html", after="-w"),
    Command("doveadm", "https://manpages.ubuntu.com/manpages/questing/man1/doveadm-pw.1.html", after="-p", within="pw"),
    Command(
        "pdftk", "https://www.pdflabs.com/docs/pdftk-man-page/", within="input_pw owner_pw user_pw", word=1, form=r"(?:\w{1,20}=)?(.+)"
    ),
    Command("rclone", "https://rclone.org/commands/rclone_obscure/", within="obscure", word=1, form=r"(?!-$)(.+)"),
    Command("b2", "https://www.backblaze.com/docs/cloud-storage-account-authorize-command", within="authorize authorize-account", word=2),
    Command("wpa_passphrase", "https://linux.die.net/man/8/wpa_passphrase", word=2),
    Command("consul nomad vault", "https://developer.hashicorp.com/consul/commands", after="-token"),
    Command("influx", "https://docs.influxdata.com/influxdb/v1/tools/influx-cli/", after="-password"),
    Command("nuget", "https://learn.microsoft.com/nuget/reference/cli-reference/cli-ref-push", after="-ApiKey -Password"),
    Command("gem", "https://guides.rubygems.org/command-reference/#gem-push", after="-k", within="push"),
    Command("conda", "https://docs.anaconda.com/", within="token", word=2),
    Command("supervisorctl", "http://supervisord.org/running.html", after="-p"),
    Command("useradd usermod", "https://man7.org/linux/man-pages/man8/useradd.8.html", after="-p"),
    Command("poetry composer", "https://python-poetry.org/docs/repositories/#configuring-credentials", within="http-basic", word=2),
    Command("poetry", "https://python-poetry.org/docs/repositories/#configuring-credentials", within="pypi-token", word=1),
    Command(
        "composer",
        "https://getcomposer.org/doc/articles/authentication-for-private-packages.md",
        within="github-oauth gitlab-token",
        word=1,
    ),
    Command(
        "security",
        "https://ss64.com/mac/security-password.html",
        after="-p -w",
        within="add-generic-password add-internet-password create-keychain unlock-keychain",
    ),
    Command(
        "aws composer conda git nmcli npm pip pnpm poetry pulumi rclone yarn",
        "https://docs.aws.amazon.com/cli/latest/reference/configure/set.html",
        within="config configure connect modify",
        word=-3,
        signs="config pass psk",
    ),
)
#: What is in place of a word's number: the last one, one of a form, one after a credential's name.
_LAST, _FORMED, _NAMED = -1, -2, -3
_LONGEST: Final = 200
_SEGMENT: Final = re.compile(r"[./:]")
#: What they are called.
NAMES: Final = frozenset(name for command in COMMANDS for name in command.names.split())


def signs_of_words(*, with_slash: bool) -> tuple[str, ...]:
    """Give the fewest texts one of which, in lower case, is in each text in which a password stands after a word of a command.

    Args:
        with_slash: whether they are those of commands among whose arguments there is a slash, too, or of the others.
    """
    rows = [row for row in COMMANDS if row.word and row.has_slash is with_slash]
    known = {sign.lower() for row in rows for sign in (row.signs or row.within or row.names).split()}
    signs = {"pass" if "pass" in sign else sign for sign in known}
    return tuple(sorted(sign for sign in signs if not any(other in sign for other in signs if other != sign)))


def is_command(text: str) -> bool:
    """Tell whether a text is the name or the path of a command that takes a password."""
    return len(text) <= _LONGEST and _name(text) in NAMES


def _name(text: str) -> str:
    return text.rpartition("/")[2].removesuffix(".exe")


class _Row(NamedTuple):
    """A row of the table, ready to be read."""

    after: frozenset[str]
    glued: tuple[str, ...]
    within: frozenset[str]
    word: int
    form: re.Pattern[str]
    given: str
    name: str


@functools.cache
def _rows() -> dict[str, list[_Row]]:
    rows: dict[str, list[_Row]] = {}
    for command in COMMANDS:
        row = _Row(
            frozenset(command.after.split()),
            tuple(command.glued.split()),
            frozenset(command.within.split()),
            command.word,
            re.compile(command.form, re.DOTALL),
            command.given,
            command.name,
        )
        for name in command.names.split():
            rows.setdefault(name, []).append(row)
    return rows


def arguments_in(arguments: Iterable[str | None], is_credential: Callable[[str], bool]) -> Iterator[Argument]:
    """Give the passwords among the arguments of commands.

    Args:
        arguments: the arguments, with the commands before them; ``None`` for what is no text.
        is_credential: tells of the name of a setting whether it is one.
    """
    lines: dict[str, list[_Line]] = {}
    for index, argument in enumerate(arguments):
        if argument is None:
            continue
        for line in itertools.chain.from_iterable(lines.values()):
            span = line.read(index, argument, is_credential)
            if span is not None:
                yield Argument(index, *span, line.name)
                break
        if is_command(argument):
            name = _name(argument)
            lines[name] = [_Line(row) for row in _rows()[name]]
    yield from (line.last for line in itertools.chain.from_iterable(lines.values()) if line.last is not None)


class _Line:
    """How far the arguments after a command have been read, for one of its rows.

    Attributes:
        last: the last word, where that is the password.
        name: what to call the password.
    """

    __slots__ = ("_count", "_is_given", "_is_next", "_is_within", "_row", "last", "name")

    def __init__(self, row: _Row) -> None:
        self._row = row
        self._count = 0
        self._is_next = False
        self._is_within = not row.within
        self._is_given = not row.given
        self.last: Argument | None = None
        self.name = row.name

    def read(self, index: int, argument: str, is_credential: Callable[[str], bool]) -> tuple[int, int] | None:
        """Read an argument, and give where in it the password stands, if it is there."""
        is_next, self._is_next = self._is_next, False
        if argument.startswith(("-", *self._row.glued)) or argument in self._row.after:
            return self._option(argument)
        if is_next:
            return self._value(argument)
        if not self._is_within:
            self._is_within = argument in self._row.within or argument.partition(".")[0] in self._row.within
            return None
        self._count += 1
        if self._row.word == _NAMED:
            self._is_next = is_credential(argument) or is_credential(_SEGMENT.split(argument)[-1])
        elif self._row.word == _LAST and self._is_given and (span := self._value(argument)) is not None:
            self.last = Argument(index, *span, self.name)
        is_it = self._row.word == self._count or (self._row.word == _FORMED and self._count == 1)
        return self._value(argument) if is_it else None

    def _option(self, argument: str) -> tuple[int, int] | None:
        head, sign, _ = argument.partition("=")
        if self._row.given and not head.startswith("--") and self._row.given[1:] in head:
            self._is_given = True
        if not self._is_within:
            return None
        if head in self._row.after:
            self._is_next = not sign
            return self._value(argument, len(head) + 1) if sign else None
        for option in self._row.glued:
            if argument.startswith(option) and len(argument) > len(option):
                return self._value(argument, len(option) + (argument[len(option)] == "="))
        return None

    def _value(self, argument: str, start: int = 0) -> tuple[int, int] | None:
        match = self._row.form.fullmatch(argument, start)
        return match.span(1) if match and not is_no_value(match[1]) else None

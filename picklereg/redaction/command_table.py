"""Which commands take a password among their arguments, and where: one table for arguments in a list and for those in a text.

To add a command, add a row. What an option's own name tells (``--password``, ``--token=``) needs none.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["COMMANDS", "FORMED", "LAST", "NAMED", "Command"]

#: What is in place of a word's number: the last one, one of a form, one after a credential's name.
LAST, FORMED, NAMED = -1, -2, -3


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
        return self.word == FORMED or "/" in self.signs or "alias" in self.signs


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
    Command("ab hey", "https://httpd.apache.org/docs/2.4/programs/ab.html", after="-A -P -a", form=_PAIR),
    Command("http https xh", "https://httpie.io/docs/cli/authentication", after="-a", form=r"(?:[^:]*:)?([^:].*)"),
    Command("smbclient smbget smbcacls rpcclient net winexe samba-tool", _SAMBA, after="-U --user", glued="-U", form=r"[^%]*%(.+)"),
    Command(
        "net", "http://dosprompt.info/network/net.asp", within="use", word=LAST, form=r"(?![\\/*]|[A-Za-z]:$)(.+)", signs="/user: /add"
    ),
    Command("net", "http://dosprompt.info/network/net.asp", within="user", word=2, form=r"(?![/*])(.+)", signs="/user: /add"),
    Command("lftp", "https://lftp.yar.ru/lftp-man.html", after="-u --user", form=r"[^,]*,(.+)"),
    Command(
        "mysql mariadb mysqldump mariadb-dump mysqladmin mysqlpump mysqlsh mysqlslap mysqlimport mysqlcheck mysqlshow mysqlbinlog",
        "https://dev.mysql.com/doc/refman/8.4/en/password-security-user.html",
        glued="-p",
    ),
    Command("mysqladmin", "https://dev.mysql.com/doc/refman/8.4/en/mysqladmin.html", within="password", word=1),
    Command("sshpass", "https://linux.die.net/man/1/sshpass", after="-p", glued="-p"),
    Command(
        "docker podman buildah skopeo nerdctl helm oras crane oc az cf ibmcloud",
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
    Command(
        "gcloud",
        "https://cloud.google.com/sdk/gcloud/reference/auth/activate-refresh-token",
        within="activate-refresh-token",
        word=2,
        signs="activate-refresh-token",
    ),
    Command("doctl", "https://docs.digitalocean.com/reference/doctl/reference/auth/init/", after="-t"),
    Command("vault bao", "https://developer.hashicorp.com/vault/docs/commands/login", within="login", word=1, form=r"([^=]+)"),
    Command("vault bao", "https://developer.hashicorp.com/vault/docs/commands/operator/unseal", within="unseal", word=1),
    Command("redis-cli valkey-cli keydb-cli redis-benchmark", "https://redis.io/docs/latest/develop/tools/cli/", after="-a"),
    Command("redis-cli valkey-cli keydb-cli", "https://redis.io/docs/latest/commands/auth/", within="AUTH auth", word=LAST),
    Command(_MONGO, "https://www.mongodb.com/docs/mongodb-shell/reference/options/", after="-p", glued="-p"),
    Command(
        "ldapadd ldapcompare ldapdelete ldapmodify ldapmodrdn ldappasswd ldapsearch ldapwhoami",
        "https://www.openldap.org/software/man.cgi?query=ldapsearch",
        after="-w",
        glued="-w",
    ),
    Command("ldappasswd", "https://www.openldap.org/software/man.cgi?query=ldappasswd", after="-a -s"),
    Command(
        "bcp go-sqlcmd isql mssql-cli osql sqlcmd tsql",
        "https://learn.microsoft.com/sql/tools/sqlcmd/sqlcmd-utility",
        after="-P",
        glued="-P",
    ),
    Command(
        "sqlplus expdp impdp sqlldr",
        "https://docs.oracle.com/en/database/oracle/oracle-database/19/sqpug/starting-SQL-Plus.html",
        word=FORMED,
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
    Command("rabbitmqctl", "https://www.rabbitmq.com/docs/man/rabbitmqctl.8", within="add_user authenticate_user change_password", word=2),
    Command("mosquitto_pub mosquitto_sub mosquitto_rr", "https://mosquitto.org/man/mosquitto_pub-1.html", after="-P"),
    Command("mosquitto_passwd", "https://mosquitto.org/man/mosquitto_passwd-1.html", word=LAST, given="-b"),
    Command("htpasswd", "https://httpd.apache.org/docs/2.4/programs/htpasswd.html", word=LAST, given="-b"),
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
    Command("openssl", "https://docs.openssl.org/master/man1/openssl-enc/", after="-K -hmac -k"),
    Command("7z 7za 7zr 7zz", "https://linux.die.net/man/1/7z", glued="-p"),
    Command("rar unrar", "https://linux.die.net/man/1/unrar", glued="-hp -p"),
    Command("zip unzip", "https://linux.die.net/man/1/zip", after="-P", glued="-P"),
    Command(
        "pdftotext pdftoppm pdfinfo pdftops pdftocairo pdfimages pdftohtml pdffonts",
        "https://linux.die.net/man/1/pdftotext",
        after="-opw -upw",
    ),
    Command("mutool", "https://mupdf.readthedocs.io/en/latest/mutool-draw.html", after="-p"),
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
    Command(
        "snmpget snmpset snmpwalk snmpbulkwalk snmpbulkget snmpgetnext snmptable snmptrap snmpinform",
        "https://linux.die.net/man/1/snmpcmd",
        after="-A -X -c",
    ),
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
    Command("influx", "https://docs.influxdata.com/influxdb/v1/tools/influx-cli/", after="-password -t"),
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
    Command("aws", "https://docs.aws.amazon.com/cli/latest/reference/ssm/put-parameter.html", after="--value", within="put-parameter"),
    Command("vercel", "https://vercel.com/docs/cli/global-options", after="-t"),
    Command("beeline", "https://hive.apache.org/docs/latest/user/hiveserver2-clients/", after="-p"),
    Command("evil-winrm", "https://github.com/Hackplayers/evil-winrm#usage", after="-p"),
    Command("hydra", "https://github.com/vanhauser-thc/thc-hydra#how-to-use", after="-p"),
    Command("gobuster", "https://github.com/OJ/gobuster", after="-P"),
    Command("nikto", "https://github.com/sullo/nikto/wiki", after="-id", form=_PAIR),
    Command("ttyd gotty", "https://github.com/tsl0922/ttyd#readme", after="-c", form=_PAIR),
    Command("transmission-remote", "https://linux.die.net/man/1/transmission-remote", after="-n", form=_PAIR),
    Command("knife", "https://docs.chef.io/workstation/knife_bootstrap/", after="-P", within="bootstrap"),
    Command("gitlab-runner", "https://docs.gitlab.com/runner/commands/", after="-r", within="register"),
    Command("anaconda", "https://docs.anaconda.com/", after="-t"),
    Command("racadm ncftp supabase", "https://linux.die.net/man/1/ncftp", after="-p"),
    Command("mqttx", "https://mqttx.app/docs/cli/get-started", after="-P"),
    Command("swaks", "https://linux.die.net/man/1/swaks", after="-ap"),
    Command("sendEmail sendemail", "https://linux.die.net/man/1/sendemail", after="-xp"),
    Command("squidclient", "https://linux.die.net/man/1/squidclient", after="-w"),
    Command("airflow", "https://airflow.apache.org/docs/apache-airflow/stable/cli-and-env-variables-ref.html", after="-p", within="users"),
    Command("sonar-scanner mvn gradle", "https://docs.sonarsource.com/", glued="-Dsonar.login="),
    Command("consul", "https://developer.hashicorp.com/consul/commands/acl/set-agent-token", within="set-agent-token", word=2),
    Command(
        "dotnet", "https://learn.microsoft.com/aspnet/core/security/app-secrets", within="user-secrets", word=NAMED, signs="user-secrets"
    ),
    Command(
        "bundle", "https://bundler.io/man/bundle-config.1.html", within="config", word=LAST, form=r"[^:/\s]+:([^/\s].*)", signs="config"
    ),
    Command("drush", "https://www.drush.org/latest/commands/user_password/", within="user:password upwd", word=2, signs="user:password"),
    Command("mega-login", "https://github.com/meganz/MEGAcmd", word=2),
    Command(
        "security",
        "https://ss64.com/mac/security-password.html",
        after="-p -w",
        within="add-generic-password add-internet-password create-keychain import unlock-keychain",
    ),
    Command("security", "https://ss64.com/mac/security-keychain.html", after="-k", within="set-key-partition-list"),
    Command("security", "https://ss64.com/mac/security-export.html", after="-P", within="export import"),
    Command(
        "rman",
        "https://docs.oracle.com/en/database/oracle/oracle-database/19/rcmrf/",
        within="auxiliary catalog target",
        word=FORMED,
        form=r"[\w.$#]+/([^@/]+)(?:@.*)?",
        signs="rman",
    ),
    Command("db2", "https://www.ibm.com/docs/en/db2/11.5?topic=commands-connect", within="using", word=1, signs="db2"),
    Command("db2look", "https://www.ibm.com/docs/en/db2/11.5?topic=commands-db2look-statistics-ddl-extraction-tool", after="-w"),
    Command("hdbuserstore", "https://help.sap.com/docs/SAP_HANA_PLATFORM/", within="set SET", word=LAST, signs="hdbuserstore"),
    Command("redis-cli valkey-cli keydb-cli", "https://redis.io/docs/latest/commands/acl-setuser/", within="setuser SETUSER", glued=">"),
    Command("redis-cli valkey-cli keydb-cli", "https://redis.io/docs/latest/commands/config-set/", within="requirepass masterauth", word=1),
    Command("etcdctl", "https://etcd.io/docs/v3.5/op-guide/authentication/rbac/", within="add", word=1, form=_PAIR, signs="etcdctl"),
    Command(
        "vault bao",
        "https://developer.hashicorp.com/vault/docs/commands/token",
        within="lookup renew revoke unwrap",
        word=1,
        form=r"([^/=]{8,})",
        signs="vault bao",
    ),
    Command("lynx", "https://linux.die.net/man/1/lynx", after="-auth -pauth", form=_PAIR),
    Command("winrs", "https://learn.microsoft.com/windows-server/administration/windows-commands/winrs", glued="-p: -password:"),
    Command("signtool", "https://learn.microsoft.com/windows/win32/seccrypto/signtool", after="/p"),
    Command(
        "psexec.py secretsdump.py smbexec.py wmiexec.py atexec.py dcomexec.py smbclient.py mssqlclient.py GetUserSPNs.py GetADUsers.py "
        "impacket-psexec impacket-secretsdump impacket-smbexec impacket-wmiexec impacket-atexec impacket-smbclient impacket-mssqlclient",
        "https://github.com/fortra/impacket#readme",
        word=FORMED,
        form=r"(?:[^/\s]*/)?[^/:\s]+:(.+)@[^@]+",
    ),
    Command("slappasswd", "https://www.openldap.org/software/man.cgi?query=slappasswd", after="-s"),
    Command("ipa-client-install", "https://linux.die.net/man/1/ipa-client-install", after="-w"),
    Command("ipa-server-install", "https://linux.die.net/man/1/ipa-server-install", after="-a -p"),
    Command(
        "samba-tool", "https://www.samba.org/samba/docs/current/man-html/samba-tool.8.html", within="create", word=2, signs="samba-tool"
    ),
    Command("wbinfo", "https://www.samba.org/samba/docs/current/man-html/wbinfo.1.html", after="-a -K", form=r"[^%]*%(.+)"),
    Command("wpa_cli", "https://linux.die.net/man/8/wpa_cli", within="set_network", word=NAMED, form=r'"?([^"]+)"?'),
    Command(
        "iw", "https://manpages.ubuntu.com/manpages/noble/man8/iw.8.html", within="key keys", word=1, form=r"(?:d:)?\d:(.+)", signs="iw dev"
    ),
    Command("zerotier-cli", "https://docs.zerotier.com/cli/", glued="-T"),
    Command(
        "cloudflared",
        "https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/",
        within="install",
        word=1,
        form=r"(.{16,})",
        signs="cloudflared",
    ),
    Command("check_snmp", "https://www.monitoring-plugins.org/doc/man/check_snmp.html", after="-C"),
    Command("check_http check_curl", "https://www.monitoring-plugins.org/doc/man/check_http.html", after="-a -b", form=_PAIR),
    Command("dirb govc", "https://github.com/vmware/govmomi/blob/main/govc/USAGE.md", after="-u", form=r"[^:/]*:(?!/)([^@]+)(?:@.*)?"),
    Command("ipmitool", "https://linux.die.net/man/1/ipmitool", within="password", word=2, signs="ipmitool"),
    Command("doveadm", "https://doc.dovecot.org/main/core/man/doveadm-auth.1.html", within="login test", word=2, signs="doveadm"),
    Command("zmprov", "https://wiki.zimbra.com/wiki/Zmprov", within="ca createAccount setPassword sp", word=2, signs="zmprov"),
    Command("openssl", "https://docs.openssl.org/master/man1/openssl-passwd/", within="passwd", word=LAST, signs="openssl"),
    Command("certutil", "https://learn.microsoft.com/windows-server/administration/windows-commands/certutil", after="-p"),
    Command("ccrypt ccencrypt ccdecrypt ccat", "https://linux.die.net/man/1/ccrypt", after="-K --key"),
    Command("mcrypt mdecrypt", "https://linux.die.net/man/1/mcrypt", after="-k --key"),
    Command("arj", "https://linux.die.net/man/1/arj", glued="-g"),
    Command("qpdf", "https://qpdf.readthedocs.io/en/stable/cli.html", after="--encrypt"),
    Command("msoffcrypto-tool instaloader", "https://github.com/nolze/msoffcrypto-tool#readme", after="-p"),
    Command(
        "mc mcli",
        "https://min.io/docs/minio/linux/reference/minio-mc-admin/mc-admin-user-add.html",
        within="user",
        word=4,
        signs="mc admin",
    ),
    Command("flyctl fly drone frpc", "https://fly.io/docs/flyctl/", after="-t"),
    Command(
        "cf netlify glab lxc incus",
        "https://cli.cloudfoundry.org/en-US/v8/set-env.html",
        within="env:set set set-env",
        word=NAMED,
        signs="set",
    ),
    Command("glab", "https://docs.gitlab.com/cli/variable/set/", after="-v --value", within="variable"),
    Command("cf", "https://cli.cloudfoundry.org/en-US/v8/auth.html", within="auth", word=2, signs="cf auth"),
    Command("snyk", "https://docs.snyk.io/snyk-cli/commands/auth", within="auth", word=1, signs="snyk"),
    Command("snyk", "https://docs.snyk.io/snyk-cli/commands/config", within="set", word=1, form=r"api=(.+)", signs="snyk"),
    Command("nifi.sh", "https://nifi.apache.org/docs.html", within="set-single-user-credentials", word=2),
    Command("add-user.sh", "https://docs.wildfly.org/", word=2),
    Command("npm", "https://docs.npmjs.com/cli/commands/npm-config", within="set", word=NAMED, signs="npm set"),
    Command("nmcli", "https://networkmanager.dev/docs/api/latest/nmcli.html", within="add mod", word=NAMED, signs="nmcli"),
    Command(
        "nuget",
        "https://learn.microsoft.com/nuget/reference/cli-reference/cli-ref-push",
        within="push",
        word=2,
        form=r"([\w\-]{20,})",
        signs="nuget",
    ),
    Command("dotnet", "https://learn.microsoft.com/dotnet/core/tools/dotnet-dev-certs", after="-p", within="dev-certs"),
    Command("choco", "https://docs.chocolatey.org/en-us/create/commands/apikey/", after="-k", within="apikey push"),
    Command("ansible-vault", "https://docs.ansible.com/ansible/latest/cli/ansible-vault.html", within="encrypt_string", word=1),
    Command(
        "salt", "https://docs.saltproject.io/en/latest/ref/modules/all/salt.modules.linux_shadow.html", within="shadow.set_password", word=2
    ),
    Command("dscl", "https://ss64.com/mac/dscl.html", word=LAST, given="-passwd", signs="dscl"),
    Command(
        "VBoxManage vboxmanage",
        "https://docs.oracle.com/en/virtualization/virtualbox/7.1/user/vboxmanage.html",
        within="setcredentials",
        word=2,
    ),
    Command("vmrun", "https://techdocs.broadcom.com/us/en/vmware-cis/desktop-hypervisors/fusion-pro/13-0/vmrun.html", after="-gp -vp"),
    Command("deluge-console", "https://dev.deluge-torrent.org/wiki/UserGuide/ThinClient", within="connect", word=3, signs="deluge-console"),
    Command(
        "ss-local ss-server ss-redir ss-tunnel sslocal ssserver",
        "https://manpages.ubuntu.com/manpages/noble/man1/ss-local.1.html",
        after="-k",
    ),
    Command("rasdial", "https://learn.microsoft.com/previous-versions/orphan-topics/ws.11/ff859533(v=ws.11)", word=3),
    Command("isql", "https://www.unixodbc.org/doc/UserManual/", word=3, signs="isql"),
    Command("irssi", "https://irssi.org/documentation/manpage/", after="-w"),
    Command("tmate", "https://tmate.io/", after="-k"),
    Command("pppd", "https://linux.die.net/man/8/pppd", within="user", word=NAMED, signs="pppd"),
    Command(
        "aws composer conda dvc git nmcli npm pip pnpm poetry pulumi rclone wp yarn",
        "https://docs.aws.amazon.com/cli/latest/reference/configure/set.html",
        within="config configure connect modify",
        word=NAMED,
        signs="config pass psk",
    ),
)

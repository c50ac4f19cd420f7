"""Where a credential stands in a text whose name no sign joins to it: settings of shells and servers, YAML, SQL, cookies that Python shows.

Each pattern begins with a word that few texts hold, and reads a bounded number of characters after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.found import Found
from picklereg.redaction.names import is_credential
from picklereg.redaction.values import is_no_value, is_redacted, is_telling, is_value_of

__all__ = ["STATEMENTS", "statement"]

_BREAK: Final = r"(?:\\r)?(?:\r?\n|\\n)"
_PLAIN: Final = r"(?P<value>[A-Za-z][^\s'\";,\\]{5,200})(?=[\s;]|\\n|$)"
_QUOTED: Final = r"\\{0,15}['\"](?P<value>[^'\"\n\\]{1,1000})\\{0,15}['\"]"
#: A quote, as HTML writes it, or a program in HTML.
_ENTITY: Final = r"(?:&(?:quot|apos|#34|#39|#x22|#x27);|\\{1,15}(?:u00|x)2[27])"
_BARE: Final = r"\\{0,15}['\"]?(?P<value>[^\s'\"\\]{1,1000})"

#: How far before the name of a column its statement may begin.
_STATEMENT: Final = 400
#: What is found by these groups has to look like a credential.
_MAY_BE_ANY: Final = frozenset({"said", "column"})
#: Of one of several cookies.
_VALUE: Final = re.compile(r"='([^'\\]{1,4096})'")
#: What finds them, with the texts one of which is in whatever it matches, in lower case, and with signs one of which is there, too.
STATEMENTS: Final = (
    # setx DB_PASSWORD hunter2; ENV DB_PASSWORD hunter2
    (
        "variable of a shell",
        ("setx ", "setenv ", "env "),
        "_",
        re.compile(rf"(?<![\w.\-])(?:setx|setenv|ENV)[ ]+(?P<name>[A-Za-z0-9]{{1,60}}_\w{{1,60}})[ ]+{_BARE}", re.ASCII),
    ),
    # requirepass hunter2; machine shop.example login ada password hunter2; stats auth ada:hunter2; ACL SETUSER ada on >hunter2
    (
        "setting of a server",
        ("password", "requirepass", "masterauth", "bindpw ", "rootpw ", "snmp-server community ", "stats auth ", "acl setuser ", " on >"),
        "",
        re.compile(
            rf"(?<![\w.\-])(?:(?:machine\s{{1,20}}\S{{1,253}}|default)\s{{1,20}}login\s{{1,20}}\S{{1,253}}\s{{1,20}}(?P<netrc>password)"
            r"|requirepass|masterauth|bindpw |rootpw |snmp-server community |stats auth [^\s:]{1,100}:|ACL SETUSER \S{1,100} [^\n>]{0,200}>"
            r"|user \S{1,100} on >)"
            rf"[ ]{{0,40}}{_BARE}",
            re.ASCII,
        ),
    ),
    # - name: DB_PASSWORD
    #   value: hunter2
    (
        "named value of YAML",
        ("  value:",),
        ":",
        re.compile(
            rf"\bname:[ ]{{0,20}}['\"]?(?P<name>[\w.\-]{{1,100}})['\"]?[ ]{{0,20}}{_BREAK}[ ]{{2,80}}value:[ ]{{1,20}}{_BARE}", re.ASCII
        ),
    ),
    # password: |
    #   hunter2
    (
        "block of YAML",
        (": |", ": >"),
        ":",
        re.compile(
            rf"(?<![\w.\-])(?P<name>[\w.\-]{{1,100}}):[ ]{{1,20}}[|>][+\-]?\d?[ ]{{0,20}}{_BREAK}[ ]{{1,80}}(?P<value>[^\r\n\\]{{1,1000}})",
            re.ASCII,
        ),
    ),
    # password: &shared hunter2; password: !secret hunter2
    (
        "value of YAML with an anchor or a tag",
        (": &", ": !"),
        ":",
        re.compile(
            rf"(?<![\w.\-])(?P<name>[\w.\-]{{1,100}}):[ ](?:&[\w\-]{{1,60}}[ ]{{1,8}}|(?=!))(?:![\w/!:.,\-]{{1,60}}[ ]{{1,8}})?{_BARE}",
            re.ASCII,
        ),
    ),
    # variable "db_password" { default = "hunter2" }
    (
        "variable of Terraform",
        ('variable "', "variable \\"),
        "=",
        re.compile(
            rf"\bvariable \\{{0,15}}\"(?P<name>[\w\-]{{1,100}})\\{{0,15}}\" ?\{{[^{{}}]{{0,400}}?\bdefault\s{{0,20}}=\s{{0,8}}{_QUOTED}",
            re.ASCII,
        ),
    ),
    # CREATE USER ada WITH PASSWORD 'hunter2'; SET PASSWORD FOR ada = 'hunter2'
    (
        "statement of SQL",
        (
            "identified by",
            "identified with",
            "password for",
            "password from",
            *(f"{name} {quote}" for name in ("password", "secret") for quote in ("'", '"', "\\")),
        ),
        "'\"",
        re.compile(
            r"(?:\bIDENTIFIED (?:WITH \w{1,60} )?BY|\b(?:CREATE|ALTER|GRANT|SET)\s(?:[^;\n]{0,300}?\s)?(?P<name>PASSWORD|SECRET)"
            rf"(?: FROM| FOR [^=\n]{{1,100}}=(?: PASSWORD\()?)?) ?{_QUOTED}",
            re.IGNORECASE,
        ),
    ),
    # CREATE USER ada IDENTIFIED BY hunter2 DEFAULT TABLESPACE users
    (
        "word of a statement of SQL",
        ("identified by ",),
        "",
        re.compile(rf"\b(?:CREATE|ALTER)\s[^;\n]{{0,300}}?IDENTIFIED (?P<said>BY) {_PLAIN}", re.IGNORECASE),
    ),
    # WIFI:T:WPA;S:net;P:hunter2;;
    (
        "code of a wireless network",
        ("wifi:",),
        ":",
        re.compile(r"\bWIFI:(?:[TSHRI]:[^;\n]{0,100};){0,5}P:(?P<value>(?:[^;\\\n]|\\.){1,200});"),
    ),
    # a:1:{s:8:"password";s:7:"hunter2";}
    (
        "entry that PHP has written",
        ('";s:', '\\";s:'),
        ":",
        re.compile(r's:\d{1,4}:\\{0,15}"(?P<name>[\w.\-]{1,100})\\{0,15}";s:\d{1,6}:\\{0,15}"(?P<value>[^"\\]{1,1000})', re.ASCII),
    ),
    # &quot;password&quot;: &quot;hunter2&quot;
    (
        "entry in HTML",
        ("&quot;", "&apos;", "&#34;", "&#39;", "&#x22;", "&#x27;", "u0022", "u0027", "\\x22", "\\x27"),
        "",
        re.compile(
            rf"(?<![\w.\-$])(?P<name>[\w.\-$]{{1,100}}+)(?:{_ENTITY}[ ]{{0,8}}[:,]|(?:{_ENTITY})?[ ]{{0,8}}(?::|=(?:&gt;)?))[ ]{{0,8}}[bu]?"
            rf"(?P<entity>{_ENTITY})(?P<value>(?:(?!(?P=entity))[^\n<>]){{1,1000}})",
            re.ASCII | re.IGNORECASE,
        ),
    ),
    # WHERE token IN ('hunter2', 'hunter3')
    (
        "value of which a column may have one",
        ("where",),
        "'\"",
        re.compile(
            rf"(?<![\w\-])(?P<column>[\w$]{{1,100}}+)[\"`\]]?\s{{1,8}}(?:not\s{{1,8}})?(?:in|like)\s{{0,8}}\(?\s{{0,8}}{_QUOTED}",
            re.ASCII | re.IGNORECASE,
        ),
    ),
    # Incorrect API key provided: hunter2
    (
        "credential that a message says was given",
        ("provided: ", "given: ", "received: ", "supplied: "),
        ":",
        re.compile(
            rf"\b(?P<name>api[ _\-]?key|(?:access|auth)[ _]token|password|token)\s(?P<said>provided|given|received|supplied):[ ]{_BARE}",
            re.IGNORECASE,
        ),
    ),
    # Invalid type for parameter Item.password, value: hunter2, type: <class 'str'>
    (
        "value that a message says a parameter has",
        (" value: ",),
        ":",
        re.compile(
            r"(?<![\w.\-$\[\]])(?P<name>[\w.\-$\[\]]{1,200}+)(?:\\{0,15}['\"])?(?:,|:(?:\s|\\n){1,8}[^\n:;]{1,100}?\.)"
            rf" (?:[Gg]ot )?(?P<said>value): [\[(]{{0,2}}{_BARE}",
            re.ASCII,
        ),
    ),
    # Bad value substitution: option 'password' in section 'db' contains ... Raw value: 'hunter2%(x)s'
    (
        "raw value of an option",
        ("raw value: ",),
        "'",
        re.compile(rf"\boption \\{{0,15}}'(?P<name>[\w.\-]{{1,100}})\\{{0,15}}' in section [^\n]{{1,400}}?\bRaw value: {_QUOTED}"),
    ),
    # Names in other scripts than the one that other names are written in.
    (
        "name in another language",
        ("пароль", "密码", "密碼", "口令", "パスワード", "비밀번호", "contraseña", "hasło", "lösenord", "şifre", "mot de passe"),
        "",
        re.compile(
            r"(?:пароль|密码|密碼|口令|パスワード|비밀번호|contraseña|hasło|lösenord|şifre|mot de passe)"
            r"\\{0,15}['\"]?\s{0,8}[:=\uff1a]\s{0,8}\\{0,15}['\"]?(?P<value>[^\s'\",;&\\]{1,1000})",
            re.IGNORECASE,
        ),
    ),
    # <Cookie sid=hunter2 for shop.example/>
    (
        "shown cookie",
        ("<cookie ", "<morsel: ", "<simplecookie: ", "cookie("),
        "=",
        re.compile(
            r"(?:(?:<Cookie |<Morsel: )[^\s=<>]{1,200}=|\bCookie\([^()\n]{0,400}?\bvalue=')(?P<cookie>[^\s;<>']{1,4096})"
            r"|<SimpleCookie: (?P<cookies>[^<>]{1,16384})>"
        ),
    ),
)


def statement(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the credential; what is only said of one has to look like one."""
    groups = match.groupdict()
    if "cookie" in groups:
        yield from _cookies(text, match)
        return
    name, value = groups.get("name") or groups.get("column") or "password", match["value"].rstrip(".,;" if "said" in groups else "")
    is_one = is_telling(value, is_loose=False) and any(map(str.isdigit, value)) if _MAY_BE_ANY & groups.keys() else is_value_of(name, value)
    if "column" in groups and "where" not in text[max(match.start() - _STATEMENT, 0) : match.start()].lower():
        return
    if is_credential(name.replace(" ", "_")) and is_one and not is_redacted(value):
        yield Found(match.start("value"), match.start("value") + len(value), name)


def _cookies(text: str, match: re.Match[str]) -> Iterator[Found]:
    spans = [match.span("cookie")] if match["cookie"] else [one.span(1) for one in _VALUE.finditer(text, *match.span("cookies"))]
    yield from (Found(start, end, "cookie") for start, end in spans if not (is_no_value(text[start:end]) or is_redacted(text[start:end])))

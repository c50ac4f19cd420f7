"""Credentials in the settings of network devices, and of servers whose settings are lines of a name and a value, with no sign between.

``enable secret 9 hunter2x``, ``snmp-server host 10.0.0.1 version 2c hunter2x``, ``neighbor 10.0.0.1 password hunter2x``: what clients
of such devices (netmiko, napalm, ...) raise shows what was sent to them, and what they have answered. Sentences have the same words, so
the value has to look like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.found import TRAILING, Found
from picklereg.redaction.names import is_credential, words_of
from picklereg.redaction.values import is_no_value, is_redacted, is_telling

__all__ = ["LINE", "NEEDS", "SETTING", "in_line", "in_setting"]

#: In lower case, one of these is in whatever :data:`SETTING` matches.
NEEDS: Final = (
    *("password", "passwd ", "secret ", "key ", "key-string ", "community ", " version ", "psk "),
    *("auth md5 ", "auth sha", "priv des ", "priv 3des ", "priv aes "),
)
#: What says how the value is written: a number, or a word.
_HOW: Final = r"(?:level[ ]\d{1,2}[ ])?(?:(?:\d|ENC|ascii-text|encrypted|hexadecimal)[ ])?"
_WHOSE: Final = (
    r"username[ ]\S{1,64}(?:[ ]privilege[ ]\d{1,2})?|neighbor[ ]\S{1,64}|(?:tacacs|radius)-server(?:[ ]host[ ]\S{1,64})?|ppp[ ](?:chap|pap)"
    r"|enable|crypto[ ](?:isakmp|ikev2)|area[ ]\S{1,64}|isis|ip[ ]ospf|ntp|standby[ ]\d{1,4}"
)
#: At the beginning of a word.
SETTING: Final = re.compile(
    rf"(?<![\w.\-])(?:(?:{_WHOSE})[ ](?:password|secret|key)[ ]{_HOW}|(?:password|passwd|secret)[ ](?:\d|ENC|ascii-text)[ ]"
    r"|key[ ]\d[ ](?=\S{6,200}+[ ]{0,8}(?:[\r\n]|$))"
    r"|snmp(?:-server)?[ ](?:community|host[ ]\S{1,64}[ ](?:(?:traps|informs)[ ])?version[ ][12]c?)[ ]"
    rf"|(?:key-string|pre-shared-key|(?:message-digest|authentication)-key(?:[ ]\d{{1,5}}[ ]md5)?|plain-text-password-value)[ ]{_HOW}"
    r"|wpa-psk[ ](?:set-key[ ])?(?:ascii|hex)[ ](?:\d[ ])?"
    r"|auth[ ](?:md5|sha(?:-?\d{1,3})?)[ ]|priv[ ](?:3?des|aes)[ ](?:\d{3}[ ])?)"
    r"['\"]?(?P<value>[^\s\x00-\x1f\x7f'\"`;,]{6,200}+)",
    re.ASCII,
)
#: At a name, where it is one of two words in a line.
LINE: Final = re.compile(
    r"(?P<name>[\w.\-]{1,100}+)[ \t]{1,40}['\"]?(?P<value>[^\s'\"\\=:]{6,200}+)['\"]?[ \t]{0,8}(?=\r?\n|\\r|\\n|$)", re.ASCII
)
#: Or where Python shows one.
_LINE_START: Final = re.compile(r"(?:^|\n|\\n|(?P<shown>['\"]))[ \t]{0,40}$")
#: What may be something else at the end of a name, and stands in lines of other kinds, too.
_OTHERS: Final = frozenset({"cookie", "key", "keys", "pass", "secret", "secrets", "token", "tokens"})


def in_setting(_: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the credential of a setting."""
    yield from _accepted("password", match)


def in_line(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the credential of a line, of several, that holds nothing but a name and a value."""
    name = match["name"]
    before = _LINE_START.search(text, max(match.start() - 48, 0), match.start()) if "\n" in text else None
    is_line = before is not None and (before["shown"] is None or text.startswith("\\n", match.end()))
    if is_line and is_credential(name) and _OTHERS.isdisjoint(words_of(name)[-1:]):
        yield from _accepted(name, match)


def _accepted(name: str, match: re.Match[str]) -> Iterator[Found]:
    value = match["value"].rstrip(TRAILING)
    is_one = is_telling(value, is_loose=False) and any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    if is_one and not is_no_value(value) and not is_redacted(value):
        yield Found(match.start("value"), match.start("value") + len(value), name)

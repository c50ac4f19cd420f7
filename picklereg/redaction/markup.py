"""Where credentials stand in XML and HTML: in elements that are named like one, and in the fields of forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.found import Found
from picklereg.redaction.names import is_credential
from picklereg.redaction.values import is_redacted, is_value_of

__all__ = ["ELEMENT", "ESCAPED", "MEMBER", "TAG", "element", "field"]

_VALUE: Final = r"(?:<!\[CDATA\[)?(?P<value>(?:[^<>\]]|\](?!\]>)){1,5000}+)(?:\]\]>)?"
#: ``<Password Type="text">hunter2</Password>``
ELEMENT: Final = re.compile(
    rf"<(?:[\w\-]{{1,28}}:)?(?P<name>[\w.\-]{{1,100}})(?P<more>\s[^<>]{{0,1000}})?(?<!/)>{_VALUE}</(?:[\w\-]{{1,28}}:)?(?P=name)", re.ASCII
)
#: The same where it stands in something else that is written so.
ESCAPED: Final = re.compile(r"&lt;(?P<name>[\w.\-:]{1,100})&gt;(?P<value>[^&<>]{1,5000}+)&lt;/(?P=name)", re.ASCII)
#: ``<name>password</name><value>hunter2</value>``, as XML-RPC, property lists and settings have it.
MEMBER: Final = re.compile(
    rf"<(?P<tag>name|key)>(?P<name>[\w.\-]{{1,100}})</(?P=tag)>\s{{0,80}}(?:<[A-Za-z]{{1,20}}>\s{{0,80}}){{1,2}}{_VALUE}</", re.ASCII
)
#: ``<input name="password" value="hunter2">``, ``<add key="password" value="hunter2"/>``
TAG: Final = re.compile(r"<[A-Za-z][^<>]{1,2000}")
_NAME: Final = re.compile(r"\s(?:id|key|name)=\\{0,15}['\"]?([\w.\-\[\]]{1,100})", re.IGNORECASE)
_FIELD: Final = re.compile(
    r"\s(?:value|content)=(?:(\\{0,15}['\"])(?P<quoted>.{1,1500}?)\1|(?P<plain>[^\s'\"\\]{1,1500}))", re.DOTALL | re.IGNORECASE
)


def element(_: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the credential in an element that is named like one, or is said to be by its ``name`` or ``key``."""
    more = match.groupdict().get("more") or ""
    names = [name for name in (match["name"], *(found[1] for found in _NAME.finditer(more))) if is_credential(name)]
    if names:
        yield from _accepted(names[0], match, "value")


def field(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the credential in a tag that has a name and a value."""
    value = _FIELD.search(text, match.start(), match.end())
    names = [name[1] for name in _NAME.finditer(text, match.start(), match.end()) if is_credential(name[1])]
    if value and names:
        yield from _accepted(names[0], value, value.lastgroup or "plain")


def _accepted(name: str, match: re.Match[str], group: str) -> Iterator[Found]:
    value = match[group]
    if is_value_of(name, value) and not is_redacted(value):
        yield Found(*match.span(group), name)

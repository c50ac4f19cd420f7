"""A user and a password before a host, as URLs have them, where nothing before them makes a URL of it: ``ada:hunter2@db.example:5432``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.found import Found
from picklereg.redaction.values import is_no_value, is_telling

__all__ = ["AUTHORITY", "authority"]

#: The digest of an image (``shop:1.2@sha256:...``) is no host, nor is a version (``left-pad@1.3.0``).
AUTHORITY: Final = re.compile(
    r"(?:(?<![\w.+:/@%~\-])|(?<=[\s'\"=]//))(?:(?:sips?|:?(?:pserver|ext)):)?(?P<user>[A-Za-z_][\w.+\-]{0,63}+|):(?!//)(?P<password>[^\s\x00-\x1f\x7f-\x9f:@'\"<>`\\|]{1,200}+)@(?!sha\d{3}\b)"
    r"(?P<host>(?:tcp|unix)\((?P<go>)|localhost|\d{1,3}(?:\.\d{1,3}){3}|(?:[A-Za-z0-9\-]{1,63}+\.){1,6}[A-Za-z]{2,24}"
    r"|[A-Za-z0-9_\-]{1,63}(?=:\d))(?(go)|(?P<port>:\d{2,5}(?![\w.]))?(?![\w@\-]|\.\w))",
    re.ASCII,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Before an address of somebody, or an identifier that is written like one.
_NO_USERS: Final = _words(
    """
    account acct actor address assignee author bcc by cc cid contact customer deleted domain e-mail email from group id identity im jabber
    login mail mailto member message-id mid msgid name npm owner pkg principal recipient reply-to reporter sender serviceaccount sip sips
    skype smtp subject tel to upn user username users workspace xmpp
    """
)
#: What files end with, and hosts don't.
_SUFFIXES: Final = _words("c cfg cpp css go h html ini java js json jsx log md mjs php py rb rs sh toml ts tsx txt xml yaml yml")
_NUMBER: Final = re.compile(r"[\d:.\-]+")


def authority(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the userinfo before a host: before a port, or where it is the whole of a text, any; else only what looks like one."""
    user, password = match["user"], match["password"]
    _, dot, suffix = match["host"].rpartition(".")
    if user.lower() in _NO_USERS or (dot and suffix in _SUFFIXES) or "{" in password or is_no_value(password):
        return
    is_whole = text[max(match.start() - 1, 0) : match.start()] == text[match.end() : match.end() + 1] in {"", "'", '"'}
    is_before_port = match["go"] is not None or match["port"] is not None
    if (is_before_port or "/" not in password) and (
        is_telling(password, is_loose=False) or ((is_before_port or is_whole) and not _NUMBER.fullmatch(password))
    ):
        yield Found(match.start("user"), match.end("password"), "", "userinfo")

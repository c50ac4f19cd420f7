"""Objects that look as if they held a credential, or a request's body, and hold none. The reader imports this module."""

from __future__ import annotations

import argparse
import array
import collections
import datetime
import decimal
import functools
import pathlib
from collections.abc import Callable
from typing import Any, Final

from held_samples import SHORT, Anything, Constant, Defined, Lexed, Plain, Sent, Word, Wrapped

__all__ = ["HARMLESS"]

_URL: Final = "https://shop.example/v1"

#: What looks like one of these, and is none.
HARMLESS: Final[dict[str, Callable[[], Any]]] = {
    "a response": lambda: Anything(url=_URL, method="GET", status=404, body="not found"),
    "a request without a body": lambda: Anything(url=_URL, method="GET", body=None),
    "a mapping of an event": lambda: {"url": _URL, "method": "POST", "data": "seven"},
    "a schema": lambda: {"password": {"type": "string", "minLength": 8}, "token": {"msg": "Field required"}},
    "a place": lambda: ("header", "authorization"),
    "a pair of words": lambda: [("api_key", "required"), ["token", "missing"], ("token", "type", "string")],
    "a table": lambda: [["name", "token"], ["value", "seven"]],
    "numbers": lambda: collections.Counter({"token": 3, "password": 1}),
    "nothing": lambda: Plain("ada", ""),
    "a placeholder": lambda: Defined("ada", "***"),
    "a question": lambda: argparse.Namespace(has_password=True, max_tokens=3, token_type="bearer", next_page_token="abcdef123456"),
    "an entry": lambda: {"name": "accept", "value": "text/html", "key": "sort"},
    "arguments": lambda: ["mysql", "--user", "ada", "-h", "shop.example", "--password"],
    "a named tuple": lambda: Sent(_URL, "GET", None),
    "constants": lambda: {"auth": Constant.KERBEROS, "password": Constant.FOUR, "credential": Word.KERBEROS, "x-auth": Constant.SECOND},
    "constants in an object": lambda: [Anything(auth=Constant.SECOND, token=Constant.FOUR, credential=Word.KERBEROS)],
    "a constant elsewhere": lambda: Constant.FOUR,
    "a parser's token": lambda: {"token": Lexed("NAME", "page2_of", 3), "tokens": [Lexed("NAME", "x2_y3_z4", 3)]},
    "when and where": lambda: {"token": datetime.date(2024, 1, 2), "password": decimal.Decimal("1.5"), "secret": pathlib.Path("/etc/key")},
    "numbers in an array": lambda: {"password": array.array("i", [1, 2, 3]), "token": array.array("d")},
    "numbers in an object": lambda: {"password": Wrapped(3), "token": Anything(), "auth": Wrapped("***")},
    "what an object says of it": lambda: {"credential": Anything(token_type="bearer", name="shop-7f3a21"), "auth": Wrapped("***")},
    "a text of one's own": lambda: [collections.UserString("page2of3"), array.array("B", b"page2of3"), Wrapped("page2of3")],
    "other entries": lambda: [
        {"field": "page", "value": SHORT},
        {"id": "row-7", "value": SHORT},
        {"field": "password", "value": "required"},
    ],
    "a flat list": lambda: [["page", "token", "seven", "eight"], ["Host", "h", "Accept", "*/*"], ["Host", "h", "X-Api-Key"]],
    "Kubernetes' map": lambda: {"kind": "ConfigMap", "data": {"a": SHORT}},
    "a word of Kubernetes": lambda: [{"kind": "Secret", "data": "page-7f3a21"}, {"kind": "Secret", "name": "db"}],
    "a fraction of a path": lambda: functools.partial(dict, sort_key="name", page=2),
}

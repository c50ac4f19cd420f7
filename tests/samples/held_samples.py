"""Objects that hold a short credential, in one place each, and a harmless neighbour. The reader imports this module."""

from __future__ import annotations

import argparse
import array
import collections
import datetime
import email.message
import enum
import functools
import http.cookiejar
import http.cookies
import io
import types
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import attrs
import httpx
import multidict
import pydantic
import requests.auth
import requests.cookies
import requests.structures
from attachment_samples import Request

__all__ = ["BODIES", "KEPT", "PLACED", "PROMPT", "SHORT"]

#: Nothing but its place tells what it is; and what comes along.
SHORT: Final = "zQ7-x"
KEPT: Final = "a harmless word"
PROMPT: Final = "tell nobody about this prompt"


class Login(NamedTuple):
    user: str
    password: str


@dataclass
class Plain:
    user: str
    password: str


@dataclass(slots=True)
class Slots:
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Frozen:
    user: str
    password: str


@attrs.define
class Defined:
    user: str
    password: str


class Model(pydantic.BaseModel):
    user: str
    password: str


class Settings(pydantic.BaseModel):
    user: str
    password: pydantic.SecretStr
    token: pydantic.SecretBytes


class ByHand:
    __slots__ = ("password", "user")

    def __init__(self, user: str, password: Any) -> None:
        self.user = user
        self.password = password


class Text(str):
    __slots__ = ()


class Raw(bytes):
    __slots__ = ()


class Options(dict[str, Any]):
    """A dictionary of one's own."""


class Words(list[Any]):
    """One's own."""


class Row(tuple[Any, ...]):
    __slots__ = ()


class Mapping(collections.UserDict[str, Any]):
    """A mapping of one's own."""


class Anything:
    """Holds whatever it is given."""

    def __init__(self, **held: Any) -> None:
        vars(self).update(held)


class Sent(NamedTuple):
    """A request whose fields have names, and no dictionary."""

    url: str
    method: str
    body: Any


@dataclass(frozen=True, slots=True)
class SentFrozen:
    url: str
    method: str
    data: Any


class Constant(enum.Enum):
    LIVE = f"{SHORT}-12345"
    KERBEROS = "kerberos"
    SECOND = "oauth2"
    FOUR = 4


class Word(enum.StrEnum):
    LIVE = f"{SHORT}-12345"
    KERBEROS = "kerberos"


@dataclass
class Wrapped:
    """A credential, and nothing else."""

    value: Any
    issued: datetime.date | None = None


class Falsy(Wrapped):
    """The same, and it is taken for nothing."""

    def __len__(self) -> int:
        return 0


@attrs.frozen
class WrappedByAttrs:
    raw: str


class WrappedByHand:
    """Made anew of its text, which has a name there."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __reduce__(self) -> tuple[type[WrappedByHand], tuple[str]]:
        return WrappedByHand, (self._text,)


def rewrap(text: str) -> WrappedByFunction:
    return WrappedByFunction(text)


class WrappedByFunction:
    """Made anew by a function."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __reduce__(self) -> Any:
        return rewrap, (self.text,)


class Checked:
    """Can't be made anew of any other text."""

    def __init__(self, text: str) -> None:
        if text != SHORT:
            raise ValueError
        self.text = text

    def __reduce__(self) -> Any:
        return Checked, (self.text,)


class V1Secret:
    """As Kubernetes' client has it."""

    def __init__(self, data: dict[str, str]) -> None:
        self._kind = None
        self._data = data
        self._string_data = None
        self.kept = KEPT


@dataclass
class Lexed:
    """What a parser calls a token."""

    kind: str
    value: str
    line: int


def _ring() -> list[Any]:
    ring: list[Any] = [SHORT, {"held": f"{SHORT}-12345"}]
    ring[1]["outer"] = ring
    ring.append((ring,))
    return ring


def _cookie() -> http.cookiejar.Cookie:
    return http.cookiejar.Cookie(0, "lang", SHORT, None, False, KEPT, False, False, "/", True, False, None, True, None, None, {})


def _jar() -> requests.cookies.RequestsCookieJar:
    jar = requests.cookies.RequestsCookieJar()
    jar.set_cookie(_cookie())
    return jar


def _cookies() -> http.cookies.SimpleCookie:
    cookies = http.cookies.SimpleCookie()
    cookies["lang"] = SHORT
    cookies["lang"]["comment"] = KEPT
    return cookies


def _message() -> email.message.Message:
    message = email.message.Message()
    message["X-Api-Key"] = SHORT
    message["Subject"] = KEPT
    return message


def _request() -> urllib.request.Request:
    return urllib.request.Request("http://shop.example/", headers={"X-Api-Key": SHORT, "Accept": KEPT})


#: By what holds it: each has the credential where its place tells what it is, and the neighbour.
PLACED: Final[dict[str, Callable[[], Any]]] = {
    "named tuple": lambda: Login(KEPT, SHORT),
    "named tuple in a list": lambda: [Login(KEPT, SHORT)],
    "dataclass": lambda: Plain(KEPT, SHORT),
    "dataclass with slots": lambda: Slots(KEPT, SHORT),
    "frozen dataclass with slots": lambda: Frozen(KEPT, SHORT),
    "attrs": lambda: Defined(KEPT, SHORT),
    "pydantic": lambda: Model(user=KEPT, password=SHORT),
    "pydantic secrets": lambda: Settings(user=KEPT, password=pydantic.SecretStr(SHORT), token=pydantic.SecretBytes(SHORT.encode())),
    "slots": lambda: ByHand(KEPT, SHORT),
    "slots that hold bytes": lambda: ByHand(KEPT, SHORT.encode()),
    "slots that hold a bytearray": lambda: ByHand(KEPT, bytearray(SHORT.encode())),
    "slots that hold text of a class": lambda: ByHand(KEPT, Text(SHORT)),
    "slots that hold bytes of a class": lambda: ByHand(KEPT, Raw(SHORT.encode())),
    "slots that hold a list": lambda: ByHand(KEPT, [SHORT]),
    "slots that hold a list of a class": lambda: ByHand(KEPT, Words([SHORT])),
    "slots that hold a deque": lambda: ByHand(KEPT, collections.deque([SHORT])),
    "slots that hold a dictionary of a class": lambda: Anything(user=KEPT, cookies=Options(lang=SHORT)),
    "attributes": lambda: Anything(user=KEPT, password=SHORT),
    "namespace": lambda: types.SimpleNamespace(user=KEPT, password=SHORT),
    "argparse": lambda: argparse.Namespace(user=KEPT, password=SHORT),
    "partial": lambda: functools.partial(dict, user=KEPT, password=SHORT),
    "deque of pairs": lambda: collections.deque([("x-api-key", SHORT), ("accept", KEPT)]),
    "pair in a tuple of a class": lambda: Row([("x-api-key", SHORT), KEPT]),
    "pair in a list of a class": lambda: Words([("x-api-key", SHORT), KEPT]),
    "pair as a list of a class": lambda: [Words(["password", SHORT]), KEPT],
    "pair as a list": lambda: [["x-api-key", SHORT], KEPT],
    "pair as a tuple": lambda: [("x-api-key", SHORT), KEPT],
    "pair of bytes": lambda: [(b"x-api-key", SHORT.encode()), KEPT],
    "triple": lambda: [(b"X-Api-Key", b"x-api-key", SHORT.encode()), KEPT],
    "triple whose name comes first": lambda: [("x-api-key", SHORT, 7), KEPT],
    "triple whose name comes second": lambda: [("header", "x-api-key", SHORT), KEPT],
    "option among arguments": lambda: ["mysql", "-h", KEPT, "--password", SHORT, "shop"],
    "list under a name": lambda: {"passwords": [SHORT], "user": KEPT},
    "lists under a name": lambda: {"passwords": [[SHORT], (SHORT,)], "user": KEPT},
    "set under a name": lambda: {"passwords": {SHORT}, "user": KEPT},
    "bytearray under a name": lambda: {"password": bytearray(SHORT.encode()), "user": KEPT},
    "text of a class under a name": lambda: {"password": Text(SHORT), "user": KEPT},
    "cookies under a name": lambda: {"cookies": {"lang": SHORT}, "user": KEPT},
    "entry whose name is beside it": lambda: [{"name": "x-api-key", "value": SHORT}, KEPT],
    "entry whose name is beside it, in an object": lambda: [Anything(name="x-api-key", value=SHORT), KEPT],
    "constant under a name": lambda: {"password": Constant.LIVE, "user": KEPT},
    "text that is a constant under a name": lambda: {"password": Word.LIVE, "user": KEPT},
    "constant in an object": lambda: Anything(user=KEPT, password=Constant.LIVE),
    "user's text under a name": lambda: {"password": collections.UserString(SHORT), "user": KEPT},
    "user's text in an object": lambda: Anything(user=KEPT, password=collections.UserString(SHORT)),
    "user's list under a name": lambda: {"passwords": collections.UserList([SHORT]), "user": KEPT},
    "user's dictionary under a name": lambda: {"cookies": collections.UserDict(lang=SHORT), "user": KEPT},
    "user's dictionary in an object": lambda: Anything(user=KEPT, cookies=collections.UserDict(lang=SHORT)),
    "array under a name": lambda: {"password": array.array("B", SHORT.encode()), "user": KEPT},
    "array in an object": lambda: Anything(user=KEPT, password=array.array("b", SHORT.encode())),
    "object under a name": lambda: {"password": Wrapped(SHORT, datetime.date(2024, 1, 2)), "user": KEPT},
    "object in an object": lambda: Anything(user=KEPT, password=Wrapped(SHORT)),
    "object of attrs under a name": lambda: {"api_key": WrappedByAttrs(SHORT), "user": KEPT},
    "object of attrs in an object": lambda: Anything(user=KEPT, api_key=WrappedByAttrs(SHORT)),
    "object made of its text under a name": lambda: {"api_key": WrappedByHand(SHORT), "user": KEPT},
    "object made of its text in an object": lambda: Anything(user=KEPT, api_key=WrappedByHand(SHORT)),
    "object made by a function": lambda: {"api_key": WrappedByFunction(SHORT), "user": KEPT},
    "object that checks its text": lambda: {"api_key": Checked(SHORT), "user": KEPT},
    "object in a list under a name": lambda: {"passwords": [Wrapped(SHORT), (Wrapped(Wrapped([SHORT])),)], "user": KEPT},
    "object among several under a name": lambda: {"credentials": Anything(a=f"{SHORT}-1234", b=KEPT), "user": KEPT},
    "namespace under a name": lambda: {"secret": types.SimpleNamespace(value=SHORT, page=2), "user": KEPT},
    "object as an argument": lambda: functools.partial(dict, user=KEPT, password=Wrapped(SHORT)),
    "list in a dictionary under a name": lambda: {"cookies": {"lang": [SHORT]}, "user": KEPT},
    "what leads back to itself under a name": lambda: {"passwords": _ring(), "user": KEPT},
    "entry whose field is beside it": lambda: [{"field": "password", "value": SHORT}, KEPT],
    "entry whose id is beside it": lambda: [{"id": "api_key", "value": SHORT}, KEPT],
    "entry whose field is beside it, in an object": lambda: [Anything(field="password", value=SHORT), KEPT],
    "entry whose id is beside it, in an object": lambda: [Anything(id="api_key", value=SHORT), KEPT],
    "flat headers": lambda: ["Host", KEPT, "X-Api-Key", SHORT],
    "flat headers of bytes": lambda: [b"Host", KEPT.encode(), b"Accept", b"*/*", b"X-Api-Key", SHORT.encode()],
    "command of bytes": lambda: [b"curl", b"-u", f"ada:{SHORT}".encode(), KEPT],
    "command of bytes in an attachment": lambda: Request(url=KEPT, held=[b"curl", b"-u", f"ada:{SHORT}".encode()]),
    "headers of bytes in an attachment": lambda: Request(url=KEPT, held=[b"Accept", b"*/*", b"X-Api-Key", SHORT.encode()]),
    "text beside bytes in an attachment": lambda: Request(url=KEPT, held=[b"Accept", b"*/*"], said=f"/?token={SHORT}"),
    "flat headers in an object": lambda: Anything(headers=("Host", KEPT, "X-Api-Key", SHORT)),
    "Kubernetes": lambda: {"kind": "Secret", "metadata": {"name": KEPT}, "data": {"a": SHORT}, "stringData": {"b": [SHORT]}},
    "Kubernetes in an object": lambda: Anything(kind="Secret", metadata={"name": KEPT}, data={"a": SHORT}),
    "Kubernetes' object": lambda: V1Secret({"a": SHORT}),
    "ordered": lambda: collections.OrderedDict(user=KEPT, password=SHORT),
    "default": lambda: collections.defaultdict(list, user=KEPT, password=SHORT),
    "counter": lambda: collections.Counter({"user": KEPT, "password": SHORT}),
    "chain map": lambda: collections.ChainMap({"user": KEPT}, {"password": SHORT}),
    "user's dictionary": lambda: collections.UserDict(user=KEPT, password=SHORT),
    "user's list": lambda: collections.UserList([{"user": KEPT, "password": SHORT}]),
    "mapping of a class": lambda: Mapping(user=KEPT, password=SHORT),
    "dictionary of a class": lambda: Options(user=KEPT, password=SHORT),
    "multidict": lambda: multidict.CIMultiDict({"X-Api-Key": SHORT, "Accept": KEPT}),
    "headers of httpx": lambda: httpx.Headers({"X-Api-Key": SHORT, "Accept": KEPT}),
    "headers of requests": lambda: requests.structures.CaseInsensitiveDict({"X-Api-Key": SHORT, "Accept": KEPT}),
    "cookie": _cookie,
    "cookies of requests": _jar,
    "cookies of http.cookies": _cookies,
    "message": _message,
    "urllib's request": _request,
    "authorization of requests": lambda: requests.auth.HTTPBasicAuth(KEPT, SHORT),
    "file of bytes": lambda: io.BytesIO(f"{KEPT} password={SHORT}".encode()),
    "file of text": lambda: io.StringIO(f"{KEPT} password={SHORT}"),
    "text of a class": lambda: Text(f"{KEPT} https://shop.example/?token={SHORT}"),
    "bytes of a class": lambda: Raw(f"{KEPT} https://shop.example/?token={SHORT}".encode()),
    "bytearray": lambda: bytearray(f"{KEPT} https://shop.example/?token={SHORT}".encode()),
}

_URL: Final = "https://shop.example/v1"


def _sent(name: str) -> Callable[[], Request]:
    sent = {"uri": _URL, name: "POST", "headers": KEPT, "body": PROMPT}
    return lambda: Request(url=_URL, sent=sent)


#: Requests that nobody declared, by what holds the body.
BODIES: Final[dict[str, Callable[[], Any]]] = {
    "attributes": lambda: Anything(url=_URL, method="POST", headers={"accept": KEPT}, body=f"{{{PROMPT}}}"),
    "data": lambda: Anything(url=_URL, method="POST", accept=KEPT, data=PROMPT.encode()),
    "content of a structure": lambda: Anything(endpoint=_URL, method="post", accept=KEPT, content={"messages": [PROMPT]}),
    "private names": lambda: Anything(_url=_URL, _method="POST", accept=KEPT, _body=[PROMPT]),
    "named tuple": lambda: [Sent(_URL, "POST", PROMPT), KEPT],
    "frozen dataclass": lambda: [SentFrozen(_URL, "POST", {"prompt": PROMPT}), KEPT],
    "within another object": lambda: Anything(held=[Anything(url=_URL, method="PUT", json={"prompt": PROMPT}), KEPT]),
    "dictionary with headers": lambda: {"url": _URL, "method": "POST", "headers": {"accept": KEPT}, "json": {"prompt": PROMPT}},
    "dictionary with other names": lambda: {"uri": _URL, "verb": "POST", "headers": {"accept": KEPT}, "content": PROMPT},
    "urllib": lambda: [urllib.request.Request(_URL, data=PROMPT.encode()), KEPT],
    **{f"in an attachment beside its {name}": _sent(name) for name in ("method", "_method", "http_method", "verb")},
    "in an attachment as it is called": lambda: Request(url=_URL, sent={"accept": KEPT, "request_body": PROMPT}),
}

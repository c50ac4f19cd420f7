"""Random graphs of errors, with canaries in every place in which a credential is promised to be found, and a prompt to stay behind."""

from __future__ import annotations

import base64
import collections
import gzip
import json
import random
import string
import types
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import httpx

__all__ = ["Graph", "graph"]

_ALPHABET: Final = string.ascii_letters + string.digits
_WORDS: Final = ["order", "page two", "retry later", "status 429", "limit reached", "ada@shop.example", "gpt-4o", "2024-02-29"]
_HARMLESS_NAMES: Final = (
    "page",
    "max_tokens",
    "sort_key",
    "author",
    "token_type",
    "retry-after",
    "x-request-id",
    "limit",
    "user",
    "Content-Type",
)
_NAMES: Final = (
    "api_key",
    "X-Api-Key",
    "authorization",
    "password",
    "client_secret",
    "access_token",
    "cookie",
    "HTTP_X_API_KEY",
    "dbPassword",
    "jwt",
)


class Login(NamedTuple):
    """Fields with names."""

    user: str
    password: Any


@dataclass(slots=True)
class Slots:
    """The same in slots."""

    user: str
    token: Any


class Anything:
    """Holds whatever it is given."""

    def __init__(self, **held: Any) -> None:
        vars(self).update(held)


class Text(str):
    """Text of a class."""

    __slots__ = ()


class ShopError(Exception):
    """An error with attributes."""


class SlottedError(Exception):
    """An error with slots."""

    __slots__ = ("held", "token")


class Graph:
    """One graph, and what must not be in its bytes.

    Args:
        seed: makes it.
        has_canaries: whether there are any.
    """

    def __init__(self, seed: int, *, has_canaries: bool) -> None:
        self.random = random.Random(seed)
        self.canaries: list[str] = []
        self.prompts: list[str] = []  # these are in nothing but a body, and known to nobody
        self._has_canaries = has_canaries
        self._made: list[Any] = []
        self._errors: list[BaseException] = []
        self._budget = self.random.randint(3, 25)

    def error(self, depth: int = 0) -> BaseException:
        """Make an error, and what it leads to."""
        choose = self.random
        kind = choose.randrange(8)
        error: Any
        if kind == 0 and depth < 3:
            error = ExceptionGroup(self.text(), [self._sub(depth) for _ in range(choose.randint(1, 3))])
        elif kind == 1:
            error = OSError(2, self.text(), self.text())
        elif kind == 2:
            error = SlottedError(self.text())
            error.held = self.value(depth + 1)
            error.token = self.secret() or 7
        elif kind == 3:
            error = UnicodeDecodeError("utf-8", self.text().encode(), 0, 1, "bad")
        else:
            error = choose.choice([ValueError, KeyError, ShopError, RuntimeError])(
                *(self.value(depth + 1) for _ in range(choose.randint(1, 3)))
            )
        self._errors.append(error)
        vars(error).update(self.attributes(choose.randrange(3), depth + 1))
        if choose.random() < 0.3:
            error.add_note(self.text())
        if depth < 4 and choose.random() < 0.5:
            error.__cause__ = self.error(depth + 1)
        if depth < 4 and choose.random() < 0.3:
            error.__context__ = choose.choice(self._errors) if choose.random() < 0.2 else self.error(depth + 1)
        return error  # type: ignore[no-any-return]

    def _sub(self, depth: int) -> Exception:
        sub = self.error(depth + 1)
        assert isinstance(sub, Exception)
        return sub

    def secret(self) -> str | None:
        """Give a new canary, if there are to be any."""
        if not self._has_canaries:
            return None
        self.canaries.append(self._key())
        return self.canaries[-1]

    def _key(self) -> str:
        choose = self.random
        length = choose.choice([8, 12, 20, 33, 80])
        letters = _ALPHABET + choose.choice(["", "", "-_", "+/="])
        return f"{choose.choice(string.ascii_letters)}{choose.randrange(10)}" + "".join(choose.choices(letters, k=length - 3)) + "q"

    def text(self) -> str:
        """Make a text that holds a canary in a place, or one that is known, or none."""
        choose = self.random
        if self.canaries and choose.random() < 0.3:
            return self._repeated(choose.choice(self.canaries))
        if choose.random() < 0.5 and (canary := self.secret()):
            return _TEXTS[choose.randrange(len(_TEXTS))](canary)
        return " ".join(choose.choices(_WORDS, k=choose.randint(1, 4)))

    def _repeated(self, canary: str) -> str:
        how = self.random.randrange(5)
        if how == 0:
            return f"tried {canary} in vain"
        if how == 1:
            return f"q={urllib.parse.quote(canary, safe='')}&page=2"
        if how == 2:
            return json.dumps({"tried": [canary, 7]})
        if how == 3:
            return f"data {base64.b64encode(json.dumps({'tried': canary}).encode()).decode()} end"
        return repr({"tried": canary.encode()})

    def entries(self, count: int, depth: int, *, is_text: bool = False) -> list[tuple[str, Any]]:
        """Make names, each another one, and what stands under them."""
        names = self.random.sample(_NAMES, count) + self.random.sample(_HARMLESS_NAMES, count)
        return [(name, self._under(name, depth, is_text=is_text)) for name in self.random.sample(names, count)]

    def _under(self, name: str, depth: int, *, is_text: bool) -> Any:
        if name not in _NAMES:
            return self.random.choice(_WORDS) if is_text else self.value(depth)
        canary = self.secret()
        if canary is None:
            return None
        if "cookie" in name:
            canary = f"session={canary}"
        if is_text:
            return canary
        return self.random.choice([canary, canary.encode(), [canary], (canary,), Text(canary), bytearray(canary.encode())])

    def attributes(self, count: int, depth: int) -> dict[str, Any]:
        """Make attributes."""
        return {name.replace("-", "_"): value for name, value in self.entries(count, depth)}

    def value(self, depth: int) -> Any:
        """Make a value of any kind."""
        choose = self.random
        self._budget -= 1
        if self._budget < 0 or depth > 6:
            return self.text()
        if self._made and choose.random() < 0.1:
            return choose.choice(self._made)
        value = _VALUES[choose.randrange(len(_VALUES))](self, depth + 1)
        if not isinstance(value, (str, bytes, int)):
            self._made.append(value)
        return value

    def pair(self) -> Any:
        """Make a pair, or a triple."""
        ((name, value),) = self.entries(1, 9, is_text=True)
        return self.random.choice([(name, value), [name, value], (name, value, 7), ("header", name, value)])

    def request(self, depth: int) -> Any:
        """Make a request with a body that must stay behind, of httpx or of nobody's."""
        del depth
        body: dict[str, Any] = {"page": 2}
        if self._has_canaries:
            self.prompts.append(self._key())
            body["prompt"] = self.prompts[-1]
        headers = {name: value for name, value in self.entries(3, 9, is_text=True) if value is not None}
        if self._has_canaries and self.random.random() < 0.5:
            return Anything(url="https://shop.example/v1", method="POST", headers=headers, data=json.dumps(body))
        return httpx.Request("POST", "https://shop.example/v1?page=2", json=body, headers=headers)

    def said(self, depth: int) -> Any:
        """Make what a program says to a model or a service, as it is called in any shape; else what was answered."""
        choose = self.random
        if not self._has_canaries:
            return {"role": "assistant", "content": self.text(), "model": "gpt-4o-2024", "usage": {"total_tokens": 7}}
        self.prompts.append(self._key())
        prompt = choose.choice([self.prompts[-1], [self.prompts[-1]], [{"type": "text", "text": self.prompts[-1]}]])
        call: dict[str, Any] = choose.choice(
            [
                {"role": choose.choice(["user", "system", "tool", "developer"]), "content": prompt},
                {"model": "gpt-4o-2024", choose.choice(["prompt", "input", "instructions"]): prompt, "temperature": 1},
                {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "search", "arguments": {"q": prompt}}},
            ]
        )
        if choose.random() < 0.5:
            call["page"] = self.value(depth)
        return choose.choice([call, [call, call], {"messages": [call]}, Anything(**call), types.SimpleNamespace(**call)])

    def response(self, depth: int) -> Any:
        """Make a response, which may repeat what was sent."""
        del depth
        request = httpx.Request(
            "GET", f"https://shop.example/v1?page=2&token={canary}" if (canary := self.secret()) else "https://shop.example/"
        )
        return httpx.Response(self.random.choice([401, 429, 500]), json={"message": self.text()}, request=request)


def _in_itself(graph: Graph, depth: int) -> Any:
    held: list[Any] = [graph.value(depth)]
    held.append((held, graph.text()))
    return held


def _ring(graph: Graph, depth: int) -> Any:
    inner: dict[str, Any] = {"page": graph.value(depth)}
    outer = (inner, graph.text())
    inner["outer"] = outer
    return outer


_VALUES: Final[tuple[Callable[[Graph, int], Any], ...]] = (
    *[lambda graph, _: graph.text()] * 4,
    lambda graph, _: graph.text().encode(),
    lambda graph, _: gzip.compress(graph.text().encode(), mtime=0),
    lambda graph, _: bytearray(graph.text().encode()),
    lambda graph, _: Text(graph.text()),
    lambda graph, _: graph.random.randrange(1_000),
    lambda graph, depth: [graph.value(depth) for _ in range(graph.random.randint(0, 4))],
    lambda graph, depth: tuple(graph.value(depth) for _ in range(graph.random.randint(0, 4))),
    lambda graph, _: {graph.text() for _ in range(2)},
    lambda graph, depth: dict(graph.entries(graph.random.randint(0, 4), depth)),
    lambda graph, depth: collections.OrderedDict(graph.entries(2, depth)),
    lambda graph, depth: collections.UserDict(dict(graph.entries(2, depth))),
    lambda graph, depth: collections.deque([graph.value(depth), graph.pair()]),
    lambda graph, _: [graph.pair(), graph.pair()],
    lambda graph, depth: Anything(**graph.attributes(2, depth)),
    lambda graph, depth: types.SimpleNamespace(held=graph.value(depth), access_token=graph.secret() or "", page=graph.text()),
    lambda graph, _: Login(graph.text(), graph.secret()),
    lambda graph, _: Slots(graph.text(), graph.secret()),
    lambda graph, _: ["mysql", "--password", graph.secret() or "", "shop"][: 4 if graph.canaries else 1],
    _in_itself,
    _ring,
    Graph.request,
    Graph.response,
    Graph.said,
)
#: Where a canary may stand in a text.
_TEXTS: Final[tuple[Callable[[str], str], ...]] = (
    lambda key: f"GET https://shop.example/v1?page=2&token={urllib.parse.quote(key, safe='')} failed",
    lambda key: f"https://shop.example/?api_key={urllib.parse.quote_plus(key)}",
    lambda key: f"can't connect to postgresql://app:{urllib.parse.quote(key, safe='')}@db.example:5432/shop",
    lambda key: json.dumps({"error": "no", "api_key": key}),
    lambda key: json.dumps({"body": json.dumps({"client_secret": key})}),
    lambda key: f"sent {{'X-Api-Key': {key!r}, 'accept': '*/*'}}",
    lambda key: f"Authorization: Bearer {key}",
    lambda key: f"POST / HTTP/1.1\r\nX-Api-Key: {key}\r\nAccept: */*",
    lambda key: f"host=db.example password={key} user=app",
    lambda key: f"Driver=x;UID=app;PWD={key};Database=shop",
    lambda key: f"DATABASE_PASSWORD={key}",
    lambda key: f"mysql --password={key} shop",
    lambda key: f"curl -u app:{key} https://shop.example/",
    lambda key: f"grant_type=refresh&client_secret={urllib.parse.quote_plus(key)}",
    lambda key: f"<request><password>{key}</password></request>",
)


def graph(seed: int, *, has_canaries: bool) -> tuple[Any, list[str]]:
    """Give a graph, and the canaries in it."""
    made = Graph(seed, has_canaries=has_canaries)
    error = made.error()
    return error, made.canaries + made.prompts

"""Errors with a credential in them, in one place each. The reader imports this module."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from typing import Any, Final

import shapes
from attachment_samples import Blob, Call, Copied, Cursor, Link, Request, Response, a_response
from bare_samples import ShopError
from guard_samples import (
    Connection,
    CountedGroup,
    Guarded,
    OwnSetattr,
    Slotted,
    a_local_class,
    linked,
    noted,
    with_args,
    with_attributes,
    with_fields,
)

__all__ = ["CREDENTIAL", "CREDENTIALS", "HELD", "KEPT", "RINGS"]

Build = Callable[[], BaseException]

#: What stays here, wherever it stands; and what comes along beside it.
CREDENTIAL: Final = "sk-Fk93Xw0Qz7Lm51Pd"
KEPT: Final = "a harmless word"

_URL = f"https://shop.example/v1?page=2&token={CREDENTIAL}"
_FIRST = f"https://shop.example/v1?token={CREDENTIAL}"

#: Texts that show one, each by a mark that no other one has.
_TEXTS: Final[dict[str, str]] = {
    "first in a query": _FIRST,
    "later in a query": _URL,
    "in a part of a query": f"sent a=1&token={CREDENTIAL}",
    "in a quoted query": f"next=https%3A%2F%2Fshop.example%3Ftoken%3D{CREDENTIAL}",
    "in a part of a quoted query": f"a=1%26token%3D{CREDENTIAL}",
    "before a host": f"postgresql://app:{CREDENTIAL}@db.example/shop",
    "alone before a host": f"https://{CREDENTIAL}@shop.example/",
    "in a dictionary that is shown": f"sent {{'x-api-key': '{CREDENTIAL}'}}",
    "in JSON": f'{{"x-api-key": "{CREDENTIAL}"}}',
    "in a header that is shown": f"Authorization: Bearer {CREDENTIAL}",
}


def in_itself(container: Any) -> Any:
    if isinstance(container, list):
        container.append(container)
    else:
        container["itself"] = container
    return container


def _tuple_in_its_list() -> Any:
    inner: list[Any] = [_URL]
    outer = (inner, "beside it")
    inner.append(outer)
    return outer


def _tuples_in_a_dictionary() -> Any:
    inner: dict[str, Any] = {"url": _URL}
    outer = (((inner, 1), 2), _URL)
    inner["outer"] = ([outer], 3)
    return outer


def _list_of_a_tuple() -> Any:
    outer: list[Any] = [_URL]
    outer.append(((outer, 1), frozenset({(_URL, 2)})))
    return outer


#: What leads back to itself through a tuple; and how.
RINGS: Final[dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]]] = {
    "through a list": (_tuple_in_its_list, lambda ring: ring[0][1]),
    "through a dictionary, twice": (_tuples_in_a_dictionary, lambda ring: ring[0][0][0]["outer"][0][0]),
    "that a list holds": (_list_of_a_tuple, lambda ring: ring[1][0][0]),
}


#: What an error may hold, by name; each has a credential in it.
HELD: Final[dict[str, Callable[[], Any]]] = {
    **{name: lambda text=text: text for name, text in _TEXTS.items()},  # type: ignore[misc]
    "bytes": _URL.encode,
    "bytes in a list": lambda: [_URL.encode(), 1],
    "bytes in a dictionary": lambda: {"body": {"raw": _URL.encode()}},
    "beside empty ones": lambda: {"cookie": None, "x-api-key": CREDENTIAL, "authorization": None, "page": 2},
    "compressed bytes": lambda: gzip.compress(_URL.encode()),
    "a dictionary": lambda: {"x-api-key": CREDENTIAL, "page": 2},
    "a dictionary of bytes": lambda: {b"x-api-key": CREDENTIAL.encode()},
    "a dictionary in a list": lambda: [1, ({"Authorization": f"Bearer {CREDENTIAL}"},)],
    "a cookie": lambda: {"cookie": f"session={CREDENTIAL}"},
    "basic authorization": lambda: {"authorization": "Basic " + base64.b64encode(f"app:{CREDENTIAL}".encode()).decode()},
    "what AWS names": lambda: [{"Key": "DB_PASSWORD", "Value": CREDENTIAL}, {"ParameterKey": "ApiKey", "ParameterValue": CREDENTIAL}],
    "what a validator was given": lambda: {"type": "too_short", "loc": ("body", "password"), "input": CREDENTIAL},
    "two dictionaries beneath": lambda: {"credentials": {"user": "ada", "basic": {"x": CREDENTIAL}}},
    "a pair": lambda: [("x-api-key", CREDENTIAL), ("accept", "*/*")],
    "a text in a list": lambda: ["beside it", [_URL]],
    "a text as a key": lambda: {_URL: 1},
    "a text in a set": lambda: {_URL},
    "an object": lambda: shapes.Holder(_URL),
    "an object in a list": lambda: [shapes.Holder({"x-api-key": CREDENTIAL})],
    "a list in itself": lambda: in_itself([_URL]),
    "a dictionary in itself": lambda: in_itself({"url": _URL}),
    "a tuple in itself": lambda: (in_itself([_URL]), 1),
    "a set of tuples": lambda: {(_URL, 1)},
    "a request": lambda: Request(url=_URL, headers={}),
    "a request's header": lambda: Request(url="x", headers={"x-api-key": CREDENTIAL}),
    "a response's request": lambda: a_response(_URL),
    "a response's text": lambda: Response(text=f"{KEPT} {_URL}", status=429),
    "a response's header, repeated in its text": lambda: Response(headers={"x-api-key": CREDENTIAL}, text=f"tried {CREDENTIAL}"),
    "a response's history": lambda: Response(history=[Response(url=_URL, status=302)], status=429),
    "a request's list": lambda: Request(held=["beside it", {"url": _URL}]),
    "a request's dictionary": lambda: Request(held={"url": _URL}),
    "a request's text, beside a list": lambda: Request(text=f"{KEPT} {_URL}", held=[1]),
    "a request's link": lambda: Request(link=Link(_URL), status=200),
    "a copied one": lambda: Copied(0, _URL),
    "a blob": lambda: Blob(url=_URL, page=2),
    "a cursor": lambda: Cursor(rows=[_URL, 1]),
    "a call": lambda: Call(1, Request(url=_URL, headers={}), _URL),
    "a request in a list": lambda: [1, Request(url=_URL, headers={})],
    "what can't be pickled": lambda: Connection(_URL),
    "that in a list": lambda: [Connection(_URL), 1],
}


def _of_an_import() -> BaseException:
    return ImportError(KEPT, name="shop", path=_URL)


#: Errors with a credential in one place each; ``KEPT`` is in their text or arguments.
CREDENTIALS: Final[dict[str, Build]] = {
    **{f"argument: {name}": lambda make=make: ValueError(KEPT, make()) for name, make in HELD.items()},  # type: ignore[misc]
    **{
        f"attribute: {name}": lambda make=make: ShopError(1, kept=KEPT, held=make())  # type: ignore[misc]
        for name, make in HELD.items()
        if name != "what can't be pickled"  # nothing of it is written
    },
    "attribute by its name": lambda: ShopError(1, kept=KEPT, api_key=CREDENTIAL),
    "attribute by its name, of a native error": lambda: with_attributes(OSError(2, KEPT), api_key=CREDENTIAL),
    "attribute by its name, of a group": lambda: with_attributes(ExceptionGroup(KEPT, [ValueError(1)]), api_key=CREDENTIAL),
    "attribute by its name, as bytes": lambda: ShopError(1, kept=KEPT, api_key=CREDENTIAL.encode()),
    "text alone": lambda: RuntimeError(f"{KEPT}: {_FIRST}"),
    "field: filename": lambda: OSError(2, KEPT, _URL),
    "field: filename2": lambda: OSError(2, KEPT, "a.txt", None, _URL),
    "field: path": _of_an_import,
    "field: text": lambda: SyntaxError(KEPT, ("file.x", 1, 2, f"x = '{_URL}'", 1, 3)),
    "field: object": lambda: UnicodeDecodeError("utf-8", f"{_URL} \xff".encode("latin-1"), len(_URL) + 1, len(_URL) + 2, KEPT),
    "field: value": lambda: with_attributes(StopIteration({"x-api-key": CREDENTIAL}), kept=KEPT),
    "field: code": lambda: with_attributes(SystemExit(_URL), kept=KEPT),
    "field: obj": lambda: AttributeError(KEPT, name="x", obj=_URL),
    "field: changed later": lambda: with_fields(OSError(2, KEPT, "a.txt"), filename=_URL),
    "slot": lambda: with_attributes(Slotted(_URL), kept=KEPT),
    "slot: a dictionary": lambda: with_attributes(Slotted({"x-api-key": CREDENTIAL}), kept=KEPT),
    "note": lambda: noted(ShopError(1, kept=KEPT), _URL),
    "note that is no list": lambda: with_attributes(ShopError(1, kept=KEPT), __notes__=_URL),
    "note of a group": lambda: noted(ExceptionGroup(KEPT, [ValueError(1)]), _URL),
    "message of a group": lambda: ExceptionGroup(f"{KEPT} {_URL}", [ValueError(1)]),
    "message of a group with its own new": lambda: CountedGroup(f"{KEPT} {_URL}", [ValueError(1)]),
    "attribute of a group": lambda: with_attributes(ExceptionGroup(KEPT, [ValueError(1)]), url=_URL),
    "arguments of a group": lambda: with_args(ExceptionGroup(KEPT, [ValueError(1)]), _URL, "other"),
    "one that reduces itself": lambda: shapes.GoodReduce(f"{KEPT} {_URL}", 1),
    "one that reduces itself with a state": lambda: shapes.GoodReduceWithSetstate(f"{KEPT} {_URL}", 1),
    "a frozen one": lambda: shapes.FrozenDataclass(1, f"{KEPT} {_URL}"),
    "one with a property": lambda: with_attributes(Guarded(KEPT), code=_URL),
    "one that forbids attributes": lambda: with_attributes(OwnSetattr(KEPT), code=_URL),
    "a class of a function": lambda: a_local_class()(KEPT, _URL),
    "a reduce that changes what it carries": lambda: shapes.Rebuilds(ShopError(1, kept=KEPT, held=_URL)),
    "named in the cause, repeated in the text": lambda: linked(
        RuntimeError(f"{KEPT}: tried {CREDENTIAL} in vain"), cause=ShopError(2, headers={"x-api-key": CREDENTIAL})
    ),
    "named in the text, repeated in the context": lambda: linked(
        RuntimeError(f"{KEPT}: {_FIRST}"), context=ShopError(2, tried=[CREDENTIAL])
    ),
    "named in a group's part, repeated in its message": lambda: ExceptionGroup(
        f"{KEPT} {CREDENTIAL}", [OSError(2, "No such file", _URL), ValueError(CREDENTIAL)]
    ),
    "named in a field of the cause, repeated in a field": lambda: linked(
        OSError(2, KEPT, f"/tmp/{CREDENTIAL}"), cause=OSError(2, "No such file", _URL)
    ),
    "named in a note, repeated in the text": lambda: noted(RuntimeError(f"{KEPT} {CREDENTIAL}"), _URL),
    "repeated in an object": lambda: ShopError(1, kept=KEPT, url=_URL, held=shapes.Holder(["tried", CREDENTIAL])),
}

"""What redaction costs: ``picklereg.dumps`` with ``redact=True`` against ``redact=False``, in one run and in turns.

And how the cost grows with what a remote server may choose: four times as much should take at most four and a half times as long.
"""

from __future__ import annotations

import json
import random
import string
import time
from collections.abc import Callable
from typing import Any, Final

import picklereg
from benchmarks.refused import refused
from benchmarks.timing import Spread, compare
from benchmarks.workloads import WORKLOADS
from picklereg.redaction.secrets import Secrets

__all__ = ["growth", "redaction"]

_ERRORS: Final = (
    "ValueError",
    "own exception",
    "100 attributes",
    "litellm error",
    "litellm error, chain of 5",
    "group of 50 litellm errors",
)


def redaction(*, quick: bool = False) -> dict[str, Spread]:
    """Time dumps with and without redaction.

    Args:
        quick: only two errors.

    Returns:
        By error: how many times as long it takes with redaction, as median and quartiles.
    """
    registries = {redact: picklereg.Registry(redact=redact) for redact in (True, False)}
    results: dict[str, Spread] = {}
    errors: dict[str, Any] = {name: WORKLOADS[name]() for name in _ERRORS[: 2 if quick else None]}
    if not quick:
        errors |= {f"one credential: {name}": error for name, error in refused().items()}
    for name, error in errors.items():
        contenders: dict[str, Callable[[], object]] = {
            str(redact): lambda error=error, registry=registry: picklereg.dumps(error, registry=registry)  # type: ignore[misc]
            for redact, registry in registries.items()
        }
        results[name] = compare(contenders)[1]["True"]
    return results


def growth(*, quick: bool = False) -> dict[str, dict[str, float]]:
    """Time how long it takes to find credentials and to replace them, for several sizes.

    Args:
        quick: only the two smallest sizes of each.

    Returns:
        By what there is more and more of, and by how much: milliseconds of processor time, the shortest of three runs.
    """
    results: dict[str, dict[str, float]] = {}
    for name, (sizes, make) in _CURVES.items():
        results[name] = {}
        for size in sizes[: 2 if quick else None]:
            results[name][str(size)] = round(min(_seconds(make(size)) for _ in range(3)) * 1_000, 2)
    return results


def _seconds(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


_random: Final = random.Random(20_240_229)
_COUNTS: Final = (50, 200, 800, 3_200)
_LENGTHS: Final = (1_000, 4_000, 16_000, 64_000, 256_000, 1_000_000)
_OBJECTS: Final = (500, 2_000, 8_000, 32_000)
_BODIES: Final = (10_000, 40_000, 160_000, 640_000, 2_500_000, 10_000_000)


def _key(length: int = 32) -> str:
    return "".join(_random.choices(string.ascii_letters + string.digits, k=length))


def _replacing(text: str) -> Callable[[], object]:
    """What a dump does with a text."""
    secrets = Secrets()

    def call() -> None:
        secrets.scan(text)
        secrets.text(text)

    return call


def _headers(size: int) -> Callable[[], object]:
    secrets = Secrets()
    keys = [_key() for _ in range(size)]

    def call() -> None:
        for key in keys:
            secrets.add_header("X-Api-Key", key)
        secrets.text(" ".join(keys))

    return call


def _cookies(size: int) -> Callable[[], object]:
    secrets = Secrets()
    cookies = [f"session={_key()}; Path=/; HttpOnly" for _ in range(size)]

    def call() -> None:
        for cookie in cookies:
            secrets.add_header("Set-Cookie", cookie, is_foreign=True)
        secrets.text(" ".join(cookies))

    return call


def _length(size: int) -> Callable[[], object]:
    """One credential, another that begins like all that follows it, and texts with the first and with almost the second."""
    secrets = Secrets()
    key = _key(size)
    texts = [f"no {key}", ("A" * size + "B") * 2]

    def call() -> None:
        for value in (key, "A1" + "A" * size):
            secrets.add(value)
        for text in texts:
            secrets.text(text)

    return call


def _body(size: int) -> Callable[[], object]:
    secrets = Secrets()
    key = _key()
    secrets.add(key)
    record = json.dumps({"id": 7, "name": "a name", "token_count": 3, "key": "value", "text": "some words of a sentence"})
    data = f"[{','.join([record] * (size // len(record)))}, {json.dumps({'api_key': key})}]".encode()

    def call() -> None:
        secrets.scan_data(data)
        secrets.data(data)

    return call


def _errors(size: int) -> Callable[[], object]:
    group = ExceptionGroup("several", [ValueError(f"https://shop.example/?token={_key()}") for _ in range(size)])
    return lambda: picklereg.dumps(group)


def _objects(size: int) -> Callable[[], object]:
    error = ValueError([ShopItem(number) for number in range(size)])
    return lambda: picklereg.dumps(error)


class ShopItem:
    """One of many objects that an error holds."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.names = [f"item {number}"]


_CURVES: Final[dict[str, tuple[tuple[int, ...], Callable[[int], Callable[[], object]]]]] = {
    "links with a token, in a text": (
        _COUNTS,
        lambda size: _replacing("\n".join(f"https://shop.example/?token={_key()}&x=1" for _ in range(size))),
    ),
    "headers with a key": (_COUNTS, _headers),
    "cookies that a server sets": (_COUNTS, _cookies),
    "characters of a credential": (_LENGTHS, _length),
    "bytes of a JSON body": (_BODIES, _body),
    "errors of a group, with a token each": (_COUNTS, _errors),
    "objects in an argument": (_OBJECTS, _objects),
}

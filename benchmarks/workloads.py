"""What the contenders pickle, by name. Made anew in each process, since half of it is what no pickle holds."""

from __future__ import annotations

import datetime
import decimal
import itertools
from collections.abc import Callable, Sequence
from typing import Any, Final

from benchmarks.samples import Point, ShopError

__all__ = ["OUT_OF_BAND", "WORKLOADS"]


def _rows() -> list[tuple[Any, ...]]:
    began = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return [(number, began + datetime.timedelta(minutes=number), decimal.Decimal(number) / 100) for number in range(1_000)]


def _array() -> Any:
    import numpy as np

    return np.arange(1_000_000, dtype=float)


def _frame() -> Any:
    import numpy as np
    import pandas as pd  # type: ignore[import-untyped]

    return pd.DataFrame({name: np.arange(100_000, dtype=float) for name in "abcdefgh"})


def _closure() -> Callable[[int], int]:
    step, points = 3, [Point(1)]

    def add(number: int) -> int:
        return number + step + len(points)

    return add


def _classes() -> list[type]:
    return [type(f"Made{number}", (), {"number": number}) for number in range(80)]


def _litellm(number: int = 0) -> Exception:
    import litellm

    error: Exception = litellm.exceptions.RateLimitError(f"slow down, {number}", llm_provider="openai", model="gpt-4o")
    return error


def _chained(links: Sequence[BaseException]) -> BaseException:
    for older, newer in itertools.pairwise(links):
        newer.__cause__ = older
    return links[-1]


def _many_attributes() -> BaseException:
    error = ShopError(3, customer="c")
    error.__dict__.update({f"attribute_{number}": f"value {number}" for number in range(100)})
    return error


def _with_attachment() -> BaseException:
    import httpx

    request = httpx.Request("POST", "https://shop.example/v1/orders", json={"order": 17})
    response = httpx.Response(429, json={"error": "slow down"}, headers={"Retry-After": "3"}, request=request)
    return httpx.HTTPStatusError("slow down", request=request, response=response)


WORKLOADS: Final[dict[str, Callable[[], Any]]] = {
    "small dict": lambda: {"a": 1, "b": [1, 2, 3], "c": "text"},
    "1,000 instances": lambda: [Point(number) for number in range(1_000)],
    "100,000 instances": lambda: [Point(number) for number in range(100_000)],
    "1,000 rows": _rows,
    "100,000 texts": lambda: [f"text {number}" for number in range(100_000)],
    "10 MB of bytes": lambda: b"x" * 10_000_000,
    "array": _array,
    "array, out of band": _array,
    "DataFrame": _frame,
    "DataFrame, out of band": _frame,
    "lambda": lambda: lambda number: number + 1,
    "closure": _closure,
    "call of a named function": lambda: (Point, (1,), {"note": "text"}),
    "1,000 instances, then a lambda": lambda: [*map(Point, range(1_000)), lambda number: number + 1],
    "80 classes": _classes,
    "ValueError": lambda: ValueError("a message"),
    "own exception": lambda: ShopError(3, customer="c"),
    "litellm error": _litellm,
    "litellm error, chain of 5": lambda: _chained([_litellm(number) for number in range(5)]),
    "group of 50 litellm errors": lambda: ExceptionGroup("several", [_litellm(number) for number in range(50)]),
    "chain of 100": lambda: _chained([ShopError(number, customer="c") for number in range(100)]),
    "100 attributes": _many_attributes,
    "attachment": _with_attachment,
}
OUT_OF_BAND: Final = frozenset(name for name in WORKLOADS if name.endswith("out of band"))

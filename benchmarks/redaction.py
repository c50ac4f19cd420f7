"""What redaction costs: ``picklereg.dumps`` with ``redact=True`` against ``redact=False``, in one run and in turns."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from typing import Any

import httpx

import picklereg
from benchmarks.samples import ShopError
from benchmarks.timing import compare

__all__ = ["errors", "main"]

HEADER = f"{'error':34} {'redact=False':>13} {'redact=True':>12}   times as long with redaction"


def main() -> None:
    """Print a row an error: microseconds of both, and how many times as long it takes with redaction."""
    registries = {redact: picklereg.Registry(redact=redact) for redact in (True, False)}
    print(HEADER)
    for name, error in errors().items():
        contenders: dict[str, Callable[[], object]] = {
            str(redact): lambda error=error, registry=registry: picklereg.dumps(error, registry=registry)  # type: ignore[misc]
            for redact, registry in registries.items()
        }
        medians, ratios = compare(contenders)
        print(f"{name:34} {medians['False'] * 1e6:13.1f} {medians['True'] * 1e6:12.1f}   {ratios['True']}", flush=True)


def errors() -> dict[str, BaseException]:
    """Give what is pickled, by name: first what holds no attachment and no credential."""
    many = RuntimeError("a message")
    many.__dict__.update({f"attribute_{number}": f"value {number}" for number in range(100)})
    return {
        "ValueError": ValueError("a message"),
        "own exception": ShopError(3, customer="c"),
        "100 attributes": many,
        "own exception, a chain of 5": _chained([ShopError(number, customer="c") for number in range(5)]),
        "group of 50 own exceptions": ExceptionGroup("several", [ShopError(number, customer="c") for number in range(50)]),
        "litellm error": _litellm_error(),
        "litellm error, a chain of 5": _chained([_litellm_error() for _ in range(5)]),
        "group of 50 litellm errors": ExceptionGroup("several", [_litellm_error() for _ in range(50)]),
        "httpx error, no credential": _httpx_error(),
        "httpx error, a key in a header": _httpx_error(Authorization="Bearer sk-0123456789abcdef"),
    }


def _chained(links: Sequence[BaseException]) -> BaseException:
    for older, newer in itertools.pairwise(links):
        newer.__cause__ = older
    return links[-1]


def _litellm_error() -> Any:
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    import litellm

    return litellm.exceptions.RateLimitError("slow down", llm_provider="openai", model="gpt-4o")


def _httpx_error(**headers: str) -> BaseException:
    request = httpx.Request("POST", "https://shop.example/v1/orders", headers=headers, json={"order": 17})
    response = httpx.Response(429, json={"error": {"message": "slow down"}}, headers={"Retry-After": "3"}, request=request)
    return httpx.HTTPStatusError("slow down", request=request, response=response)

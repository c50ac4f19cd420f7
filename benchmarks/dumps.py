"""``picklereg.dumps`` against ``pickle.dumps`` (the limit) and ``cloudpickle.dumps``."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import Any

import cloudpickle

import picklereg
from benchmarks.samples import Point, ShopError
from benchmarks.timing import compare

__all__ = ["main", "workloads"]

HEADER = f"{'workload':34} {'pickle':>10} {'cloudpickle':>12} {'picklereg':>10}   faster than cloudpickle"


def main() -> None:
    """Print a row a workload: microseconds, and how many times as fast picklereg is as cloudpickle."""
    print(HEADER)
    for name, obj in workloads().items():
        contenders: dict[str, Callable[[], object]] = {
            "pickle": lambda obj=obj: pickle.dumps(obj, pickle.HIGHEST_PROTOCOL),  # type: ignore[misc]
            "cloudpickle": lambda obj=obj: cloudpickle.dumps(obj),  # type: ignore[misc,no-untyped-call]
            "picklereg": lambda obj=obj: picklereg.dumps(obj),  # type: ignore[misc]
        }
        if not _pickles(obj):
            del contenders["pickle"]
        medians, ratios = compare(contenders)
        times = [f"{medians[key] * 1e6:.1f}" if key in medians else "-" for key in ("pickle", "cloudpickle", "picklereg")]
        print(f"{name:34} {times[0]:>10} {times[1]:>12} {times[2]:>10}   {ratios['cloudpickle']}", flush=True)


def workloads() -> dict[str, Any]:
    """Give what is pickled, by name."""
    return {
        "small dict": {"a": 1, "b": [1, 2, 3], "c": "text"},
        "1,000 instances": [Point(number) for number in range(1_000)],
        "10 MB of bytes": b"x" * 10_000_000,
        "lambda": lambda x: x + 1,
        "class of __main__'s kind": _local_class(),
        "80 classes": [type(f"Made{number}", (), {"number": number}) for number in range(80)],
        "ValueError": ValueError("a message"),
        "own exception": ShopError(3, customer="c"),
        "litellm error": _litellm_error(),
        "50 KeyErrors": [KeyError(number) for number in range(50)],
    }


def _pickles(obj: object) -> bool:
    try:
        pickle.dumps(obj)
    except Exception:  # noqa: BLE001  # whatever says no
        return False
    return True


def _local_class() -> type:
    class Local:
        def method(self) -> int:
            return 1

    return Local


def _litellm_error() -> BaseException:
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    import litellm

    return litellm.exceptions.RateLimitError("slow down", llm_provider="openai", model="gpt-4o")

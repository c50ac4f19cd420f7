"""``python -m benchmarks.calls``: how many calls of picklereg's own functions a dump costs, which no machine's speed changes.

Counted are shapes that :func:`picklereg.dumps` writes, and errors that clients really raise, in three modes.

The counts are kept in ``calls.json``, by Python's version, and the tests compare: whoever makes a hot path longer or shorter writes it
anew with ``--update`` on each supported Python, and the difference shows in review.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Final

import picklereg
from benchmarks.refused import refused
from benchmarks.samples import Point, ShopError

__all__ = ["KEPT", "counts", "main", "real_counts"]

#: Where the counts are kept.
KEPT: Final = Path(__file__).with_name("calls.json")
_OURS: Final = str(Path(picklereg.__file__).parent)
#: Of the errors that clients really raise, those of libraries that come with the extra ``test``, and of Python's own.
_REAL: Final = ("httpx, a header", "httpx, unreachable", "aiohttp, a header", "openai", "litellm", "urllib, a URL", "a text", "a chain")
#: litellm asks the network for its prices when it is imported.
_OFFLINE: Final = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def counts() -> dict[str, int]:
    """Give the number of calls of one dump, by workload; what is remembered from dump to dump is there already."""
    return {name: _calls(picklereg.dumps, obj) for name, obj in _workloads().items()}


def real_counts() -> dict[str, int]:
    """Give the same of errors that clients really raise, in each mode; how many there are depends a little on the clients' versions."""
    import cloudpickle  # type: ignore[import-untyped,unused-ignore]

    os.environ.update(_OFFLINE)
    with redirect_stdout(sys.stderr):  # where what a client has to say is no count
        errors = {name: error for name, error in refused(_REAL).items() if not isinstance(error, ImportError)}
    found = {f"{name}: dumps": _calls(picklereg.dumps, error) for name, error in errors.items()}
    with picklereg.installed(all_exceptions=True):
        by_pickle: Callable[[object], bytes] = partial(pickle.dumps, protocol=pickle.HIGHEST_PROTOCOL)
        for mode, dump in (("pickle", by_pickle), ("cloudpickle", cloudpickle.dumps)):
            found |= {f"{name}: {mode}, installed": _calls(dump, error) for name, error in errors.items()}
    return dict(sorted(found.items()))


def _workloads() -> dict[str, Any]:
    return {
        "small dict": {"a": 1, "b": [1, 2, 3], "c": "text"},
        "1,000 instances": [Point(number) for number in range(1_000)],
        "80 classes": [type(f"Made{number}", (), {"number": number}) for number in range(80)],
        "ValueError": ValueError("a message"),
        "own exception": ShopError(3, customer="c"),
        "chain of 10": _chain(10),
        "chain of 20": _chain(20),
        "chain of 40": _chain(40),
        "group of 10": ExceptionGroup("several", [ShopError(number, customer="c") for number in range(10)]),
    }


def _chain(links: int) -> BaseException:
    error: BaseException = ShopError(0, customer="c")
    for number in range(1, links):
        newer = ShopError(number, customer="c")
        newer.__cause__ = error
        error = newer
    return error


def _calls(dump: Callable[[object], bytes], obj: object) -> int:
    number = 0

    def note(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal number
        if event == "call" and frame.f_code.co_filename.startswith(_OURS):
            number += 1

    dump(obj)
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        dump(obj)
    finally:
        sys.setprofile(before)
    return number


def main() -> None:
    """Print the counts, or keep them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help=f"write them to {KEPT.name}")
    found = counts() | real_counts()
    if parser.parse_args().update:
        kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
        kept[f"{sys.version_info.major}.{sys.version_info.minor}"] = found
        KEPT.write_text(json.dumps(dict(sorted(kept.items())), indent=2) + "\n", "utf-8")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()

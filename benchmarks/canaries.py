"""Random graphs of errors with canaries in every promised place: ``python -m benchmarks.canaries --seconds 3600``.

In each mode no canary may be in the bytes: plain, URL-encoded, in JSON, in base64, compressed; and a graph without one is written as if
nothing were to be replaced. What goes wrong is printed with the seed that makes it again (``--seed N --graphs 1``).
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import pickle
import re
import time
import urllib.parse
import zlib
from collections.abc import Callable, Iterator
from multiprocessing.reduction import ForkingPickler
from typing import Any, Final

import cloudpickle

import picklereg
from benchmarks.canary_graphs import graph

__all__ = ["leaks", "main", "written"]

#: From this length on a value is replaced inside longer runs, too.
_LONG: Final = 12


def _by_class(pickler: Callable[..., Any]) -> Callable[[Any], bytes]:
    def write(obj: Any) -> bytes:
        file = io.BytesIO()
        pickler(file).dump(obj)
        return file.getvalue()

    return write


_INSTALLED: Final[dict[str, Callable[[Any], bytes]]] = {
    "pickle.dumps": pickle.dumps,
    "cloudpickle.dumps": cloudpickle.dumps,
    "cloudpickle.Pickler": _by_class(cloudpickle.Pickler),
    "ForkingPickler": lambda obj: bytes(ForkingPickler.dumps(obj)),
}


def written(objects: list[Any], registry: picklereg.Registry) -> Iterator[tuple[int, str, bytes]]:
    """Write each object in each mode, and give its index, the mode, and the bytes."""
    ours: dict[str, Callable[[Any], bytes]] = {
        "dumps": lambda obj: picklereg.dumps(obj, registry=registry),
        "Pickler": _by_class(lambda file: picklereg.Pickler(file, registry=registry)),
    }
    for mode, write in ours.items():
        yield from ((index, mode, write(obj)) for index, obj in enumerate(objects))
    with registry.installed(all_exceptions=True):
        for mode, write in _INSTALLED.items():
            yield from ((index, mode, write(obj)) for index, obj in enumerate(objects))


def leaks(data: bytes, canary: str) -> bool:
    """Tell whether a canary stands in a pickle, in any of the promised forms."""
    haystack = data + b"".join(_inflated(data[match.start() :]) for match in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", data))
    raw = canary.encode()
    forms = {raw, urllib.parse.quote(canary, safe="").encode(), urllib.parse.quote_plus(canary).encode(), json.dumps(canary)[1:-1].encode()}
    for offset in range(3 if len(canary) >= _LONG else 0):
        forms.add(base64.b64encode(b"\0" * offset + raw)[(offset * 8 + 5) // 6 : (offset + len(raw)) * 8 // 6])
    return any(form in haystack for form in forms)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data)
    except zlib.error:  # it only looked compressed
        return b""


def _round(seeds: range, with_rules: picklereg.Registry, without: picklereg.Registry) -> Iterator[str]:
    guarded = [graph(seed, has_canaries=True) for seed in seeds]
    for index, mode, data in written([error for error, _ in guarded], with_rules):
        found = [canary for canary in guarded[index][1] if leaks(data, canary)]
        if found:
            yield f"seed {seeds[index]}, {mode}: {found} in the bytes"
    harmless = [graph(seed, has_canaries=False)[0] for seed in seeds]
    expected = {(index, mode): data for index, mode, data in written(harmless, without)}
    for index, mode, data in written(harmless, with_rules):
        if data != expected[index, mode]:
            yield f"seed {seeds[index]}, {mode}: harmless, and something was replaced"


def main(arguments: list[str] | None = None) -> None:
    """Try graphs until the time is over.

    Args:
        arguments: those of the command line.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.canaries", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3_600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--graphs", type=int, default=50, help="how many at a time")
    options = parser.parse_args(arguments)
    with_rules, without = picklereg.Registry(), picklereg.Registry(redact=False)
    began, tried, finds = time.monotonic(), 0, 0
    while time.monotonic() - began < options.seconds or not tried:
        seeds = range(options.seed + tried, options.seed + tried + options.graphs)
        for find in _round(seeds, with_rules, without):
            finds += 1
            print(find, flush=True)
        tried += len(seeds)
    modes = len(_INSTALLED) + 2
    print(f"{tried:,} graphs with canaries and {tried:,} without, in {modes} modes: {finds} finds")


if __name__ == "__main__":
    main()

"""A coverage-guided search for bytes that :func:`picklereg.safe_loads` doesn't survive.

Needs atheris, which has wheels for Linux (atheris 3.1: CPython 3.12), in an environment of its own. Every option is libFuzzer's:

    python3.12 -m venv fuzzing
    fuzzing/bin/pip install atheris attrs .
    mkdir corpus
    fuzzing/bin/python -m benchmarks.fuzz -max_total_time=3600 corpus

goes on for an hour, starts from what is in ``corpus``, and keeps there what it finds new ways with. It stops at the first finding: an
error that isn't ours, a crash, too much time or too much memory. A finding is written to a file ``crash-...``; run it again with
``python -m benchmarks.fuzz crash-...``, and make it a test in ``tests/unpickling/safe``.

The last whole run, before 0.1.0: an hour in one process, 5,377,123 executions (Linux, CPython 3.12.1, atheris 3.1.0), which began with
1,228 inputs of earlier runs; 829 places of the reader's code reached, nothing found.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from pathlib import Path
from typing import Any

#: What libFuzzer is told if nothing else is said: bytes of an input, seconds for one, megabytes for all.
DEFAULTS = ("-max_len=4096", "-timeout=10", "-rss_limit_mb=1024")


def seeds() -> list[bytes]:
    """Give pickles to begin with: one of every shape of exception, by every protocol, an attachment's, and every opcode in a row."""
    table: Any = importlib.import_module("shape_table")
    shop: Any = importlib.import_module("shop_values")

    import picklereg

    found = [bytes(range(256))]
    for build in table.SHAPES.values():
        exc = table.raised(build)
        found += [picklereg.dumps(exc, protocol) for protocol in (0, 2, 5)]
    order = shop.OrderError(shop.Basket(shop.Label("tea", "green"), shop.Price(250)))
    order.colour = shop.Colour.GREEN
    found += [picklereg.dumps(order, protocol) for protocol in (0, 2, 5)]
    return found


def declared() -> Any:
    """Give a registry that declares the exceptions of the tests' shapes, and an attachment with safe constructors."""
    shapes: Any = importlib.import_module("shapes")
    shop: Any = importlib.import_module("shop_values")

    import picklereg

    registry = picklereg.Registry(entry_points=False)
    registry.register(
        cls for cls in vars(shapes).values() if isinstance(cls, type) and issubclass(cls, BaseException) and type(cls).__hash__ is not None
    )
    registry.register(shop.OrderError)
    safe = {shop.Basket: {"notes": []}, shop.Label: {}, shop.price_of: shop.safe_price}
    registry.register_attachment(shop.Basket, lambda basket: basket, safe=safe)
    return registry


def survive(data: bytes, rules: Any, bounds: Any) -> None:
    """Read bytes, and use what comes out as a caller would.

    Args:
        data: any bytes.
        rules: which classes may be made; ``None`` for Python's own alone.
        bounds: what is too much.
    """
    from picklereg.errors import UnsafePickleError
    from picklereg.unpickling.safe.allow_list import NO_RULES
    from picklereg.unpickling.safe.unpickler import read

    try:
        found = read(data, rules or NO_RULES, bounds)
    except UnsafePickleError as problem:
        str(problem)
        return
    if rules is None:
        repr(found)
    if issubclass(type(found), BaseException):
        for _ in traceback.TracebackException.from_exception(found).format():
            pass


def main() -> None:
    """Fuzz, with the options of this process."""
    tests = Path(__file__).parent.parent / "tests"
    sys.path[:0] = [str(tests), str(tests / "samples"), str(tests / "unpickling/safe")]
    atheris: Any = importlib.import_module("atheris")

    # What the reader is made of is instrumented; it is imported here for the first time.
    with atheris.instrument_imports(include=["picklereg"]):
        from picklereg.unpickling.safe.allow_list import RegistryRules
        from picklereg.unpickling.safe.bounds import Bounds

        importlib.import_module("picklereg.unpickling.safe.unpickler")
    rules = RegistryRules(declared())
    bounds = Bounds(max_objects=20_000, max_expanded=100_000)
    arguments = [argument for argument in DEFAULTS if not any(given.startswith(argument.split("=")[0]) for given in sys.argv)]
    corpora = [Path(given) for given in sys.argv[1:] if Path(given).is_dir()]
    for corpus in corpora[:1]:
        if not any(corpus.iterdir()):
            for number, seed in enumerate(seeds()):
                (corpus / f"seed-{number}").write_bytes(seed)
    atheris.Setup([*sys.argv, *arguments], lambda data: survive(data, rules if len(data) % 2 else None, bounds))
    atheris.Fuzz()


if __name__ == "__main__":
    main()

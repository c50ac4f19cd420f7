"""Times of one run, in turns, and their ratios.

pyperf times one thing after another, and so compares contenders at different moments of a machine.
"""

from __future__ import annotations

import statistics
import timeit
from collections.abc import Callable
from typing import Final

__all__ = ["Spread", "compare", "spread_of"]

ROUNDS: Final = 25
SECONDS_A_ROUND: Final = 0.02
Spread = tuple[float, float, float]


def spread_of(values: list[float]) -> Spread:
    """Give median, lower and upper quartile, with four digits: a ratio may be a thousandth, and never becomes nothing."""
    low, median, high = statistics.quantiles(values, n=4) if len(values) > 1 else values * 3
    return float(f"{median:.4g}"), float(f"{low:.4g}"), float(f"{high:.4g}")


def compare(contenders: dict[str, Callable[[], object]]) -> tuple[dict[str, float], dict[str, Spread]]:
    """Time contenders in turns.

    Args:
        contenders: what to call, by name.

    Returns:
        The median seconds of a call of each; and of each how many times as fast the last one is as it, round by round.
    """
    timers = {name: timeit.Timer(call) for name, call in contenders.items()}
    numbers = {name: _number(timer) for name, timer in timers.items()}
    rounds = [{name: timer.timeit(numbers[name]) / numbers[name] for name, timer in timers.items()} for _ in range(ROUNDS)]
    last = list(contenders)[-1]
    medians = {name: statistics.median(seconds[name] for seconds in rounds) for name in contenders}
    return medians, {name: spread_of([seconds[name] / seconds[last] for seconds in rounds]) for name in contenders}


def _number(timer: timeit.Timer) -> int:
    number, seconds = timer.autorange()
    return max(1, round(number * SECONDS_A_ROUND / seconds))

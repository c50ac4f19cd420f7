"""Contenders side by side in one run: in turns, so that a machine that slows down slows all of them; ratios, with their spread."""

from __future__ import annotations

import statistics
import timeit
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Ratio", "compare"]

ROUNDS = 25
SECONDS_A_ROUND = 0.02


@dataclass(frozen=True)
class Ratio:
    """How many times as fast one contender is as another, over the rounds of one run."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:5.2f} ({self.low:.2f} to {self.high:.2f})"


def compare(contenders: dict[str, Callable[[], object]]) -> tuple[dict[str, float], dict[str, Ratio]]:
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
    return medians, {name: _ratio([seconds[name] / seconds[last] for seconds in rounds]) for name in contenders}


def _number(timer: timeit.Timer) -> int:
    number, seconds = timer.autorange()
    return max(1, round(number * SECONDS_A_ROUND / seconds))


def _ratio(values: list[float]) -> Ratio:
    quartiles = statistics.quantiles(values, n=4)
    return Ratio(quartiles[1], quartiles[0], quartiles[2])

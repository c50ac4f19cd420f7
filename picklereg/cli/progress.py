"""What ``picklereg check`` shows while it runs: how much is done, what runs now and since when, and when it will end."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Column
from rich.text import Text

__all__ = ["Shown", "showing"]

_BAR_WIDTH: Final = 16
#: Before that, an estimate is a guess.
_FIRST_GUESS: Final = 5.0


class Shown:
    """How far a survey is. Its methods are those of :class:`picklereg.cli.survey.Watcher`.

    Args:
        total: how many are to be checked.
        show: shows it; called when one begins.
    """

    def __init__(self, total: int, show: Callable[[], object] = lambda: None) -> None:
        self.total = total
        self._show = show
        self.finished = 0
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._running: dict[str, tuple[float, int, int]] = {}

    def begin(self, name: str, /) -> None:
        """Hear that one begins."""
        with self._lock:
            self._running[name] = time.monotonic(), 0, 0
        self._show()  # a busy machine may be done with it before its turn

    def go_on(self, name: str, done: int, total: int, /) -> None:
        """Hear how far one is."""
        with self._lock:
            self._running[name] = self._running[name][0], done, total

    def end(self, name: str, /) -> None:
        """Hear that one is done."""
        with self._lock:
            del self._running[name]
            self.finished += 1

    @property
    def done(self) -> float:
        """How much is done, in targets."""
        with self._lock:
            return self.finished + sum(done / total for _, done, total in self._running.values() if total)

    def count(self) -> str:
        """Give how many are done; of a single one, how many of its steps."""
        with self._lock:
            running = list(self._running.values())
        if self.total == 1 and running:
            return f"{running[0][1]}/{running[0][2]}"
        return f"{self.finished}/{self.total}"

    def running(self) -> str:
        """Name what runs now, and how long it has been, what has taken longest first."""
        now = time.monotonic()
        with self._lock:
            ages = sorted(((now - began, name, total) for name, (began, _, total) in self._running.items()), reverse=True)
        return ", ".join(f"{'checking' if total else 'importing'} {name} {age:.0f} s" for age, name, total in ages)

    def left(self) -> str:
        """Give how long it has taken, and how long it will go on, judging by what is done."""
        passed = time.monotonic() - self._started
        done = self.done
        if passed < _FIRST_GUESS or not done:
            return _time(passed)
        return f"{_time(passed)}, ~{_time(passed * (self.total - done) / done)} left"


def _time(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}:{seconds:02}"


class _Running(ProgressColumn):
    """What runs now: made anew each time it is shown, so that what hangs is seen to."""

    max_refresh = None

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        super().__init__(Column(ratio=1, no_wrap=True, overflow="ellipsis"))

    def render(self, task: Task) -> Text:
        task.completed = self._shown.done
        return Text(self._shown.running(), overflow="ellipsis", no_wrap=True)


class _Told(ProgressColumn):
    """Numbers."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        super().__init__(Column(no_wrap=True))

    def render(self, task: Task) -> Text:  # noqa: ARG002  # rich's
        return Text(f"{self._shown.count()} {self._shown.left()}", style="cyan")


@contextmanager
def showing(total: int) -> Iterator[Shown]:
    """Show how it goes, on standard error, if somebody is watching. Nothing of it stays.

    Args:
        total: how many are to be checked.

    Yields:
        Whom to tell.
    """
    shown = Shown(total, lambda: progress.refresh())  # noqa: PLW0108  # there is none yet
    columns = (TextColumn(""), BarColumn(_BAR_WIDTH), _Told(shown), _Running(shown))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty(), expand=True) as progress:
        progress.add_task("", total=total or 1)
        yield shown

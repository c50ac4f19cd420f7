"""A Python process that is talked to by JSON lines, and whose end, whatever brought it about, is an answer too.

Nothing here waits with a time limit: the process itself ends if it takes too long (``reader.patience``).
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import IO, Any, Final, Literal, Self, cast

__all__ = ["TOO_LONG", "DiedError", "EndedError", "Process", "Processes"]

#: How a process ended that had no more time.
TOO_LONG: Final = "takes too long"

_SET_PATH: Final = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
#: What faulthandler writes when it ends a process (Modules/faulthandler.c).
_TIMEOUT: Final = re.compile(r"^Timeout \(", re.MULTILINE)


class DiedError(Exception):
    """A process ended before it had answered. Its text says how; its subject is what the process was doing."""


class EndedError(Exception):
    """No process is started any more, because all were ended."""


class Process:
    """A fresh interpreter, whose own processes end with it.

    Args:
        path: its ``sys.path``.
        code: what it runs, as for ``python -c``.
        arguments: what ``sys.argv[2:]`` is there.
        process_group: ``0``: it leads a group of its own. ``None``: it is in this process's, and ends with that.
    """

    def __init__(self, path: Sequence[str], code: str, *arguments: str, process_group: Literal[0] | None = 0) -> None:
        # -P: what lies in the current directory must not shadow anything.
        command = [sys.executable, "-P", "-c", _SET_PATH + code, json.dumps(list(path)), *arguments]
        # The order of a set must not differ between writer and reader.
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  # closed in close()
        self._process = subprocess.Popen(  # noqa: S603  # this interpreter
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env=environment,
            encoding="utf-8",
            process_group=process_group,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None) -> None:
        if kind is not None:
            self._process.kill()
        self.close()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one JSON line. If nobody is there any more, :meth:`receive` will tell."""
        stdin = cast("IO[str]", self._process.stdin)
        with suppress(BrokenPipeError):
            stdin.write(json.dumps(message) + "\n")
            stdin.flush()

    def receive(self) -> dict[str, Any]:
        """Wait for one JSON line.

        Raises:
            DiedError: if the process ended first.
        """
        line = cast("IO[str]", self._process.stdout).readline()
        if not line.endswith("\n"):
            raise DiedError(self._end())
        return cast("dict[str, Any]", json.loads(line))

    def finish(self) -> None:
        """Let the process know that there are no more requests."""
        with suppress(BrokenPipeError):
            cast("IO[str]", self._process.stdin).close()

    def close(self) -> None:
        """Wait for the process to end."""
        self.finish()
        cast("IO[str]", self._process.stdout).close()
        self._process.wait()
        self._words.close()
        self.kill()

    def kill(self) -> None:
        """End it, if it leads a group, with all that it has started."""
        # Mostly nothing is left, and Windows has no process groups.
        with suppress(ProcessLookupError, AttributeError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _end(self) -> str:
        status = self._process.wait()
        self._words.seek(0)
        if _TIMEOUT.search(self._words.read().decode(errors="replace")):
            return TOO_LONG
        how = f"exit status {status}" if status >= 0 else signal.strsignal(-status)
        return f"ends the interpreter ({how})"


class Processes:
    """Processes that can be ended all at once, from any thread. After that none is started any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[Process] = set()
        self._are_ended = False

    @contextmanager
    def start(self, path: Sequence[str], code: str, *arguments: str) -> Iterator[Process]:
        """Start one, and wait for its end when the block is left.

        Args:
            path: as for :class:`Process`.
            code: as for :class:`Process`.
            arguments: as for :class:`Process`.

        Yields:
            The process.

        Raises:
            EndedError: if all were ended.
        """
        with self._lock:  # held while it is started, so that no process is overlooked
            if self._are_ended:
                raise EndedError
            process = Process(path, code, *arguments)
            self._running.add(process)
        try:
            with process:
                yield process
        finally:
            with self._lock:
                self._running.discard(process)

    def end(self) -> None:
        """End all, with whatever they have started."""
        with self._lock:
            self._are_ended = True
            for process in self._running:
                process.kill()

"""The demo's processes: what they say, and that none of them is left behind or waited for without an end."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import IO, Any, Final, Self, cast

from picklereg.cli.demo.demo_error import DemoError

__all__ = ["Children"]

_MAX_LINE: Final = 200
#: What a shop's own settings must not change: no proxy, no telemetry, no look-up in the network, no other provider.
_UNSET: Final = ("http_proxy", "https_proxy", "all_proxy", "openai_", "otel_", "litellm_", "docket_")
_SET: Final = {
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_OFFLINE_MODE": "True",
    "LITELLM_TELEMETRY": "False",
    "PYTHONUNBUFFERED": "1",
}


class Children:
    """Processes that are told what to do by one JSON line and answer in JSON lines; they end with the block.

    Attributes:
        patience: for how many seconds all of them may say nothing.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._said: queue.Queue[tuple[str, str]] = queue.Queue()
        self._running: dict[str, tuple[subprocess.Popen[str], IO[bytes]]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()

    def start(self, name: str, arguments: Sequence[str], options: Mapping[str, Any]) -> None:
        """Start a Python.

        Args:
            name: what it is called in messages.
            arguments: its command line.
            options: what it is told.
        """
        words = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the others
        self._stack.callback(words.close)
        process = self._stack.enter_context(_process([sys.executable, *arguments], words))
        self._running[name] = process, words
        with suppress(BrokenPipeError):  # then its end is heard of
            _stream(process.stdin).write(json.dumps(options) + "\n")
            _stream(process.stdin).flush()
        listening = threading.Thread(target=self._listen, args=(name, _stream(process.stdout)))
        listening.start()
        self._stack.callback(listening.join)
        self._stack.callback(_kill, process)

    def listen(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give what they say, with the name of each, until all have ended.

        Raises:
            DemoError: if one ends badly, or all say nothing for too long.
        """
        while self._running:
            try:
                name, line = self._said.get(timeout=self.patience)
            except queue.Empty:
                names = " and ".join(self._running)
                problem = f"nothing was heard of the process {names} for {self.patience:g} s"
                raise DemoError(problem, "try again when this machine has less to do") from None
            if line:
                yield name, json.loads(line)
            else:
                self._end(name)

    def _listen(self, name: str, lines: IO[str]) -> None:
        for line in lines:
            self._said.put((name, line))
        self._said.put((name, ""))

    def _end(self, name: str) -> None:
        process, words = self._running.pop(name)
        status = process.wait()
        if status != 0:
            words.seek(0)
            last = words.read().decode(errors="replace").strip().rpartition("\n")[2][:_MAX_LINE] or "it said nothing"
            raise DemoError(f"the process {name} ended before it was done (exit status {status}: {last})", "run it again, or report it")


@contextmanager
def _process(command: Sequence[str], words: IO[bytes]) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.lower().startswith(_UNSET)}
    with subprocess.Popen(  # noqa: S603  # this interpreter
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=words,
        env={**environment, **_SET, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        encoding="utf-8",
        process_group=0,  # Ctrl-C is for this process, which ends the others
    ) as process:
        yield process


def _stream(stream: IO[str] | None) -> IO[str]:
    return cast("IO[str]", stream)


def _kill(process: subprocess.Popen[str]) -> None:
    """End a process, and what it has started."""
    process.kill()
    with suppress(ProcessLookupError, AttributeError):  # nothing is left; Windows has no process groups
        os.killpg(process.pid, signal.SIGKILL)

"""The command ``picklereg demo``."""

from __future__ import annotations

import importlib.util
import json
import signal
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from picklereg.cli.demo.children import Children
from picklereg.cli.demo.comparison import print_comparison
from picklereg.cli.demo.demo_error import DemoError
from picklereg.cli.demo.failing_tasks import FAILURES
from picklereg.cli.demo.outcomes import Way
from picklereg.cli.demo.picture import picture
from picklereg.cli.demo.redis_keys import only_for_now
from picklereg.cli.demo.refusing_provider import deaf_port, refusing_provider

__all__ = ["demo_command"]

_FAILED, _CANNOT, _INTERRUPTED, _TERMINATED = 1, 2, 130, 143
_MAX_WIDTH: Final = 100
#: On a narrower terminal lines wrap, or the table would be cut off.
_MIN_WIDTH: Final = 76
#: How long, in seconds, nothing may happen. What takes longest is importing litellm: half a minute of a machine that does much else.
_PATIENCE: Final = 240
_NEEDED: Final = {"litellm": "litellm", "docket": "pydocket"}
_WAYS: Final = {"without picklereg": False, "with picklereg": True}


@click.command("demo")
@click.option("--redis", "redis_url", metavar="URL", help="Use this Redis, and workers in processes of their own.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="NUMBER", help="Where the provider listens; by default any free port."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
@click.option(
    "--svg", "drawn", type=click.Path(dir_okay=False, writable=True, path_type=Path), metavar="FILE", help="Draw what is shown, too."
)
def demo_command(redis_url: str | None, port: int, drawn: Path | None, *, as_json: bool) -> None:
    """Show what reaches the caller of a failed task.

    A docket task that calls a model fails in eight ways: with errors that litellm raises, since a provider on this machine refuses
    everything; with a chain of four; and with one that holds a lock. Each error goes from docket's worker to its caller, once without
    picklereg and once with it, in processes of their own. Shows what arrives, and whether the API key and the prompt stand in the
    bytes that docket stores. Needs no network, and no server: by default docket keeps its data in memory.

    Exit status: 0; 1 if with picklereg an error is lost, a secret is stored or the worker dies; 2 if the demo can't be shown.

    Example: picklereg demo --redis redis://localhost:6379
    """
    try:
        with _terminated():
            ways = _shown(redis_url, port)
    except DemoError as problem:
        click.echo(f"picklereg: {problem}", err=True)
        sys.exit(_CANNOT)
    except KeyboardInterrupt:
        click.echo("picklereg: interrupted; nothing is left running", err=True)
        sys.exit(_INTERRUPTED)
    plain, ours = ways.values()
    if drawn is not None:
        drawn.write_text(picture(plain, ours), "utf-8")
    if as_json:
        click.echo(json.dumps({name: {**asdict(way), "is_good": way.is_good} for name, way in ways.items()}, indent=2))
    else:
        print_comparison(_console(), plain, ours)
    sys.exit(0 if ours.is_good else _FAILED)


@contextmanager
def _terminated() -> Iterator[None]:
    """End as by Ctrl-C when somebody sends SIGTERM."""

    def end(*_: object) -> None:
        sys.exit(_TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _shown(redis_url: str | None, port: int) -> dict[str, Way]:
    """Go both ways at a time, and give what became of the errors."""
    _look_for_what_is_needed()
    ways = {name: Way() for name in _WAYS}
    with ExitStack() as stack:
        status = stack.enter_context(Console(stderr=True).status("starting"))
        docket = f"picklereg-demo-{uuid.uuid4().hex}"
        if redis_url is not None:
            stack.enter_context(only_for_now(redis_url, docket))
        provider, deaf = stack.enter_context(refusing_provider(port)), stack.enter_context(deaf_port())
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="picklereg-demo-")))
        children = stack.enter_context(Children(_PATIENCE))
        for number, (name, with_picklereg) in enumerate(_WAYS.items()):
            records = directory / str(number)
            records.mkdir()
            options = {"name": f"{docket}-{number}", "url": redis_url or "memory://", "picklereg": with_picklereg}
            options |= {"provider": provider, "deaf": deaf, "records": str(records)}
            children.start(name, ["-P", "-c", "from picklereg.cli.demo.way_process import run; run()"], options)
        status.update("importing litellm, which takes some seconds")
        for name, said in children.listen():
            ways[name].hear(said)
            if all(way.is_ready for way in ways.values()):
                done = sum(len(way.outcomes) for way in ways.values())
                status.update(f"{done} of {len(FAILURES) * len(ways)} tasks have failed")
    return ways


def _look_for_what_is_needed() -> None:
    missing = [distribution for module, distribution in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise DemoError(f"the demo needs {' and '.join(missing)}", "install the extra: pip install 'picklereg[demo]'")


def _console() -> Console:
    console = Console(highlight=False, markup=False)
    console.width = min(max(console.width, _MIN_WIDTH), _MAX_WIDTH)
    return console

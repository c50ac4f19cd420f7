"""The parts of ``picklereg demo``, each by itself; ``proof/test_demo.py`` runs the whole of it."""

from __future__ import annotations

import base64
import json
import os
import pickle
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import picklereg
from picklereg.cli.demo import command
from picklereg.cli.demo.children import Children
from picklereg.cli.demo.command import demo_command
from picklereg.cli.demo.comparison import print_comparison
from picklereg.cli.demo.demo_error import DemoError
from picklereg.cli.demo.failing_tasks import API_KEY, FAILURES
from picklereg.cli.demo.outcomes import Outcome, Way, fate_of
from picklereg.cli.demo.refusing_provider import deaf_port, refusing_provider
from picklereg.cli.demo.stored_secrets import stands_in
from picklereg.testing.reader import describe

# --- what can't be shown, in one line -----------------------------------------------------------------------------


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(demo_command, arguments)


def one_line(*arguments: str) -> str:
    """Run a demo that can't be shown, and give the line that says why."""
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    found = re.fullmatch(r"picklereg: (.+)\n", result.stderr)
    assert found is not None, result.stderr
    return found[1]


def test_a_busy_port() -> None:
    """Its number is named, and what to do."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert one_line("--port", str(port)) == f"port {port} of 127.0.0.1 is in use; name another one, or leave --port out"


def test_a_port_of_the_system_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else is wrong with a port is told in the system's words."""
    monkeypatch.setattr("picklereg.cli.demo.refusing_provider._HOST", "192.0.2.1")  # nobody's address (RFC 5737)
    assert re.fullmatch(r"port 7 of 192\.0\.2\.1 can't be used \(.+\); name another one, or leave --port out", one_line("--port", "7"))


@pytest.mark.parametrize(
    ("missing", "named"), [(["litellm"], "litellm"), (["docket"], "pydocket"), (["litellm", "docket"], "litellm and pydocket")]
)
def test_a_missing_extra(missing: list[str], named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The distribution is named, and the extra that brings it."""
    for module in missing:
        monkeypatch.setitem(sys.modules, module, None)
    assert one_line() == f"the demo needs {named}; install the extra: pip install 'picklereg[demo]'"


def test_no_redis() -> None:
    """The URL is named, without its password."""
    with deaf_port() as url:
        line = one_line("--redis", url.replace("http://", "redis://:opensesame@"))
    assert line.startswith("no Redis answers at redis://[redacted by picklereg]@127.0.0.1:")
    assert line.endswith("; start one there, name another one, or leave --redis out")
    assert "opensesame" not in line


def test_no_url_of_a_redis() -> None:
    """The forms that there are get named."""
    line = one_line("--redis", "localhost")
    assert line == "'localhost' is no URL of a Redis; write it as redis://HOST:PORT, rediss://HOST:PORT or unix:///PATH"


def test_its_error_survives_pickling() -> None:
    """As every error of ours does."""
    error = pickle.loads(pickle.dumps(DemoError("no luck", "try again")))
    assert (str(error), error.problem, error.remedy) == ("no luck; try again", "no luck", "try again")
    assert isinstance(error, picklereg.PickleregError)


# --- its processes ------------------------------------------------------------------------------------------------


@pytest.fixture
def children() -> Iterator[Children]:
    with Children(patience=60) as children:
        yield children


def test_what_they_say(children: Children) -> None:
    """Each is told its options, and heard line by line, with nothing of this environment that could lead elsewhere."""
    code = "import json, os; told = json.loads(input()); print(json.dumps(told)); print(json.dumps({'proxy': os.getenv('https_proxy')}))"
    for name in ("first", "second"):
        children.start(name, ["-c", code], {"name": name})
    said = sorted((name, str(line)) for name, line in children.listen())
    assert said == [(name, str(line)) for name in ("first", "second") for line in ({"name": name}, {"proxy": None})]


def test_one_that_dies(children: Children) -> None:
    """Its name, its status and its last words are told."""
    children.start("loud", ["-c", "import sys; print('oh\\nno', file=sys.stderr); sys.exit(3)"], {})
    with pytest.raises(DemoError, match=r"^the process loud ended before it was done \(exit status 3: no\); run it again, or report it$"):
        list(children.listen())


def test_one_that_dies_in_silence(children: Children) -> None:
    """That is told, too."""
    children.start("quiet", ["-c", "import os; os._exit(4)"], {})
    with pytest.raises(DemoError, match=r"\(exit status 4: it said nothing\)"):
        list(children.listen())


def test_one_that_hangs() -> None:
    """It isn't waited for without an end, and it is gone afterwards, whatever signals it keeps off."""
    code = "import os, signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32)); print(os.getpid(), flush=True); signal.pause()"
    with Children(patience=60) as children:
        children.start("stuck", ["-c", code], {})
        said: Iterator[Any] = children.listen()
        name, pid = next(said)
        assert name == "stuck"
        children.patience = 0.1
        with pytest.raises(DemoError, match=r"^nothing was heard of the process stuck for 0.1 s; try again when"):
            next(said)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_one_ends_with_who_started_it() -> None:
    """Whatever it does, it does no longer than somebody holds the other end of its standard input."""
    code = """
import asyncio
from picklereg.cli.demo.lifeline import run_with_options
async def main(options):
    print(options["name"], flush=True)
    try: await asyncio.Event().wait()
    finally: print("cancelled", flush=True)
run_with_options(main)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps({"name": "first"}), file=process.stdin, flush=True)
        assert process.stdout.readline() == "first\n"
        printed, complained = process.communicate(timeout=60)  # closes its standard input
    assert (process.returncode, printed, complained) == (0, "cancelled\n", "")


# --- what became of an error --------------------------------------------------------------------------------------


def sent(error: BaseException, arrived: BaseException, stored: bytes = b"") -> tuple[str, str]:
    return fate_of(describe(error), describe(arrived), stored)


def with_attributes(error: BaseException, **attributes: Any) -> BaseException:
    error.__dict__.update(attributes)
    return error


def test_fates() -> None:
    """Whole, with a secret taken out, with a note on what is missing, changed without one, or another error altogether."""
    note = "picklereg: attribute 'lock' (_thread.lock) was left behind: TypeError"
    assert sent(KeyError(1), KeyError(1)) == ("whole", "")
    assert sent(KeyError(1), KeyError(1), b"a [redacted by picklereg] b") == ("redacted", "")
    assert sent(KeyError("a key"), KeyError("a [redacted by picklereg]"), b"a [redacted by picklereg]") == ("redacted", "")
    assert sent(with_attributes(KeyError(), lock=1), with_attributes(KeyError(), __notes__=[note])) == ("noted", "attr lock lost")
    assert sent(with_attributes(KeyError(), lock=1), KeyError()) == ("changed", "attr lock lost")
    assert sent(KeyError(), TypeError("no")) == ("lost", "TypeError")


@pytest.mark.parametrize(
    ("outcome", "lived", "is_good"),
    [
        (Outcome("whole"), True, True),
        (Outcome("redacted"), True, True),
        (Outcome("noted"), True, True),
        (Outcome("whole"), False, False),
        (Outcome("whole", shows_key=True), True, False),
        (Outcome("whole", shows_prompt=True), True, False),
        *[(Outcome(fate), True, False) for fate in ("changed", "lost", "deadly", "untried")],
    ],
)
def test_when_all_is_well(outcome: Outcome, lived: bool, is_good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything arrives, nothing leaks, and the worker lives; the exit status and the last line say whether."""
    way = Way(dict.fromkeys(FAILURES, "ShopError"), dict.fromkeys(FAILURES, Outcome("whole")), lived=lived)
    way.outcomes["chain"] = outcome
    assert way.is_good is is_good
    monkeypatch.setattr(command, "_shown", lambda *_: {"without picklereg": way, "with picklereg": way})
    result = invoke()
    assert result.exit_code == (0 if is_good else 1)
    assert ("please report" in result.stdout.lower()) is not is_good


@pytest.mark.parametrize("width", [40, 76, 80, 120, 300])
def test_the_table_at_any_width(width: int) -> None:
    """It keeps its shape, and colours tell good from bad."""
    ways = [
        Way(dict.fromkeys(FAILURES, "ShopError"), dict.fromkeys(FAILURES, Outcome("lost", "TypeError")), lived=lived)
        for lived in (False, True)
    ]
    for way in ways:
        way.outcomes["lock"] = Outcome("untried")
    console = Console(record=True, width=max(width, 76), file=open("/dev/null", "w"), color_system="truecolor", force_terminal=True)  # noqa: SIM115, PTH123
    with console.file:
        print_comparison(console, *ways)
    lines = console.export_text(clear=False).splitlines()
    assert sum("lost: TypeError" in line for line in lines) == len(FAILURES) - 1
    assert sum("lost: no worker left" in line for line in lines) == 1
    assert "\x1b[31mlost: TypeError" in console.export_text(styles=True)


# --- secrets ------------------------------------------------------------------------------------------------------


@given(before=st.binary(max_size=20), after=st.binary(max_size=20), start=st.integers(0, len(API_KEY) - 12))
def test_a_part_of_a_secret_is_found(before: bytes, after: bytes, start: int) -> None:
    """As it is, URL-encoded and in base64, wherever it begins."""
    part = API_KEY[start : start + 12]
    for hidden in (before + part.encode() + after, quote(f"&{part}=").encode(), base64.b64encode(before + part.encode() + after)):
        assert stands_in(API_KEY, hidden)


@given(st.binary(max_size=200))
def test_no_secret_is_found_where_there_is_none(stored: bytes) -> None:
    """Chance finds nothing, and so do a few characters."""
    assert not stands_in(API_KEY, stored)
    assert not stands_in(API_KEY, API_KEY[:11].encode() + b"..." + API_KEY[-5:].encode())


def test_a_short_secret_is_found_whole() -> None:
    """One that is shorter than what tells something."""
    assert stands_in("hunter2", b"my hunter2 is")
    assert not stands_in("hunter2", b"my hunter is")


# --- the provider -------------------------------------------------------------------------------------------------


def test_the_provider_survives_a_client_that_leaves(capfd: pytest.CaptureFixture[str]) -> None:
    """A client that ends in the middle of a request is no news."""
    with refusing_provider() as url:
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"POST /nonsense HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
            assert client.recv(100) == b""
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"POST /429/x HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.0 429 ")
    assert capfd.readouterr() == ("", "")


def test_the_command_is_there_at_once() -> None:
    """``picklereg --help`` waits for no library, not even where the extra is missing."""
    modules = "picklereg.cli.demo.command, picklereg.cli.demo.failing_tasks"
    code = f"import sys, {modules}; print(*{{'litellm', 'docket', 'httpx', 'redis'}} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(picklereg.__file__).parents[1])
    assert done.stdout == "\n"

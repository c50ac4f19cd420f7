"""``picklereg demo`` as a newcomer runs it: what it shows, and that it leaves nothing behind, however it ends."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from redis import Redis

import picklereg

pytestmark = pytest.mark.timeout(600)

DEMO: Final = [sys.executable, "-P", "-m", "picklereg", "demo"]
#: litellm's import costs eight seconds of a processor, four times, and more under coverage; a machine may have much else to do.
LIMIT: Final = 560
#: What the README shows. Made by ``picklereg demo --svg picklereg/cli/demo.svg``.
KEPT: Final = Path(__file__).parents[2] / "picklereg/cli/demo.svg"
#: How wide rich draws a letter.
COLUMN: Final = 12.2
TEXT: Final = "{http://www.w3.org/2000/svg}text"
ARRIVED: Final = re.compile(r"whole|whole, secrets removed|noted: .+")


def variables(**more: str) -> dict[str, str]:
    """Give an environment with settings of somebody's own, none of which counts."""
    path = str(Path(picklereg.__file__).parents[1])
    proxies = dict.fromkeys(["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"], "http://127.0.0.1:9")
    return {**os.environ, **proxies, "PYTHONPATH": path, "COLUMNS": "80", "OPENAI_API_BASE": "http://127.0.0.1:9", **more}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DEMO, *arguments], env=variables(), capture_output=True, text=True, timeout=LIMIT, check=False)


def rows(printed: str) -> dict[str, tuple[str, str]]:
    """Give the table's cells by the first one of their row."""
    cells = [re.split(r"\s{2,}", line.strip()) for line in printed.splitlines()]
    return {row[0]: (row[1], row[2]) for row in cells if len(row) == 3}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo on docket's ``memory://`` draws what it shows."""
    return tmp_path_factory.mktemp("demo") / "demo.svg"


@pytest.fixture(scope="module")
def in_memory(drawn: Path) -> subprocess.CompletedProcess[str]:
    """The demo on docket's ``memory://``."""
    return run("--svg", str(drawn))


@pytest.fixture(scope="module")
def on_redis(redis_url: str) -> Iterator[subprocess.CompletedProcess[str]]:
    """The demo on a real Redis that holds somebody else's key, and holds nothing else afterwards."""
    with Redis.from_url(redis_url) as client:
        client.set("somebody-elses", 1)
        before = set(client.keys())
        yield run("--redis", redis_url)
        assert set(client.keys()) == before


@pytest.fixture(params=["in_memory", "on_redis"])
def done(request: pytest.FixtureRequest) -> subprocess.CompletedProcess[str]:
    """Either of them."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, subprocess.CompletedProcess)
    return found


def test_with_picklereg_all_is_well(done: subprocess.CompletedProcess[str]) -> None:
    """Every error arrives, no secret is stored, the worker does the next task, and the exit status says so."""
    assert (done.returncode, done.stderr) == (0, "")
    table = rows(done.stdout)
    fates = {title: cells[1] for title, cells in list(table.items())[1:9]}
    assert [title.split()[0] for title in fates] == ["429", "401", "400", "500", "unreachable:", "over", "chain", "holds"]
    assert [fate for fate in fates.values() if not ARRIVED.fullmatch(fate)] == []
    totals = {title: cells[1] for title, cells in list(table.items())[9:]}
    assert list(totals.values()) == ["8 of 8", "nowhere", "nowhere", "does the next task"]


def test_without_it_python_s_own_rule_loses_them(done: subprocess.CompletedProcess[str]) -> None:
    """What of this depends on nobody's next release: a chain is dropped, a stored request shows its key, and a lock can't be pickled."""
    table = rows(done.stdout)
    assert table["chain of four: ExtractionError"][0] == "cause, context lost"
    assert table["holds a lock: StoreError"][0] != table["holds a lock: StoreError"][1]
    assert table["API key in the stored bytes"][0] != "nowhere"
    assert table["arrived"][0] != "8 of 8"


def test_it_fits(done: subprocess.CompletedProcess[str]) -> None:
    """Into 80 columns, without colours where nobody watches, nothing of it folded."""
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in done.stdout
    assert len(lines) == len(rows(done.stdout)) + 6
    assert "picklereg.install(all_exceptions=True)" in lines[-1]


def lines_of(picture: Path) -> list[str]:
    """Give what can be read in a picture, line by line: each piece of text stands at its column, and each line has an end."""
    lines: dict[float, str] = {}
    for piece in ET.parse(picture).getroot().iter(TEXT):
        if "clip-path" in piece.attrib:  # not the window's title
            height, column = float(piece.attrib["y"]), round(float(piece.attrib["x"]) / COLUMN)
            lines[height] = lines.get(height, "").ljust(column) + (piece.text or "").replace("\xa0", " ")
    return [lines[height].rstrip() for height in sorted(lines)]


def test_the_picture_says_what_is_printed(in_memory: subprocess.CompletedProcess[str], drawn: Path) -> None:
    """All of it, in the same lines, and it asks nobody for a font."""
    assert lines_of(drawn) == [line.rstrip() for line in in_memory.stdout.splitlines()]
    assert "url(http" not in drawn.read_text("utf-8")


def test_the_readme_shows_it(in_memory: subprocess.CompletedProcess[str]) -> None:
    """All that is ours: litellm names its classes as it likes, and how much is lost without picklereg is up to it, too."""
    shown = "\n".join(lines_of(KEPT))

    def ours(printed: str) -> list[tuple[str, str]]:
        return [(re.sub(r"\w+Error$", "", title), cells[1]) for title, cells in rows(printed).items()]

    def beside_the_table(printed: str) -> list[str]:
        return [line.rstrip() for line in printed.splitlines() if not rows(line)]

    assert ours(shown) == ours(in_memory.stdout)
    assert beside_the_table(shown) == beside_the_table(in_memory.stdout)


@pytest.mark.parametrize(
    ("number", "status", "says"),
    [
        (signal.SIGINT, 130, "picklereg: interrupted; nothing is left running\r\n"),
        (signal.SIGTERM, 143, ""),
    ],
)
def test_nothing_is_left_behind(number: signal.Signals, status: int, says: str, tmp_path: Path) -> None:
    """Ctrl-C, and what an operator sends, ends the demo and all its processes; a terminal is told why it takes a while."""
    ours, theirs = pty.openpty()
    environment = variables(TERM="xterm", TMPDIR=str(tmp_path))
    ignored = signal.signal(signal.SIGINT, signal.SIG_DFL)  # as a shell's background jobs have it, and hand it on
    with subprocess.Popen(DEMO, env=environment, stdout=subprocess.DEVNULL, stderr=theirs, start_new_session=True) as process:
        signal.signal(signal.SIGINT, ignored)
        os.close(theirs)
        shown = b""
        while b"importing litellm" not in shown:
            shown += os.read(ours, 65536)
        children = [os.pidfd_open(child) for child in children_of(process.pid)]
        assert len(children) == 2
        os.killpg(process.pid, number)
        said = rest_of(ours)
        assert process.wait(LIMIT) == status
    assert says in said
    assert "Traceback" not in said
    for child in children:
        assert select.select([child], [], [], LIMIT)[0], "it still runs"
        os.close(child)
    assert list(tmp_path.iterdir()) == []


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def rest_of(terminal: int) -> str:
    said = b""
    try:
        while some := os.read(terminal, 65536):
            said += some
    except OSError:  # how a pseudo-terminal ends
        os.close(terminal)
    return said.decode()

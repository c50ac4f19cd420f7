"""Errors really raised by HTTP clients: no credential gets into the bytes, and what handlers use is there."""

from __future__ import annotations

import asyncio
import base64
import os
import pickle
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import aiohttp
import httpx
import openai
import pytest
import requests
import urllib3
from echo_server import COOKIE, KEY, PROMPT, echoing, leaks
from requests.auth import HTTPBasicAuth
from sending import WAYS, a_registry, reachable, written

import picklereg
from picklereg.redaction import REDACTED

if TYPE_CHECKING:
    from crossing import Reader

CLIENTS: dict[str, tuple[Callable[[str], object], str, list[object]]] = {}
HEADERS = {"Authorization": f"Bearer {KEY}", "Cookie": f"session={COOKIE}", "X-Api-Key": KEY}
#: Its errors don't know the key that was used.
FORGETFUL = {"by_botocore"}


def client(look: str, result: list[object]) -> Callable[[Callable[[str], object]], Callable[[str], object]]:
    """Add a client, what handlers look at in its error, and what they see."""

    def add(function: Callable[[str], object]) -> Callable[[str], object]:
        CLIENTS[function.__name__] = function, look, result
        return function

    return add


LOOK = "[obj.response.status_code, obj.response.json()['error']['code'], obj.response.headers['retry-after'], obj.request.method]"


@client(LOOK, [429, "c1", "3", "POST"])
def by_httpx(address: str) -> None:
    with httpx.Client(headers=HEADERS) as session:
        session.post(
            f"http://user:{quote(KEY, safe='')}@{address}/v1", params={"api_key": KEY, "page": "2"}, json={"p": PROMPT}
        ).raise_for_status()


@client(LOOK, [429, "c1", "3", "POST"])
def by_requests(address: str) -> None:
    with requests.Session() as session:
        session.post(f"http://{address}/v1?token={KEY}", json={"p": PROMPT}, headers=HEADERS).raise_for_status()


@client(LOOK, [429, "c1", "3", "GET"])
def by_requests_basic(address: str) -> None:
    requests.get(f"http://{address}/v1", auth=HTTPBasicAuth("user", KEY), timeout=30).raise_for_status()


@client(LOOK, [429, "c1", "3", "POST"])
def by_openai(address: str) -> None:
    with openai.OpenAI(api_key=KEY, base_url=f"http://{address}/v1", max_retries=0) as session:
        session.chat.completions.create(model="m", messages=[{"role": "user", "content": PROMPT}])


@client("[obj.status, obj.headers['retry-after'], obj.request_info.method]", [429, "3", "POST"])
def by_aiohttp(address: str) -> None:
    async def ask() -> None:
        async with (
            aiohttp.ClientSession(headers=HEADERS, raise_for_status=True) as session,
            session.post(f"http://{address}/v1?sig={KEY.replace('+', '%2B')}", json={"p": PROMPT}),
        ):
            pass

    asyncio.run(ask())


@client("[obj.response['Error']['Code'], obj.response['ResponseMetadata']['HTTPStatusCode']]", ["429", 429])
def by_botocore(address: str) -> None:
    session: Any = pytest.importorskip("botocore.session").get_session()
    session.set_credentials("key-id", KEY, token=KEY)
    config = pytest.importorskip("botocore.config").Config(retries={"max_attempts": 0})
    session.create_client("lambda", region_name="us-east-1", endpoint_url=f"http://{address}", config=config).list_functions()


@client("[type(obj.__cause__).__name__, str(obj)]", ["MaxRetryError", "asked in vain"])
def by_urllib3(address: str) -> None:
    try:
        urllib3.PoolManager().request(
            "GET", f"http://{address}/v1?password={KEY}", headers=HEADERS, retries=urllib3.Retry(0, status=0, status_forcelist=[429])
        )
    except urllib3.exceptions.MaxRetryError as problem:
        raise RuntimeError("asked in vain") from problem


def raised(name: str, *, compressed: bool = False) -> BaseException:
    with echoing(429, compressed=compressed) as address, pytest.raises(Exception) as caught:
        CLIENTS[name][0](address)
    return caught.value


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("name", CLIENTS)
def test_no_secret_travels(name: str, compressed: bool, reader: Reader) -> None:
    """Key, cookie and prompt stay here, although the server repeats them; what handlers use arrives, and nothing changes here."""
    exc = raised(name, compressed=compressed)
    before = reachable(exc)
    for how in WAYS:
        data = written(exc, how)
        assert leaks(data) == [], how
        if (name, compressed) != ("by_botocore", True):  # it doesn't read compressed errors
            _, look, result = CLIENTS[name]
            assert reader.read(data, code=f"obj = obj['results'][1] if isinstance(obj, dict) else obj\nresult = {look}") == result, how
    assert reachable(exc) == before


@pytest.mark.parametrize("name", sorted(CLIENTS.keys() - FORGETFUL))
def test_nor_by_value(name: str) -> None:
    """What the request tells of the key is enough to find it in a note, in another error's text, and in what that holds."""
    exc = raised(name)
    assert KEY in "".join(leaks(written(exc, "dumps", redact=False)))  # so this test can fail
    exc.add_note(f"tried with {KEY}")
    try:
        raise LookupError(f"no use: {KEY}", {"also": [KEY.encode(), base64.b64encode(KEY.encode())]}) from exc
    except LookupError as error:
        for how in WAYS:
            data = written(error, how)
            assert leaks(data) == [], how
            assert REDACTED.encode() in data


@pytest.mark.parametrize("how", WAYS)
def test_nor_in_a_traceback(how: str, tmp_path: Path) -> None:
    """A line of the program that spells the key out is redacted, too."""
    file = tmp_path / "program.py"
    asked = f"request=httpx.Request('GET', 'http://shop/', headers={{'X-Api-Key': '{KEY}'}})"
    file.write_text(f"import httpx\nhttpx.Response(401, {asked}).raise_for_status()\n")
    with pytest.raises(httpx.HTTPStatusError) as caught:
        runpy.run_path(str(file))
    data = written(caught.value, how, tracebacks="text")
    assert b"program.py" in data
    assert leaks(data) == []


@pytest.mark.parametrize("name", CLIENTS)
def test_what_travelled_is_not_redacted_again(name: str, reader: Reader) -> None:
    """An error that travels on says once that something was redacted."""
    first = written(raised(name), "dumps")
    second = written(pickle.loads(first), "dumps")
    assert leaks(second) == []
    assert reader.describe(second) == reader.describe(first)


def test_a_request_that_is_no_part_of_an_exception(reader: Reader) -> None:
    """A task's argument is pickled as ever."""
    request = httpx.Request("POST", f"http://shop/?key={KEY}", headers=HEADERS)
    data = picklereg.dumps({"request": request}, registry=a_registry())
    assert reader.read(data, code="result = [obj['request'].headers['x-api-key'], obj['request'].url.params['key']]")[0] == KEY


LITELLM = """
import litellm
from echo_server import KEY, PROMPT, echoing, leaks
from sending import WAYS, written

with echoing(429) as address:
    try:
        litellm.completion("openai/m", [{"role": "user", "content": PROMPT}], api_key=KEY, api_base=f"http://{address}/v1", max_retries=0)
    except litellm.RateLimitError as error:
        for how in WAYS:
            print(len(leaks(written(error, how, redact=False))) > 0, leaks(written(error, how)))
"""


def test_litellm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of openai's error in its chain either. In a process of its own, since it leaves sockets open."""
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else it asks the network when it's imported
    monkeypatch.setenv(
        "PYTHONPATH",
        os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1]), str(Path(picklereg.__file__).parents[1])]),
    )
    done = subprocess.run([sys.executable, "-c", LITELLM], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-len(WAYS) :] == ["True []"] * len(WAYS)

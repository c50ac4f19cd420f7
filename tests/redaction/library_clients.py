"""Clients of many libraries, each of which raises an error when the server says no."""

from __future__ import annotations

import asyncio
import importlib
import urllib.request
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from echo_server import COOKIE, KEY, PROMPT, echoing

__all__ = ["CLIENTS", "Client", "raised"]


class Client(NamedTuple):
    """What raises an error, what handlers look at in it, what they see, and what leaks without redaction."""

    ask: Callable[[str], object]
    library: str
    look: str
    seen: list[object]
    status: int
    knows: tuple[str, ...]


CLIENTS: dict[str, Client] = {}
Ask = Callable[[str], object]


def client(
    look: str, seen: list[object], *, library: str, status: int = 429, knows: tuple[str, ...] = (KEY, COOKIE)
) -> Callable[[Ask], Ask]:
    """Give a decorator that adds a client under its name."""

    def add(function: Ask) -> Ask:
        CLIENTS[getattr(function, "__name__", "")] = Client(function, library, look, seen, status, knows)
        return function

    return add


def load(name: str) -> Any:
    """Import a library when it is asked for: together they take a while, and not every environment has them."""
    return importlib.import_module(name)


LOOK = "[obj.response.status_code, obj.response.json()['error']['code'], obj.response.headers['retry-after'], obj.response.request.method]"


@client(LOOK, [429, "c1", "3", "POST"], library="anthropic")
def by_anthropic(address: str) -> None:
    with load("anthropic").Anthropic(api_key=KEY, base_url=f"http://{address}", max_retries=0) as session:
        session.messages.create(model="m", max_tokens=1, messages=[{"role": "user", "content": PROMPT}])


@client(
    "[obj.http_status, obj.json_body['error']['code'], obj.headers['retry-after'], obj.error.code]",
    [429, "c1", "3", "c1"],
    library="stripe",
)
def by_stripe(address: str) -> None:
    session = load("stripe").StripeClient(KEY, base_addresses={"api": f"http://{address}"}, max_network_retries=0)
    session.v1.customers.create({"description": PROMPT})


SLACK = "[obj.response.status_code, obj.response['error']['code'], obj.response.headers['Retry-After'], obj.response.http_verb]"


@client(SLACK, [429, "c1", "3", "POST"], library="slack_sdk", knows=(KEY, COOKIE))
def by_slack(address: str) -> None:
    load("slack_sdk").WebClient(token=KEY, base_url=f"http://{address}/").chat_postMessage(channel="c", text=PROMPT)


@client(SLACK, [429, "c1", "3", "POST"], library="slack_sdk", knows=(KEY, COOKIE))
def by_slack_async(address: str) -> None:
    slack = load("slack_sdk.web.async_client").AsyncWebClient(token=KEY, base_url=f"http://{address}/")
    asyncio.run(slack.chat_postMessage(channel="c", text=PROMPT))


@client(LOOK, [429, "c1", "3", "POST"], library="google.api_core")
def by_google_api_core(address: str) -> None:
    headers = {"X-Goog-Api-Key": KEY}
    response = load("requests").post(f"http://{address}/v1?key={quote(KEY, safe='')}", json={"p": PROMPT}, headers=headers, timeout=30)
    raise load("google.api_core.exceptions").from_http_response(response)


def genai_client(address: str) -> Any:
    return load("google.genai").Client(api_key=KEY, http_options={"base_url": f"http://{address}"})


@client(
    "[obj.code, obj.response.json()['error']['code'], obj.response.headers['retry-after'], obj.message]",
    [429, "c1", "3", "no"],
    library="google.genai",
)
def by_google_genai(address: str) -> None:
    with genai_client(address) as session:
        session.models.generate_content(model="m", contents=PROMPT)


@client(
    "[obj.code, asyncio.run(obj.response.json())['error']['code'], obj.response.headers['retry-after'], obj.response.method]",
    [429, "c1", "3", "POST"],
    library="google.genai",
)
def by_google_genai_async(address: str) -> None:
    async def ask() -> None:
        async with genai_client(address).aio as session:
            await session.models.generate_content(model="m", contents=PROMPT)

    asyncio.run(ask())


METADATA = "[obj.args[1].status, json.loads(obj.args[1].data)['error']['code'], obj.args[1].headers['retry-after']]"


def ask_metadata(transport: Any, address: str) -> None:
    """Ask as the credentials of a virtual machine do."""
    metadata = load("google.auth.compute_engine._metadata")
    metadata.get(transport, "token", root=f"http://{address}/", headers={"Authorization": f"Bearer {KEY}"})


@client(METADATA, [403, "c1", "3"], library="google.auth", status=403)
def by_google_auth(address: str) -> None:
    ask_metadata(load("google.auth.transport.requests").Request(), address)


@client(METADATA, [403, "c1", "3"], library="google.auth", status=403, knows=(KEY, COOKIE))
def by_google_auth_urllib3(address: str) -> None:
    with load("urllib3").PoolManager() as pool:
        ask_metadata(load("google.auth.transport.urllib3").Request(pool), address)


@client(
    "[obj.args[0], obj.args[1].client_id, obj.args[1].token_uri[:17]]",
    ["login failed", "id", "http://127.0.0.1:"],
    library="google.auth",
    status=400,
    knows=(KEY,),
)
def by_google_auth_login(address: str) -> None:
    credentials = load("google.oauth2.credentials").Credentials(
        None, refresh_token=KEY, token_uri=f"http://{address}/", client_id="id", client_secret=KEY
    )
    try:
        credentials.refresh(load("google.auth.transport.requests").Request())
    except load("google.auth.exceptions").RefreshError as problem:
        raise LookupError("login failed", credentials) from problem


AZURE = "[obj.status_code, obj.response.json()['error']['code'], obj.response.headers['retry-after'], obj.response.request.method]"


@client(AZURE, [429, "c1", "3", "POST"], library="azure.core")
def by_azure_core(address: str) -> None:
    core, rest = load("azure.core"), load("azure.core.rest")
    policy = load("azure.core.pipeline.policies").AzureKeyCredentialPolicy(
        load("azure.core.credentials").AzureKeyCredential(KEY), "api-key"
    )
    with core.PipelineClient(f"http://{address}", policies=[policy]) as session:
        url = f"http://{address}/v1?sig={quote(KEY, safe='')}"
        session.send_request(
            rest.HttpRequest("POST", url, headers={"Authorization": f"Bearer {KEY}"}, json={"p": PROMPT})
        ).raise_for_status()


@client(
    "[obj.status_code, json.loads(obj.response.text())['error']['code'], obj.response.headers['retry-after'], obj.response.request.method]",
    [429, "c1", "3", "POST"],
    library="azure.core",
)
def by_azure_core_of_old(address: str) -> None:
    transport, pipeline = load("azure.core.pipeline.transport"), load("azure.core.pipeline")
    request = transport.HttpRequest("POST", f"http://{address}/v1?sig={quote(KEY, safe='')}", headers={"Authorization": f"Bearer {KEY}"})
    request.set_json_body({"p": PROMPT})
    with pipeline.Pipeline(transport=transport.RequestsTransport(), policies=[]) as session:
        raise load("azure.core.exceptions").HttpResponseError(response=session.run(request).http_response)


@client("[obj.status_code, obj.body['error']['code'], obj.meta.headers['retry-after']]", [429, "c1", "3"], library="elasticsearch")
def by_elasticsearch(address: str) -> None:
    with load("elasticsearch").Elasticsearch(f"http://{address}", api_key=KEY, max_retries=0) as session:
        session.search(index="i", query={"match": {"t": PROMPT}})


@client(LOOK, [429, "c1", "3", "GET"], library="huggingface_hub")
def by_huggingface_hub(address: str) -> None:
    load("huggingface_hub").HfApi(endpoint=f"http://{address}", token=KEY).model_info("a/b")


@client("[obj.status, json.loads(obj.body)['error']['code'], obj.headers['retry-after']]", [429, "c1", "3"], library="kubernetes.client")
def by_kubernetes(address: str) -> None:
    kubernetes = load("kubernetes.client")
    settings = kubernetes.Configuration(host=f"http://{address}", api_key={"authorization": f"Bearer {KEY}"})
    with kubernetes.ApiClient(settings) as session:
        kubernetes.CoreV1Api(session).create_namespaced_pod("space", {"metadata": {"name": PROMPT}})


@client("[obj.code, obj.headers['retry-after'], obj.url[-29:]]", [429, "3", "/?key=[redacted by picklereg]"], library="urllib")
def by_urllib(address: str) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    urllib.request.urlopen(urllib.request.Request(f"http://{address}/?key={quote(KEY, safe='')}", PROMPT.encode(), headers))


def _connecting(url: str, connect: Callable[[str], object]) -> None:
    """Fail as programs do: with the URL in their own error's text."""
    try:
        connect(url)
    except Exception as problem:
        raise RuntimeError(f"can't use {url}: {problem}") from problem


@client(
    "[str(obj)[:54], type(obj.__cause__).__name__]",
    ["can't use redis://[redacted by picklereg]@127.0.0.1:1/", "ConnectionError"],
    library="redis",
    knows=(KEY,),
)
def by_redis(_: str) -> None:
    def connect(url: str) -> None:
        with load("redis").Redis.from_url(url) as server:
            server.ping()

    _connecting(f"redis://user:{quote(KEY, safe='')}@127.0.0.1:1/0", connect)


@client(
    "[str(obj)[:56], type(obj.__cause__).__name__]",
    ["can't use mongodb://[redacted by picklereg]@127.0.0.1:1/", "ServerSelectionTimeoutError"],
    library="pymongo",
    knows=(KEY,),
)
def by_pymongo(_: str) -> None:
    def connect(url: str) -> None:
        with load("pymongo").MongoClient(url, serverSelectionTimeoutMS=50) as server:
            server.db.command("ping")

    _connecting(f"mongodb://user:{quote(KEY, safe='')}@127.0.0.1:1/d", connect)


@client(
    "[part.decode() for part in (obj.pgconn.host, obj.pgconn.port, obj.pgconn.password)]",
    ["127.0.0.1", "1", "[redacted by picklereg]"],
    library="psycopg",
    knows=(KEY,),
)
def by_psycopg(_: str) -> None:
    load("psycopg").connect(f"postgresql://user:{quote(KEY, safe='')}@127.0.0.1:1/d", connect_timeout=5)


@client(
    "[type(obj).__name__, obj.args[1].username, obj.args[1].password, type(obj.__cause__.orig).__name__]",
    ["LookupError", "user", "[redacted by picklereg]", "OperationalError"],
    library="sqlalchemy",
    knows=(KEY,),
)
def by_sqlalchemy(_: str) -> None:
    sqlalchemy = load("sqlalchemy")
    url = sqlalchemy.make_url(f"postgresql+psycopg://user:{quote(KEY, safe='')}@127.0.0.1:1/d?sslmode=disable")
    try:
        sqlalchemy.create_engine(url).connect()
    except sqlalchemy.exc.OperationalError as problem:
        raise LookupError("no database", url) from problem


def raised(name: str, *, compressed: bool = False) -> BaseException:
    """Give the error that a client raises; skip the test where its library isn't installed."""
    client = CLIENTS[name]
    pytest.importorskip(client.library)
    with echoing(client.status, compressed=compressed) as address, pytest.raises(Exception) as caught:
        client.ask(address)
    return caught.value

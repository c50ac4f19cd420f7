"""Errors that clients of many libraries really raise: because a server says no, hangs up or isn't there, or because of what they are given.

Each is a function under its library's name. It gets what it is to talk to: the URL of a server that says no (``Refusing``), a port at
which nobody listens, or one that answers nonsense.
"""

from __future__ import annotations

import asyncio
import importlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import pytest
from library_http_server import Answer, closed_port, serving

__all__ = ["ERRORS", "raised"]

Raise = Callable[..., object]


class Client(NamedTuple):
    """What raises, of which library, and what it talks to."""

    function: Raise
    library: str
    server: str


ERRORS: Final[dict[str, Client]] = {}
#: By the name of a server, what it is.
_SERVERS: Final[dict[str, Callable[[], Any]]] = {
    "refuses": lambda: serving(Answer(429)),
    "forbids": lambda: serving(Answer(403)),
    "fails": lambda: serving(Answer(500, b"<html>no</html>", {"Content-Type": "text/html"})),
    "confuses": lambda: serving(Answer(200, b"<html>no JSON</html>", {"Content-Type": "text/html"})),
    "hangs up": lambda: serving(Answer(None)),
    "nobody": closed_port,
    "nonsense": lambda: saying(b"nonsense\r\n" * 3),
    "mail": lambda: conversing(b"220 ready\r\n", b"550 no such user\r\n"),
    "imap": lambda: saying(b"* OK ready\r\n"),
}


def of(library: str, server: str | None = None) -> Callable[[Raise], Raise]:
    """Give a decorator that adds a function under its name."""

    def add(function: Raise) -> Raise:
        ERRORS[getattr(function, "__name__", "")] = Client(function, library, server or "")
        return function

    return add


def load(name: str) -> Any:
    """Import a library when it is asked for."""
    return importlib.import_module(name)


@contextmanager
def conversing(greeting: bytes, answer: bytes) -> Iterator[str]:
    """Give the URL of a server that greets, and says the same to whatever it is told."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(greeting)
            for _ in self.rfile:
                self.wfile.write(answer)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def saying(text: bytes) -> Iterator[str]:
    """Give the URL of a server that says something, and hangs up."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(1)
            self.request.sendall(text)
            self.request.shutdown(socket.SHUT_WR)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def raised(name: str) -> BaseException:
    """Give the error that a client raises; skip the test where its library isn't installed."""
    client = ERRORS[name]
    pytest.importorskip(client.library)
    with ExitStack() as stack:
        args = [stack.enter_context(_SERVERS[client.server]())] if client.server else []
        with pytest.raises(Exception) as caught:
            client.function(*args)
    return caught.value


def port_of(url: str) -> int:
    return int(urlsplit(url).port or 0)


# --- LLM clients --------------------------------------------------------------------------------------------------

_ASKED: Final[Any] = [{"role": "user", "content": "hello"}]


@of("openai", "refuses")
def openai_status(url: str) -> None:
    with load("openai").OpenAI(api_key="k", base_url=url, max_retries=0) as client:
        client.chat.completions.create(model="m", messages=_ASKED)


@of("openai", "nobody")
def openai_connection(url: str) -> None:
    with load("openai").OpenAI(api_key="k", base_url=url, max_retries=0) as client:
        client.responses.create(model="m", input="hello")


@of("openai", "refuses")
def openai_async(url: str) -> None:
    async def ask() -> None:
        async with load("openai").AsyncOpenAI(api_key="k", base_url=url, max_retries=0) as client:
            await client.embeddings.create(model="m", input="hello")

    asyncio.run(ask())


@of("anthropic", "forbids")
def anthropic_status(url: str) -> None:
    with load("anthropic").Anthropic(api_key="k", base_url=url, max_retries=0) as client:
        client.messages.create(model="m", max_tokens=1, messages=_ASKED)


@of("mistralai", "refuses")
def mistralai_status(url: str) -> None:
    module = importlib.util.find_spec("mistralai.client") and load("mistralai.client")  # type: ignore[attr-defined]
    cls = getattr(load("mistralai"), "Mistral", None) or module.Mistral  # type: ignore[union-attr]
    cls(api_key="k", server_url=url).chat.complete(model="m", messages=_ASKED)


@of("cohere", "refuses")
def cohere_status(url: str) -> None:
    load("cohere").ClientV2("k", base_url=url).chat(model="m", messages=_ASKED, request_options={"max_retries": 0})


@of("groq", "refuses")
def groq_status(url: str) -> None:
    with load("groq").Groq(api_key="k", base_url=url, max_retries=0) as client:
        client.chat.completions.create(model="m", messages=_ASKED)


@of("ollama", "refuses")
def ollama_status(url: str) -> None:
    load("ollama").Client(host=url).chat(model="m", messages=_ASKED)


@of("ollama", "nobody")
def ollama_connection(url: str) -> None:
    load("ollama").Client(host=url).list()


@of("replicate", "forbids")
def replicate_status(url: str) -> None:
    load("replicate").Client(api_token="k", base_url=url).run("owner/model:version", input={})


@of("google.genai", "refuses")
def genai_status(url: str) -> None:
    with load("google.genai").Client(api_key="k", http_options={"base_url": url}) as client:
        client.models.generate_content(model="m", contents="hello")


@of("huggingface_hub", "forbids")
def huggingface_status(url: str) -> None:
    load("huggingface_hub").HfApi(endpoint=url).model_info("a/b")


@of("tokenizers")
def tokenizers_json() -> None:
    load("tokenizers").Tokenizer.from_str("{}")


# --- vector stores and search -------------------------------------------------------------------------------------


@of("qdrant_client", "forbids")
def qdrant_status(url: str) -> None:
    load("qdrant_client").QdrantClient(url=url, check_compatibility=False).get_collections()


@of("qdrant_client", "nobody")
def qdrant_connection(url: str) -> None:
    load("qdrant_client").QdrantClient(url=url, check_compatibility=False).get_collections()


@of("weaviate", "nobody")
def weaviate_connection(url: str) -> None:
    load("weaviate").connect_to_local(host="127.0.0.1", port=port_of(url))


@of("weaviate", "refuses")
def weaviate_status(url: str) -> None:
    load("weaviate").connect_to_local(host="127.0.0.1", port=port_of(url))


@of("pinecone", "forbids")
def pinecone_status(url: str) -> None:
    load("pinecone").Pinecone(api_key="k", host=url).list_indexes()


@of("meilisearch", "forbids")
def meilisearch_status(url: str) -> None:
    load("meilisearch").Client(url, "k").get_indexes()


@of("meilisearch", "nobody")
def meilisearch_connection(url: str) -> None:
    load("meilisearch").Client(url, "k").get_indexes()


@of("opensearchpy", "forbids")
def opensearch_status(url: str) -> None:
    load("opensearchpy").OpenSearch(url, max_retries=0).search(index="i")


@of("opensearchpy", "nobody")
def opensearch_connection(url: str) -> None:
    load("opensearchpy").OpenSearch(url, max_retries=0).search(index="i")


@of("elasticsearch", "forbids")
def elasticsearch_status(url: str) -> None:
    with load("elasticsearch").Elasticsearch(url, max_retries=0) as client:
        client.search(index="i")


@of("influxdb_client", "forbids")
def influxdb_status(url: str) -> None:
    with load("influxdb_client").InfluxDBClient(url=url, token="t", org="o") as client:
        client.query_api().query("buckets()")


# --- HTTP ---------------------------------------------------------------------------------------------------------


@of("requests", "refuses")
def requests_status(url: str) -> None:
    load("requests").post(url, json={"a": 1}, timeout=9).raise_for_status()


@of("requests", "nobody")
def requests_connection(url: str) -> None:
    load("requests").get(url, timeout=9)


@of("requests", "confuses")
def requests_json(url: str) -> None:
    load("requests").get(url, timeout=9).json()


@of("requests", "hangs up")
def requests_hung_up(url: str) -> None:
    load("requests").get(url, timeout=9)


@of("httpx", "refuses")
def httpx_status(url: str) -> None:
    load("httpx").post(url, json={"a": 1}).raise_for_status()


@of("httpx", "nobody")
def httpx_connection(url: str) -> None:
    load("httpx").get(url)


@of("httpx", "hangs up")
def httpx_hung_up(url: str) -> None:
    load("httpx").get(url)


async def _aiohttp(url: str, *, is_json: bool = False) -> None:
    async with load("aiohttp").ClientSession(raise_for_status=not is_json) as session, session.get(url) as response:
        await response.json()


@of("aiohttp", "refuses")
def aiohttp_status(url: str) -> None:
    asyncio.run(_aiohttp(url))


@of("aiohttp", "nobody")
def aiohttp_connection(url: str) -> None:
    asyncio.run(_aiohttp(url))


@of("aiohttp", "confuses")
def aiohttp_json(url: str) -> None:
    asyncio.run(_aiohttp(url, is_json=True))


@of("urllib3", "nobody")
def urllib3_connection(url: str) -> None:
    load("urllib3").PoolManager().request("GET", url, retries=1)


@of("niquests", "refuses")
def niquests_status(url: str) -> None:
    load("niquests").get(url, timeout=9).raise_for_status()


@of("niquests", "nobody")
def niquests_connection(url: str) -> None:
    load("niquests").get(url, timeout=9)


@of("curl_cffi", "refuses")
def curl_cffi_status(url: str) -> None:
    load("curl_cffi.requests").get(url).raise_for_status()


@of("curl_cffi", "nobody")
def curl_cffi_connection(url: str) -> None:
    load("curl_cffi.requests").get(url)


@of("websockets", "refuses")
def websockets_status(url: str) -> None:
    load("websockets.sync.client").connect(url.replace("http", "ws"))


@of("websockets", "nonsense")
def websockets_nonsense(url: str) -> None:
    load("websockets.sync.client").connect(url.replace("tcp", "ws"))


@of("websocket", "refuses")
def websocket_status(url: str) -> None:
    load("websocket").create_connection(url.replace("http", "ws"))


async def _tornado(url: str) -> None:
    await load("tornado.httpclient").AsyncHTTPClient().fetch(url)


@of("tornado", "refuses")
def tornado_status(url: str) -> None:
    asyncio.run(_tornado(url))


@of("gql", "fails")
def gql_status(url: str) -> None:
    transport = load("gql.transport.httpx").HTTPXTransport(url)
    gql = load("gql")
    gql.Client(transport=transport).execute(gql.gql("{ a }"))


@of("graphql")
def graphql_syntax() -> None:
    load("graphql").parse("{ a(")


@of("h2")
def h2_protocol() -> None:
    connection = load("h2.connection").H2Connection(load("h2.config").H2Configuration(client_side=False))
    connection.receive_data(b"nonsense" * 9)


# --- databases ----------------------------------------------------------------------------------------------------


@of("asyncpg", "nonsense")
def asyncpg_nonsense(url: str) -> None:
    asyncio.run(load("asyncpg").connect(host="127.0.0.1", port=port_of(url), user="u", ssl=False, timeout=5))


@of("psycopg", "nobody")
def psycopg_connection(url: str) -> None:
    load("psycopg").connect(f"postgresql://u@127.0.0.1:{port_of(url)}/d", connect_timeout=5)


@of("psycopg", "nonsense")
def psycopg_nonsense(url: str) -> None:
    load("psycopg").connect(f"postgresql://u@127.0.0.1:{port_of(url)}/d", connect_timeout=5)


@of("pymysql", "nobody")
def pymysql_connection(url: str) -> None:
    load("pymysql").connect(host="127.0.0.1", port=port_of(url))


@of("pymysql", "nonsense")
def pymysql_nonsense(url: str) -> None:
    load("pymysql").connect(host="127.0.0.1", port=port_of(url))


@of("pymongo", "nobody")
def pymongo_connection(url: str) -> None:
    with load("pymongo").MongoClient("127.0.0.1", port_of(url), serverSelectionTimeoutMS=50) as client:
        client.db.command("ping")


@of("redis", "nonsense")
def redis_nonsense(url: str) -> None:
    with load("redis").Redis(port=port_of(url), retry=None) as client:
        client.ping()


@of("valkey", "nobody")
def valkey_connection(url: str) -> None:
    with load("valkey").Valkey(port=port_of(url)) as client:
        client.ping()


@of("clickhouse_connect", "fails")
def clickhouse_status(url: str) -> None:
    load("clickhouse_connect").get_client(host="127.0.0.1", port=port_of(url))


@of("duckdb")
def duckdb_catalog() -> None:
    load("duckdb").connect().execute("select * from nowhere")


@of("duckdb")
def duckdb_conversion() -> None:
    load("duckdb").connect().execute("select 'a'::integer")


@of("sqlite3")
def sqlite_operational() -> None:
    load("sqlite3").connect(":memory:").execute("select * from nowhere")


@of("sqlalchemy")
def sqlalchemy_operational() -> None:
    sqlalchemy = load("sqlalchemy")
    with sqlalchemy.create_engine("sqlite://").connect() as connection:
        connection.execute(sqlalchemy.text("select * from nowhere"))


@of("oracledb", "nobody")
def oracledb_connection(url: str) -> None:
    load("oracledb").connect(user="u", password="p", dsn=f"127.0.0.1:{port_of(url)}/d")


@of("pytds", "nonsense")
def pytds_nonsense(url: str) -> None:
    load("pytds").connect("127.0.0.1", "d", "u", "p", port=port_of(url), login_timeout=2)


@of("neo4j", "nobody")
def neo4j_connection(url: str) -> None:
    with load("neo4j").GraphDatabase.driver(f"bolt://127.0.0.1:{port_of(url)}") as driver:
        driver.verify_connectivity()


@of("peewee")
def peewee_missing() -> None:
    peewee = load("peewee")

    class Row(peewee.Model):  # type: ignore[misc]
        class Meta:
            database = peewee.SqliteDatabase(":memory:")

    Row.create_table()
    Row.get(Row.id == 1)


# --- brokers ------------------------------------------------------------------------------------------------------


@of("pika", "nobody")
def pika_connection(url: str) -> None:
    pika = load("pika")
    pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port_of(url)))


@of("pika", "nonsense")
def pika_nonsense(url: str) -> None:
    pika = load("pika")
    pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port_of(url), stack_timeout=3, socket_timeout=2))


@of("kafka", "nobody")
def kafka_connection(url: str) -> None:
    load("kafka").KafkaProducer(bootstrap_servers=f"127.0.0.1:{port_of(url)}", bootstrap_timeout_ms=300)


@of("aiokafka", "nobody")
def aiokafka_connection(url: str) -> None:
    async def ask() -> None:
        await load("aiokafka").AIOKafkaProducer(bootstrap_servers=f"127.0.0.1:{port_of(url)}").start()

    asyncio.run(ask())


@of("nats", "nobody")
def nats_connection(url: str) -> None:
    asyncio.run(load("nats").connect(f"nats://127.0.0.1:{port_of(url)}", max_reconnect_attempts=1, reconnect_time_wait=0.01))


@of("stomp", "nobody")
def stomp_connection(url: str) -> None:
    load("stomp").Connection([("127.0.0.1", port_of(url))], reconnect_attempts_max=1, reconnect_sleep_initial=0.01).connect(wait=True)


@of("zmq")
def zmq_address() -> None:
    zmq = load("zmq")
    with zmq.Context() as context, context.socket(zmq.REQ) as client:
        client.connect("nowhere")


@of("kazoo", "nobody")
def kazoo_connection(url: str) -> None:
    load("kazoo.client").KazooClient(f"127.0.0.1:{port_of(url)}").start(timeout=0.2)


@of("pymemcache", "nonsense")
def pymemcache_nonsense(url: str) -> None:
    load("pymemcache.client.base").Client(("127.0.0.1", port_of(url))).get("k")


# --- cloud services -----------------------------------------------------------------------------------------------


def _s3(url: str) -> Any:
    config = load("botocore.config").Config(retries={"max_attempts": 1, "mode": "standard"})
    credentials = {"aws_access_key_id": "a", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    return load("boto3").client("s3", endpoint_url=url, config=config, **credentials)


@of("boto3", "forbids")
def boto3_status(url: str) -> None:
    _s3(url).list_buckets()


@of("boto3", "nobody")
def boto3_connection(url: str) -> None:
    _s3(url).list_buckets()


@of("boto3")
def boto3_parameters() -> None:
    _s3("http://127.0.0.1").get_object(Bucket="b", Key=1)


@of("google.api_core", "forbids")
def google_api_core_status(url: str) -> None:
    raise load("google.api_core.exceptions").from_http_response(load("requests").get(url, timeout=9))


@of("azure.core", "forbids")
def azure_core_status(url: str) -> None:
    with load("azure.core").PipelineClient(url) as client:
        client.send_request(load("azure.core.rest").HttpRequest("GET", url)).raise_for_status()


@of("hvac", "forbids")
def hvac_status(url: str) -> None:
    load("hvac").Client(url=url, token="t").secrets.kv.v2.read_secret_version(path="p")


@of("consul", "forbids")
def consul_status(url: str) -> None:
    load("consul").Consul(host="127.0.0.1", port=port_of(url)).kv.get("k")


@of("minio", "forbids")
def minio_status(url: str) -> None:
    minio = load("minio")
    client = minio.Minio(endpoint=url.removeprefix("http://"), access_key="a", secret_key="s", secure=False, region="r")
    client.list_buckets()


@of("kubernetes.client", "forbids")
def kubernetes_status(url: str) -> None:
    kubernetes = load("kubernetes.client")
    with kubernetes.ApiClient(kubernetes.Configuration(host=url)) as client:
        kubernetes.CoreV1Api(client).list_namespace()


@of("docker", "fails")
def docker_status(url: str) -> None:
    load("docker").DockerClient(base_url=url.replace("http", "tcp"), version="1.41").containers.list()


@of("docker", "nobody")
def docker_connection(url: str) -> None:
    load("docker").DockerClient(base_url=url.replace("http", "tcp"))


@of("github", "forbids")
def github_status(url: str) -> None:
    load("github").Github(base_url=url, retry=0).get_user("u")


@of("gitlab", "forbids")
def gitlab_status(url: str) -> None:
    load("gitlab").Gitlab(url).projects.get(1)


@of("notion_client", "forbids")
def notion_status(url: str) -> None:
    load("notion_client").Client(auth="t", base_url=url).users.list()


@of("slack_sdk", "forbids")
def slack_status(url: str) -> None:
    load("slack_sdk").WebClient(token="t", base_url=f"{url}/").api_test()


@of("stripe", "refuses")
def stripe_status(url: str) -> None:
    load("stripe").StripeClient("k", base_addresses={"api": url}, max_network_retries=0).v1.customers.list()


# --- other protocols ----------------------------------------------------------------------------------------------


@of("paramiko", "nobody")
def paramiko_connection(url: str) -> None:
    with load("paramiko").SSHClient() as client:
        client.connect("127.0.0.1", port_of(url))


@of("paramiko", "nonsense")
def paramiko_nonsense(url: str) -> None:
    with load("paramiko").SSHClient() as client:
        client.connect("127.0.0.1", port_of(url), banner_timeout=2)


@of("asyncssh", "nonsense")
def asyncssh_nonsense(url: str) -> None:
    async def ask() -> None:
        await load("asyncssh").connect("127.0.0.1", port_of(url), known_hosts=None, config=None)

    asyncio.run(ask())


@of("ldap3", "nobody")
def ldap3_connection(url: str) -> None:
    ldap3 = load("ldap3")
    ldap3.Connection(ldap3.Server("127.0.0.1", port_of(url), connect_timeout=1)).bind()


@of("smtplib", "mail")
def smtp_refused(url: str) -> None:
    with load("smtplib").SMTP("127.0.0.1", port_of(url)) as client:
        client.sendmail("a@example.org", ["b@example.org"], "hello")


@of("ftplib", "mail")
def ftp_refused(url: str) -> None:
    with load("ftplib").FTP() as client:
        client.connect("127.0.0.1", port_of(url))
        client.login()


@of("poplib", "mail")
def pop_refused(url: str) -> None:
    load("poplib").POP3("127.0.0.1", port_of(url))


@of("imaplib", "imap")
def imap_hung_up(url: str) -> None:
    load("imaplib").IMAP4("127.0.0.1", port_of(url)).login("u", "p")


@of("aiosmtplib", "mail")
def aiosmtplib_refused(url: str) -> None:
    async def ask() -> None:
        await load("aiosmtplib").send(
            b"hello", sender="a@example.org", recipients=["b@example.org"], hostname="127.0.0.1", port=port_of(url), start_tls=False
        )

    asyncio.run(ask())


@of("zeep", "fails")
def zeep_status(url: str) -> None:
    load("zeep").Client(url)


@of("dns")
def dns_name() -> None:
    load("dns.name").from_text("a..b")


@of("dns", "nobody")
def dns_nobody(url: str) -> None:
    resolver = load("dns.resolver").Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], port_of(url), 0.3
    resolver.resolve("example.org")


# --- data, and what is checked of it ------------------------------------------------------------------------------


@of("jwt")
def jwt_signature() -> None:
    jwt = load("jwt")
    jwt.decode(jwt.encode({"a": 1}, "k" * 32, "HS256"), "other" * 8, ["HS256"])


@of("cryptography")
def fernet_token() -> None:
    fernet = load("cryptography.fernet").Fernet
    fernet(fernet.generate_key()).decrypt(b"nonsense")


@of("cryptography")
def cryptography_certificate() -> None:
    load("cryptography.x509").load_pem_x509_certificate(b"nonsense")


@of("cryptography")
def cryptography_algorithm() -> None:
    load("cryptography.hazmat.primitives.serialization").load_ssh_public_key(b"ssh-nothing AAAA")


@of("authlib")
def authlib_token() -> None:
    load("authlib.oauth2.rfc6749.parameters").parse_authorization_code_response("http://h/?error=access_denied&state=s", "s")


@of("requests_oauthlib", "refuses")
def oauthlib_token(url: str) -> None:
    load("requests_oauthlib").OAuth2Session("c").fetch_token(url.replace("http:", "https:"), code="c", timeout=1)


@of("lxml")
def lxml_syntax() -> None:
    load("lxml.etree").fromstring("<a><b></a>")


@of("defusedxml")
def defusedxml_entities() -> None:
    load("defusedxml.ElementTree").fromstring('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


@of("marshmallow")
def marshmallow_validation() -> None:
    marshmallow = load("marshmallow")
    marshmallow.Schema.from_dict({"a": marshmallow.fields.Int(required=True)})().load({"a": "x", "b": 1})


@of("pydantic")
def pydantic_validation() -> None:
    load("pydantic").TypeAdapter(dict[str, int]).validate_python({"a": "x"})


@of("jsonschema")
def jsonschema_validation() -> None:
    load("jsonschema").validate({"a": 1}, {"type": "object", "properties": {"a": {"type": "string"}}})


@of("cattrs")
def cattrs_validation() -> None:
    load("cattrs").structure({"a": ["x", "1"]}, dict[str, list[int]])


@of("polars")
def polars_column() -> None:
    load("polars").DataFrame({"a": [1]}).select("b")


@of("polars")
def polars_computation() -> None:
    load("polars").Series(["x"]).cast(load("polars").Int8)


@of("pyarrow")
def pyarrow_invalid() -> None:
    load("pyarrow").array(["x", 1])


@of("pyarrow")
def pyarrow_key() -> None:
    load("pyarrow").table({"a": [1]}).column("b")


@of("pandas")
def pandas_parser() -> None:
    load("pandas").read_csv(load("io").StringIO("a,b\n1,2,3\n1,2,3,4\n"))


@of("numpy")
def numpy_linear() -> None:
    load("numpy.linalg").inv([[0, 0], [0, 0]])


@of("orjson")
def orjson_decode() -> None:
    load("orjson").loads(b'{"a":')


@of("orjson")
def orjson_encode() -> None:
    load("orjson").dumps({1j: 2})


@of("msgspec")
def msgspec_validation() -> None:
    load("msgspec").json.decode(b'{"a": "x"}', type=dict[str, int])


@of("msgspec")
def msgspec_decode() -> None:
    load("msgspec").msgpack.decode(b"\xc1")


@of("msgpack")
def msgpack_extra() -> None:
    load("msgpack").unpackb(b"\x01\x02")


@of("cbor2")
def cbor2_end() -> None:
    load("cbor2").loads(b"\x82\x01")


@of("fastavro")
def fastavro_schema() -> None:
    load("fastavro").parse_schema({"type": "nothing"})


@of("yaml")
def yaml_scanner() -> None:
    load("yaml").safe_load("a: [1, 2\nb: }")


@of("sqlglot")
def sqlglot_parse() -> None:
    load("sqlglot").parse_one("select from from")


@of("pyparsing")
def pyparsing_parse() -> None:
    pyparsing = load("pyparsing")
    pyparsing.Word(pyparsing.nums).parse_string("x")


@of("lark")
def lark_token() -> None:
    load("lark").Lark('start: "a"+', parser="lalr").parse("ab")


@of("lark")
def lark_end() -> None:
    load("lark").Lark('start: "a" "b"', parser="earley").parse("a")


@of("beartype")
def beartype_call() -> None:
    beartype = load("beartype")

    @beartype.beartype
    def double(number: int) -> int:
        return 2 * number

    double("x")


@of("zstandard")
def zstandard_frame() -> None:
    load("zstandard").ZstdDecompressor().decompress(b"nonsense")


@of("grpc", "nobody")
def grpc_connection(url: str) -> None:
    grpc = load("grpc")
    with grpc.insecure_channel(f"127.0.0.1:{port_of(url)}") as channel:
        channel.unary_unary("/s/m")(b"", timeout=2)


@of("jinja2")
def jinja2_syntax() -> None:
    load("jinja2").Template("{{ a ")


@of("click")
def click_usage() -> None:
    click = load("click")
    click.Command("c", params=[click.Option(["--number"], type=int)]).main(["--number", "x"], standalone_mode=False)


@of("twisted", "nobody")
def twisted_url(url: str) -> None:
    load("twisted.web.client").URI.fromBytes(b"http://h:x/")

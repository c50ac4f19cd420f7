"""Clients of protocols: HTTP, databases, brokers, mail, and others."""

from __future__ import annotations

import asyncio
from typing import Any

from client_errors import load, of, port_of

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

    database = peewee.SqliteDatabase(":memory:")
    Row: Any = type("Row", (peewee.Model,), {"Meta": type("Meta", (), {"database": database})})  # noqa: N806  # it names its table
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

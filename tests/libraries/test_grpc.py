"""grpc: the code, details and metadata of a call that a server has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

grpc = pytest.importorskip("grpc")
core = pytest.importorskip("google.api_core.grpc_helpers")
# google-api-core asks for a package that is optional, at the first error.
pytestmark = pytest.mark.filterwarnings("ignore:Please install grpcio-status")

METADATA = (("k", "v"), ("b-bin", b"\x00\xff"))
LOOK = """
import grpc
metadata = [(pair[0], repr(pair[1])) for pair in obj.trailing_metadata()]
result = [isinstance(obj, grpc.RpcError), obj.code().name, obj.details(), metadata, obj.debug_error_string()]
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    class Service(grpc.GenericRpcHandler):  # type: ignore[misc, name-defined]
        def service(self, call: Any) -> Any:
            make = grpc.unary_stream_rpc_method_handler if call.method == "/s/Stream" else grpc.unary_unary_rpc_method_handler
            return make(lambda _, context: refuse(context))

    def refuse(context: Any) -> Any:
        context.set_trailing_metadata(METADATA)
        context.abort(grpc.StatusCode.NOT_FOUND, "no such thing")

    server = grpc.server(futures.ThreadPoolExecutor(1))
    server.add_generic_rpc_handlers((Service(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None).wait()


def raised(call: Any) -> Any:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    caught.value.initial_metadata()  # waits for it where the rest came first
    return caught.value


def unary(channel: Any) -> Any:
    return raised(lambda: channel.unary_unary("/s/Unary")(b""))


def with_call(channel: Any) -> Any:
    return raised(lambda: channel.unary_unary("/s/Unary").with_call(b""))


def stream(channel: Any) -> Any:
    return raised(lambda: list(channel.unary_stream("/s/Stream")(b"")))


def future(channel: Any) -> Any:
    return raised(channel.unary_unary("/s/Unary").future(b"").result)


async def aio(address: str) -> Any:
    async with grpc.aio.insecure_channel(address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await channel.unary_unary("/s/Unary")(b"")
    return caught.value


def whole(exc: BaseException, how: str, reader: Reader) -> bytes:
    """Write an error, and see that it arrives but for the call behind it, which is noted."""
    data, sent = written(exc, how, "grpc"), describe(exc)
    got = reader.describe(data)
    if sent["dict"].pop("_call", None):
        assert [note.partition(" (")[0] for note in got.pop("notes")] == ["picklereg: attribute '_call'"]
        del sent["notes"]
    for described in sent, got:
        described["fields"] = {}  # all that grpc's classes have are those of BaseException, which stand further up
    assert got == sent
    return data


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("call", [unary, with_call, stream, future])
def test_an_error_of_a_call(call: Any, how: str, address: str, reader: Reader) -> None:
    """Code, details and metadata answer, the text is the same, and the live error is not changed."""
    with grpc.insecure_channel(address) as channel:
        exc = call(channel)
        state, condition = exc._state, exc._state.condition
        data = whole(exc, how, reader)
        metadata = [[name, repr(value)] for name, value in METADATA]
        assert reader.read(data, code=LOOK) == [True, "NOT_FOUND", "no such thing", metadata, exc.debug_error_string()]
        assert reader.read(data, code="result = obj.trailing_metadata()[0].key") == "k"
        assert reader.read(data, code="result = obj._state.callbacks") == state.callbacks  # none are left, or there were none
        assert exc._state is state
        assert state.condition is condition
        assert state.trailing_metadata == METADATA


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_error_of_an_asynchronous_call(how: str, address: str, reader: Reader) -> None:
    """The errors of ``grpc.aio`` arrive whole."""
    exc = asyncio.run(aio(address))
    data = written(exc, how, "grpc")
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code=LOOK)[1:3] == ["NOT_FOUND", "no such thing"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_what_google_api_core_makes_of_it(how: str, address: str, reader: Reader) -> None:
    """The wrapped error is there with its call's error as cause and response."""
    with grpc.insecure_channel(address) as channel, pytest.raises(Exception, match="no such thing") as caught:
        core.wrap_errors(channel.unary_unary("/s/Unary"))(b"")
    code = "result = [obj.code, obj.grpc_status_code.name, obj.response is obj.__cause__ is obj.errors[0], obj.__cause__.details()]"
    assert reader.read(written(caught.value, how, "grpc"), code=code) == [404, "NOT_FOUND", True, "no such thing"]

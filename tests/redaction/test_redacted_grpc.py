"""grpc: credentials in the metadata that a server sends don't travel, and are replaced by value."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from echo_server import COOKIE, KEY, leaks
from sending import WAYS, reachable, written

from picklereg.redaction import REDACTED

grpc: Any = pytest.importorskip("grpc")
SENT = (("x-api-key", KEY), ("authorization", f"Bearer {KEY}"))


@contextlib.contextmanager
def refusing() -> Iterator[str]:
    """Give the address of a server that repeats what it was told, and sets a cookie."""

    def refuse(_: Any, context: Any) -> None:
        told = dict(context.invocation_metadata())
        context.set_trailing_metadata((("x-api-key", told["x-api-key"]), ("set-cookie", f"id={COOKIE}"), ("request-id", "r1")))
        context.abort(grpc.StatusCode.PERMISSION_DENIED, f"no use: {told['authorization']}")

    class Handler(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc has no types
        def service(self, _: Any) -> Any:
            return grpc.unary_unary_rpc_method_handler(refuse)

    with ThreadPoolExecutor(2) as pool:
        server = grpc.server(pool, handlers=[Handler()])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            server.stop(None).wait()


def raised() -> Any:
    with refusing() as address, grpc.insecure_channel(address) as channel, pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary("/shop/order")(b"tell nobody about this prompt", metadata=SENT, timeout=20)
    return caught.value


def raised_async() -> Any:
    async def ask(address: str) -> Any:
        async with pytest.importorskip("grpc.aio").insecure_channel(address) as channel:
            with pytest.raises(grpc.RpcError) as caught:
                await channel.unary_unary("/shop/order")(b"tell nobody about this prompt", metadata=SENT, timeout=20)
        return caught.value

    with refusing() as address:
        return asyncio.run(ask(address))


@pytest.mark.parametrize("raise_it", [raised, raised_async])
def test_metadata(raise_it: Any) -> None:
    """Code, request id and what else the server said are there; its cookie and the key aren't."""
    exc = raise_it()
    before = reachable(exc)
    assert len(leaks(written(exc, "dumps", redact=False), KEY, COOKIE)) > 1  # so this test can fail
    for how in WAYS:
        data = written(exc, how)
        assert leaks(data) == [], how
        obj = pickle.loads(data)
        arrived = obj["results"][1] if isinstance(obj, dict) else obj
        metadata = dict(tuple(arrived.trailing_metadata()))  # pairs, in every version; a Mapping's methods give others in some
        assert arrived.code() is grpc.StatusCode.PERMISSION_DENIED
        assert arrived.details() in {f"no use: {REDACTED}", f"no use: Bearer {REDACTED}"}
        assert (metadata["request-id"], metadata["x-api-key"], metadata["set-cookie"]) == ("r1", REDACTED, REDACTED)
    assert reachable(exc) == before

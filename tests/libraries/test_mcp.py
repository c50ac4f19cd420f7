"""mcp: what a server refuses, in the client and in the server, which are connected in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

mcp = pytest.importorskip("mcp")
server_of = pytest.importorskip("mcp.server")
exceptions = pytest.importorskip("mcp.shared.exceptions")


def make_server() -> Any:
    server = server_of.MCPServer("server", log_level="CRITICAL")

    def refuse() -> int:
        raise exceptions.MCPError(-32001, "not allowed", {"why": ["a", 1]})

    def crash() -> int:
        raise ValueError("crashed")

    for tool in refuse, crash:
        server.tool()(tool)
    return server


async def refused(server: Any) -> None:
    async with mcp.Client(server) as client:
        await client.call_tool("refuse", {})


async def not_found(server: Any) -> None:
    async with mcp.Client(server) as client:
        await client.read_resource("nowhere://x")


async def crashed(server: Any) -> None:
    await server.call_tool("crash", {})


async def unknown(server: Any) -> None:
    await server.call_tool("nope", {})


def raised(call: Callable[[Any], Coroutine[Any, Any, None]]) -> Any:
    with pytest.raises(Exception) as caught:
        asyncio.run(call(make_server()))
    return caught.value


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("call", [refused, not_found])
def test_an_error_that_arrives_over_a_connection(call: Any, how: str, reader: Reader) -> None:
    """Code, message and data are there, inside the groups of the client's tasks."""
    exc = raised(call)
    data = written(exc, how)
    assert reader.describe(data) == describe(exc)
    leaf: Any = exc
    while isinstance(leaf, ExceptionGroup):
        leaf = leaf.exceptions[0]
    code = """
from mcp.shared.exceptions import MCPError
while isinstance(obj, ExceptionGroup):
    obj = obj.exceptions[0]
result = [isinstance(obj, MCPError), obj.code, obj.message, obj.data, obj.error.code]
"""
    assert isinstance(leaf, exceptions.MCPError)
    assert reader.read(data, code=code) == [True, leaf.code, leaf.message, leaf.data, leaf.code]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize(("call", "name"), [(crashed, "UnexpectedToolError"), (unknown, "ToolError")])
def test_an_error_in_the_server(call: Any, name: str, how: str, reader: Reader) -> None:
    """The error of a tool arrives whole, with what made it."""
    exc = raised(call)
    assert type(exc).__name__ == name
    assert reader.describe(written(exc, how)) == describe(exc)

"""What both callers of Prefect share: how results are kept, the server, and the process that works."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from prefect.serializers import PickleSerializer
from prefect.server.api.server import SubprocessASGIServer

__all__ = ["kept", "run_as", "serving", "working"]


def kept(way: str) -> dict[str, Any]:
    """Give the options with which tasks and flows keep results in files, in the user's directory."""
    serializer = PickleSerializer(picklelib="picklereg") if way.startswith("picklereg") else PickleSerializer()
    return {"persist_result": True, "result_serializer": serializer}


@contextmanager
def serving() -> Iterator[None]:
    """Run Prefect's server, and have this process and its children use it."""
    server = SubprocessASGIServer()
    server.start()
    try:
        os.environ["PREFECT_API_URL"] = server.api_url
        yield
    finally:
        server.stop()


@contextmanager
def working(module: str, way: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run the worker of a caller, in a process that ends with the block.

    Args:
        module: the caller's name.
        way: how it is to work.
        options: for the process.
    """
    with subprocess.Popen([sys.executable, "-m", module, f"work {way}"], text=True, **options) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def run_as(call: Callable[[str], None], work: Callable[[str], None]) -> None:
    """Be the caller or its worker, as the first argument says."""
    role, _, way = sys.argv[1].rpartition(" ")
    (work if role == "work" else call)(way)

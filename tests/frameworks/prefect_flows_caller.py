"""A caller of Prefect's flows, which run in a process of their own: a flow, or one that gives the state of a flow within it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import IO, Any
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.serializers import PickleSerializer
from prefect.server.api.server import SubprocessASGIServer

from frameworks import five_errors
from frameworks.callers import tell


def flows(way: str) -> dict[str, Any]:
    """Give the flows by name; their results are kept in files, in the user's directory."""
    serializer = PickleSerializer(picklelib="picklereg") if way.startswith("picklereg") else PickleSerializer()
    options: dict[str, Any] = {"persist_result": True, "result_serializer": serializer}

    @flow(**options)
    def alone(function: str, args: list[Any]) -> Any:
        return vars(five_errors)[function](*args)

    @flow(**options)
    def around(function: str, args: list[Any]) -> Any:
        return alone(function, args, return_state=True)

    return {"alone": alone, "around": around}


def work(way: str, requests: IO[str], answers: IO[str]) -> None:
    """Run flows until there are no more requests, and tell the number of each run."""
    kind, _, name = way.partition("-")
    run = flows(kind)[name]
    for line in requests:
        state = run(**json.loads(line), return_state=True)
        print(state.state_details.flow_run_id, file=answers, flush=True)


def call(way: str) -> None:
    """Be the caller."""
    server = SubprocessASGIServer()
    server.start()
    try:
        os.environ["PREFECT_API_URL"] = server.api_url
        command = [sys.executable, "-m", __spec__.name, f"work {way}"]
        with get_client(sync_client=True) as client, subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as worker:
            wanted, made = worker.stdin, worker.stdout
            assert wanted is not None
            assert made is not None
            try:

                def run(function: Callable[..., Any], *args: object) -> Any:
                    print(json.dumps({"function": function.__name__, "args": args}), file=wanted, flush=True)
                    state = client.read_flow_run(UUID(made.readline().strip())).state
                    assert state is not None
                    result = state.result()
                    return result.result() if isinstance(result, State) else result

                tell(run)
            finally:
                worker.kill()
    finally:
        server.stop()


if __name__ == "__main__":
    _, _, called = sys.argv[1].rpartition(" ")
    if sys.argv[1].startswith("work "):
        with os.fdopen(os.dup(1), "w") as tell_caller:
            os.dup2(2, 1)  # what a library prints is no answer
            work(called, sys.stdin, tell_caller)
    else:
        call(called)

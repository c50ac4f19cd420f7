"""A caller of Prefect's flows, which run in a process of their own: a flow, or one that gives the state of a flow within it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from subprocess import PIPE
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State

from frameworks import five_errors
from frameworks.callers import tell
from frameworks.prefect_serving import kept, run_as, serving, working


def flows(way: str) -> dict[str, Any]:
    """Give the flows by name."""

    @flow(**kept(way))
    def alone(function: str, args: list[Any]) -> Any:
        return vars(five_errors)[function](*args)

    @flow(**kept(way))
    def around(function: str, args: list[Any]) -> Any:
        return alone(function, args, return_state=True)

    return {"alone": alone, "around": around}


def work(way: str) -> None:
    """Run flows until there are no more requests, and tell the number of each run."""
    kind, _, name = way.partition("-")
    run = flows(kind)[name]
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)  # what a library prints is no answer
        for line in sys.stdin:
            state = run(**json.loads(line), return_state=True)
            print(state.state_details.flow_run_id, file=answers, flush=True)


def call(way: str) -> None:
    """Be the caller."""
    with serving(), get_client(sync_client=True) as client, working(__spec__.name, way, stdin=PIPE, stdout=PIPE) as worker:
        wanted, made = worker.stdin, worker.stdout
        assert wanted is not None
        assert made is not None

        def run(function: Callable[..., Any], *args: object) -> Any:
            print(json.dumps({"function": function.__name__, "args": args}), file=wanted, flush=True)
            state = client.read_flow_run(UUID(made.readline().strip())).state
            assert state is not None
            result = state.result()
            return result.result() if isinstance(result, State) else result

        tell(run)


if __name__ == "__main__":
    run_as(call, work)

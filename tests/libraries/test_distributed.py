"""distributed: it has tblib put an entry for every exception class into ``copyreg``'s table. In either order of import, ours count."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from crossing import Reader

# Not imported here: tblib's entries would be in the table of the process that runs the other tests.
if any(find_spec(name) is None for name in ("distributed", "jinja2")):
    pytest.skip("distributed or jinja2 isn't installed", allow_module_level=True)

#: Raises jinja2's error whose own state plain pickle loses, with a cause, and writes it by plain pickle.
CODE = """
import base64, json, pickle, sys
import picklereg
from crossing import describe

{start}
import copyreg, jinja2
try:
    try:
        {{}}["context"]
    except KeyError:
        jinja2.Environment().from_string("line\\n{{% if %}}")
except jinja2.TemplateSyntaxError as problem:
    registry.ensure(problem)
    theirs = sum("tblib" in getattr(reducer, "__module__", "") for reducer in copyreg.dispatch_table.values())
    data = base64.b64encode(pickle.dumps(problem)).decode()
    print(json.dumps({{"data": data, "described": describe(problem), "theirs": theirs}}))
"""
IMPORT = "import distributed.protocol"
INSTALL = "registry = picklereg.Registry(entry_points=False); registry.register('jinja2.exceptions'); registry.install()"
ORDERS = {"distributed first": [IMPORT, INSTALL], "distributed last": [INSTALL, IMPORT], "in between": [INSTALL, "import jinja2", IMPORT]}


def written(order: str) -> Any:
    """Write the error in a fresh interpreter."""
    tests = Path(__file__).parents[1]
    path = os.pathsep.join([str(tests), str(tests.parent)])
    command = [sys.executable, "-c", CODE.format(start="\n".join(ORDERS[order]))]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("order", ORDERS)
def test_our_entries_count(order: str, reader: Reader) -> None:
    """The error arrives whole, by our entries: what tblib writes names tblib."""
    answer = written(order)
    assert answer["theirs"] > 50
    data = base64.b64decode(answer["data"])
    assert b"tblib" not in data
    assert reader.describe(data) == answer["described"]

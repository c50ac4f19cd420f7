"""Write the golden pickles of the running Python: ``PYTHONPATH=. python tests/golden/write_golden.py``, on each Python.

The file that is written has the Python's version in its name, and replaces none but its own. A file stays as it is when the
wire form changes: what it holds was sent once, and has to be read for ever. The new form gets new files, of the new version.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import shapes_golden  # noqa: E402  # needs the path above
from crossing import Reader  # noqa: E402  # the same

import picklereg  # noqa: E402  # stands with the others

#: The version of picklereg that writes.
VERSION = "0.1.0"


def pickles(protocol: int) -> dict[str, bytes]:
    """Give the pickle of every shape."""
    registry = picklereg.Registry(entry_points=False)
    return {name: picklereg.dumps(shapes_golden.raised(build), protocol, registry=registry) for name, build in shapes_golden.SHAPES.items()}


def golden() -> dict[str, Any]:
    """Give what a file holds: for each protocol and shape the pickle, and what the Python that wrote it reads from it."""
    with Reader() as reader:
        return {
            str(protocol): {
                name: {"pickle": base64.b64encode(data).decode(), "description": reader.describe(data, path=[HERE])}
                for name, data in pickles(protocol).items()
            }
            for protocol in range(2, 6)
        }


if __name__ == "__main__":
    target = HERE / f"picklereg-{VERSION}-python-{sys.version_info.major}.{sys.version_info.minor}.json"
    target.write_text(json.dumps(golden(), indent=1, sort_keys=True) + "\n", "utf-8")

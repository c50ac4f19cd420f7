"""litellm on its ways to a model that refuses: no key, no cookie and no prompt is in the bytes of any error, in any mode."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import picklereg

if TYPE_CHECKING:
    import pytest

#: What has a key in its text alone.
_KNOWS_LITTLE = frozenset({"guardrail", "budget"})


def test_what_litellm_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearly every error would leak something; none does. In a process of its own, since litellm leaves sockets open."""
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else it asks the network when it's imported
    monkeypatch.setenv(
        "PYTHONPATH",
        os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1]), str(Path(picklereg.__file__).parents[1])]),
    )
    done = subprocess.run([sys.executable, "-m", "litellm_routes"], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found) > 20
    assert [name for name, leaking in found.items() if leaking == "raised nothing"] == []
    unredacted = {name: leaking.pop("unredacted") for name, leaking in found.items()}
    assert {name: leaking for name, leaking in found.items() if any(leaking.values())} == {}
    assert len([name for name, leaking in unredacted.items() if leaking]) > 20  # so this test can fail
    assert all(unredacted[name] for name in _KNOWS_LITTLE)

"""What callers do, and for how long they wait."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from proof.tasks import ConnectionLost, facts

if TYPE_CHECKING:
    from pathlib import Path

    from docket import Execution

__all__ = ["AT_ONCE", "PATIENCE", "error_of", "is_without_its_lock"]

#: Nothing here takes that long; it is what a hanging test costs.
PATIENCE: Final = timedelta(seconds=120)
#: After this, a worker takes over what another one has not finished.
AT_ONCE: Final = timedelta(milliseconds=100)


async def error_of(execution: Execution) -> Exception:
    """Wait for a task that is to fail, and give what ``get_result`` raises."""
    try:
        result = await execution.get_result(timeout=PATIENCE)
    except TimeoutError:
        raise
    except Exception as error:  # whatever it is, it is looked at
        return error
    raise AssertionError(f"the task was to fail, and gave {result!r}")


def is_without_its_lock(error: Exception, record: Path) -> bool:
    """Tell whether an error arrived as the worker recorded it, but for its lock, and a note says so."""
    assert isinstance(error, ConnectionLost)
    assert not hasattr(error, "lock")
    *notes, about_the_lock = error.__notes__
    assert "lock" in about_the_lock
    error.__notes__ = notes
    return bool(facts(error) == json.loads(record.read_text()))

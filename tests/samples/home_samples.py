"""Classes of errors that their own names don't lead to, or to which no name leads at all."""

from __future__ import annotations

from typing import Any

__all__ = ["Renamed", "Unsaid"]

Renamed: Any = type("renamed_error", (ValueError,), {"__module__": "home_samples"})
_space: dict[str, Any] = {}
exec("Unsaid = type('Unsaid', (Exception,), {})", _space)
Unsaid: Any = _space["Unsaid"]
Private: Any = type("PrivateError", (OSError,), {"__module__": "_internal"})
Ghost: Any = type("Ghost", (KeyError,), {"__module__": "home_samples"})
GHOSTS = [Ghost]
del Ghost

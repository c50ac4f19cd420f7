"""Patterns that are compiled when a text is first held against them: most processes never meet one that has to be."""

from __future__ import annotations

import re
from typing import Any, Final, cast

__all__ = ["late_pattern"]


class _LatePattern:
    """Becomes what :func:`re.compile` gives, method by method, as each is first asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source: Final = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._source), name)
        setattr(self, name, found)  # from now on it is found without a call
        return found


def late_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Give a pattern that is compiled when it is first used.

    Args:
        pattern: as for :func:`re.compile`.
        flags: the same.
    """
    return cast("re.Pattern[str]", _LatePattern(pattern, flags))

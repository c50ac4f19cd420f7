"""Groups whose class makes them in its own way, read where it is missing: what holds them arrives, too."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import pytest
from generated_modules import imported
from writers import MODES, a_registry, writing

import picklereg

if TYPE_CHECKING:
    from pathlib import Path

_GROUPS: Final = """
class _Own:
    def __new__(cls, text, parts, code=0):
        self = super().__new__(cls, text, parts)
        self.code = code
        return self
    def __init__(self, text, parts, code=0):
        pass

class Ordinary(_Own, ExceptionGroup):
    pass

class Interrupting(_Own, BaseExceptionGroup):
    pass
"""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("load", [picklereg.loads, picklereg.safe_loads])
def test_a_group_in_a_group_arrives(load: Any, mode: str, tmp_path: Path) -> None:
    """It is an ordinary exception if all that it holds are, as for every other group."""
    module = imported(_GROUPS, tmp_path)
    try:
        inner = [module.Ordinary("in", [ValueError(1)], 7), module.Ordinary("deep", [module.Ordinary("in", [KeyError(2)], 8)], 9)]
        error = ExceptionGroup("out", [*inner, OSError(2)])
        interrupting = BaseExceptionGroup("out", [module.Interrupting("in", [KeyboardInterrupt()], 7)])
        with writing(mode, a_registry()) as write:
            written = write(error), write(interrupting)
    finally:
        del sys.modules[module.__name__]
    found, other = [load(data) for data in written]
    assert [type(part).__name__ for part in found.exceptions] == ["Ordinary", "Ordinary", "OSError"]
    assert [isinstance(part, ExceptionGroup) for part in found.exceptions] == [True, True, False]
    assert (found.exceptions[0].code, found.exceptions[1].exceptions[0].code) == (7, 8)
    assert type(other) is BaseExceptionGroup
    member: Any = other.exceptions[0]
    assert not issubclass(type(member), Exception)
    assert type(member.exceptions[0]) is KeyboardInterrupt

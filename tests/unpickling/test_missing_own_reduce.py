"""Errors that reduce themselves, read where their class is missing: nothing that its ``__init__`` would make of its arguments is lost."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import pytest
from crossing import Reader, describe
from generated_modules import imported
from writers import MODES, a_registry, writing

import picklereg

if TYPE_CHECKING:
    from pathlib import Path

#: Each is made of a message and a document, keeps both, and drops all else from its own reduce value.
_ERRORS: Final = """
import dataclasses

class _Reduced:
    def __reduce__(self):
        return type(self), (self.msg, self.doc)

class _Kept(_Reduced):
    def __init__(self, msg, doc):
        ValueError.__init__(self, f"{msg} in {doc}")
        self.msg, self.doc = msg, doc

class PlainError(_Kept, ValueError):
    pass

class NativeError(_Kept, OSError, ValueError):
    pass

class SlottedError(_Kept, ValueError):
    __slots__ = ("msg", "doc")

class StatefulError(_Kept, ValueError):
    def __setstate__(self, state):
        self.__dict__.update(state)

@dataclasses.dataclass(frozen=True)
class FrozenError(_Reduced, Exception):
    msg: str
    doc: str
    def __post_init__(self):
        Exception.__init__(self, f"{self.msg} in {self.doc}")
    __str__ = Exception.__str__

class PropertyError(_Reduced, ValueError):
    doc = property(lambda self: self.__dict__["doc"])
    def __init__(self, msg, doc):
        super().__init__(f"{msg} in {doc}")
        self.__dict__.update(msg=msg, doc=doc)

class GroupError(ExceptionGroup):
    def __new__(cls, msg, parts, doc):
        self = super().__new__(cls, msg, parts)
        self.msg, self.doc = msg, doc
        return self
    def __init__(self, *args):
        pass
    def __reduce__(self):
        return type(self), (self.msg, self.exceptions, self.doc)
"""
_MADE_OF: Final[dict[str, tuple[Any, ...]]] = {
    **dict.fromkeys(("PlainError", "NativeError", "SlottedError", "StatefulError", "FrozenError", "PropertyError"), ("expected", "page")),
    "GroupError": ("expected", [KeyError(1)], "page"),
}


def _given(error: BaseException) -> BaseException:
    """Give an error with what its own reduce drops."""
    BaseException.__setattr__(error, "__cause__", KeyError("the cause"))
    vars(error).update(order=[7], __notes__=["a note"])
    return error


def _held(error: Any) -> tuple[object, ...]:
    attributes = {name: getattr(error, name) for name in ("msg", "doc", "order")}
    return type(error).__qualname__, str(error), attributes, repr(error.__cause__), error.__notes__


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", _MADE_OF)
def test_a_reader_without_the_class_gets_what_the_writer_saw(name: str, mode: str, reader: Reader, tmp_path: Path) -> None:
    """Text, attributes, slots, chain and notes; where the class is there, ``__init__`` has run, and the error is whole."""
    module = imported(_ERRORS, tmp_path)
    error = _given(getattr(module, name)(*_MADE_OF[name]))
    want, described = _held(error), describe(error)
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert reader.describe(data, path=[tmp_path]) == described
    del sys.modules[module.__name__]
    assert _held(picklereg.loads(data)) == want
    assert _held(picklereg.safe_loads(data)) == want

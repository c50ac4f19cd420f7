"""What counts as stripped by a declared function: differences in values that hold what the registry strips, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from picklereg import Registry
from picklereg.testing import stripped
from picklereg.testing.compare import Difference
from picklereg.testing.stripped import is_stripped


class Answer:
    """What is stripped."""


class Holder:
    def __init__(self, held: Any) -> None:
        self.held = held


class Slotted(Exception):
    __slots__ = ("answer",)


def error(*args: Any, **attributes: Any) -> Exception:
    exc = ValueError(*args)
    vars(exc).update(attributes)
    return exc


def linked(exc: Exception, **links: BaseException) -> Exception:
    for name, link in links.items():
        setattr(exc, name, link)
    return exc


def slotted() -> Exception:
    exc = Slotted()
    vars(Slotted)["answer"].__set__(exc, Answer())
    return exc


SHARED = [Answer()]
CYCLE: list[Any] = []
CYCLE.append(CYCLE)

STRIPPED: dict[str, tuple[Exception, list[str]]] = {
    "an attribute": (error(answer=Answer()), ["attr answer"]),
    "an attribute with a dot": (error(**{"a.b": Answer()}), ["attr a.b"]),
    "an argument": (error(1, Answer()), ["args[1]"]),
    "arguments": (error(Answer()), ["args"]),
    "a slot": (slotted(), ["attr answer"]),
    "in containers": (error(held={"a": [({Answer()},)]}), ["attr held"]),
    "in an object": (error(held=Holder(Answer())), ["attr held"]),
    "twice": (error(held=[CYCLE, CYCLE, SHARED]), ["attr held"]),
    "of the cause": (linked(error(), __cause__=error(answer=Answer())), ["cause.attr answer"]),
    "of the context": (linked(error(), __context__=error(answer=Answer())), ["context.attr answer"]),
    "of a member": (ExceptionGroup("g", [error(), error(answer=Answer())]), ["exceptions.attr answer"]),
    "of one inside": (error(held=[error(answer=Answer())]), ["inner.attr answer"]),
    "and the text": (error(Answer()), ["args[0]", "str"]),
}
CHANGED: dict[str, tuple[Exception, list[str]]] = {
    "another attribute": (error(answer=Answer(), other=1), ["attr answer", "attr other"]),
    "the type": (error(answer=Answer()), ["type"]),
    "the text alone": (error(answer=Answer()), ["str"]),
    "the text of another": (linked(error(), __cause__=error(answer=Answer())), ["cause.attr answer", "str"]),
    "a class": (error(held=[Answer, CYCLE, error(answer=Answer())]), ["attr held"]),
    "a cause that isn't there": (error(answer=Answer()), ["cause.attr answer"]),
    "too many values": (error(held=[[index] for index in range(2_000)], answer=Answer()), ["attr held"]),
}


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(entry_points=False)
    registry.register_attachment(Answer, repr)
    monkeypatch.setattr(stripped, "DEFAULT_REGISTRY", registry)


def differing(pieces: list[str], *, noted: bool = False) -> list[Difference]:
    return [Difference(piece, "changed", "before", "after", noted) for piece in pieces]


@pytest.mark.parametrize("name", STRIPPED)
def test_what_is_stripped(name: str) -> None:
    """Wherever in the exception the value stands."""
    exc, pieces = STRIPPED[name]
    assert is_stripped(exc, differing(pieces))


@pytest.mark.parametrize("name", CHANGED)
def test_what_is_changed(name: str) -> None:
    """What a strip function has nothing to do with is no excuse; a note is one."""
    exc, pieces = CHANGED[name]
    assert not is_stripped(exc, differing(pieces))
    assert is_stripped(exc, differing(pieces, noted=True))

"""What is tried out with every protocol that the host may write with, and what a trial may meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bare_samples import ShopError
from tried_samples import ByProtocol, Locked, make
from writers import BY_VALUE, MODES, a_registry, writing

if TYPE_CHECKING:
    from crossing import Reader


@pytest.mark.parametrize("mode", MODES)
def test_what_one_protocol_can_not_carry_stays_behind(mode: str, reader: Reader) -> None:
    """Nobody has told with which one it is written; the error arrives."""
    with writing(mode, a_registry()) as write:
        data = write(ShopError(1, held=ByProtocol()))
    code = "result = [obj.order, hasattr(obj, 'held'), ['ValueError: invalid literal' in note for note in obj.__notes__]]"
    assert reader.read(data, code=code) == [1, False, [True]]


@pytest.mark.parametrize("mode", MODES)
def test_an_error_that_one_protocol_brings_is_counted(mode: str, reader: Reader) -> None:
    """It may lie too deep."""
    error = ShopError(1, held=ByProtocol(KeyError("inner")))
    for limit, want in ((1, [False, 1]), (2, [True, 0])):
        with writing(mode, a_registry(max_chain=limit)) as write:
            data = write(error)
        assert reader.read(data, code="result = [hasattr(obj, 'held'), len(getattr(obj, '__notes__', []))]") == want


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_class_that_one_protocol_brings_arrives(mode: str, reader: Reader) -> None:
    """By value, as any other."""

    class Local:
        """No name leads to it."""

    with writing(mode, a_registry()) as write:
        data = write(ShopError(1, held=ByProtocol(Local)))
    assert reader.read(data, code="result = [obj.held.held.__name__, getattr(obj, '__notes__', [])]") == ["Local", []]


def _made(number: int) -> Any:
    """Give an error of a class by value whose reduce calls a function by value; each of two such classes leads to the other."""

    class Local(Locked):
        friend: Any = None

        def __reduce__(self) -> Any:
            return lambda *args: make(Local, *args), self.args

    class Friend(Locked):
        friend: Any = Local

    Local.friend = Friend
    return Local(number)


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_classes_that_lead_to_each_other(mode: str, reader: Reader) -> None:
    """What is called with one of them takes both along."""
    with writing(mode, a_registry()) as write:
        data = write(_made(7))
    code = "result = [type(obj).__name__, type(obj).friend.friend is type(obj), hasattr(obj, 'lock'), getattr(obj, '__notes__', [])]"
    assert reader.read(data, code=code) == ["Local", True, True, []]

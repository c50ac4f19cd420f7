"""Global mode: one dump after another, within another, or beside it."""

from __future__ import annotations

import gc
import pickle
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from crossing import Reader, describe
from registry_samples import Base, Calling, Leaf, Middle, Moody, Speaks, chained, lossy
from table_samples import LOCK, _as_before, hidden_in

from picklereg import Registry

__all__ = ["_as_before"]  # fixtures


def test_the_same_exception_again_and_again(registry: Registry, reader: Reader) -> None:
    """Each dump is like the first one; the inner exception after its outer one, and the other way round."""
    outer = chained(Leaf(code=1), chained(Middle(code=2)))
    inner = outer.__cause__
    with registry.installed():
        # The very first dump covers classes that nobody declared, and has to write them another way.
        assert reader.describe(pickle.dumps(outer)) == reader.describe(pickle.dumps(outer))
        first = [pickle.dumps(outer), pickle.dumps(inner)]
        assert [pickle.dumps(outer), pickle.dumps(outer), pickle.dumps(inner), pickle.dumps(outer)] == [*first[:1] * 2, first[1], first[0]]
    assert [reader.describe(data)["notes"] for data in first] == [["a note", LOCK]] * 2


def test_the_same_exception_twice_in_one_dump(registry: Registry, reader: Reader) -> None:
    """It stays one object, wherever it is met first."""
    outer = Leaf(code=1)
    outer.__cause__ = Middle(code=2)
    with registry.installed():
        data = pickle.dumps([outer.__cause__, outer, outer])
    assert reader.read(data, code="result = [obj[1].__cause__ is obj[0], obj[1] is obj[2], describe(obj[1])]") == [
        True,
        True,
        describe(outer),
    ]


def three(**attributes: Any) -> Any:
    """Make a chain of three; the newest has the attributes."""
    errors: list[Any] = [Base(code=number) for number in range(3)]
    errors[0].__cause__, errors[1].__cause__ = errors[1:]
    vars(errors[0]).update(attributes)
    return errors[0]


@pytest.fixture
def short() -> Iterator[Registry]:
    """A registry that keeps chains of two."""
    registry = Registry(entry_points=False, max_chain=2)
    registry.register([Base, Speaks])
    with registry.installed():
        yield registry


def test_a_chain_is_as_long_as_the_registry_says(short: Registry, reader: Reader) -> None:
    """Counted from the exception that is dumped."""
    outer = three()
    assert len(reader.describe(pickle.dumps(outer))["others"]) == 1
    assert reader.describe(pickle.dumps(outer.__cause__)) == describe(outer.__cause__)


def test_after_an_aborted_dump(short: Registry, reader: Reader) -> None:
    """What was decided for a dump that its host gave up doesn't count for the next one."""
    outer = three(moody=Moody())
    with pytest.raises(OSError, match="the disk is full"):
        pickle.dumps(outer)
    assert reader.describe(pickle.dumps(outer.__cause__)) == describe(outer.__cause__)


def test_after_a_reducer_that_drops_an_exception(short: Registry, reader: Reader) -> None:
    """The dump is over all the same."""
    short.register(Speaks, reducer=lossy)
    hidden: Any = three().__cause__
    pickle.dumps(Speaks(hidden))
    assert reader.describe(pickle.dumps(hidden)) == describe(hidden)


def test_nothing_is_held_when_a_dump_is_over(short: Registry) -> None:
    """An exception that a reducer has dropped goes with the one that held it, and so do the frames of its traceback."""
    short.register(Speaks, reducer=lossy)
    hidden: Any = Base(code=1)
    gone = weakref.ref(hidden)
    pickle.dumps(Speaks(hidden))
    del hidden
    gc.collect()
    assert gone() is None


def test_a_dump_within_a_dump(registry: Registry, reader: Reader) -> None:
    """A value that pickles something by itself, as tasks' results do; both dumps are right."""
    exc: Any = chained(Base(code=1))
    inner = chained(Leaf(code=2))
    with registry.installed():
        alone = pickle.dumps(inner)
        exc.call = Calling(lambda: pickle.dumps(inner))
        got = reader.read(pickle.dumps(exc), code="import pickle; result = [describe(obj)['notes'], describe(pickle.loads(obj.call))]")
    became = "picklereg: attribute 'call' (registry_samples.Calling) becomes bytes"
    assert got == [["a note", LOCK, became], reader.describe(alone)]


@pytest.mark.parametrize("inner", [Base(code=7), chained(Base(code=7))], ids=["alone", "chain"])
def test_a_dump_within_a_dump_does_not_lengthen_the_chain(inner: BaseException, short: Registry, reader: Reader) -> None:
    """Limits, and links back to a group, are those of the outermost exception."""
    exc = three(call=Calling(lambda: pickle.dumps(inner)))
    assert len(reader.describe(pickle.dumps(exc))["others"]) == 1


def test_from_several_threads_at_once(registry: Registry, reader: Reader) -> None:
    """The same exceptions, dumped by four threads, are the same bytes each time."""
    errors = [hidden_in(Leaf(code=number)) for number in range(5)]
    with registry.installed():
        want = [[pickle.dumps(exc) for exc in errors] for _ in "twice"][-1]  # the first dumps cover what nobody declared
        with ThreadPoolExecutor(4) as pool:
            got = list(pool.map(lambda number: pickle.dumps(errors[number % 5]), range(200)))
    assert got == want * 40
    assert reader.describe(want[0]) == describe(errors[0])

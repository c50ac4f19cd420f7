"""Stand-ins: an error whose class is missing is raised, caught, printed, copied and sent on, and becomes itself again."""

from __future__ import annotations

import copy
import copyreg
import gc
import io
import pickle
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.reduction import ForkingPickler
from typing import Any

import cloudpickle
import pytest
from missing_samples import NAMES, PROTOCOLS, arrivals, payload, written

import picklereg
from picklereg import Registry
from picklereg.unpickling.stand_ins.classes import MissingError, MissingGroup, MissingValue, error_class, stands_for, value_class
from picklereg.unpickling.stand_ins.origin import Named, origin_of
from picklereg.unpickling.unpickler import loads


@pytest.fixture(autouse=True)
def _stand_ins_go() -> Iterator[None]:
    """Collect what a test made, so that ``copyreg`` is as it was."""
    yield
    gc.collect()


WRITERS: dict[str, Callable[..., bytes]] = {
    "pickle": pickle.dumps,
    "cloudpickle": cloudpickle.dumps,
    "picklereg": picklereg.dumps,
    "Pickler": lambda obj, protocol: _pickled(picklereg.Pickler, obj, protocol),
    "pickle, installed": pickle.dumps,
    "pickle, all exceptions": pickle.dumps,
    "cloudpickle, all exceptions": cloudpickle.dumps,
    "multiprocessing, installed": lambda obj, protocol: _pickled(ForkingPickler, obj, protocol),
    "multiprocessing, all exceptions": lambda obj, protocol: _pickled(ForkingPickler, obj, protocol),
}


@contextmanager
def writing_as(writer: str) -> Iterator[Callable[..., bytes]]:
    """Give what writes, with picklereg installed as its name says."""
    _, _, installed = writer.partition(", ")
    if not installed:
        yield WRITERS[writer]
        return
    registry = Registry(entry_points=False)
    registry.register([ExceptionGroup, ValueError])
    with registry.installed(all_exceptions=installed == "all exceptions"):
        yield WRITERS[writer]


def _pickled(pickler: Callable[..., pickle.Pickler], obj: object, protocol: int) -> bytes:
    file = io.BytesIO()
    pickler(file, protocol).dump(obj)
    return file.getvalue()


@pytest.mark.parametrize("writer", WRITERS)
def test_every_stand_in_becomes_the_real_class_again(writer: str) -> None:
    """Of every shape and protocol, pickled again by anybody: where the class exists, it is what had been written, whole."""
    read = [(loads(data), int(name[-1])) for name, (data, _) in written().items()]
    with writing_as(writer) as dumps:
        again = [dumps(stand_in, protocol) for stand_in, protocol in read]
    assert not any(b"picklereg" in data for data in again)
    for name, arrived in zip(written(), arrivals(again), strict=True):
        assert arrived == written()[name][1], name
    assert {name.rpartition(" ")[0].rpartition(" ")[0] for name in written()} == set(NAMES)


def _facts(described: dict[str, Any]) -> list[dict[str, Any]]:
    """Give what is known of each exception by itself: the numbers of those that it leads to differ with where it stands."""
    return [
        {name: value for name, value in node.items() if name not in ("others", "cause", "context", "exceptions", "args")}
        for node in (described, *described["others"])
    ]


@pytest.mark.parametrize("writer", [writer for writer in WRITERS if writer not in ("pickle", "cloudpickle")])  # which keep no chain
def test_a_stand_in_among_real_exceptions(writer: str) -> None:
    """A real error's cause, a sub-exception, an attribute: each becomes the class that it stands for, and has its own chain."""
    outer = ValueError("outer")
    outer.__cause__, outer.__context__ = loads(payload("keyword-only")), loads(payload("frozen slots"))
    held: Any = KeyError("held")
    held.errors = [loads(payload("frozen dict")), loads(payload("os error"))]
    error = ExceptionGroup("all", [loads(payload("group")), outer, held])
    with writing_as(writer) as dumps:
        (arrived,) = arrivals([dumps(error, 4)])
    assert [arrived["others"][number - 1]["type"] for number in arrived["exceptions"]] == [
        "absent_shop.Batch",
        "builtins.ValueError",
        "builtins.KeyError",
    ]
    found = _facts(arrived)
    for name in ("keyword-only", "frozen slots", "frozen dict", "os error", "group"):
        for fact in _facts(written()[f"{name} picklereg 4"][1]):
            assert fact in found, (name, fact)


@pytest.mark.parametrize("writer", ["picklereg", "Pickler", "pickle, all exceptions"])
def test_what_a_stand_in_got_here_travels_as_in_any_error(writer: str) -> None:
    """A cause, a note, an attribute that can't travel, a credential: what is left behind is noted, and the class is the original one."""
    error = loads(payload("keyword-only"))
    error.lock = threading.Lock()
    error.url = "https://shop.example/?api_key=sk-123456"
    error.__cause__ = LookupError("seen here with sk-123456")
    error.add_note("read here")
    with writing_as(writer) as dumps:
        (arrived,) = arrivals([dumps(error, 5)])
    assert (arrived["type"], arrived["str"]) == ("absent_shop.OrderError", "order 1: r")
    assert arrived["dict"]["order"] == "1"
    assert "lock" not in arrived["dict"]
    assert "sk-123456" not in str(arrived)
    assert arrived["notes"][:2] == ["a note", "read here"]
    assert any("'lock' (_thread.lock) was left behind" in note for note in arrived["notes"])
    assert arrived["others"][arrived["cause"] - 1]["type"] == "builtins.LookupError"


def test_what_it_was_made_of_travels_as_far_as_it_can() -> None:
    """Arguments of a call that are no longer ``args``: one that can't travel is replaced by its repr."""
    error = error_class("absent_shop", "StockError")("tea", threading.Lock())
    error.args = ("none left",)
    (arrived,) = arrivals([picklereg.dumps(error)])
    assert (arrived["type"], arrived["args"], arrived["str"]) == ("absent_shop.StockError", ["'none left'"], "none left")


def test_class_values_at_any_depth_are_names() -> None:
    """In lists, dictionaries and tuples that lead back to themselves, and in missing values."""
    kind = value_class("absent_shop", "Info")
    error: Any = error_class("absent_shop", "StockError")("tea")
    held: list[Any] = [{"kind": (kind, 1)}, {1: 2}]
    held.append(held)
    error.held, error.same = held, held
    value: Any = kind.__new__(kind)
    value.__setstate__({"n": kind})
    error.info = value
    for dumps in (pickle.dumps, cloudpickle.dumps, picklereg.dumps):
        data = dumps(error)
        assert b"picklereg" not in data
        (arrived,) = arrivals([data])
        assert arrived["dict"]["held"].startswith("list(dict('kind': tuple(<class 'absent_shop.Info'>, 1)), dict(1: 2), list(")
        again = loads(data)
        assert again.held[0]["kind"][0] is again.info.state["n"] is kind
        assert again.held is again.same


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda error: loads(pickle.dumps(error))])
def test_a_copy_becomes_the_real_class_too(copied: Callable[[Any], Any]) -> None:
    """A copy, or what was pickled and read without the class once more, knows all that the first stand-in knows."""
    again = [pickle.dumps(copied(loads(data))) for data, _ in written().values()]
    for name, arrived in zip(written(), arrivals(again), strict=True):
        if not name.startswith("looping") or copied is not copy.copy:  # a shallow copy leads back to the original
            assert arrived == written()[name][1], name


def test_it_is_raised_caught_and_printed_like_the_error() -> None:
    """The traceback shows the names, texts, notes and chain that the missing class's would."""
    error = loads(payload("keyword-only"))
    with pytest.raises(MissingError, match="order 1: r") as caught:
        raise error
    assert isinstance(caught.value, Exception)
    shown = "".join(traceback.format_exception(error.with_traceback(None)))
    assert shown.endswith("direct cause of the following exception:\n\nabsent_shop.OrderError: order 1: r\na note\n")
    assert "absent_shop.StockError: tea\n" in shown
    assert repr(error.__context__) == "KeyError('k')"
    assert (error.order, error.args, repr(error)) == (1, ("order 1: r",), "OrderError('order 1: r')")
    assert stands_for(type(error)) == ("absent_shop", "OrderError")


@pytest.mark.parametrize(
    ("name", "base"),
    [("os error", OSError), ("memory error", MemoryError), ("stop iteration", StopIteration), ("unicode error", UnicodeDecodeError)],
)
def test_the_builtin_class_beneath_is_kept_if_the_bytes_tell_it(name: str, base: type) -> None:
    """``except OSError`` catches the stand-in of a missing ``OSError`` whose bytes say so."""
    bases = {isinstance(loads(payload(name, protocol)), base) for protocol in PROTOCOLS}
    assert bases == {name == "os error"}


def test_an_os_error_has_its_fields() -> None:
    """Fields that C keeps are set, and ``str()`` is Python's."""
    error = loads(payload("os error"))
    assert (error.errno, error.strerror, error.filename, str(error)) == (2, "text", "file", "[Errno 2] text: 'file'")


def test_a_group_is_a_group() -> None:
    """``except*``, ``split`` and ``exceptions`` work, and the parts have the group's name."""
    error = loads(payload("group"))
    assert isinstance(error, MissingGroup)
    assert isinstance(error, ExceptionGroup)
    split: Any = error.split(ValueError)
    matching, rest = split
    assert (type(matching), type(rest)) == (type(error), type(error))
    assert [repr(sub) for sub in (*matching.exceptions, *rest.exceptions)] == ["ValueError(1)", "StockError('x')"]
    assert isinstance(loads(payload("base group")), MissingGroup)


def test_what_is_no_ordinary_exception_is_none_here() -> None:
    """A ``BaseExceptionGroup`` of missing classes alone holds one that ``except Exception`` must not catch."""
    (sub,) = loads(payload("group of base exceptions")).exceptions
    assert isinstance(sub, MissingError)
    assert not isinstance(sub, Exception)


def test_missing_values_are_inert() -> None:
    """A list, a dictionary, an enum member and an instance: what they held can be looked at, and nothing else."""
    error = loads(payload("holding"))
    assert (error.bag.items, error.small_bag.items, error.colour.args) == ([1, 2], [1], (1,))
    ((key, info),) = error.table.mapping
    assert (key, info.state, repr(info)) == ("a", {"n": 2}, "<missing absent_shop.Info>")
    assert error.depth.kwargs == {"depth": 3}
    assert isinstance(info, MissingValue)
    with pytest.raises(AttributeError, match=r"<missing absent_shop\.Info> has no attribute 'n': its class can't be imported here"):
        _ = info.n


@pytest.mark.parametrize("protocol", [0, 1])
def test_the_first_protocols_write_contents_otherwise(protocol: int) -> None:
    """There, too, the contents are known."""
    error = loads(payload("holding", protocol))
    assert (error.bag.items, error.table.mapping[0][0]) == ([1, 2], "a")


def test_a_missing_class_among_the_attributes_is_a_class() -> None:
    """It is the class of the stand-ins of that name, and plain pickle writes it by its name."""
    error = loads(payload("naming"))
    assert error.kind is type(error)
    assert error.other is value_class("absent_shop", "Info")
    assert pickle.loads(pickle.dumps([MissingError, MissingGroup, MissingValue])) == [MissingError, MissingGroup, MissingValue]


def test_nothing_stays_in_copyreg() -> None:
    """The entry for stand-in classes goes with the last of them, and not before."""
    gc.collect()
    before = dict(copyreg.dispatch_table)
    one, two = error_class("absent_a", "AError"), value_class("absent_b", "B")
    assert len(copyreg.dispatch_table) == len(before) + 1
    del one
    gc.collect()
    assert len(copyreg.dispatch_table) == len(before) + 1
    assert stands_for(two) == ("absent_b", "B")
    del two
    gc.collect()
    assert copyreg.dispatch_table == before


def test_uninstalling_takes_the_entry_out() -> None:
    """It leaves ``copyreg`` as it was; whoever pickles a stand-in after that gets what it got before."""
    gc.collect()
    before = dict(copyreg.dispatch_table)
    error: Any = loads(payload("naming"))
    with Registry(entry_points=False).installed():
        assert Named in copyreg.dispatch_table
    assert copyreg.dispatch_table == before
    again: Any = loads(pickle.dumps(error))
    assert again.other is error.other
    del error, again
    gc.collect()
    assert copyreg.dispatch_table == before


def test_the_classes_are_the_same_each_time() -> None:
    """Two readings give one class; another base gives another one."""
    assert error_class("absent", "AError") is error_class("absent", "AError")
    assert error_class("absent", "AError") is not error_class("absent", "AError", OSError)
    assert value_class("absent", "A") is value_class("absent", "A")


@pytest.mark.parametrize("cls", [MissingError, MissingValue, MissingGroup])
def test_the_public_classes_are_caught_and_never_made(cls: Any) -> None:
    """They stand for nothing."""
    with pytest.raises(TypeError, match=f"{cls.__name__} stands for nothing: .* picklereg.loads; catch them"):
        cls("text", [ValueError()])


def test_hostile_names_become_harmless_ones() -> None:
    """A NUL or a lone surrogate can stand in bytes, but not in the name of a class."""
    cls = error_class("a\0b", "E\0\udc80Error")
    assert (cls.__module__, cls.__qualname__) == ("a\\x00b", "E\\x00\\udc80Error")
    assert stands_for(cls) == ("a\0b", "E\0\udc80Error")


def test_a_missing_value_is_copied_and_made_by_any_new() -> None:
    """Also by that of ``object``, which knows nothing of it."""
    made: Any = object.__new__(value_class("absent", "A"))
    assert (made.args, made.kwargs, made.state, made.items, made.mapping) == ((), {}, None, [], [])
    made.__setstate__([1])
    shallow, deep = copy.copy(made), copy.deepcopy(made)
    assert (shallow.state is made.state, deep.state is made.state, deep.state) == (True, False, [1])


def test_a_state_may_have_names_that_are_no_text() -> None:
    """Such a state is handed to the class again where it exists."""
    error: Any = error_class("absent", "OddError")("a")
    error.__setstate__({1: 2})
    assert origin_of(error).raw == ({1: 2},)
    error.__setstate__(None)
    assert origin_of(error).raw == ({1: 2},)


def test_the_name_of_a_field_of_ours_is_free() -> None:
    """An attribute of the missing class may be called as what a stand-in keeps."""
    error: Any = error_class("absent", "OddError")("a")
    error.__setstate__({"_origin": 5})
    assert error.__dict__ == {"_origin": 5}
    assert origin_of(error).form == "call"


def test_a_reference_is_called_in_the_reader_only() -> None:
    """pickle believes that it can be called."""
    reference: Any = error_class("absent", "AError")._ref
    with pytest.raises(NotImplementedError):
        reference()

"""Arguments and states that are not what they should be: they end up inert, or refused."""

from __future__ import annotations

import collections
import pickle
import uuid
from typing import Any

import hostile
import pytest

import picklereg
from picklereg.errors import UnsafePickleError
from picklereg.unpickling.safe.unpickler import safe_loads
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue

NOBODY = picklereg.Registry(entry_points=False)


def read(*parts: bytes) -> Any:
    return safe_loads(hostile.opcodes(*parts), registry=NOBODY)


def plain(value: object) -> bytes:
    return pickle.dumps(value, 2)[2:-1]


@pytest.mark.parametrize(
    ("module", "qualname", "args"),
    [
        ("_codecs", "encode", ("a", "rot13")),
        ("_operator", "getitem", ((1,), 7)),
        ("_operator", "getitem", ([1], 0)),
        ("builtins", "complex", ("1", "2")),
        ("builtins", "bytearray", (1,)),
        ("builtins", "set", (1,)),
        ("builtins", "frozenset", ([], [])),
        ("builtins", "range", (1, 2, 0)),
        ("builtins", "getattr", (1, 2)),
        ("builtins", "int", ("9" * 100,)),
        ("builtins", "BaseException.__setstate__", (1, {})),
        ("builtins", "dict.update", ({}, {})),
        ("collections", "OrderedDict", ([],)),
        ("collections", "UserList", ((1,),)),
        ("collections", "defaultdict", (len,)),
        ("collections", "deque", ([1], 2)),
        ("collections", "deque", ((1,),)),
        ("copyreg", "_reconstructor", (1, 2, 3)),
        ("datetime", "datetime", (b"\x07\xe6\x0d\x01\x00\x00\x00\x00\x00\x00",)),
        ("datetime", "datetime", (b"\x07\xe6\x01\x01\x00\x00\x00",)),
        ("datetime", "timedelta", (10**15, 0, 0)),
        ("decimal", "Decimal", ("x",)),
        ("decimal", "Decimal", ("9" * 5_000,)),
        ("pathlib", "PurePosixPath", ("a" * 5_000,)),
        ("pathlib", "WindowsPath", ("a",)),
        ("types", "SimpleNamespace", (1,)),
        ("uuid", "UUID", ("x",)),
        ("botocore.exceptions", "_exception_from_packed_args", (1, 2, 3)),
        ("operator", "methodcaller", ("__set__", 1)),
    ],
)
def test_a_call_with_other_arguments_is_written_down(module: str, qualname: str, args: tuple[Any, ...]) -> None:
    """What a function of ours doesn't take stays an inert value that tells the name and the arguments."""
    found = read(pickle.EMPTY_LIST, hostile.name(module, qualname), plain(args), pickle.REDUCE, pickle.APPEND)[0]
    assert isinstance(found, MissingValue)
    assert repr(found) == f"<missing {module}.{qualname}>"
    assert len(found.args) == len(args)


@pytest.mark.parametrize(
    "parts",
    [
        (b"K\x05}b",),
        (b"]}b",),
        (hostile.name("cloudpickle.cloudpickle", "_make_skeleton_class"), b")R)\x81"),
        (b"}", hostile.name("decimal", "Decimal"), plain(("sNaN",)), b"RNs"),
        (
            hostile.call(
                hostile.call(hostile.name("builtins", "getattr"), hostile.name("builtins", "OSError"), hostile.text("__new__")),
                hostile.name("builtins", "KeyError"),
            ),
        ),
        (hostile.name("cloudpickle.cloudpickle", "_make_skeleton_class"), plain((1, 2, 3, {})), b"R)\x81"),
        (hostile.name("builtins", "SyntaxError"), b")\x81", plain({"lineno": 2**40}), b"b"),
        (hostile.name("builtins", "SyntaxError"), b")\x81", plain({"text": 1}), b"b"),
    ],
)
def test_refused(parts: tuple[bytes, ...]) -> None:
    """A state that an exception, or what wasn't made by a call, can't have; and what Python's own code can't take."""
    with pytest.raises(UnsafePickleError):
        read(*parts)


@pytest.mark.parametrize(
    ("call", "state", "missing"),
    [
        (hostile.name("uuid", "UUID") + b")\x81", {"int": 2**128}, "uuid.UUID"),
        (hostile.name("uuid", "UUID") + b")\x81", [], "uuid.UUID"),
        (hostile.name("types", "SimpleNamespace") + b")R", {1: 2}, "types.SimpleNamespace"),
        (hostile.name("types", "SimpleNamespace") + b")R", (None, {"a": 1}), "types.SimpleNamespace"),
        (hostile.name("operator", "getitem") + b"K\x05\x85K\x00\x86R", {"a": 1}, "operator.getitem"),
        (hostile.name("collections", "OrderedDict") + b")R", {"a": 1}, "collections.OrderedDict"),
        (hostile.name("datetime", "timedelta") + b"K\x01K\x02K\x03\x87R", 7, "datetime.timedelta"),
    ],
)
def test_a_state_that_a_value_does_not_take(call: bytes, state: object, missing: str) -> None:
    """It costs no error: in the value's place is an inert one that tells its state, wherever it is referred to."""
    (first, second) = read(hostile.name("builtins", "ValueError"), call, b"q\x07", plain(state), b"bh\x07\x86R").args
    assert first is second
    assert isinstance(first, MissingValue)
    assert repr(first) == f"<missing {missing}>"
    assert first.state == state


def test_items_beside_a_state_that_a_value_does_not_take() -> None:
    """They are told, too, and come back to life."""
    table = collections.OrderedDict(a=1)
    table.owner = "shop"  # type: ignore[attr-defined]
    found = safe_loads(pickle.dumps(ValueError(table)), registry=NOBODY)
    assert (found.args[0].mapping, found.args[0].state) == ([("a", 1)], {"owner": "shop"})
    (again,) = pickle.loads(pickle.dumps(picklereg.bring_to_life(found))).args
    assert (again, again.owner) == (table, "shop")
    queue = read(hostile.name("collections", "deque"), b")RK\x01a}b")
    assert (queue.items, queue.state) == ([1], {})


def test_states_of_every_form() -> None:
    """Slots and attributes in two dictionaries; a state that only the class itself understands; items of an unknown container."""
    error = hostile.name("shop", "OrderError") + b")\x81"
    found = read(error, plain(({"a": 1}, {"b": 2})), b"b")
    assert (type(found).__name__, found.a, found.b) == ("OrderError", 1, 2)
    assert isinstance(read(error, plain([1]), b"b"), MissingError)
    builtin = read(hostile.name("builtins", "ValueError"), b")\x81", plain([1]), b"b")
    assert "a state was left behind" in builtin.__notes__[0]
    bag = read(b"]", hostile.name("shop", "Bag"), b")\x81", plain(1), b"a", plain("k"), plain("v"), b"sa")[0]
    assert (bag.items, bag.mapping) == ([1], [("k", "v")])
    assert read(b"]", hostile.name("builtins", "list"), b")\x81a")[0].args == ()
    assert read(hostile.name("shop", "OrderError"), b")}", plain("a"), b"K\1s\x92").args == ({"a": 1},)


def test_a_call_of_a_builtin_exception_that_it_would_refuse() -> None:
    """The arguments are kept."""
    found = read(hostile.name("builtins", "UnicodeDecodeError"), plain((1, 2)), b"R")
    assert found.args == (1, 2)


def test_the_call_of_a_written_down_call() -> None:
    """Is written down, too."""
    inner = hostile.call(hostile.name("functools", "partial"), hostile.name("os", "mkdir"))
    found = read(b"]", hostile.call(inner, hostile.text("x")), b"a")[0]
    assert repr(found) == "<missing operator.call>"


def test_a_key_by_identity() -> None:
    """Errors, stand-ins and classes can be keys; a class whose metaclass compares otherwise can't."""
    assert [key.args for key in read(b"}", hostile.name("builtins", "ValueError"), b")\x81Ns")] == [()]
    assert list(read(b"}", hostile.name("builtins", "ValueError"), b"Ns")) == [ValueError]
    assert read(plain({uuid.UUID(int=1): 1})) == {uuid.UUID(int=1): 1}


def test_no_state() -> None:
    """None changes nothing."""
    assert vars(read(hostile.name("builtins", "ValueError"), b")\x81Nb")) == {}


def test_a_mark_that_is_thrown_away() -> None:
    """POP takes a mark, too, if there is nothing above it."""
    assert read(b"N(0") is None


@pytest.mark.parametrize(
    ("fields", "base"),
    [
        ({"errno": 2, "strerror": "no"}, OSError),
        ({"msg": "m", "lineno": 1, "offset": 2}, SyntaxError),
        ({"object": b"x", "start": 0, "end": 1, "encoding": "a", "reason": "r"}, UnicodeDecodeError),
        ({"object": "x", "start": 0, "end": 1, "encoding": "a", "reason": "r"}, UnicodeEncodeError),
    ],
)
def test_what_a_missing_class_is_derived_from_shows_in_its_fields(fields: dict[str, object], base: type[BaseException]) -> None:
    """A stand-in with the fields of an OSError is one, and has them."""
    found = read(hostile.name("shop", "ShopError"), b")\x81", plain(fields), b"b")
    assert isinstance(found, MissingError)
    assert isinstance(found, base)
    assert {name: getattr(found, name) for name in fields} == fields


def test_a_class_by_value_that_is_made_natively() -> None:
    """A class of ``__main__`` whose own ``__new__`` isn't called: it is a stand-in derived from the builtin class."""
    arguments = plain((None, "Local", None, {"__module__": "__main__"}))
    cls = hostile.name("cloudpickle.cloudpickle", "_make_skeleton_class") + arguments + b"R"
    native = hostile.call(hostile.name("builtins", "getattr"), hostile.name("builtins", "OSError"), hostile.text("__new__"))
    found = read(hostile.call(native, cls))
    assert isinstance(found, MissingError)
    assert isinstance(found, OSError)
    assert (type(found).__module__, type(found).__qualname__) == ("__main__", "Local")


def test_the_form_of_botocore() -> None:
    """Its function isn't called: keyword arguments are kept as its errors keep them, and what is no error stays inert."""
    function = hostile.name("botocore.exceptions", "_exception_from_packed_args")
    found = read(hostile.call(function, hostile.name("botocore.exceptions", "DataNotFoundError"), pickle.NONE, plain({"data_path": "d"})))
    assert isinstance(found, MissingError)
    assert (type(found).__qualname__, vars(found)["kwargs"]) == ("DataNotFoundError", {"data_path": "d"})
    value = read(b"]", hostile.call(function, hostile.name("shop", "Bag"), plain((1,)), b"}"), b"a")[0]
    assert isinstance(value, MissingValue)
    assert value.args == (1,)


def test_missing_classes_that_show_one_after_the_other() -> None:
    """A class whose name doesn't say that it is an exception is found by where it stands, to some depth; below, the chain ends."""
    last = b"N"
    for number in range(8):
        state = b"}" + hostile.text("__cause__") + last + b"sN\x86"  # in two parts, which no exception by itself writes
        last = hostile.name("shop", f"Unguessable{number}") + b")\x81" + state + b"b"
    found = read(hostile.name("builtins", "ValueError"), b")\x81}", hostile.text("__cause__"), last, b"sb").__cause__
    names = []
    while found is not None:
        assert isinstance(found, MissingError)
        names.append(type(found).__qualname__)
        found = found.__cause__
    assert names == ["Unguessable7", "Unguessable6", "Unguessable5"]

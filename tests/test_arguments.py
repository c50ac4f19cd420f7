"""What public functions say of what they were handed: the argument, what came, the remedy; and what bytes are that are no pickle."""

from __future__ import annotations

import base64
import gzip
import io
import json
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import picklereg
import picklereg.testing
from picklereg import (
    ArgumentTypeError,
    ArgumentValueError,
    Bounds,
    EndOfPickleError,
    PickleregError,
    RegistrationError,
    Registry,
    Signer,
    UnreadablePickleError,
    UnsafePickleError,
)

KEY = "kept in the environment, not in the code"
DATA = pickle.dumps([ValueError("an error that is long enough to be cut")] * 2)

#: What is called, and what is said.
WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "loads of nothing": (lambda: picklereg.loads(None), "data is None; pass the bytes that dumps gave"),
    "loads of a text": (lambda: picklereg.loads("gASVCA=="), "data is of type str; pass the bytes"),
    "loads of a number": (lambda: picklereg.loads(7, missing="stand-in"), "data is of type int; pass bytes"),
    "load of bytes": (lambda: picklereg.load(DATA), "file is of type bytes; pass a file that is open for reading in binary mode"),
    "safe_loads of numbers": (lambda: picklereg.safe_loads([78, 46]), "data is of type list; pass bytes"),  # type: ignore[arg-type]
    "safe_load of bytes": (lambda: picklereg.safe_load(DATA), "file is of type bytes; pass a file"),  # type: ignore[arg-type]
    "the class for a registry": (
        lambda: picklereg.dumps(1, registry=Registry),  # type: ignore[arg-type]
        r"registry is the class picklereg.Registry; pass an instance, picklereg.Registry\(...\)",
    ),
    "the class for a registry, a pickler": (
        lambda: picklereg.Pickler(io.BytesIO(), registry=Registry),  # type: ignore[arg-type]
        "registry is the class picklereg.Registry",
    ),
    "the class for a registry, safely": (
        lambda: picklereg.safe_loads(DATA, registry=Registry),  # type: ignore[arg-type]
        "registry is the class picklereg.Registry",
    ),
    "a falsy registry": (lambda: picklereg.dumps(1, registry=0), "registry is of type int"),  # type: ignore[arg-type]
    "a number for bounds": (lambda: picklereg.safe_loads(DATA, bounds=5), r"bounds is of type int; pass picklereg.Bounds\(...\)"),  # type: ignore[arg-type]
    "a number for bounds, of a file": (
        lambda: picklereg.safe_load(io.BytesIO(DATA), bounds=5),  # type: ignore[arg-type]
        "bounds is of type int",
    ),
    "a word for imports": (lambda: picklereg.safe_loads(DATA, imports="no"), "imports is of type str; pass True or False"),  # type: ignore[arg-type]
    "a bound that is true": (lambda: Bounds(max_stack=True), "max_stack is of type bool; pass a number"),
    "a file that can't be written to": (lambda: picklereg.dump(1, "x"), "file is of type str; pass a file"),  # type: ignore[arg-type]
    "a protocol in words": (lambda: picklereg.dumps(1, "5"), "protocol is of type str; pass a number"),  # type: ignore[arg-type]
    "no old keys": (lambda: Signer(KEY, old_keys=None), "old_keys is None; pass a list of keys"),  # type: ignore[arg-type]
    "dumps that can't be called": (lambda: Signer(KEY, dumps=pickle), "dumps is of type module; pass a function as pickle.dumps"),  # type: ignore[arg-type]
    "an object to sign": (lambda: Signer(KEY).sign([1]), "data is of type list; pass bytes, or call dumps"),  # type: ignore[arg-type]
    "a word for all exceptions": (lambda: picklereg.install(all_exceptions="yes"), "all_exceptions is of type str; pass True or False"),  # type: ignore[arg-type]
    "a word for strict": (lambda: picklereg.discover(strict="no"), "strict is of type str; pass True or False"),  # type: ignore[arg-type]
    "None for entry points": (lambda: Registry(entry_points=None), "entry_points is None; pass True or False"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_type_is_named_with_the_remedy(case: str) -> None:
    """It is a ``TypeError`` of ours, and crosses by plain pickle with its fields."""
    call, said = WRONG[case]
    with pytest.raises(ArgumentTypeError, match=said) as caught:
        call()
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, PickleregError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.argument, again.given, again.remedy) == (caught.value.argument, caught.value.given, caught.value.remedy)


def test_a_file_that_is_open_as_text(tmp_path: Path) -> None:
    """The remedy is the mode."""
    (tmp_path / "stored").write_bytes(pickle.dumps(1, 0))
    for read in (picklereg.load, picklereg.safe_load):
        with (
            (tmp_path / "stored").open(encoding="utf-8") as file,
            pytest.raises(ArgumentTypeError, match="file is open as text; open it in"),
        ):
            read(file)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_an_option_that_there_is_not() -> None:
    """It is the public function that doesn't know it."""
    with pytest.raises(TypeError, match=r"^loads\(\) got an unexpected keyword argument 'mising'"):
        picklereg.loads(DATA, mising="raise")  # type: ignore[call-arg]


class Unsure:
    """Neither true nor false, as an array is."""

    def __init__(self, problem: Exception) -> None:
        self._problem = problem

    def __bool__(self) -> bool:
        raise self._problem


def test_an_option_that_pickle_refuses_is_pickles_to_tell() -> None:
    """What is wrong with neither the file nor the protocol is said as ever."""
    with pytest.raises(TypeError, match="encoding"):
        picklereg.Unpickler(io.BytesIO(DATA), encoding=7)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="buffer_callback needs protocol"):
        picklereg.Pickler(io.BytesIO(), 4, print)
    for problem in (TypeError("neither"), ValueError("neither")):
        with pytest.raises(type(problem), match="^neither$"):
            picklereg.Pickler(io.BytesIO(), 5, fix_imports=Unsure(problem))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Bounds(max_stack=-1), "max_stack is -1; pass a number that isn't negative"),
        (lambda: picklereg.dumps(1, 99), "protocol is 99; pass a number up to 5, or leave it out"),
        (lambda: picklereg.Pickler("x", 99), "protocol is 99; pass a number"),  # type: ignore[arg-type]  # pickle looks at it first
        (lambda: picklereg.loads(DATA, missing="ignore"), "missing is 'ignore', no way to treat missing classes"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_value_is_named_with_the_remedy(call: Callable[[], Any], said: str) -> None:
    """It is a ``ValueError`` of ours."""
    with pytest.raises(ArgumentValueError, match=said) as caught:
        call()
    assert isinstance(caught.value, ValueError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_chain_of_true_links() -> None:
    """True is no number of exceptions."""
    with pytest.raises(RegistrationError, match="max_chain=True"):
        Registry(max_chain=True)


# --- bytes that are no pickle ---------------------------------------------------------------------------------------

#: What can't be read, what it is said to be, and what to do.
UNREADABLE: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "there are no bytes", "look whether anything was stored"),
    "signed": (Signer(KEY).dumps(KeyError("k")), "these bytes are signed", "picklereg.Signer"),
    "cut": (DATA[:-30], "this pickle is cut off after", "sent again"),
    "cut behind the protocol": (DATA[:2], "this pickle is cut off after 2 bytes", "sent again"),
    "cut within a frame's length": (DATA[:4], "this pickle is cut off after 4 bytes", "sent again"),
    "text": (b"Internal Server Error", "these bytes are text", "the bytes that dumps gave"),
    "text that ends like a pickle": (b"hello.", "these bytes are text", "the bytes that dumps gave"),
    "text with an umlaut at the border": (b"a" * 4_095 + "\u00e4".encode(), "these bytes are text", "the bytes that dumps gave"),
    "JSON": (json.dumps({"value": {"data": "x"}}).encode(), "these bytes are JSON", "json.loads"),
    "base64": (base64.b64encode(DATA), "these bytes are a pickle as base64", "base64.b64decode"),
    "base64 for URLs": (base64.urlsafe_b64encode(DATA), "these bytes are a pickle as base64", "base64.b64decode"),
    "hex": (DATA.hex().encode(), "these bytes are a pickle as hex", "bytes.fromhex"),
    "zlib": (zlib.compress(DATA), "these bytes are compressed", "zlib.decompress"),
    "gzip": (gzip.compress(DATA), "these bytes are compressed", "gzip.decompress"),
    "another's": (b"\x00\x01\x02\x03", "these bytes are no pickle", "dumps"),
    "letters": (b"abcde", "these bytes are text", "dumps"),
    "latin-1": (b"caf\xe9 \x80", "these bytes are no whole pickle", "dumps"),
}
READERS: dict[str, Callable[[bytes], Any]] = {
    "loads": picklereg.loads,
    "loads with options": lambda data: picklereg.loads(data, fix_imports=False),
    "load": lambda data: picklereg.load(io.BytesIO(data)),
    "of a bytearray": lambda data: picklereg.loads(bytearray(data)),
}


@pytest.mark.parametrize("how", READERS)
@pytest.mark.parametrize("case", UNREADABLE)
def test_bytes_are_told_for_what_they_are(case: str, how: str) -> None:
    """By an error of ours that is also of the class which pickle raises for them, so that whoever catches that catches it."""
    data, problem, remedy = UNREADABLE[case]
    with pytest.raises(Exception) as theirs:
        pickle.loads(data)
    with pytest.raises(type(theirs.value)) as caught:
        READERS[how](data)
    assert isinstance(caught.value, UnreadablePickleError)
    assert isinstance(caught.value, EOFError) == isinstance(theirs.value, EOFError) == isinstance(caught.value, EndOfPickleError)
    assert caught.value.problem.startswith(problem)
    assert remedy in caught.value.remedy
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("case", UNREADABLE)
def test_safe_loads_tells_it_too(case: str) -> None:
    """And sends nobody to ``loads``, which couldn't read them either."""
    data, problem, remedy = UNREADABLE[case]
    with pytest.raises(UnsafePickleError) as caught:
        picklereg.safe_loads(data)
    if case == "text that ends like a pickle":  # its opcodes are all there
        return
    assert caught.value.problem.startswith(problem)
    assert remedy in str(caught.value)
    assert "picklereg.loads" not in str(caught.value)


def test_what_is_too_much_may_be_read_otherwise() -> None:
    """The remedy for a bound is the bound."""
    with pytest.raises(UnsafePickleError, match=r"raise the bound, or read it with picklereg\.loads"):
        picklereg.safe_loads(pickle.dumps(list(range(100))), bounds=Bounds(max_objects=10))
    with pytest.raises(UnsafePickleError, match=r"; if it is yours, read it with picklereg\.loads$"):
        picklereg.safe_loads(b"\x80\x02NN.")


def test_other_errors_get_a_note() -> None:
    """A text may be opcodes for which pickle raises what neither of its own errors is."""
    data = b"L1x\nand so on"
    with pytest.raises(ValueError, match="invalid literal"):
        pickle.loads(data)
    with pytest.raises(ValueError, match="invalid literal") as caught:
        picklereg.loads(data)
    assert caught.value.__notes__[0].startswith("picklereg.loads: these bytes are text, and no whole pickle; ")


def test_what_a_whole_pickle_raises_stays() -> None:
    """Its opcodes lead to the end, so whatever is wrong is told as pickle does."""
    for data in (b"\x80\x04N0h\x07.", b"\x80\x7fN."):
        with pytest.raises(Exception) as theirs:
            pickle.loads(data)
        with pytest.raises(type(theirs.value)) as ours:
            picklereg.loads(data)
        assert (type(ours.value), str(ours.value)) == (type(theirs.value), str(theirs.value))


def test_the_end_of_a_file_is_still_an_end(tmp_path: Path) -> None:
    """Who reads pickles until ``EOFError`` reads them all."""
    (tmp_path / "many").write_bytes(pickle.dumps(1) + pickle.dumps(2))
    found: list[int] = []
    with (tmp_path / "many").open("rb") as file:
        try:
            while True:
                found.append(picklereg.load(file))
        except EOFError:
            found.append(0)
    assert found == [1, 2, 0]


# --- what tests leave out -------------------------------------------------------------------------------------------


def test_what_is_left_out_has_to_be_there() -> None:
    """A name that is misspelt leaves nothing out, so that it is refused, as a text in the place of a set of names is."""
    exc = ValueError("x")
    exc.__cause__ = KeyError("k")
    assert picklereg.testing.assert_whole(exc, except_for={"args[0]", "cause.args[0]", "str"}).differences == ()
    with pytest.raises(ArgumentValueError, match="except_for is 'attr tpyo', which there isn't; name a piece of it: attr lock"):
        picklereg.testing.assert_whole(exc, except_for={"attr tpyo"})
    with pytest.raises(ArgumentTypeError, match="except_for is of type str; pass a set of names"):
        picklereg.testing.assert_whole(exc, except_for="str")
    with pytest.raises(ArgumentTypeError, match="except_for is None"):
        picklereg.testing.assert_whole(exc, except_for=None)  # type: ignore[arg-type]
    with pytest.raises(ArgumentValueError, match=r"'JSONDecodeEror', which there isn't; name a class of 'json.decoder'"):
        picklereg.testing.assert_module_whole("json.decoder", except_for={"JSONDecodeEror"})

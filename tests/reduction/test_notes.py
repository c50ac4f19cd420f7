"""Noted: what can't travel is left behind piece by piece, and a note names the piece and the reason."""

from __future__ import annotations

import gc
import io
import operator
import pickle
import sys
from typing import Any

import pytest
import shapes
from crossing import Reader, describe
from noted_samples import notes_of, written

import picklereg
from picklereg.introspection.homes import home_of
from picklereg.reduction.expression import Expression
from picklereg.unpickling.stand_ins.classes import error_class

LOCK = "TypeError: cannot pickle '_thread.lock' object"


@pytest.mark.parametrize("how", ["picklereg", "pickle", "cloudpickle"])
def test_an_attribute_is_left_behind(how: str, reader: Reader) -> None:
    """An attribute that can't be pickled is missing; the others, and the note, are there."""
    exc: Any = shapes.KeywordOnly(code=3, message="m")
    exc.lock, exc.fine = shapes.lock(), [1]
    got = reader.describe(written(exc, how))
    assert got["dict"] == {"code": "3", "fine": "list(1)"}
    assert notes_of(got) == [f"picklereg: attribute 'lock' (_thread.lock) was left behind: {LOCK}"]


@pytest.mark.parametrize("how", ["picklereg", "pickle", "cloudpickle"])
def test_what_a_field_hides(how: str, reader: Reader) -> None:
    """What can't travel and stands in ``__dict__`` under a field's name is named; the field travels."""
    exc = SyntaxError("bad", ("file", 3, 4, "x = "))
    exc.__dict__["text"] = shapes.lock()
    got = reader.describe(written(exc, how))
    assert (got["fields"]["text"], got["dict"]) == ("'x = '", {})
    assert notes_of(got) == [f"picklereg: attribute 'text' (_thread.lock) was left behind: {LOCK}"]


def test_what_a_field_of_a_stand_in_hides() -> None:
    """A stand-in is written as it was read, which has no place for such an attribute: a note says so."""
    exc: Any = error_class("a_shop_that_is_gone", "ShelfError", OSError)(2, "no shelf", "file")
    vars(exc)["filename"] = "hidden"
    found = picklereg.loads(picklereg.dumps(exc))
    assert (found.filename, vars(found)["__notes__"]) == (
        "file",
        ["picklereg: attribute 'filename' (str) was left behind: a field has its name"],
    )
    del exc, found
    gc.collect()  # so that copyreg is as it was


def test_what_a_reduce_adds(reader: Reader) -> None:
    """Where a class's own reduce counts, because it can do without what can't travel, what it adds is named."""
    exc: Any = shapes.AddingReduce(1)
    exc.lock = shapes.lock()
    got = reader.describe(written(exc))
    assert (got["dict"].keys(), got["fields"].keys()) == ({"code", "digest"}, {"parents"})
    assert notes_of(got) == [
        f"picklereg: attribute 'lock' (_thread.lock) was left behind: {LOCK}",
        "picklereg: attribute 'digest' (str) was added by the class's own reduce",
        "picklereg: attribute 'parents' (list) was added by the class's own reduce",
    ]


def test_what_a_strip_function_says(reader: Reader) -> None:
    """It may add a note, wherever the attachment stands; an attachment in it that can't be stripped is named, and is ``None``."""

    def strip(holder: shapes.Holder) -> Expression:
        return Expression(shapes.Holder.__new__, shapes.Holder, state=dict(vars(holder)), note="came without its lid")

    registry = picklereg.Registry(entry_points=False)
    registry.register_attachment(shapes.Holder, strip)
    registry.register_attachment(shapes.LoadsBadly, operator.attrgetter("nothing"))
    exc: Any = ValueError("full")
    exc.holder = holder = shapes.Holder(shapes.LoadsBadly(needed=1))
    exc.same = holder
    data = picklereg.dumps(exc, registry=registry)
    assert reader.read(data, code="result = [obj.holder is obj.same, obj.holder.thing]") == [True, None]
    bad = "was left behind: AttributeError: 'LoadsBadly' object has no attribute 'nothing'"
    assert notes_of(reader.describe(data)) == [
        note
        for name in ("holder", "same")
        for note in (
            f"picklereg: attribute {name!r} (shapes.Holder) came without its lid",
            f"picklereg: 'thing' of attribute {name!r} (shapes.LoadsBadly) {bad}",
        )
    ]


def test_a_class_made_of_native_code(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class of an extension that can't be imported isn't taken apart: what arrives is its nearest importable base."""
    gather = pytest.importorskip("pydantic_core._pydantic_core")._schema_gather.gather_schemas_for_cleaning
    schema = {"type": "definitions", "schema": {"type": "definition-ref", "schema_ref": "nowhere"}, "definitions": []}
    with pytest.raises(LookupError) as caught:
        gather(schema, {})
    while (home := home_of(type(caught.value))) is not None:  # pydantic imports it in one of its modules
        monkeypatch.delattr(sys.modules[home[0]], home[1])
    got = reader.describe(written(caught.value))
    assert (got["type"], got["args"]) == ("builtins.LookupError", ["'nowhere'"])
    assert "MissingDefinitionError" in notes_of(got)[0]
    assert notes_of(got)[0].endswith("it was sent as LookupError")


@pytest.mark.parametrize("how", ["picklereg", "pickle", "cloudpickle"])
def test_an_argument_becomes_its_repr(how: str, reader: Reader) -> None:
    """An argument keeps its place."""
    exc = ValueError("x", shapes.lock(), 3)
    got = reader.describe(written(exc, how))
    assert got["args"] == ["'x'", repr(str(exc.args[1])).replace(hex(id(exc.args[1])), "0x"), "3"]
    assert got["str"] == describe(ValueError("x", repr(exc.args[1]), 3))["str"]
    assert notes_of(got) == [f"picklereg: argument 1 (_thread.lock) was replaced by its repr: {LOCK}"]


def test_containers_lose_only_what_cannot_travel(reader: Reader) -> None:
    """Lists, tuples, sets and dicts are mended, however nested; what is fine in them stays."""
    exc: Any = ValueError([1, (shapes.lock(), {"k": shapes.lock()})])
    exc.info = {7: b"seven", "deep": [{"lock": shapes.lock()}], "set": {1}}
    got = reader.describe(written(exc))
    assert got["dict"]["info"].startswith("dict(7: b'seven', 'deep': list(dict('lock': '<unlocked")
    assert got["dict"]["info"].endswith("'set': set(1))")
    assert notes_of(got) == [
        f"picklereg: an item of argument 0 (_thread.lock) was replaced by its repr: {LOCK}",
        f"picklereg: an item of argument 0 (_thread.lock) was replaced by its repr: {LOCK}",
        f"picklereg: an item of attribute 'info' (_thread.lock) was replaced by its repr: {LOCK}",
    ]


def test_no_untrue_note_about_odd_dictionaries(reader: Reader) -> None:
    """A dictionary with numbers as keys travels, and nothing says that it didn't."""
    exc: Any = ValueError()
    exc.info = {7: b"seven"}
    got = reader.describe(written(exc))
    assert got["dict"] == {"info": "dict(7: b'seven')"}
    assert notes_of(got) == []


def test_a_container_that_holds_itself_and_a_lock(reader: Reader) -> None:
    """A cycle among builtin containers ends; what can't travel in it is named."""
    exc: Any = ValueError()
    loop: list[Any] = [shapes.lock()]
    loop.append(loop)
    exc.loop = loop
    got = reader.describe(written(exc))
    assert got["dict"]["loop"].startswith("list('<unlocked")
    assert notes_of(got) == [
        f"picklereg: an item of attribute 'loop' (_thread.lock) was replaced by its repr: {LOCK}",
        "picklereg: an item of attribute 'loop' (list) was replaced by its repr: it leads back to itself",
    ]


def test_a_sound_container_that_holds_itself_travels(reader: Reader) -> None:
    """A cycle among builtin containers is no reason to leave anything behind."""
    exc: Any = ValueError()
    loop: list[Any] = [1]
    loop.append(loop)
    exc.loop = loop
    assert reader.read(written(exc), code="result = obj.loop[1] is obj.loop")


def test_what_fails_in_the_reader_is_left_behind(reader: Reader) -> None:
    """A value that pickles and can't be loaded would lose the whole error; it is found out in the writer."""
    exc: Any = ValueError()
    exc.bad = shapes.LoadsBadly(needed=1)
    exc.good = shapes.Holder(1)
    got = reader.describe(written(exc))
    assert list(got["dict"]) == ["good"]
    assert "attribute 'bad' (shapes.LoadsBadly) was left behind: TypeError: LoadsBadly.__init__() missing" in notes_of(got)[0]


@pytest.mark.parametrize(("how", "arrives"), [("picklereg", True), ("cloudpickle", True), ("pickle", False)])
def test_a_lambda_travels_where_the_pickler_can(how: str, arrives: bool, reader: Reader) -> None:
    """cloudpickle writes functions by value, pickle can't: each host is asked for itself."""
    exc: Any = ValueError()
    exc.function = lambda: 7
    got = reader.read(written(exc, how), code="result = [obj.function() if vars(obj).get('function') else None, describe(obj)['notes']]")
    assert got[0] == (7 if arrives else None)
    assert len(got[1]) == (0 if arrives else 1)


def test_a_value_that_refuses_everything(reader: Reader) -> None:
    """A value whose ``repr`` raises is named by its class."""

    class Refuses:
        def __reduce__(self) -> Any:
            raise KeyError("no")

        def __repr__(self) -> str:
            raise ValueError("no")

    got = reader.describe(written(ValueError(Refuses())))
    assert got["args"][0].startswith("'<test_notes.test_a_value_that_refuses_everything.<locals>.Refuses whose repr raises ValueError>")
    assert notes_of(got)[0].endswith("was replaced by its repr: KeyError: 'no'")


def test_a_long_repr_and_a_long_reason_are_shortened(reader: Reader) -> None:
    """A megabyte of text is no help to anybody."""

    class Long:
        def __reduce__(self) -> Any:
            raise ValueError("x" * 1_000_000)

        def __repr__(self) -> str:
            return "y" * 1_000_000

    assert len(written(ValueError(Long()))) < 10_000


def test_existing_notes_are_kept_before_ours(reader: Reader) -> None:
    """Notes that can't travel become text; ours come last."""
    exc: Any = ValueError()
    exc.add_note("first")
    exc.lock = shapes.lock()
    exc.__notes__.append(7)
    exc.__notes__.append(shapes.lock())
    notes = notes_of(reader.describe(written(exc)))
    assert notes[:2] == ["first", "7"]
    assert notes[2].startswith("<unlocked _thread.lock")
    assert notes[3].startswith("picklereg: attribute 'lock'")


@pytest.mark.parametrize("lock", [True, False])
def test_notes_that_are_no_list(lock: bool, reader: Reader) -> None:
    """``__notes__`` may be set to anything; it is kept, and made a list if there is something to add."""
    exc: Any = ValueError()
    exc.__notes__ = 7
    if lock:
        exc.lock = shapes.lock()
    notes = reader.read(written(exc), code="result = obj.__notes__")
    assert (notes[0] if lock else notes) == 7


def test_taking_an_exception_apart_fails(reader: Reader) -> None:
    """Even then a builtin class with the text and a note arrives."""

    class Vicious(list[str]):
        def __iter__(self) -> Any:
            raise RuntimeError("no")

        def __reduce__(self) -> Any:
            return iter(self)

    exc: Any = shapes.MyOSError("p")
    exc.__notes__ = Vicious()
    got = reader.describe(written(exc))
    assert (got["type"], got["str"]) == ("builtins.OSError", "[Errno 2] no such thing: 'p'")
    assert notes_of(got) == ["picklereg: shapes.MyOSError was sent as OSError with its text alone: RuntimeError: no"]


def test_a_reduce_that_makes_a_lock_anew(reader: Reader) -> None:
    """What the class brings back by itself isn't noted as left behind."""
    got = reader.describe(written(shapes.ReduceWithLock(1)))
    assert (list(got["dict"]), got["notes"]) == (["lock"], [])


def test_a_reduce_that_changes_the_live_exception() -> None:
    """The live exception is put back as it was."""
    exc = shapes.ReduceThatForgets(1)
    written(exc)
    assert exc.connection == "open"


@pytest.mark.parametrize(
    ("reducer", "reason"),
    [
        (lambda exc: exc.nothing, "AttributeError: "),
        (lambda _: (int, ()), "it gives no exception"),
        (lambda _: [int, ()], "it gives no reduce value but list"),
        (lambda _: (int,), "it gives no reduce value but tuple"),
        (lambda _: (int, []), "it gives no reduce value but tuple"),
    ],
)
def test_a_registered_reducer_that_fails(reducer: Any, reason: str, reader: Reader) -> None:
    """The wire form takes its place, and a note says so."""
    registry = picklereg.Registry(entry_points=False)
    registry.register(shapes.KeywordOnly, reducer=reducer)
    got = reader.describe(picklereg.dumps(shapes.KeywordOnly(code=1, message="m"), registry=registry))
    assert (got["type"], got["dict"]) == ("shapes.KeywordOnly", {"code": "1"})
    assert f"the reducer registered for shapes.KeywordOnly was not used: {reason}" in got["notes"][0]


def test_an_undeclared_cause_with_a_new_of_its_own(reader: Reader) -> None:
    """It is handed over by the builtin ``__new__``, too."""
    registry = picklereg.Registry(entry_points=False)
    registry.register(shapes.KeywordOnly)
    exc = shapes.KeywordOnly(code=1, message="m")
    exc.__cause__ = shapes.NewWithoutArgs(reason="r")
    with registry.installed():
        assert reader.describe(pickle.dumps(exc)) == describe(exc)


def test_the_table_of_a_pickler_tells_what_it_knows_beforehand() -> None:
    """loky copies it."""
    table: Any = picklereg.Pickler(io.BytesIO()).dispatch_table
    assert {memoryview, *table} == {memoryview, *table.keys()} == set(dict(table)) | {memoryview}

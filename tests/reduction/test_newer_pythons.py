"""What newer Pythons brought along: notes that pickle adds, objects of ``__main__`` that go by name, ``frozendict``."""

from __future__ import annotations

import builtins
import sys
import textwrap
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import pytest
from newer_samples import RaisesWhatItHolds, Template
from registry_samples import run
from writers import BY_VALUE, MODES, a_registry, writing

from picklereg import safe_loads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossing import Reader

SENDS_MAIN: Final = """
    import sys, typing
    from writers import a_registry, writing
    Money, much = typing.NewType("Money", int), []
    {more}
    error = ValueError("refused", Money)
    error.held, error.listed, error.said, error.much = Money, [Money], "kept", much
    with writing({mode!r}, a_registry()) as write:
        open({path!r}, "wb").write(write(error))
"""
#: What makes something that says in ``__main__`` where it is found, and what it shows as.
MORE: Final = {
    "NewType": ("", "__main__.Money"),
    "NewType beside much": ("much = [f'text number {number}' for number in range(5_000)]", "__main__.Money"),
    **({"type alias": ("exec('type Money = int', globals())", "Money")} if sys.version_info >= (3, 12) else {}),
    **({"sentinel": ("Money = sentinel('Money')", "Money")} if sys.version_info >= (3, 15) else {}),
}
SENDS_ANNOTATED: Final = """
    from writers import a_registry, writing
    class Annotated(Exception):
        code: int
        also: list[str]
    class Derived(Annotated):
        more: float
    later = False
    class Unreadable(Exception):
        code: (missing if later else int)
    later = True
    with writing({mode!r}, a_registry()) as write:
        open({path!r}, "wb").write(write([Annotated("refused"), Derived("derived"), Unreadable("unreadable")]))
"""
FROZEN: Final[Any] = vars(builtins).get("frozendict", dict)


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("kind", MORE)
def test_what_only_this_main_names_stays_behind(kind: str, mode: str, reader: Reader, tmp_path: Path) -> None:
    """The reader has another ``__main__``: the error arrives, and notes say what is missing."""
    more, shown = MORE[kind]
    path = tmp_path / "data"
    run(textwrap.dedent(SENDS_MAIN).format(more=more, mode=mode, path=str(path)))
    code = "result = [obj.args, obj.listed, obj.said, hasattr(obj, 'held'), obj.__notes__]"
    args, listed, said, held, notes = reader.read(path.read_bytes(), code=code)
    assert (list(args), listed, said, held) == (["refused", shown], [shown], "kept", False)
    assert [note.partition(" (")[0] for note in sorted(notes)] == [
        "picklereg: an item of attribute 'listed'",
        "picklereg: argument 1",
        "picklereg: attribute 'held'",
    ]
    assert all("the reader has another __main__" in note for note in notes)


@pytest.mark.parametrize("mode", MODES)
def test_pickles_notes_stay_on_no_error(mode: str, reader: Reader) -> None:
    """Since 3.14 pickle notes on exceptions that pass through it where they were; a live one stays as it is, however often it is sent."""
    held = KeyError("held")
    held.add_note("the program's own")
    error = ValueError("refused")
    error.__cause__ = held
    error.things = [1, RaisesWhatItHolds(held)]  # type: ignore[attr-defined]
    bare = ValueError("refused")
    bare.things = {"a": RaisesWhatItHolds(bare)}  # type: ignore[attr-defined]
    with writing(mode, a_registry()) as write:
        sent = [[write(error), write(bare)] for _ in range(3)]
    assert held.__notes__ == ["the program's own"]
    assert not hasattr(bare, "__notes__")
    assert reader.read(sent[-1][0], code="result = obj.__cause__.__notes__") == ["the program's own"]
    assert len(reader.read(sent[-1][1], code="result = obj.__notes__")) == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_frozendict_is_taken_apart_as_a_dict_is(mode: str, reader: Reader) -> None:
    """What can't travel in it is noted, what is a credential replaced, and the rest stays; a reader of untrusted bytes gets it, too."""
    key = "sk-abcdef0123456789abcdef"
    error = ValueError("refused")
    error.held = FROZEN(code=4, lock=Lock(), inner=FROZEN(api_key=key))  # type: ignore[attr-defined]
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert key.encode() not in data
    code = "result = [type(obj.held).__name__, obj.held['code'], dict(obj.held['inner']), len(obj.__notes__)]"
    assert reader.read(data, code=code) == [FROZEN.__name__, 4, {"api_key": "[redacted by picklereg]"}, 1]
    found: Any = safe_loads(data)
    assert type(found.held) is FROZEN
    assert found.held["code"] == 4
    assert type(found.held["inner"]) is FROZEN


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_class_by_value_keeps_its_annotations(mode: str, reader: Reader, tmp_path: Path) -> None:
    """Also where Python makes them when they are first read; what can't be made of them costs nothing else."""
    path = tmp_path / "data"
    run(textwrap.dedent(SENDS_ANNOTATED).format(mode=mode, path=str(path)))
    code = "result = [repr(type(part).__annotations__) for part in obj[:2]] + [str(obj[1]), obj[2].args]"
    fields, inherits, text, args = reader.read(path.read_bytes(), code=code)
    assert fields == "{'code': <class 'int'>, 'also': list[str]}"
    assert (inherits, text, list(args)) == ("{'more': <class 'float'>}", "derived", ["unreadable"])


def _templates(key: str, password: str) -> Iterator[Any]:
    yield Template(("curl -H 'Authorization: Bearer ", "' --password=", ""), key, password)
    if sys.version_info >= (3, 14):
        names = {"one": key, "other": password}
        yield eval("""t"curl -H 'Authorization: Bearer {one}' --password={other}" """, names)  # other Pythons can't compile it


@pytest.mark.parametrize("mode", MODES)
def test_a_template_string_is_read_as_a_whole(mode: str, reader: Reader) -> None:
    """What stands before a value says that it is a credential; the texts around it stay."""
    key, password = "sk-abcdef0123456789abcdef", "hunter2secret99"
    code = "result = [obj.held.strings, [part.value for part in obj.held.interpolations]]"
    for template in _templates(key, password):
        error = ValueError("refused")
        error.held = template  # type: ignore[attr-defined]
        with writing(mode, a_registry()) as write:
            data = write(error)
        assert key.encode() not in data
        assert password.encode() not in data
        strings, values = reader.read(data, code=code)
        assert list(strings) == ["curl -H 'Authorization: Bearer ", "' --password=", ""]
        assert values == ["[redacted by picklereg]"] * 2

"""Classes with two slots of a name, with a slot for notes, with odd names, with a text from a traceback; and odd metaclasses."""

from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import native_samples
import pytest
from crossing import describe
from odd_class_samples import TEXTS, WHOLE, noted_in_a_slot
from writers import BY_VALUE, MODES, a_registry, writing

if TYPE_CHECKING:
    from crossing import Reader

_NAMED: Final = "import odd_class_samples as samples; result = dict(describe({0}), type=type({0}) is samples.{1})"


def _outer(exc: BaseException) -> BaseException:
    outer = ValueError("outer")
    outer.__cause__ = exc
    return outer


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", WHOLE)
def test_it_arrives_whole(name: str, mode: str, reader: Reader) -> None:
    """As itself, and as the class that the reader imports; alone and as a cause."""
    with writing(mode, a_registry()) as write:
        alone, inside = write(WHOLE[name]()), write(_outer(WHOLE[name]()))
    want = {**describe(WHOLE[name]()), "type": True}
    assert reader.read(alone, code=_NAMED.format("obj", name)) == want
    assert reader.read(inside, code=_NAMED.format("obj.__cause__", name)) == want


@pytest.mark.parametrize("mode", MODES)
def test_each_slot_has_its_own_value(mode: str, reader: Reader) -> None:
    """Also that which another one hides."""
    with writing(mode, a_registry()) as write:
        data = write(WHOLE["Outermost"]())
    code = "import odd_class_samples as s; result = [s.field_of(cls, obj) for cls in (s.Inner, s.Outer, s.Outermost)]"
    assert reader.read(data, code=code) == [["of Inner"], ["of Outer"], ["of Outermost"]]


def _local_class() -> Any:
    from odd_class_samples import Inner

    class Local(Inner):
        __slots__ = ("code",)

    made = Local("text", "mine")
    vars(Inner)["code"].__set__(made, "of Inner")
    return made


@pytest.mark.parametrize("mode", MODES)
def test_slots_of_a_class_that_stays_here(mode: str, reader: Reader) -> None:
    """What the nearest class has under that name counts, where there is one slot in the reader."""
    error = _local_class()
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert reader.read(data, code="result = [obj.code, obj.other, type(obj).__name__]") == [
        "mine",
        1,
        "Local" if mode in BY_VALUE else "Inner",
    ]


@pytest.mark.parametrize("mode", MODES)
def test_notes_in_a_slot_and_ours(mode: str, reader: Reader) -> None:
    """Ours stand behind the others, where notes are looked for."""
    with writing(mode, a_registry()) as write:
        data = write(noted_in_a_slot(is_locked=True))
    own, ours = reader.read(data, code="result = obj.__notes__")
    assert own == "a note"
    assert "attribute 'lock' (_thread.lock) was left behind" in ours


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_taken_from_what_stays(name: str, mode: str, reader: Reader) -> None:
    """A traceback, or a cause where the chain is cut: a note tells the text."""
    make, text, most = TEXTS[name]
    with writing(mode, a_registry(max_chain=most)) as write:
        notes = reader.describe(write(make()))["notes"]
    assert [note for note in notes if "text was" in note] == ([] if text is None else [f"picklereg: its text was: {text}"])


@pytest.mark.parametrize("mode", MODES)
def test_a_text_of_a_traceback_that_goes_along(mode: str, reader: Reader) -> None:
    """Nothing of it is lost."""
    pytest.importorskip("tblib")
    with writing(mode, a_registry(tracebacks="frames")) as write:
        told = reader.describe(write(TEXTS["of its traceback"][0]()))
    assert (told["str"], told["notes"]) == ("in line True", [])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cls", [native_samples.Static, native_samples.StaticChild])
def test_a_type_that_says_it_is_builtin(cls: Any, mode: str, reader: Reader) -> None:
    """It is found where it is, and is no builtin class."""
    error = cls("text", 1)
    error.order = 7
    with writing(mode, a_registry()) as write:
        data = write(_outer(error))
    code = f"import native_samples as s; result = [type(obj.__cause__) is s.{cls.__name__}, obj.__cause__.args, obj.__cause__.order]"
    assert reader.read(data, code=code) == [True, ["text", 1], 7]


# --- metaclasses --------------------------------------------------------------------------------------------------

#: Writes in a process of its own: whatever looks through all classes that there are would come upon them.
_WRITE: Final = """
import pickle, sys
sys.path[:0] = {path!r}
import odd_metaclass_samples as samples
from writers import BY_VALUE, MODES, a_registry, writing
sent = {{}}
for mode in MODES:
    with writing(mode, a_registry()) as write:
        sent[mode, "ValueError", "alone"] = write(ValueError("text"))
        for name in samples.NAMES:
            outer = ValueError("outer")
            outer.__cause__ = vars(samples)[name]("text")
            sent[mode, name, "as a cause"] = write(outer)
            holding = ValueError("outer")
            holding.held = [vars(samples)[name]("text")]
            sent[mode, name, "in a list"] = write(holding)
            if mode.startswith("picklereg.") or name not in samples.UNHASHABLE:
                sent[mode, name, "alone"] = write(vars(samples)[name]("text"))
sys.stdout.buffer.write(pickle.dumps(sent))
"""
_FOUND: Final = """
import odd_metaclass_samples as samples
exc = obj if str(obj) == "text" else obj.__cause__ or obj.held[0]
result = [[name for name in samples.NAMES if type(exc) is vars(samples)[name]], str(exc), getattr(exc, "__notes__", [])]
"""


@cache
def _sent() -> dict[tuple[str, str, str], bytes]:
    code = textwrap.dedent(_WRITE.format(path=[entry for entry in sys.path if entry]))
    return pickle.loads(subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True).stdout)  # type: ignore[no-any-return]


@pytest.mark.parametrize("mode", MODES)
def test_an_odd_metaclass_disturbs_nobody(mode: str, reader: Reader) -> None:
    """One that raises when it is hashed, compared, or asked for an attribute: its errors arrive, or their text does, and all others."""
    for (how, name, place), data in _sent().items():
        if how == mode:
            found, text, notes = reader.read(data, code=_FOUND)
            if found == [name] or name == "ValueError":
                assert (text, notes) == ("text", []), (name, place)
            else:
                assert (found, text) == ([], "text")
                assert "was sent as Exception" in notes[0], (name, place)


@pytest.mark.parametrize("mode", MODES)
def test_most_odd_metaclasses_cost_nothing(mode: str, reader: Reader) -> None:
    """Only of one that answers nothing the text alone arrives; and cloudpickle asks for the hash."""
    told = {name: reader.read(data, code=_FOUND)[0] for (how, name, place), data in _sent().items() if (how, place) == (mode, "as a cause")}
    lost = {"Unknown", "Unhashed", "Uncompared"} if mode.startswith("cloudpickle") else {"Unknown"}
    assert {name for name, found in told.items() if found != [name]} <= lost

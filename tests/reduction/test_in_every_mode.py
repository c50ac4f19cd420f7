"""What each way to write an exception must not forget: notes on what was left behind, tracebacks as text, classes of ``__main__``."""

from __future__ import annotations

import copyreg
import json
import pickle
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any, Final

import pytest
import shape_table
import shapes
from bare_samples import OwnGroup, ShopError, chain
from crossing import Reader, describe
from guard_samples import AROUND, UNEASY, CountedGroup, UsesFactory, linked, made_by_the_factory, raised
from whole_or_noted import unnamed
from writers import BY_VALUE, MODES, PLACES, a_registry, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Runs in the reader: describes all that was sent.
_DESCRIBE_ALL: Final = "import pickle; result = {name: describe(pickle.loads(data)) for name, data in obj.items()}"
#: Not compared with what was sent, only the modes with one another.
_NOT_COMPARED: Final[dict[str, str]] = {
    "a group of long chains": "an exception that was not there stands for what is left behind",
    "deeper groups": "the same",
    "a blob in an attribute": "it is a dictionary there, as somebody asked for",
    "a blob at several places": "the same",
    "one that is copied in an attribute": "it tells how often",
    "one that is copied at several places": "the same",
    "a class that changes what it carries": "it is what it carries there",
    "an attribute named like a link": "the reader's BaseException.__setstate__ sets the link: lost so far",
}


def _arrived(errors: dict[str, BaseException], mode: str, reader: Reader, **options: Any) -> dict[str, Any]:
    """Write errors in a mode, each alone, and give what the reader says of them."""
    with writing(mode, a_registry(**options)) as write:
        sent = {name: write(error) for name, error in errors.items()}
    told: dict[str, Any] = reader.read(pickle.dumps(sent), code=_DESCRIBE_ALL)
    return told


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", [around for around in AROUND if around != "itself"])
def test_a_shape_arrives_whole_in_whatever_leads_to_it(around: str, mode: str, reader: Reader) -> None:
    """As a link, a part, an attribute or an argument of another error, also of one that takes another way itself."""
    errors = {name: AROUND[around](build()) for name, build in shape_table.SHAPES.items() if name != "MemoryError"}
    assert _arrived(errors, mode, reader) == {name: describe(error) for name, error in errors.items()}


@pytest.mark.parametrize("mode", MODES)
def test_what_asks_for_a_decision_arrives_whole_or_noted(mode: str, reader: Reader) -> None:
    """Whatever differs is named by a note on the error that lost it."""
    errors = {name: build() for name, build in UNEASY.items() if name not in _NOT_COMPARED}
    want = {name: describe(error) for name, error in errors.items()}
    got = _arrived(errors, mode, reader, redact=False)
    assert {name: lost for name in errors if (lost := unnamed(want[name], got[name]))} == {}


#: As frameworks keep what they have sent, what of it stays behind, and what arrives.
SENT: Final[dict[str, tuple[Any, str, str]]] = {
    "a request": (
        {"method": "POST", "url": "https://shop.example/orders", "headers": {"accept": "*/*"}, "body": "a poem of mine"},
        "poem",
        "'body': None",
    ),
    "a code in pairs": ([("code", "4/0AX4XfWhQm7Zt2Kp9Lw"), ("state", "xyz")], "0AX4XfWhQm7Zt2Kp9Lw", "xyz"),
    "a code in lists": ([["code", "4/0AX4XfWhQm7Zt2Kp9Lw"], ["state", "xyz"]], "0AX4XfWhQm7Zt2Kp9Lw", "xyz"),
}


@pytest.mark.parametrize("mode", MODES)
def test_what_was_sent_stays_behind_wherever_it_stands(mode: str, reader: Reader) -> None:
    """All else of it arrives."""
    for sent, left, kept in SENT.values():
        errors = {
            "as an argument": ValueError("refused", sent),
            "in a list": ShopError(1, sent=[sent]),
            "of a cause": linked(ShopError(1), cause=ValueError(sent)),
        }
        for told in _arrived(errors, mode, reader).values():
            assert left not in str(told)
            assert kept in str(told)


# --- tracebacks ---------------------------------------------------------------------------------------------------

#: Errors that were raised, each by a way of its own.
RAISED: Final[dict[str, Callable[[], Any]]] = {
    "plain": lambda: raised(ShopError(1)),
    "builtin": lambda: raised(ValueError("v")),
    "with a note": lambda: raised(shape_table.raised(lambda: ValueError("v"))),
    "native": lambda: raised(OSError(2, "No such file", "a.txt")),
    "frozen": lambda: raised(shapes.FrozenDataclass(1, "w")),
    "with slots": lambda: raised(shapes.Slotted(1)),
    "that reduces itself": lambda: raised(shapes.GoodReduce("a", 1)),
    "with an odd reduce": lambda: raised(shapes.WrongArgsReduce("n", "r")),
    "group": lambda: raised(ExceptionGroup("g", [ValueError(1)])),
    "own group": lambda: raised(OwnGroup("g", (ValueError(1),))),
    "group with an attribute": lambda: raised(_with_order(OwnGroup("g", [ValueError(1)]))),
    "group with its own new": lambda: raised(CountedGroup("g", [ValueError(1)])),
    "group with other arguments": lambda: raised(shape_table.SHAPES["group with other args"]()),
}


def _with_order(error: BaseException) -> BaseException:
    vars(error)["order"] = 7
    return error


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_every_traceback_becomes_a_note(around: str, mode: str, reader: Reader) -> None:
    """On the error that was raised, and on no other one."""
    errors = {name: AROUND[around](build()) for name, build in RAISED.items()}
    got = _arrived(errors, mode, reader, tracebacks="text")
    for name, told in got.items():
        counts = [str(node["notes"]).count("traceback in the writer") for node in (told, *told["others"])]
        nodes = [node["notes"] for node in (describe(errors[name]), *describe(errors[name])["others"])]
        extra = 2 if name == "with a note" else 1  # its context was raised, too
        assert (sum(counts), max(counts)) == (extra, 1), f"{name}: {counts}"
        assert len(counts) == len(nodes)


@pytest.mark.parametrize("mode", MODES)
def test_no_traceback_travels_unasked(mode: str, reader: Reader) -> None:
    """Nor does a note on one."""
    errors = {name: build() for name, build in RAISED.items()}
    assert "traceback" not in json.dumps(_arrived(errors, mode, reader))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("links", [0, 1, 5, 50])
def test_each_error_of_a_chain_keeps_its_traceback(links: int, mode: str, reader: Reader) -> None:
    """However many there are."""
    error = raised(chain(links))
    link = error
    while link.__cause__ is not None:
        link = raised(link.__cause__)
    (told,) = _arrived({"chain": error}, mode, reader, tracebacks="text").values()
    assert [str(node["notes"]).count("traceback in the writer") for node in (told, *told["others"])] == [1] * (links + 1)


# --- reducers of others -------------------------------------------------------------------------------------------


def _by_another_class(exc: Any) -> Any:
    return made_by_the_factory, ("model", f"of {exc}", 3)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_a_registered_reducer_is_used(around: str, mode: str, reader: Reader) -> None:
    """It may change what arrives, since somebody asked for it; wherever in a chain the error stands."""
    registry = a_registry()
    registry.register(shapes.Prefixing, reducer=_by_another_class)
    with writing(mode, registry) as write:
        told = reader.describe(write(AROUND[around](shapes.Prefixing("text"))))
    (found,) = (node for node in (told, *told["others"]) if node["type"] == "shapes.Reordered")
    assert (found["str"], found["dict"]) == ("of prefix: text", {"model": "'model'", "status": "3"})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_a_reduce_that_works_is_used(around: str, mode: str) -> None:
    """The class's own, or what others have put into ``copyreg``: their function is in the bytes."""
    errors = {"own": UsesFactory(7), "of others": shapes.Reordered("model", "text")}
    copyreg.pickle(shapes.Reordered, _by_factory)
    try:
        with writing(mode, a_registry()) as write:
            written = {name: write(AROUND[around](error)) for name, error in errors.items()}
    finally:
        del copyreg.dispatch_table[shapes.Reordered]
    assert [name for name, data in written.items() if b"_factory" not in data] == []


def _by_factory(exc: shapes.Reordered) -> Any:
    return made_by_the_factory, (exc.model, *exc.args, exc.status)


# --- how long a chain may be --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", PLACES)
def test_a_chain_is_cut_where_the_registry_says(place: str, mode: str, reader: Reader) -> None:
    """At one link more than that, with a note that says so; not before."""
    put, found = PLACES[place]
    for links in (3, 4, 5, 6):
        with writing(mode, a_registry(max_chain=5)) as write:
            told = reader.read(write(put(chain(links))), code=f"result = describe({found})")
        nodes = [told, *told["others"]]
        assert len(nodes) == min(links + 1, 5)
        assert [len(node["notes"]) for node in nodes] == [0] * (len(nodes) - 1) + [int(links > 4)]


# --- classes of __main__ ------------------------------------------------------------------------------------------

_SCRIPT = """
import pickle, sys
sys.path[:0] = {path!r}
import picklereg
from bare_samples import ShopError
from guard_samples import AROUND
from writers import MODES, PLACES, a_registry, writing

class MainError(Exception):
    def __init__(self, order, *, item):
        super().__init__(f"{{item}} of order {{order}}")
        self.order = order

class MainOSError(OSError):
    pass

class MainGroup(ExceptionGroup):
    pass

class Thing:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"<thing {{self.name}}>"

def made():
    error = MainError(7, item="book")
    error.__cause__ = KeyError("k")
    return {{
        "error": MainError(7, item="book"),
        "error with a cause": error,
        "native error": MainOSError(2, "No such file", "a.txt"),
        "group": MainGroup("g", [ValueError(1)]),
        "group of one": ExceptionGroup("g", [MainError(7, item="book")]),
        "argument": ValueError("text", Thing("x")),
        "attribute": ShopError(1, thing=Thing("x")),
        "item": ShopError(1, things=[Thing("x"), 1]),
        "class in an attribute": ShopError(1, cls=MainError),
    }}

if __name__ == "__main__" and sys.argv[1:] == ["write"]:
    registry = picklereg.Registry(entry_points=False)
    written = {{}}
    for mode in MODES:
        things = {{(name, around, place): (PLACES[place][0](put(error))) for around, put in AROUND.items()
                  for name, error in made().items() for place in ("alone", "in a list")}}
        with writing(mode, registry) as write:
            written[mode] = {{key: write(thing) for key, thing in things.items()}}
    from crossing import describe
    wanted = {{(name, around): describe(put(error)) for around, put in AROUND.items() for name, error in made().items()}}
    sys.stdout.buffer.write(pickle.dumps((written, wanted)))
elif __name__ == "__main__":
    from crossing import describe
    written = pickle.load(sys.stdin.buffer)
    got = {{key: pickle.loads(data) for key, data in written.items()}}
    sys.stdout.buffer.write(pickle.dumps({{key: describe(obj[0] if isinstance(obj, list) else obj) for key, obj in got.items()}}))
"""


class _Script:
    """A program with classes of its own ``__main__``: what it writes, and what it reads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.write_text(textwrap.dedent(_SCRIPT.format(path=[entry for entry in sys.path if entry])))
        self.written, self.wanted = self.run("write")

    def run(self, how: str, sent: bytes = b"") -> Any:
        process = subprocess.run([sys.executable, self.file, how], input=sent, stdout=subprocess.PIPE, check=True)
        return pickle.loads(process.stdout)


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> _Script:
    return _Script(tmp_path_factory.mktemp("main") / "script.py")


_READ_ALL: Final = """
import pickle
def tell(data):
    try:
        found = pickle.loads(data)
    except Exception as problem:
        return f"lost: {problem!r}"
    return describe(found[0] if isinstance(found, list) else found)
result = [tell(data) for data in obj]
"""


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_classes_of_main_go_by_value(mode: str, script: _Script, reader: Reader) -> None:
    """The reader's ``__main__`` is another one; wherever in a chain or in a value such a class stands."""
    written = script.written[mode]
    got = dict(zip(written, reader.read(pickle.dumps([*written.values()]), code=_READ_ALL), strict=True))
    want = {key: script.wanted[key[:2]] for key in written}
    assert {key: told for key, told in got.items() if told != want[key]} == {}


@pytest.mark.parametrize("mode", sorted({*MODES} - BY_VALUE))
def test_classes_of_main_go_by_name_where_nothing_goes_by_value(mode: str, script: _Script) -> None:
    """A reader that runs the same program finds them, as pools' workers do."""
    written = script.written[mode]
    assert script.run("read", pickle.dumps(written)) == {key: script.wanted[key[:2]] for key in written}


def test_the_cause_of_a_group_of_a_raised_one_is_told_once(reader: Reader) -> None:
    """What several lead to is one error with one note, whatever the mode."""
    shared = raised(ValueError("shared"))
    group = ExceptionGroup("g", [linked(KeyError(1), cause=shared), linked(KeyError(2), cause=shared)])  # type: ignore[type-var]
    for mode in MODES:
        (told,) = _arrived({"group": group}, mode, reader, tracebacks="text").values()
        assert sum(len(node["notes"]) for node in told["others"]) == 1
        assert len(told["others"]) == 3

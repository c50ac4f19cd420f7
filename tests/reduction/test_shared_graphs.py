"""One graph that several attributes, arguments and exceptions lead into: it is copied once, and stays one."""

from __future__ import annotations

import io
import pickle
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from bare_samples import ShopError, caused
from held_samples import Anything
from sound_samples import Twig
from writers import MODES, a_registry, writing

import picklereg
from picklereg.redaction import REDACTED
from picklereg.reduction.trial_writing import Linker

URL = "https://ada:s3cr3tW0rd42@shop.example/"
MAIN = threading.main_thread()
CLEAN = f"https://{REDACTED}@shop.example/"


def _graph(text: str, size: int = 40) -> Any:
    """Give an object whose parts lead back to it, one of which has a text."""
    whole: Any = Anything(parts=[], text="kept")
    whole.parts += [Anything(whole=whole, number=number, text=text if number == size - 1 else "kept") for number in range(size)]
    return whole


def _error(whole: Any) -> ShopError:
    return ShopError(1, whole=whole, **{f"part{number}": part for number, part in enumerate(whole.parts)})


@pytest.mark.parametrize("text", [URL, "nothing"])
@pytest.mark.parametrize("mode", MODES)
def test_attributes_lead_into_one_graph(mode: str, text: str) -> None:
    """It arrives as one, without its credential, and isn't written once for each of them."""
    whole = _graph(text)
    with writing(mode, a_registry()) as write:
        data, single = write(_error(whole)), write(ShopError(1, whole=whole))
    got = pickle.loads(data)
    assert [getattr(got, f"part{number}") is part for number, part in enumerate(got.whole.parts)] == [True] * 40
    assert all(part.whole is got.whole for part in got.whole.parts)
    assert got.part39.text == (CLEAN if text is URL else text)
    assert len(data) < 2 * len(single)
    assert whole.parts[39].text is text


@pytest.mark.parametrize("mode", MODES)
def test_a_part_comes_first(mode: str) -> None:
    """Then all that it leads to is copied with it; so is what an argument and a cause lead to."""
    whole = _graph(URL)
    error = ShopError(1, first=whole.parts[3], whole=whole)
    error.args = (whole.parts[39], "a")
    error.__cause__ = ShopError(2, last=whole.parts[39], listed=[whole.parts[1]])
    with writing(mode, a_registry()) as write:
        got: Any = pickle.loads(write(error))
    assert got.first.whole is got.whole
    assert got.args[0] is got.whole.parts[39]
    assert got.__cause__.last is got.whole.parts[39]
    assert got.__cause__.listed[0] is got.whole.parts[1]
    assert got.args[0].text == CLEAN


ERROR = ShopError(3)
#: Makes what stands in two places, of which the second is in a value in which something is replaced.
SHARED: dict[str, Any] = {
    "an object": lambda: Anything(kept=[1]),
    "a list": lambda: [1, Anything(text="kept")],
    "a text met elsewhere": lambda: Anything(text="kept", other="other"),
    "with a credential": lambda: Anything(url=URL),
    "a dictionary with one": lambda: {"url": URL},
    "with an error": lambda: Anything(error=ERROR),
    "by a reduce": lambda: Twig({"kept": [1]}),
}


@pytest.mark.parametrize("mode", MODES)
def test_a_copy_is_made_of_what_was_kept(mode: str) -> None:
    """What was decided to be written of it, itself or a copy, stands in the copy, too, and so in two errors."""
    with writing(mode, a_registry()) as write:
        for made, make in SHARED.items():
            held = make()
            error = ShopError(1, first=held, whole=Anything(held=held, text="kept", password=URL))
            error.__cause__ = ShopError(2, again=Anything(held=[held], password=URL))
            got: Any = pickle.loads(write(error))
            assert got.whole.held is got.first, made
            assert got.__cause__.again.held[0] is got.first, made
            assert got.whole.password == REDACTED, made


def test_what_says_the_same_of_another_error() -> None:
    """It is no copy of the same object: what was kept apart of both is compared, too."""
    for error, other, is_linked in ((ERROR, ERROR, True), (ERROR, ShopError(3), False)):
        copy, double, seen = Anything(error=error), Anything(error=other), list[Any]()
        pickler = Linker(io.BytesIO(), seen, None, lambda _: True)
        pickler.doubles = {id(copy): double}
        pickler.dump([copy])
        assert any(part is double for part in seen) is is_linked


class _Keeping(picklereg.Pickler):
    """Keeps threads out of what it writes."""

    def persistent_id(self, obj: Any) -> Any:
        """Give the name of one."""
        return "main" if obj is MAIN else None


class _Putting(pickle.Unpickler):
    def persistent_load(self, pid: Any) -> Any:
        return MAIN if pid == "main" else None


def test_a_host_keeps_something_out() -> None:
    """What it keeps out stays out; what was kept arrives twice then."""
    held, file = Anything(kept=[1]), io.BytesIO()
    _Keeping(file).dump(ShopError(1, first=held, whole=Anything(held=held, main=MAIN, password=URL)))
    got = _Putting(io.BytesIO(file.getvalue())).load()
    assert (got.whole.main, got.whole.held.kept, got.whole.password) == (MAIN, [1], REDACTED)


def test_many_copies_of_what_was_kept() -> None:
    """Of so much it is compared whether it is the same; the rest arrives twice."""
    held = [Anything(number=number, text="kept " * 2_500) for number in range(150)]
    with writing(MODES[0], a_registry()) as write:
        got: Any = pickle.loads(write(ShopError(1, first=held, whole=Anything(held=[*held], password=URL))))
    kept = [one is other for one, other in zip(got.first, got.whole.held, strict=True)]
    assert kept == sorted(kept, reverse=True)
    assert 50 < sum(kept) < 100
    assert [part.number for part in got.whole.held] == [*range(150)]


@pytest.mark.parametrize("mode", MODES)
def test_a_copy_is_another_one_in_its_place(mode: str) -> None:
    """What is replaced beneath a credential's name is no reason to replace it elsewhere, nor is the other kept there."""
    held: Any = Anything(text="a word", deep=Anything(text="a word", kept=1))
    error = ShopError(1, first=held, whole=Anything(password=held, other=held.deep, url=URL))
    with writing(mode, a_registry()) as write:
        got: Any = pickle.loads(write(error))
    assert (got.first.text, got.first.deep.text) == ("a word", "a word")
    assert got.whole.password.text == REDACTED


@pytest.mark.parametrize("mode", MODES)
def test_beneath_a_name(mode: str) -> None:
    """What stands under a credential's name in one place is replaced there; elsewhere it is what it is."""
    held = Anything(text="a word", other="b")
    error = ShopError(1, plain=held, entry={"password": held}, url=URL)
    with writing(mode, a_registry()) as write:
        got: Any = pickle.loads(write(error))
    assert got.plain.text == "a word"
    assert got.url == CLEAN


@pytest.mark.parametrize("mode", MODES[:3])
def test_a_graph_too_large_to_be_searched(mode: str) -> None:
    """It is replaced there in its place alone, and stays one, too."""
    whole = _graph(URL, 5_100)
    with writing(mode, a_registry()) as write:
        data = write(ShopError(1, whole=whole, first=whole.parts[0], last=whole.parts[-1]))
    got: Any = pickle.loads(data)
    assert (got.whole.parts[0], got.whole.parts[-1]) == (got.first, got.last)
    assert got.last.text == CLEAN


@pytest.mark.parametrize("text", [URL, "nothing"])
@pytest.mark.parametrize("mode", MODES)
def test_what_an_own_reduce_gives_leads_back_to_it(mode: str, text: str) -> None:
    """Such an object is asked again while it is being written, as pickle does; what it gave first isn't whole then."""
    whole: Any = Anything(text=text)
    whole.twig = Twig({"whole": whole, "kept": [1]})
    with writing(mode, a_registry()) as write:
        got: Any = pickle.loads(write(ShopError(1, twig=whole.twig, whole=whole)))
    assert got.twig.kept == [1]
    assert got.twig.whole.twig.kept == got.whole.twig.kept == [1]
    assert got.whole.text == (CLEAN if text is URL else text)


class _Listing(ExceptionGroup[Exception]):
    """Keeps what it was given."""

    def __init__(self, _message: str, errors: Sequence[Exception], /) -> None:
        self.errors = errors


@pytest.mark.parametrize("kind", [list, tuple])
@pytest.mark.parametrize("mode", MODES)
def test_a_group_holds_its_errors_in_another_place_too(mode: str, kind: Any) -> None:
    """They are one list there, if they were one here; else each is what it was."""
    group = _Listing("several", kind([ValueError(1), ShopError(2)]))
    with writing(mode, a_registry()) as write:
        whole, changed = pickle.loads(write([group, _Listing("linked", kind([caused(group)]))]))
    assert (whole.errors is whole.args[1]) is (group.errors is group.args[1])
    assert type(whole.args[1]) is type(group.args[1])
    assert type(changed.args[1]) is kind
    assert changed.exceptions[0].__cause__ is whole

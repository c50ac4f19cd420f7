"""One graph that several attributes, arguments and exceptions lead into: it is copied once, and stays one."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from bare_samples import ShopError
from held_samples import Anything
from sound_samples import Twig
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED

URL = "https://ada:s3cr3tW0rd42@shop.example/"
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

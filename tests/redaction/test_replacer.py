"""Values in texts: found in whatever form and wherever long enough, and nothing else."""

from __future__ import annotations

import base64
import html
import json
import textwrap
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from picklereg.redaction.replacer import Replacer
from picklereg.redaction.values import REDACTED as R
from picklereg.redaction.values import is_long

LONG = "sk-very/secret+key=42"
SHORT = "hunter2"


def replacer(*values: str) -> Replacer:
    made = Replacer()
    for value in values:
        made.add(value)
    return made


@pytest.mark.parametrize("before", ["", "a", "/", "%20", "\\n", "é"])
@pytest.mark.parametrize("after", ["", "b", ".", "%20", "\\n"])
def test_long_values_anywhere(before: str, after: str) -> None:
    """Whatever stands around them, and wherever they begin."""
    known = replacer(LONG)
    for space in range(14):
        text = " " * space + before + LONG + after
        assert known.text(text) == " " * space + before + R + after
        assert known.text(text * 3) == (" " * space + before + R + after) * 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hunter2", R),
        ("no: hunter2.", f"no: {R}."),
        ("(hunter2)hunter2", f"({R}){R}"),
        ("user_hunter2_x", f"user_{R}_x"),
        ("p%3Dhunter2%26", f"p%3D{R}%26"),
        ("a\\nhunter2\\n\\u0026hunter2\\x20hunter2", f"a\\n{R}\\n\\u0026{R}\\x20{R}"),
        ("hunter23 bhunter2 hunter hunter2x", "hunter23 bhunter2 hunter hunter2x"),
        ("hunter2 hunter23 bhunter2", f"{R} hunter23 bhunter2"),
        ("100% hunter 22\\", "100% hunter 22\\"),
    ],
)
def test_short_values_at_borders(text: str, shown: str) -> None:
    """Inside another word they may be anything."""
    assert replacer(SHORT).text(text) == shown


@pytest.mark.parametrize(
    "value", [LONG, "secret-word", "p@ss w0rd", 'quote"d & key\\', "schlüssel-geheim", "\udcff-surrogate1", "ab\n12\tcd9"]
)
@pytest.mark.parametrize(
    "form",
    [
        str,
        lambda value: quote(value, safe=""),
        lambda value: quote_plus(value).lower(),
        lambda value: json.dumps({"k": value}),
        lambda value: json.dumps({"k": value}, ensure_ascii=False),
        repr,
        html.escape,
        lambda value: f"x {base64.b64encode(f'1{value}234'.encode()).decode()} y",
        lambda value: base64.urlsafe_b64encode(f"12{value}34".encode()).decode(),
        lambda value: f"x {base64.b64encode(value.encode()).decode()} y",
        lambda value: base64.encodebytes(b"some text before it " * 5 + value.encode() + b" and after it" * 9).decode(),
    ],
)
def test_forms(form: Callable[[str], str], value: str) -> None:
    """URL-encoded, in JSON, in Python, in HTML, in base64 with or without lines."""
    try:
        text = form(value)
    except UnicodeEncodeError:  # what this form can't hold can't be in it
        text = form(value := "an0ther-secret")
    shown = replacer(value).text(text)
    assert R in shown
    for encoded in (
        value,
        quote(value.encode("utf-8", "surrogatepass"), safe=""),
        base64.b64encode(value.encode("utf-8", "surrogatepass")).decode()[2:-4],
    ):
        assert encoded not in shown


def test_short_values_in_base64() -> None:
    """By themselves; in the middle of more there is too little of them."""
    assert replacer(SHORT).text(f"x {base64.b64encode(SHORT.encode()).decode()} y") == f"x {R}== y"
    within = base64.b64encode(f"12{SHORT}".encode()).decode()
    assert replacer(SHORT).text(within) == within


def test_lines_of_base64_without_a_value() -> None:
    """They keep their ends."""
    text = base64.encodebytes(b"nothing to see here " * 20).decode()
    assert replacer(LONG).text(text) == text
    assert replacer(LONG).text(text.replace("\n", "\\r\\n")) == text.replace("\n", "\\r\\n")
    wrapped = "\\n".join(textwrap.wrap(base64.b64encode((LONG * 20).encode()).decode(), 76))
    assert R in replacer(LONG).text(wrapped)


def test_a_long_value_that_was_cut_off() -> None:
    """What is left of it is replaced, from 32 characters on; less may be something else."""
    value = "".join(f"{number:x}g" for number in range(5_000))
    known = replacer(value)
    assert known.text(f"<{value}>") == f"<{R}>"
    assert known.text(f"<{value[:9000]}...") == f"<{R}..."
    assert known.text(f"<{value[:32]}...") == f"<{R}..."
    assert known.text(f"<{value[:31]}...") == f"<{value[:31]}..."


def test_the_longest_of_several() -> None:
    """Where values begin alike or hold one another, nothing of them is left."""
    known = replacer("abcdef012345", "abcdef0123456789", "user:abcdef0123456789", "f01234567")
    assert known.text("abcdef0123456789 abcdef012345 user:abcdef0123456789") == f"{R} {R} {R}"


def test_values_that_begin_alike() -> None:
    """If they are too many to be told apart, whatever begins so is replaced up to its end."""
    values = [f"session-token-{number:04}" + "x" * number for number in range(40)]
    known = replacer(*values)
    assert known.text(" ".join(values)) == " ".join([R] * 40)
    assert known.text("a session-token-unknown, too") == f"a {R}, too"
    assert not known.is_full


def test_values_that_share_a_word() -> None:
    """If they are too many to be tried at each such word, the replacer says that it is full."""
    values = ["&" * before + "word!x" + "#" * after for before in range(5) for after in range(4)]
    known = replacer(*values)
    assert known.is_full
    assert known.text(values[0]) == R
    assert not replacer("!!#$%&//", "a-1-b-2-c-3").is_full  # without a word they can't be looked up


def test_a_form_taken_in_again() -> None:
    """However often, it is one: what begins like it and goes on otherwise stays."""
    assert replacer(*[LONG] * 20).text(f"{LONG}x") == f"{R}x"


def test_a_sign_at_a_border() -> None:
    """Where a value begins with a sign, a letter may stand before it."""
    assert replacer("$ecret1").text("x$ecret1") == f"x{R}"


def test_words_of_one_letter() -> None:
    """Nearly every text has such, so a value made of them is none by which one is found."""
    assert replacer("a-1-b-2").text("a-1-b-2") == "a-1-b-2"


def test_base64_for_urls() -> None:
    """With the one sign that is another there, and no second one."""
    assert R in replacer("secret>>key1").text(base64.urlsafe_b64encode(b"1secret>>key123").decode())


@pytest.mark.parametrize("before", range(0, 60, 7))
def test_whether_a_value_may_be_in_lines_of_base64(before: int) -> None:
    """Wherever a line ends within it."""
    known = replacer("c0rrect horse battery")
    assert known.may_be_in(base64.encodebytes(b"-" * before + b"c0rrect horse battery" + b"-" * 60).decode())
    assert not known.may_be_in("a text with\nlines, none of which is base64\n")


def test_nothing_known() -> None:
    """Then nothing is replaced."""
    assert Replacer().text(f"{LONG} {SHORT}\n") == f"{LONG} {SHORT}\n"


ALPHABET = "abc1-/=% \\\n"


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.text(ALPHABET, min_size=6, max_size=40), min_size=1, max_size=4),
    st.lists(st.text(ALPHABET, max_size=20), max_size=6),
    st.data(),
)
def test_no_long_value_is_left(values: list[str], texts: list[str], data: st.DataObject) -> None:
    """Wherever it was put into a text, the text doesn't hold it any more."""
    known = replacer(*values)
    pieces = [data.draw(st.sampled_from([*values, text])) for text in texts]
    shown = known.text("".join(pieces))
    for value in values:
        assert not is_long(value) or value not in shown


def test_many_short_values_in_one_text() -> None:
    """Each is found, however many there are."""
    values = [f"hunter{number}" for number in range(40)]
    assert replacer(*values).text(" ".join(["of", *values])) == " ".join(["of", *[R] * 40])


@pytest.mark.parametrize("value", [LONG, SHORT])
def test_values_where_portions_of_a_long_text_meet(value: str) -> None:
    """A text is taken to pieces by portions, and values may stand on both sides of where they meet."""
    known = replacer(value)
    for before in range(600_000 - len(value) - 1, 600_002, 7):
        text = f"{'x' * before} {value} {'y' * 1_000}"
        assert known.text(text) == f"{'x' * before} {R} {'y' * 1_000}"

"""Comparing what arrived with what was sent."""

from __future__ import annotations

from typing import Any

import pytest

from picklereg.testing.compare import compare, notes_of, summary
from picklereg.testing.reader import describe


def pieces(before: BaseException, after: BaseException) -> dict[str, tuple[str, bool]]:
    differences = compare(describe(before), describe(after))
    assert all(difference.before != difference.after for difference in differences)
    return {difference.piece: (difference.change, difference.noted) for difference in differences}


def with_(exc: Any, **attributes: Any) -> Any:
    for name, value in attributes.items():
        setattr(exc, name, value)
    return exc


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (ValueError(1), ValueError(1), {}),
        (ValueError("a"), KeyError("a"), {"type": ("changed", False), "str": ("changed", False)}),
        (ValueError(1, 2), ValueError(1, 3), {"args[1]": ("changed", False), "str": ("changed", False)}),
        (ValueError(1), ValueError(), {"args": ("lost", False), "str": ("changed", False)}),
        (with_(ValueError(), x=1, y=1), with_(ValueError(), x=2, z=1), {
            "attr x": ("changed", False), "attr y": ("lost", False), "attr z": ("added", False),
        }),
        (with_(ValueError(), __notes__=["a"]), ValueError(), {"notes": ("lost", False)}),
        (with_(ValueError(), __suppress_context__=True), ValueError(), {"suppress_context": ("changed", False)}),
        (with_(ValueError(), __cause__=KeyError()), ValueError(), {"cause": ("lost", False)}),
        (ValueError(), with_(ValueError(), __context__=KeyError()), {"context": ("added", False)}),
        (with_(ValueError(), __context__=KeyError(1)), with_(ValueError(), __context__=KeyError(2)), {
            "context.args[0]": ("changed", False), "context.str": ("changed", False),
        }),
        (with_(ValueError(), held=KeyError(1)), with_(ValueError(), held=KeyError()), {
            "inner.args": ("lost", False), "inner.str": ("changed", False),
        }),
        (ExceptionGroup("g", [KeyError(1)]), ExceptionGroup("g", [KeyError(1), KeyError(2)]), {
            "args[1]": ("changed", False), "exceptions": ("changed", False), "str": ("changed", False),
        }),
    ],
)  # fmt: skip
def test_differences(before: BaseException, after: BaseException, expected: dict[str, tuple[str, bool]]) -> None:
    """Every piece that differs is named, wherever it is."""
    assert pieces(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (with_(ValueError(), lock=1), ValueError(), "attribute 'lock' (int) was left behind: why"),
        (with_(ValueError(), lock=[1]), with_(ValueError(), lock=[2]), "an item of attribute 'lock' (int) was replaced by its repr: why"),
        (ValueError(1), ValueError("1"), "argument 0 (int) was replaced by its repr: why"),
        (KeyError(1), KeyError("1"), "an item of argument 0 (int) was replaced by its repr: why"),
        (with_(ValueError(), __cause__=KeyError()), ValueError(), "__cause__ was left behind: why"),
        (with_(ValueError(), __context__=KeyError()), ValueError(), "the chain is cut here: 1 older exceptions were left behind"),
        (ExceptionGroup("g", [KeyError(1)]), ExceptionGroup("g", [KeyError(1)]), "2 sub-exceptions were left behind"),
        (FileNotFoundError(), LookupError(), "class X can't be imported by its name; it was sent as builtins.LookupError"),
        (with_(OSError(1, "x"), y=1), LookupError("OSError"), "X was sent as LookupError with its text alone: why"),
    ],
)
def test_noted_differences(before: BaseException, after: BaseException, note: str) -> None:
    """A difference that a note of picklereg names is told apart from a silent one."""
    after.add_note(f"picklereg: {note}")
    assert all(noted for _, noted in pieces(before, after).values())
    assert notes_of(describe(after)) == [f"picklereg: {note}"]


def test_silent_differences_beside_noted_ones() -> None:
    """A note excuses only what it names."""
    after = ValueError()
    after.add_note("picklereg: attribute 'lock' (int) was left behind: why")
    before = with_(ValueError(), lock=1, other=2)
    assert pieces(before, after) == {"attr lock": ("lost", True), "attr other": ("lost", False)}


def test_fewer_sub_exceptions() -> None:
    """A group that lost some of its exceptions differs by that."""
    before = describe(ExceptionGroup("g", [KeyError(1), KeyError(2)]))
    after = describe(ExceptionGroup("g", [KeyError(1)]))
    assert "exceptions" in {difference.piece for difference in compare(before, after)}


def test_summary() -> None:
    """The short text groups pieces by what happened to them, and names only so many."""
    before = with_(ValueError(1), __cause__=with_(KeyError(1), __cause__=KeyError(2)), x=1)
    after = with_(ValueError(2), __cause__=with_(KeyError(1), __cause__=KeyError(3)))
    assert summary(compare(describe(before), describe(after))) == "args, str, cause.args, cause.str changed; attr x lost"
    before = with_(ValueError(), **{f"x{number}": 1 for number in range(9)})
    assert summary(compare(describe(before), describe(ValueError()))) == "attr x0, attr x1, attr x2, attr x3, attr x4 and 4 more lost"


def test_redacted_differences() -> None:
    """A value that says what was taken out of it is told apart from one that differs otherwise, too."""
    before = with_(ValueError(), header={"key": "secret", "page": 2}, other={"key": "secret", "page": 2})
    after = with_(ValueError(), header={"key": "[redacted by picklereg]", "page": 2}, other={"key": "[redacted by picklereg]", "page": 3})
    before.header["key"] = "[not redacted] secret"
    assert pieces(before, after) == {"attr header": ("changed", True), "attr other": ("changed", False)}
    assert pieces(ValueError(), with_(ValueError(), x="[redacted by picklereg]")) == {"attr x": ("added", False)}

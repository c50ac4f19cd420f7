"""What is missing and says nothing of itself by its name: the pickle is looked over, whatever opcodes it is made of."""

from __future__ import annotations

import collections
import copyreg

import pytest

import picklereg
from picklereg.unpickling.missing_names import loaded

CODE = 0x7F01
NAMED = b"cgone_shop\nBasket\n"


@pytest.mark.parametrize(
    "data",
    [
        b"N0" + NAMED + b")R",
        b"(NN1" + NAMED + b")R",
        NAMED + b")R20",
        b"(igone_shop\nBasket\n",
        b"(" + NAMED + b"o",
        b"\x83\x01\x7f)R",
    ],
    ids=["POP", "POP_MARK", "DUP", "INST", "OBJ", "EXT2"],
)
def test_where_no_error_is_in_it_the_import_fails(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in pickle, whichever way the pickle names and calls it."""
    monkeypatch.setitem(copyreg._inverted_registry, CODE, ("gone_shop", "Basket"))  # type: ignore[attr-defined]
    with pytest.raises(ModuleNotFoundError, match="gone_shop"):
        picklereg.loads(b"\x80\x02" + data + b".")


def test_a_name_with_dots_that_is_loaded() -> None:
    """It is followed through classes alone."""
    assert loaded("collections", "OrderedDict.fromkeys") == collections.OrderedDict.fromkeys
    with pytest.raises(LookupError):
        loaded("collections", "abc.Mapping")

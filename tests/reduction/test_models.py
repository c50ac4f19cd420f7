"""Models of pydantic inside an error, whose classes no reader could import: whole where classes go by value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bare_samples import ShopError
from writers import BY_VALUE, MODES, a_registry, writing

if TYPE_CHECKING:
    from crossing import Reader

pytest.importorskip("pydantic")
from model_samples import CHOOSY, MODELS  # they need it

_TOLD = "[repr(model), model.model_dump(), type(model).model_validate(model.model_dump()) == model]"
_READ = f"model = obj.model; result = [*{_TOLD}, getattr(obj, '__notes__', [])]"


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("name", MODELS)
def test_a_model_arrives_whole(name: str, mode: str, reader: Reader) -> None:
    """With what its class checks and fills in, as bare cloudpickle delivers it; a note says where a module seems to hold its class."""
    model: Any = MODELS[name]()
    with writing(mode, a_registry()) as write:
        data = write(ShopError(1, model=model))
    *got, notes = reader.read(data, code=_READ)
    assert got == eval(_TOLD)  # ours
    assert ["attribute 'model'" in note and "brings a copy of class" in note for note in notes] == [True] * len(notes)
    assert bool(notes) == ("<locals>" not in type(model).__qualname__)


@pytest.mark.parametrize("mode", MODES)
def test_a_model_whose_base_may_refuse_it(mode: str, reader: Reader) -> None:
    """It is left behind with a note; the error that held it arrives."""
    with writing(mode, a_registry()) as write:
        got = reader.describe(write(ShopError(1, model=CHOOSY())))
    assert "model" not in got["dict"]
    assert ["attribute 'model'" in note and "left behind" in note for note in got["notes"]] == [True]


@pytest.mark.parametrize("mode", sorted({*MODES} - BY_VALUE))
@pytest.mark.parametrize("name", MODELS)
def test_a_model_where_nothing_goes_by_value(name: str, mode: str, reader: Reader) -> None:
    """It is left behind with a note."""
    with writing(mode, a_registry()) as write:
        got = reader.describe(write(ShopError(1, model=MODELS[name]())))
    assert ["attribute 'model'" in note and "left behind" in note for note in got["notes"]] == [True]

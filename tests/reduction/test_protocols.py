"""Values of which it depends on the protocol whether, and as what, they travel: nobody tells a reducer which one it is."""

from __future__ import annotations

import io
import pickle
import threading
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING, Any, Final

import cloudpickle
import pytest
from bare_samples import ShopError
from crossing import describe
from value_samples import ForBoth, ForFive, ForFour
from writers import a_registry

import picklereg

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossing import Reader


def _by_own_pickler(obj: Any, protocol: int) -> bytes:
    file = io.BytesIO()
    picklereg.Pickler(file, protocol, registry=a_registry()).dump(obj)
    return file.getvalue()


def _installed(write: Callable[[Any, int], Any]) -> Callable[[Any, int], bytes]:
    def written(obj: Any, protocol: int) -> bytes:
        with a_registry().installed(all_exceptions=True):
            return bytes(write(obj, protocol))

    return written


#: Those that tell their protocol.
TELLING: Final[dict[str, Callable[[Any, int], bytes]]] = {
    "picklereg.dumps": lambda obj, protocol: picklereg.dumps(obj, protocol, registry=a_registry()),
    "picklereg.Pickler": _by_own_pickler,
    "cloudpickle.dumps": _installed(cloudpickle.dumps),
}
SILENT: Final[dict[str, Callable[[Any, int], bytes]]] = {
    "pickle.dumps": _installed(pickle.dumps),
    "ForkingPickler": _installed(ForkingPickler.dumps),
}
PROTOCOLS: Final = range(pickle.HIGHEST_PROTOCOL + 1)
VALUES: Final[dict[str, Callable[[], Any]]] = {"for 5": ForFive, "for 4": ForFour, "a buffer": lambda: pickle.PickleBuffer(b"data")}
_LOOK: Final = "result = [str(obj), obj.beside, hasattr(obj, 'held'), getattr(obj, '__notes__', [])]"


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("how", [*TELLING, *SILENT])
@pytest.mark.parametrize("value", VALUES)
def test_what_a_protocol_has_no_form_for_is_noted(value: str, how: str, protocol: int, reader: Reader) -> None:
    """It stays behind, and arrives with those protocols that have one, if the pickler tells which it writes with."""
    data = {**TELLING, **SILENT}[how](ShopError(1, held=VALUES[value](), beside=[2]), protocol)
    text, beside, is_there, notes = reader.read(data, code=_LOOK)
    assert (text, beside) == ("order 1 failed", [2])
    assert is_there == (how in TELLING and (protocol < 5) == (value == "for 4"))
    told = ["picklereg: attribute 'held' (pickle.PickleBuffer) becomes bytes"] if value == "a buffer" else []
    if is_there:
        assert notes == told
    else:
        assert [note.partition(" (")[0] for note in notes] == ["picklereg: attribute 'held'"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("how", [*TELLING, *SILENT])
def test_what_differs_by_protocol_arrives_as_the_protocol_has_it(how: str, protocol: int, reader: Reader) -> None:
    """Also with an error that only one of its forms leads to, and that has to be taken apart."""
    held = ShopError(2, handle=threading.Lock())
    data = {**TELLING, **SILENT}[how](ShopError(1, held=ForBoth(held), data=bytearray(b"data")), protocol)
    look = "result = [str(obj.held.held), obj.data.decode(), getattr(obj, '__notes__', [])]"
    assert reader.read(data, code=look) == ["order 2 failed" if protocol > 4 else "None", "data", []]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("how", [*TELLING, *SILENT])
def test_an_error_of_the_system_is_told_by_its_number(how: str, protocol: int, reader: Reader) -> None:
    """Before protocol 3, others' picklers name ``OSError`` in the place of what is beneath it, as plain pickle has it."""
    general = OSError("file")
    general.args = general.errno, general.strerror = 2, "No such file"
    lost = [FileNotFoundError(2, "No such file", "a.txt"), ConnectionResetError(104, "reset")]
    errors = [*lost, OSError(5, "I/O", "a", None, "b"), general]
    data = {**TELLING, **SILENT}[how](errors, protocol)
    assert reader.read(data, code="result = [describe(error) for error in obj]") == [*map(describe, errors)]

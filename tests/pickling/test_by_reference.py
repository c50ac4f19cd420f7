"""The short way through plain pickle writes what the long way writes, or gives up in time."""

from __future__ import annotations

import copyreg
import functools
import io
import os
import pickle
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cloudpickle
import pytest
from crossing import OWN_WARNINGS
from pickler_samples import Plain, Slotted

import picklereg
from picklereg.pickling.by_reference import pickled_by_name
from picklereg.registry.registry import DEFAULT_REGISTRY

if TYPE_CHECKING:
    from crossing import Reader

#: More than pickle puts into one frame, and as one value more than it puts into a frame at all.
MUCH: dict[str, Callable[[], Any]] = {
    "bytes": lambda: b"x" * 200_000,
    "bytes that look like a frame": lambda: bytes([pickle.FRAME[0], pickle.STACK_GLOBAL[0]]) * 100_000,
    "bytes with the name": lambda: b"__main__" * 20_000 + pickle.STACK_GLOBAL,
    "bytearray": lambda: bytearray(200_000),
    "buffer": lambda: pickle.PickleBuffer(bytearray(200_000)),
    "text": lambda: "__main__ is text " * 20_000,
    "texts": lambda: [f"text number {number}" for number in range(20_000)],
    "number": lambda: 1 << 2_000_000,
    "instances": lambda: [Slotted(number, str(number)) for number in range(3_000)],
}


def by_name(obj: Any, protocol: int | None = None) -> bytes | None:
    """Give what the short way makes of an object."""
    return pickled_by_name(obj, protocol, DEFAULT_REGISTRY, fix_imports=True)


def by_cloudpickle(obj: Any, protocol: int | None = None) -> bytes:
    """Give what cloudpickle makes of it."""
    data: bytes = cloudpickle.dumps(obj, protocol)  # type: ignore[no-untyped-call]
    return data


@pytest.mark.parametrize("protocol", [4, 5])
@pytest.mark.parametrize("name", MUCH)
def test_much_is_written_in_pieces_as_cloudpickle_would(name: str, protocol: int) -> None:
    """Long values are handed on as they are, the rest in frames; what pickle refuses is nobody's."""
    obj = [Plain(a=1), MUCH[name](), Plain(a=2), len]
    if protocol == 4 and name == "buffer":
        assert by_name(obj, protocol) is None
    else:
        assert by_name(obj, protocol) == by_cloudpickle(obj, protocol)


SINGLE: list[Any] = [None, True, 7, 1 << 90, 0.5, 2j, "", "text", "t" * 20_000, "\udc80", b"", b"bytes", b"b" * 20_000, ..., NotImplemented]


@pytest.mark.parametrize("protocol", [None, *range(pickle.HIGHEST_PROTOCOL + 1)])
@pytest.mark.parametrize("fix_imports", [True, False])
def test_a_single_value_is_written_as_pickle_writes_it(protocol: int | None, fix_imports: bool) -> None:
    """Most of what tasks return: ``None``, a number, a text; of any protocol, and of any length."""
    for value in SINGLE:
        written = picklereg.dumps(value, protocol, fix_imports=fix_imports)
        exact = picklereg.DEFAULT_PROTOCOL if protocol is None else protocol
        assert written == pickle.dumps(value, exact, fix_imports=fix_imports)


def test_what_was_handed_on_may_change_before_the_end() -> None:
    """A bytearray is written as it was when its turn came."""

    class Emptying:
        def __reduce__(self) -> Any:
            data.clear()
            return list, ()

    data = bytearray(b"x" * 200_000)
    assert pickle.loads(by_name([data, Emptying()]) or b"") == [b"x" * 200_000, []]
    assert data == b""


SCRIPT = """
import pickle, sys
import picklereg
from pickler_samples import Plain
from test_by_reference import MUCH

FACTOR = 3
def own(): return FACTOR
class Own:
    def times(self): return FACTOR

dumped = [picklereg.dumps([make(), Plain(a=1), found, make()]) for make in MUCH.values() for found in (own, Own, Own())]
dumped += [picklereg.dumps(["__main__", MUCH["texts"](), found]) for found in (own, Own, Own())]
sys.stdout.buffer.write(pickle.dumps(dumped))
"""


def test_what_a_script_defines_goes_by_value_wherever_it_stands(tmp_path: Path, reader: Reader) -> None:
    """A function, a class and an instance: plain pickle would name them, and another ``__main__`` doesn't have them."""
    script = tmp_path / "script.py"
    script.write_text(OWN_WARNINGS + SCRIPT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    output = subprocess.run([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, check=True).stdout
    dumped = pickle.loads(output)
    assert len(dumped) == 3 * len(MUCH) + 3
    code = "own = obj[2]\nresult = own() if hasattr(own, '__code__') else own.times(*([None] if type(own) is type else []))"
    assert [reader.read(data, code=code) for data in dumped] == [3] * len(dumped)


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Another ``__main__``, which defines nothing yet."""
    module = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    return module


def test_a_function_of_main_is_found_among_much(main: Any) -> None:
    """Every frame is looked through."""
    exec("def own(): return 3", vars(main))
    several = [Slotted(number, str(number)) for number in range(3_000)]
    assert by_name([several, main.own]) is None
    assert by_name([main.own, several]) is None
    assert by_name(several) == by_cloudpickle(several)


def test_what_main_names_and_is_no_class_is_found_among_much(main: Any) -> None:
    """The reader has another ``__main__``, whatever the name stands for."""
    exec("from typing import NewType\nMoney = NewType('Money', int)", vars(main))
    assert by_name([MUCH["instances"](), main.Money]) is None


@pytest.mark.parametrize("much", [None, *MUCH])
def test_a_text_like_the_name_only_takes_longer(much: str | None) -> None:
    """It isn't asked what it means: a name may refer to it, however much stands between them."""
    obj = [Plain(a="__main__"), *([MUCH[much]()] if much else [])]
    assert by_name(obj) is None
    assert picklereg.dumps(obj, fix_imports=True) == by_cloudpickle(obj)


class Meta(type):
    """The class of a class."""


class WithMeta(metaclass=Meta):
    """One that can be named."""


def test_a_reducer_for_classes_of_classes_counts_where_they_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """numpy has one; cloudpickle writes the others by value."""
    assert by_name([WithMeta]) == by_cloudpickle([WithMeta])
    monkeypatch.setitem(copyreg.dispatch_table, Meta, lambda _: (str, ("reduced",)))
    assert by_name(WithMeta) == by_cloudpickle(WithMeta)
    assert pickle.loads(by_name(WithMeta) or b"") == "reduced"
    for name in ("__main__", "nowhere"):
        cls = Meta("Local", (), {"__module__": name})
        if name in sys.modules:  # where its name leads to it
            monkeypatch.setattr(sys.modules[name], "Local", cls, raising=False)
        assert by_name(cls) is None
        assert picklereg.dumps(cls, fix_imports=True) == by_cloudpickle(cls)


@pytest.mark.parametrize(
    "obj",
    [
        lambda: 1,
        (lambda: 1, (), {}),
        (lambda: 1,),
        [lambda: 1],
        type("Local", (), {}),
        [type("Local", (), {})()],
        [ValueError(lambda: 1)],
        [ValueError("x", type("Local", (), {}))],
    ],
)
def test_what_goes_by_value_takes_the_long_way(obj: Any) -> None:
    """Wherever it stands, and whoever has a say."""
    assert by_name(obj) is None
    if not isinstance(obj, list) or not isinstance(obj[0], ValueError):
        assert picklereg.dumps(obj, fix_imports=True) == by_cloudpickle(obj)


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 6, "5"])
def test_other_protocols_take_the_long_way(protocol: Any) -> None:
    """Where names are written in another way, or nothing is."""
    assert by_name([Plain(a=1)], protocol) is None


def test_what_goes_by_name_is_reduced_once() -> None:
    """No dump is thrown away."""
    asked = []

    class Asked:
        def __reduce__(self) -> Any:
            asked.append(self)
            return list, ()

    several: list[Any] = [[Asked()], {"a": Asked()}, (len, (Asked(),), {}), [Asked(), KeyError("x")]]
    for obj in several:
        asked.clear()
        picklereg.dumps(obj)
        assert len(asked) == 1


def test_errors_among_results_go_the_registrys_way(reader: Reader) -> None:
    """As ``gather(return_exceptions=True)`` gives them: with their chain, and with what a reducer makes of them."""
    registry = picklereg.Registry(entry_points=False)
    error = KeyError("x")
    error.__cause__ = ImportError("y", name="z")
    obj: list[Any] = [1, error, Plain(a=2)]
    data = pickled_by_name(obj, None, registry, fix_imports=False)
    assert data is not None
    code = "result = [repr(obj[1]), type(obj[1].__cause__).__name__, str(obj[1].__cause__), obj[1].__cause__.name, obj[2].a]"
    assert reader.read(data, code=code) == ["KeyError('x')", "ImportError", "y", "z", 2]
    registry.register(ImportError, reducer=lambda exc: (ImportError, ("registered",)))
    data = pickled_by_name(obj, None, registry, fix_imports=False)
    assert data is not None
    assert reader.read(data, code="result = obj[1].__cause__.args") == ["registered"]
    registry.register(KeyError, reducer=lambda exc: (functools.partial(lambda: KeyError("x")), ()))
    assert pickled_by_name(obj, None, registry, fix_imports=False) is None
    assert pickle.loads(picklereg.dumps(obj, registry=registry))[1].__cause__.args == ("registered",)


def test_a_pickler_that_was_dumped_with_writes_the_same() -> None:
    """The long way and the short one agree about everything that both can write."""
    obj: list[Any] = [Plain(a=1), Slotted(1, 2), types.SimpleNamespace(a=1), list[int], types.GenericAlias, KeyError("x"), len, Path]
    file = io.BytesIO()
    picklereg.Pickler(file).dump(obj)
    assert picklereg.dumps(obj) == file.getvalue()
    assert b"cloudpickle" not in file.getvalue()


def test_keys_of_a_dictionary_that_are_no_leaves() -> None:
    """They are looked at as any other value."""
    obj = {("a", 1): {"b": 2}, "c": 3}
    assert pickle.loads(picklereg.dumps(obj)) == obj
    error = KeyError("x")
    error.__cause__ = ImportError("y")
    (read,) = pickle.loads(picklereg.dumps({error: 1}))
    assert repr(read.__cause__) == "ImportError('y')"


class _LikeInt(type):
    def __eq__(cls, other: object) -> bool:
        return other is cls or other is int

    def __hash__(cls) -> int:
        return hash(int)


class Posing(ValueError, metaclass=_LikeInt):
    """Its class says that it equals ``int``."""


def test_a_class_that_says_it_is_a_numbers_is_looked_into() -> None:
    assert b"hunter2" not in picklereg.dumps(Posing("password=hunter2", {"password": "hunter2"}))
    assert b"hunter2" not in picklereg.dumps(ValueError([Posing("password=hunter2")], Posing("password=hunter2")))

"""Attachments whose safe constructors somebody declared: ``safe_loads`` makes them of any bytes, and runs nothing else for them."""

from __future__ import annotations

import contextlib
import enum
import functools
import http
import pickle
from pathlib import Path
from typing import Any

import hostile
import pytest
import shop_values
from shop_values import Basket, Label, OrderError, Price, price_of, safe_price

import picklereg
from picklereg.errors import RegistrationError, UnsafePickleError
from picklereg.unpickling.safe.unpickler import safe_loads
from picklereg.unpickling.stand_ins.classes import MissingValue

SAFE: dict[Any, Any] = {Basket: {"notes": []}, Label: {}, price_of: safe_price}


def strip(basket: Basket) -> Basket:
    """Give the same basket, closed."""
    made: Basket = object.__new__(Basket)
    made.__dict__.update(vars(basket), is_open=False)
    return made


def declaring(safe: Any = None) -> picklereg.Registry:
    """Give a registry that knows the error and its basket."""
    registry = picklereg.Registry(entry_points=False)
    registry.register(OrderError)
    registry.register_attachment(Basket, strip, safe=safe)
    return registry


def plain(value: object) -> bytes:
    return pickle.dumps(value, 2)[2:-1]


def written(registry: picklereg.Registry) -> bytes:
    return picklereg.dumps(OrderError(Basket(Label("tea", "green"), Price(250))), registry=registry)


def test_a_declared_attachment_arrives_as_itself() -> None:
    """Its attributes are those that were written and those that were declared, which are its own; its parts are made as declared."""
    registry = declaring(SAFE)
    one, two = safe_loads(written(registry), registry=registry), safe_loads(written(registry), registry=registry)
    assert (type(one), type(one.basket), one.basket.is_open) == (OrderError, Basket, False)
    assert (one.basket.label, one.basket.price.cents) == (Label("tea", "green"), 250)
    assert isinstance(one.basket.label, Label)
    assert (one.basket.notes, two.basket.notes) == ([], [])
    assert one.basket.notes is not two.basket.notes


def test_one_that_nobody_declared_is_inert() -> None:
    """It tells its state."""
    registry = declaring()
    found = safe_loads(written(registry), registry=registry)
    assert isinstance(found.basket, MissingValue)
    assert found.basket.state["is_open"] is False


def test_its_own_code_does_not_run(tmp_path: Path) -> None:
    """``pickle.loads`` calls its ``__setstate__``; here the state is only kept."""
    path = tmp_path / "touched"
    data = pickle.dumps({"touch": str(path)}, 2)[2:-1]
    bytes_ = hostile.opcodes(hostile.name("shop_values", "Basket"), b")\x81", data, b"b")
    pickle.loads(bytes_)
    assert path.exists()
    path.unlink()
    found = safe_loads(bytes_, registry=declaring(SAFE))
    assert (type(found), found.touch, path.exists()) == (Basket, str(path), False)


CURIOUS = hostile.name("shop_values", "Curious") + b")\x81"
ERROR = hostile.name("builtins", "ValueError") + b")\x81"


@pytest.mark.parametrize(
    "data",
    [
        hostile.call(hostile.name("collections", "deque"), CURIOUS),
        hostile.call(hostile.name("collections", "defaultdict"), CURIOUS),
        hostile.call(hostile.name("builtins", "type"), CURIOUS),
        hostile.call(hostile.name("copyreg", "_reconstructor"), hostile.name("shop_values", "Label"), CURIOUS, CURIOUS),
        hostile.call(hostile.name("builtins", "dict.update"), hostile.call(hostile.name("builtins", "getattr"), ERROR, CURIOUS), b"}"),
        hostile.call(hostile.call(hostile.name("operator", "methodcaller"), CURIOUS, b"N", b"N"), b"N"),
        hostile.call(hostile.name("pydantic_core._pydantic_core", "ValidationError.from_exception_data"), hostile.text("t"), b"]", CURIOUS),
        hostile.call(hostile.name("builtins", "set"), b"]" + CURIOUS + b"a"),
        b"}" + CURIOUS + b"Ns",
        ERROR + b"}" + hostile.text("__cause__") + CURIOUS + b"sb",
        ERROR + b"}" + hostile.text("__notes__") + CURIOUS + b"sb",
        hostile.call(hostile.name("uuid", "UUID")) + CURIOUS + b"b",
    ],
)
def test_an_attachment_is_asked_nothing(data: bytes) -> None:
    """Wherever it stands, its own ``__eq__``, ``__hash__`` and ``__getattr__`` don't run."""
    registry = declaring({shop_values.Curious: {}, Label: {}})
    shop_values.RAN.clear()
    with contextlib.suppress(UnsafePickleError):
        safe_loads(hostile.opcodes(data), registry=registry)
    assert shop_values.RAN == []
    assert type(safe_loads(hostile.opcodes(CURIOUS), registry=registry)) is shop_values.Curious


@pytest.mark.parametrize("member", [shop_values.Colour.GREEN, shop_values.Colour.OF_TWO, http.HTTPStatus.NOT_FOUND])
def test_a_member_of_an_enumeration(member: enum.Enum) -> None:
    """One that Python or a module of declared errors defines is looked up; elsewhere it is inert."""
    data = pickle.dumps([member, *type(member)])
    assert safe_loads(data, registry=declaring()) == [member, *type(member)]
    found = safe_loads(data, registry=picklereg.Registry(entry_points=False))[0]
    assert (found is member) is isinstance(member, http.HTTPStatus)


@pytest.mark.parametrize("value", [hostile.text("blue"), b"]", b"N]\x86", CURIOUS, b"]\x85"])
def test_what_no_member_of_an_enumeration_has(value: bytes) -> None:
    """It stays inert, and the class isn't asked."""
    shop_values.RAN.clear()
    data = hostile.opcodes(b"]", hostile.call(hostile.name("shop_values", "Colour"), value), b"a")
    (found,) = safe_loads(data, registry=declaring({shop_values.Curious: {}}))
    assert isinstance(found, MissingValue)
    assert shop_values.RAN == []


def test_a_member_takes_no_state() -> None:
    """It belongs to the whole process: an inert value tells the state."""
    data = hostile.opcodes(hostile.call(hostile.name("shop_values", "Colour"), hostile.text("green")), b"}b")
    found = safe_loads(data, registry=declaring())
    assert isinstance(found, MissingValue)
    assert (found.args, found.state) == (("green",), {})


def test_a_function_that_is_given_a_declared_class_makes_an_instance() -> None:
    """The function isn't called, and a note says so; without the declaration, or from elsewhere, the call is only written down."""
    call = [hostile.name("shop_values", "OrderError"), hostile.text("why")]
    data = hostile.opcodes(hostile.call(hostile.name("shop_values", "make_error"), *call))
    found = safe_loads(data, registry=declaring())
    assert (type(found), found.args) == (OrderError, ("why",))
    assert found.__notes__ == ["picklereg: OrderError was made without make_error: attributes may be missing"]
    other = hostile.opcodes(hostile.call(hostile.name("shop_other", "make_error"), *call))
    for bytes_, registry in ((data, picklereg.Registry(entry_points=False)), (other, declaring())):
        assert type(safe_loads(bytes_, registry=registry)).__qualname__ == "make_error"
    group = hostile.opcodes(b"]", hostile.call(hostile.name("shop_values", "f"), hostile.name("builtins", "ExceptionGroup")), b"a")
    assert isinstance(safe_loads(group, registry=declaring())[0], MissingValue)


@pytest.mark.parametrize(("name", "is_declared"), [("OrderError", True), ("LostError", False)])
def test_a_class_method_by_name_makes_an_instance(name: str, is_declared: bool) -> None:
    """As google-genai's errors have it; it isn't called."""
    data = hostile.opcodes(hostile.call(hostile.name("shop_values", f"{name}._rebuild"), hostile.text("why")))
    found = safe_loads(data, registry=declaring())
    assert (type(found).__qualname__, found.args) == (name, ("why",))
    assert (type(found) is OrderError) is is_declared
    assert hasattr(found, "__notes__") is is_declared


def test_a_class_method_that_is_given_attributes_alone() -> None:
    """They are set, and nothing else."""
    data = hostile.opcodes(hostile.call(hostile.name("shop_values", "OrderError._rebuild"), plain({"code": 3, "__notes__": ["a note"]})))
    found = safe_loads(data, registry=declaring())
    assert (type(found), found.args, found.code, found.__notes__[0], len(found.__notes__)) == (OrderError, (), 3, "a note", 2)


METHOD_TYPE = hostile.call(hostile.name("cloudpickle.cloudpickle", "_builtin_type"), hostile.text("MethodType"))
STATE = b"}" + hostile.text("__notes__") + b"]" + hostile.text("a note") + b"asb"


@pytest.mark.parametrize(("name", "is_declared"), [("OrderError", True), ("LostError", False)])
def test_a_class_method_by_value_makes_an_instance(name: str, is_declared: bool) -> None:
    """cloudpickle binds a function that it writes by value to the class; neither is called."""
    method = hostile.call(METHOD_TYPE, b"N", hostile.name("shop_values", name))
    found = safe_loads(hostile.opcodes(hostile.call(method, hostile.text("why")), STATE), registry=declaring())
    assert (type(found).__qualname__, found.args) == (name, ("why",))
    assert (type(found) is OrderError) is is_declared
    ours = ["picklereg: OrderError was made without its class method: attributes may be missing"]
    assert found.__notes__ == (["a note", *ours] if is_declared else ["a note"])


@pytest.mark.parametrize(
    "method",
    [
        hostile.call(METHOD_TYPE, b"N", hostile.name("shop_values", "other")),
        hostile.call(METHOD_TYPE, b"N", hostile.name("builtins", "ExceptionGroup")),
        hostile.call(METHOD_TYPE, b"N", b"N"),
        hostile.call(METHOD_TYPE, b"N"),
        hostile.call(hostile.call(hostile.name("cloudpickle.cloudpickle", "_builtin_type")), b"N", b"N"),
        hostile.call(hostile.call(hostile.name("cloudpickle.cloudpickle", "_builtin_type"), b"N"), b"N", b"N"),
        hostile.call(hostile.call(hostile.name("shop_values", "other"), b"N"), b"N", b"N"),
    ],
)
def test_what_the_call_of_a_call_gives_may_be_an_error(method: bytes) -> None:
    """Nothing tells its class, but its notes tell what it is; the calls are written down."""
    found = safe_loads(hostile.opcodes(hostile.call(method, hostile.text("why")), STATE), registry=declaring())
    assert (type(found).__qualname__, found.__notes__, found.args[1]) == ("call", ["a note"], "why")


def test_the_function_of_anthropic_makes_as_new_does() -> None:
    """Whatever class it is given."""
    new = hostile.name("anthropic._exceptions", "new_error")
    found = safe_loads(hostile.opcodes(hostile.call(new, hostile.name("anthropic", "OddError"), hostile.text("why"))), registry=declaring())
    assert (type(found).__qualname__, found.args) == ("OddError", ("why",))
    (inert,) = safe_loads(hostile.opcodes(b"]", hostile.call(new), b"a"), registry=declaring())
    assert isinstance(inert, MissingValue)


@pytest.mark.parametrize("args", [("250", "EUR"), (250, "USD"), (250,)])
def test_arguments_that_its_function_refuses_are_inert(args: tuple[object, ...]) -> None:
    """The function checks them, and never sees what the bytes would have called."""
    data = hostile.opcodes(b"]", hostile.name("shop_values", "price_of"), pickle.dumps(args, 2)[2:-1], b"Ra")
    (found,) = safe_loads(data, registry=declaring(SAFE))
    assert isinstance(found, MissingValue)
    assert found.args == args


def test_a_value_that_a_function_made_takes_no_state() -> None:
    """Only what is declared by its attributes does: an inert value is in its place."""
    data = hostile.opcodes(hostile.name("shop_values", "price_of"), pickle.dumps((2, "EUR"), 2)[2:-1], b"R}b")
    found = safe_loads(data, registry=declaring(SAFE))
    assert isinstance(found, MissingValue)
    assert (found.args, found.state) == ((2, "EUR"), {})


def test_a_later_declaration_adds_and_never_replaces() -> None:
    """The first one counts for what it names; a class that only claims the name isn't it."""
    registry = declaring({Basket: {}})
    registry.register_attachment(Basket, strip, safe={Basket: {"later": True}, Label: {}})
    registry.register_attachment(bytearray, bytes, safe={price_of: safe_price})
    found = safe_loads(written(registry), registry=registry).basket
    assert (type(found), hasattr(found, "later"), type(found.label), type(found.price)) == (Basket, False, Label, Price)


def test_a_name_whose_class_was_replaced_since_is_inert(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was declared is the class, not whatever has its name now."""
    registry = declaring(SAFE)
    data = written(registry)
    other = type("Basket", (), {"__module__": "shop_values"})
    monkeypatch.setattr(shop_values, "Basket", other)
    assert isinstance(safe_loads(data, registry=registry).basket, MissingValue)


@pytest.mark.parametrize(
    ("safe", "problem"),
    [
        ([Basket], "declares no safe constructors"),
        ({"shop_values.Basket": {}}, "no class or function that can be imported"),
        ({OrderError: {}}, "no class or function that can be imported"),
        ({type("Nowhere", (), {}): {}}, "no class or function that can be imported"),
        ({functools.partial(print): {}}, "no class or function that can be imported"),
        ({Basket: 7}, r"shop_values\.Basket: 7 doesn't say how it is made"),
        ({price_of: 7}, r"shop_values\.price_of: 7 doesn't say how it is made"),
        ({price_of: {}}, r"shop_values\.price_of: its instances aren't made by object\.__new__"),
        ({dict: {}}, "dict: its instances aren't made by object"),
        ({shop_values.WithSlots: {}}, "WithSlots: its instances aren't made by object"),
        ({shop_values.WithDel: {}}, "WithDel: its __del__ would run"),
        ({Basket: {1: 2}}, "names of attributes are strings"),
    ],
)
def test_what_cannot_be_declared(safe: Any, problem: str) -> None:
    """It is said what is wrong, and nothing is registered."""
    registry = picklereg.Registry(entry_points=False)
    with pytest.raises(RegistrationError, match=problem):
        registry.register_attachment(Basket, strip, safe=safe)
    assert registry.strip_for(Basket) is None


def test_a_registry_tells_what_is_declared() -> None:
    """Exception classes with their subclasses, and how the others may be made."""
    registry = picklereg.Registry(entry_points=False)
    other = declaring(SAFE)
    assert registry.safe_constructor("shop_values", "Basket") is None
    assert other.safe_constructor("shop_values", "Basket") == (Basket, {"notes": []})
    assert (other.declares(OrderError), other.declares(KeyError), registry.declares(OrderError)) == (True, False, False)

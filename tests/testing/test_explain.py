"""How an exception is written, and why so, as ``picklereg check --explain`` tells it."""

from __future__ import annotations

import copyreg
import operator
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

import home_samples
import pytest

import picklereg
from picklereg.testing.explain import Explanation, explain

if TYPE_CHECKING:
    from check_samples import Write


class Plain(Exception):
    lock: object
    text: object


class OwnReduce(Exception):
    def __init__(self, code: int, *, more: str = "") -> None:
        super().__init__(f"code {code}")
        self.code = code

    def __reduce__(self) -> Any:
        return type(self), (self.code,)


class BrokenReduce(OwnReduce):
    def __init__(self, code: int, extra: int) -> None:
        super().__init__(code)


class RaisingReduce(Exception):
    def __reduce_ex__(self, protocol: Any) -> Any:
        raise LookupError("not me")


class Frozen(Exception):
    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError("frozen")


class OwnNew(Exception):
    def __new__(cls, *args: object) -> Self:
        return super().__new__(cls)

    def __setstate__(self, state: object) -> None:
        raise TypeError("not so")


class Slots(Exception):
    __slots__ = ("one", "other")

    def __init__(self) -> None:
        super().__init__()
        self.one = 1


class Client:
    def __init__(self, url: str) -> None:
        self.url = url


def strip_client(client: Client) -> str:
    return client.url


def no_reducer(exc: Plain) -> Any:
    raise RuntimeError("not today")


def reducer(exc: Plain) -> Any:
    return Plain, exc.args


def explained(exc: BaseException, *prepare: Callable[[picklereg.Registry], object]) -> Explanation:
    registry = picklereg.Registry(entry_points=False)
    for step in prepare:
        step(registry)
    return explain(exc, registry)


def with_attributes(exc: Any, **attributes: object) -> Any:
    vars(exc).update(attributes)
    return exc


def fates(explanation: Explanation) -> dict[str, str]:
    return {piece.name: piece.fate for piece in explanation.pieces}


def raised(exc: BaseException, cause: BaseException) -> BaseException:
    try:
        raise exc from cause
    except BaseException as caught:
        return caught


# --- the route ----------------------------------------------------------------------------------------------------


def test_wire_form() -> None:
    """Without a reducer it is the wire form; the value and both sizes are told."""
    exc = raised(with_attributes(Plain("a text", 3), text="more"), KeyError("x"))
    found = explained(exc)
    assert found.route == "the wire form"
    assert found.reasons == ["no reducer is registered for it, and its class has no __reduce__ of its own"]
    assert (found.sets, found.redacted) == ([], [])
    assert found.plan == ["made by Exception.__new__ (opcode NEWOBJ)"]
    assert fates(found) == {"args[0]": "kept", "args[1]": "kept", "attr text": "kept", "cause": "kept"}
    assert [piece.type for piece in found.pieces] == ["str", "int", "str", "KeyError"]
    assert found.value == [
        f"copyreg.__newobj__({__name__}.Plain, 'a text', 3)", "text: 'more'", "__cause__: KeyError('x')"
    ]  # fmt: skip
    assert found.sizes["picklereg"] == len(picklereg.dumps(exc))


def test_rules() -> None:
    """What was found by name, by place and by shape is told, also in what it leads to; the credentials aren't."""
    key = "ghp_" + "a1B2" * 9
    cause = with_attributes(KeyError(f"https://ada:{key}@shop.example/"), headers={"X-Api-Key": "zQ7-x"})
    found = explained(raised(Plain(f"GET /?page=2&token=abc-123 and {key}"), cause))
    assert {rule.partition(" (")[0] for rule in found.rules} == {"URL's userinfo", "name: X-Api-Key", "name: token", "GitHub token"}
    assert "args" in found.redacted[0]
    assert not any(value in str(found.as_data()) for value in (key, "zQ7-x", "abc-123"))


def test_rules_that_were_followed_often() -> None:
    """Each is told once."""
    assert explained(Plain("?token=abc-123", "?token=abc-124")).rules == ["name: token (2 times)"]
    assert explained(Plain("nothing")).rules == []


def test_own_reduce_that_is_respected() -> None:
    """A ``__reduce__`` that gives the same error is what is used."""
    found = explained(OwnReduce(3))
    assert found.route == f"__reduce__ of {__name__}.OwnReduce"
    assert found.reasons == [f"__reduce__ of {__name__}.OwnReduce was tried, and gives the same error"]
    assert found.value == [f"{__name__}.OwnReduce(3)", "args: tuple('code 3')", "code: 3", "__suppress_context__: False"]


def test_own_reduce_that_is_not_used() -> None:
    """Where it fails, the reason is told, whoever of the class's bases defines it."""
    found = explained(BrokenReduce(3, 4))
    assert found.route == "the wire form"
    said = "the reader can't load what it gives, or gets another type, args or str()"
    assert found.reasons == [f"__reduce__ of {__name__}.OwnReduce was tried and not used: {said}"]
    assert explained(RaisingReduce()).reasons == [f"__reduce_ex__ of {__name__}.RaisingReduce was tried and not used: LookupError: not me"]
    assert found.sizes["pickle"]
    assert explained(RaisingReduce()).sizes["pickle"] is None


def test_registered_reducer() -> None:
    """A registered reducer counts first; if it fails, the reason is told."""
    found = explained(Plain("x"), lambda registry: registry.register(Plain, reducer=reducer))
    assert found.route == f"the reducer {__name__}.reducer"
    assert found.reasons == [f"the reducer {__name__}.reducer was registered for it"]
    assert explained(Plain("x"), lambda registry: registry.register(Plain, reducer=no_reducer)).reasons == [
        f"the reducer {__name__}.no_reducer was tried and not used: RuntimeError: not today"
    ]


def test_copyreg_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another party's entry in ``copyreg`` is tried like a ``__reduce__`` of the class."""
    monkeypatch.setitem(copyreg.dispatch_table, Plain, reducer)
    assert explained(Plain("x")).route == f"the copyreg entry {__name__}.reducer"


def test_class_that_needs_its_arguments() -> None:
    """A class of an extension that is made by its arguments alone is called with them."""
    pydantic: Any = pytest.importorskip("pydantic")
    try:
        pydantic.TypeAdapter(int).validate_python("x")
    except pydantic.ValidationError as error:
        reasons = explained(error).reasons
        assert reasons[-1].startswith("the call of the class with its arguments was tried and not used: ")
    else:
        pytest.fail("it is valid")


def test_sets(write: Write) -> None:
    """It is told which active sets and registrations cover a class, by itself or by a base."""
    name = write("class SomeError(Exception): pass")
    module = __import__(name)
    try:
        found = explained(module.SomeError(), lambda registry: registry.register(name))
        assert found.sets == [f"set '{name}' registered in this process ({name}) registers {name}.SomeError"]
    finally:
        del sys.modules[name]
    registry = picklereg.Registry()
    pytest.importorskip("click")
    import click

    assert explain(click.UsageError("x"), registry).sets == [
        "set 'click' of picklereg (picklereg.sets.click:register) registers click.exceptions.ClickException"
    ]


# --- the plan -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exc", "plan"),
    [
        (
            OSError(2, "no"),
            [
                "made by OSError.__new__ (opcode NEWOBJ)",
                "args are set afterwards, because OSError.__new__ doesn't keep them",
                "fields outside __dict__: errno, strerror, filename, filename2, characters_written",
            ],
        ),
        (Slots(), ["made by Exception.__new__ (opcode NEWOBJ)", "fields outside __dict__: one, other"]),
        (
            Frozen("x"),
            [
                "made by Exception.__new__ (opcode NEWOBJ)",
                "attributes are set past the class, whose own code would run or forbid it",
            ],
        ),
        (
            OwnNew("x"),
            [
                "made by Exception.__new__, because OwnNew.__new__ or its __class__ is another one",
                "BaseException.__setstate__ is called in place of the class's own",
            ],
        ),
        (
            ExceptionGroup("x", [KeyError()]),
            ["made by BaseExceptionGroup.__new__ (opcode NEWOBJ)", "message and exceptions go to __new__: they are read-only"],
        ),
    ],
)
def test_plan(exc: BaseException, plan: list[str]) -> None:
    """It is told how an instance is made and filled, and why not otherwise."""
    assert explained(exc).plan == plan


def test_state_that_is_no_dictionary() -> None:
    """A state that calls what sets it is shown as these calls."""
    (_, state) = explained(raised(Frozen("x"), KeyError("y"))).value
    assert state.startswith("_operator.getitem(tuple(operator.methodcaller('__set__', ")
    assert "KeyError('y')" in state


def test_classes_that_are_not_importable() -> None:
    """A class goes by value if it can't be imported by its name, or as its base if that can't be either."""

    class Local(Exception):
        pass

    class Held(Exception):
        lock = threading.Lock()

    assert explained(Local()).plan[0] == "the class is written by value, because it can't be imported by its name"
    assert explained(Held()).plan[0] == "sent as Exception, because readers couldn't make or import it"


# --- the pieces ---------------------------------------------------------------------------------------------------


def test_pieces_that_do_not_travel() -> None:
    """What is left behind or replaced is told with the reason."""
    lock = threading.Lock()
    found = explained(with_attributes(Plain(lock, "x"), lock=lock, text=["x", lock]))
    assert fates(found) == {
        "args[0]": "replaced: TypeError: cannot pickle '_thread.lock' object",
        "args[1]": "kept",
        "attr lock": "left behind: TypeError: cannot pickle '_thread.lock' object",
        "attr text": "replaced: TypeError: cannot pickle '_thread.lock' object",
    }


def test_chain_that_is_cut() -> None:
    """A cause beyond the bound is told as left behind."""
    registry = picklereg.Registry(entry_points=False, max_chain=1)
    assert (
        fates(explain(raised(Plain(), KeyError()), registry))["cause"] == "left behind: 1 older exceptions were left behind (max_chain=1)"
    )


def test_redacted_pieces() -> None:
    """It is told which pieces are stripped, which are redacted, and where a credential stood."""
    url = "https://ada:0pen-5esame-81@shop.example/"
    exc = with_attributes(
        Plain(f"GET {url}", b"0pen-5esame-81"),
        client=Client(url),
        other=Client("x"),
        headers={"authorization": "Bearer 123456789"},
        pairs=[(b"x-key", "0pen-5esame-81")],
        plain={"x": 1},
    )
    found = explained(exc, lambda registry: registry.register_attachment(Client, strip_client))
    assert fates(found) == {
        "args[0]": "redacted",
        "args[1]": "redacted",
        "attr client": f"stripped by {__name__}.strip_client, redacted",
        "attr other": f"stripped by {__name__}.strip_client",
        "attr headers": "redacted",
        "attr pairs": "redacted",
        "attr plain": "kept",
    }
    assert found.redacted == ["args", "args", "client", "headers.authorization", "pairs.x-key"]
    assert "0pen-5esame-81" not in str(found)


def test_attachments_are_looked_into() -> None:
    """A credential in a library's own request is named by where it stands in it."""
    httpx: Any = pytest.importorskip("httpx")
    request = httpx.Request("GET", "https://shop.example", headers={"authorization": "Bearer 123456789"})
    exc = httpx.HTTPStatusError("x", request=request, response=httpx.Response(404, request=request))
    found = explain(exc, picklereg.Registry())
    assert found.redacted == ["_request.headers.authorization", "response._request.headers.authorization"]
    assert found.value[1].startswith("_request: object.__new__(httpx.Request) with method='GET', url=URL('https://shop.example')")


def test_long_values_are_cut() -> None:
    """A long text or repr takes a few lines."""
    found = explained(with_attributes(Plain("x" * 10_000), text=dict.fromkeys(range(1_000))))
    assert max(map(len, found.value)) < 300


def test_values_that_lead_back_to_themselves() -> None:
    """A container that holds itself is shown, and searched, to a certain depth."""
    loop: list[object] = ["[redacted by picklereg]"]
    loop.append(loop)
    assert explained(with_attributes(Plain(operator.add), text=loop)).redacted[0] == "text"


def test_a_class_that_is_named_elsewhere() -> None:
    """Where its own name doesn't lead to it, the name that does is told."""
    found = explained(home_samples.Renamed("no timer"))
    assert any(reason.startswith("named as home_samples.Renamed") for reason in [*found.reasons, *found.plan])

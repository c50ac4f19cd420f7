"""What objects hold that a strip function, a reducer or a dispatch table gives: it is looked at as what an error holds itself."""

from __future__ import annotations

import copyreg
import io
import itertools
import logging
import pickle
import threading
from collections import ChainMap, OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Self

import pytest
from attachment_samples import Call, Cursor, Link, Request, Response, Stuck
from bare_samples import ShopError
from held_samples import KEPT
from writers import a_registry, in_each_mode, writing

import picklereg
from picklereg.redaction import REDACTED
from picklereg.reduction.expression import Expression

PASSWORD = "q7Lm51Pd-zR"
_count = itertools.count()


def anew() -> str:
    """Give another password each time."""
    return f"{next(_count)}{PASSWORD}"


# --- objects --------------------------------------------------------------------------------------------------------


class Plain:
    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)

    def method(self) -> None: ...


class Fresh:
    def __getstate__(self) -> Any:
        return {**vars(self), "password": anew()}


class Stable:
    def __getstate__(self) -> Any:
        return {"password": PASSWORD.encode()}


class ByArguments:
    def __init__(self, held: Any = None) -> None: ...

    def __reduce__(self) -> Any:
        return ByArguments, ({b"api_key": bytearray(anew().encode())},)


class ByPairs(list[Any]):
    def __reduce_ex__(self, protocol: Any) -> Any:
        return ByPairs, (), None, iter([("x-api-key", anew())])


class ByNew:
    def __new__(cls, **_given: Any) -> Self:
        return object.__new__(cls)

    def __getnewargs_ex__(self) -> Any:
        return (), {"password": anew()}


class BySetter:
    def __reduce__(self) -> Any:
        return BySetter, (), {"password": anew()}, None, None, forget


class ByTable:
    """A dispatch table has a function for it."""


def forget(_made: object, _state: object) -> None:
    """Set nothing."""


def made_by_table(_held: object) -> ByTable:
    return ByTable()


class Slots:
    __slots__ = ("password",)

    def __init__(self) -> None:
        self.password = PASSWORD


@dataclass(frozen=True, slots=True)
class Login:
    user: str
    password: str


class Row(NamedTuple):
    user: str
    password: str


class Name(str):  # noqa: SLOT000  # it has attributes
    """A text with attributes."""

    password: str = ""


class Number(int):
    """A number with attributes."""

    password: str = ""


def with_password(made: Any) -> Any:
    made.password = PASSWORD
    return made


OBJECTS: dict[str, Callable[[], Any]] = {
    "a state that is made anew": Fresh,
    "a state in bytes": Stable,
    "arguments": ByArguments,
    "items": ByPairs,
    "arguments of a class": ByNew,
    "what a setter gets": BySetter,
    "a dispatch table's": ByTable,
    "slots": Slots,
    "a dataclass": lambda: Login("ada", PASSWORD),
    "a named tuple": lambda: Row("ada", PASSWORD),
    "attributes": lambda: Plain(password=PASSWORD),
    "in an object's list": lambda: Plain(held=[Fresh()]),
    "in a deque": lambda: deque([Fresh()]),
    "a deque of dictionaries": lambda: deque([{"password": PASSWORD}]),
    "an ordered dictionary": lambda: OrderedDict(password=PASSWORD),
    "a set": lambda: {f"password={PASSWORD}"},
    "changeable bytes": lambda: bytearray(f"password={PASSWORD}".encode()),
    "a buffer": lambda: io.BytesIO(f"password={PASSWORD}".encode()),
    "keywords": lambda: partial(Plain, password=PASSWORD),
    "a method's object": lambda: Plain(held=Fresh()).method,
    "an iterator": lambda: iter([("password", PASSWORD)]),
    "a text's attribute": lambda: with_password(Name("ada")),
    "a number's attribute": lambda: with_password(Number(2)),
    "a key's attribute": lambda: {with_password(Name("ada")): 2},
    "a key in bytes": lambda: {b"kty": b"oct", b"k": PASSWORD.encode()},
    "a request in bytes": lambda: {b"method": b"POST", b"url": b"/", b"headers": {}, b"body": PASSWORD.encode()},
    "what was said in bytes": lambda: {b"role": b"user", b"content": PASSWORD.encode()},
    "settings in bytes": lambda: {b"password": {b"first": PASSWORD.encode(), b"description": KEPT.encode()}},
}

# --- places ---------------------------------------------------------------------------------------------------------


class Box:
    """An attachment, of which the registry below makes what its ``how`` says."""

    def __init__(self, held: Any, how: Callable[[Any], Any]) -> None:
        self.held = held
        self.how = how
        self.lock = threading.Lock()


class Own(Exception):
    """Reduces itself."""

    def __init__(self, text: str, held: Any = None) -> None:
        super().__init__(text)
        self.held = held

    def __reduce__(self) -> Any:
        return Own, (self.args[0], hidden[0])


class Registered(Exception):
    """Has a reducer in the registry."""


class Entered(Exception):
    """Has one in ``copyreg``."""


#: What the reducers give, and no error holds.
hidden: list[Any] = [None]


def remade(cls: Any, text: str, _held: Any) -> Any:
    return cls(text)


def failed(**attributes: Any) -> BaseException:
    error = LookupError(KEPT)
    vars(error).update(attributes)
    return error


def reduced(error: Any) -> Any:
    return type(error), error.args, {"held": hidden[0]}


def remade_by_call(error: Any) -> Any:
    return remade, (type(error), *error.args, hidden[0])


def expressed(held: Any) -> Expression:
    return Expression(object.__new__, Plain, state={"held": held})


PLACES: dict[str, Callable[[Any], BaseException]] = {
    "itself": lambda held: failed(held=held),
    "a note": lambda held: failed(__notes__=[held]),
    "notes that are no list": lambda held: failed(__notes__=(held,)),
    "an attachment": lambda held: failed(held=Request(url="/", held=held)),
    "an attachment in a list": lambda held: failed(held=[Request(url="/", held=held)]),
    "an attachment in an object": lambda held: failed(held=Plain(request=Request(url="/", held=held))),
    "an attachment in an attachment": lambda held: failed(held=Request(history=[Response(held=held)])),
    "an attachment, and beside it": lambda held: failed(held=Request(url="/", held=held), also=held),
    "an argument": lambda held: failed(held=Call(1, held)),
    "an argument in a tuple": lambda held: failed(held=Call(1, (held, Request(url="/")))),
    "a list": lambda held: failed(held=Cursor(rows=[held])),
    "a dictionary that is given": lambda held: failed(held=Box(held, lambda held: {"held": held})),
    "what is given": lambda held: failed(held=Box(held, lambda held: held)),
    "an object that is given": lambda held: failed(held=Box(held, lambda held: Plain(held=held))),
    "a call in a state": lambda held: failed(held=Box(held, lambda held: Expression(Plain, state={"call": expressed(held)}))),
    "its own reduce": lambda held: Own(KEPT),
    "a reducer's state": lambda held: Registered(KEPT),
    "an entry's call": lambda held: Entered(KEPT),
}


def boxes(**options: Any) -> picklereg.Registry:
    registry = a_registry(**options)
    registry.register_attachment(Box, lambda box: box.how(box.held))
    registry.register(Registered, reducer=reduced)
    return registry


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put two functions into ``copyreg`` for a while."""
    monkeypatch.setitem(copyreg.dispatch_table, ByTable, lambda _made: (made_by_table, ({"password": anew()},)))
    monkeypatch.setitem(copyreg.dispatch_table, Entered, remade_by_call)
    yield
    hidden[0] = None


def checked(place: str, mode: str, write: Callable[[Any], bytes]) -> None:
    for name, build in OBJECTS.items():
        hidden[0] = build()
        data = write(PLACES[place](hidden[0]))
        assert PASSWORD.encode() not in data, (mode, name)
        assert pickle.loads(data).args[0] == KEPT, (mode, name)


@pytest.mark.parametrize("place", PLACES)
def test_it_stays_here(place: str) -> None:
    """In every mode."""
    for mode, write in in_each_mode(boxes()):
        checked(place, mode, write)


@pytest.mark.parametrize("place", PLACES)
def test_without_redaction_it_leaves(place: str) -> None:
    """So each object holds one wherever it stands, which the tests around would find."""
    with writing("picklereg.dumps", boxes(redact=False)) as write:
        for name, build in OBJECTS.items():
            hidden[0] = build()
            assert PASSWORD.encode() in write(PLACES[place](hidden[0])), name


@pytest.mark.parametrize("place", PLACES)
def test_it_stays_here_with_a_rule_of_the_house(place: str) -> None:
    """It asks for copies of all, before anything is known of what they hold."""
    with writing("picklereg.dumps", boxes(redact=str)) as write:
        checked(place, "picklereg.dumps", write)


HARMLESS: list[Any] = [
    Login("ada", "required"),
    Row("ada", "required"),
    [Link("/page")],
    {b"role": b"assistant", b"content": b"a text"},
    {b"method": b"GET", b"path": b"/"},
    OrderedDict(page=2),
    Name("ada"),
    {"tokens": 7},
    deque([2]),
    Plain,
    len,
]


def test_harmless_ones_arrive() -> None:
    """As they are, and nothing is said of them."""
    for _mode, write in in_each_mode(boxes()):
        for held in HARMLESS:
            got = pickle.loads(write(ShopError(1, held=Request(url="/", held=held))))
            assert got.held.held == held or (type(held) is list and [vars(link) for link in got.held.held] == [vars(link) for link in held])
            assert not hasattr(got, "__notes__")


def test_a_harmless_part_beside_a_credential() -> None:
    """Stays, also where it has a plain name."""
    for _mode, write in in_each_mode(boxes()):
        got = pickle.loads(write(ShopError(1, held=Request(url="/", login=Plain(user="ada", password=PASSWORD, tries=2), page=3))))
        assert vars(got.held.login) == {"user": "ada", "password": REDACTED, "tries": 2}
        assert got.held.page == 3


def test_a_part_that_cannot_travel() -> None:
    """Takes with it what holds it: nobody knows whether anything else may stand there, as a closer's file may not be ``None``."""
    for _mode, write in in_each_mode(boxes()):
        got = pickle.loads(write(ShopError(1, held=Request(url="/", held=threading.Lock()), also=Call(1, threading.Lock()))))
        assert (hasattr(got, "held"), hasattr(got, "also")) == (False, False)
        assert len(got.__notes__) == 2
        got = pickle.loads(write(ShopError(1, held=Request(url="/", held=Stuck()))))
        assert (got.held.url, got.held.held) == ("/", None)
        assert len(got.__notes__) == 1


class Overriding(picklereg.Pickler):
    """Has a say itself in what is written."""

    def reducer_override(self, obj: Any) -> Any:
        if type(obj) is ByTable:
            return made_by_table, ({"password": anew()},)
        return super().reducer_override(obj)


class WithTable(picklereg.Pickler):
    """The same, by its table."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.dispatch_table = ChainMap({ByTable: lambda _made: (made_by_table, ({"password": anew()},))}, self.dispatch_table)


@pytest.mark.parametrize("pickler", [Overriding, WithTable])
def test_what_a_pickler_gives(pickler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is looked at, too."""
    monkeypatch.delitem(copyreg.dispatch_table, ByTable)
    for held in (ByTable(), [ByTable()], Request(url="/", held=ByTable())):
        file = io.BytesIO()
        pickler(file, registry=boxes()).dump(failed(held=held))
        assert PASSWORD.encode() not in file.getvalue()
        assert pickle.loads(file.getvalue()).args == (KEPT,)


class _Asked:
    """Notices when it is looked into."""

    asked = 0

    @property
    def __dict__(self) -> Any:  # type: ignore[override]  # what object.__getattribute__ finds, too
        type(self).asked += 1
        return {}


@pytest.mark.parametrize(
    "held", [lambda logger: logger, lambda logger: Plain(logger=logger), lambda logger: [logging.LoggerAdapter(logger, {})]]
)
def test_a_logger_goes_by_its_name(held: Callable[[logging.Logger], Any]) -> None:
    """It is the reader's own; what it leads to, all other loggers and their handlers, isn't looked into, however many they are."""
    logger = logging.getLogger(f"shop.{__name__}")
    logger.asked = _Asked()  # type: ignore[attr-defined]
    error = ShopError(1, held=held(logger))
    error.add_note(f"password={PASSWORD}")
    for _, write in in_each_mode(a_registry()):
        data = write(error)
        assert logger.name.encode() in data
        assert PASSWORD.encode() not in data
    assert _Asked.asked == 0

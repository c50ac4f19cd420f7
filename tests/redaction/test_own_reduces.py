"""What only an object's own ``__reduce__`` or ``__getstate__`` gives: it is looked for in the pickle, and replaced there, or stays here."""

from __future__ import annotations

import array
import gzip
import pickle
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bare_samples import ShopError
from held_samples import KEPT, Login, Sent
from writers import MODES, a_registry, writing

import picklereg
from picklereg.redaction import REDACTED

PASSWORD = "q7Lm51Pd-zR"
KEY = "ghp_" + "a1B2" * 10
CODE = "SplxlOBeZQQYbYS6WxSbIA"
SECRETS = (PASSWORD, KEY, CODE, "zQ7")
_HIDDEN: dict[int, Any] = {}


class Hiding:
    """Keeps what it is given where nobody sees it, as native code does."""

    def __init__(self, held: Any = None) -> None:
        _HIDDEN[id(self)] = held

    def __reduce__(self) -> Any:
        return Hiding, (_HIDDEN[id(self)],)

    @property
    def held(self) -> Any:
        """What it was given."""
        return _HIDDEN[id(self)]


class WithState(Hiding):
    """Gives it as its state."""

    def __reduce__(self) -> Any:
        return WithState, (), _HIDDEN[id(self)]

    def __setstate__(self, state: Any) -> None:
        _HIDDEN[id(self)] = state


class WithEntries(dict[str, Any]):
    """Gives it as entries, which it doesn't hold."""

    kept: Any = None

    def __reduce__(self) -> Any:
        return WithEntries, (), None, None, iter([("password", PASSWORD), ("page", KEPT)])


class Making:
    """Makes it anew each time."""

    def __getstate__(self) -> Any:
        return {"password": PASSWORD, "kept": KEPT}


HELD: list[Any] = [
    f"https://ada:{PASSWORD}@shop.example/",
    f"password={PASSWORD}",
    f'{{"password": "{PASSWORD}"}}'.encode(),
    {"password": PASSWORD, "kept": KEPT},
    {"password": "zQ7"},
    [("x-api-key", PASSWORD), ("page", "2")],
    ["tool", "--password", PASSWORD],
    KEY,
    ["https://shop.example/?token=zQ7", {"password": "required"}],
    [b"https://shop.example/?token=zQ7", b"page"],
    {b"password": b"zQ7"},
    # what has a credential's name only in its class, and no such name in it at all
    [Sent("/", "GET", None), Login(KEPT, PASSWORD), "no token"],
    [Sent("/", "POST", PASSWORD), "page"],
    [["user", "password"], ["ada", PASSWORD]],
    {"authenticators": ("ada", None, PASSWORD)},
    {"DB_PW": PASSWORD},
    {"password2": PASSWORD},
    {"login": ("ada", PASSWORD)},
    ["/usr/bin/mysql", f"-p{PASSWORD}"],
    ["curl", "-u", f"ada:{PASSWORD}"],
    {"code": CODE, "state": "af0ifjsldkj"},
    {"code": PASSWORD, "redirect_uri": "https://shop.example/"},
    {"kty": "oct", "k": CODE},
    {"role": "user", "content": PASSWORD},
    {"request_body": PASSWORD},
]


def samples() -> Iterator[Any]:
    for held in HELD:
        yield Hiding(held)
        yield WithState(held)
        yield [{"held": Hiding(held)}]
    yield array.array("B", f"password={PASSWORD}".encode())
    yield iter([("password", PASSWORD)])
    yield WithEntries()
    yield Making()


@pytest.mark.parametrize("mode", MODES)
def test_it_stays_here(mode: str) -> None:
    """As an argument, and in an attribute."""
    errors: list[Exception] = [ShopError(1, kept=KEPT, held=held) for held in samples()]
    errors += [ValueError(held, KEPT) for held in samples()]
    with writing(mode, a_registry()) as write:
        for error in errors:
            data = write(error)
            assert not any(secret.encode() in data for secret in SECRETS), error
            assert KEPT.encode() in data


@pytest.mark.parametrize("mode", MODES)
def test_a_copy_arrives(mode: str) -> None:
    """Of the same class, with what stands beside it."""
    error = ShopError(1, held=WithState({"password": PASSWORD, "kept": KEPT}))
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(error))
    assert type(got.held) is WithState
    assert got.held.held == {"password": REDACTED, "kept": KEPT}


@pytest.mark.parametrize("mode", MODES)
def test_compressed_bytes(mode: str) -> None:
    """They are replaced altogether."""
    held = [gzip.compress(f"password={PASSWORD}".encode()), b"page"]
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(ShopError(1, held=WithState(held))))
    assert got.held.held == [REDACTED.encode(), b"page"]


@pytest.mark.parametrize("mode", MODES)
def test_in_a_text_after_it(mode: str) -> None:
    """From then on it is replaced wherever it stands."""
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(ValueError(WithState({"password": PASSWORD}), f"no {PASSWORD}")))
        assert got.args[1] == f"no {REDACTED}"
        words = "some harmless words"
        assert pickle.loads(write(ValueError(WithState({"password": words}), words))).args[1] == words


@pytest.mark.parametrize("mode", MODES)
def test_in_what_stood_before_it(mode: str) -> None:
    """In the same error; what a note says of another piece of it is said once."""
    error = ShopError(1, text=f"no {PASSWORD}", lock=threading.Lock(), held=WithState({"password": PASSWORD}))
    error.args = (f"no {PASSWORD}", [threading.Lock()])
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(error))
    assert (got.args[0], got.text) == (f"no {REDACTED}", f"no {REDACTED}")
    assert len(got.__notes__) == len({*got.__notes__}) == 2


@pytest.mark.parametrize("mode", MODES)
def test_what_makes_it_anew(mode: str) -> None:
    """It is left behind, and a note says why."""
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(ShopError(1, held=Making())))
    assert not hasattr(got, "held")
    assert "it holds a credential, and makes it anew" in got.__notes__[0]


@pytest.mark.parametrize("mode", MODES)
def test_what_holds_none(mode: str) -> None:
    """Names without a credential, and texts that only tell of one."""
    others = ({"password": "required"}, "the password is too short", b"\x1f\x8b no gzip", {"page": 2, "max_tokens": "7000x1y2"})
    for held in (*others, [len, "no token"]):
        with writing(mode, a_registry()) as write:
            got = pickle.loads(write(ShopError(1, held=WithState(held))))
        assert got.held.held == held
        assert not hasattr(got, "__notes__")


def test_without_redaction_it_travels() -> None:
    """So each sample has one in it."""
    with writing("picklereg.dumps", a_registry(redact=False)) as write:
        written = [write(ShopError(1, held=held)) for held in samples()]
    assert all(any(secret.encode() in data for secret in SECRETS) for data in written)


@pytest.mark.parametrize("name", ["password", "pw"])
@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_with_an_older_protocol(protocol: int, name: str) -> None:
    """It is looked for in what the newest would write: older ones number what they refer to in another way."""
    data = picklereg.dumps(ShopError(1, held=WithState({name: PASSWORD, "kept": KEPT})), protocol, registry=a_registry())
    assert PASSWORD.encode() not in data
    assert pickle.loads(data).held.held == {name: REDACTED, "kept": KEPT}


class Changing:
    """Gives something else each time it is written, beside a credential, or makes that anew, too."""

    given = 0

    def __init__(self, *, is_made_anew: bool) -> None:
        self.is_made_anew = is_made_anew

    def __getstate__(self) -> Any:
        Changing.given += 1
        password = f"{Changing.given}{PASSWORD}" if self.is_made_anew else PASSWORD
        return {**vars(self), "password": password, "given": Changing.given}


class Wrapped:
    """The same, beneath a class that has no say."""

    def __init__(self, held: Any) -> None:
        self.held = held


@pytest.mark.parametrize("wrapped", [lambda held: held, lambda held: [held], Wrapped], ids=["bare", "in a list", "in an object"])
@pytest.mark.parametrize("is_made_anew", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_what_changes_as_it_is_written_is_looked_at_too(mode: str, is_made_anew: bool, wrapped: Callable[[Any], Any]) -> None:
    """The first writing counts, and what is in it stays here; so does what a later one would give in its place."""
    with writing(mode, a_registry()) as write:
        data = write(ShopError(wrapped(Changing(is_made_anew=is_made_anew)), held=wrapped(Changing(is_made_anew=is_made_anew))))
    assert PASSWORD.encode() not in data
    assert type(pickle.loads(data)) is ShopError


class Giving(Exception):
    """Takes whatever its reduce gives."""

    def append(self, item: Any) -> None:
        self.args = (*self.args, item)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.append((key, value))


class Telling(Exception):
    """Gives what it doesn't hold to its constructor, which makes a text with that."""

    def __init__(self, text: str, _told: Any = None) -> None:
        super().__init__(text)
        self.made = f"{PASSWORD} again"

    def __reduce__(self) -> Any:
        return Telling, (*self.args, {"password": PASSWORD})


class TellingMore(Telling):
    """The same as an attribute."""

    def __reduce__(self) -> Any:
        return TellingMore, self.args, {"told": {"password": PASSWORD}}


@pytest.mark.parametrize("mode", MODES)
def test_what_a_reduce_tells_is_replaced_in_all_of_the_error(mode: str) -> None:
    """Whether it is used or not: in text and attributes; a registered one's reason is noted all the same."""
    registry = a_registry()
    registry.register(Giving, reducer=lambda exc: (list, (exc.args,), {"password": PASSWORD}))
    with writing(mode, registry) as write:
        for cls, text in ((Telling, f"no {PASSWORD}"), (TellingMore, f"no {PASSWORD}"), (Giving, f"no {PASSWORD}"), (Telling, "text")):
            error: Any = cls(text)
            error.text = f"{PASSWORD} is wrong"
            data = write(error)
            assert PASSWORD.encode() not in data, cls
            found: Any = pickle.loads(data)
            assert (type(found), found.args, found.text) == (cls, (text.replace(PASSWORD, REDACTED),), f"{REDACTED} is wrong")
            assert ["the reducer registered" in note for note in getattr(found, "__notes__", [])] == [True] * (cls is Giving)


#: Where in a reduce value something may stand that the error itself doesn't hold.
_PLACES: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "argument": lambda held: (Giving, ("text", held)),
    "another argument": lambda held: (Giving, ([held],)),
    "state": lambda held: (Giving, ("text",), {"held": held}),
    "item": lambda held: (Giving, ("text",), None, iter([held])),
    "entry": lambda held: (Giving, ("text",), None, None, iter([("held", held)])),
}


@pytest.mark.parametrize("mode", MODES)
def test_what_an_error_s_reducer_gives(mode: str) -> None:
    """Nobody else looks there."""
    given: list[tuple[Any, ...]] = []
    registry = a_registry()
    registry.register(Giving, reducer=lambda _: given[-1])
    with writing(mode, registry) as write:
        for place, put in _PLACES.items():
            for held in ({"password": PASSWORD}, f"https://shop.example/?token={PASSWORD}", Hiding({"password": PASSWORD})):
                given.append(put(held))
                data = write(Giving("text"))
                assert PASSWORD.encode() not in data, place
                found = pickle.loads(data)
                assert (REDACTED in repr([found.args, vars(found)])) is not isinstance(held, Hiding), place
                assert getattr(found, "__notes__", []) == []

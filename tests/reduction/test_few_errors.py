"""What few errors are: very many containers, fields that are named like credentials, classes that refuse to be looked at."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Final

import pytest
from writers import MODES, a_registry, writing

import picklereg
from picklereg.introspection.class_plan import plan_for
from picklereg.redaction.secrets import Secrets

if TYPE_CHECKING:
    from crossing import Reader

KEY = "k7Qp2mZx9Lw4Tn8Vb3"


class WithKey(Exception):
    """One that keeps a credential in a slot."""

    __slots__ = ("api_key",)
    api_key: str


def test_a_slot_is_asked_for_its_name() -> None:
    """What stands in it is replaced there, and wherever else it stands in the error."""
    error = WithKey(f"refused {KEY}")
    error.api_key = KEY
    data = picklereg.dumps(error, registry=picklereg.Registry(entry_points=False))
    assert KEY.encode() not in data
    assert "redacted" in pickle.loads(data).api_key
    assert error.api_key == KEY


def test_very_many_containers() -> None:
    """They are decided about as a whole, and arrive."""
    held = [[number] for number in range(10_001)]
    assert pickle.loads(picklereg.dumps(ValueError(held))).args == (held,)


class Meta(type):
    """Refuses to be asked how its instances take their state."""

    def __getattribute__(cls, name: str) -> Any:
        if name == "__setstate__":
            raise RuntimeError("not here")
        return super().__getattribute__(name)


class Refusing(Exception, metaclass=Meta):
    """One that can't be taken apart."""


def test_what_leads_on_from_an_error_that_cannot_be_taken_apart() -> None:
    """It arrives as its text, and its cause and context with it."""
    error = Refusing("text")
    error.__cause__, error.__context__ = KeyError("cause"), ValueError("context")
    outer = LookupError("outer")
    outer.__cause__ = error
    found: Any = pickle.loads(picklereg.dumps(outer)).__cause__
    assert (type(found), found.args) == (Exception, ("text",))
    assert (repr(found.__cause__), repr(found.__context__)) == ("KeyError('cause')", "ValueError('context')")
    assert "with its text alone: RuntimeError: not here" in found.__notes__[0]


class Vicious(list[str]):
    """Notes that can be neither written nor read."""

    def __iter__(self) -> Any:
        raise RuntimeError("not these")

    def __reduce__(self) -> Any:
        return iter(self)


class Relinking(Vicious):
    """The same, and they give their error another cause."""

    error: Any = None

    def __iter__(self) -> Any:
        self.error.__cause__ = LookupError("came late")
        return super().__iter__()


def _vicious(cause: BaseException | None = None, context: BaseException | None = None, *, flag: bool = True) -> Any:
    """Give an error of which taking it apart fails once its links were looked at."""
    error: Any = LookupError("text")
    error.__cause__, error.__context__, error.__suppress_context__ = cause, context, flag
    error.__notes__ = Vicious()
    return error


def _in_a_group() -> BaseException:
    error = _vicious(context=KeyError("kept"))
    error.__cause__ = group = ExceptionGroup("text", [error])
    return group


def _too_deep() -> BaseException:
    outer = ValueError("outer")
    outer.__cause__ = ValueError("inner")
    outer.__cause__.__cause__ = _vicious(KeyError("too deep"))
    return outer


def _relinking() -> BaseException:
    error = _vicious(KeyError("was there"), ValueError("context"))
    error.__notes__ = Relinking()
    error.__notes__.error = error
    return error  # type: ignore[no-any-return]


_ALONE: Final = "picklereg: LookupError was sent as LookupError with its text alone: RuntimeError: not these"
_LED_BACK: Final = "picklereg: __cause__ was left behind: it leads back to the group that holds this error"
_LINKS: Final = "result = [repr({0}.__cause__), repr({0}.__context__), {0}.__suppress_context__, {0}.__notes__]"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("make", "where", "want"),
    [
        (lambda: _vicious(KeyError(1), flag=False), "obj", ["KeyError(1)", "None", False, [_ALONE]]),
        (lambda: _vicious(None, KeyError(1)), "obj", ["None", "KeyError(1)", True, [_ALONE]]),
        (
            _in_a_group,
            "obj.exceptions[0]",
            [
                "None",
                "KeyError('kept')",
                True,
                [_ALONE, _LED_BACK],
            ],
        ),
        (
            _too_deep,
            "obj.__cause__.__cause__",
            ["None", "None", True, [_ALONE, "picklereg: the chain is cut here: 1 older exceptions were left behind (max_chain=3)"]],
        ),
        (_relinking, "obj", ["None", "ValueError('context')", True, [_ALONE]]),
    ],
)
def test_the_chain_of_an_error_of_which_the_text_alone_arrives(make: Any, where: str, want: Any, mode: str, reader: Reader) -> None:
    """With the flag, and with a note where the chain is cut; what nobody has looked at isn't written."""
    with writing(mode, a_registry(max_chain=3)) as write:
        data = write(make())
    assert reader.read(data, code=_LINKS.format(where)) == want


@pytest.mark.parametrize("mode", MODES)
def test_an_error_of_which_the_text_alone_arrives_leads_to_what_was_written_before(mode: str, reader: Reader) -> None:
    """A cause that stands before it, and one that leads to it."""
    first = KeyError("first")
    first.__context__ = error = _vicious(first)
    with writing(mode, a_registry()) as write:
        data = write([first, error])
    code = "result = [obj[0].__context__ is obj[1], obj[1].__cause__ is obj[0], obj[1].__suppress_context__]"
    assert reader.read(data, code=code) == [True] * 3


def test_a_plan_is_frozen() -> None:
    """It is remembered for a class, and nobody's to change."""
    with pytest.raises(AttributeError, match="frozen"):
        plan_for(KeyError).newobj = False


def test_a_credential_within_many_long_words() -> None:
    """It is found in each of them."""
    secrets = Secrets()
    secrets.add(KEY)
    text = " ".join(f"{'word' * 5}{number}{KEY}{'more' * 5}" for number in range(20))
    assert KEY not in secrets.text(text)
    assert secrets.text(text).count("redacted") == 20


class WithoutHash(type):
    """Its instances are classes that no set can hold."""

    __hash__ = None  # type: ignore[assignment]


class Odd(metaclass=WithoutHash):
    """What can't be told apart at once."""


def test_many_texts_and_something_odd_among_them() -> None:
    """The texts arrive; what pickle can't write stays behind, with a note."""
    error = LookupError("x")
    vars(error).update({f"field_{number}": f"text {number}" for number in range(20)}, odd=Odd())
    found: Any = pickle.loads(picklereg.dumps(error))
    assert {name: value for name, value in vars(found).items() if name != "__notes__"} == {
        name: value for name, value in vars(error).items() if name != "odd"
    }
    assert "attribute 'odd'" in found.__notes__[0]


@pytest.mark.parametrize("name", ["password", "customer"])
def test_many_texts_are_searched(name: str) -> None:
    """A credential among them is found by its name."""
    error = LookupError("x")
    vars(error).update({f"field_{number}": f"text {number}" for number in range(20)}, **{name: KEY})
    assert (KEY.encode() in picklereg.dumps(error)) == (name == "customer")


def test_parts_that_need_nothing_are_written_by_pythons_own_rule() -> None:
    """Those with notes, links or attributes aren't; the same one twice is one."""
    noted = KeyError("noted")
    noted.add_note("a note")
    linked = ValueError("linked")
    linked.__cause__ = plain = ValueError("plain")
    found: Any = pickle.loads(picklereg.dumps(ExceptionGroup("g", [plain, noted, linked])))
    assert [repr(part) for part in found.exceptions] == ["ValueError('plain')", "KeyError('noted')", "ValueError('linked')"]
    assert found.exceptions[1].__notes__ == ["a note"]
    assert found.exceptions[2].__cause__ is found.exceptions[0]


def test_parts_with_a_credential_are_cleaned() -> None:
    """Though nothing else has to be decided about them."""
    data = picklereg.dumps(ExceptionGroup("g", [ValueError(f"password={KEY}"), KeyError(KEY)]))
    assert KEY.encode() not in data
    assert "redacted" in str(pickle.loads(data).exceptions[1])

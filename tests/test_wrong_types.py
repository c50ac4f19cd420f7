"""Whatever a public function is handed in whichever place, it takes it or says in an error of ours what is wrong with which argument."""

from __future__ import annotations

import contextlib
import inspect
import io
import pickle
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import picklereg
import picklereg.testing
from picklereg.frameworks.calls import outcome_of, unwrap
from picklereg.unpickling.unpickler import _loads_with

KEY = "kept in the environment, not in the code"
DATA = pickle.dumps(ValueError(1))


class Thing:
    pass


#: What is handed over, each made anew.
WRONG: dict[str, Callable[[], Any]] = {
    "a number": lambda: 5,
    "less than nothing": lambda: -1,
    "a fraction": lambda: 1.5,
    "true": lambda: True,
    "nothing": lambda: None,
    "a text": lambda: "x",
    "no text": lambda: "",
    "bytes": lambda: b"x",
    "a list": lambda: [1],
    "an empty list": list,
    "a tuple": tuple,
    "a dictionary": lambda: {"a": 1},
    "an object": object,
    "a class": lambda: Thing,
    "an exception class": lambda: ValueError,
    "an exception": lambda: ValueError(1),
    "a function": lambda: len,
    "a module": lambda: sys,
    "an iterator": lambda: iter([1]),
}
Call = tuple[Callable[..., Any], Callable[[], list[Any]]]


def signer() -> picklereg.Signer:
    return picklereg.Signer(KEY)


def registry() -> picklereg.Registry:
    return picklereg.Registry(entry_points=False)


def strip(thing: Any) -> Any:
    return thing


def install(*args: Any, **kwargs: Any) -> None:
    fresh = registry()
    try:
        fresh.install(*args, **kwargs)
    finally:
        fresh.uninstall()


#: By name: what is called, and arguments that are right.
CALLS: dict[str, Call] = {
    "Bounds": (picklereg.Bounds, list),
    "Pickler": (picklereg.Pickler, lambda: [io.BytesIO()]),
    "Registry": (picklereg.Registry, list),
    "Signer": (picklereg.Signer, lambda: [KEY]),
    "Unpickler": (picklereg.Unpickler, lambda: [io.BytesIO(DATA)]),
    "bring_to_life": (picklereg.bring_to_life, lambda: [1]),
    "discover": (picklereg.discover, list),
    "dump": (picklereg.dump, lambda: [1, io.BytesIO()]),
    "dumps": (picklereg.dumps, lambda: [1]),
    "ensure": (picklereg.ensure, lambda: [ValueError(1)]),
    "install": (picklereg.install, list),
    "installed": (picklereg.installed, list),
    "load": (picklereg.load, lambda: [io.BytesIO(DATA)]),
    "loads": (_loads_with, lambda: [DATA]),  # it has the options in its signature
    "safe_load": (picklereg.safe_load, lambda: [io.BytesIO(DATA)]),
    "safe_loads": (picklereg.safe_loads, lambda: [DATA]),
    "uninstall": (picklereg.uninstall, list),
    "Registry.register": (lambda *args, **kwargs: registry().register(*args, **kwargs), lambda: [ValueError]),
    "Registry.register_attachment": (lambda *args, **kwargs: registry().register_attachment(*args, **kwargs), lambda: [Thing, strip]),
    "Registry.discover": (lambda *args, **kwargs: registry().discover(*args, **kwargs), list),
    "Registry.install": (install, list),
    "Registry.installed": (lambda *args, **kwargs: registry().installed(*args, **kwargs), list),
    "Signer.sign": (lambda *args, **kwargs: signer().sign(*args, **kwargs), lambda: [b"x"]),
    "Signer.verify": (lambda *args, **kwargs: signer().verify(*args, **kwargs), lambda: [signer().sign(b"x")]),
    "Signer.dumps": (lambda *args, **kwargs: signer().dumps(*args, **kwargs), lambda: [1]),
    "Signer.loads": (lambda *args, **kwargs: signer().loads(*args, **kwargs), lambda: [signer().dumps(1)]),
    "outcome_of": (outcome_of, lambda: [strip]),
    "unwrap": (unwrap, lambda: [("done", 1)]),
}
#: What isn't called here: errors, what readers make, numbers, and what a fresh registry's methods are called for.
NOT_CALLED: set[str] = {
    *(name for name in picklereg.__all__ if inspect.isclass(getattr(picklereg, name)) and issubclass(getattr(picklereg, name), Exception)),
    *("DEFAULT_PROTOCOL", "HIGHEST_PROTOCOL", "DiscoveryWarning", "MissingError", "MissingGroup", "MissingValue"),
    *("register", "register_attachment"),  # the default registry's: what is registered there stays
}


def _signature(name: str) -> list[inspect.Parameter]:
    owner, _, method = name.partition(".")
    called: Any = getattr(getattr(picklereg, owner), method) if method else CALLS[name][0]
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [each for each in inspect.signature(called).parameters.values() if each.name != "self" and each.kind not in kinds]


PLACES = [(name, parameter.name) for name in CALLS for parameter in _signature(name)]


@pytest.fixture
def restored() -> Iterator[None]:
    """What was put into ``copyreg``, and into the default registry, is taken out again."""
    yield
    picklereg.uninstall()


def test_nothing_is_left_out() -> None:
    """All public names are either looked at here, or nothing that takes arguments of just anybody."""
    assert {name for name in CALLS if "." not in name} - {"outcome_of", "unwrap"} == set(picklereg.__all__) - NOT_CALLED


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(("name", "parameter"), PLACES)
def test_a_wrong_argument_raises_no_error_but_ours(name: str, parameter: str) -> None:
    """In each place of each function, with all else right: it works, or the error names an argument."""
    call, right = CALLS[name]
    positional = [each.name for each in _signature(name) if each.kind is not inspect.Parameter.KEYWORD_ONLY]
    for wrong in WRONG.values():
        args, kwargs = right(), {}
        if parameter in positional[: len(args)]:
            args[positional.index(parameter)] = wrong()
        elif parameter in positional and _signature(name)[positional.index(parameter)].kind is inspect.Parameter.POSITIONAL_ONLY:
            args = [*args, wrong()]
        else:
            kwargs[parameter] = wrong()
        with contextlib.suppress(picklereg.PickleregError):
            call(*args, **kwargs)


TESTING: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, tuple[Any, ...]]]] = {
    "assert_whole": (
        picklereg.testing.assert_whole,
        (ValueError(1),),
        {"exc": (5, ValueError), "except_for": (5, "args", [1]), "allow_notes": (5, "yes"), "dumps": (5, None, str, lambda _: None)},
    ),
    "assert_module_whole": (
        picklereg.testing.assert_module_whole,
        ("zipimport",),
        {
            "name": (5, None, b"json", pickle),
            "except_for": (5, "x", [1]),
            "allow_notes": (5, None),
            "import_timeout": ("5", None, True, -1, 0.0, float("nan")),
        },
    ),
    "assert_no_secret": (
        picklereg.testing.assert_no_secret,
        (ValueError(1), "shop-secret"),
        {"exc": (5, ValueError), "secret": (5, None, ["shop-secret"], ""), "dumps": (5, None, str)},
    ),
    "assert_set_declared": (
        picklereg.testing.assert_set_declared,
        ("click",),
        {"name": (5, None, b"click"), "distribution": (5, b"picklereg", []), "import_timeout": ("5", None, True, 0)},
    ),
}


@pytest.mark.parametrize("name", TESTING)
def test_assertions_say_what_is_wrong_with_an_argument(name: str) -> None:
    """It is no failure of the test, and no error of Python's deep inside."""
    call, right, wrong = TESTING[name]
    positional = list(inspect.signature(call).parameters)[: len(right)]
    for parameter, values in wrong.items():
        for value in values:
            args = [value if place == parameter else given for place, given in zip(positional, right, strict=True)]
            kwargs = {} if parameter in positional else {parameter: value}
            with pytest.raises((picklereg.ArgumentTypeError, picklereg.ArgumentValueError), match=f"{parameter}"):
                call(*args, **kwargs)
    assert set(wrong) == set(inspect.signature(call).parameters)

"""Errors whose hash is made of what they hold, and which stand in a set or a dictionary that they lead to themselves."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ClassVar

from extension_samples import Readable, fill

__all__ = ["IN_THEMSELVES", "UNHASHED", "ByArgs", "ByCode", "BySlot", "of_an_extension", "with_a_stuck_part"]


class ByCode(Exception):
    """Hashed by an attribute."""

    def __init__(self, code: int, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.__dict__.update(more)

    def __hash__(self) -> int:
        return hash(self.code)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.code == self.code


class BySlot(Exception):
    """Hashed by a slot."""

    __slots__ = ("bag", "code")

    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code
        self.bag: Any = None

    def __hash__(self) -> int:
        return hash(self.code)


class ByArgs(Exception):
    """Hashed by its arguments."""

    bag: Any

    def __hash__(self) -> int:
        return hash(self.args[0])


class GroupByCode(ExceptionGroup[Exception]):
    """A group of the same kind."""

    code: int
    bag: Any

    def __hash__(self) -> int:
        return hash((self.code, self.message, len(self.exceptions)))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.code == self.code


class Part:
    """Holds something."""

    def __init__(self, held: Any) -> None:
        self.held = held


class Shut(Part):
    """Can't be looked into."""

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        raise AttributeError("shut")

    def __reduce__(self) -> Any:
        return Shut, (1,)


class ByPart(ByCode):
    """Hashed by what an object in it holds."""

    def __init__(self, code: int) -> None:
        super().__init__(code, part=Part(code))

    def __hash__(self) -> int:
        return hash(vars(self)["part"].held)


class ByPartInSlot(Exception):
    """The same, in a slot."""

    __slots__ = ("bag", "code", "part")
    bag: Any
    code: int
    part: Part

    def __hash__(self) -> int:
        return hash(self.part.held)


class Many(Part):
    """Holds much, as a class."""

    known: ClassVar[Any] = [Part(number) for number in range(1_500)]


class Stuck(Part):
    """Can't be pickled."""

    def __reduce__(self) -> Any:
        raise TypeError("stuck")


class ByParts(ByCode):
    """Hashed by what the first of some objects in it holds."""

    def __hash__(self) -> int:
        return hash(next(iter(vars(self)["parts"])).held)


class ByCodeOfExtension(Readable):  # type: ignore[misc]
    """Hashed by an attribute, beside what an extension keeps."""

    def __hash__(self) -> int:
        return hash(vars(self)["code"])


class Unhashable(ByCode):
    """Has no hash, and holds itself where none is asked for."""

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None  # type: ignore[assignment]


class ByBag(Exception):
    """Hashed by what holds it."""

    def __hash__(self) -> int:
        return hash(len(vars(self).get("bag") or self.args or self.__cause__.bag))  # type: ignore[union-attr]


def _by_part(**more: Any) -> BaseException:
    error = ByPart(7)
    vars(error).update(more)
    vars(error)["bag"] = [{error: 1}, frozenset([(error, 2)])]
    return error


def _by_part_in_slot() -> BaseException:
    error = ByPartInSlot()
    error.code, error.part = 7, Part(7)
    error.bag = {error}
    return error


def _in_a_list(*more: Any) -> BaseException:
    error = Unhashable(7)
    vars(error)["bag"] = [error, *more]
    return error


def _in_the_set_of_another() -> BaseException:
    error = ByPart(7)
    vars(error).update(bag={error: 1}, other=Part([ByCode(8, bag={error})]))
    return error


def _by_parts(parts: Any) -> BaseException:
    error = ByParts(7, parts=parts)
    vars(error)["bag"] = {error}
    return error


def _by_parts_in(wrap: Callable[[Any], Any]) -> BaseException:
    return _by_parts(wrap([Part(7)]))


def _in(wrap: Callable[[Any], Any]) -> BaseException:
    error = ByCode(7)
    vars(error)["bag"] = wrap([error] if wrap in {set, frozenset} else [{error}])
    return error


def _beside_many() -> BaseException:
    error = ByCode(7)
    vars(error)["bag"] = [{error}, *map(Part, range(1_500))]
    return error


def _by_a_list(**more: Any) -> BaseException:
    error = ByBag()
    vars(error).update(bag=[error], code=7, **more)
    return error


def _in_a_list_and_a_set() -> BaseException:
    error = _by_a_list()
    vars(error)["other"] = {error}
    return error


def _by_args_beside_many() -> BaseException:
    error = ByArgs("seven", [[number] for number in range(1_500)])
    error.bag = {error}
    return error


def _in_what_its_cause_has(make: Callable[[set[BaseException]], BaseException]) -> BaseException:
    error = ByCode(7, bag=())
    error.__cause__ = make({error})
    error.__suppress_context__ = False
    return error


def _with_a_slot(bag: Any) -> BaseException:
    error = BySlot(8)
    error.bag = bag
    return error


def _with_other_args(bag: Any) -> BaseException:
    group = ExceptionGroup("text", [ValueError(bag)])
    group.args = ()
    return group


def with_a_stuck_part() -> BaseException:
    """Give one whose hash is made of an object that can't be pickled, and holds it."""
    error = ByPart(7)
    vars(error)["part"] = Stuck({7: 1})
    vars(error)["part"].held = 7
    vars(error)["part"].bag = {error}
    return error


def of_an_extension() -> BaseException:
    """Give one that holds what can only be read."""
    error: BaseException = fill(ByCodeOfExtension("text"))
    vars(error)["code"] = 7
    vars(error)["bag"] = {error}
    return error


def _by_its_bag(where: str) -> BaseException:
    error = ByBag()
    bag: dict[Any, Any] = {0: 1}
    if where == "args":
        error.args = (bag,)
    elif where == "bag":
        vars(error)["bag"] = bag
    else:
        error.__cause__ = ByCode(8, bag=bag)
    bag[error] = 2
    return error


def _in_a_set() -> BaseException:
    error = ByCode(7)
    error.__dict__["bag"] = {error}
    return error


def _in_a_dictionary() -> BaseException:
    error = ByCode(7, page=3)
    error.__dict__["bag"] = [{error: "seen"}]
    return error


def _in_the_set_of_its_cause() -> BaseException:
    error = ByCode(7)
    error.__dict__["bag"] = ()
    error.__cause__ = ByCode(8, bag={error})
    error.__suppress_context__ = False
    return error


def _by_what_a_group_is_made_of() -> BaseException:
    error = GroupByCode("one", [ValueError(1)])
    error.code = 7
    error.bag = {error}
    return error


def _by_slot() -> BaseException:
    error = BySlot(7)
    error.bag = {error}
    return error


def _by_args() -> BaseException:
    error = ByArgs("seven")
    error.bag = {error}
    return error


#: By what they show.
IN_THEMSELVES: dict[str, Callable[[], BaseException]] = {
    "a group": _by_what_a_group_is_made_of,
    "in a set": _in_a_set,
    "in a dictionary": _in_a_dictionary,
    "in the set of its cause": _in_the_set_of_its_cause,
    "by a slot": _by_slot,
    "by its arguments": _by_args,
    "by an object": _by_part,
    "by an object beside many": lambda: _by_part(much=[Part(number) for number in range(1_500)]),
    "by an object beside what can't be looked into": lambda: _by_part(shut=Shut(1)),
    "by an object in a slot": _by_part_in_slot,
    "in a list, without a hash": _in_a_list,
    "in a list beside many, without a hash": lambda: _in_a_list(*map(Part, range(1_500))),
    "in the set of another": _in_the_set_of_another,
    "in a set beside many": _beside_many,
    "in a list, by which it is hashed": _by_a_list,
    "in a list, by which it is hashed, and in a set": _in_a_list_and_a_set,
    "by its arguments, in which is much": _by_args_beside_many,
    "in a slot of its cause": lambda: _in_what_its_cause_has(_with_a_slot),
    "in a C field of its cause": lambda: _in_what_its_cause_has(lambda bag: AttributeError("text", name="name", obj=bag)),
    "in the arguments of its cause": lambda: _in_what_its_cause_has(KeyError),
    "in a part of its cause": lambda: _in_what_its_cause_has(_with_other_args),
    **{f"in a {wrap.__name__}": functools.partial(_in, wrap) for wrap in (list, tuple, set, frozenset)},
    **{f"by what is in a {wrap.__name__}": functools.partial(_by_parts_in, wrap) for wrap in (list, tuple, set, frozenset)},
    "by what is beside numbers": lambda: _by_parts([Part(7), *range(1_500)]),
    "by what is beside a class": lambda: _by_parts([Part(7), Many]),
}
#: By what has to stay behind: where the hash is made of it.
UNHASHED = {
    "attribute 'bag' (dict) was left behind": lambda: _by_its_bag("bag"),
    "__cause__ was left behind": lambda: _by_its_bag("cause"),
    "argument 0 (dict) was replaced by its repr": lambda: _by_its_bag("args"),
}

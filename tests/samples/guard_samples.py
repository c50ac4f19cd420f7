"""Errors that ask something of whoever writes them, and what errors may stand in. The reader imports this module.

What is made here is made anew by each call, because a dump may leave traces in what it writes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, Self

import shapes
from attachment_samples import ATTACHMENTS, a_response
from bare_samples import OwnGroup, ShopError, SlottedGroup, chain

__all__ = ["AROUND", "UNEASY", "Connection", "CountedGroup"]

Build = Callable[[], BaseException]


class Slotted(Exception):
    __slots__ = ("held",)

    def __init__(self, held: object) -> None:
        super().__init__("slotted")
        self.held = held


class Handle:
    """Can't be pickled."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def __repr__(self) -> str:
        return "<a handle>"


class Connection(Handle):
    """Can't be pickled, and shows where it leads to."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def __repr__(self) -> str:
        return f"<connection to {self.url}>"


class Text(str):
    __slots__ = ()


class CountedGroup(ExceptionGroup[Exception]):
    """A group whose ``__new__`` is its own."""

    def __new__(cls, message: str, errors: Sequence[Exception]) -> Self:  # pyright: ignore[reportInconsistentConstructor]
        self = super().__new__(cls, message, errors)
        self.count = len(errors)
        return self

    count: int


class DroppingGroup(ExceptionGroup[Exception]):
    """Its reduce gives a group of fewer."""

    def __reduce__(self) -> Any:
        return type(self), (self.message, list(self.exceptions[:1]))


class LossyOSError(OSError):
    """Its reduce gives other arguments, which its fields are made of."""

    def __reduce__(self) -> Any:
        return type(self), ("lost", "everything")


class LossyFactory(Exception):
    """The same by a function."""

    def __reduce__(self) -> Any:
        return a_lossy_one, ()


def a_lossy_one() -> LossyFactory:
    return LossyFactory("lost")


class UsesFactory(Exception):
    """Its reduce works."""

    def __reduce__(self) -> Any:
        return from_a_factory, self.args


def from_a_factory(code: int) -> UsesFactory:
    return UsesFactory(code)


def made_by_the_factory(model: str, message: str, status: int) -> shapes.Reordered:
    return shapes.Reordered(model, message, status)


class OwnSetattr(Exception):
    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)


class OwnSetattrGroup(ExceptionGroup[Exception]):
    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)


class OwnSetstateGroup(ExceptionGroup[Exception]):
    def __setstate__(self, state: object) -> None:
        raise RuntimeError("this state is not mine")


class GuardedGroup(ExceptionGroup[Exception]):
    """A property answers for an attribute."""

    @property
    def code(self) -> str:
        return f"<{vars(self).get('code')}>"


class Guarded(Exception):
    @property
    def code(self) -> str:
        return f"<{vars(self).get('code')}>"


class OddReduceGroup(ExceptionGroup[Exception]):
    """A reduce that gives what can't be made."""

    def __reduce__(self) -> Any:
        return type(self), (self.message,)


def with_attributes(error: BaseException, **attributes: object) -> BaseException:
    vars(error).update(attributes)
    return error


def linked(error: BaseException, *, cause: BaseException | None = None, context: BaseException | None = None) -> BaseException:
    for name, link in {"__cause__": cause, "__context__": context}.items():
        if link is not None:
            vars(BaseException)[name].__set__(error, link)
    return error


def out_of_memory() -> MemoryError:
    """Make one, whoever used the instance before (CPython keeps some)."""
    error = MemoryError("m", 1)
    error.__suppress_context__ = False
    return error


def noted(error: BaseException, *notes: object) -> BaseException:
    vars(error)["__notes__"] = list(notes)
    return error


def raised(error: Any) -> Any:
    try:
        raise error
    except BaseException as caught:
        return caught


def with_fields(error: BaseException, **fields: object) -> BaseException:
    for name, value in fields.items():
        setattr(error, name, value)
    return error


def in_its_own_group() -> BaseException:
    """An error whose cause is a group that holds a group that the error's cause leads back to."""
    part = ShopError(1)
    inner = ExceptionGroup("inner", [part])
    outer = ExceptionGroup("outer", [inner])
    part.__cause__ = outer
    return outer


def twice_the_same_group() -> BaseException:
    group = ExceptionGroup("g", [ValueError(1)])
    return linked(ShopError(1), cause=group, context=linked(KeyError(1), cause=group))


def a_local_class() -> Any:
    class LocalError(Exception):
        pass

    return LocalError


def a_local_group() -> BaseException:
    class LocalGroup(ExceptionGroup[Exception]):
        pass

    return LocalGroup("of a function", [ShopError(1)])


def shared_handle() -> BaseException:
    held = [Handle(), "beside it"]
    return linked(ShopError(1, first=held, second=held), cause=ShopError(2, third=held))


def with_args(error: BaseException, *args: object) -> BaseException:
    error.args = args
    return error


def with_more_args(group: BaseExceptionGroup[Any]) -> BaseException:
    return with_args(group, *group.args, "more")


def with_args_of_parts(group: BaseExceptionGroup[Any], message: str) -> BaseException:
    return with_args(group, message, list(group.exceptions))


def hidden(error: BaseException, name: Any, value: object) -> BaseException:
    vars(error)[name] = value
    return error


def its_own_cause(error: BaseException) -> BaseException:
    vars(BaseException)["__cause__"].__set__(error, error)
    return error


def nested_groups(depth: int) -> Any:
    error: Any = ValueError("innermost")
    for number in range(depth):
        error = ExceptionGroup(f"group {number}", [error])
    return error


def group_with_a_changed_list() -> BaseException:
    parts: list[Exception] = [ValueError(1), KeyError(2)]
    group = ExceptionGroup("g", parts)
    parts.reverse()
    return group


#: Around what an error is put: it is itself, or another one leads to it.
AROUND: Final[dict[str, Callable[[BaseException], BaseException]]] = {
    "itself": lambda error: error,
    "as a cause": lambda error: linked(ShopError(1, item="book"), cause=error),
    "as a context": lambda error: linked(ShopError(1, item="book"), context=error),
    "in a group": lambda error: BaseExceptionGroup("several", [ShopError(1, item="book"), error]),
    "in a group in a group": lambda error: BaseExceptionGroup("several", [BaseExceptionGroup("inner", [error]), ShopError(1)]),
    "in an attribute": lambda error: ShopError(1, item="book", original=error),
    "in a list": lambda error: ShopError(1, item="book", originals=[error]),
    "as an argument": lambda error: ValueError("failed", error),
    "of a native error": lambda error: linked(OSError(2, "No such file", "a.txt"), cause=error),
    "of one that reduces itself": lambda error: linked(shapes.GoodReduce("a", 1), cause=error),
    "of a frozen one": lambda error: linked(shapes.FrozenDataclass(1, "w"), context=error),
    "behind a chain": lambda error: linked(chain(3), context=error),
}


def twice(attachment: Any) -> BaseException:
    return linked(ShopError(1, first=attachment, second=[attachment]), cause=ShopError(2, third=attachment))


#: What asks for a decision: of the ways to write an error, each has to find the same one.
UNEASY: Final[dict[str, Build]] = {
    "a handle in an attribute": lambda: ShopError(1, handle=Handle()),
    "a handle as an argument": lambda: ValueError("text", Handle()),
    "a handle in a container": lambda: ShopError(1, held={"handles": [Handle(), "beside it"], "more": (1, {"a"})}),
    "a handle in a list before bytes": lambda: ShopError(1, held=[Handle(), b"bytes"]),
    "a handle in a slot": lambda: Slotted(Handle()),
    "a handle in a field": lambda: StopIteration(Handle()),
    "a handle as a note": lambda: noted(ShopError(1), "a note", Handle()),
    "a handle at several places": shared_handle,
    "a handle in a group": lambda: with_attributes(ExceptionGroup("g", [ShopError(1, handle=Handle())]), handle=Handle()),
    "what can't be loaded": lambda: ShopError(1, held=shapes.LoadsBadly(needed=1)),
    "an object": lambda: ShopError(1, held=shapes.Holder(["text"])),
    "an object that holds an error": lambda: ShopError(1, held=shapes.Holder(linked(KeyError("k"), cause=ValueError("v")))),
    "an object in a container that holds an error": lambda: ShopError(1, held=[shapes.Holder(KeyError("k")), {"b": KeyError("l")}]),
    "a class": lambda: ShopError(1, held=[ShopError, ValueError, len]),
    "a subclass of str": lambda: ValueError(Text("text"), Text("more")),
    "notes that are no list": lambda: with_attributes(ShopError(1), __notes__="one"),
    "notes in a tuple": lambda: with_attributes(ShopError(1), __notes__=("one", "two")),
    "a note that is no text": lambda: noted(ShopError(1), 1, None, ["x"]),
    "a chain of ninety-nine": lambda: chain(99),
    "a chain of a hundred": lambda: chain(100),
    "a chain of a hundred and one": lambda: chain(101),
    "a chain of three hundred": lambda: chain(300),
    "a group of two hundred": lambda: ExceptionGroup("g", [ShopError(number) for number in range(200)]),
    "a group of long chains": lambda: ExceptionGroup("g", [chain(120), chain(2)]),
    "groups in groups": lambda: nested_groups(20),
    "deeper groups": lambda: nested_groups(120),
    "its own cause": lambda: its_own_cause(ShopError(1)),
    "a group that is its part's cause": in_its_own_group,
    "the same group twice": twice_the_same_group,
    "a group that is its own context": lambda: its_own_cause(ExceptionGroup("g", [ValueError(1)])),
    "a group with a message of another kind": lambda: ExceptionGroup(Text("g"), [ValueError(1)]),
    "a group with its own new": lambda: CountedGroup("g", [ValueError(1)]),
    "a group with a slot in use": lambda: with_fields(SlottedGroup("g", [ValueError(1)]), code=7),
    "a group with a list changed since": group_with_a_changed_list,
    "a group whose arguments are fewer": lambda: with_args(ExceptionGroup("g", [ValueError(1), KeyError(1)]), "g", [ValueError(1)]),
    "a group whose arguments are others": lambda: with_args(ExceptionGroup("g", [ValueError(1)]), "g", [ValueError(1)]),
    "a group whose arguments are more": lambda: with_more_args(ExceptionGroup("g", [ValueError(1)])),
    "a group with another message": lambda: with_args_of_parts(ExceptionGroup("g", [ValueError(1)]), "h"),
    "a group of a tuple": lambda: OwnGroup("g", (ValueError(1),)),
    "a group that forbids attributes": lambda: noted(OwnSetattrGroup("g", [ValueError(1)]), "a note"),
    "a group with its own setstate": lambda: noted(OwnSetstateGroup("g", [ValueError(1)]), "a note"),
    "a group with a property": lambda: with_attributes(GuardedGroup("g", [ValueError(1)]), code=7),
    "a group with an odd reduce": lambda: noted(OddReduceGroup("g", [ValueError(1)]), "a note"),
    "a group whose reduce drops parts": lambda: DroppingGroup("g", [ValueError(1), KeyError(2)]),
    "a native error whose reduce is lossy": lambda: LossyOSError(2, "No such file", "a.txt"),
    "a function that makes another": lambda: with_attributes(LossyFactory("text", 7), order=1),
    "a group of exits": lambda: BaseExceptionGroup("g", [KeyboardInterrupt(), SystemExit(3)]),
    "a property": lambda: with_attributes(Guarded("text"), code=7),
    "no attributes allowed": lambda: noted(OwnSetattr("text"), "a note"),
    "an attribute named like a link": lambda: with_attributes(ShopError(1), __suppress_context__=True),
    "memory": lambda: noted(out_of_memory(), "a note"),
    "an attribute with a number as a name": lambda: hidden(ShopError(1), 7, "seven"),
    "a native error with attributes": lambda: with_attributes(OSError(2, "No such file", "a.txt"), handle=Handle(), order=1),
    "a class that changes what it carries": lambda: shapes.Rebuilds(linked(ShopError(1), cause=KeyError("k"))),
    "a lock that is made anew": lambda: shapes.ReduceWithLock(1),
    "a reduce that forgets": lambda: shapes.ReduceThatForgets(1),
    **{f"{name} in an attribute": lambda make=make: ShopError(1, held=make()) for name, make in ATTACHMENTS.items()},  # type: ignore[misc]
    **{f"{name} at several places": lambda make=make: twice(make()) for name, make in ATTACHMENTS.items()},  # type: ignore[misc]
    "a response as an argument": lambda: ValueError("text", a_response()),
    "a response in a slot": lambda: Slotted(a_response()),
    "a response as a note": lambda: noted(ShopError(1), a_response()),
    "a response in a group": lambda: with_attributes(ExceptionGroup("g", [ShopError(1, held=a_response())]), held=a_response()),
    "a response of a native error": lambda: with_attributes(OSError(2, "No such file"), held=a_response()),
    "a response in an object": lambda: ShopError(1, held=shapes.Holder(a_response())),
    "raised": lambda: raised(ShopError(1)),
    "a group that was raised": lambda: raised(ExceptionGroup("g", [ValueError(1)])),
    "a group of raised ones": lambda: ExceptionGroup("g", [raised(ValueError(1)), raised(KeyError(1))]),
    "a cause that was raised": lambda: linked(ShopError(1), cause=raised(ValueError(1))),
    "a native one that was raised": lambda: raised(OSError(2, "No such file", "a.txt")),
    "raised with a note": lambda: raised(noted(ShopError(1), "a note")),
}

"""Containers out of an untrusted pickle, and an account of all that was made, and of what missing classes turned out to be.

That a missing class is an exception, or none, may show only when an instance is used: then what was made of it so far is wrong, and the
pickle is read again. What can't go on for that reason is postponed, so that one reading tells as much as it can.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Final

from picklereg.unpickling.safe.budget import ENTRY, INSTANCE, SLOT
from picklereg.unpickling.safe.constructors import MUTABLE_MAPPINGS, MUTABLE_SEQUENCES
from picklereg.unpickling.safe.exceptions import Refused, is_exception, is_stand_in
from picklereg.unpickling.safe.hash_bounds import Keys
from picklereg.unpickling.stand_ins.classes import MissingValue, stands_for, value_class
from picklereg.unpickling.stand_ins.error_names import base_by_name

if TYPE_CHECKING:
    from picklereg.unpickling.safe.budget import Budget

__all__ = ["MADE_BY_NEW", "Containers", "Errors", "kind_of"]

#: What NEWOBJ makes by the functions that make values, if its arguments are theirs.
MADE_BY_NEW: Final = {("builtins", "frozendict"), ("collections", "UserList"), ("uuid", "UUID")}
#: By module and qualified name of a missing class: the builtin exception class beneath it, or ``None`` if it is no exception.
Errors = dict[tuple[str, str], type[BaseException] | None]


class Containers:
    """Makes and fills containers.

    Args:
        budget: what is left for the pickle.
        errors: missing classes that are known to be exceptions, with the builtin class beneath them, or to be none.
        is_last: whether the pickle won't be read again.

    Attributes:
        made: every container and instance: what the shape of the result is made of.
        found_errors: missing classes that turned out to be exceptions, or none, only when their instances were used.
        is_draft: whether something was put in the place of what can't be made before the pickle is read again.
    """

    def __init__(self, budget: Budget, errors: Errors, *, is_last: bool = False) -> None:
        self._budget = budget
        self._errors = errors
        self._is_last = is_last
        self._keys = Keys(budget)
        #: What may get a state: instances that were made here, by identity.
        self._instances: dict[int, Any] = {}
        #: How values were made that are no stand-ins, by identity: what was called, and with what.
        self._calls: dict[int, tuple[tuple[str, str], tuple[Any, ...]]] = {}
        self.made: list[Any] = []
        self.found_errors: Errors = {}
        self.is_draft: bool = False

    @property
    def tells_more(self) -> bool:
        """Tell whether the pickle has to be read again, with what was found."""
        return self.is_draft or not self.found_errors.items() <= self._errors.items()

    def _postpones(self) -> bool:
        """Tell whether something may be put in the place of what can't be made now."""
        self.is_draft |= not self._is_last
        return not self._is_last

    def _has_items(self, container: Any) -> bool:
        """Take note that what looks like an error by its name has items: then it is none, and gets them when it is read again."""
        if not (is_exception(container) and is_stand_in(container)):
            return False
        self.found_errors.setdefault(stands_for(type(container)), None)
        return self._postpones()

    def expect_exceptions(self, values: Iterable[Any]) -> None:
        """Take note of missing classes whose instances stand where an exception has to."""
        for value in values:
            for part in value if type(value) in (list, tuple) else (value,):
                if self._is_value(part):
                    self.found_errors.setdefault(stands_for(type(part)), base_by_name(*stands_for(type(part))))

    def members(self, cls: type[BaseException], args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Give what an exception is made of; of a group, missing classes among its members are noted, and others stand for them."""
        if not issubclass(cls, BaseExceptionGroup):
            return args
        self.expect_exceptions(args)
        listed = args[1] if len(args) == 2 and type(args[1]) in (list, tuple) else ()
        if not any(map(self._is_value, listed)) or not self._postpones():
            return args
        return args[0], [Exception() if self._is_value(part) else part for part in listed]

    def charge(self, cost: int) -> None:
        """Take what something costs, before it is done."""
        self._budget.charge(cost)

    def keep(self, value: Any) -> Any:
        """Note a container or instance that was made."""
        self.made.append(value)
        return value

    def set_of(self, kind: type, items: Collection[Any]) -> Any:
        """Make a set or frozen set of what a container holds."""
        self._budget.charge(INSTANCE + 2 * ENTRY * len(items))
        found = list(items)
        container: set[Any] = set()
        self.add(container, found)
        return self.keep(container if kind is set else frozenset(container))

    def add(self, container: Any, items: list[Any]) -> None:
        """Add to a set."""
        if type(container) is not set:
            raise Refused(f"{kind_of(container)} is no set")
        for item in items:
            self._keys.check(container, item)
            container.add(item)

    def extend(self, container: Any, items: list[Any]) -> None:
        """Add to a list."""
        if type(container) not in MUTABLE_SEQUENCES and not self._is_value(container):
            if self._has_items(container):
                return
            raise Refused(f"{kind_of(container)} is no list")
        container.extend(items)

    def update(self, container: Any, items: list[Any]) -> None:
        """Set keys of a dictionary; keys and values in turn."""
        if len(items) % 2:
            raise Refused("a key has no value")
        if self._is_value(container):
            container.mapping.extend(zip(items[::2], items[1::2], strict=True))
            return
        if type(container) not in MUTABLE_MAPPINGS:
            if self._has_items(container):
                return
            raise Refused(f"{kind_of(container)} is no dictionary")
        for key, value in zip(items[::2], items[1::2], strict=True):
            self._keys.check(container, key)
            container[key] = value

    def inert(self, target: Any, state: Any) -> MissingValue:
        """Give what stands for a value that was made here and takes no such state: it tells the call, the items and the state."""
        key, args = self._calls[id(target)]
        cls = value_class(*key, inert=True)
        made = cls(*args) if key not in MADE_BY_NEW else cls.__new__(cls, *args)
        made.state = state
        if type(target) in MUTABLE_SEQUENCES:
            self._budget.charge(SLOT * len(target))
            made.items += target
        elif type(target) in MUTABLE_MAPPINGS:
            self._budget.charge(ENTRY * len(target))
            made.mapping += target.items()
        return self._instance(made)  # type: ignore[no-any-return]

    def _is_value(self, value: Any) -> bool:
        return issubclass(type(value), MissingValue) and id(value) in self._instances

    def _called(self, value: Any, key: tuple[str, str], args: tuple[Any, ...]) -> Any:
        self._calls[id(value)] = key, args
        return self._instance(value)

    def _instance(self, value: Any) -> Any:
        self._instances[id(value)] = value
        self.made.append(value)
        return value


def kind_of(value: Any) -> str:
    """Name what a value is, for a message."""
    return f"class {value.__qualname__}" if issubclass(type(value), type) else f"a {type(value).__qualname__}"

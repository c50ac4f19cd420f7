"""Containers out of an untrusted pickle, and an account of all that was made."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from picklereg.unpickling.safe.budget import ENTRY, INSTANCE, SLOT
from picklereg.unpickling.safe.constructors import MUTABLE_MAPPINGS, MUTABLE_SEQUENCES
from picklereg.unpickling.safe.exceptions import Refused, is_exception, is_stand_in
from picklereg.unpickling.safe.hash_bounds import Keys
from picklereg.unpickling.stand_ins.classes import MissingValue, stands_for, value_class

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

    Attributes:
        made: every container and instance: what the shape of the result is made of.
        found_errors: missing classes that turned out to be exceptions, or none, only when their instances were used.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._keys = Keys(budget)
        #: What may get a state: instances that were made here, by identity.
        self._instances: dict[int, Any] = {}
        #: How values were made that are no stand-ins, by identity: what was called, and with what.
        self._calls: dict[int, tuple[tuple[str, str], tuple[Any, ...]]] = {}
        self.made: list[Any] = []
        self.found_errors: Errors = {}

    def _has_items(self, container: Any) -> None:
        """Take note that what looks like an error by its name has items: then it is none."""
        if is_exception(container) and is_stand_in(container):
            self.found_errors.setdefault(stands_for(type(container)), None)

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
            self._has_items(container)
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
            self._has_items(container)
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
        return self.keep(value)


def kind_of(value: Any) -> str:
    """Name what a value is, for a message."""
    return f"class {value.__qualname__}" if issubclass(type(value), type) else f"a {type(value).__qualname__}"

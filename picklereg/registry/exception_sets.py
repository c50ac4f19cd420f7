"""One declared exception set: what it waits for, where it is, and how it went."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any, Literal

from picklereg.errors import DiscoveryError
from picklereg.introspection.naming import module_of, type_name
from picklereg.introspection.text import describe
from picklereg.registry.import_hook import is_imported
from picklereg.registry.registrations import Contents, defined_in, is_exception_class

__all__ = ["ExceptionSet", "State", "sets_of"]

State = Literal["waiting", "active", "failed"]


class ExceptionSet:
    """A set of exceptions that somebody declared, and its state.

    Attributes:
        name: the module whose import activates the set.
        value: where the set is, as the entry point says it.
        distribution: who declares it, or ``None`` if it was registered in this process.
        load: imports what the value names; called at activation only.
        state: whether it waits for its library, is active, or failed.
        problem: why it failed.
        contents: what it registered.
        is_opening: whether it is being loaded; the imports of that must not begin it anew.
        module: the module whose exceptions it takes, if it is a set of names only.
    """

    def __init__(self, name: str, value: str, distribution: str | None, load: Callable[[], object]) -> None:
        self.name = name
        self.value = value
        self.distribution = distribution
        self.load = load
        self.state: State = "waiting"
        self.problem: str | None = None
        self.contents: Contents = Contents()
        self.module: str | None = None
        self.is_opening = False

    def is_ready(self) -> bool:
        """Tell whether the library that it is about has been imported."""
        return is_imported(self.name)

    def wants(self, module: str) -> bool:
        """Tell whether the import of a module matters to this set."""
        return module == self.name or (self.module is not None and _is_within(module, self.module))

    def open(self, run: Callable[[Callable[..., object]], Contents]) -> Contents:
        """Load the set.

        Args:
            run: calls a set's function with a registry and gives what it registered.

        Returns:
            What it holds. The set itself is unchanged.

        Raises:
            DiscoveryError: whatever goes wrong.
        """
        try:
            return self._interpret(self.load(), run)
        except Exception as problem:
            raise DiscoveryError(self.name, self.value, self.distribution, describe(problem)) from problem

    def rescan(self) -> Contents:
        """Give the exceptions of all modules that belong to a set of names only, as they are imported now."""
        contents = Contents()
        package = sys.modules.get(self.module or "")
        for module in () if package is None else _modules_within(package):
            contents.merge(self.scan(module))
        return contents

    def scan(self, module: ModuleType) -> Contents:
        """Give the exceptions of one module that belong to a set of names only."""
        contents = Contents()
        if self.module is not None and _is_within(module.__name__, self.module):
            contents.exact = dict.fromkeys(cls for cls in defined_in(module) if _is_within(module_of(cls), self.module))
        return contents

    def _interpret(self, value: Any, run: Callable[[Callable[..., object]], Contents]) -> Contents:
        contents = Contents()
        if isinstance(value, ModuleType):
            self.module = value.__name__
            contents = self.rescan()
        elif callable(value) and not isinstance(value, type):
            contents = run(value)
        elif isinstance(value, type) and not is_exception_class(value):
            msg = f"{type_name(value)} is no exception class"
            raise TypeError(msg)
        else:
            contents.add(value)
        return contents


def sets_of(modules: Iterable[str]) -> list[ExceptionSet]:
    """Give sets that are modules themselves."""
    return [ExceptionSet(name, name, None, lambda name=name: sys.modules[name]) for name in modules]  # type: ignore[misc]


def _modules_within(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    if hasattr(package, "__path__"):  # else it has no submodules, and to look through all modules takes a while
        prefix = f"{package.__name__}."
        names = [name for name in list(sys.modules) if name.startswith(prefix)]
        yield from (sys.modules[name] for name in names if is_imported(name))


def _is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")

"""To be told when a module has been imported, without importing it: a post-import hook, and the way back.

The watcher is a finder that comes first in :data:`sys.meta_path`. It lets the finders after it find the module and puts a
stand-in in the place of the module's loader. The stand-in steps aside before the module's code runs, so the code, and
whoever looks at the module later, see the genuine loader. Then it tells of the end.

Nothing here holds a lock while foreign code runs. The import system does: its own, of the module that is being imported.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

from picklereg.errors import DiscoveryWarning
from picklereg.introspection.callers import warn_caller
from picklereg.introspection.text import describe

__all__ = ["ImportWatcher", "is_imported"]

# No public name tells a module that waits to be executed from one that was.


class ImportWatcher:
    """Tells of modules that have been imported.

    An error in a callback becomes a :class:`picklereg.errors.DiscoveryWarning`, and the import goes on.

    Args:
        wants: whether the import of a module of this name matters. Asked in the middle of imports, so it must be quick, and
            must import nothing.
        imported: called with each such module after its code has run to its end: again after a reload, not after a failure.
        settled: called when the outermost import of a thread has ended, also when it has failed. What ``settled`` and
            ``imported`` import themselves belongs to that import. ``import a.b`` is one import of ``a`` and one of ``a.b``.
            Without it, only modules that are wanted when their import begins are touched at all.
    """

    def __init__(
        self,
        *,
        wants: Callable[[str], bool],
        imported: Callable[[ModuleType], None],
        settled: Callable[[], None] | None = None,
    ) -> None:
        self._wants = wants
        self._imported = imported
        self._settled = settled
        self._active = False
        self._here = _Here()

    @property
    def active(self) -> bool:
        """Whether it was started and not stopped since."""
        return self._active

    def start(self) -> None:
        """Begin to watch. Watching twice is watching once."""
        self._active = True
        if not any(finder is self for finder in sys.meta_path):
            sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Watch no longer. Nothing is told any more, not even of an import that is under way."""
        self._active = False
        with suppress(ValueError):
            while True:
                sys.meta_path.remove(self)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Find a module as the import system would do without us, and put a stand-in in the place of its loader."""
        # A finder after ours may begin the same search anew, for it wants all the others' answer too: then it's not for us.
        if name in self._here.searching or (self._settled is None and not self._safely(name, self._wants, name)):
            return None
        self._here.searching.add(name)
        try:
            spec = self._search(name, path, target)
        finally:
            self._here.searching.discard(name)
        return None if spec is None else self._watch(spec)

    def execute(self, loader: Any, module: ModuleType, name: str) -> None:
        """Run a module's code, and tell of it. The stand-ins' business."""
        was_lazy, is_registered = _is_lazy(module), sys.modules.get(name) is module
        execution = _Execution(name)
        _EXECUTIONS.append(execution)
        self._here.depth += 1
        try:
            try:
                loader.exec_module(module)
                if _is_lazy(module) and not was_lazy:
                    # The loader has only prepared it. Its code runs later, by the loader that was left in its spec.
                    self._watch(object.__getattribute__(module, "__spec__"))
                else:
                    execution.is_over = True
                    self._safely(name, self._tell, name, _substitute(name, module) if is_registered else module)
            finally:
                if self._here.depth == 1:
                    self._safely(name, self._settle)
        finally:
            self._here.depth -= 1
            _EXECUTIONS.remove(execution)

    def _search(self, name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        for finder in self._later_finders():
            find_spec = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = None if find_spec is None else find_spec(name, path, target)
            if spec is not None:
                return spec
        return None

    def _later_finders(self) -> Iterator[Any]:
        finders = iter(list(sys.meta_path))
        any(finder is self for finder in finders)  # stops behind this one
        return finders

    def _watch(self, spec: ModuleSpec) -> ModuleSpec:
        loader: Any = spec.loader
        # The import system deals in ways of its own with loaders that have only one of the two, or none.
        if hasattr(loader, "create_module") and hasattr(loader, "exec_module") and not self._stands_in(loader):
            stand_in: Any = _StandIn(loader, spec.name, self)
            spec.loader = stand_in
        return spec

    def _stands_in(self, loader: Any) -> bool:
        while isinstance(loader, _StandIn):
            if loader.watcher is self:
                return True
            loader = loader.stands_for
        return False

    def _tell(self, name: str, module: ModuleType) -> None:
        if self._active and self._wants(name):
            self._imported(module)

    def _settle(self) -> None:
        if self._active and self._settled is not None:
            self._settled()

    def _safely(self, name: str, callback: Callable[..., Any], *args: object) -> Any:
        try:
            return callback(*args)
        except Exception as problem:  # noqa: BLE001  # whatever it is, the module is not to blame
            warn_caller(
                f"module {name!r}: what was to be done at its import failed: {describe(problem)}; "
                "its exceptions may be unregistered, so mend that and call picklereg.discover()",
                DiscoveryWarning,
            )
            return None


class _StandIn:
    """A module's loader, until the module's code runs.

    Whatever else is asked of it, the genuine loader answers. Who replaces its ``exec_module`` (other hooks do) gets what they want.
    """

    def __init__(self, stands_for: Any, module_name: str, watcher: ImportWatcher) -> None:
        self.stands_for = stands_for
        self.module_name = module_name
        self.watcher = watcher

    def __getattr__(self, name: str) -> Any:
        # An attribute of our own that is asked for before __init__ has run (by copy) must not lead back here.
        return getattr(object.__getattribute__(self, "stands_for"), name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self.stands_for.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        spec: Any = getattr(module, "__spec__", None)
        if getattr(spec, "loader", None) is self:
            spec.loader = self.stands_for
        if getattr(module, "__loader__", None) is self:
            module.__loader__ = self.stands_for
        self.watcher.execute(self.stands_for, module, self.module_name)


class _Here(threading.local):
    """Where one thread is: how many imports deep, and which modules it searches for."""

    def __init__(self) -> None:
        self.depth = 0
        self.searching: set[str] = set()


class _Execution:
    """That a module's code runs, or has run and is being told of."""

    __slots__ = ("is_over", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_over = False


_EXECUTIONS: Final[list[_Execution]] = []


def is_imported(name: str) -> bool:
    """Tell whether a module has been imported, to its end. Nothing is executed to find out.

    Args:
        name: the module's full name.

    Returns:
        False for a module that isn't there, is being initialised, or waits for its first use (:class:`importlib.util.LazyLoader`).
        While a watcher tells of a module, it is True for that module, although the import system isn't done with it yet.
    """
    module = sys.modules.get(name)
    if module is None:
        return False
    for execution in reversed(_EXECUTIONS):
        if execution.name == name:
            return execution.is_over
    if _is_lazy(module):
        return False
    try:
        spec = object.__getattribute__(module, "__spec__")
    except AttributeError:  # not everything in sys.modules is a module
        return True
    return not getattr(spec, "_initializing", False)


def _is_lazy(module: object) -> bool:
    util = sys.modules.get("importlib.util")  # whose import is dear: where nobody needed it, nothing is lazy
    return util is not None and issubclass(type(module), vars(util).get("_LazyModule", ()))


def _substitute(name: str, module: ModuleType) -> ModuleType:
    """Give what the import system will give: a module may put another one in its place."""
    found: object = sys.modules.get(name)
    return found if isinstance(found, ModuleType) else module

"""Global mode: our reducers in ``copyreg.dispatch_table``, and the way back.

The host's pickler calls a reducer with nothing but the exception. What else a reducer must know, it learns from the frame
that called it: whether :mod:`copy` is at work (copying is not pickling), and which pickler writes. Exceptions that belong to
one dump find each other through a thread-local: pickle saves each object once, so one that is still awaited belongs to the
running dump, and any other starts a new one.
"""

from __future__ import annotations

import copy
import copyreg
import pickle
import sys
import threading
from collections import ChainMap
from collections.abc import Iterable
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.naming import is_importable, module_of
from picklereg.reduction.context import Dump
from picklereg.reduction.wire_form import reduce_exception
from picklereg.registry.lookup import OwnEntry, is_cloudpickle

if TYPE_CHECKING:
    from picklereg.reduction.context import Reducer, ReduceValue, Rules

__all__ = ["Installation"]

_COPYING: Final = frozenset({copy.copy.__code__, copy.deepcopy.__code__})
_TABLE: Final[dict[type, Any]] = copyreg.dispatch_table
_LOCK: Final = threading.RLock()
_MOST_PASSING: Final = 1_000


class GlobalReducer(OwnEntry):
    """What stands in ``copyreg.dispatch_table`` for one class, and what stood there before."""

    __slots__ = ("installation", "retired")

    def __init__(self, installation: Installation, previous: Reducer | None) -> None:
        super().__init__(previous)
        self.installation: Installation = installation
        self.retired: bool = False

    def __call__(self, exc: BaseException) -> Any:
        frame = sys._getframe(1)  # noqa: SLF001  # copyreg hands a reducer the object and nothing else
        if frame.f_code in _COPYING:
            original = self.original()
            return exc.__reduce_ex__(4) if original is None else original(exc)
        return self.installation.reduce(exc, frame)

    def standing(self) -> Reducer | None:
        """Give the latest earlier entry that has not been taken out meanwhile."""
        previous = self.previous
        while isinstance(previous, GlobalReducer) and previous.retired:
            previous = previous.previous
        return previous


class Installation:
    """The entries that one registry has made outside itself.

    Args:
        rules: the registry.

    Attributes:
        all_exceptions: whether every exception class is covered, or only those that are declared.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._entries: dict[type, GlobalReducer] = {}
        self._passing: dict[type, None] = {}  # those of them that can't be imported, oldest first
        self._chained: list[tuple[list[Any], _AnyException]] = []
        self._running = threading.local()
        self.all_exceptions: bool = False

    def wants(self, cls: type[BaseException]) -> bool:
        """Tell whether a class is to be covered, which may have come into being since it was last looked for such."""
        return self.all_exceptions or self._rules.declares(cls)

    def cover(self, classes: Iterable[type[BaseException]]) -> bool:
        """Put a reducer into ``copyreg.dispatch_table`` for each class that has none of ours; tell whether there was one.

        What is in there lives for ever, so of the classes that no name leads to, which come and go, only the newest thousand stay.
        """
        with _LOCK:
            covered = [cls for cls in classes if self._cover(cls)]
            self._passing.update((cls, None) for cls in covered if not is_importable(cls))
            while len(self._passing) > _MOST_PASSING:
                cls = next(iter(self._passing))
                del self._passing[cls]
                _take_out(cls, self._entries.pop(cls))
        return bool(covered)

    def chain_into(self, dispatch_table: Any) -> None:
        """Make a ``ChainMap`` that some pickler uses answer for every exception class that is wanted, also for later ones."""
        with _LOCK:
            if not any(maps is dispatch_table.maps for maps, _ in self._chained):
                entry = _AnyException(self)
                dispatch_table.maps.append(entry)
                self._chained.append((dispatch_table.maps, entry))

    def chain_into_cloudpickles(self) -> None:
        """Do so with cloudpickle's and vendored copies', if the program has imported them; if not, it will be done when it does."""
        for name in [*sys.modules]:
            if is_cloudpickle(name):
                self.chain_into_cloudpickle(name)

    def chain_into_cloudpickle(self, name: str) -> None:
        """Do so with that of one module; nothing is asked of it but what it holds."""
        if name == "cloudpickle" and sys.modules.get(name) is not None:
            import cloudpickle  # noqa: F401  # waits for another thread that is in the middle of it
        held = getattr(sys.modules.get(name), "__dict__", {})
        pickler = held.get("Pickler") or held.get("CloudPickler")
        table = vars(pickler).get("dispatch_table") if issubclass(type(pickler), type) else None
        if type(table) is ChainMap:
            self.chain_into(table)

    def undo(self) -> None:
        """Take every entry out again, but not what others have put in its place since."""
        with _LOCK:
            self.all_exceptions = False
            entries, self._entries = self._entries, {}
            self._passing.clear()
            for cls, entry in entries.items():
                _take_out(cls, entry)
            for maps, chained in self._chained:
                maps[:] = [table for table in maps if table is not chained]
            self._chained.clear()

    def reduce(self, exc: BaseException, frame: FrameType) -> ReduceValue:
        """Reduce an exception on behalf of the pickler that ``frame`` runs."""
        dump: Dump | None = getattr(self._running, "dump", None)
        if dump is None or not dump.walk.awaits(exc):
            if self.all_exceptions:
                self._cover_relatives(type(exc))
            dump = self._running.dump = self._new_dump(_host(frame))
        try:
            return reduce_exception(exc, dump)
        finally:
            if not dump.walk.pending:
                self._running.dump = None

    def _cover_relatives(self, cls: type[BaseException]) -> None:
        """Cover late classes beside the one whose instance is pickled: of what nobody tells us, libraries make most by ``type()``."""
        bases: list[type[Any]] = [base for base in cls.__mro__ if module_of(base) != "builtins"]
        self.cover([near for base in bases for near in type.__subclasses__(base)])

    def _new_dump(self, host: pickle.Pickler | None) -> Dump:
        """Begin a dump that covers, just in time, each exception that the host's pickler is about to meet."""
        dump = Dump(self._rules, host)
        if host is None:  # whoever calls pickle's functions may have copied copyreg's table before, as multiprocessing's pickler does
            late = _LateClasses(self, dump)
            dump.cover, dump.hand_over = late.cover, late.hand_over
        else:
            dump.cover = lambda exc: self.cover([type(exc)])
        return dump

    def _cover(self, cls: type[BaseException]) -> bool:
        try:
            current = _TABLE.get(cls)
        except TypeError:  # a metaclass with __eq__ and no __hash__: no dispatch table can hold it
            return False
        if self._is_beneath(current):
            return False
        self._entries[cls] = _TABLE[cls] = GlobalReducer(self, current)
        return True

    def _is_beneath(self, entry: Any) -> bool:
        """Tell whether an entry is ours, or another registry's that stands on ours."""
        while isinstance(entry, GlobalReducer):
            if entry.installation is self:
                return not entry.retired
            entry = entry.previous
        return False


class _AnyException(dict[type, GlobalReducer]):
    """The last map of another pickler's ``ChainMap``: a reducer for every exception class that is wanted, stored nowhere."""

    def __init__(self, installation: Installation) -> None:
        super().__init__()
        self._wants = installation.wants
        self._reducer = GlobalReducer(installation, None)

    def __missing__(self, cls: type) -> GlobalReducer:
        if issubclass(cls, BaseException) and self._wants(cls):
            return self._reducer
        raise KeyError(cls)


class _LateClasses:
    """The classes of one dump that were covered only after the host had looked into ``copyreg``, and what stands for their instances.

    Args:
        installation: what covers them.
        dump: the dump.
    """

    __slots__ = ("_classes", "_dump", "_handed", "_installation")

    def __init__(self, installation: Installation, dump: Dump) -> None:
        self._installation = installation
        self._dump = dump
        self._classes: dict[int, type] = {}
        self._handed: dict[int, _Handed] = {}

    def cover(self, exc: BaseException) -> None:
        """Cover the class of an exception."""
        cls = type(exc)
        if self._installation.cover([cls]):
            self._classes[id(cls)] = cls

    def hand_over(self, exc: BaseException) -> Any:
        """Give the exception, or what stands for it."""
        if id(type(exc)) not in self._classes:
            return exc
        handed = self._handed.get(id(exc))
        if handed is None:
            handed = self._handed[id(exc)] = _Handed(exc, self._dump)
        return handed


class _Handed:
    """Stands for an exception of a class that was covered only after the host had looked into ``copyreg``."""

    __slots__ = ("dump", "exc")

    def __init__(self, exc: BaseException, dump: Dump) -> None:
        self.exc = exc
        self.dump = dump

    def __reduce__(self) -> ReduceValue:
        function, args, *rest = reduce_exception(self.exc, self.dump)
        if function is copyreg.__newobj__:  # type: ignore[attr-defined]  # it would insist on the class of what it is written for
            function = args[0].__new__
        return (function, args, *rest)


def _take_out(cls: type, entry: GlobalReducer) -> None:
    """Put back what was there before, unless others have put something in its place since."""
    entry.retired = True
    if _TABLE.get(cls) is not entry:
        return
    previous = entry.standing()
    if previous is None:
        del _TABLE[cls]
    else:
        _TABLE[cls] = previous


def _host(frame: FrameType) -> pickle.Pickler | None:
    """Give the pickler whose ``dump`` method the frame is; ``pickle.dumps`` has none."""
    host = frame.f_locals.get("self") if frame.f_code.co_name == "dump" else None
    return host if isinstance(host, pickle.Pickler) else None

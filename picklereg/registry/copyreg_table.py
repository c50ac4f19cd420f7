"""Global mode: our reducers for exceptions in ``copyreg.dispatch_table``, where ``copyreg_entries`` puts them, and the way back.

The host's pickler calls a reducer with nothing but the exception. What else a reducer must know, it learns from the frame
that called it: whether :mod:`copy` is at work (copying is not pickling; nor are some of Celery's trials, ``registry/celery_trials``),
and which pickler writes. Exceptions that belong to one dump find each other through what runs in their thread: pickle saves each
object once, so one that is still awaited by the dump of the same caller belongs to it, and any other starts a new one
(``registry/running``).
"""

from __future__ import annotations

import copy
import copyreg
import importlib
import sys
import threading
from collections import ChainMap
from collections.abc import Iterable
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

from picklereg.introspection.naming import is_importable, name_of, own_bases
from picklereg.reduction.context import Dump, writes_by_name
from picklereg.reduction.wire_form import FirstLook, first_look, reduce_alone, reduce_exception
from picklereg.registry.celery_trials import TRIALS, is_in_vain
from picklereg.registry.copyreg_entries import OwnEntry, put, release_all, take_out
from picklereg.registry.late_classes import LateClasses, is_hashable
from picklereg.registry.lookup import is_cloudpickle
from picklereg.registry.pool_classes import POOL_NAMES, is_info, is_result, is_wrapper
from picklereg.registry.pool_wrappers import errors_returned, raised_in, reduce_info, reduce_raised, reduce_result
from picklereg.registry.running import Running, host_of, python_room

if TYPE_CHECKING:
    import pickle

    from picklereg.reduction.context import Reducer, ReduceValue, Rules

__all__ = ["Installation"]

#: Compared by identity: to look one up in a set, Python hashes all of the caller's code.
_COPY: Final = copy.copy.__code__
_DEEPCOPY: Final = copy.deepcopy.__code__
_TABLE: Final[dict[type, Any]] = copyreg.dispatch_table
_LOCK: Final = threading.RLock()
_MOST_PASSING: Final = 1_000


class GlobalReducer(OwnEntry):
    """What stands in ``copyreg.dispatch_table`` for one class, and what stood there before."""

    __slots__ = ("installation",)

    def __init__(self, installation: Installation, previous: Reducer | None) -> None:
        super().__init__(previous)
        self.installation: Installation = installation

    def __call__(self, exc: BaseException) -> Any:
        frame = _calling_frame()
        if _is_copying(frame) or (frame is not None and frame.f_code.co_name in TRIALS and is_in_vain(frame)):
            return self._value_of(exc)
        return self.installation.reduce(exc, frame)

    def _value_of(self, item: Any) -> Any:
        """Give the reduce value that there would be without us."""
        original = self.original()
        return item.__reduce_ex__(4) if original is None else original(item)


class WrapperReducer(GlobalReducer):
    """The same for what a pool sends a raised error in."""

    __slots__ = ()

    def __call__(self, wrapper: Any) -> Any:
        value = self._value_of(wrapper)
        frame = _calling_frame()
        exc = None if _is_copying(frame) else raised_in(value)
        if exc is None or not self.installation.promises(type(exc)):
            return value
        return reduce_raised(value, self.installation.begin(frame, host_of(frame), hands_over=True))


class InfoReducer(GlobalReducer):
    """The same for what holds a wrapper, and the error's class beside it."""

    __slots__ = ()

    def __call__(self, info: Any) -> Any:
        value = self._value_of(info)
        frame = _calling_frame()
        return value if _is_copying(frame) else self.installation.reduce_info(value, frame)


class ResultReducer(GlobalReducer):
    """The same for what holds what a task returned: errors of classes that came into being since the pickler was made are among it."""

    __slots__ = ()

    def __call__(self, item: Any) -> Any:
        value = self._value_of(item)
        frame = _calling_frame()
        return value if _is_copying(frame) else self.installation.reduce_result(value, type(item))


class Installation:
    """The entries that one registry has made outside itself.

    Args:
        rules: the registry.

    Attributes:
        covers_all: whether every exception class is covered, or only those that are declared.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._entries: dict[type, GlobalReducer] = {}
        self._passing: dict[type, None] = {}  # those of them that can't be imported, oldest first
        self._newest: dict[int, ref[type]] = {}  # by the identity of a class, the newest beneath it when all beneath it were covered
        self._chained: list[tuple[list[Any], _AnyException]] = []
        self._running = Running()
        self.covers_all: bool = False

    def cover(self, classes: Iterable[type]) -> bool:
        """Put a reducer into ``copyreg.dispatch_table`` for each class that has none of ours; tell whether there was one.

        What is in there lives for ever, so of the classes that no name leads to, which come and go, only the newest thousand stay.
        """
        known = self._entries
        late = [
            cls for cls in classes if type(cls).__hash__ is not type.__hash__ or cls not in known or _TABLE.get(cls) is not known.get(cls)
        ]
        if not late:  # as a rule, and told at once
            return False
        with _LOCK:
            covered = [cls for cls in late if self._cover(cls)]
            self._passing.update((cls, None) for cls in covered if not is_importable(cls))
            while len(self._passing) > _MOST_PASSING:
                cls = next(iter(self._passing))
                del self._passing[cls]
                take_out(cls, self._entries.pop(cls))
        return bool(covered)

    def chain_into(self, dispatch_table: Any) -> None:
        """Make a ``ChainMap`` that some pickler uses answer for every exception class that is promised, also for later ones."""
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
            importlib.import_module(name)  # waits for another thread that is in the middle of it
        held = getattr(sys.modules.get(name), "__dict__", {})
        pickler = held.get("Pickler") or held.get("CloudPickler")
        table = vars(pickler).get("dispatch_table") if issubclass(type(pickler), type) else None
        if type(table) is ChainMap:
            self.chain_into(table)

    def cover_all(self, classes: Iterable[type[BaseException]]) -> None:
        """Cover every exception class: those that exist, and in cloudpickle, and where pools raise errors, any."""
        self.covers_all = True
        self.cover(classes)

    def promises(self, cls: type[BaseException]) -> bool:
        """Tell whether errors of a class are to be whole: it is covered, or would be if it had been there before."""
        return self.covers_all or self._rules.declares(cls) or (is_hashable(cls) and self._is_beneath(_TABLE.get(cls)))

    def undo(self) -> None:
        """Take every entry out again, but not what others have put in its place since."""
        with _LOCK:
            self.covers_all = False
            entries, self._entries = self._entries, {}
            self._passing.clear()
            self._newest.clear()
            for cls, entry in entries.items():
                take_out(cls, entry)
            for maps, chained in self._chained:
                maps[:] = [table for table in maps if table is not chained]
            self._chained.clear()
        release_all()

    def reduce(self, exc: BaseException, frame: FrameType | None) -> ReduceValue:
        """Reduce an exception on behalf of the pickler that ``frame`` runs, if Python code has called one."""
        dump = self._running.dump_of(exc, frame)
        if dump is not None:
            return self.write(exc, dump)
        if self.covers_all:
            self._cover_relatives(type(exc))
        host = host_of(frame)
        if host is not None and not writes_by_name(host):
            return self.write(exc, self.begin(frame, host))
        first = first_look(exc, self._rules)
        return reduce_alone(first[0]) if first[3] else self.write(exc, self.begin(frame, host), first)

    def reduce_info(self, value: Any, frame: FrameType | None) -> Any:
        """Give the reduce value of what holds an error's class, so that the reader finds that."""
        return reduce_info(value, Dump(self._rules, host_of(frame)))

    def reduce_result(self, value: Any, cls: type) -> Any:
        """Give the reduce value of what holds a task's result, so that errors in it are covered, also those of late classes."""
        classes = {id(each): each for each in map(type, errors_returned(value)) if self.promises(each)}
        return reduce_result(value, cls) if classes and self.cover(classes.values()) else value

    def write(self, exc: BaseException, dump: Dump, first: FirstLook | None = None) -> ReduceValue:
        """Reduce an exception that is part of a dump, which may end with it, and may begin with it, after a first look."""
        try:
            return reduce_exception(exc, dump, first)
        finally:
            if not dump.walk.pending:
                self._running.end(dump)
                dump.cover = dump.hand_over = None  # which refer to it

    def _cover_relatives(self, cls: type[BaseException]) -> None:
        """Cover late classes beside the one whose instance is pickled: of what nobody tells us, libraries make most by ``type()``.

        Python keeps the classes beneath one in the order in which they came into being, so the newest tells whether there are others.
        """
        newest = self._newest
        for base in own_bases(cls):
            near: list[type] = type.__subclasses__(base)
            if near and ((known := newest.get(id(base))) is None or known() is not near[-1]):
                self.cover([each for each in near if issubclass(each, BaseException)])  # a mixin has others, too
                newest[id(base)] = ref(near[-1], partial(newest.pop, id(base)))  # what is known of a class goes with the newest one

    def begin(self, frame: FrameType | None, host: pickle.Pickler | None, *, hands_over: bool = False) -> Dump:
        """Begin a dump that covers, just in time, each exception that the host's pickler is about to meet.

        Args:
            frame: runs the host's pickler, if Python code has called it.
            host: that pickler, if anybody knows it.
            hands_over: whether reduce values are given in the place of exceptions, since the host may have no reducer for them.
        """
        room = python_room(frame)
        dump = Dump(self._rules, host, max_chain=None if room is None else max(1, min(self._rules.max_chain, room)))
        dump.in_python = room is not None
        dump.cover = LateClasses(self, dump, host, is_any=hands_over).cover
        self._running.begin(dump, frame)
        return dump

    def _cover(self, cls: type) -> bool:
        if not is_hashable(cls):
            return False
        current = _TABLE.get(cls)
        if self._is_beneath(current):
            return False
        self._entries[cls] = entry = _kind_for(cls)(self, current)
        put(cls, entry)
        return True

    def _is_beneath(self, entry: Any) -> bool:
        """Tell whether an entry is ours, or another registry's that stands on ours."""
        while isinstance(entry, GlobalReducer):
            if entry.installation is self:
                return not entry.retired
            entry = entry.previous
        return False


def _kind_for(cls: type) -> type[GlobalReducer]:
    if name_of(cls) not in POOL_NAMES:
        return GlobalReducer
    if is_wrapper(cls):
        return WrapperReducer
    return InfoReducer if is_info(cls) else ResultReducer if is_result(cls) else GlobalReducer


class _AnyException(dict[type, GlobalReducer]):
    """The last map of another pickler's ``ChainMap``: a reducer for every exception class that is promised, stored nowhere."""

    def __init__(self, installation: Installation) -> None:
        super().__init__()
        self._promises = installation.promises
        self._reducer = GlobalReducer(installation, None)

    def __missing__(self, cls: type) -> GlobalReducer:
        if issubclass(cls, BaseException) and self._promises(cls):
            return self._reducer
        raise KeyError(cls)


def _is_copying(frame: FrameType | None) -> bool:
    """Tell whether :mod:`copy` asks for a reduce value: copying is not pickling."""
    return frame is not None and (frame.f_code is _COPY or frame.f_code is _DEEPCOPY)


def _calling_frame() -> FrameType | None:
    """Give the frame that called a reducer: copyreg hands it the object and nothing else.

    Exit handlers and threads that C starts may call pickle with no Python code around it, and so does what a subinterpreter returns.
    """
    try:
        return sys._getframe(2)  # noqa: SLF001  # documented; inspect's variant reads source files
    except ValueError:
        return None

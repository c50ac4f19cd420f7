"""Who wants to be pickled how: registrations, exception sets, lookup, global mode.

Sets fill a registry when the library they wait for is imported, never before: all of a set or nothing of it. Nothing
is imported while a lock is held, because an import in another thread may be waiting to tell us of its end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from picklereg.errors import DiscoveryError, DiscoveryWarning
from picklereg.introspection.arguments import check_flags
from picklereg.introspection.public import public
from picklereg.registry.awaited_modules import Awaited
from picklereg.registry.blocks import Blocks
from picklereg.registry.lookup import Lookup, foreign_reducer, is_cloudpickle
from picklereg.registry.pool_classes import has_wrapper, wrappers_in
from picklereg.registry.problems import failures_of, tell
from picklereg.registry.registrations import Contents, check_exception, check_settings, is_exception_class, subclasses_of

if TYPE_CHECKING:
    from picklereg.redaction.secrets import Redact
    from picklereg.reduction.attachments import Strip
    from picklereg.reduction.context import Reducer
    from picklereg.reduction.tracebacks import Tracebacks, TracebackWriter
    from picklereg.registry.copyreg_table import Installation
    from picklereg.registry.exception_sets import ExceptionSet
    from picklereg.registry.import_hook import ImportWatcher
    from picklereg.registry.safe_constructors import SafeConstructor

__all__ = ["DEFAULT_REGISTRY", "Registry"]

ExceptionClass = TypeVar("ExceptionClass", bound=type[BaseException])
Value = TypeVar("Value")


@public
class Registry:
    """Exception sets, reducers and attachments, and what was put into ``copyreg`` for them.

    The functions of the module :mod:`picklereg` are those of one default registry.

    Args:
        max_chain: how many exceptions deep an error is written, counted from the outermost (newest) one.
        entry_points: whether sets that installed distributions declare belong to this registry.
        redact: whether credentials are replaced in what an exception carries about requests, and wherever they stand in that error;
            or a function from text to text that applies a house's own rules besides.
        tracebacks: ``None``: they stay here. ``"text"``: each exception's is added to it as a note. ``"frames"``: it gets a traceback
            object of the same files, lines and functions, without locals, through tblib (extra ``tracebacks``), which readers need, too.

    Raises:
        RegistrationError: if ``max_chain`` is no positive number, ``redact`` is neither a bool nor a function, or ``tracebacks`` is none of
            the three; with ``"frames"`` also if tblib isn't installed.
        ArgumentTypeError: if ``entry_points`` is neither true nor false.

    Example:
        >>> registry = Registry(entry_points=False)
        >>> registry.register(KeyError)
        <class 'KeyError'>
    """

    def __init__(self, *, max_chain: int = 100, entry_points: bool = True, redact: Redact = True, tracebacks: Tracebacks = None) -> None:
        check_settings(max_chain, redact)
        check_flags(entry_points=entry_points)
        self.traceback_of: TracebackWriter | None = None
        if tracebacks is not None:
            from picklereg.reduction.tracebacks import traceback_writer  # here, to keep the import of picklereg cheap

            self.traceback_of = traceback_writer(tracebacks)
        self.max_chain = max_chain
        self.redact: Redact = redact
        self._contents = Contents()
        self._reducers = Lookup({})
        #: Gives what strips a value of a class inside an exception, or ``None``.
        self.strip_for: Callable[[type], Strip | None] = Lookup({}).find
        self._sets: list[ExceptionSet] = []
        self._broken: tuple[DiscoveryError, ...] = ()  # declarations that are no sets
        self._awaited = Awaited()
        self._discovered = not entry_points
        self._lock, self._here = threading.RLock(), threading.local()
        self._blocks = Blocks()
        self._outside: Installation | None = None  # until it is needed, as the watcher
        self._watcher: ImportWatcher | None = None

    # --- registering ----------------------------------------------------------------------------------------------

    @overload
    def register(self, target: ExceptionClass, *, reducer: Reducer | None = None) -> ExceptionClass: ...
    @overload
    def register(
        self,
        target: str | Iterable[type[BaseException]] | Mapping[type[BaseException], Reducer | None],
        *,
        reducer: Reducer | None = None,
    ) -> None: ...
    @overload
    def register(self, *, reducer: Reducer) -> Callable[[ExceptionClass], ExceptionClass]: ...
    def register(self, target: Any = None, *, reducer: Reducer | None = None) -> Any:
        """Register exceptions.

        Args:
            target: an exception class (which counts with its subclasses), an iterable of such classes, a mapping from class to
                reducer, or the name of a module, whose exceptions are registered when it gets imported. Left out: a decorator.
            reducer: how instances are reduced, as :func:`copyreg.pickle` takes it.

        Returns:
            The class, if it was one; so ``register`` serves as a decorator.

        Raises:
            RegistrationError: if something is no exception class or no reducer. Nothing is registered then.

        Example:
            >>> registry = Registry(entry_points=False)
            >>> @registry.register
            ... class PaymentError(Exception):
            ...     pass
        """
        if target is None and reducer is not None:
            return lambda cls: self.register(cls, reducer=reducer)
        contents = Contents()
        contents.add(target, reducer)
        self._take(contents)
        return target if is_exception_class(target) else None

    def register_attachment(
        self, cls: type[Value], strip: Callable[[Value], object], *, safe: Mapping[Callable[..., Any], SafeConstructor] | None = None
    ) -> None:
        """Say what values of a class become inside an exception. Elsewhere they are pickled as ever.

        Args:
            cls: the class; it counts with its subclasses.
            strip: gives for a value what may travel. It must not change the value, and what it gives must be picklable.
            safe: how :func:`picklereg.safe_loads` may make what ``strip`` gives, by each class or function that its pickle names. With
                a mapping, instances are made by ``object.__new__`` and have these attributes and those in the bytes; no code of the
                class runs. A function is called in the place of the class or function, with whatever arguments are in the bytes:
                it checks them, and raises ``TypeError`` or ``ValueError`` if they are others, so that the value stays inert. What
                was declared once isn't replaced by a later declaration.

        Raises:
            RegistrationError: if ``cls`` is no class or an exception class, ``strip`` can't be called, or ``safe`` can't be done.

        Example:
            >>> registry = Registry(entry_points=False)
            >>> registry.register_attachment(memoryview, bytes)
        """
        contents = Contents()
        contents.add_strip(cls, strip, safe)
        self._take(contents)

    # --- sets -----------------------------------------------------------------------------------------------------

    @property
    def sets(self) -> tuple[ExceptionSet, ...]:
        """The exception sets that are known, in the order in which they became so."""
        return tuple(self._sets)

    def discover(self, *, strict: bool = False) -> None:
        """Find the sets that installed distributions declare, and activate those whose library is imported.

        A broken one is reported and stops nobody else. :meth:`install` and the first exception that is written do this by themselves.

        Args:
            strict: whether to raise for a broken one instead, each time.

        Raises:
            ArgumentTypeError: if ``strict`` is neither true nor false.
            DiscoveryError: with ``strict``, for the first broken set, after the others were dealt with.
        """
        check_flags(strict=strict)
        from picklereg.registry.entry_points import scan  # here, to keep the import of picklereg cheap
        from picklereg.registry.exception_sets import ExceptionSet

        declared, problems = scan()
        with self._lock:
            self._discovered, self._broken = True, problems
            known = {(known.name, known.value, known.distribution) for known in self._sets}
            for found in declared:
                if (found.name, found.value, found.distribution) not in known:
                    self._sets.append(ExceptionSet(found.name, found.value, found.distribution, found.load))
                    self._awaited.add(found.name)
        self._report([*problems, *self._activate_ready()], strict=strict)

    def refresh(self) -> None:
        """Discover sets if that wasn't done yet, and activate those whose library has been imported meanwhile."""
        if not self._discovered:
            self.discover()
        elif self._awaited.are_there():
            self._report(self._activate_ready())

    # --- global mode ----------------------------------------------------------------------------------------------

    def install(self, *, all_exceptions: bool = False, strict: bool = False) -> None:
        """Put reducers for all declared and registered exceptions into ``copyreg``, now and as libraries get imported.

        Args:
            all_exceptions: cover also every other exception class, in ``copyreg`` those that exist (again after each import, and those
                beside an error that is pickled), and in ``cloudpickle`` and copies of it any.
            strict: whether to raise for a broken set, each time.

        Raises:
            ArgumentTypeError: if an argument is neither true nor false.
            DiscoveryError: with ``strict``; what could be installed is installed.
        """
        check_flags(all_exceptions=all_exceptions, strict=strict)
        self._installation.covers_all |= all_exceptions
        self._watch()
        for known in self._sets:  # submodules may have been imported while nobody watched
            if known.state == "active":
                self._contents.merge(known.rescan())
        self._installation.cover(wrappers_in())
        self._cover_known()
        self._installation.chain_into_cloudpickles()
        if not self._discovered:
            self.discover(strict=strict)
        else:
            self._report(self._activate_ready(), strict=strict)

    def uninstall(self) -> None:
        """Leave ``copyreg`` and ``cloudpickle`` exactly as they were before, but for what others have changed since."""
        if self._watcher is not None:
            self._watcher.stop()
        self._installation.undo()

    @contextmanager
    def installed(self, *, all_exceptions: bool = False, strict: bool = False) -> Iterator[Registry]:
        """Be installed within a ``with`` block, and until the last such block of all threads ends; one that is installed already stays so.

        Args:
            all_exceptions: as for :meth:`install`.
            strict: as for :meth:`install`.

        Yields:
            The registry.
        """
        self._blocks.enter(self._is_watching)
        try:
            self.install(all_exceptions=all_exceptions, strict=strict)
            yield self
        finally:
            self._blocks.leave(self.uninstall)

    def ensure(self, exc: BaseException) -> None:
        """Make sure that plain pickle can carry one exception: cover its class and those of all that it leads to.

        For the moment before a framework pickles an error of a class that nobody declared. :meth:`uninstall` undoes it.

        Args:
            exc: the exception.

        Raises:
            RegistrationError: if it is no exception.
        """
        check_exception(exc)
        self.refresh()
        from picklereg.reduction.walk import Walk  # here, to keep the import of picklereg cheap

        self._installation.cover(type(node.exc) for node in Walk(self.max_chain).begin(exc))

    # --- what the lower floors ask --------------------------------------------------------------------------------

    def reducer_for(self, cls: type[BaseException]) -> Reducer | None:
        """Give the reducer registered for a class or its nearest base, or ``None``."""
        return self._reducers.find(cls)

    def foreign_reducer(self, cls: type[BaseException]) -> Reducer | None:
        """Give another party's ``copyreg`` entry for exactly this class, or ``None``."""
        return foreign_reducer(cls)

    def declares(self, cls: type[BaseException]) -> bool:
        """Tell whether an exception class is registered, or belongs to an active set."""
        contents, bases = self._contents, type.__getattribute__(cls, "__mro__")  # by identity: a class may be unhashable
        return any(cls is known for known in contents.exact) or any(base is known for base in bases for known in contents.classes)

    def safe_constructor(self, module: str, qualname: str) -> tuple[Any, SafeConstructor] | None:
        """Give the class or function of that name, and how it may be made of untrusted bytes, if somebody declared it."""
        return self._contents.safe.get((module, qualname))

    def has_reducer(self, cls: type[BaseException]) -> bool:
        """Tell whether somebody else has put a reducer into ``copyreg``, or one is registered."""
        return foreign_reducer(cls) is not None or bool(self._contents.reducers and self._reducers.find(cls) is not None)

    def refresh_for_dump(self) -> None:
        """Refresh, as whoever writes exceptions must before a dump, in which nothing may raise: the first time, look for declared sets."""
        if not self._discovered or self._awaited.are_there():
            with suppress(DiscoveryWarning):  # made an error: then still not one that loses another
                self.refresh()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _take(self, contents: Contents) -> None:
        """Let checked contents take effect."""
        from picklereg.registry.exception_sets import sets_of  # here, for the same reason

        sets = sets_of(contents.modules)
        with self._lock:
            self._contents.merge(contents)
            if contents.reducers:
                self._reducers = Lookup({**self._contents.reducers})
            if contents.strips:
                self.strip_for = Lookup({**self._contents.strips}).find
            self._sets += sets
            self._awaited.add(*contents.modules)
        if self._is_watching():
            self._cover(contents)
        if contents.modules:
            self._report(self._activate_ready())

    @property
    def _installation(self) -> Installation:
        from picklereg.registry.copyreg_table import Installation  # here, to keep the import of picklereg cheap; no lock is held

        with self._lock:
            self._outside = self._outside or Installation(self)
        return self._outside

    def _watch(self) -> None:
        from picklereg.registry.import_hook import ImportWatcher  # here, for the same reason

        with self._lock:
            if self._watcher is None:
                self._watcher = ImportWatcher(wants=self._wants, imported=self._on_import, settled=self._on_settled)
            self._watcher.start()

    def _is_watching(self) -> bool:
        return self._watcher is not None and self._watcher.active

    def _cover(self, contents: Contents) -> None:
        self._installation.cover([*subclasses_of(contents.classes), *contents.exact])

    def _cover_known(self) -> None:
        self._cover(self._contents)
        if self._installation.covers_all:
            self._installation.cover_all(subclasses_of([BaseException]))

    def _wants(self, module: str) -> bool:
        return is_cloudpickle(module) or has_wrapper(module) or any(known.wants(module) for known in self._sets)

    def _on_import(self, module: ModuleType) -> None:
        if is_cloudpickle(module.__name__):
            self._installation.chain_into_cloudpickle(module.__name__)
        self._installation.cover(wrappers_in([module.__name__]))
        self._report(self._activate_ready())
        for known in [known for known in self._sets if known.state == "active"]:
            self._take(known.scan(module))

    def _on_settled(self) -> None:
        self._report(self._activate_ready())
        self._cover_known()

    def _activate_ready(self) -> list[DiscoveryError]:
        """Activate what is ready. What a set imports may make others ready, and comes back here: the outermost call deals with all."""
        problems: list[DiscoveryError] = []
        if getattr(self._here, "is_activating", False):
            return problems
        self._here.is_activating = True
        try:
            while ready := [known for known in self._sets if known.state == "waiting" and not known.is_opening and known.is_ready()]:
                problems += [problem for known in ready if (problem := self._activate(known)) is not None]
        finally:
            self._here.is_activating = False
        return problems

    def _report(self, problems: list[DiscoveryError], *, strict: bool = False) -> None:
        if strict and (known := [*problems, *self._broken, *failures_of(self._sets)]):
            raise known[0]
        tell(problems)

    def _activate(self, known: ExceptionSet) -> DiscoveryError | None:
        with self._lock:
            if known.is_opening or known.state != "waiting":  # another thread was faster
                return None
            known.is_opening = True
        try:
            known.contents = known.open(_recorded)
            known.state = "active"
        except DiscoveryError as problem:
            known.state, known.problem = "failed", problem.problem
            return problem
        finally:
            known.is_opening = False
            with self._lock:
                self._awaited.replace(other.name for other in self._sets if other.state == "waiting")
        self._take(known.contents)
        return None


#: The registry of the functions in :mod:`picklereg`.
DEFAULT_REGISTRY: Final = Registry()


def _recorded(function: Callable[..., object]) -> Contents:
    """Run a set's function on a registry of its own, so that one that fails half-way has registered nothing."""
    recorder = Registry(entry_points=False)
    function(recorder)
    return recorder._contents  # noqa: SLF001

"""The reader: ``pickle.Unpickler``, but an error whose class is missing here arrives all the same.

While all is well, this is ``pickle``. When a class can't be imported, :func:`loads` reads the bytes again in the hope that all that is
missing are ordinary exceptions (:mod:`picklereg.unpickling.hopeful`). Where that doesn't hold, and in files, the bytes are looked over
without running anything (:mod:`picklereg.unpickling.opcode_scan`): which names are missing, which of them are exception classes, and
whether the others stand inside exceptions only. Then they are read again, with stand-ins (``stand_ins.classes``) for what is missing. A
missing class outside every exception raises what pickle raises: a task's ordinary result must not become something else unnoticed.

So whatever stands before the first missing class is made two or three times, and all instances but the last are thrown away, as pickle
does when it raises. To know of a missing class beforehand, every pickle would have to be looked over, which takes longer than to read it.
"""

from __future__ import annotations

import contextlib
import functools
import io
import pickle
from collections.abc import Iterable
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict, Unpack

from picklereg.errors import ArgumentTypeError, ArgumentValueError
from picklereg.introspection.arguments import check_bytes, wrong_type
from picklereg.introspection.public import public
from picklereg.introspection.text import safe_repr
from picklereg.unpickling.replaced_calls import PROBLEMS, REPLACED, replaced_getattr
from picklereg.unpickling.replay import Buffers, Refill, Tape, can_seek

if TYPE_CHECKING:
    from picklereg.unpickling.missing_names import Findings
    from picklereg.unpickling.tolerant import Tolerant

__all__ = ["Unpickler", "load", "loads"]

Mode = Literal["stand-in", "raise"]


class Options(TypedDict, total=False):
    """The keyword arguments of :func:`loads`."""

    fix_imports: bool
    encoding: str
    errors: str
    buffers: Iterable[Any] | None
    missing: Mode


_LOADS: Final[Any] = pickle.loads
_FIND_CLASS: Final[Any] = pickle.Unpickler.find_class
#: So much is looked at to tell what bytes are that are no pickle. What is longer isn't called cut off, but no pickle.
_LOOKED_AT: Final = 1 << 24


@public
class Unpickler(pickle.Unpickler):
    """``pickle.Unpickler`` with stand-ins for what is missing inside errors.

    Args:
        file: what the pickle is read from: an object with ``read`` and ``readline``. One that can't ``seek`` is kept in memory.
        fix_imports: whether protocols below 3 map Python 2's names to Python 3's.
        encoding: for the strings of Python 2.
        errors: for the strings of Python 2.
        buffers: the out-of-band buffers.
        missing: what becomes of a class that can't be imported: ``"stand-in"`` (see :class:`picklereg.MissingError`) or ``"raise"``,
            which is pickle's behaviour. What is no error raises either way.

    Raises:
        ArgumentTypeError: if ``file`` can't be read from, and for options of other types.
        ArgumentValueError: if ``missing`` is neither.
    """

    def __init__(
        self,
        file: Any,
        *,
        fix_imports: bool = True,
        encoding: str = "ASCII",
        errors: str = "strict",
        buffers: Iterable[Any] | None = (),
        missing: Mode = "stand-in",
    ) -> None:
        _check(missing, encoding, errors, buffers)
        self._options: dict[str, Any] = {"fix_imports": fix_imports, "encoding": encoding, "errors": errors}
        self._buffers: Buffers | None = None
        if missing == "stand-in" and buffers is not None and buffers != ():
            buffers = self._buffers = Buffers(buffers)
        if buffers != ():
            self._options["buffers"] = buffers
        self._source: Any = file if missing == "raise" or can_seek(file) else Tape(_checked(file))
        self._missing = missing
        self._found: Findings | None = None
        self._again: _Again | Tolerant | None = None
        super().__init__(self._source, **self._options)

    def load(self) -> Any:
        """Read an object.

        Returns:
            The object.

        Raises:
            UnreadablePickleError: an ``UnpicklingError``: for bytes that are no pickle, or no whole one; where pickle raises ``EOFError``,
                it is that, too.
            Exception: as ``pickle`` does; with stand-ins not for a class that is missing as an exception class, or inside an exception.
        """
        if self._missing == "raise":
            return super().load()
        start, memo = self._begin(), (self._again or self).memo.copy()
        try:
            return self._read()
        except PROBLEMS as caught:
            problem = caught
        return self.load_again(start, memo, problem)

    def find_class(self, module: str, name: str, /) -> Any:
        """Find a class or function by its name.

        Args:
            module: its module.
            name: its qualified name.

        Returns:
            The class or function, or what stands in for it.

        Raises:
            Exception: whatever importing it raises.
        """
        if self._found is None:
            return _FIND_CLASS(self._again or self, module, name)
        reader: Any = self._again
        try:
            found = reader.find_plainly(module, name)
        except PROBLEMS:
            return reader.stand_in(module, name)
        if found is getattr:
            return functools.partial(replaced_getattr, reader)
        return REPLACED.get(found, found) if isinstance(found, FunctionType) else found

    def _begin(self) -> int:
        """Note where a pickle begins."""
        if self._buffers is not None:
            self._buffers.begin()
        return int(self._source.begin() if isinstance(self._source, Tape) else self._source.tell())

    def _start_over(self, start: int, memo: dict[int, Any]) -> None:
        """Go back to where a pickle begins, and forget what was read of it."""
        self._source.seek(start)
        if self._buffers is not None:
            self._buffers.rewind()
        self._again = _Again(self, self._source, self._options, memo)

    def _read(self) -> Any:
        if self._again is not None and not isinstance(self._again, _Again):
            self._again = _Again(self, self._source, self._options, self._again.memo)
        return super().load() if self._again is None else self._again.load()

    def load_again(self, start: int, memo: dict[int, Any], problem: BaseException) -> Any:
        """Read a pickle a second time, if stand-ins help, and raise what the first time raised if they don't.

        Args:
            start: where it begins.
            memo: what the memo held then.
            problem: what the first time raised.

        Returns:
            The object.

        Raises:
            Exception: as :meth:`load`.
        """
        from picklereg.unpickling.missing_names import loaded  # here, because most processes never need it
        from picklereg.unpickling.opcode_scan import find_missing
        from picklereg.unpickling.tolerant import Tolerant

        try:
            self._source.seek(start)
            try:
                found = find_missing(self._source, loaded, memo)
            except Exception:  # noqa: BLE001  # the pickle is broken further on, or no pickle
                raise self._truth_about(start, problem) from None
            end = self._source.tell()
            self._start_over(start, memo)
            if found.may_help():
                self._found = found
                self._again = reader = Tolerant(self._source, self._options, memo, self.find_class, found, _absent(problem))
                self._lend_persistent_load(reader)
                with contextlib.suppress(*PROBLEMS):
                    return reader.load()
                self._start_over(start, memo)
            self._source.seek(end)
            raise problem
        finally:
            self._found = None
            del problem  # its traceback leads here

    def _truth_about(self, start: int, problem: BaseException) -> BaseException:
        """Give what to raise for what can't be followed; of what is read from a file, it looks at the beginning."""
        if isinstance(problem, TypeError) and isinstance(self._source.read(0), str):
            return ArgumentTypeError("file", "open as text", "open it in binary mode: open(path, 'rb')")
        if not isinstance(problem, EOFError | pickle.UnpicklingError | ValueError):
            return problem
        from picklereg.unpickling.diagnosis import truth_about  # here, because most processes never need it

        self._source.seek(start)
        return truth_about(self._source.read(_LOOKED_AT), problem)

    def _lend_persistent_load(self, reader: Any) -> None:
        if hasattr(self, "persistent_load"):  # of a subclass, or set on the instance
            reader.persistent_load = self.persistent_load


class _Again(pickle.Unpickler):
    """What reads in the place of an :class:`Unpickler` that failed: that can't start over, for C keeps where in a frame it was.

    Nor can it be given a memo (3.11 to 3.13: setting one forgets its length or its content), so it reads what fills it.
    """

    def __init__(self, asked: Unpickler, source: Any, options: dict[str, Any], memo: dict[int, Any]) -> None:
        refill = Refill(memo, source, options)
        super().__init__(refill, **refill.options)
        self._asked = asked
        asked._lend_persistent_load(self)  # noqa: SLF001
        super().load()

    def find_class(self, module: str, name: str, /) -> Any:
        return self._asked.find_class(module, name)


@public
def load(
    file: Any,
    *,
    fix_imports: bool = True,
    encoding: str = "ASCII",
    errors: str = "strict",
    buffers: Iterable[Any] | None = (),
    missing: Mode = "stand-in",
) -> Any:
    """Read an object from a file.

    Args:
        file: as for :class:`Unpickler`.
        fix_imports: as for :class:`Unpickler`.
        encoding: as for :class:`Unpickler`.
        errors: as for :class:`Unpickler`.
        buffers: as for :class:`Unpickler`.
        missing: as for :class:`Unpickler`.

    Returns:
        The object.

    Raises:
        Exception: as :meth:`Unpickler.load`.
    """
    return Unpickler(file, fix_imports=fix_imports, encoding=encoding, errors=errors, buffers=buffers, missing=missing).load()


@public
def loads(data: Any, /, **options: Unpack[Options]) -> Any:
    r"""Read an object from its pickle.

    Args:
        data: the pickle.
        options: ``fix_imports``, ``encoding``, ``errors``, ``buffers`` and ``missing``, as for :class:`Unpickler`.

    Returns:
        The object.

    Raises:
        ArgumentTypeError: for what holds no bytes, as ``None`` or a text, and for options of other types.
        UnreadablePickleError: an ``UnpicklingError``: for bytes that are no pickle, or no whole one; where pickle raises ``EOFError``, it
            is that, too.
        Exception: as :meth:`Unpickler.load`.

    Example:
        >>> error = loads(b"cabsent.errors\nPaymentError\n(Vno money\ntR.")
        >>> error
        PaymentError('no money')
        >>> type(error).__module__
        'absent.errors'
    """
    if options:  # they are looked at one by one only if there are any: a quarter of the time that a small pickle takes
        return _loads_with(data, **options)
    try:
        return _LOADS(data)
    except PROBLEMS as caught:
        problem = caught
    try:
        return _load_again(data, problem, {})
    finally:
        del problem


def _loads_with(
    data: Any,
    /,
    *,
    fix_imports: bool = True,
    encoding: str = "ASCII",
    errors: str = "strict",
    buffers: Iterable[Any] | None = (),
    missing: Mode = "stand-in",
) -> Any:
    _check(missing, encoding, errors, buffers)
    if missing == "stand-in" and buffers is not None and buffers != ():
        buffers = list(buffers)  # they may be needed twice
    options: dict[str, Any] = {"fix_imports": fix_imports, "encoding": encoding, "errors": errors, "buffers": buffers}
    try:
        return _LOADS(data, **options)
    except PROBLEMS as caught:
        if missing == "raise":
            raise
        problem = caught
    try:
        return _load_again(data, problem, options)
    finally:
        del problem


_loads_with.__qualname__ = "loads"  # what Python says of an option that there isn't


def _load_again(data: Any, problem: BaseException, options: dict[str, Any]) -> Any:
    if isinstance(problem, TypeError):
        check_bytes(data)
    if isinstance(problem, ImportError | AttributeError):  # a name is missing
        from picklereg.unpickling.hopeful import Hopeful  # here, because most processes never need it

        with contextlib.suppress(*PROBLEMS):
            return Hopeful(data, options, _absent(problem)).load()
    # The protocol decides how names are looked up, so the unpickler reads a None of the same protocol first.
    start = bytes(data[:2])
    if start[:1] != pickle.PROTO or not start[1:] or start[1] > pickle.HIGHEST_PROTOCOL:
        start = b""
    reader = Unpickler(io.BytesIO(b"".join((start, b"N.", data))), **options)
    reader.load()
    try:
        return reader.load_again(len(start) + 2, {}, problem)
    finally:
        del problem


def _absent(problem: BaseException) -> str | None:
    """Give the module that isn't there, if the search for it was what failed: no code of a module's raised this."""
    last = problem.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    is_ours = last is not None and last.tb_frame.f_globals is globals()  # Python takes importlib's own frames away
    return problem.name if is_ours and type(problem) is ModuleNotFoundError else None


def _check(missing: str, encoding: object, errors: object, buffers: object) -> None:
    if missing not in ("stand-in", "raise"):
        raise ArgumentValueError("missing", f"{safe_repr(missing)}, no way to treat missing classes", "pass 'stand-in' or 'raise'")
    for argument, value, such in (("encoding", encoding, "'latin-1'"), ("errors", errors, "'replace'")):
        if not isinstance(value, str):
            raise wrong_type(argument, value, f"pass a text, as {such}, or leave it out")
    if buffers is not None and not hasattr(type(buffers), "__iter__"):
        raise wrong_type("buffers", buffers, "pass the list of buffers that dumps handed to its buffer_callback, or leave it out")


def _checked(file: Any) -> Any:
    """Give a file, if it is one; pickle looks at what is put in its place."""
    if hasattr(file, "read") and hasattr(file, "readline"):
        return file
    raise wrong_type("file", file, "pass a file that is open for reading in binary mode; for bytes there is loads")

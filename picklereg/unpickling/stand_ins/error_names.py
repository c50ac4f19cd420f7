"""Is a missing class an exception? The one rulebook for both readers, when all there is are bytes.

One of these is enough, for one instance:

1. It is made by the ``__new__`` of a builtin exception class, or ``BaseException.__setstate__`` sets its state.
2. Its state has a name that only exceptions have (``fields.SIGNS``).
3. It stands where only an exception can: as the cause or context of something, or as a member of a group.
4. Its name says so (:func:`says_error`): another Python has an exception class of that name; or it ends in ``Error``, ``Exception``,
   ``ErrorGroup``, ``ExceptionGroup`` or ``Warning``; or it is a capitalised name in a module called ``errors``, ``exceptions``, ``exc`` or
   the like, called with arguments. That doesn't count if an instance has items.

The readers find these in their own ways, since one of them makes objects and the other looks a pickle over; what they look for is here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from picklereg.introspection import naming

__all__ = ["ELSEWHERE", "base_by_fields", "base_by_name", "says_error"]

_MODULE: Final = re.compile(r"(^|\.)_*(errors?|exceptions?|exc)$")
#: C fields that the writer finds set in every instance.
_FIELDS: Final[tuple[tuple[frozenset[str], type[BaseException]], ...]] = (
    (frozenset({"errno", "strerror"}), OSError),
    (frozenset({"msg", "lineno", "offset"}), SyntaxError),
    (frozenset({"object", "start", "end", "encoding", "reason"}), UnicodeError),
)
#: Exception classes that only some Pythons have, newer ones (since) or older ones (until): the builtin class beneath, so that
#: ``except RuntimeError`` catches a ``PythonFinalizationError`` everywhere.
ELSEWHERE: Final[dict[tuple[str, str], type[BaseException]]] = {
    ("builtins", "ImportCycleError"): ImportError,  # since 3.15
    ("builtins", "PythonFinalizationError"): RuntimeError,  # since 3.13
    ("builtins", "_IncompleteInputError"): SyntaxError,  # since 3.13
    ("asyncio.queues", "QueueShutDown"): Exception,  # since 3.13
    ("asyncore", "ExitNow"): Exception,  # until 3.11
    ("audioop", "error"): Exception,  # until 3.12
    ("concurrent.futures.interpreter", "BrokenInterpreterPool"): RuntimeError,  # since 3.14
    ("concurrent.interpreters", "ExecutionFailed"): Exception,  # since 3.14
    ("concurrent.interpreters", "NotShareableError"): TypeError,  # since 3.14
    ("concurrent.interpreters", "QueueError"): RuntimeError,  # since 3.14
    ("concurrent.interpreters", "QueueNotFoundError"): RuntimeError,  # since 3.14
    ("concurrent.interpreters._crossinterp", "ItemInterpreterDestroyed"): Exception,  # since 3.14
    ("concurrent.interpreters._queues", "ItemInterpreterDestroyed"): RuntimeError,  # since 3.14
    ("concurrent.interpreters._queues", "QueueEmpty"): RuntimeError,  # since 3.14
    ("concurrent.interpreters._queues", "QueueFull"): RuntimeError,  # since 3.14
    ("dbm.sqlite3", "error"): OSError,  # since 3.13
    ("importlib.metadata", "MetadataNotFound"): FileNotFoundError,  # since 3.15
    ("mailcap", "UnsafeMailcapInput"): Warning,  # until 3.12
    ("nis", "error"): Exception,  # until 3.12
    ("ossaudiodev", "OSSAudioError"): Exception,  # until 3.12
    ("queue", "ShutDown"): Exception,  # since 3.13
}


def says_error(module: str, qualname: str, *, has_args: bool) -> bool:
    """Tell whether the name of a class says that it is an exception.

    Args:
        module: its module.
        qualname: its qualified name.
        has_args: whether an instance is made with arguments.
    """
    name = qualname.rpartition(".")[2]
    return bool((module, qualname) in ELSEWHERE or naming.says_error(name) or (has_args and name[:1].isupper() and _MODULE.search(module)))


def base_by_name(module: str, qualname: str) -> type[BaseException]:
    """Give the builtin class beneath an exception class that another Python has, and ``Exception`` for all others."""
    return ELSEWHERE.get((module, qualname), Exception)


def base_by_fields(names: Collection[object]) -> type[BaseException]:
    """Tell by the C fields in a state which builtin class is beneath a missing one."""
    return next((cls for fields, cls in _FIELDS if all(field in names for field in fields)), Exception)

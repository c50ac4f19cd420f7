"""What stands in the place of functions that a pickle calls, in one in which something is missing: stand-ins are written like that."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any, Final, Protocol

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import dict_of
from picklereg.unpickling.stand_ins.origin import RECONSTRUCT, origin_of, reconstruct

if TYPE_CHECKING:
    from picklereg.unpickling.missing_names import Findings, Name
    from picklereg.unpickling.stand_ins.classes import MissingError

__all__ = ["PROBLEMS", "REPLACED", "replaced_getattr"]

#: Importing a class can raise anything. A script that exits when it is imported for the sake of a class has not asked the reader to.
PROBLEMS: Final = (Exception, SystemExit)


class Reader(Protocol):
    """What reads a pickle in which something is missing."""

    @property
    def found(self) -> Findings:
        """What is missing."""
        ...

    def stand_in(self, module: str, qualname: str, /) -> Any:
        """Give what stands for a missing class."""
        ...


class MissingModule:
    """A module that can't be imported, on the way to a class of it: stand-ins are written like that."""

    def __init__(self, name: str) -> None:
        self.name = name


class _Field:
    """A slot of a missing class, which sets an attribute in its place: the exceptions of frozen classes are written like that."""

    def __init__(self, owner: type[MissingError], name: str) -> None:
        self._owner = owner
        self._name = name

    def __set__(self, exc: MissingError, value: Any) -> None:
        dict_of(exc)[self._name] = value
        origin_of(exc).fields[self._name] = self._owner


def _import_module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except PROBLEMS:
        return MissingModule(name)


REPLACED: Final[dict[Any, Any]] = {importlib.import_module: _import_module, RECONSTRUCT: reconstruct}


def replaced_getattr(reader: Reader, owner: Any, name: str, *default: Any) -> Any:
    """Do what ``getattr`` does, in a pickle in which something is missing."""
    from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue, stands_for

    if default:
        return getattr(owner, name, *default)
    if isinstance(owner, MissingModule):
        return reader.stand_in(owner.name, name)
    if isinstance(owner, MissingError) and name == "__dict__":
        origin_of(owner).setter = "descriptors"
    if not isinstance(owner, type):
        return _getattr_of_named(reader, owner, name, (getattr(owner, "__name__", ""), name))
    if issubclass(owner, MissingError | MissingValue) and not name.startswith("__"):
        module, qualname = stands_for(owner)
        key = (module, f"{qualname}.{name}")
        return _Field(owner, name) if issubclass(owner, MissingError) and key not in reader.found.bases else reader.stand_in(*key)
    if issubclass(owner, BaseException) and name == "__new__":
        return functools.partial(_new, owner)
    if owner is BaseException and name == "__setstate__":
        return _set_state
    return _getattr_of_named(reader, owner, name, (owner.__module__, f"{owner.__qualname__}.{name}"))


def _getattr_of_named(reader: Reader, owner: Any, name: str, key: Name) -> Any:
    """Follow ``getattr`` from what exists: a module or a class may lack what the bytes name."""
    try:
        return getattr(owner, name)
    except PROBLEMS:
        if key not in reader.found.problems:
            raise
        return reader.stand_in(*key)


def _new(owner: type[BaseException], cls: type[BaseException], *args: Any, **kwargs: Any) -> BaseException:
    """Call the ``__new__`` of an exception class; for a stand-in the one that fits, since its builtin base is a guess."""
    from picklereg.unpickling.stand_ins.classes import MissingError

    native: Any = owner.__new__ if issubclass(owner, MissingError) or not issubclass(cls, MissingError) else plan_for(cls).native
    made: BaseException = native(cls, *args, **kwargs)
    return made


def _set_state(exc: BaseException, state: Any) -> None:
    """Call ``BaseException.__setstate__``; a stand-in takes slots and C fields, too."""
    from picklereg.unpickling.stand_ins.classes import MissingError
    from picklereg.unpickling.stand_ins.state import set_attributes

    if isinstance(exc, MissingError) and state is not None:
        origin_of(exc).setter = "base"
        set_attributes(exc, state)
    elif isinstance(exc, MissingError):
        origin_of(exc).setter = "descriptors"
    else:
        BaseException.__setstate__(exc, state)

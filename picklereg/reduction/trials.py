"""Trials of a dump: what the reader would get of a value, by which pickler, and what its pickle tells that nobody could see in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.text import describe
from picklereg.redaction.hints import may_hold
from picklereg.reduction import notes as words
from picklereg.reduction.classes import carries_class, is_copied
from picklereg.reduction.context import Left, NeedsHost
from picklereg.reduction.round_trip import copy_through_bytes, protocols_of, written_anew

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump
    from picklereg.reduction.trial_reading import Findings

__all__ = ["rebuild"]

#: From this protocol on, pickles number what they refer to again.
_MEMOIZING: Final = 4


def rebuild(
    value: Any, dump: Dump, *, is_stripped: bool = False, is_clean: bool = False, findings: Findings | None = None
) -> tuple[Any, list[BaseException]]:
    """Write and read back a value in this process, exceptions in it apart.

    Args:
        value: the value.
        dump: the dump that it is part of.
        is_stripped: whether attachments may be met in it; else they would travel with all their credentials.
        is_clean: whether its credentials are replaced already.
        findings: takes what else is found out.

    Returns:
        The copy, or :class:`Left`, and the exceptions that were met.

    Raises:
        NeedsHost: there is no host, and plain pickle can't do it.
    """
    strip_for = dump.screening.attachments.strip_for
    refuses = None if is_stripped else lambda cls: strip_for(cls) is not None
    protocols = protocols_of(dump.host) if dump.asks_host else (dump.protocol,)  # who has none to ask can begin anew

    def writes_class(cls: Any) -> bool:
        if findings is not None and issubclass(type(cls), type) and id(cls) not in findings.met:
            findings.met[id(cls)] = cls
            if is_copied(cls, dump):
                findings.copied.append(cls)
        return carries_class(cls, dump)

    how: dict[str, Any] = {"protocols": protocols, "in_python": dump.in_python, "findings": findings, "firsts": dump.firsts}
    if not is_clean:
        how["look"] = lambda data, seen, protocol: _look(value, data, seen if protocol >= _MEMOIZING else None, writes_class, dump)
    try:
        return copy_through_bytes(value, dump.host, writes_class, refuses, **how)
    except RecursionError:
        return Left(words.TOO_DEEP), []
    except BaseException as problem:  # noqa: BLE001  # not only PicklingError: ctypes raises ValueError, others KeyError, some want to exit
        pass_on(problem)
        return Left(describe(problem if dump.asks_host else _problem_of_host(value, dump, refuses, problem))), []


def _problem_of_host(value: Any, dump: Dump, refuses: Callable[[type], bool] | None, problem: BaseException) -> BaseException:
    """Give why a host that can write more than plain pickle can't write a value, either.

    Raises:
        NeedsHost: it can, or nobody knows.
    """
    if dump.consulted is None:
        raise NeedsHost from problem
    try:
        copy_through_bytes(value, dump.consulted(), lambda cls: carries_class(cls, dump), refuses, firsts=dump.firsts)
    except RecursionError:
        raise NeedsHost from problem
    except BaseException as other:  # noqa: BLE001  # as before
        pass_on(other)
        return other
    raise NeedsHost from problem


def _look(value: Any, data: bytes, seen: list[Any] | None, writes_class: Callable[[Any], bool], dump: Dump) -> None:
    """Look for credentials in what was written of a value, if there may be one: objects' own reduces give what nobody could see in them."""
    secrets = dump.screening.secrets
    if secrets is None or not may_hold(data):
        return
    from picklereg.redaction.pickles import take_from_pickle  # here, to keep the import of picklereg cheap

    if seen is None:
        data, seen = written_anew(value, dump.host, writes_class)
    if take_from_pickle(data, seen, secrets):
        dump.screening.place_all()
        dump.told += 1

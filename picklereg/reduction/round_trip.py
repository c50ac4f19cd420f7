"""Trying out whether something can be written and read back, as a given host would write it.

A trial puts a place-holder for every exception that it meets, because each exception is reduced on its own, and for every
class that goes by value: read back in this process, cloudpickle's copy of a class would set the live class's attributes.
So do the classes of stand-ins, which have the names of what isn't here.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.pickling_hooks import CODE, NOTHING
from picklereg.reduction.python_pickler import PythonPickler
from picklereg.reduction.shared_copies import doubles_in, take_copies
from picklereg.reduction.trial_reading import Findings, losses_in, read_back
from picklereg.reduction.trial_writing import Linker, TrialPickler, has_ids, pickler_for, say_in, written_in_trial

if TYPE_CHECKING:
    from picklereg.redaction.beneath import Beneath
    from picklereg.redaction.secrets import Secrets
    from picklereg.reduction.first_writings import FirstWritings
    from picklereg.reduction.shared_copies import Copies

__all__ = [
    "copy_through_bytes",
    "copy_with_other_text",
    "exceptions_beneath",
    "protocols_of",
    "write_class",
    "written_anew",
]

#: What is tried for a host that may write with any protocol: what a value gives may depend on it, as that of buffers does from 5 on.
_ANY: Final = (4, pickle.HIGHEST_PROTOCOL)


def protocols_of(host: pickle.Pickler | None) -> tuple[int, ...]:
    """Give the protocols with which a value has to be tried: the host's own, where it tells.

    Args:
        host: the pickler that writes; ``None`` if nobody knows it.
    """
    protocol = getattr(host, "proto", None)
    return (max(1, protocol),) if type(protocol) is int else _ANY  # with 0, persistent ids are text


def copy_through_bytes(  # noqa: PLR0913  # all that a trial depends on
    value: object,
    host: pickle.Pickler | None,
    writes_class: Callable[[type], bool],
    refuses: Callable[[type], bool] | None = None,
    *,
    protocols: tuple[int, ...] = (pickle.HIGHEST_PROTOCOL,),
    in_python: bool = False,
    findings: Findings | None = None,
    look: Callable[[bytes, list[Any], int], None] | None = None,
    firsts: FirstWritings,
) -> tuple[Any, list[BaseException]]:
    """Write a value and read it back.

    Args:
        value: the value.
        host: the pickler whose ``reducer_override``, ``dispatch_table`` and ``persistent_id`` are followed.
        writes_class: tells of a class that goes by value whether it can be written.
        refuses: tells of a class whether its instances may not be met.
        protocols: with which it is written; the copy is made by the first.
        in_python: whether the value is to be written by a pickler made of Python code, for which less is too deep.
        findings: takes what else is found out.
        look: is given what was written, what is kept apart from it, and by which protocol, if classes have had a say in it.
        firsts: what objects gave when they were first written, earlier in the same dump.

    Returns:
        The copy, and the exceptions that were met; they are in the copy as they are.

    Raises:
        Exception: whatever writing or reading raises.
    """
    how = value, host, writes_class, refuses
    data, seen, classes = written_in_trial(*how, protocols[0], firsts, sentinels=None if findings is None else findings.sentinels)
    say = say_in(classes)
    has_code = say == CODE
    if findings is not None:
        findings.losses = losses_in(classes)
    if look is not None and say != NOTHING:
        look(data, seen, protocols[0])
    copy = read_back(data, seen, host, findings=findings)
    met = {id(item): item for item in seen if isinstance(item, BaseException)}
    is_known = findings is not None and has_code and _is_written_again(data, *how, protocols[-1])
    if findings is not None and has_code and not is_known:  # it has changed, or the protocol matters
        findings.is_changed = len(protocols) == 1 or not _is_written_again(data, *how, protocols[0])
        if findings.is_changed:
            return _followed_copy(value, how, protocols[0], firsts), [*met.values()]
    if in_python:
        PythonPickler(TrialPickler(io.BytesIO(), [], host, writes_class, protocols[0])).dump(value)
    for protocol in () if is_known else protocols[1:]:
        other, seen, _ = written_in_trial(*how, protocol)
        if other[_HEADER:] != data[_HEADER:]:  # else it is read as the first was
            read_back(other, seen, host)
            met |= {id(item): item for item in seen if isinstance(item, BaseException)}
    return copy, [*met.values()]


def _followed_copy(value: object, how: tuple[Any, ...], protocol: int, firsts: FirstWritings) -> Any:
    """Give the copy of a value that is changed by being written; what in it was copied before is the same copy."""
    seen: list[Any] = []
    file = io.BytesIO()
    pickler = pickler_for(file, seen, how[1], how[2], protocol)
    pickler.firsts, pickler.is_followed = firsts, True
    pickler.dump(value)
    return read_back(file.getvalue(), seen, how[1])


def _is_written_again(data: bytes, *args: Any) -> bool:
    """Tell whether a value is written a second time as it was the first time, whatever the protocol is called."""
    try:
        return written_in_trial(*args)[0][_HEADER:] == data[_HEADER:]
    except BaseException as problem:  # noqa: BLE001  # the class's own code
        pass_on(problem)
        return False


def copy_with_other_text(
    value: object,
    host: pickle.Pickler | None,
    writes_class: Callable[[type], bool],
    secrets: Secrets,
    *,
    is_placed: bool,
    beneath: Beneath | None = None,
    firsts: FirstWritings,
    copies: Copies | None = None,
) -> Any:
    """Give a copy of a value with credentials replaced, or the value itself if there are none in it.

    Args:
        value: the value.
        host: as for :func:`copy_through_bytes`.
        writes_class: as for :func:`copy_through_bytes`.
        secrets: what is replaced.
        is_placed: whether something may have to be replaced for the place where it stands in the value.
        beneath: where the value stands beneath a credential's name, if it does.
        firsts: as for :func:`copy_through_bytes`.
        copies: takes the copies of all objects in the value.

    Returns:
        The copy, in which exceptions are as they are.

    Raises:
        Exception: whatever writing or reading raises.
    """
    written: dict[int, tuple[int, Any]] = {}
    data, seen, classes = written_in_trial(value, host, writes_class, None, firsts=firsts, memo=written)
    is_changed = say_in(classes) == CODE and not _is_written_again(data, value, host, writes_class, None)
    copies = None if is_changed or beneath is not None else copies
    if not (is_placed or secrets.may_change(data)):
        return read_back(data, seen, host) if is_changed else _unchanged(value, copies, written)
    from picklereg.redaction.pickles import rewrite_pickle  # here, to keep the import of picklereg cheap

    rewritten = rewrite_pickle(data, secrets.text, secrets.data, seen if is_placed else None, beneath)
    if rewritten is None:
        return read_back(data, seen, host) if is_changed else _unchanged(value, copies, written)
    read: dict[int, Any] = {}
    copy = read_back(rewritten, seen, host, memo=read)
    # Not all that was read can be written: in 3.15.2, the results of urlsplit can't.
    again, seen_again, _ = written_in_trial(copy, host, writes_class, None)
    if rewrite_pickle(again, secrets.text, secrets.data, seen_again if is_placed else None, beneath) is not None:
        msg = "it holds a credential, and makes it anew"
        raise pickle.PicklingError(msg)
    if copies is None:
        return read_back(rewritten, seen, host) if is_changed else copy
    doubles = doubles_in(copies, {key: found for key, found in written.items() if key != id(value)}, read)
    if doubles and not has_ids(host):
        copy, read = _linked(copy, doubles, read, host, writes_class)
    take_copies(copies, written, read)
    return copy


def _linked(
    copy: Any, doubles: dict[int, Any], read: dict[int, Any], host: pickle.Pickler | None, writes_class: Callable[[type], bool]
) -> tuple[Any, dict[int, Any]]:
    """Give a copy in which stands what is written elsewhere for the same objects, where it is the same; and what was numbered in it."""
    file, seen = io.BytesIO(), list[Any]()
    pickler = Linker(file, seen, host, writes_class)
    pickler.doubles = doubles
    pickler.dump(copy)
    written, again = pickler.memo.copy(), dict[int, Any]()
    linked = read_back(file.getvalue(), seen, host, memo=again)
    return linked, {number: again[written[id(made)][0]] if id(made) in written else made for number, made in read.items()}


def _unchanged(value: Any, copies: Copies | None, written: dict[int, tuple[int, Any]]) -> Any:
    if copies is not None:
        take_copies(copies, written, None)
    return value


def written_anew(value: object, host: pickle.Pickler | None, writes_class: Callable[[type], bool]) -> tuple[bytes, list[Any]]:
    """Give what :func:`copy_through_bytes` would write of a value with the highest protocol, and what is kept apart from it."""
    return written_in_trial(value, host, writes_class, None)[:2]


def exceptions_beneath(value: object, host: pickle.Pickler | None, writes_class: Callable[[type], bool]) -> list[BaseException]:
    """Give the exceptions that are written before a value is complete, also those that classes hold which go by value with it.

    Args:
        value: the value.
        host: as for :func:`copy_through_bytes`.
        writes_class: as for :func:`copy_through_bytes`.

    Raises:
        Exception: whatever writing raises.
    """
    _, seen, _ = written_in_trial(value, host, writes_class, None)
    done: set[int] = set()
    for item in seen:  # grows meanwhile
        if isinstance(item, type) and id(item) not in done:
            done.add(id(item))
            pickler = TrialPickler(io.BytesIO(), seen, host, writes_class)
            pickler.written = item
            pickler.dump(item)
    return [item for item in seen if isinstance(item, BaseException)]


def write_class(cls: type, host: pickle.Pickler, writes_class: Callable[[type], bool]) -> None:
    """Write a class by value, and read back what it holds, but make no class: that would run its bases' code.

    Args:
        cls: the class.
        host: the pickler that does it.
        writes_class: tells of the classes that it refers to whether they can be written.

    Raises:
        Exception: whatever writing or reading raises.
    """
    file, seen = io.BytesIO(), list[Any]()
    pickler = TrialPickler(file, seen, host, writes_class)
    pickler.written = cls
    pickler.dump(cls)
    read_back(file.getvalue(), seen, host, makes_classes=False)


#: The opcode that tells the protocol, and its number.
_HEADER: Final = 2

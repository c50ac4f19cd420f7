"""For the tests of exceptions of your own, and of exception sets: does it arrive whole, with no secret, and is the set found?

Each function here raises :exc:`AssertionError` with what differs, before and after, so that it serves with every test runner.
What is written is read in a fresh interpreter, by plain ``pickle.loads`` and without picklereg, because a pickle that the process
that wrote it can read proves nothing.

Classes that tests send must be importable by the reader: by the same ``sys.path``, under their own names.
"""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from picklereg.errors import ArgumentValueError
from picklereg.introspection.arguments import check_callable, check_flags, check_instance, check_seconds, wrong_type
from picklereg.introspection.naming import module_of
from picklereg.introspection.text import safe_repr
from picklereg.pickling.pickler import dumps as _dumps
from picklereg.testing.activation import activated
from picklereg.testing.compare import Difference, compare, notes_of
from picklereg.testing.modules import check_module, import_path
from picklereg.testing.reader import Description, one_line, type_name
from picklereg.testing.results import ClassResult, Limits
from picklereg.testing.worker import Reader, described

__all__ = ["Arrived", "DeclaredSet", "Difference", "assert_module_whole", "assert_no_secret", "assert_set_declared", "assert_whole"]

_NOTHING: Final = "(nothing)"
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
#: What stands before the name of a piece that another exception has.
_LINKS: Final = re.compile(r"^(?:(?:cause|context|exceptions|inner)\.)+")
#: Shorter ones would be met by chance.
_SHORTEST_CODED: Final = 6
_NAME: Final = "pass the module's name, as an import statement has it"
_DUMPS: Final = "pass a function that gives bytes, as pickle.dumps"


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a fresh interpreter got.

    Attributes:
        payload: the pickle.
        differences: what isn't as it was; nothing of it if the exception arrived whole.
        notes: what picklereg's notes say, along the whole chain.
        exceptions: everything that was read, as data: a mapping with ``type``, ``str``, ``args``, ``attributes``, ... for each
            exception, the outermost one first. Values are shown by their ``repr``.
    """

    payload: bytes = field(repr=False)
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]
    exceptions: tuple[Mapping[str, Any], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeclaredSet:
    """A declared exception set, as it is after its library was imported.

    Attributes:
        name: the module that it waits for.
        value: where the set is, as the entry point says it.
        distribution: who declares it.
        classes: the full names of the exception classes that it registers.
        attachments: the full names of the classes of attachments.
    """

    name: str
    value: str
    distribution: str
    classes: tuple[str, ...]
    attachments: tuple[str, ...]


def assert_whole(
    exc: BaseException,
    *,
    except_for: Collection[str] = (),
    allow_notes: bool = False,
    dumps: Callable[[BaseException], bytes] = _dumps,
) -> Arrived:
    """Assert that an exception arrives whole in another process.

    Whole means: same type, ``args``, ``str()``, attributes, slots, C fields, cause, context, notes and sub-exceptions. Values are
    compared by their ``repr``, without addresses.

    Args:
        exc: the exception; raise it from another one, if its chain is to be looked at, too.
        except_for: pieces that may differ, named as the failure's message does: ``"attr lock"``, ``"args[0]"``, ``"cause.attr lock"``.
        allow_notes: accept whatever a note of picklereg's names, and what was redacted.
        dumps: what writes it: ``functools.partial(picklereg.dumps, registry=...)``, or ``pickle.dumps`` after ``picklereg.install()``.

    Returns:
        What arrived.

    Raises:
        AssertionError: if it can't be written or read, or something of it differs.
        ArgumentTypeError: if ``exc`` is no exception, ``except_for`` no collection of names, or ``dumps`` nothing that gives bytes.
        ArgumentValueError: if ``except_for`` names what there isn't, so that it says nothing.

    Example:
        >>> assert_whole(KeyError("colour")).differences
        ()
    """
    __tracebackhide__ = True  # pytest shows the caller's line
    check_flags(allow_notes=allow_notes)
    before = _described(exc)
    payload, after = _sent(exc, before, dumps)
    arrived = Arrived(payload, tuple(compare(before, after)), tuple(notes_of(after)), tuple(after))
    _check_named(
        except_for, {*(found.piece for found in arrived.differences), *_pieces(before)}, "a piece of it: attr lock, args[0], cause"
    )
    wrong = [found for found in arrived.differences if found.piece not in except_for and not (allow_notes and found.noted)]
    if wrong:
        raise AssertionError("\n".join([f"{_named(exc)} doesn't arrive whole", *_shown(wrong), *_noted(arrived.notes)]))
    return arrived


def assert_module_whole(
    name: str,
    *,
    except_for: Collection[str] = (),
    allow_notes: bool = False,
    import_timeout: float = Limits().importing,
) -> tuple[str, ...]:
    """Assert that every exception class that a module defines arrives whole.

    Instances are built as ``picklereg check`` does, as well as signatures tell how, in a process of their own, and raised with a
    cause, a context and a note.

    Args:
        name: the module's name; a package counts with those of its submodules that it imports.
        except_for: the qualified names of classes that are not looked at.
        allow_notes: accept whatever a note of picklereg's names, what was redacted, and what a declared strip function gave.
        import_timeout: how long importing the module may take, in seconds.

    Returns:
        The qualified names of the classes that arrived.

    Raises:
        AssertionError: if the module can't be imported or has no exception classes, or if one of them can't be built or doesn't arrive
            whole.
        ArgumentTypeError: if ``name`` is no text, ``except_for`` no collection of names, or ``import_timeout`` no number.
        ArgumentValueError: if ``except_for`` names what there isn't, so that it says nothing; for a time that isn't above zero.

    Example:
        >>> assert_module_whole("json.decoder")
        ('JSONDecodeError',)
    """
    __tracebackhide__ = True
    check_instance("name", name, str, _NAME)
    check_flags(allow_notes=allow_notes)
    check_seconds("import_timeout", import_timeout)
    result = check_module(name, Limits(importing=import_timeout))
    if result.error is not None:
        raise AssertionError(result.error)
    _check_named(except_for, {found.qualname for found in result.classes}, f"a class of {name!r} by its qualified name")
    classes = [found for found in result.classes if found.qualname not in except_for]
    if not classes:
        raise AssertionError(f"no exception class to look at in {name!r}; name the module that defines them")
    wrong = [line for found in classes for line in _class_lines(found, allow_notes=allow_notes)]
    if wrong:
        raise AssertionError("\n".join([f"not every exception of {name!r} arrives whole", *wrong]))
    return tuple(found.qualname for found in classes)


def assert_no_secret(exc: BaseException, secret: str | bytes, *, dumps: Callable[[BaseException], bytes] = _dumps) -> Arrived:
    """Assert that a secret doesn't leave with an exception.

    It is looked for in the bytes, as it is, URL-encoded, escaped, as hex and in base64; and in all that can be seen of what arrives
    in another process. The failure's message doesn't tell it.

    Args:
        exc: the exception.
        secret: what must not leave.
        dumps: what writes it, as for :func:`assert_whole`.

    Returns:
        What arrived.

    Raises:
        AssertionError: if it is found, or if the exception can't be written or read.
        ArgumentTypeError: if ``exc`` is no exception, the secret neither text nor bytes, or ``dumps`` nothing that gives bytes.
        ArgumentValueError: if the secret is empty.

    Example:
        >>> arrived = assert_no_secret(OSError("GET https://shop.example/?api_key=sk-12345678"), "sk-12345678")
        >>> arrived.exceptions[0]["str"]
        'GET https://shop.example/?api_key=[redacted by picklereg]'
    """
    __tracebackhide__ = True
    if not isinstance(secret, str | bytes):
        raise wrong_type("secret", secret, "pass the text or the bytes that must not leave")
    known = secret.encode() if isinstance(secret, str) else secret
    if not known:
        raise ArgumentValueError("secret", "empty", "pass what must not leave")
    before = _described(exc)
    payload, after = _sent(exc, before, dumps)
    found = [f"  {where}" for where in _places(after, known)]
    found += [f"  in the bytes, {how}, at {payload.index(form):,}" for how, form in _forms(known) if form in payload]
    if found:
        raise AssertionError("\n".join([f"a secret leaves with a {_type_of(exc)}", *found]))
    return Arrived(payload, tuple(compare(before, after)), tuple(notes_of(after)), tuple(after))


def assert_set_declared(name: str, distribution: str | None = None, *, import_timeout: float = Limits().importing) -> DeclaredSet:
    """Assert that an installed distribution declares an exception set, which becomes active when its library is imported, and not before.

    This is tried out in a fresh interpreter with this one's ``sys.path``.

    Args:
        name: the set's name, which is the module that it waits for.
        distribution: the distribution that declares it; any, if left out.
        import_timeout: how long importing the library may take, in seconds.

    Returns:
        What it registers.

    Raises:
        AssertionError: if there is no such set, if finding it imports the library, or if it fails or registers nothing.
        ArgumentTypeError: if ``name`` or ``distribution`` is no text, or ``import_timeout`` no number.
        ArgumentValueError: for a time that isn't above zero.

    Example:
        >>> assert_set_declared("click", "picklereg").classes[0]
        'click.exceptions.Abort'
    """
    __tracebackhide__ = True
    check_instance("name", name, str, _NAME)
    if distribution is not None:
        check_instance("distribution", distribution, str, "pass the distribution's name, or leave it out")
    check_seconds("import_timeout", import_timeout)
    answer = activated(name, distribution, Limits(importing=import_timeout))
    if "problem" in answer:
        raise AssertionError(f"exception set {name!r}: {answer['problem']}")
    return DeclaredSet(name, answer["value"], answer["distribution"], tuple(answer["classes"]), tuple(answer["attachments"]))


# --- sending ------------------------------------------------------------------------------------------------------


def _described(exc: BaseException) -> Description:
    if not isinstance(exc, BaseException):
        raise wrong_type("exc", exc, "pass an exception, an instance")
    return described(exc)


def _sent(exc: BaseException, before: Description, dumps: Callable[[BaseException], bytes]) -> tuple[bytes, Sequence[dict[str, Any]]]:
    """Give the pickle of an exception, and what a fresh interpreter reads from it."""
    __tracebackhide__ = True
    check_callable("dumps", dumps, _DUMPS)
    try:
        payload = dumps(exc)
    except Exception as problem:
        raise AssertionError(f"{_named(exc)} can't be written: {one_line(problem)}") from problem
    check_instance("what dumps gave", payload, bytes, _DUMPS)
    module = module_of(type(exc))
    with Reader(module, import_path(), Limits()) as reader:
        answer = reader.read(payload, module, before)
    if "problem" in answer:
        raise AssertionError(f"{_named(exc)} can't be read in another process: {answer['problem']}")
    return payload, answer["nodes"]


def _check_named(except_for: Collection[str], known: Collection[str], remedy: str) -> None:
    """Refuse names that nothing has: a test that leaves them out leaves out nothing, and nobody would notice."""
    if isinstance(except_for, str) or not isinstance(except_for, Collection):
        raise wrong_type("except_for", except_for, "pass a set of names")
    for name in except_for:
        check_instance("a name in except_for", name, str, f"name {remedy}")
        if name not in known and _LINKS.sub("", name) not in known:
            raise ArgumentValueError("except_for", f"{name!r}, which there isn't", f"name {remedy}")


def _pieces(nodes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Name all pieces of exceptions, as differences name them, without the links that lead there."""
    yield from ("type", "str", "args", "notes", "cause", "context", "suppress_context", "exceptions")
    for node in nodes:
        yield from (f"args[{index}]" for index in range(len(node["args"])))
        yield from (f"attr {name}" for name in node["attributes"])


def _type_of(exc: BaseException) -> str:
    return type_name(type(exc))


def _named(exc: BaseException) -> str:
    return ".".join(filter(None, (module_of(type(exc)), safe_repr(exc))))


# --- what a failure says ------------------------------------------------------------------------------------------


def _shown(differences: Sequence[Difference], indent: str = "  ") -> Iterator[str]:
    for found in differences:
        yield f"{indent}{found.piece} {found.change}"
        yield f"{indent}  before: {_NOTHING if found.before is None else found.before}"
        yield f"{indent}  after:  {_NOTHING if found.after is None else found.after}"


def _noted(notes: Sequence[str], indent: str = "  ") -> Iterator[str]:
    return (f"{indent}note: {note}" for note in notes)


def _class_lines(found: ClassResult, *, allow_notes: bool) -> Iterator[str]:
    if not found.outcomes:
        yield f"  {found.qualname} can't be built: {found.problem}; pass an instance to assert_whole, and leave it out here (except_for)"
        return
    outcome = found.outcomes["picklereg"]
    if outcome.kind == "whole" or (allow_notes and outcome.kind in {"noted", "stripped"}):
        return
    yield f"  {found.qualname}: {outcome.problem or outcome.kind}"
    yield from _shown([one for one in outcome.differences if not (allow_notes and one.noted)], "    ")
    yield from _noted(outcome.notes, "    ")


# --- secrets ------------------------------------------------------------------------------------------------------


def _places(exceptions: Sequence[Mapping[str, Any]], secret: bytes) -> Iterator[str]:
    """Name the pieces that show a secret."""
    text = secret.decode(errors="replace")
    for number, seen in enumerate(exceptions):
        where = "" if number == 0 else f"exception {number} ({seen['type']}): "
        pieces = {"str": seen["str"]}
        pieces |= {f"args[{index}]": value for index, value in enumerate(seen["args"])}
        pieces |= {f"attr {name}": value for name, value in seen["attributes"].items()}
        pieces |= {f"note {index}": note for index, note in enumerate(seen["notes"])}
        for piece, value in pieces.items():
            if text in value:
                yield f"{where}{piece}: {value.replace(text, '<the secret>')}"


def _forms(secret: bytes) -> Iterator[tuple[str, bytes]]:
    """Give what a secret looks like in bytes; in base64 by where it may stand in what was encoded."""
    quoted = urllib.parse.quote(secret, safe="").encode()
    escaped = json.dumps(secret.decode(errors="replace"))[1:-1].encode()
    yield "as it is", secret
    yield from ((how, form) for how, form in (("URL-encoded", quoted), ("escaped", escaped)) if form != secret)
    yield "as hex", secret.hex().encode()
    for offset in range(3):
        # Only the characters that depend on nothing before or after it.
        certain = base64.b64encode(bytes(offset) + secret)[(8 * offset + 5) // 6 : 8 * (offset + len(secret)) // 6]
        if len(certain) >= _SHORTEST_CODED:
            yield "in base64", certain
            yield "in URL-safe base64", certain.translate(_URL_SAFE)

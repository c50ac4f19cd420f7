"""What is a credential for what stands beside it: its name, in a pair or under a name of its own, a command, or what a code is sent with.

As in :mod:`picklereg.redaction.held`, the same is asked of objects as they are and of what a pickle is made of.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from picklereg.redaction.beneath import PAIR, ROWS, Beneath
from picklereg.redaction.columns import columns_in, columns_of, credentials_given, may_hold_values
from picklereg.redaction.commands import NAMES, USER_OPTIONS, arguments_in, beside_users, is_command
from picklereg.redaction.held import SECRET_DATA, bodies_in, bodies_of_error, text_of, whole_text
from picklereg.redaction.late_patterns import late_pattern
from picklereg.redaction.names import (
    COMPANY,
    GRANT,
    KEY_TYPE,
    LOGINS,
    PRIVATE_KEY,
    PRIVATE_MEMBERS,
    are_plain_names,
    holds_pair,
    is_credential,
    is_path_of_credential,
)
from picklereg.redaction.prompts import MARKS, SAID, said_in
from picklereg.redaction.values import is_code, is_plain_word, is_telling

if TYPE_CHECKING:
    from picklereg.redaction.beneath import Look

__all__ = [
    "are_plain_attributes",
    "code_fields",
    "codes_in",
    "given_in",
    "named_apart",
    "named_in",
    "pairs_in",
    "plain_entries",
    "quoted_in",
    "says_something",
]

#: How many elements are looked at.
_MOST: Final = 5_000
#: Which of a few elements side by side may be a name and its value.
_FEW: Final = 3
_PAIR: Final = 2
_NAME_KEYS: Final = (
    "name",
    "key",
    "header",
    "_name",
    "_key",
    "expression",
    "Name",
    "Key",
    "ParameterName",
    "ParameterKey",
    "field",
    "field_name",
    "field_path",
    "param",
    "param_name",
    "parameter",
    "argument_name",
    "attribute",
    "attr",
    "column",
    "column_name",
    "option",
    "option_name",
    "path",
    "property",
    "property_name",
    "setting",
    "variable",
    "id",
    "loc",
    "arg",
    "dest",
)
_NAMING: Final = frozenset(_NAME_KEYS)
_VALUE_KEYS: Final = frozenset(
    {
        "value",
        "coded_value",
        "_value",
        "_coded_value",
        "_default",
        "default",
        "val",
        "Value",
        "ParameterValue",
        "field_value",
        "input",
        "input_value",
        "instance",
    }
    | {"actual", "actual_value", "bad_value", "given", "got", "invalid_value", "received"}
)
#: By these attributes errors of parsers of arguments say which one their message is about: argparse's, click's.
_ARGUMENTS: Final = frozenset({"argument_name", "param_hint"})
_MESSAGE: Final = "message"
_QUOTED: Final = late_pattern(r"['\"`]([^'\"`\n]{6,1000})['\"`]")
_MOST_HEADERS: Final = 400
_HEADER: Final = re.compile(r"[A-Za-z][\w\-]{0,99}", re.ASCII)
_HEADERS: Final = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "date", "host", "server", "user-agent", "vary"}
)
_CODE: Final = "code"
#: Kubernetes' secrets, and where what they hold stands, all of it a credential: https://kubernetes.io/docs/concepts/configuration/secret/
_RESOURCE: Final = "Secret"
_RESOURCE_CLASS: Final = "V1Secret"
_RESOURCE_DATA: Final = frozenset({"data", "stringData", "_data", "_string_data"})
_COOKIES: Final = ("cookie", "morsel")
#: What the standard library keeps of .netrc: for each host a user, an account and a password.
_NETRC: Final = ("netrc", "hosts")
#: How elements of XML hold what they are called, and what is in them; and by which attributes they may be called something, too.
_ELEMENTS: Final = (("tag", "text"), ("tagName", "childNodes"))
_NAMED_BY: Final = frozenset({"id", "key", "name"})

#: Of objects that hold one of these, or are of such a class, their values are asked, too.
_ASKED_OF_OBJECTS: Final = frozenset({_CODE, KEY_TYPE, "kind"})
_ODD_KINDS: Final = frozenset({_RESOURCE_CLASS, _NETRC[0]})
#: Names of attributes up to this length are no credentials.
_SHORT: Final = 16
#: How many letters names have of which it is remembered what they say.
_MOST_LETTERS: Final = 1_000

_USERS: Final = frozenset({"login", "user", "username"})
_LONG: Final = 20

#: Commands that take a user and a password together.
_CLIENTS: Final = frozenset({"curl", "http", "https", "xh"})
#: Among how many arguments before an option its command is looked for.
_BEFORE: Final = 50


def pairs_in(elements: Sequence[Any], look: Look) -> Iterator[tuple[Beneath, int, str | None]]:
    """Give which of the elements of a list are credentials by what stands before them: their name, a command, or the names of columns.

    Args:
        elements: the elements.
        look: tells what they are.

    Yields:
        Where it stands, the index of the value, and the part of it that is the credential; ``None`` if all of it is, or what no text tells:
        there, :func:`picklereg.redaction.beneath.credentials_beneath` does.
    """
    is_few = len(elements) <= _FEW
    if len(elements) > _MOST:
        return
    texts = [element if type(element) is str else look.text(element) for element in elements]
    if not any(texts):  # of more than texts there may be rows
        if texts.count(None) == len(texts) > 1 and (columns := columns_of(elements, look)):
            yield from ((Beneath(ROWS, is_beside=True, columns=columns), index, None) for index in range(1, len(elements)))
        return
    has_command = not NAMES.isdisjoint(texts) or any(is_command(known) for known in texts if known and ("/" in known or ".exe" in known))
    after = [*_after_names(texts, is_few=is_few)]
    if _are_headers(texts):
        after += ((name, index + 1) for index in range(0, len(texts), 2) if is_credential(name := texts[index] or ""))
    if not USER_OPTIONS.isdisjoint(texts):
        after += ((found.name, found.position) for found in beside_users(texts))
    yield from ((Beneath(name, is_beside=True), index, None) for name, index in after)
    if has_command:
        for index, start, end, name in arguments_in(texts, is_credential):
            yield Beneath(name), index, (texts[index] or "")[start:end]
    yield from ((place, index, None) for index, place in (_given(texts) if is_few else ()))


def given_in(elements: Sequence[Any], look: Look) -> Iterator[tuple[int, Beneath]]:
    """Give which of a few things side by side is given for the statement before it, and where what it holds stands.

    Args:
        elements: these, as the arguments of an error.
        look: as for :func:`pairs_in`.
    """
    return _given([look.text(element) for element in elements]) if len(elements) <= _FEW else iter(())


def _given(texts: list[str | None]) -> Iterator[tuple[int, Beneath]]:
    for index, (statement, given) in enumerate(itertools.pairwise(texts), 1):
        if statement is not None and given is None and (columns := credentials_given(statement)):
            yield index, Beneath(ROWS, columns=columns)


def _after_names(texts: list[str | None], *, is_few: bool) -> Iterator[tuple[str, int]]:
    before: str | None = None
    for index, known in enumerate(texts):
        if before is not None and (known is None or not (is_plain_word(known) or _is_name_again(known, before) or _is_option(known))):
            yield before, index
            known = None  # noqa: PLW2901  # it is no name
        is_option = known is not None and known.startswith("-")
        if known in LOGINS and _is_login(texts[max(index - _BEFORE, 0) : index + 2]):
            before = known
            continue
        if not (is_few or is_option) or not is_credential(known):
            before = None
        elif before is None or not is_option:
            before = known


def _is_option(text: str) -> bool:
    """Tell of what stands after a name whether it is an option that is a name itself."""
    return text.startswith("-") and is_credential(text)


def _are_headers(texts: list[str | None]) -> bool:
    """Tell of a list whether it is headers as some keep them: each name followed by its value, and one of the names is well known."""
    if len(texts) % 2 or len(texts) > _MOST_HEADERS:
        return False
    names = [f"{name}".lower() for name in texts[::2]]
    return not _HEADERS.isdisjoint(names) and all(map(_HEADER.fullmatch, names))


def _is_login(arguments: list[str | None]) -> bool:
    """Tell of arguments of a command whether the last ones are an option, and a user and a password."""
    return ":" in (arguments[-1] or "") and any((argument or "").rpartition("/")[2] in _CLIENTS for argument in arguments)


def _is_name_again(text: str, name: str) -> bool:
    """Tell of what stands after a name whether it is the name once more: some keep it as it was written, too."""
    return text.lower().replace("_", "-") == name.lower().replace("_", "-") or (text.startswith("-") and name.startswith("-"))


def named_in(entries: Sequence[tuple[Any, Any]], look: Look, kind: str = "", *, is_answer: bool = False) -> dict[str, Beneath]:
    """Give where the values of an object stand that another entry of it names: ``{"name": "x-api-key", "value": "..."}``.

    Args:
        entries: the object's entries, the names as text.
        look: as for :func:`pairs_in`.
        kind: the name of the object's class; a cookie's value is one whatever its name.
        is_answer: whether a server gave them, so that the program has said nothing of it.
    """
    names = {name: value for name, value in entries if type(name) is str}
    if not (is_answer or MARKS.isdisjoint(names)) and (said := said_in(names, look.text)):
        return dict.fromkeys(said, Beneath(SAID))
    if _CODE in names and _is_code(names, look.text):
        return {_CODE: Beneath(GRANT)}
    if KEY_TYPE in names:
        return dict.fromkeys(PRIVATE_MEMBERS.intersection(names), Beneath(PRIVATE_KEY))
    if kind == _RESOURCE_CLASS or ("kind" in names and look.text(names["kind"]) == _RESOURCE):
        return {key: Beneath(SECRET_DATA) for key in _RESOURCE_DATA.intersection(names) if look.text(names[key]) is None}
    return named_apart(names, look, kind)


@functools.lru_cache(maxsize=1_024)
def are_plain_attributes(names: tuple[object, ...]) -> bool:
    """Tell of an error's attributes, remembering the answer, that none has a credential's name, or a body's, or may hold one's value."""
    is_plain = are_plain_names(names) and not (
        bodies_of_error((name, "") for name in names) or any(map(holds_pair, names)) or may_hold_values(names)
    )
    is_plain = is_plain and (_ARGUMENTS.isdisjoint(names) or _MESSAGE not in names)
    return is_plain and (_NAMING.isdisjoint(names) or _VALUE_KEYS.isdisjoint(names))


def plain_entries(names: list[Any], kind: str | None) -> tuple[str, ...] | None:
    """Tell of what an object holds, at once of most, by its names alone, whether none of it is a credential for the place where it stands.

    Args:
        names: the names, or keys.
        kind: as for :func:`named_in`; ``None`` for what an error holds.

    Returns:
        Those of the names that may themselves be, or hold, a credential; ``None`` if there is more to ask.
    """
    try:
        is_short = len("".join(names)) <= _MOST_LETTERS
    except TypeError:  # some are no text
        return None
    return _plain_entries(tuple(names), kind) if is_short else None


@functools.lru_cache(maxsize=1_024)
def _plain_entries(names: tuple[str, ...], kind: str | None) -> tuple[str, ...] | None:
    if not are_plain_attributes(names) or any(_are_in(names, element) for element in _ELEMENTS):
        return None
    if kind is not None:
        is_odd = kind in _ODD_KINDS or kind.lower().endswith(_COOKIES)
        if is_odd or bodies_in(names) or not (MARKS.isdisjoint(names) and _ASKED_OF_OBJECTS.isdisjoint(names)):
            return None
    return tuple(filter(says_something, names))


def _are_in(names: tuple[str, ...], element: tuple[str, ...]) -> bool:
    return all(name in names for name in element)


def says_something(name: object) -> bool:
    """Tell whether a name may itself be a credential, or hold one: short ones of letters can't."""
    return not (type(name) is str and len(name) < _SHORT and name.isidentifier())


def named_apart(names: dict[Any, Any], look: Look, kind: str = "") -> dict[str, Beneath]:
    """Give where logins stand, rows of a table, and the values of what has a name and a value, if the name is a credential's.

    Such are headers, and what a validator refuses.

    Args:
        names: what it holds, by name.
        look: as for :func:`pairs_in`.
        kind: as for :func:`named_in`.
    """
    pairs = {key: Beneath(PAIR) for key in names if (holds_pair(key) or (kind, key) == _NETRC) and look.text(names[key]) is None}
    pairs |= {key: Beneath(ROWS, columns=columns) for key, columns in columns_in(names, look).items()}
    for tag, content in _ELEMENTS:
        if tag in names and content in names and (name := _credential_of([names[tag], *_named_by(names.get("attrib"), look)], look)):
            pairs[content] = Beneath(name, is_beside=True)
    if "password" in names and look.text(names["password"]) == "":
        users = (key for key in _USERS.intersection(names) if _is_key(look.text(names[key]) or ""))
        pairs |= dict.fromkeys(users, Beneath("password", is_beside=True))
    keys = _VALUE_KEYS.intersection(names)
    if keys and kind.lower().endswith(_COOKIES):
        return pairs | dict.fromkeys(keys, Beneath("cookie"))
    name = _credential_of([_last(names[key]) for key in _NAME_KEYS if key in names], look) if keys else None
    if name is not None:
        place = Beneath(name, is_beside=True)
        pairs |= {key: place for key in keys if (known := look.text(names[key])) is None or not is_plain_word(known)}
    return pairs


def _is_key(user: str) -> bool:
    """Tell of a user without a password whether it is a key: some services take it so."""
    return len(user) >= _LONG and is_telling(user, is_loose=False) and any(map(str.isdigit, user))


def quoted_in(names: dict[Any, Any], look: Look) -> Iterator[tuple[str, str]]:
    """Give what an error's message quotes that refuses an argument, with its name, if that is a credential's, and what looks like one.

    Args:
        names: the error's attributes.
        look: as for :func:`pairs_in`.
    """
    said = [names[key] for key in _ARGUMENTS.intersection(names)]
    if said and _MESSAGE in names:
        name = _credential_of([*said, *_named_by(names.get("param"), look)], look)
        quoted = _QUOTED.findall(look.text(names[_MESSAGE]) or "") if name is not None else ()
        yield from ((f"{name}", text) for text in quoted if is_telling(text, is_loose=False) and any(map(str.isdigit, text)))


def _credential_of(said: Iterable[Any], look: Look) -> str | None:
    """Give the first that is a credential's of what may be names."""
    names = (name for one in said if (name := look.text(one)) is not None)
    return next(filter(is_path_of_credential, names), None)


def _named_by(attributes: Any, look: Look) -> list[Any]:
    """Give how an object, or an element of XML by its attributes, is called."""
    return [value for key, value in look.parts(attributes).named if key in _NAMED_BY] if attributes is not None else []


def _is_code(names: dict[str, Any], text: Callable[[Any], str | None]) -> bool:
    """Tell of an object with a code whether it is one of OAuth's, by what it has beside it."""
    value = text(_only(names[_CODE]))
    is_certain = COMPANY in names or ("grant_type" in names and text(_only(names["grant_type"])) == GRANT)
    return value is not None and (is_certain or "state" in names) and is_code(value, is_certain=is_certain)


def _last(value: Any) -> Any:
    """Give what a path ends with, as validators tell where something stands: ``("body", "password")``."""
    return value[-1] if type(value) in {tuple, list, deque} and value else value


def codes_in(named: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    """Give OAuth's codes among the fields of a form, whose names may be bytes, and whose values may each be in a list."""
    fields = {name: _only(part) for key, part in named if (name := text_of(key)) is not None}
    if _CODE in fields and _is_code(fields, text_of):
        yield whole_text(fields[_CODE])


def code_fields(elements: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Give the fields of a form that is kept as pairs, or as dictionaries of a name and a value, if there may be a code in it."""
    fields = [field for part in elements if (field := _field(part)) is not None]
    return fields if any(text_of(name) == _CODE for name, _ in fields) else []


def _field(part: Any) -> tuple[Any, Any] | None:
    if type(part) in {tuple, list} and len(part) == _PAIR:
        return part[0], part[1]
    return (part["name"], part["value"]) if type(part) is dict and "name" in part and "value" in part else None


def _only(value: Any) -> Any:
    """Give what is alone in a list, as parsers of forms give values."""
    return value[0] if type(value) in {tuple, list} and len(value) == 1 else value

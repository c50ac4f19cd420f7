"""The credentials of one error: taken in where they stand, and replaced there and wherever else they stand in it.

Three ways lead to a credential: *by place* (the value of a credential header, a URL's userinfo, ...), *by name* (an entry, a field or an
attribute that is named like one) and *by shape* (formats that their issuers document). What was found so is replaced *by value* wherever
else it stands in that error, also URL-encoded, in base64, or in a compressed body, if it looks like a credential.

The writer asks a :class:`Secrets` about each text. Sets call the functions of :mod:`picklereg.redaction` while they strip an attachment;
what those replace is remembered by the :class:`Secrets` of the dump that is under way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.foreign_code import pass_on
from picklereg.redaction.beneath import LIVE, Beneath, credentials_beneath, text_beneath
from picklereg.redaction.left_texts import SHORTEST, without_left
from picklereg.redaction.names import COMPRESSED, LOGINS
from picklereg.redaction.prefilter import is_prefiltered, patterns, prefiltered
from picklereg.redaction.prompts import CALL, SAID
from picklereg.redaction.readings import decoded, from_base64, inflated, readings, unquoted
from picklereg.redaction.values import REDACTED, is_long, is_telling, is_value_of, without_spans

if TYPE_CHECKING:
    from picklereg.redaction.found import Found
    from picklereg.redaction.replacer import Replacer

__all__ = ["Redact", "Secrets", "secrets_for"]

#: What ``Registry(redact=...)`` takes.
Redact = bool | Callable[[str], str]

#: How many values are replaced wherever they stand: of those that the program itself sent, and of those that stand in texts and cookies.
#: Somebody else may have made so many of these that there would be no room for the program's own.
_MOST: Final = 1_000
#: How much compressed bytes of one error may hold.
_INFLATED: Final = 20_000_000
_COOKIE_HEADERS: Final = frozenset({"cookie", "cookies", "set-cookie", "set-cookie2"})
#: What stands beneath these isn't replaced wherever else it stands.
_BODIES: Final = frozenset({CALL, SAID})
_SERVERS: Final = frozenset({"set-cookie", "set-cookie2"})
_FIELD: Final = re.compile(r"[\w\-]{1,60}=\"?([^\s\",;]+)")
#: In place of what a prefilter gives, where nobody asks for that.
_KNOWN: Final = [""]
#: An identifier that is shorter has no place in it, nor is it of a shape.
_SHORT: Final = 16
_LONG_FIELD: Final = 16
_USERINFO: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


class Secrets:
    """The credentials that were found in one error, and what replaces them.

    Args:
        house: replaces in every text of an error what a house's own rules ask for.

    Attributes:
        found: whether there was one.
        is_elsewhere: whether there was one in something else than what a strip function gives, which has replaced it there.
        is_collecting: whether a strip function is at work.
        is_full: whether there were so many that some are replaced in their place alone.
        is_cut: whether there was so much that not all of it has been searched; then what is found while it is written is told of.
        is_placed: whether an object may hold something to be replaced for the place where it stands there.
        looked_into: by identity, what a strip function has redacted, or found nothing in.
        answered: by identity, dictionaries of what a server has answered.
        problem: what was wrong with the house's rule, ready for a note: ``"the redact function raised TypeError"``; ``None`` if nothing.
        told_full: whether somebody has been told that it is full.
        told_problem: whether somebody has been told of the problem.
        count: how many are replaced wherever they stand.
        rules: by which rules something was found, and how often: names of headers and fields, places and shapes; never a value.
    """

    __slots__ = (
        "_foreign",
        "_house",
        "_inflated",
        "_left",
        "_own",
        "_replacer",
        "_scanned",
        "answered",
        "count",
        "found",
        "is_collecting",
        "is_cut",
        "is_elsewhere",
        "is_full",
        "is_placed",
        "looked_into",
        "problem",
        "rules",
        "told_full",
        "told_problem",
    )

    def __init__(self, house: Callable[[str], str] | None = None) -> None:
        self.found: bool = False
        self.is_elsewhere: bool = house is not None
        self.is_collecting: bool = False
        self.is_full: bool = False
        self.is_cut: bool = False
        self.is_placed: bool = False
        self.looked_into: dict[int, object] = {}
        self.answered: dict[int, object] = {}
        self.problem: str | None = None
        self.told_full: bool = False
        self.told_problem: bool = False
        self.rules: dict[str, int] = {}
        self.count: int = 0
        self._house = house
        self._own: set[str] = set()
        self._foreign: set[str] = set()
        self._left: set[str] = set()  # what was said
        self._inflated = 0
        self._replacer: Replacer | None = None
        self._scanned: dict[str, list[tuple[int, int]]] = {}  # what was found in a text by its place or shape

    def __bool__(self) -> bool:
        return self.found or self.is_cut or self._house is not None

    @property
    def has_house(self) -> bool:
        """Whether a house's own rule is asked about each text."""
        return self._house is not None

    # --- taking in ------------------------------------------------------------------------------------------------

    def add(self, value: str, *, is_loose: bool = True, is_foreign: bool = False) -> None:
        """Take in a credential, to be replaced by value.

        Args:
            value: the credential.
            is_loose: as for :func:`picklereg.redaction.values.is_telling`.
            is_foreign: whether somebody else may have chosen how many of them there are.
        """
        self.found = True
        self.is_elsewhere = self.is_elsewhere or not self.is_collecting
        known = self._foreign if is_foreign else self._own
        if value in self._own or value in self._foreign or REDACTED in value or not is_telling(value, is_loose=is_loose):
            return
        if len(known) >= _MOST:
            self.is_full = True
            return
        known.add(value)
        self.count += 1
        if self._replacer is None:
            from picklereg.redaction.replacer import Replacer  # here, to keep the import of picklereg cheap

            self._replacer = Replacer()
        self._replacer.add(value)
        self.is_full = self.is_full or self._replacer.is_full

    def add_header(self, name: str, value: str, *, is_foreign: bool = False) -> None:
        """Take in the value of a header, or of whatever else is named like a credential, and what is a credential of its own in it."""
        if REDACTED in value:
            return
        self._tell(f"name: {name}")
        if name in LOGINS:
            self._add_userinfo(value.rpartition("@")[0] or value, is_foreign=is_foreign)
            return
        name = name.lower().replace("_", "-").lstrip("-").removeprefix("http-")
        is_cookie = name in _COOKIE_HEADERS
        scheme, _, rest = value.strip().partition(" ")
        rest = rest.strip()
        if is_cookie or " " in rest or not (is_long(rest) and is_telling(rest)):  # else what follows the scheme is found by itself
            self.add(value, is_loose=not is_cookie, is_foreign=is_foreign)
        if is_cookie:
            self._add_cookies(name, value)
            return
        if scheme.lower() == "basic":
            self._add_userinfo(from_base64(rest), is_foreign=is_foreign)
        if rest:
            self.add(rest, is_foreign=is_foreign)
            for field in _FIELD.findall(rest):
                if len(field) >= _LONG_FIELD:
                    self.add(field, is_foreign=is_foreign)

    def add_entry(self, name: str | bytes, value: Any, *, is_beside: bool = False, columns: tuple[str, ...] = ()) -> None:
        """Take in what stands under a credential's name: text or bytes, or several of them.

        Args:
            name: the name.
            value: the value; of what holds others, those. What is none by its look is passed over.
            is_beside: as for :class:`picklereg.redaction.beneath.Beneath`.
            columns: the same.
        """
        known = _text(name)
        if known in _BODIES:
            self.leave_body(known, value)
            return
        is_one = not is_beside and type(value) in {str, bytes}
        found = [value] if is_one else credentials_beneath(Beneath(known, is_beside=is_beside, columns=columns), value, LIVE)
        for count, one in enumerate(found):
            if count >= _MOST:
                self.is_full = True
                return
            text = text_beneath(one)
            if text is not None and is_value_of(known, text):  # some mappings keep the name beside the value
                self.add_header(known, text, is_foreign=known.lower() in _SERVERS)

    def leave_body(self, name: str, body: Any) -> None:
        """Take notice of what was said, which stays behind.

        Args:
            name: under which it stands: one of :mod:`picklereg.redaction.prompts`.
            body: what stands there, or a request's body.
        """
        self.found = self.is_placed = self.is_elsewhere = True
        for count, one in enumerate(credentials_beneath(Beneath(name), body, LIVE)):
            if count >= _MOST:
                break
            text = text_beneath(one)
            if text is not None and len(text) >= SHORTEST:
                self._left.add(text)
        self._tell("body of a request")

    def scan(self, text: str, literals: Iterable[str] | None = None) -> bool:
        """Take in the credentials in a text; tell whether there are any by their place or shape.

        Args:
            text: the text.
            literals: as for :func:`picklereg.redaction.patterns.rows_for`.
        """
        return bool(self._spans(text, literals))

    def _spans(self, text: str, literals: Iterable[str] | None = None) -> list[tuple[int, int]]:
        """Give where credentials stand in a text by their place or shape, in order, and take them in the first time."""
        spans = self._scanned.get(text)
        if spans is None:
            spans = self._scanned[text] = []
            for place, found in patterns().found_in(text, literals):
                self._take(text, found, place.label)
                spans.append((found.start, found.end))
            spans.sort()
        if spans:  # a strip function that saw the same text replaced it there alone
            self.found = True
            self.is_elsewhere = self.is_elsewhere or not self.is_collecting
        return spans

    def scan_texts(self, texts: list[str], literals: list[str] | None = None) -> bool:
        """Do the same in many texts, most of which are done with at once; ``literals`` is what :func:`prefiltered` gave for them."""
        if literals is None:  # what has been looked at needs no second look
            literals = _KNOWN if self.found and all(map(self._scanned.__contains__, texts)) else prefiltered(texts)
        if literals:
            return any([self.scan(text, literals) for text in texts])  # noqa: C419  # in all of them
        if self.found:  # then each is asked about again
            self._scanned.update({text: [] for text in texts})
        return False

    def scan_data(self, data: bytes) -> bool:
        """Do the same in bytes; of what is compressed, only replacing it tells."""
        is_compressed = data.startswith(COMPRESSED)
        if is_compressed:
            data = self._inflate(data) or data
        return self.scan(decoded(data)[0]) or is_compressed

    # --- replacing ------------------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """Give a text without credentials."""
        text = self._without(text)
        return text if self._house is None else self._by_house(self._house, text)

    def made_text(self, text: str) -> str:
        """Do the same for one that was made of what may hold something said, which stays behind there, too."""
        return self.text(without_left(text, self._left) if self._left else text)

    def data(self, data: bytes) -> bytes:
        """Give bytes without credentials; a compressed body that holds one, or that is too large to tell, is replaced altogether."""
        if data.startswith(COMPRESSED):
            inflated = self._inflate(data)
            if inflated is None or (inflated and self.data(inflated) != inflated):
                return REDACTED.encode()
            if inflated:
                return data
        text, encoding = decoded(data)
        clean = self._without(text)
        return data if clean == text else clean.encode(encoding)

    def texts(self, texts: list[str]) -> list[str]:
        """Give many texts without credentials; the same list if there is none in them."""
        joined = "\0".join(texts)
        if self._house is None and not is_prefiltered(joined) and self.known(joined) == joined:
            return texts
        return [self.text(text) for text in texts]

    def may_change(self, data: bytes) -> bool:
        """Tell whether something may have to be replaced in the pickle of an object.

        By its place alone, nothing is replaced there.
        """
        if self._house is not None:
            return True
        text = bytes.decode(data, "latin-1")
        return self.known(text) != text

    def may_be_in(self, data: bytes) -> bool:
        """Tell at once whether a value that is replaced may stand in a pickle; where it can't tell, it may."""
        if any(map(data.__contains__, COMPRESSED)):
            return True
        return self._replacer is not None and self._replacer.may_be_in(bytes.decode(data, "latin-1"))

    def redact_places(self, text: str) -> str:
        """Give a text without what is a credential by its place or shape, and remember that."""
        spans = self._spans(text)
        return without_spans(text, spans) if spans else text

    def _without(self, text: str) -> str:
        """Replace what stands in a credential's place, and what is known."""
        if len(text) >= _SHORT or not text.isidentifier():
            text = self.redact_places(text)
        return self.known(text)

    def known(self, text: str) -> str:
        """Give a text with what is known replaced, and nothing for its place or shape."""
        return text if self._replacer is None else self._replacer.text(text)

    def _by_house(self, house: Callable[[str], str], text: str) -> str:
        """Call a house's own rule; where it fails, nothing of the text travels."""
        try:
            replaced: Any = house(text)
        except BaseException as problem:  # noqa: BLE001  # somebody else's code
            pass_on(problem)
            self.problem = f"the redact function raised {type(problem).__name__}"
            return REDACTED
        if isinstance(replaced, str):
            return replaced
        self.problem = f"the redact function gave {type(replaced).__name__} and no text"
        return REDACTED

    # --- parts ----------------------------------------------------------------------------------------------------

    def _take(self, text: str, found: Found, label: str) -> None:
        """Remember what was found in a text, in each way in which it may be written elsewhere."""
        value = text[found.start : found.end]
        if found.how == "userinfo":
            self._tell(label)
            for userinfo in dict.fromkeys((unquoted(value), value)):
                self._add_userinfo(userinfo, is_foreign=True)
        elif found.name:
            if found.how == "basic":
                self._add_userinfo(from_base64(value), is_foreign=True)
            for form in dict.fromkeys(readings(value, found.how)):
                self.add_header(found.name, form, is_foreign=True)
        else:
            self._tell(label)
            if found.how == "base64":
                self.scan(from_base64(value))
            self.add(value, is_foreign=True)

    def _tell(self, rule: str) -> None:
        if rule in self.rules or len(self.rules) < _MOST:
            self.rules[rule] = self.rules.get(rule, 0) + 1

    def _add_cookies(self, name: str, value: str) -> None:
        parts = value.split(";")
        for part in parts[:1] if name.startswith("set") else parts:
            self.add(part.partition("=")[2].strip().strip('"'), is_loose=False, is_foreign=True)

    def _add_userinfo(self, userinfo: str, *, is_foreign: bool) -> None:
        if not _USERINFO.fullmatch(userinfo):  # it wasn't one, then
            return
        user, _, password = userinfo.partition(":")
        if password and not is_long(password):  # it is found by itself, in base64, too
            self.add(userinfo, is_foreign=is_foreign)
        self.add(password or user, is_loose=bool(password), is_foreign=is_foreign)  # a token may stand in the user's place, alone

    def _inflate(self, data: bytes) -> bytes | None:
        """Give what compressed bytes hold, as :func:`picklereg.redaction.readings.inflated` does, of so much in all."""
        found = inflated(data, _INFLATED - self._inflated)
        self._inflated = _INFLATED if found is None else self._inflated + len(found)
        return found


def secrets_for(redact: Redact) -> Secrets | None:
    """Give what takes in the credentials of one dump, as a registry's setting says; ``None`` if nothing is to be replaced."""
    return None if redact is False else Secrets(redact if callable(redact) else None)


def _text(value: str | bytes) -> str:
    return bytes.decode(value, "latin-1") if isinstance(value, bytes) else str.__str__(value)

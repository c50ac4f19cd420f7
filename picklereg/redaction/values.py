"""What a value looks like: whether it may be a credential at all where one is expected, and whether it is one wherever else it stands.

In its place a credential is replaced whatever it looks like, but for what is no value: ``None``, ``***``, ``${TOKEN}``, the path of a file,
"This field is required.". Elsewhere a short word in the place of a credential (``postgres``, ``localhost``, ``lastname``) is most likely
just that word.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Final

from picklereg.redaction.late_patterns import late_pattern
from picklereg.redaction.program_texts import is_reference

__all__ = [
    "LONG",
    "REDACTED",
    "SCHEMES",
    "is_code",
    "is_long",
    "is_no_value",
    "is_plain_word",
    "is_redacted",
    "is_telling",
    "is_value_of",
    "without_spans",
]

#: What stands where a credential stood.
REDACTED: Final = "[redacted by picklereg]"

#: What stands before a credential in a header.
SCHEMES: Final = frozenset({"apikey", "basic", "bearer", "bot", "key", "negotiate", "ntlm", "token"})
#: From this length on a telling value is replaced in the middle of longer texts, too.
LONG: Final = 12
#: From this length on whatever stands in a credential's place is one.
_CERTAIN: Final = 20
_SHORTEST: Final = 6
#: The shortest of a password's words without a digit: ``secret-word``.
_SHORTEST_WORDS: Final = 10


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NO_VALUES: Final = _words(
    """
    any array base64 base64-encoded basic bearer bool boolean bytes cram-md5 default digest disabled empty enabled eof error false
    field header hidden include int integer invalid login masked missing n/a na negotiate nil no no-check nocheck none not
    not_provided ntlm null number object omit optional placeholder plain provided query redacted removed required same-origin secret
    set str string text true undefined unknown unset xoauth2 yes
    """
)
#: ``***``, ``...``, ``<token>``, ``{token}``, ``%(token)s``, ``${TOKEN}``, ``$TOKEN``, ``[redacted]``, ``xxxx``.
_PLACEHOLDER: Final = late_pattern(
    r"[*.•_\-xX?#\s]*+|<[^<>]{0,60}>|\{[\w.!: ]{0,60}\}|\{\{[^{}]{0,60}\}\}|%\(?\w{0,60}\)?[drsx]|\$\{?[A-Z_][A-Z0-9_]{0,60}\}?"
    r"|\[[^\[\]]{0,60}\]|\S{0,12}?\*{3,}\S{0,12}|\.\.\..*|os\.environ/\w{1,60}"
    # A number that counts or tells yes from no, signs, ``$1``, ``$(cat ...)``, ``%TOKEN%``, ``@token``, ``sk-...``, ``sk-xxxxxxxx``,
    # ``your-api-key-here``, ``SHOP_API_KEY``.
    r"|(?:u?int|bytes|float|str|(?:var)?char)\d{1,3}|-?\d{1,2}|[!-/:-@\[-`{-~]{1,3}|\$\d|\$\(.*|%[A-Za-z_]{1,60}%|[@:](?:[a-z]{1,20}_)?(?:key|passw(?:or)?d|pwd|secret|token)"
    r"|[\w\-]{1,12}(?:\.{3}|…)\w{0,6}|(?:[A-Za-z]{1,8}[_\-]){0,3}(?:x{6,60}|X{6,60})"
    r"|(?i:enter|insert|paste|replace|your)(?:[_\- ](?!\w{0,30}\d)\w{1,30}){1,6}(?:[_\-]\d)?"
    r"|(?:[A-Z]{1,30}_){1,6}(?:HERE|KEY|PASS|PASSWORD|PWD|SECRET|TOKEN)",
    re.ASCII | re.DOTALL,
)
#: Where a credential is, and none: a path, or the name of a file such as hold them. What is random has digits before letters.
_PATH: Final = late_pattern(
    r"(?:~|\.{1,2}|[A-Za-z]:|/(?:app|bin|code|data|dev|etc|home|lib|mnt|opt|private|proc|root|run|srv|tmp|Users|usr|var))"
    r"(?:[\\/][\w.+@~ \\/\-]{0,500})?|(?:/[A-Za-z_.\-]{1,60}\d{0,4}){2,30}/?"
    r"|(?:[A-Za-z]\\:)?[\w.\-/\\]{1,200}\.(?:cer|cert|conf|crt|env|ini|jks|json|key|p12|pem|pfx|pub|toml|txt|ya?ml)(?::\w{1,40}=.*)?",
    re.ASCII,
)
#: What a parser calls a token: its kind, or a letter of its text; where it is shown, a word, or something short, too. Of what only parsers
#: have, whatever isn't long.
_LEXED: Final = late_pattern(r"[A-Z][A-Z_]{1,20}\d{0,2}|[A-Za-z]{1,2}", re.ASCII)
_LEXED_SHOWN: Final = late_pattern(r"[A-Z][A-Z_]{1,20}\d{0,2}|[A-Za-z]{1,12}|\w{1,4}", re.ASCII)
_LEXED_ALONE: Final = late_pattern(r"[^\s]{1,15}|.{0,200}\s.{0,200}", re.DOTALL)
_LEXERS: Final = {"token": _LEXED, "tokens": _LEXED, "token_text": _LEXED_ALONE, "token_value": _LEXED_ALONE}
_LEXERS_SHOWN: Final = {**_LEXERS, "token": _LEXED_SHOWN, "tokens": _LEXED_SHOWN}
#: ``ada:hunter2@shop.example``
_AUTHORITY: Final = late_pattern(r"[^\s:@/]{0,200}:[^\s@/]{1,1000}@[\w.\-\[\]:]{1,253}")
#: ``ada:hunter2``
_USERINFO: Final = late_pattern(r"[^\s:@/]{0,200}:[^\s@/]{1,1000}")
_LOGIN_NAMES: Final = {"netloc": _AUTHORITY, "userinfo": _USERINFO}
#: Under this name some have keys, others what an application is called: https://openweathermap.org/appid
_APPLICATION: Final = "appid"
_APPLICATION_KEY: Final = late_pattern(r"[0-9A-Za-z]{30,64}", re.ASCII)
#: What a store of secrets calls one, which others know under the name of what is one itself.
_NAMES_OF_SECRETS: Final = ("secret_id", "secret-id", "secretid")
_SECRET_NAME: Final = late_pattern(r"arn:.*|[A-Za-z]{1,30}\d{0,3}(?:[\-./_](?:[A-Za-z]{1,30}\d{0,3}|\d{1,3})){1,8}", re.ASCII | re.DOTALL)
#: How a header is called that holds one: ``api_key_header="X-API-Key"``.
_HEADER_NAME: Final = late_pattern(
    r"(?:[a-z]{1,30}[\-_]){0,5}(?:api)?(?:auth|authorization|cookie|key|password|secret|signature|token)\d?", re.ASCII | re.IGNORECASE
)
#: The words of what unlocks a wallet are at least so many.
_FEWEST_WORDS: Final = 12
#: Words that sentences have and credentials don't.
_SENTENCE_WORDS: Final = _words(
    """
    a an and are be been by can cannot contain contains does field for found given has have in incorrect invalid is it least long
    match may missing must no not of or provide provided required short should than that the this to too valid value was were with
    wrong you your
    """
)
#: Two words are one, if one of them is among these: "Invalid token.".
_REFUSALS: Final = _words("bad expired incorrect invalid missing required unknown unsupported wrong")
#: How a sentence begins that says something of a field, whose name stands elsewhere: "is too short".
_VERBS: Final = _words("can cannot contains does doesn has is may must needs should was")
_SPLIT: Final = late_pattern(r"[\s.,:;!?()'\"]+")
_DIGIT: Final = late_pattern(r"\d")
_LETTER: Final = late_pattern(r"[^\W\d_]")
#: What neither words nor names, paths, hosts and numbers are written with.
_ODD: Final = late_pattern(r"[^\w\s./:,\\@\-]|[^\x00-\x7f]", re.ASCII)
#: What looks like a name of something: a path, a URL, an address, a host, a date, a version, an algorithm.
_NAME: Final = late_pattern(
    r"(?:~/|\.{1,2}/|[A-Za-z]:[\\/]|/(?:app|bin|code|data|dev|etc|home|lib|mnt|opt|proc|root|run|srv|tmp|Users|usr|var)/)[\w./\\ \-]*"
    r"|(?:/[a-z_.\-]{1,40}){1,12}|[a-z][a-z0-9+.\-]{1,20}://.*|[\w.+\-]{1,64}@[\w\-]{1,64}\.[\w.\-]{1,64}"
    r"|[\w\-]{1,64}(?:\.[\w\-]{1,64}){0,8}:\d{1,5}|(?:[a-z0-9\-]{1,40}\.){1,6}[a-z]{2,12}|v?\d{1,4}(?:[.\-:/T ]\d{1,9}){1,6}Z?"
    r"|(?i:md|sha|utf|oauth|http|base|python|ed|[rhep]s|aes)-?\d{1,5}|[a-z]{2}-[a-z]{3,9}-\d[a-z]?"
    r"|(?:application|audio|image|multipart|text|video)/[\w.+\-]{1,60}(?:; ?[\w=\-]{1,40})?",
    re.ASCII | re.DOTALL,
)
_IDENTIFIER: Final = late_pattern(r"[A-Za-z_]+(?:\.[A-Za-z_]+)*")
_WORD: Final = late_pattern(r"[A-Za-z][A-Za-z_ .\-]*[.!]?")
#: ``created_at2``, ``token2``, ``key_3``
_COLUMN: Final = late_pattern(r"[a-z]{2,20}(?:_[a-z]{2,20}){1,5}\d{0,2}|(?:key|passw(?:or)?d|secret|token)s?_?\d{1,2}")

#: What errors, places and states are called: ``E123``, ``NOT_FOUND``, ``invalid_grant``, ``CA-94105``.
_OTHER_CODES: Final = late_pattern(
    r"[A-Z]{1,12}[\-_.]?\d{1,8}|[A-Z][A-Z_\-]*\d{0,4}|[a-z][a-z_.\-]*\d{0,3}|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*|[\d.\-]{1,12}"
)
#: From this length on one beside a state, in no URL, is a code.
_LONG_CODE: Final = 16


def is_redacted(text: str) -> bool:
    """Tell whether something has been redacted already, as far as it can be seen up to a space."""
    return "[redacted" in text or "%5Bredacted" in text


def is_no_value(text: str) -> bool:
    """Tell of what stands in a credential's place that it is none: nothing, a placeholder, a type, a path, or a sentence about it."""
    text = text.strip()
    if len(text) >= 1_000:
        return False
    scheme, _, rest = text.partition(" ")
    return (
        text.lower() in _NO_VALUES
        or (rest != "" and scheme.lower() in SCHEMES and _PLACEHOLDER.fullmatch(rest) is not None)
        or _PLACEHOLDER.fullmatch(text) is not None
        or _PATH.fullmatch(text) is not None
        or ("." in text and _is_imported(text))
        or _is_sentence(text)
    )


def is_value_of(name: str, text: str, *, is_shown: bool = False) -> bool:
    """Tell of what stands under a credential's name whether it can be one: it isn't the name again, nor what others mean by such a name.

    Args:
        name: the name.
        text: what stands under it.
        is_shown: whether it is a value in quotes, as Python and parsers show one.
    """
    plain, name = text.strip(), name.strip("-_").lower()
    if is_no_value(plain) or plain.lower().replace("-", "_") == name.replace("-", "_"):
        return False
    if name in _LEXERS:
        return (_LEXERS_SHOWN if is_shown else _LEXERS)[name].fullmatch(plain) is None
    if name in _LOGIN_NAMES:
        return _LOGIN_NAMES[name].fullmatch(plain) is not None
    if name.endswith(_APPLICATION):
        return _APPLICATION_KEY.fullmatch(plain) is not None
    if name.endswith(_NAMES_OF_SECRETS):
        return _SECRET_NAME.fullmatch(plain) is None
    if name.endswith("header"):
        return _HEADER_NAME.fullmatch(plain) is None and not is_reference(plain)
    if name.endswith("authentication"):  # its scheme, mostly
        return is_telling(plain)
    return not name.endswith("mnemonic") or len(plain.split(None, _FEWEST_WORDS)) >= _FEWEST_WORDS  # or one of an instruction


def is_plain_word(text: str) -> bool:
    """Tell of what follows a credential's name in a tuple that it may be anything: ``("api_key", "required")``."""
    scheme, _, rest = text.partition(" ")
    if rest and " " not in rest and scheme.lower() in SCHEMES:
        return is_no_value(rest)
    if len(text) < _CERTAIN and (_COLUMN.fullmatch(text) or (_WORD.fullmatch(text) and text[1:].lower() == text[1:])):
        return True
    return is_no_value(text)


def is_telling(text: str, *, is_loose: bool = True) -> bool:
    """Tell whether a value that stood in a credential's place is one wherever it stands.

    Args:
        text: the value.
        is_loose: whether such places hold hardly anything else; a cookie, say, may hold a word.
    """
    length = len(text)
    if length < _SHORTEST or (length < 500 and _NAME.fullmatch(text)):
        return False
    if length >= _CERTAIN:
        return not text.isalpha() or length >= 24 or not text.isascii() or text[1:].lower() != text[1:]
    if _LETTER.search(text):
        if _DIGIT.search(text):
            return True
        if not is_loose or _IDENTIFIER.fullmatch(text):
            return False
        return (length >= 8 and _ODD.search(text) is not None) or length >= _SHORTEST_WORDS
    return length >= 16 or (_ODD.search(text) is not None and length >= 8)


def is_long(text: str) -> bool:
    """Tell of a telling value that it is long enough to be nothing else in the middle of a longer text."""
    return len(text) >= _CERTAIN or (len(text) >= LONG and (_DIGIT.search(text) is not None or _ODD.search(text) is not None))


def _is_imported(text: str) -> bool:
    """Tell whether it is the name of a module, or of what a module defines: ``{"auth": "shop.auth.Backend"}``."""
    found, _, name = text.rpartition(".")
    module = sys.modules.get(found)
    is_defined = isinstance(module, ModuleType) and name in object.__getattribute__(module, "__dict__")  # a lazy one stays so
    return is_defined or text in sys.modules


def _is_sentence(text: str) -> bool:
    if " " not in text:
        return False
    words = [word for word in _SPLIT.split(text.lower()) if word]
    is_remark = bool(words) and words[0] in _VERBS
    if not (is_remark or text[0].isupper() or text[-1] in ".!?"):
        return False
    if len(words) <= (1 if is_remark else 2):
        return len(words) > 1 and not _REFUSALS.isdisjoint(words) and all(map(str.isalpha, words))
    return not _SENTENCE_WORDS.isdisjoint(words) and all(word.isdigit() or _WORD.fullmatch(word) for word in words)


def is_code(value: str, *, is_certain: bool) -> bool:
    """Tell of a code whether it is one of OAuth's.

    Args:
        value: the code.
        is_certain: whether what stands beside it tells so; else it has to look like one.
    """
    if _OTHER_CODES.fullmatch(value) or is_no_value(value) or is_redacted(value):
        return False
    return is_telling(value) and (is_certain or len(value) >= _LONG_CODE)


def without_spans(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Replace parts of a text.

    Args:
        text: the text.
        spans: where each begins and ends, by where it begins; of those that overlap the first one is told of.
    """
    parts: list[str] = []
    done = 0
    for start, end in spans:
        if start >= done:
            parts += (text[done:start], REDACTED)
        done = max(done, end)
    return "".join([*parts, text[done:]])

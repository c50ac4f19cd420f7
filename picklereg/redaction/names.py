"""What is named like a credential: one rule for headers, parameters, fields, entries, pairs, attributes and names in a text.

A name is split into words (``X-Api-Key``, ``x_api_key``, ``xApiKey`` and ``HTTP_X_API_KEY`` are the same ones), and the words decide:

1. A word that means a credential wherever it stands (``password``, ``token``, ``api key``) makes the name one, unless a later word says
   that it is *about* one (``token_type``, ``password_min_length``), or the word before it that it is none (``next_page_token``).
2. A word that means one at the end alone (``auth``, ``pass``, ``tokens`` of a kind) does so there.
3. Two short tables hold what the words don't tell, either way.

Whatever is a credential by this rule contains one of :data:`STEMS`, so that a text without any of those needs no closer look.
"""

from __future__ import annotations

import functools
import itertools
import re
from typing import Final

from picklereg.redaction.late_patterns import late_pattern

__all__ = [
    "COMPANY",
    "COMPRESSED",
    "GRANT",
    "KEY_TYPE",
    "LOGINS",
    "LOGIN_PAIRS",
    "PRIVATE_KEY",
    "PRIVATE_MEMBERS",
    "STATEMENTS",
    "STEMS",
    "are_plain_names",
    "holds_pair",
    "is_about",
    "is_credential",
    "is_parameter",
    "is_path_of_credential",
    "words_of",
]

#: How compressed bytes begin: gzip and the usual levels of zlib.
COMPRESSED: Final = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")

#: OAuth's grant type that has a code, and the parameter that only stands beside one (RFC 6749, 4.1).
GRANT: Final = "authorization_code"
COMPANY: Final = "redirect_uri"
#: Keys as JSON have this beside the members that only private and symmetric ones have (RFC 7518, 6).
KEY_TYPE: Final = "kty"
PRIVATE_MEMBERS: Final = frozenset({"d", "dp", "dq", "k", "p", "q", "qi"})
PRIVATE_KEY: Final = "private_key"
#: After these options of a command, and under this name, a user and a password stand together.
LOGINS: Final = frozenset({"-a", "-u", "-U", "--user", "--proxy-user", "netloc"})

#: Under these names stands a statement of SQL, for which values are given beside it.
STATEMENTS: Final = frozenset({"statement", "sql", "query", "operation"})

#: What ends so is under which a user and a password stand as a pair, or several such pairs.
LOGIN_PAIRS: Final = ("login", "logins", "netrc", "authenticators")

#: A longer text is no name.
_LONGEST: Final = 200
#: How many names are remembered; they come from other machines, too. Longer texts never are: they would be kept for good.
_REMEMBERED: Final = 4_096


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: What names are written with.
_NAME: Final = re.compile(r"[\w.\-$:@\[\] ]+")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")

#: What stands before a name in a path, or in a namespace.
_PREFIX: Final = late_pattern(r".*[/:}]")

#: Words that mean a credential wherever they stand.
_STRONG: Final = _words(
    """
    apikey apikeys authorization authtoken bearer bindpw cookie cookies cred credential credentials creds jwt keypass passcode passkey
    contrasena haslo heslo kennwort losenord motdepasse passphrase passwd password passwords passwort proxyuserpwd senha sifre
    wachtwoord pwd rootpw secret secrets sessid sessionid sshpass storepass token userpass userpwd
    """
)
#: The same at the end of a word that is written as one: ``dbpassword``, ``csrfmiddlewaretoken``, ``JSESSIONID``.
_STRONG_ENDS: Final = (
    "accesskey",
    "apikey",
    "authkey",
    "encryptionkey",
    "masterkey",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "secretkey",
    "sessid",
    "sessionid",
    "sharedkey",
    "signingkey",
    "token",
)
#: Words that mean one as the last word.
_LAST: Final = _words("auth csrf cvc cvv mnemonic otp psk pw sas totp xsrf")

#: Before ``key``, ``keys``: what makes it a credential.
_KEYS: Final = _words(
    """
    ably access account activation aes admin anon anthropic api app appwrite application apim auth authorization azure certificate cipher
    client cohere consumer crypt customer datadog dd decryption deepl deploy elastic encrypt encryption fastly fernet function functions
    gemini gladia groq hf hmac host huggingface ingest ingestion insert instrumentation integration kaggle licence license mailgun mashape
    master mistral openai pinecone preshared private purge pusher query rapidapi recovery replicate sa secret sendgrid server service
    session shared signature signing ssh ssl storage stripe subscription supabase tavily tls trello user wallet webhook wep write
    """
)
#: Before ``tokens``: what makes them credentials, and no count.
_TOKENS: Final = _words("access api auth bearer bot csrf device id jwt personal refresh session user")
#: Before ``pass``.
_PASSES: Final = _words(
    """
    account admin amqp api auth basic become bind broker client database db default email ftp http imap key keystore ldap login mail
    mongo mongodb mqtt my mysql passin passout pg postgres proxy rabbitmq redis root sftp smb smtp sql ssh ssl store sudo truststore user
    vault vpn wifi
    """
)
#: Two words that are one only together.
_PAIRS: Final = frozenset(
    {
        ("access", "signature"),
        ("authorization", "code"),
        ("auth", "code"),
        ("backup", "code"),
        ("backup", "codes"),
        ("client", "assertion"),
        ("code", "verifier"),
        ("device", "code"),
        ("factor", "code"),
        ("github", "pat"),
        ("gitlab", "pat"),
        ("jwt", "assertion"),
        ("mfa", "code"),
        ("oauth", "verifier"),
        ("otp", "code"),
        ("recovery", "code"),
        ("recovery", "codes"),
        ("recovery", "phrase"),
        ("saml", "assertion"),
        ("saml", "response"),
        ("security", "answer"),
        ("seed", "phrase"),
        ("totp", "code"),
        ("de", "passe"),
        ("verification", "code"),
    }
)
_COMPOUNDS: Final = frozenset({("api", "key"), ("pass", "code"), ("pass", "key"), ("pass", "phrase"), ("pass", "wd"), ("pass", "word")})

#: Before ``token``: what makes it no credential.
_NO_TOKENS: Final = _words(
    """
    bos cancel cancellation causal change cls consistency continuation continue current cursor delta end eos expected fencing first
    forward idempotency last lock mask max min next num pad page pagination backward per prev previous resume sep skip sequence special
    start starting stop sync unexpected unk
    """
)
#: After a credential's word: the name is about one, or of another thing.
_ABOUT: Final = _words(
    """
    age alg algorithm algorithms arn at attempts attribute audience banner authentication behavior bucket budget cache callback change
    changed checksum claim claims class cmd column command consent cost count counts created date days description details dir domain
    dropped email embedding embeddings enabled encryption endpoint entropy env error errors exp expected expire expired expires expiration
    expiry factory field fields file fileno filename fingerprint flow folder form format forms func function generator getter handler
    hasher hashers helper hint history host id ids idx index info invalid issued issuer jar kid kind label last latency len length lengths
    level lifetime limit limits link location logprob logprobs manager managers match max md message metadata method methods min missing
    mode modified name names namespace needed note offset optional parameter params parser path pattern per placeholder policies policy
    position prefix present price process processor project prompt provider providers quota re realm reason ref reference refs region
    regex remaining required reset resolver rotated rule rules samesite scheme scope scopes seconds secure separator server servers sha
    size source spec state status store strength subject suffix supported template thumbprint time timeout timestamp ttl type types
    updated uri uris url urls usage use used user username valid validation validator validators validity version versions warning
    """
)
#: As the first word: a question, or a wish.
_QUESTIONS: Final = _words(
    """
    allow allows can disable enable existing expect expects has hide ignore include is missing need needs no only require requires show
    use uses with without
    """
)

#: What the words don't tell: it is one.
_CREDENTIALS: Final = frozenset(
    {
        ("asp", "net", "session", "id"),
        ("authentication",),
        ("id", "token", "hint"),
        ("netloc",),  # of a URL, if there is a password in it
        ("pass",),
        ("approle", "secret", "id"),
        ("masterauth",),  # of Redis
        ("requirepass",),
        ("role", "secret", "id"),
        ("service", "role", "key"),
        ("supabase", "service", "role", "key"),
        ("secret", "id"),  # HashiCorp Vault's AppRole
        ("userinfo",),  # of a URL, if there is a password in it
        ("vault", "secret", "id"),
        ("x", "honeycomb", "team"),
        ("x", "jfrog", "art", "api"),
        ("x", "ovh", "consumer"),
        ("x", "vercel", "protection", "bypass"),
    }
)
#: It is none.
_OTHERS: Final = frozenset(
    {
        ("access", "control", "allow", "credentials"),
        ("chpasswd",),  # commands
        ("htpasswd",),
        ("ldappasswd",),
        ("mosquitto", "passwd"),
        ("smbpasswd",),
        ("client", "request", "token"),  # AWS's, against doing it twice
        ("forgot", "password"),
        ("google", "application", "credentials"),  # where a file is
        ("image", "pull", "secret"),  # what Kubernetes calls one
        ("image", "pull", "secrets"),
        ("old", "pwd"),
        ("oldpwd",),  # where a shell was
        ("sec", "token", "binding"),
    }
)
#: The same in words that are written as one.
_NO_ENDS: Final = (*(f"{word}token" for word in _NO_TOKENS), "detoken", "nontoken", "pretoken", "subtoken")
_RATES: Final = frozenset({"ratelimit", "throttle"})
#: What says nothing, at the end of a name.
_NOISE: Final = _words(
    """
    b base bytes current default encoded header hex new old plain primary raw secondary str string text v value
    """
)
#: As the last word of a URL's parameter these are credentials (``appid`` if its value looks like one); ``key`` only if it stands alone.
_IN_URLS: Final = frozenset({"appid", "hmac", "sig", "signature"})

_BETWEEN: Final = ("", "-", "_")
#: Where none of the words above is in a name: the rare ones of the tables.
_RARE: Final = frozenset(
    {
        "assertion",
        "device-code",
        "device_code",
        "devicecode",
        "honeycomb",
        "jfrog",
        "netloc",
        "ovh",
        "phrase",
        "saml",
        "userinfo",
        "verifier",
    }
    | {f"{word}{separator}code" for word in ("backup", "factor", "mfa", "recovery", "verification") for separator in _BETWEEN}
    | {f"{word}{separator}pat" for word in ("hub", "lab") for separator in _BETWEEN}
    | {f"security{separator}answer" for separator in _BETWEEN}
)


def _stems() -> tuple[str, ...]:
    """Give the fewest texts one of which is in each word that makes a name a credential."""
    stems: list[str] = []
    for word in sorted(
        {*_STRONG, *_STRONG_ENDS, *_LAST, *_IN_URLS, *_RARE, "key", "pass", "srf", "sess"}, key=lambda word: (len(word), word)
    ):
        if not any(stem in word for stem in stems):
            stems.append(word)
    return tuple(stems)


#: In lower case, one of these is in whatever is a credential by name.
STEMS: Final = _stems()


def words_of(name: str) -> list[str]:
    """Split a name into its words, in lower case, without what WSGI puts before a header's (PEP 3333)."""
    words = [word.lower() for word in _WORD.findall(name.replace("OAuth", "Oauth").replace("JFrog", "Jfrog"))]
    return words[1:] if len(words) > 1 and words[0] == "http" else words


def is_credential(name: object) -> bool:
    """Tell whether something, text or bytes, is named like a credential.

    Example:
        >>> is_credential("x-subject-token"), is_credential("max_tokens")
        (True, False)
    """
    text = name if type(name) is str else _exact(name)
    return text is not None and len(text) <= _LONGEST and _is_credential(text)


def is_path_of_credential(text: str) -> bool:
    """Tell the same of a name that may stand at the end of a path, or after a namespace: ``/shop/db/password``, ``{urn:x}Password``."""
    if len(text) > _LONGEST or not any(map(text.lower().__contains__, STEMS)):  # as most of what isn't a name
        return False
    return _is_credential(text) or _is_credential(_PREFIX.sub("", text))


def holds_pair(name: object) -> bool:
    """Tell whether a user and a password may stand as a pair under a name."""
    return type(name) is str and name.endswith(LOGIN_PAIRS)


def is_about(name: str) -> bool:
    """Tell of what has a name of its own beneath a credential's name, whether that says that it is none: ``expires_at``, ``request_id``."""
    return len(name) <= _LONGEST and _is_about(name)


def is_parameter(name: object) -> bool:
    """Tell whether a URL's parameter is named like a credential: there, ``key``, ``sig`` and ``signature`` are names of one, too."""
    text = _exact(name)
    return text is not None and len(text) <= _LONGEST and _is_parameter(text)


@functools.lru_cache(maxsize=1_024)
def are_plain_names(names: tuple[object, ...]) -> bool:
    """Tell of attributes, remembering the answer, that their names are text, and none is a credential's."""
    return all(type(name) is str for name in names) and not any(map(is_credential, names))


def _exact(name: object) -> str | None:
    """Give a name as exact text, without running the code of a class derived from it."""
    if isinstance(name, str):
        return str.__str__(name)
    return bytes.decode(name, "latin-1") if isinstance(name, bytes) else None


@functools.lru_cache(maxsize=_REMEMBERED)
def _is_about(name: str) -> bool:
    words = words_of(name)
    return bool(words) and words[-1] in _ABOUT


@functools.lru_cache(maxsize=_REMEMBERED)
def _is_credential(name: str) -> bool:
    lowered = name.lower()
    if not any(map(lowered.__contains__, STEMS)) or not _NAME.fullmatch(name):
        return False
    words = _joined(words_of(name))
    while len(words) > 1 and (words[-1] in _NOISE or words[-1].isdigit()):
        words.pop()
    whole = tuple(words)
    if whole in _CREDENTIALS:
        return True
    if not words or whole in _OTHERS or words[0] in _QUESTIONS or not _RATES.isdisjoint(words) or "ratelimit" in _pairs(words):
        return False
    return any(_counts(words, index) for index in range(len(words)))


@functools.lru_cache(maxsize=_REMEMBERED)
def _is_parameter(name: str) -> bool:
    words = words_of(name)
    return words == ["key"] or (bool(words) and words[-1] in _IN_URLS) or _is_credential(name)


def _joined(words: list[str]) -> list[str]:
    """Join words that are written as one as often as not."""
    joined: list[str] = []
    for word in words:
        if joined and (joined[-1], word) in _COMPOUNDS:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _pairs(words: list[str]) -> list[str]:
    return [before + word for before, word in itertools.pairwise(words)]


def _counts(words: list[str], index: int) -> bool:
    """Tell whether the word at an index makes a name a credential's."""
    word, before, after = words[index], words[index - 1] if index else "", words[index + 1 :]
    if word in _LAST or (word == "pass" and before in _PASSES) or (word.endswith("pass") and word[:-4] in _PASSES):
        return not after
    if word == "token" and before in _NO_TOKENS:
        return False
    is_one = (
        word in _STRONG
        or (word.endswith(_STRONG_ENDS) and not word.endswith(_NO_ENDS))
        or (word in {"key", "keys"} and before in _KEYS)
        or (word == "tokens" and before in _TOKENS)
        or (before, word) in _PAIRS
    )
    return is_one and _ABOUT.isdisjoint(after)

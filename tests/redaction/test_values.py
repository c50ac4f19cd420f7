"""What a value looks like: none at all, a word, or a credential wherever it stands."""

from __future__ import annotations

import pytest

from picklereg.redaction.values import REDACTED, is_long, is_no_value, is_plain_word, is_redacted, is_telling, is_value_of


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "None",
            "null",
            "required",
            "string",
            "***",
            "xxxx",
            "...",
            "<token>",
            "{token}",
            "{{ token }}",
            "%(token)s",
            "%s",
            "$TOKEN",
        ),
        *("${TOKEN}", "[hidden]", REDACTED, "sk-***abc", "...later", "os.environ/API_KEY", "This field is required.", "may not be blank!"),
        "This password is too short. It must contain at least 8 characters.",
        "this field is required.",
        "Your password was too short",
    ],
)
def test_no_values(text: str) -> None:
    """What stands in a credential's place and is none."""
    assert is_no_value(text)
    assert is_plain_word(text)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "hunter",
        "hunter2",
        "$ecret",
        "Bearer abc",
        "correct horse battery staple",
        "Is it s3cret?",
        "Not this value: s3cret",
        "The Dragon",
        "Correct horse battery staple",
        "The.Dragon.is",
        ":: ;; !!",
        "sys.s3cr3t1",
        "x" * 999 + "y",
        "x" * 1_000,
    ],
)
def test_values(text: str) -> None:
    """Whatever else stands there."""
    assert not is_no_value(text)


@pytest.mark.parametrize(
    ("text", "is_word"),
    [
        ("header", True),
        ("string_too_short", True),
        ("hunter2", False),
        ("hunterHunter", False),
        ("a" * 20, False),
        ("Bearer hunter", False),
        ("token secret_word", False),
        ("token required", True),
        ("bearer of bad news", True),
        ("expired session", True),
        ("APIKEY", False),
    ],
)
def test_plain_words(text: str, is_word: bool) -> None:
    """In a tuple a word may be anything."""
    assert is_plain_word(text) is is_word


@pytest.mark.parametrize(
    "text",
    [
        *(
            "hunter2",
            "sk-123456",
            "secret-word",
            "another-secret",
            "p@ss!word",
            "Tr0ub4dor&3",
            "gpt4-key-x",
            'quote"d & key\\',
            "schlüssel-geheim",
        ),
        *(
            "cookie-that-is-secret",
            "correct horse battery staple",
            "AbCdEfGhIjKlMnOpQrSt",
            "abcdefghijklmnopqrstuvwx",
            "ключ-от-дома-и-сада",
            "ключотдомаисадавсегда",
        ),
        *("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "550e8400-e29b-41d4-a716-446655440000", "1234567890123456", "12#45$78", "p@ss!wor"),
        *("secret-wor", f"https://shop.example/{'a1' * 300}"),
    ],
)
def test_telling_values(text: str) -> None:
    """They are credentials wherever they stand."""
    assert is_telling(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "ab1",
            "lastname",
            "postgres",
            "localhost",
            "english",
            "first_name",
            "12345678",
            "internationalization",
            "settings.SECRET",
            "us-east-1",
        ),
        *(
            "ada@shop.example",
            "/home/ada/key1.pem",
            "C:\\keys\\key1.pem",
            "https://shop.example/1",
            "db1.shop.example:5432",
            "shop1.example",
            "utf-8",
        ),
        *("oauth2", "2024-01-01", "1.2.3", "application/json", "text/html; charset=utf-8", "/a/b/c", "internationalisation"),
        *("p@ss!w", "two words", "secret-wo", "12#456"),
    ],
)
def test_values_that_may_be_anything(text: str) -> None:
    """They are replaced in their place alone."""
    assert not is_telling(text)


@pytest.mark.parametrize(
    ("text", "is_strict"), [("secret-word", False), ("p@ss!word", False), ("hunter2", True), ("cookie-that-is-secret", True)]
)
def test_where_there_may_be_words(text: str, is_strict: bool) -> None:
    """A cookie's value has to have a digit, or to be long."""
    assert is_telling(text)
    assert is_telling(text, is_loose=False) is is_strict


@pytest.mark.parametrize(
    ("text", "is_so"), [("hunter2", False), ("hunter2hunter", True), ("secret-words", False), ("secret&words", True), ("a" * 20, True)]
)
def test_long_values(text: str, is_so: bool) -> None:
    """Those that can be nothing else in the middle of a longer text."""
    assert is_long(text) is is_so


def test_what_has_been_redacted() -> None:
    """As it is, URL-encoded, or up to its first space."""
    assert is_redacted(f"x{REDACTED}")
    assert is_redacted("[redacted")
    assert is_redacted("%5Bredacted%20by")
    assert not is_redacted("redacted")


@pytest.mark.parametrize(
    ("name", "text", "is_one"),
    [
        ("secret_id", "prod/db-creds-v2", False),
        ("SecretId", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop", False),
        ("secret_id", "84896a0c-1347-aa90-a4f6-aca8b7558780", True),
        ("api_key_header", "X-API-Key", False),
        ("auth_header", "Bearer 84896a0c", True),
        ("auth_header", "Authorization", False),
        ("auth_header", "correct-horse-battery", True),
        ("userinfo", "https://shop.example/userinfo", False),
        ("userinfo", "ada:hunter2", True),
        ("appid", "0123456789abcdef0123456789abcdef", True),
        ("appid", "0123456789abcdef0123456789abcde-", False),
        ("appid", "shop", False),
    ],
)
def test_names_that_others_use_for_something_else(name: str, text: str, is_one: bool) -> None:
    """The value tells: what a store calls a secret, the name of a header, a URL."""
    assert is_value_of(name, text) is is_one

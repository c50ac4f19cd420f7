"""What is named like a credential, and what only sounds like it."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from credential_names import CREDENTIALS, OTHERS
from hypothesis import given
from hypothesis import strategies as st

from picklereg.redaction.marks import is_mark
from picklereg.redaction.names import STEMS, are_plain_names, is_about, is_credential, is_parameter, words_of

KNOWN = sorted({name for names in CREDENTIALS.values() for name in names})
UNKNOWN = sorted({name for names in OTHERS.values() for name in names})


def test_the_samples_are_many() -> None:
    """Hundreds, each either one or the other."""
    assert len(KNOWN) > 250
    assert len(UNKNOWN) > 200
    assert not {name.lower() for name in KNOWN} & {name.lower() for name in UNKNOWN}


@pytest.mark.parametrize("vendor", CREDENTIALS)
def test_credentials(vendor: str) -> None:
    """What a vendor documents as one is one, however it is written."""
    for name in CREDENTIALS[vendor]:
        written = {name, name.replace("-", "_"), name.replace("_", "-"), f"HTTP_{name.replace('-', '_')}"}
        if "-" in name or "_" in name:
            written |= {name.lower(), name.upper(), name.title()}
        assert [one for one in written if not is_credential(one)] == []
        assert is_credential(name.encode())
        assert is_parameter(name)


@pytest.mark.parametrize("vendor", OTHERS)
def test_other_names(vendor: str) -> None:
    """What isn't one isn't, however it is written."""
    for name in OTHERS[vendor]:
        written = {name, name.lower(), name.upper(), name.replace("-", "_"), name.replace("_", "-")}
        assert [one for one in written if is_credential(one)] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("X-Api-Key", ["x", "api", "key"]),
        ("HTTP_X_API_KEY", ["x", "api", "key"]),
        ("xApiKey", ["x", "api", "key"]),
        ("AWSSecretAccessKey", ["aws", "secret", "access", "key"]),
        ("APIKey2", ["api", "key", "2"]),
        ("OAuthToken", ["oauth", "token"]),
        ("http", ["http"]),
        ("größe", ["gr", "öß", "e"]),
        ("", []),
    ],
)
def test_words(name: str, words: list[str]) -> None:
    """Case, digits and signs part them."""
    assert words_of(name) == words


@pytest.mark.parametrize("name", [None, 3, ("token",), "a token / secret", "token" * 100, "", "_", "token=abc", "x-ratelimit-secret"])
def test_no_names(name: object) -> None:
    """Other objects, long texts, and what no name is written with."""
    assert not is_credential(name)
    assert not is_parameter(name)


def test_a_name_of_another_class() -> None:
    """Its own code isn't run."""

    class Name(str):
        __slots__ = ()

        def lower(self) -> str:
            raise RuntimeError("not now")

        def __hash__(self) -> int:
            raise RuntimeError("not now")

    assert is_credential(Name("api_key"))
    assert is_parameter(Name("key"))
    assert not are_plain_names((3,))
    assert are_plain_names(("a", "b"))
    assert not are_plain_names(("a", "password"))


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("key", True),
        ("Key", True),
        ("sig", True),
        ("APPID", True),
        ("appid", True),
        ("X-Amz-Signature", True),
        ("sort_key", False),
        ("page", False),
    ],
)
def test_parameters(name: str, is_one: bool) -> None:
    """In a URL, a few more names are those of credentials; elsewhere they aren't."""
    assert is_parameter(name) is is_one
    assert not is_credential(name)


@given(
    st.lists(st.sampled_from(sorted({word for name in [*KNOWN, *UNKNOWN] for word in words_of(name)})), max_size=4), st.sampled_from("-_ .")
)
def test_stems(words: list[str], separator: str) -> None:
    """Each name of a credential holds one of them, whatever words it is made of."""
    for name in (separator.join(words), "".join(map(str.title, words))):
        assert not is_credential(name) or any(stem in name.lower() for stem in STEMS)


@pytest.mark.parametrize("name", ["second_pass", "key_client", "rate_limit_token"])
def test_words_that_mean_one_beside_another(name: str) -> None:
    """Which has to stand before them."""
    assert not is_credential(name)


def test_words_that_make_a_token_none() -> None:
    """Before another word they say nothing."""
    assert not is_credential("next_token")
    assert is_credential("next_password")


def test_marks() -> None:
    """What stands beside a credential says so, or that it is a command."""
    assert all(map(is_mark, ("password", "mysql")))
    assert not is_mark("page")


@pytest.mark.parametrize("name", ["otp_value", "otp_2", "auth_header_raw"])
def test_what_says_nothing_at_the_end_of_a_name(name: str) -> None:
    """A number, or a word that any name may end with."""
    assert is_credential(name)


@pytest.mark.parametrize("tell", [is_credential, is_mark, is_parameter, is_about])
def test_a_long_text_is_not_kept(tell: Callable[[str], bool]) -> None:
    """The answers of names are remembered; a body, say, would stay in memory as long as the process."""
    text = f"{'a long text ' * 99}{tell}"
    before = sys.getrefcount(text)
    assert not tell(text)
    assert sys.getrefcount(text) == before


def test_how_long_a_name_may_be() -> None:
    """Two hundred characters; what is longer is no name."""
    assert is_credential(f"{'shop_' * 50}password"[-200:])
    assert not is_credential(f"{'shop_' * 50}password"[-201:])

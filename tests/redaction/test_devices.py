"""Credentials in settings that no sign joins to their names: of network devices, and in lines of two words."""

from __future__ import annotations

import pickle

import pytest
from bare_samples import ShopError
from echo_server import leaks
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets

PASSWORD = "q7Lm51Pd-zR"
#: ``§`` is the password.
TEXTS = (
    "username ada secret 5 §",
    "username ada privilege 15 password 7 §",
    "enable secret 9 §",
    "enable password §",
    "enable password level 15 §",
    "snmp-server community § RO",
    "snmp-server host 10.0.0.1 version 2c §",
    "snmp-server host 10.0.0.1 traps version 1 §",
    "set snmp community § authorization read-only",
    "snmp-server user ada staff v3 auth sha § priv aes 128 §",
    "tacacs-server host 10.0.0.1 key 7 §",
    "radius-server key §",
    "crypto isakmp key § address 0.0.0.0",
    "neighbor 10.0.0.1 password 7 §",
    "neighbor 10.0.0.1 password §",
    "ppp chap password 0 §",
    "ip ospf authentication-key §",
    "ip ospf message-digest-key 1 md5 §",
    "key chain shop\n key 1\n  key-string 7 §\n",
    "aaa group server tacacs+ x\n key 7 §\n",
    'authentication-key "§"; ## SECRET-DATA',
    "pre-shared-key ascii-text §",
    "auth sha256 §",
    "wpa-psk ascii 0 §",
    "wpa-psk set-key hex §",
    "priv 3des §",
    'set login user ada plain-text-password-value "§"',
    "set passwd ENC §",
    "shop#enable password §\r\nshop#",
    "spark.ui.port 4040\nspark.ui.password §\n",
    "Host shop\n  User ada\n  Password '§'\n",
    "user ada on >§ ~* +@all",
    "errors:\n[line  2]: 'password §\\n'",
    "UsmUserData('ada', '§')",
    "UsmUserData('ada', '', '§')",
    "define( 'DB_PASSWORD', '§' );",
)
HARMLESS = (
    "enable password encryption",
    "enable key rotation",
    "username ada secret 5 ***",
    "neighbor 10.0.0.1 password required",
    "password 1 of 3",
    "secret 7 days",
    "missing key 5 column42 of it",
    "auth sha256 failed",
    "the snmp community is unknown",
    "order\npassword policy\n",
    "password q7Lm51x",
    "order\nmonkey ada1985x2\n",
    "order\ntoken ident12\nsecret db-creds-v2\nsort_key created1x2\n",
    "order\nthe password q7Lm51\n",
    "order\nof 'password q7Lm51x' and others",
    f"order\npassword {REDACTED}\n",
)


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_replaced(text: str) -> None:
    """And the rest of the text stays."""
    assert Secrets().text(text.replace("§", PASSWORD)) == text.replace("§", REDACTED)
    assert Secrets().text(text.replace("§", REDACTED)) == text.replace("§", REDACTED)


@pytest.mark.parametrize("text", HARMLESS)
def test_others_stay(text: str) -> None:
    """Words, counts, what has been replaced, what is named otherwise."""
    assert Secrets().text(text) == text
    assert not are_suspect([text])


@pytest.mark.parametrize("mode", MODES)
def test_it_stays_here(mode: str) -> None:
    """As an argument, in an attribute, as bytes, and as what Python shows of a text."""
    with writing(mode, a_registry()) as write:
        for text in (text.replace("§", PASSWORD) for text in TEXTS):
            data = write(ShopError(1, held=[text, text.encode(), f"{[text]}"]))
            assert leaks(data, PASSWORD) == [], text
            assert type(pickle.loads(data)) is ShopError

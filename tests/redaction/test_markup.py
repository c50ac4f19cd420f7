"""Credentials in XML and HTML."""

from __future__ import annotations

import pytest

from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets
from picklereg.redaction.values import REDACTED

KEY = "s3cr3t-Valu3"


@pytest.mark.parametrize(
    "text",
    [
        "<password>§</password>",
        "<a:Password>§</a:Password>",
        '<wsse:Password Type="x#PasswordText">§</wsse:Password>',
        "<api_key><![CDATA[§]]></api_key>",
        '<input name="password" value="§">',
        '<input type="hidden" name="csrf_token" value="§"/>',
        "<input value='§' type='text' id='api-key'>",
        "<input name=token value=§ >",
        '{"html": "<input name=\\"password\\" value=\\"§\\">"}',
        '<add key="ApiKey" value="§" />',
        '<user name="ada" token="§"/>',
        "<member><name>password</name><value><string>§</string></value></member>",
        "<name>db.password</name>\n  <value>§</value>",
        "<key>api_key</key><string>§</string>",
    ],
)
def test_credentials(text: str) -> None:
    """In elements that are named like one, in the fields of forms, and beside their names."""
    shown = Secrets().text(text.replace("§", KEY))
    assert shown == text.replace("§", REDACTED)
    assert not are_suspect([shown])


@pytest.mark.parametrize(
    "text",
    [
        "<page>§</page>",
        "<password/><page>§</page>",
        "<password>This field is required.</password>",
        "<password>§</user>",
        '<input name="page" value="§">',
        '<input name="password" value="">',
        "<name>page</name><value>§</value>",
        "<name>password</name> is missing: </",
    ],
)
def test_other_markup(text: str) -> None:
    """It stays as it is."""
    text = text.replace("§", KEY)
    assert Secrets().text(text) == text


@pytest.mark.parametrize("unit", ["<", "<a ", "<password>", "<a value='", "<name>token</name><a>", "</", "<a value=b name=token "])
def test_no_markup_takes_for_ever(unit: str) -> None:
    """A server chooses it: what grows faster than the text would take hours."""
    assert len(Secrets().text(unit * (300_000 // len(unit)))) > 0

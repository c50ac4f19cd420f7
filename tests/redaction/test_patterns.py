"""Where credentials stand in texts, what they look like, and what only looks so."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from picklereg.redaction.command_lines import WITH_WORDS
from picklereg.redaction.commands import NAMES
from picklereg.redaction.patterns import SIGNS, credentials_in, literals_in, places, rows_for
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets
from picklereg.redaction.shapes import SHAPES, Shape
from picklereg.redaction.values import REDACTED

KEY = "s3cr3t-Valu3"
R = REDACTED
MARK = "§"
DIGITS = "0123456789"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
HEX = "0123456789abcdef" * 4
MIXED = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC3dE5fG7hJ9kL2mN4pQ6"


def cleaned(text: str) -> str:
    return Secrets().text(text)


@pytest.mark.parametrize(
    "text",
    [
        # JSON, and what Python shows, with spaces, escapes, and within one another
        '{ "api_key" : "§" }',
        '{"api_key":"§", "user": "ada"}',
        "{'Authorization': '§'}",
        "{b'x-api-key': b'§'}",
        '{\\"api_key\\": \\"§\\"}',
        '{\\\\\\"api_key\\\\\\": \\\\\\"§\\\\\\", \\\\\\"x\\\\\\": 1}',
        '{"api_keys": ["§", "§"], "x": "y"}',
        '{"cookies": {"session": "§", "lang": "§"}}',
        "{'secrets': {'db': '§'}}",
        "headers=[('x-api-key', '§')]",
        "[b'X-Api-Key', b'§']",
        "['--password', '§']",
        "Login(user='ada', password='§')",
        "Login(user='ada', password=SecretStr('§'))",
        "token=['§']",
        "{'password' => '§'}",
        '{"name":"token","value":"§"}',
        "{'field': 'password', 'value': '§'}",
        '{"id": "api_key", "type": "text", "value": "§"}',
        '[{"name": "Authorization", "value": "§"}]',
        "{'key': 'token', 'enabled': True, 'type': 'text', 'value': '§'}",
        '{\\"header\\": \\"x-api-key\\",\\n  \\"value\\": \\"§\\"}',
        "Header(name='x-api-key', value='§')",
        "Header(name=b'x-api-key', value=b'§')",
        '{"api_key": "§',  # cut off
        '{"api_key": "§\nnext',
        "{'token': §}",
        # headers as they are sent
        "Authorization: §",
        "Authorization: Bearer §",
        "Authorization: § is wrong",
        "Authorization: §\tis wrong",
        "Authorization: Basic §, then",
        "Authorization=Basic §",
        "authorization: Token §.",
        'Authorization: Digest §="u", response="§"'.replace('§="u", response="§"', "§"),
        "X-Api-Key: §",
        "GET / HTTP/1.1\r\nX-Api-Key: §\r\nHost: h",
        "'X-Api-Key: §'",
        "\\r\\nX-Api-Key: §\\r\\nHost",
        "X-Sentry-Auth: Sentry §",
        "Cookie: session=abc; b=§".replace("session=abc; b=§", "§").replace("§", "a=§"),
        "sent Bearer §, and more",
        "BEARER §",
        # URLs
        "https://h/?key=§&page=2",
        "https://h/?page=2&amp;token=§",
        "https://h/#access_token=§&x=1",
        "(https://h/?sig=§).",
        "?next=https%3A%2F%2Fh%3Ftoken%3D§%26a",
        "?next=https%253A%252F%252Fh%253Fkey%253D§%2526a",
        "postgres://§@h/db".replace("§", "u:§"),
        "postgres://u:§@h:5432/db?x=1".replace("u:§", "§"),
        "API Base: `http://h/v1?key=§`",
        # forms, settings, commands
        "client_secret=§&grant_type=x",
        "grant_type=x&client_secret=§",
        "host=h password=§ dbname=d",
        "password='§' host=h",
        "Driver={x};UID=u;PWD=§;Server=s",
        "UID=u;PWD={§};Server=s",
        "AccountName=a;AccountKey=§;EndpointSuffix=s",
        "tool --password=§ x",
        "tool --password § x",
        "curl -u ada:§ http://h",
        "curl --user ada:§ http://h",
        "DATABASE_PASSWORD=§",
        "export API_KEY=§; run",
        'api_key = "§"',
        "password: §",
        'password: "§"',
        "API key: §",
        "invalid token: §",
        "<Password>§</Password>",
        "<a:password>§</a:password>",
        'Content-Disposition: form-data; name="client_secret"\r\n\r\n§\r\n--b',
        'Content-Disposition: form-data; name="client_secret"\r\nContent-Type: text/plain\r\n\r\n§\r\n--b',
    ],
)
def test_places(text: str) -> None:
    """A credential in one is replaced, and nothing else; once replaced, it stays so."""
    secrets = Secrets()
    shown = secrets.text(text.replace(MARK, KEY))
    assert shown == text.replace(MARK, R).replace("u:[", "[").replace(f"a={R}", R)
    assert secrets.found
    assert secrets.text(shown) == shown
    assert not are_suspect([shown])
    assert are_suspect([text.replace(MARK, KEY)])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r'{"api_key": "a\"b\\c", "x": 1}', f'{{"api_key": "{R}", "x": 1}}'),
        (r'{"a": "{\"api_key\": \"a\\\"b\"}"}', rf'{{"a": "{{\"api_key\": \"{R}\"}}"}}'),
        ("postgres://u:pa#ss/w?rd@h/db", f"postgres://{R}@h/db"),
        ("postgres://u:p@ss@h/db", f"postgres://{R}@h/db"),
        ("https://u:p@h/x?mail=a@b.c", f"https://{R}@h/x?mail=a@b.c"),
        ("https://ghp0123456789abcdef@h/x", f"https://{R}@h/x"),
        ('Authorization: Digest username="u", response="0a1b"', f"Authorization: Digest {R}"),
        (r'{"a": "Authorization: Digest username=\"u\", response=\"0a1b\""}', rf'{{"a": "Authorization: Digest {R}"}}'),
        ("Authorization: AWS4-HMAC-SHA256 Credential=AK/2/us, Signature=ab\nHost", f"Authorization: AWS4-HMAC-SHA256 {R}\nHost"),
        (
            "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nab==\n-----END PRIVATE KEY-----\nx",
            f"-----BEGIN PRIVATE KEY-----{R}-----END PRIVATE KEY-----\nx",
        ),
        ("Cookie: a=b; c=d\nHost: h", f"Cookie: {R}\nHost: h"),
        ("password=ab&cd", f"password={R}"),
        ("password=a;b,c", f"password={R}"),
        ("http://[::1]:8080/a?token=abc123def", f"http://[::1]:8080/a?token={R}"),
        ("http://auth:secret9abc/v1", f"http://auth:{R}"),
        ("secret:MyDb-a1B2c3", f"secret:{R}"),
        ("x://u:first@h1,u:second@h2/d", f"x://{R}@h2/d"),
    ],
)
def test_how_far_a_credential_goes(text: str, shown: str) -> None:
    """As far as whoever wrote the text says."""
    assert cleaned(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "loc=('authorization', 'header')",
        "('api_key', 'required')",
        "[('password', 'string_too_short')]",
        '{"properties": {"password": {"type": "string", "minLength": 8}}}',
        "{'password': ['This field is required.']}",
        "{'token': None, 'api_key': '', 'secret': '***', 'password': '${PASSWORD}', 'auth': True}",
        "https://h:8000/path?mail=a@b.c",
        "http://auth:9000/v1/x",
        "http://token-service:8080/v1/x refused",
        "https://token.example:8080/path",
        "http://[::1]:8080/a@b",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:MyDb-a1B2c3",
        "Authorization: AWS4-HMAC-SHA256 is not supported",
        '{"name": "token", "value": "required"}',
        '{"name": "token", "type": "a text", "page": "abc123def"}',
        "https://medium.example/@user/x",
        "git@h:a/b",
        "ssh://deploy@host: deploy failed",
        "authorization: token required",
        "Unexpected token: 'abc123def'",
        "next page token: abc123def456",
        "connect(password=password, token=self.token)",
        "client = Client(api_key=os.environ['KEY1'])",
        "token = get_token(1)",
        "if password == 'abc123':",
        "AWS::Auth::AccountId12",
        "a 'Cookie:' header",
        'header="Cookie:")',
        "cookie: not allowed, in 3 places",
        "KeyError: 'password'",
        "password authentication failed for user 'postgres1'",
        "docker run -u 1000:1000 image",
        "curl -u ada:${PASSWORD} https://h",
        "tool --token TOKEN",
        "tool --token --verbose1",
        "<password>, that is p4ssword, isn't closed",
        "<password>abc123</user",
        "Bearer of bad news",
        "BEARER OF BAD NEWS 12",
        "sk-estimator-doc-link sk-container-id-1-abcdefgh",
        "eyJ is how they begin",
        "max_tokens: 1024, x-ratelimit-remaining-tokens: 12345",
        'Content-Disposition: form-data; name="page"\r\n\r\nabc123\r\n--b',
        "-----BEGIN PRIVATE KEY----- is missing",
        "password=%s, token=<token>, api_key={key}",
        "?key= is what it needs",
        "Authorization: Bearer",
        "password':",
        "a, 'token', 'abc123'",
        "password=",
        "<input name=\"token\"> 'abc123def'",
        "password: ",
        "\u0130" * 30,
    ],
)
def test_no_credentials(text: str) -> None:
    """What only looks like a place stays as it is."""
    assert cleaned(text) == text
    assert not are_suspect([text])


def test_a_letter_that_grows_in_lower_case() -> None:
    """What stands after it is found nevertheless."""
    assert cleaned(f"İİİ password={KEY}") == f"İİİ password={R}"


SAMPLES = {
    "private key (PEM)": "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n" + MIXED + "\n" + MIXED + "=\n-----END",
    "private key (PuTTY)": "PuTTY-User-Key-File-3: x\r\nPrivate-Lines: 2\r\n" + MIXED + "\r\n" + MIXED[:30] + "==\r\nPrivate-MAC: 0",
    "hash of a password": "ada:$apr1$Kx7vLm2Q$" + MIXED[:22],
    "hash of a password, with its scheme": "ada:{SSHA}" + MIXED[:32] + "==",
    "JSON web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def_123",
    "GitHub token": "ghp_" + MIXED[:36],
    "GitLab token": "glpat-" + MIXED[:20],
    "Slack token": "xoxb-" + DIGITS + "-" + MIXED[:24],
    "Slack webhook": "https://hooks.slack.com/services/T00000000/B00000000/" + MIXED[:24],
    "Discord webhook": "https://discord.com/api/webhooks/123456789012345678/" + MIXED + "_-" + MIXED[:12],
    "Telegram bot token": "https://api.telegram.org/bot123456789:AA" + MIXED[:33] + "/getMe",
    "Telegram bot token in a URL": "https://bots.shop.example/bot123456789:" + MIXED[:20] + "/getMe",
    "OpenAI, Anthropic or OpenRouter key": "sk-ant-api03-" + MIXED,
    "Stripe key": "sk_live_" + MIXED[:24],
    "Google key": "AIza" + MIXED[:35],
    "npm token": "npm_" + MIXED[:36],
    "PyPI token": "pypi-AgEIcHlwaS5vcmc" + MIXED,
    "AWS secret access key, after its id": "AKIAIOSFODNN7EXAMPLE : wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "SendGrid key": "SG." + MIXED[:22] + "." + MIXED[:43],
    "Hugging Face token": "hf_" + MIXED[:34],
    "Groq key": "gsk_" + MIXED[:52],
    "DigitalOcean token": "dop_v1_" + "0123456789abcdef" * 4,
    "Shopify token": "shpat_" + "0123456789abcdef" * 2,
    "Vault token": "hvs." + MIXED[:24],
    "Cloudflare token": "cfut_" + MIXED[:48],
    "xAI key": "xai-" + MIXED + MIXED[:26],
    "Perplexity key": "pplx-" + MIXED[:48],
    "NVIDIA key": "nvapi-" + MIXED + "_-" + MIXED[:10],
    "Replicate token": "r8_" + MIXED[:37],
    "Tavily key": "tvly-dev-" + MIXED[:32],
    "LangSmith key": "lsv2_pt_" + HEX[:32] + "_" + HEX[:10],
    "Langfuse key": "sk-lf-" + HEX[:8] + "-0123-4567-89ab-" + HEX[:12],
    "Pinecone key": "pcsk_" + MIXED[:6] + "_" + MIXED + MIXED[:9],
    "Docker token": "dckr_pat_" + MIXED[:27],
    "Figma token": "figd_" + MIXED[:40],
    "Linear key": "lin_api_" + MIXED[:40],
    "Notion token": "ntn_" + MIXED[:46],
    "Databricks token": "dapi" + HEX[:32] + "-2",
    "age identity": "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"[:29] * 2,
    "New Relic key": "NRAK-" + MIXED[:27].upper(),
    "Sentry token": "sntrys_eyJ" + MIXED,
    "Atlassian token": "ATATT3x" + MIXED + "_-" + MIXED + "=0A1B2C3D",
    "1Password token": "ops_eyJ" + MIXED + MIXED,
    "Doppler token": "dp.st.dev." + MIXED[:43],
    "Pulumi token": "pul-" + HEX[:40],
    "PostHog key": "phx_" + MIXED[:43],
    "Supabase key": "sb_secret_" + MIXED[:31],
    "RubyGems key": "rubygems_" + HEX[:48],
    "Packagist token": "packagist_uut_" + HEX + HEX[:4],
    "Grafana token": "glsa_" + MIXED[:32] + "_" + HEX[:8],
    "Infura key": "https://mainnet.infura.io/v3/" + HEX[:32],
    "Alchemy key": "wss://eth-mainnet.g.alchemy.com/v2/" + MIXED[:32],
}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.label)
def test_shapes(shape: Shape) -> None:
    """Credentials of a documented format need no place: they are replaced, and wherever else they stand, too; each has its source."""
    sample = SAMPLES[shape.label]
    secrets = Secrets()
    shown = secrets.text(f"no luck with {sample} today")
    assert R in shown
    assert shown.endswith(" today")
    assert MIXED[2:20] not in shown
    assert secrets.rules == {shape.label: 1}
    assert shape.source.startswith("https://")
    assert len(cleaned(json.dumps({"text": sample}))) < len(json.dumps({"text": sample})) + len(R)
    assert R in cleaned(json.dumps({"text": sample}))


def test_each_shape_has_a_sample() -> None:
    """And each label stands once."""
    labels = [place.label for place in places()]
    assert len(set(labels)) == len(labels)
    assert {shape.label for shape in SHAPES} == set(SAMPLES)


def _parts() -> st.SearchStrategy[str]:
    """Pieces of texts with credentials: literals of the prefilter, names, signs, samples, and other characters."""
    literals = sorted({literal for place in places() for literal in place.needs})
    return st.one_of(
        st.sampled_from([*literals, *map(str.upper, literals), *SAMPLES.values()]),
        st.sampled_from(
            [
                "password",
                "api_key",
                "Authorization",
                "key",
                "x",
                "=",
                ":",
                "'",
                '"',
                " ",
                "\n",
                "\\",
                "@",
                "//",
                "%3D",
                "?",
                "&",
                "<",
                ">",
                "-u ",
            ]
        ),
        st.sampled_from([MIXED, LETTERS, DIGITS, KEY, "http", "\u017f", "\u212a", "\u0130", "\0"]),
        st.text(max_size=4),
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(_parts(), max_size=12).map("".join))
@example("sent a=1&token=abcdef123456")
@example("bindpw a")
@example("AUTH s3cr3t")
def test_the_prefilter_is_in_step(text: str) -> None:
    """Where it says that a row's pattern can't match, the pattern finds nothing."""
    kept = {place.label for place in rows_for(text)}
    assert bool(literals_in(text)) == bool(kept)
    assert kept <= {place.label for place in rows_for(text, literals_in(f"other\n{text}"))}
    for place in places():
        assert {*SIGNS}.issuperset(place.signs)
        if place.label not in kept:
            assert [*credentials_in(text, place)] == []
            assert place.find.__name__ == "named" or not [match for match in place.pattern.finditer(text) if [*place.find(text, match)]]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.sampled_from(sorted({*NAMES, *WITH_WORDS, " ", "a1b2c3", "x"})), st.text(max_size=3)), max_size=5).map(
            "".join
        )
    )
)
@example(["mc alias x1"])
def test_short_texts_without_a_sign_hold_none(texts: list[str]) -> None:
    """What is shorter than what any row matches without a sign isn't looked through, though it holds one of the literal texts."""
    if not literals_in("\n".join(texts), texts):
        assert not [found for text in texts for place in places() for found in credentials_in(text, place)]

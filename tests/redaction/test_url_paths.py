"""Credentials among the segments of a URL's path, and in the data of Kubernetes' secrets; and what is none there."""

from __future__ import annotations

import json
import pickle

import pytest
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets

TOKEN = "q7Lm51Pd-zR9x"
RESOURCE = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": {"note.txt": TOKEN}}
#: ``§`` is the token.
TEXTS = (
    "https://shop.example/token/§/info",
    "https://shop.example/v1/apikey/§/orders",
    "https://shop.example/v1/api_key/§",
    "https://shop.example/accounts/reset-password/§",
    "https://shop.example/accounts/reset/MQ/§/",
    "https://shop.example/password/reset/key/§/",
    "https://shop.example/password-reset/confirm/MQ/§/",
    "https://shop.example/login/magic/§",
    "https://shop.example/magic-link/§?next=/x",
    "https://shop.example/verify-email/§",
    "https://api.telegram.example/bot123456789:§/getMe",
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ntype: Opaque\ndata:\n  note.txt: §\n",
    "apiVersion: v1\ndata:\n  note.txt: §\n  user: YWRh\nkind: Secret\nmetadata:\n  name: db\n",
    'kind: Secret\nstringData:\n  note: "§"\n',
    "kind: Secret\ndata:\n  data:\n    note: §\n",
    "kind: Secret\nstringData:\n  note: |\n    user=ada\n    §\n  empty:\nmetadata:\n  name: db1\n",
    "items:\n- data:\n    note: §\n  kind: Secret\n- kind: ConfigMap\n  data:\n    region: eu-west-1a\n",
    json.dumps(RESOURCE).replace(TOKEN, "§"),
    json.dumps({"applied": json.dumps(RESOURCE)}).replace(TOKEN, "§"),
    repr(RESOURCE).replace(TOKEN, "§"),
    'invalid body: {"stringData": {"note": "§"}}',
)
HARMLESS = (
    "https://shop.example/token/introspect",
    "https://shop.example/token/types/erc20-tokens",
    "https://shop.example/tokens/q7Lm51Pd-zR9x",
    "https://shop.example/token/0xdAC17F958D2ee523a2206206994597C13D831ec7",
    "https://shop.example/api-key/overview1/page2",
    "https://shop.example/reset-password/confirm",
    "https://shop.example/password/reset/q1w2-e3r4-t5y6.html",
    "https://shop.example/token/[redacted by picklereg]",
    "/run/secrets/db_password",
    "kind: Secret\nmetadata:\n  name: db-creds1\n",
    "kind: Secret\ndata: {}\n",
    "kind: ConfigMap\ndata:\n  region: eu-west-1a\n",
    "kind: Secret\nmetadata:\n  name: x\nkind: ConfigMap\ndata:\n  region: eu-west-1a\n",
    "kind: SecretProviderClass\ndata:\n  provider: aws1x2y3\n",
)


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_found(text: str) -> None:
    """In its place, and elsewhere."""
    secrets = Secrets()
    shown = secrets.text(text.replace("§", TOKEN))
    assert TOKEN not in shown
    assert REDACTED in shown
    assert "eu-west-1a" in shown or "eu-west-1a" not in text
    assert secrets.text(f"no {TOKEN}") == f"no {REDACTED}"


@pytest.mark.parametrize("mode", MODES)
def test_every_mode(mode: str) -> None:
    """All of them in the texts of one error."""
    with writing(mode, a_registry()) as write:
        data = write(ValueError(*(text.replace("§", TOKEN) for text in TEXTS), *HARMLESS[:5]))
    assert TOKEN.encode() not in data.replace(HARMLESS[2].encode(), b"")
    assert len(pickle.loads(data).args) == len(TEXTS) + 5


@pytest.mark.parametrize("text", HARMLESS)
def test_it_stays(text: str) -> None:
    """Words, identifiers, addresses, files; other resources, and what is said of a secret."""
    assert Secrets().text(text) == text
    assert not are_suspect([text])

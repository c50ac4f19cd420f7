"""What stands in a credential's column, and is none."""

from __future__ import annotations

import pytest

from picklereg.redaction.secrets import Secrets


@pytest.mark.parametrize(
    "text",
    [
        "user,password,token\nada,x,y\n",
        "INSERT INTO users (name, password) VALUES ('ada', 'q7'), ('bob', '12:30')",
        "Key (name, password)=(ada, x y) already exists.",
        "argument --password: invalid value: 'a-b-c-d'",
    ],
)
def test_what_does_not_look_like_one_stays(text: str) -> None:
    """A column, or what a message refuses, may hold anything."""
    assert Secrets().text(text) == text

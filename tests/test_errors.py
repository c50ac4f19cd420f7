"""Our own errors: each says what it is about and what to do, and crosses a process boundary by plain pickle."""

from __future__ import annotations

import base64
import pickle
from typing import Any

import pytest
from registry_samples import run

from picklereg import DiscoveryError, DiscoveryWarning, PickleregError, RegistrationError

ERRORS: dict[str, tuple[BaseException, dict[str, Any], str]] = {
    "root": (PickleregError("text"), {}, "text"),
    "registration": (
        RegistrationError("7", "int is no exception class", "pass a class"),
        {"subject": "7", "problem": "int is no exception class", "remedy": "pass a class"},
        "can't register 7: int is no exception class; pass a class",
    ),
    "discovery": (
        DiscoveryError("lib", "plug:register", "plug-dist", "KeyError: 'x'"),
        {"name": "lib", "value": "plug:register", "distribution": "plug-dist", "problem": "KeyError: 'x'"},
        (
            "exception set 'lib' = 'plug:register' of distribution 'plug-dist': KeyError: 'x'; "
            "fix or uninstall 'plug-dist', or report it to its maintainers"
        ),
    ),
    "discovery, registered in code": (
        DiscoveryError("lib", "lib", None, "KeyError: 'x'"),
        {"name": "lib", "value": "lib", "distribution": None, "problem": "KeyError: 'x'"},
        "exception set 'lib' (registered in this process): KeyError: 'x'",
    ),
    "warning": (DiscoveryWarning("text"), {}, "text"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_crosses_with_its_fields_and_its_text(name: str) -> None:
    """Plain pickle carries it, without anything of ours being installed, to an interpreter that has picklereg."""
    exc, fields, text = ERRORS[name]
    payload = base64.b64encode(pickle.dumps(exc)).decode()
    code = f"""
    import base64, pickle
    exc = pickle.loads(base64.b64decode({payload!r}))
    print((type(exc).__name__, vars(exc), str(exc), exc.args))
    """
    assert run(code) == str((type(exc).__name__, fields, text, exc.args))


def test_what_they_can_be_caught_as() -> None:
    """Everything of ours has one root; registering the wrong thing is a ``TypeError``, and a skipped set a user's warning."""
    assert issubclass(RegistrationError, PickleregError)
    assert issubclass(RegistrationError, TypeError)
    assert issubclass(DiscoveryError, PickleregError)
    assert issubclass(DiscoveryWarning, UserWarning)

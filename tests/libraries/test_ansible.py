"""ansible-core: errors that are frozen dataclasses with slots."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

# ansible insists on being alone with Python's own hook, so beartype's, which docket brings, stands aside while it is imported.
with pytest.MonkeyPatch.context() as _patch:
    _others = [hook for hook in sys.path_hooks if "FileFinder" in repr(hook)][:-1]
    _patch.setattr(sys, "path_hooks", [hook for hook in sys.path_hooks if hook not in _others])
    gpg = pytest.importorskip("ansible.galaxy.collection.gpg")

#: What gpg says: class of the error, the line.
SAID = {
    "GpgExpSig": "[GNUPG:] EXPSIG 0123456789ABCDEF Somebody <somebody@example.org>",
    "GpgErrSig": "[GNUPG:] ERRSIG 0123456789ABCDEF 1 10 00 1700000000 9 -",
    "GpgNoPubkey": "[GNUPG:] NO_PUBKEY 0123456789ABCDEF",
    "GpgBadArmor": "[GNUPG:] BADARMOR",
}


def raised(line: str) -> Any:
    """Raise what ansible makes of a line of gpg's."""
    with pytest.raises(gpg.GpgBaseError) as caught:
        raise next(gpg.parse_gpg_errors(line))
    return caught.value


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("cls", SAID)
def test_a_frozen_dataclass(cls: str, how: str, reader: Reader) -> None:
    """All fields are there, and it is frozen there too."""
    exc = raised(SAID[cls])
    assert type(exc).__name__ == cls
    data = written(exc, how)
    assert reader.describe(data) == describe(exc)
    code = """
import dataclasses
try:
    obj.status = "other"
except dataclasses.FrozenInstanceError:
    result = repr(obj)
"""
    assert reader.read(data, code=code) == repr(exc)

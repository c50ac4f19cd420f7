"""Classes of the standard library that have another name, or another place, in another version of Python: both ways.

An error that is written under a name that the reader's Python lacks is looked for under the others, so that it is caught by what catches it
there. A class that is new, with nothing that was there before it, isn't in this table: a stand-in tells its name.
"""

from __future__ import annotations

from typing import Final

__all__ = ["RENAMED"]

_PATHS: Final = ("Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath", "WindowsPath")

#: By module and name, what to try in its place, in this order.
RENAMED: Final[dict[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    # 3.13 named re.error anew; the old name stays there.
    ("re", "PatternError"): (("re", "error"),),
    ("re", "error"): (("re", "PatternError"),),
    ("sre_constants", "error"): (("re", "PatternError"), ("re", "error")),
    ("re._constants", "error"): (("re", "PatternError"), ("re", "error")),
    # 3.13 gave pathlib an error of its own for what raised NotImplementedError.
    ("pathlib", "UnsupportedOperation"): (("builtins", "NotImplementedError"),),
    ("pathlib._abc", "UnsupportedOperation"): (("pathlib", "UnsupportedOperation"), ("builtins", "NotImplementedError")),
    ("pathlib._local", "UnsupportedOperation"): (("pathlib", "UnsupportedOperation"), ("builtins", "NotImplementedError")),
    # Classes of their own before 3.10 or 3.11, or in Python 2; their names lead to builtin ones since.
    **dict.fromkeys(
        [("asyncio.exceptions", "TimeoutError"), ("concurrent.futures._base", "TimeoutError"), ("socket", "timeout")],
        (("builtins", "TimeoutError"),),
    ),
    **dict.fromkeys(
        [("mmap", "error"), ("os", "error"), ("resource", "error"), ("select", "error"), ("socket", "error")], (("builtins", "OSError"),)
    ),
    # 3.13 alone says where pathlib's classes really are.
    **{("pathlib._local", name): (("pathlib", name),) for name in _PATHS},
}

"""Classes of the standard library that have another name, or another place, in another version of Python: both ways.

An error that is written under a name that the reader's Python lacks is looked for under the others, so that it is caught by what catches it
there. A class that is new, with nothing that was there before it, is a stand-in, which tells its name; of those that other Pythons have and
this one may lack, :mod:`picklereg.unpickling.stand_ins.error_names` knows the builtin class beneath.
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
        [
            ("asyncio.exceptions", "TimeoutError"),
            ("concurrent.futures._base", "TimeoutError"),
            ("_socket", "timeout"),
            ("socket", "timeout"),
        ],
        (("builtins", "TimeoutError"),),
    ),
    **dict.fromkeys(
        [
            *((module, "error") for module in ("_socket", "dbm.dumb", "mmap", "os", "posix", "resource", "select", "socket")),
            ("shutil", "ExecError"),  # until 3.13
            ("ssl", "socket_error"),
        ],
        (("builtins", "OSError"),),
    ),
    **dict.fromkeys([("_thread", "error"), ("threading", "ThreadError")], (("builtins", "RuntimeError"),)),
    ("calendar", "error"): (("builtins", "ValueError"),),
    # Its class says a name that isn't there, until 3.13.
    ("signal", "itimer_error"): (("signal", "ItimerError"),),
    ("_signal", "ItimerError"): (("signal", "ItimerError"),),
    # Where asyncio's errors were before 3.8, ssl's before 3.7, and zipfile's in Python 2.
    ("asyncio.base_futures", "InvalidStateError"): (("asyncio.exceptions", "InvalidStateError"),),
    **{("asyncio.streams", name): (("asyncio.exceptions", name),) for name in ("IncompleteReadError", "LimitOverrunError")},
    ("ssl", "CertificateError"): (("ssl", "SSLCertVerificationError"),),
    ("zipfile", "BadZipfile"): (("zipfile", "BadZipFile"),),
    # What was a distribution of its own before it came into Python, and the way back.
    ("importlib_metadata", "PackageNotFoundError"): (("importlib.metadata", "PackageNotFoundError"),),
    ("importlib.metadata", "PackageNotFoundError"): (("importlib_metadata", "PackageNotFoundError"),),
    ("tomli", "TOMLDecodeError"): (("tomllib", "TOMLDecodeError"),),
    ("tomllib", "TOMLDecodeError"): (("tomli", "TOMLDecodeError"),),
    **{
        (module, name): (("builtins", name),)
        for module in ("exceptiongroup", "exceptiongroup._exceptions")
        for name in ("BaseExceptionGroup", "ExceptionGroup")
    },
    # 3.13 alone says where pathlib's classes really are.
    **{("pathlib._local", name): (("pathlib", name),) for name in _PATHS},
}

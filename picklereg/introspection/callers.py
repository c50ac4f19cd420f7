"""Warnings that point at the line of the program that called us, however deep within picklereg they are found out."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from types import FrameType
from typing import Final

__all__ = ["warn_caller"]

#: What is no line of the program's: our own files, the import system, and what enters a ``with`` block.
_PASSED: Final = (f"{__file__.rpartition(os.sep)[0].rpartition(os.sep)[0]}{os.sep}", contextlib.__file__, "<frozen importlib")


def warn_caller(text: str, category: type[Warning]) -> None:
    """Warn.

    Args:
        text: the warning.
        category: its class.

    Raises:
        Warning: if the program's filters make an error of it.
    """
    frame = _outside(sys._getframe(1))  # noqa: SLF001  # documented; warnings.warn counts frames, and knows no files before 3.12
    names = frame.f_globals
    warnings.warn_explicit(
        text,
        category,
        frame.f_code.co_filename,
        frame.f_lineno,
        module=names.get("__name__", "<unknown>"),
        registry=names.setdefault("__warningregistry__", {}),
    )


def _outside(frame: FrameType) -> FrameType:
    """Give the first frame that isn't passed over, or the outermost one."""
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PASSED):
        frame = frame.f_back
    return frame

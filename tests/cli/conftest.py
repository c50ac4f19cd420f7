"""Modules to be checked."""

from __future__ import annotations

from check_samples import write

__all__ = ["write"]

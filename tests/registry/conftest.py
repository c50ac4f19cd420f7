"""Registries, and what others do to ``copyreg``."""

from __future__ import annotations

from table_samples import foreign, registry

__all__ = ["foreign", "registry"]

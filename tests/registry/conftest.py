"""Registries, what others do to ``copyreg``, and a watcher of imports."""

from __future__ import annotations

from import_samples import diary, write
from table_samples import foreign, registry

__all__ = ["diary", "foreign", "registry", "write"]

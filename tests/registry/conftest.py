"""Registries, what others do to ``copyreg``, a watcher of imports, and places for modules."""

from __future__ import annotations

from import_samples import diary, write
from set_samples import site
from table_samples import foreign, registry

__all__ = ["diary", "foreign", "registry", "site", "write"]

"""What the frameworks run on: a provider that refuses everything, and a real Redis."""

from __future__ import annotations

from proof.conftest import provider, redis_url

__all__ = ["provider", "redis_url"]

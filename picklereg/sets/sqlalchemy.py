"""SQLAlchemy: URLs of databases, as a program's own errors carry them; password and credential parameters are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.engine.url import URL

from picklereg.redaction import is_parameter, redact_secret

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["register", "strip_url"]


def register(registry: Registry) -> None:
    """Register SQLAlchemy's URLs.

    Args:
        registry: the registry.
    """
    registry.register_attachment(URL, strip_url)


def strip_url(url: URL) -> URL:
    """Give what travels of a URL.

    Args:
        url: the URL; it is not changed.

    Returns:
        The same without credentials.
    """
    if url.password is None and not url.query:
        return url
    password = None if url.password is None else redact_secret(str(url.password))  # whatever makes one is asked once
    return url.set(password=password, query={name: _parameter(name, value) for name, value in url.query.items()})


def _parameter(name: str, value: Any) -> Any:
    if not is_parameter(name):
        return value
    return tuple(map(redact_secret, value)) if isinstance(value, tuple) else redact_secret(value)

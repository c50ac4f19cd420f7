"""lxml: the error logs that its exceptions carry.

lxml alone can make an entry of a log, so in the reader a log that isn't empty is a ``collections.UserList`` (with lxml's ``last_error``) of
``types.SimpleNamespace``, with all attributes that lxml's entries have, and a note says so.
"""

from __future__ import annotations

from collections import UserList
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from lxml import etree  # type: ignore[import-untyped]

from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["register", "strip_log"]

_ATTRIBUTES: Final = (
    "column",
    "domain",
    "domain_name",
    "filename",
    "level",
    "level_name",
    "line",
    "message",
    "path",
    "type",
    "type_name",
)


def register(registry: Registry) -> None:
    """Register lxml's exceptions and error logs.

    Args:
        registry: the registry.
    """
    registry.register([etree.Error, etree.ParseError])
    registry.register_attachment(etree._ListErrorLog, strip_log)  # noqa: SLF001  # the class of every such log


def strip_log(log: Any) -> Expression:
    """Give what travels of an error log.

    Args:
        log: the log; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    entries = [SimpleNamespace(**{name: getattr(entry, name) for name in _ATTRIBUTES}) for entry in log]
    if not entries:
        return Expression(etree._ListErrorLog, [], None, None)  # noqa: SLF001  # entries, the first, the last
    state = {"last_error": entries[-1]}
    return Expression(UserList, entries, state=state, note="was replaced by a list of its entries: only lxml can make a log")

"""psycopg: the finished connection of an error that connecting raised, without its password.

psycopg's own ``__reduce__`` drops the connection, from the live error, too; so another one stands here. The connection travels,
since it tells which server was meant.
"""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.errors import FinishedPGconn, _info_to_dict

from picklereg.redaction import redact_secret
from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["reduce_error", "register", "strip_connection"]

_CREDENTIALS: Final = frozenset({b"password", b"sslpassword", b"oauth_client_secret"})


def register(registry: Registry) -> None:
    """Register psycopg's exceptions and finished connections.

    Args:
        registry: the registry.
    """
    registry.register({psycopg.Error: reduce_error, psycopg.Warning: None})
    registry.register_attachment(FinishedPGconn, strip_connection)


def reduce_error(exc: psycopg.Error) -> tuple[Any, ...]:
    """Give the reduce value of an error.

    Args:
        exc: the error; it is not changed.

    Returns:
        What psycopg gives itself: what the server said as a dictionary, by which ``diag`` is answered.
    """
    new: Any = copyreg.__newobj__  # type: ignore[attr-defined]
    return new, (type(exc), *exc.args), {"_info": _info_to_dict(exc._info)}  # noqa: SLF001


def strip_connection(connection: FinishedPGconn) -> Expression:
    """Give what travels of a finished connection.

    Args:
        connection: the connection; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    state = vars(connection) | {"notice_handler": None, "notify_handler": None}
    state["password"] = redact_secret(connection.password)
    state["info"] = [
        option._replace(val=redact_secret(option.val)) if option.keyword in _CREDENTIALS else option for option in connection.info
    ]
    return Expression(object.__new__, type(connection), state=state)

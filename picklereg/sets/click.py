"""click: the context, the command and the parameter of a usage error.

A command refers to functions that it has replaced under their names, which pickle refuses. In the reader stands a command of
the same name, kind, help text and parameters, without functions, and a context with the same parents: enough for ``show()``,
``format_message()`` and the usage line.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import click

from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["register", "strip_command", "strip_context", "strip_parameter"]


def register(registry: Registry) -> None:
    """Register click's exceptions, contexts and commands.

    Args:
        registry: the registry.
    """
    registry.register([click.ClickException, click.Abort, click.exceptions.Exit])
    registry.register_attachment(click.Context, strip_context)
    registry.register_attachment(click.Command, strip_command)
    registry.register_attachment(click.Parameter, strip_parameter)  # type: ignore[type-abstract]


def strip_context(context: click.Context) -> Expression:
    """Give what travels of a context.

    Args:
        context: the context; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    parent = None if context.parent is None else strip_context(context.parent)
    return Expression(click.Context, strip_command(context.command), parent, context.info_name)


def strip_command(command: click.Command) -> Expression:
    """Give what travels of a command.

    Args:
        command: the command; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    kind = click.Group if isinstance(command, click.Group) else click.Command
    texts = {name: getattr(command, name) for name in ("help", "epilog", "short_help", "options_metavar")}
    state: dict[str, Any] = {name: None if text is None else str(text) for name, text in texts.items()}  # they may be lazy
    state["params"] = [strip_parameter(param) for param in command.params]
    return Expression(kind, command.name, state=state)


def strip_parameter(param: click.Parameter) -> Expression:
    """Give what travels of an option or argument.

    Args:
        param: the parameter; it is not changed.

    Returns:
        What pickle writes in its place: a type that can't be pickled becomes ``STRING``, and any other such attribute ``None``.
    """
    kind = click.Option if isinstance(param, click.Option) else click.Argument
    state = {name: value if _travels(value) else None for name, value in vars(param).items()}
    state["type"] = state["type"] or click.STRING
    return Expression(object.__new__, kind, state=state)


def _travels(value: object) -> bool:
    try:
        pickle.loads(pickle.dumps(value))
    except Exception:  # noqa: BLE001  # whatever the value's own code raises
        return False
    return True

"""The one check of the ``registry=`` that functions on the floors above take."""

from __future__ import annotations

from picklereg.introspection.arguments import check_instance
from picklereg.registry.registry import Registry

__all__ = ["checked_registry"]


def checked_registry(registry: Registry) -> Registry:
    """Give a registry that was handed in, if it is one.

    Raises:
        ArgumentTypeError: if it isn't.
    """
    check_instance("registry", registry, Registry, "pass an instance, picklereg.Registry(...), or leave it out")
    return registry

"""jsonschema: what its errors refer to is found again in the reader, not copied.

``_unset`` is told from everything else by identity; type checkers and the specifications of the drafts hold functions
that can't be pickled. A checker or specification of somebody's own is left behind, with a note.
"""

from __future__ import annotations

import importlib
import operator
import pickle
from typing import TYPE_CHECKING, Any, Final

import jsonschema  # type: ignore[import-untyped]
import referencing
import referencing.jsonschema
from jsonschema import _types, _utils, exceptions

from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["register"]

_DRAFTS: Final = ("3", "4", "6", "7", "201909", "202012")


def register(registry: Registry) -> None:
    """Register jsonschema's and referencing's exceptions, and what they refer to.

    Args:
        registry: the registry.
    """
    registry.register("jsonschema.exceptions")
    registry.register("referencing.exceptions")
    registry.register_attachment(_utils.Unset, _strip_unset)
    registry.register_attachment(jsonschema.TypeChecker, _strip_checker)
    registry.register_attachment(referencing.Resource, _strip_resource)


def _strip_unset(_: Any) -> Expression:
    return _named(exceptions, "_unset")


def _strip_checker(checker: Any) -> Expression:
    return _found(checker, _types, [f"draft{draft}_type_checker" for draft in reversed(_DRAFTS)])


def _strip_resource(resource: Any) -> Expression:
    specification = _found(resource._specification, referencing.jsonschema, [f"DRAFT{draft}" for draft in _DRAFTS])  # noqa: SLF001
    pickle.loads(pickle.dumps(resource.contents))  # what an Expression holds is not tried out; raises for a document that can't travel
    return Expression(type(resource), resource.contents, specification)


def _found(value: Any, module: Any, names: list[str]) -> Expression:
    for name in names:
        if getattr(module, name, None) is value:
            return _named(module, name)
    msg = f"it is none of {module.__name__}'s own"
    raise LookupError(msg)


def _named(module: Any, name: str) -> Expression:
    return Expression(operator.attrgetter(name), Expression(importlib.import_module, module.__name__))

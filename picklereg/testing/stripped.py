"""Whether what differs in an exception that arrived is what a declared strip function was to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import args_of, cause_of, context_of, dict_of, read_field, sub_exceptions
from picklereg.introspection.kinds import exceptions_in
from picklereg.registry.registry import DEFAULT_REGISTRY

if TYPE_CHECKING:
    from picklereg.testing.compare import Difference

__all__ = ["is_stripped"]

#: How many values of one piece are looked through for attachments.
_MOST: Final = 1_000


def is_stripped(exc: BaseException, differences: Sequence[Difference]) -> bool:
    """Tell whether all that no note names is in values that hold what the default registry strips.

    Args:
        exc: the exception in the writer.
        differences: how it differs from what arrived.

    Returns:
        Whether there is such a value for each. The text of an exception follows from its pieces.
    """
    stripped = {found.piece for found in differences if found.noted or _holds_attachment(_values(exc, found.piece))}
    texts = {found.piece for found in differences if found.piece.rpartition(".")[2] == "str"}
    explained = {text for text in texts if any(_path(piece) == _path(text) for piece in stripped)}
    return all(found.piece in stripped | explained for found in differences)


def _path(piece: str) -> str:
    """Give what leads to the exception that a piece belongs to."""
    words = piece.split(" ", 1)[0]
    return words.rpartition(".")[0]


def _values(exc: BaseException, piece: str) -> Iterator[Any]:
    """Give the values that a piece may be."""
    for owner in _owners(exc, _path(piece)):
        name = piece.removeprefix(_path(piece)).removeprefix(".")
        if name.startswith("args"):
            yield from args_of(owner)
        elif name.startswith("attr "):
            yield _attribute(owner, name.removeprefix("attr "))


def _attribute(owner: BaseException, name: str) -> Any:
    """Give what Python itself keeps under a name: no code of the class runs."""
    field = dict(plan_for(type(owner)).fields).get(name)
    return dict_of(owner).get(name) if field is None else read_field(owner, field)


def _owners(exc: BaseException, path: str) -> list[BaseException]:
    """Follow links; where several are of one kind, all of them count."""
    owners = [exc]
    for link in filter(None, path.split(".")):
        found: list[BaseException | None] = []
        for owner in owners:
            if link == "cause":
                found.append(cause_of(owner))
            elif link == "context":
                found.append(context_of(owner))
            else:
                found += [*sub_exceptions(owner), *exceptions_in([*args_of(owner), *dict_of(owner).values()])]
        owners = [each for each in found if each is not None]
    return owners


def _holds_attachment(values: Iterator[Any]) -> bool:
    """Tell whether a value that is stripped lies in some, in containers, or as an attribute of an object."""
    stack, seen = list(values), set[int]()
    while stack and len(seen) < _MOST:
        value = stack.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if DEFAULT_REGISTRY.strip_for(type(value)) is not None:
            return True
        if isinstance(value, dict):
            stack += [*value.keys(), *value.values()]
        elif isinstance(value, list | tuple | set | frozenset):
            stack += value
        elif not isinstance(value, BaseException | type):
            stack += getattr(value, "__dict__", {}).values()
    return False

"""The ways in which programs write an exception: picklereg's own functions, and others' once picklereg is installed.

What a reader gets must not depend on the way. So a test that is about what arrives, or what stays here, asks each kind of them:

    with writing(mode, registry) as write:
        data = write(error)
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.reduction import ForkingPickler
from typing import Any, Final

import cloudpickle
from attachment_samples import Blob, Call, Copied, Cursor, Link, Made, Request, Stuck, make

import picklereg
from picklereg.redaction import redact_headers, redact_url
from picklereg.reduction.expression import Expression

__all__ = ["ALL_MODES", "BY_VALUE", "MODES", "PLACES", "a_registry", "in_each_mode", "writing"]

Write = Callable[[Any], bytes]


def _by_class(pickler: Callable[..., Any]) -> Write:
    def write(obj: Any) -> bytes:
        file = io.BytesIO()
        pickler(file).dump(obj)
        return file.getvalue()

    return write


def _for_a_process(obj: Any) -> bytes:
    return bytes(ForkingPickler.dumps(obj))


#: What others write with, while picklereg is installed for all exceptions.
_INSTALLED: Final[dict[str, Write]] = {
    "pickle.dumps": pickle.dumps,
    "pickle.Pickler": _by_class(pickle.Pickler),
    "cloudpickle.dumps": cloudpickle.dumps,
    "cloudpickle.Pickler": _by_class(cloudpickle.Pickler),
    "ForkingPickler": _for_a_process,
}
ALL_MODES: Final = ("picklereg.dumps", "picklereg.Pickler", *_INSTALLED)
#: Those that most tests ask: a pickler's own ``dumps`` and its class write in the same way, which ``test_modes_agree.py`` holds them to.
MODES: Final = tuple(mode for mode in ALL_MODES if mode not in {"pickle.Pickler", "cloudpickle.Pickler"})
#: Those that write a class by value which a reader couldn't import.
BY_VALUE: Final = frozenset({"picklereg.dumps", "picklereg.Pickler", "cloudpickle.dumps"})

#: Where an exception may stand in what is written, and where it is then found as ``obj``; ``None`` if something beside it isn't right.
PLACES: Final[dict[str, tuple[Callable[[BaseException], Any], str]]] = {
    "alone": (lambda exc: exc, "obj"),
    "in a list": (lambda exc: [exc], "obj[0]"),
    "beside others": (
        lambda exc: {"result": [1, {"of": "others"}], "error": exc, "when": (2.5, None)},
        'obj.pop("error") if list(obj) == ["result", "error", "when"] and obj["result"] == [1, {"of": "others"}] else None',
    ),
    "twice": (lambda exc: [exc, exc], "obj[0] if obj[0] is obj[1] else None"),
}


@contextmanager
def writing(mode: str, registry: picklereg.Registry) -> Iterator[Write]:
    """Give what writes in one of the :data:`MODES`, by the rules of a registry."""
    if mode == "picklereg.dumps":
        yield lambda obj: picklereg.dumps(obj, registry=registry)
    elif mode == "picklereg.Pickler":
        yield _by_class(lambda file: picklereg.Pickler(file, registry=registry))
    else:
        with registry.installed(all_exceptions=True):
            yield _INSTALLED[mode]


def in_each_mode(registry: picklereg.Registry) -> Iterator[tuple[str, Write]]:
    """Give each of the :data:`MODES` with what writes in it; for those that need it, the registry is installed once, as in a program."""
    for mode in MODES:
        if mode not in _INSTALLED:
            with writing(mode, registry) as write:
                yield mode, write
    with registry.installed(all_exceptions=True):
        yield from ((mode, write) for mode, write in _INSTALLED.items() if mode in MODES)


# --- a registry that knows attachments ----------------------------------------------------------------------------


def a_registry(**options: Any) -> picklereg.Registry:
    """Give a registry of its own that knows the attachments of ``attachment_samples``, each stripped in a way of its own."""
    registry = picklereg.Registry(entry_points=False, **options)
    registry.register_attachment(Request, _strip_request)
    registry.register_attachment(Blob, lambda blob: {"url": blob.url, "page": blob.page})
    registry.register_attachment(Cursor, lambda cursor: Expression(list, cursor.rows, note="was replaced by a list"))
    registry.register_attachment(Call, lambda call: Expression(Call, *map(_stripped, call.parts)))
    registry.register_attachment(Made, lambda made: Expression(make, Made, state={"page": vars(made)["page"]}))
    registry.register_attachment(Link, lambda link: Expression(object.__new__, Link, state={"url": redact_url(link.url)}))
    registry.register_attachment(Copied, lambda copied: Copied(copied.times + 1, redact_url(copied.url)))
    registry.register_attachment(Stuck, lambda stuck: stuck.nothing)  # type: ignore[attr-defined]
    return registry


def _strip_request(request: Request) -> Expression:
    state = {name: value for name, value in vars(request).items() if name != "lock"}
    if "headers" in state:
        state["headers"] = redact_headers(state["headers"])
    if "url" in state:
        state["url"] = redact_url(state["url"])
    if "history" in state:  # what is inside a container, nobody else strips
        state["history"] = [*map(_stripped, state["history"])]
    return Expression(object.__new__, type(request), state=state)


def _stripped(part: Any) -> Any:
    return _strip_request(part) if isinstance(part, Request) else part

"""Plausible values for a function's parameters: what a signature says, then what a name suggests.

Every parameter has several candidates, the most specific first. :func:`calls` turns a signature into calls to try, one after another.
"""

from __future__ import annotations

import collections.abc
import copy
import datetime as dt
import decimal
import enum
import inspect
import pathlib
import sys
import uuid
from collections.abc import Callable, Iterator
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

from picklereg.introspection.naming import type_name

__all__ = ["Call", "calls", "candidates", "instance_of", "maker_of"]

#: Positional and keyword arguments.
Call = tuple[tuple[Any, ...], dict[str, Any]]

#: How many candidates of each parameter are tried, and how deep a value's own parameters are followed.
_MAX_CANDIDATES: Final = 6
_MAX_DEPTH: Final = 3

_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIADIC: Final = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_EMPTY: Final = inspect.Parameter.empty
#: Annotations that say nothing.
_UNTOLD: Final = (_EMPTY, Any, object)
_URL: Final = "https://api.example/v1/things"
#: As clients send them: with a credential, which must not arrive.
_HEADERS: Final = {"authorization": "Bearer sk-0123456789abcdef", "x-thing": "7"}

_BY_TYPE: Final[dict[Any, Any]] = {
    float: 1.5,
    bool: True,
    complex: 1j,
    bytes: b"some data",
    bytearray: bytearray(b"some data"),
    type(None): None,
    list: ["an item"],
    tuple: ("an item",),
    set: {"an item"},
    frozenset: frozenset({"an item"}),
    dict: {"key": "value"},
    type: ValueError,
    Exception: ValueError("inner"),
    BaseException: ValueError("inner"),
    BaseExceptionGroup: ExceptionGroup("several", [ValueError("inner")]),
    ExceptionGroup: ExceptionGroup("several", [ValueError("inner")]),
    pathlib.Path: pathlib.Path("some_file.txt"),
    pathlib.PurePath: pathlib.PurePath("some_file.txt"),
    dt.datetime: dt.datetime(2020, 2, 29, 12, 30, tzinfo=dt.UTC),
    dt.date: dt.date(2020, 2, 29),
    dt.timedelta: dt.timedelta(seconds=90),
    decimal.Decimal: decimal.Decimal("1.50"),
    uuid.UUID: uuid.UUID(int=7),
    collections.abc.Callable: len,
    collections.abc.Sequence: ["an item"],
    collections.abc.MutableSequence: ["an item"],
    collections.abc.Iterable: ["an item"],
    collections.abc.Collection: ["an item"],
    collections.abc.Set: frozenset({"an item"}),
    collections.abc.Mapping: {"key": "value"},
    collections.abc.MutableMapping: {"key": "value"},
}

#: What a part of a parameter's name suggests; the first that fits counts.
_BY_NAME: Final[tuple[tuple[tuple[str, ...], Any], ...]] = (
    (("status", "code"), 429),
    (("errno", "line", "column", "pos", "size", "count", "retr", "attempt", "timeout", "port", "num", "limit"), 3),
    (("errors", "exceptions", "excs", "causes", "failures"), [ValueError("inner")]),
    (("error", "exc", "cause", "original", "inner"), ValueError("inner")),
    (("headers", "param", "body", "detail", "data", "context", "extra", "kwargs", "info", "config", "options"), {"key": "value"}),
    (("args", "items", "list", "names", "keys", "values"), ["an item"]),
    (("path", "file"), "some_file.txt"),
    (("url", "uri"), _URL),
    (("bytes", "content"), b"some data"),
)
#: In place of what neither type nor name tells.
_ANYTHING: Final = (3, None, {"key": "value"}, ["an item"], ValueError("inner"))


def candidates(annotation: Any, name: str, depth: int = 0) -> list[Any]:
    """Give plausible values for a parameter, the most specific first.

    Args:
        annotation: its annotation, or ``inspect.Parameter.empty``.
        name: its name.
        depth: how many calls for values of values this is inside of.

    Returns:
        At least one value; different ones.
    """
    found = [*_of_annotation(annotation, name, depth), *_of_name(name), *copy.deepcopy(_ANYTHING)]
    return list({f"{type_name(type(value))} {value!r}": value for value in found}.values())[:_MAX_CANDIDATES]


def calls(cls: type, depth: int = 0) -> Iterator[Call]:
    """Give calls of a class that its signature allows, the most plausible first.

    Args:
        cls: what is to be called; a class that doesn't tell its signature gives no calls.
        depth: as for :func:`candidates`.
    """
    try:
        parameters = list(inspect.signature(cls).parameters.values())
        values = {
            parameter.name: candidates(_resolved(parameter.annotation, cls), parameter.name, depth)
            for parameter in parameters
            if parameter.kind not in _VARIADIC
        }
    except Exception:  # noqa: BLE001  # TypeError and ValueError, but also what a __signature__ or an annotation of any kind raises
        return
    for rank in range(_MAX_CANDIDATES):
        for wants_optional in (True, False):
            chosen = {name: known[min(rank, len(known) - 1)] for name, known in values.items()}
            yield _call(parameters, chosen, wants_optional=wants_optional)


def _call(parameters: list[inspect.Parameter], chosen: dict[str, Any], *, wants_optional: bool) -> Call:
    """Pass by position what can be, as most callers do: ``BaseException.__new__`` makes ``args`` of it."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            args += [] if args or kwargs else ["something went wrong"]
        elif parameter.name not in chosen or not (parameter.default is _EMPTY or (wants_optional and parameter.default is None)):
            continue
        elif parameter.kind in _POSITIONAL and len(args) == parameters.index(parameter):
            args.append(chosen[parameter.name])
        elif parameter.kind is not inspect.Parameter.POSITIONAL_ONLY:
            kwargs[parameter.name] = chosen[parameter.name]
    return tuple(args), kwargs


def instance_of(cls: type, depth: int = 0) -> Any:
    """Make an instance of some class by its signature.

    Args:
        cls: the class.
        depth: as for :func:`candidates`.

    Returns:
        An instance, or ``None`` if no call gave one.
    """
    if depth < _MAX_DEPTH:
        for args, kwargs in (*calls(cls, depth + 1), ((), {}), (("inner",), {})):
            try:
                return cls(*args, **kwargs)
            except Exception:  # noqa: BLE001, S112  # the next call may suit it
                continue
    return None


# --- from an annotation -------------------------------------------------------------------------------------------


def _resolved(annotation: Any, cls: type) -> Any:
    """Evaluate an annotation that is text in the module of its function; text it stays if a name is missing there."""
    if not isinstance(annotation, str):
        return annotation
    maker = next((maker for base in cls.__mro__ if (maker := maker_of(base)) is not None), cls)
    try:
        return eval(annotation, dict(getattr(inspect.unwrap(maker), "__globals__", {})))  # noqa: S307  # the module's own code
    except Exception:  # noqa: BLE001  # whatever evaluating foreign text raises; often names for type checkers only
        return annotation


def maker_of(cls: type) -> Any:
    """Give the ``__init__`` or ``__new__`` that a class itself defines in Python, or ``None``."""
    makers = (vars(cls).get(name) for name in ("__init__", "__new__"))
    functions = (getattr(maker, "__func__", maker) for maker in makers)  # __new__ is a staticmethod
    return next((function for function in functions if hasattr(function, "__code__")), None)


def _of_annotation(annotation: Any, name: str, depth: int) -> list[Any]:
    if isinstance(annotation, str):
        return _of_text(annotation)
    if isinstance(annotation, TypeVar):
        return _of_parts(annotation.__constraints__ or (annotation.__bound__,), name, depth)
    if hasattr(annotation, "__supertype__"):  # a NewType
        return _of_annotation(annotation.__supertype__, name, depth)
    origin = get_origin(annotation)
    if origin is not None:
        return _of_generic(origin, get_args(annotation), name, depth)
    return _of_class(annotation, name, depth) if isinstance(annotation, type) else []


def _of_generic(origin: Any, parts: tuple[Any, ...], name: str, depth: int) -> list[Any]:
    if origin in (Union, UnionType):
        return _of_parts(parts, name, depth)
    if origin is Annotated:
        return _of_annotation(parts[0], name, depth)
    if origin in (Literal, type):
        return [part for part in parts if origin is Literal or isinstance(part, type)]
    return _of_container(origin, parts, name, depth) if isinstance(origin, type) else []


def _of_parts(parts: tuple[Any, ...], name: str, depth: int) -> list[Any]:
    """Give values for alternatives, ``None`` last."""
    ordered = sorted(parts, key=lambda part: part in (None, type(None)))
    return [value for part in ordered for value in _of_annotation(part, name, depth)]


def _of_container(cls: type, parts: tuple[Any, ...], name: str, depth: int) -> list[Any]:
    """Give a container of values of the right types, if it is one that Python has."""
    pattern = _BY_TYPE.get(cls)
    if isinstance(pattern, tuple) and ... not in parts:
        return [tuple(candidates(part, name, depth)[0] for part in parts)]
    if isinstance(pattern, (tuple, list, set, frozenset)):
        return [type(pattern)([candidates(parts[0], name, depth)[0]])]
    if isinstance(pattern, dict):
        return [{candidates(parts[0], "name", depth)[0]: candidates(parts[1], "value", depth)[0]}]
    return _of_class(cls, name, depth)


def _of_class(cls: type, name: str, depth: int) -> list[Any]:
    if cls in _UNTOLD:
        return []
    if cls in (str, int):
        return [value for value in (*_of_name(name), 3) if type(value) is cls][:1]
    if cls in _BY_TYPE:
        return [copy.deepcopy(_BY_TYPE[cls])]
    if issubclass(cls, enum.Enum):
        return list(cls)[:1]
    package = cls.__module__.partition(".")[0]
    http = _HTTP.get(f"{package}.{cls.__name__}")
    made = instance_of(cls, depth) if http is None else http(sys.modules[package])
    return [] if made is None else [made]


def _of_text(annotation: str) -> list[Any]:
    """Give values for an annotation whose names are known to type checkers only."""
    return [value for word in ("Response", "Request") if word in annotation for value in _http(word, annotation)]


# --- from a name --------------------------------------------------------------------------------------------------


def _of_name(name: str) -> list[Any]:
    lower = name.lower()
    text = f"the {name}"
    for word in ("Response", "Request"):
        if word.lower() in lower.split("_"):
            return [*_http(word), text]
    return [*copy.deepcopy([value for words, value in _BY_NAME if any(word in lower for word in words)][:1]), text]


# --- what HTTP errors carry ---------------------------------------------------------------------------------------


def _http(word: str, annotation: str = "") -> list[Any]:
    """Give responses or requests of the libraries that are imported, those first that the annotation names."""
    makers = [key for key in _HTTP if word in key and key.partition(".")[0] in sys.modules]
    makers.sort(key=lambda key: key.partition(".")[0] not in annotation)
    return [_HTTP[key](sys.modules[key.partition(".")[0]]) for key in makers]


def _httpx_request(httpx: Any) -> Any:
    return httpx.Request("POST", _URL, headers=_HEADERS)


def _httpx_response(httpx: Any) -> Any:
    return httpx.Response(429, request=_httpx_request(httpx), json={"error": {"message": "slow down"}})


def _requests_request(requests: Any) -> Any:
    return requests.Request("POST", _URL, headers=_HEADERS).prepare()


def _requests_response(requests: Any) -> Any:
    response = requests.Response()
    response.status_code, response.reason, response.url = 429, "Too Many Requests", _URL
    response._content = b'{"error": "slow down"}'  # noqa: SLF001  # as requests' own users do in tests; there is no public way
    response.request = _requests_request(requests)
    return response


#: By module and class name: annotations name the public class, whatever module it is defined in.
_HTTP: Final[dict[str, Callable[[Any], Any]]] = {
    "httpx.Response": _httpx_response,
    "httpx.Request": _httpx_request,
    "httpx2.Response": _httpx_response,
    "httpx2.Request": _httpx_request,
    "requests.Response": _requests_response,
    "requests.Request": _requests_request,
    "requests.PreparedRequest": _requests_request,
}

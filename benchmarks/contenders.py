"""Who pickles. Those that change a whole process have one of their own."""

from __future__ import annotations

import importlib
import io
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import cloudpickle

import picklereg

__all__ = ["CONTENDERS", "Contender", "contenders_in"]


class Contender:
    """One way to pickle.

    Args:
        dumps: takes an object and, by keyword, ``buffer_callback``.
        loads: takes bytes and, by keyword, ``buffers``.
    """

    def __init__(self, dumps: Callable[..., bytes], loads: Callable[..., Any] = pickle.loads) -> None:
        self.dumps = dumps
        self.loads = loads


_pickle: Final = partial(pickle.dumps, protocol=pickle.HIGHEST_PROTOCOL)


def _pickler(obj: Any, buffer_callback: Any = None) -> bytes:
    file = io.BytesIO()
    picklereg.Pickler(file, buffer_callback=buffer_callback).dump(obj)
    return file.getvalue()


def _as_they_are() -> dict[str, Contender]:
    return {
        "pickle": Contender(_pickle),
        "cloudpickle": Contender(cloudpickle.dumps),
        "picklereg.dumps": Contender(picklereg.dumps, picklereg.loads),
        "picklereg.Pickler": Contender(_pickler, picklereg.loads),
    }


def _dill() -> dict[str, Contender]:
    dill: Any = importlib.import_module("dill")
    return {"dill": Contender(dill.dumps, dill.loads)}


def _tblib() -> dict[str, Contender]:
    importlib.import_module("tblib.pickling_support").install()
    return {"tblib + cloudpickle": Contender(cloudpickle.dumps)}


def _rebuild(cls: type[BaseException], args: tuple[Any, ...], state: dict[str, Any]) -> BaseException:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


def _reduce(error: BaseException) -> tuple[Any, ...]:
    return _rebuild, (type(error), error.args, error.__dict__)


def _patched() -> dict[str, Contender]:
    def reduce_all(cls: type[BaseException]) -> None:
        for each in cls.__subclasses__():
            if each.__module__.partition(".")[0] in {"benchmarks", "httpx", "litellm", "openai"}:
                each.__reduce__ = _reduce  # type: ignore[assignment,method-assign]
            reduce_all(each)

    importlib.import_module("litellm")
    importlib.import_module("benchmarks.samples")
    reduce_all(BaseException)
    return {"patched __reduce__": Contender(_pickle)}


def _installed() -> dict[str, Contender]:
    picklereg.install()
    picklereg.register("benchmarks.samples")
    return {"install(), pickle": Contender(_pickle), "install(), cloudpickle": Contender(cloudpickle.dumps)}


_STATES: Final[dict[str, Callable[[], dict[str, Contender]]]] = {
    "as they are": _as_they_are,
    "dill": _dill,
    "tblib": _tblib,
    "patched": _patched,
    "installed": _installed,
}
#: In which process each one is.
CONTENDERS: Final = {
    "pickle": "as they are",
    "cloudpickle": "as they are",
    "dill": "dill",
    "tblib + cloudpickle": "tblib",
    "patched __reduce__": "patched",
    "picklereg.dumps": "as they are",
    "picklereg.Pickler": "as they are",
    "install(), pickle": "installed",
    "install(), cloudpickle": "installed",
}


def contenders_in(state: str) -> dict[str, Contender]:
    """Make this process what some contenders need, and give them.

    Args:
        state: a value of :data:`CONTENDERS`.

    Returns:
        The contenders, by name.
    """
    return _STATES[state]()

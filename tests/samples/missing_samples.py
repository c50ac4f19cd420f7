"""A distribution that the writer has and the reader lacks: what it writes, and what becomes of it where it exists again.

The writer and the last reader are processes of their own; the tests are the reader in between, which has no ``absent_shop``.
"""

from __future__ import annotations

import base64
import functools
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

__all__ = ["NAMES", "PROTOCOLS", "arrivals", "payload", "written"]

PROTOCOLS = range(6)
ROOT = Path(__file__).parents[2]

SHOP = """
import collections, copyreg, enum, pickle

class OrderError(Exception):
    def __init__(self, order, *, reason):
        super().__init__(f"order {order}: {reason}")
        self.order = order
        self.info = Info(1)

class Info:
    def __init__(self, n):
        self.n = n

class StockError(Exception):
    pass

class Outer:
    class InnerError(Exception):
        pass

class FrozenError(Exception):
    __slots__ = ("code",)
    def __init__(self, code):
        object.__setattr__(self, "code", code)
    def __setattr__(self, name, value):
        raise AttributeError(name)

class FrozenDictError(Exception):
    def __init__(self, code):
        self.__dict__["code"] = code
    def __setattr__(self, name, value):
        raise AttributeError(name)

class Slotted(Exception):
    __slots__ = ("code",)
    def __init__(self, code):
        super().__init__(code)
        self.code = code

class OwnNew(OSError):
    def __new__(cls, a, b):
        return super().__new__(cls)
    def __init__(self, a, b):
        self.errno, self.strerror = 2, "no"

class Disk(OSError):
    pass

class Full(MemoryError):
    pass

class Stop(StopIteration):
    pass

class Decode(UnicodeDecodeError):
    pass

class Batch(ExceptionGroup):
    pass

class BaseBatch(BaseExceptionGroup):
    pass

class CodeErrorGroup(ExceptionGroup):
    def __new__(cls, code, excs):
        self = super().__new__(cls, f"code {code}", excs)
        self.code = code
        return self
    def __reduce__(self):
        return type(self), (self.code, self.exceptions)

class InterruptError(KeyboardInterrupt):
    pass

class StateError(Exception):
    def __getstate__(self):
        return ("a tuple", len(self.args))
    def __reduce__(self):
        return type(self), self.args, self.__getstate__()
    def __setstate__(self, state):
        self.state = state

class OwnStateError(Exception):
    def __init__(self, a, *, b):
        super().__init__(a)
        self.b = b
    def __setstate__(self, state):
        raise NotImplementedError

class KeywordError(Exception):
    def __new__(cls, *args, code=0):
        self = super().__new__(cls, *args)
        self.code = code
        return self
    def __init__(self, *args, code=0):
        super().__init__(*args)
    def __reduce__(self):
        return copyreg.__newobj_ex__, (type(self), self.args, {"code": self.code})

class Bag(list):
    pass

class Table(dict):
    pass

class Colour(enum.Enum):
    RED = 1

class Full2:
    def __init__(self, *, depth):
        self.depth = depth
    def __getnewargs_ex__(self):
        return (), {"depth": self.depth}
    def __new__(cls, *, depth):
        return super().__new__(cls)

def tell(order):
    return order

def holding():
    error = StockError("held")
    error.bag = Bag([1, 2])
    error.small_bag = Bag([1])
    error.table = Table(a=Info(2))
    error.colour = Colour.RED
    error.depth = Full2(depth=3)
    return error

def naming():
    error = StockError("named")
    error.kind = StockError
    error.other = Info
    error.tell = tell
    return error

def chained(error):
    try:
        try:
            raise KeyError("k")
        except KeyError:
            raise error from StockError("tea")
    except BaseException as caught:
        return caught

def noted(error):
    error.add_note("a note")
    return chained(error)

def group(error):
    return ExceptionGroup("g", [error])

def silent():
    try:
        raise StockError("tea") from None
    except StockError as error:
        return error

def looping():
    error = StockError("loop")
    error.itself = [error]
    return error

ERRORS = {
    "keyword-only": lambda: noted(OrderError(1, reason="r")),
    "nested class": lambda: noted(Outer.InnerError("i", 2)),
    "frozen slots": lambda: chained(FrozenError(3)),
    "frozen dict": lambda: chained(FrozenDictError(3)),
    "slots": lambda: noted(Slotted(4)),
    "own new": lambda: noted(OwnNew(1, 2)),
    "os error": lambda: noted(Disk(2, "text", "file")),
    "memory error": lambda: noted(Full("ram")),
    "stop iteration": lambda: noted(Stop(5)),
    "unicode error": lambda: noted(Decode("ascii", b"x", 0, 1, "why")),
    "group": lambda: noted(Batch("b", [ValueError(1), StockError("x")])),
    "base group": lambda: noted(BaseBatch("b", [InterruptError(), StockError("x")])),
    "group of base exceptions": lambda: BaseExceptionGroup("b", [InterruptError("x")]),
    "group of their own making": lambda: CodeErrorGroup(7, [StockError("x")]),
    "own state": lambda: noted(OwnStateError(1, b=2)),
    "silent": silent,
    "state": lambda: group(StateError("s")),
    "keywords": lambda: KeywordError("k", code=3),
    "holding": holding,
    "looping": looping,
    "naming": naming,
}
"""

WRITER = """
import base64, copyreg, json, pickle, sys
sys.path.insert(0, sys.argv[1])
import absent_shop, crossing, picklereg
found = {}
for name, make in absent_shop.ERRORS.items():
    for protocol in range(6):
        error = make()
        data = {"picklereg": picklereg.dumps(error, protocol), "pickle": pickle.dumps(error, protocol)}
        for writer, written in data.items():
            try:
                expected = crossing.describe(pickle.loads(written))
            except (TypeError, AttributeError, NotImplementedError):  # plain pickle has its limits
                continue
            found[f"{name} {writer} {protocol}"] = [base64.b64encode(written).decode(), expected]
print(json.dumps(found))
"""

READER = """
import base64, json, pickle, sys
sys.path.insert(0, sys.argv[1])
import crossing
assert "picklereg" not in sys.modules
described = [crossing.describe(pickle.loads(base64.b64decode(line))) for line in sys.stdin]
assert "picklereg" not in sys.modules
print(json.dumps(described))
"""


@functools.cache
def _directory() -> tempfile.TemporaryDirectory[str]:
    directory = tempfile.TemporaryDirectory()
    Path(directory.name, "absent_shop.py").write_text(textwrap.dedent(SHOP), "utf-8")
    return directory


def _run(code: str, given: str, path: str) -> Any:
    command = [sys.executable, "-c", code, _directory().name]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": path})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@functools.cache
def written() -> dict[str, tuple[bytes, Any]]:
    """Give all that the writer wrote: by error, writer and protocol, the bytes and what is to arrive."""
    found = _run(WRITER, "", os.pathsep.join([str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/samples")]))
    return {name: (base64.b64decode(data), expected) for name, (data, expected) in found.items()}


def payload(name: str, protocol: int = 4, writer: str = "picklereg") -> bytes:
    """Give the bytes of one error."""
    return written()[f"{name} {writer} {protocol}"][0]


def arrivals(pickles: list[bytes]) -> list[Any]:
    """Tell what a process gets that has the distribution, and no picklereg."""
    return list(
        _run(
            READER,
            "\n".join(base64.b64encode(data).decode() for data in pickles),
            os.pathsep.join([str(ROOT / "tests"), str(ROOT / "tests/samples")]),
        )
    )


NAMES = [line.partition('"')[2].partition('"')[0] for line in SHOP.partition("ERRORS = {")[2].splitlines() if ":" in line]

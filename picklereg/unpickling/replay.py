"""Reading the same bytes twice: files that can't go back, and out-of-band buffers."""

from __future__ import annotations

import io
import itertools
import pickle
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["Buffers", "Refill", "Tape", "can_seek"]


def can_seek(file: Any) -> bool:
    """Tell whether a file can go back."""
    try:
        return bool(file.seekable())
    except AttributeError:  # pickle asks for read and readline only
        return False


class Refill:
    """A file that an unpickler reads from: the first ``load`` fills its memo, all others read the given file.

    The objects are handed over as out-of-band buffers, which may be anything.

    Args:
        memo: what the memo is to hold.
        file: the file.
        options: the unpickler's.
    """

    def __init__(self, memo: dict[int, Any], file: Any, options: dict[str, Any]) -> None:
        steps = [pickle.NEXT_BUFFER + pickle.LONG_BINPUT + index.to_bytes(4, "little") + pickle.POP for index in memo]
        self._filling = io.BytesIO(b"".join((pickle.PROTO, b"\x05", *steps, pickle.NONE, pickle.STOP)))
        self._file = file
        self.options: dict[str, Any] = {**options, "buffers": itertools.chain(memo.values(), options.get("buffers") or ())}

    def read(self, size: int) -> Any:
        """Read so many bytes."""
        return self._filling.read(size) or self._file.read(size)

    def readline(self) -> Any:
        """Read a line."""
        return self._file.readline()


class Tape:
    """A file that can't seek, with a memory of what was read of it since the last :meth:`begin`."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._kept = bytearray()
        self._at = 0

    def begin(self) -> int:
        """Forget what was read."""
        del self._kept[: self._at]
        self._at = 0
        return 0

    def tell(self) -> int:
        """Give the position since the last :meth:`begin`."""
        return self._at

    def seek(self, position: int) -> None:
        """Go to a position since the last :meth:`begin`."""
        self._at = position

    def read(self, size: int) -> bytes:
        """Read so many bytes."""
        lacking = self._at + size - len(self._kept)
        if lacking > 0:
            self._kept += self._file.read(lacking)
        return self._take(self._at + size)

    def readline(self) -> bytes:
        """Read a line."""
        end = self._kept.find(b"\n", self._at) + 1
        if not end:
            self._kept += self._file.readline()
        return self._take(end or len(self._kept))

    def _take(self, end: int) -> bytes:
        start, self._at = self._at, min(end, len(self._kept))
        return bytes(self._kept[start : self._at])


class Buffers:
    """Out-of-band buffers, with a memory of those that were used since the last :meth:`begin`."""

    def __init__(self, buffers: Iterable[Any]) -> None:
        self._rest = iter(buffers)
        self._used: list[Any] = []

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        self._used.append(next(self._rest))
        return self._used[-1]

    def begin(self) -> None:
        """Forget the used ones."""
        self._used = []

    def rewind(self) -> None:
        """Give the used ones again."""
        self._rest = itertools.chain(self._used, self._rest)
        self._used = []

"""Exceptions that tests of ``picklereg.testing`` send; the reader imports them, so nothing here needs picklereg."""

from __future__ import annotations

import os
import threading
from typing import Any


class PlainError(Exception):
    box: object
    key: str


class OrderError(Exception):
    def __init__(self, order: int, *, customer: str) -> None:
        super().__init__(f"order {order}")
        self.order = order
        self.customer = customer


class LockedError(Exception):
    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.lock = threading.Lock()


class CountingError(Exception):
    def __init__(self, count: object) -> None:
        super().__init__(f"count {count}")


class DeadlyError(Exception):
    def __reduce__(self) -> Any:
        return os._exit, (3,)


class Box:
    """Holds something, and doesn't show it."""

    def __init__(self, content: object) -> None:
        self._content = content

    def __repr__(self) -> str:
        return "<a box>"

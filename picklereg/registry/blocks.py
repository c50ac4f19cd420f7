"""Blocks of code within which a registry is installed: those of all threads count, and the last one that ends uninstalls it."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["Blocks"]


class Blocks:
    """The blocks of one registry that are open."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._open = 0
        self._was_installed = False

    def enter(self, is_installed: Callable[[], bool]) -> None:
        """Count a block that begins.

        Args:
            is_installed: tells whether the registry is installed already, in which case it stays so after the last block.
        """
        with self._lock:
            if not self._open:
                self._was_installed = is_installed()
            self._open += 1

    def leave(self, uninstall: Callable[[], None]) -> None:
        """Count a block that ends.

        Args:
            uninstall: uninstalls the registry; called for the last block, before another one can begin.
        """
        with self._lock:
            self._open -= 1
            if not self._open and not self._was_installed:
                uninstall()

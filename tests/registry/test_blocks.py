"""``installed()`` in several threads at once: nobody's block ends before its time, and nothing stays behind."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from copyreg import dispatch_table

import pytest
from shapes import KeywordOnly

from picklereg import Registry


def test_a_block_outlasts_one_that_began_before_it() -> None:
    """Two threads' blocks overlap: the end of the first one uninstalls nothing, that of the second one does."""
    registry = Registry(entry_points=False)
    before = dict(dispatch_table)
    with ThreadPoolExecutor(1) as first, ExitStack() as second:
        block = registry.installed(all_exceptions=True)
        first.submit(block.__enter__).result()
        second.enter_context(registry.installed(all_exceptions=True))
        first.submit(block.__exit__, None, None, None).result()
        assert pickle.loads(pickle.dumps(KeywordOnly(code=3, message="m"))).code == 3
        second.close()
    assert dispatch_table == before


def test_what_was_installed_before_stays() -> None:
    """Blocks that overlap leave a registry installed that was so before the first of them."""
    registry = Registry(entry_points=False)
    registry.install(all_exceptions=True)
    try:
        with ExitStack() as first, ExitStack() as second:
            first.enter_context(registry.installed())
            second.enter_context(registry.installed())
            first.close()
            second.close()
            assert pickle.loads(pickle.dumps(KeywordOnly(code=3, message="m"))).code == 3
    finally:
        registry.uninstall()


def test_a_block_that_cannot_begin_ends() -> None:
    """An argument that is none is an error, and leaves nothing behind."""
    registry = Registry(entry_points=False)
    before = dict(dispatch_table)
    with pytest.raises(TypeError), registry.installed(all_exceptions=7):  # type: ignore[arg-type]
        pass
    with registry.installed():
        pass
    assert dispatch_table == before

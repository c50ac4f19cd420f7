"""For the tests of exceptions of your own, and of exception sets: does it arrive whole, with no secret, and is the set found?"""

from __future__ import annotations

from picklereg.introspection.public import public
from picklereg.testing.assertions import (
    Arrived,
    DeclaredSet,
    Difference,
    assert_module_whole,
    assert_no_secret,
    assert_set_declared,
    assert_whole,
)

__all__ = ["Arrived", "DeclaredSet", "Difference", "assert_module_whole", "assert_no_secret", "assert_set_declared", "assert_whole"]

for _thing in (Arrived, DeclaredSet, Difference, assert_module_whole, assert_no_secret, assert_set_declared, assert_whole):
    public(_thing, __name__)

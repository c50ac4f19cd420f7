"""A slot of a base that a class without slots holds under the same name once more."""

from __future__ import annotations

from picklereg.introspection.class_plan import plan_for


class Base(Exception):
    """Has a slot."""

    __slots__ = ("code",)


class Between(Base):
    """Holds the base's descriptor, and no slot of its own."""

    code = vars(Base)["code"]


class Nearest(Between):
    """Has a slot of the same name."""

    __slots__ = ("code",)


def test_it_is_no_third_field() -> None:
    """There are two slots, whose values both travel."""
    assert sorted(map(str, plan_for(Nearest).field_names)) == ["code", "code"]

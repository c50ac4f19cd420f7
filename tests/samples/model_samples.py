"""Models of pydantic whose classes go by value: of functions, made by a call, with a parameter."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

import pydantic

__all__ = ["CHOOSY", "MODELS"]

T = TypeVar("T")


class Answer(pydantic.BaseModel, Generic[T]):
    """A generic one."""

    value: T


class Named(pydantic.BaseModel):
    """Wants a name of each of its subclasses."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Look for it."""
        if "title_of" not in vars(cls):
            raise TypeError("it has no title")


def _local() -> Any:
    class Order(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(extra="allow")
        value: int
        parts: list[int] = pydantic.Field(default_factory=list)

        @pydantic.field_validator("value")
        @classmethod
        def _positive(cls, value: int) -> int:
            return abs(value)

    return Order(value=-7, also=[1])  # type: ignore[call-arg]


def _derived() -> Any:
    class Priced(type(_local())):  # type: ignore[misc]
        price: float = 1.5

    return Priced(value=7)


def _choosy() -> Any:
    class Titled(Named):
        title_of: ClassVar[str] = "a"
        value: int

    return Titled(value=7)


def _with_parameter(value: Any) -> Any:
    generic: Any = Answer
    return generic[type(value)](value=value)


MODELS: dict[str, Any] = {
    "of a function": _local,
    "derived from one": _derived,
    "made by a call": lambda: pydantic.create_model("Made", value=(int, ...))(value=7),
    "with a parameter": lambda: Answer[int](value=7),
    "with a local parameter": lambda: _with_parameter(_local()),
}
CHOOSY = _choosy

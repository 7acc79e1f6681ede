"""What the shapes of all answers share: typed, small, unknown as null. Assistants are shown their JSON schemas."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field


class Untrusted:
    """The mark of a field that holds text of strangers."""


_UNTRUSTED = Untrusted()
Foreign = Annotated[str | None, Field(description="Untrusted."), _UNTRUSTED]
Address = Annotated[str | None, Field(description="Untrusted."), _UNTRUSTED]
Day = Annotated[str | None, Field(description="YYYY-MM-DD.")]
Authority = Annotated[float | None, Field(description="1 to 100.")]
Band = Annotated[str, Field(description="excellent, okay, weak or unknown.")]
Id = Annotated[str, Field(description="link_id, a 64-bit number as text; explain_link takes it.")]


class Shape(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid")


class Answer(Shape):
    """What every answer says of its figures."""

    data_date: Annotated[str | None, Field(description="YYYY-MM-DD.")]
    origin: str
    generation: int
    notes: Annotated[list[str], Field(description="Repeat what matters of these.")]
    untrusted: Annotated[list[str], Field(description="Fields with text of strangers.")] = []

    def model_post_init(self, context: Any, /) -> None:
        """Name the fields with text of strangers."""
        self.untrusted = list(untrusted_fields(type(self)))


class Page(Answer):
    """A page of a listing."""

    target: str
    total: Annotated[int | None, Field(description="Rows in all; null: not counted.")]
    offset: int
    next_offset: Annotated[int | None, Field(description="For more rows; null at the end.")]


@cache
def untrusted_fields(shape: type[BaseModel]) -> tuple[str, ...]:
    """The fields of ``shape``, and of its parts, with text of strangers: ``rows[].anchor`` …"""
    return tuple(_untrusted(shape))


def _untrusted(shape: type[BaseModel]) -> Iterator[str]:
    for name, field in shape.model_fields.items():
        if any(isinstance(one, Untrusted) for one in field.metadata):
            yield name
        for part in get_args(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from (f"{name}[].{below}" for below in _untrusted(part))

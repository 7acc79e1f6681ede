"""Grounds as plain Python, for tests that compare them whole."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa

from backlit.signals.ground import Ground


def plain(value: Any) -> Any:
    """A ground, or a part of one, as dictionaries and lists; NaN as None."""
    if isinstance(value, np.ndarray):
        return [None if v != v else v for v in value.tolist()] if value.dtype.kind == "f" else value.tolist()
    if isinstance(value, pa.Array):
        return value.to_pylist()
    if isinstance(value, tuple):
        return list(value)
    return {field.name: plain(getattr(value, field.name)) for field in fields(value)}


def texts_of(ground: Ground, numbers: Any) -> list[str | None]:
    """The texts that some numbers stand for."""
    words = ground.texts.to_pylist()
    return [None if i < 0 else words[i] for i in numbers.tolist()]

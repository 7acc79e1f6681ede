"""The shapes in which commands write."""

from __future__ import annotations

import enum


class Format(enum.StrEnum):
    """Shapes of output."""

    table = "table"
    csv = "csv"
    json = "json"
    jsonl = "jsonl"
    parquet = "parquet"


class TextFormat(enum.StrEnum):
    """Shapes of a report that is no list of rows."""

    text = "text"
    json = "json"

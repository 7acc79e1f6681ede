"""A date as people write it is a stretch of time: ``2024`` a year, ``2024-01-31`` a day.

So ``first_seen = 2024-01`` means "within January", ``> 2024-01-31`` "after that day" and
``<= 2024-01-31`` "up to its end". An instant (``2024-01-31T12:00:00``) is one second long,
the precision of all stored times.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_SHAPE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?\Z"
)


class Period(NamedTuple):
    """The time from ``start`` up to, not including, ``end`` (UTC), as ``text`` named it."""

    text: str
    start: datetime
    end: datetime


def read_period(text: str) -> Period | None:
    """A year, month, day or instant; ``None`` when it is none of these."""
    shape = _SHAPE.match(text)
    if not shape:
        return None
    year, month, day, clock, zone = shape.groups()
    try:
        start = datetime(int(year), int(month or 1), int(day or 1))
        if clock:
            start = datetime.fromisoformat(f"{year}-{month}-{day}T{clock}{zone or ''}")
            if start.tzinfo is not None:
                start = start.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return Period(text, start, _end(start, month is None, day is None, clock is None))


def _end(start: datetime, is_year: bool, is_month: bool, is_day: bool) -> datetime:
    try:
        if is_year:
            return start.replace(year=start.year + 1)
        if is_month:
            return (start + timedelta(days=31)).replace(day=1)
        return start + (timedelta(days=1) if is_day else timedelta(seconds=1))
    except (ValueError, OverflowError):
        return datetime.max

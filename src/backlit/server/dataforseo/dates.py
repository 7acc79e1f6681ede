"""Days and times as the API reads them, and the days that stand when none is given."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

HISTORY_BEGINS = date(2019, 1, 1)
SERIES_BEGIN = date(2019, 1, 30)

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?: ?([+-])(\d\d):(\d\d))?", re.ASCII)


def today() -> date:
    """The day, in UTC."""
    return datetime.now(UTC).date()


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last day of that month when it has no such day."""
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def read_day(value: Any) -> date:
    """``yyyy-mm-dd``. Raises ``ValueError``, for a day that no month has too."""
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise ValueError(value)
    return date.fromisoformat(value)


def read_instant(value: Any) -> datetime:
    """``yyyy-mm-dd hh:mm:ss +00:00``, or a day and then its first moment; in UTC. Raises ``ValueError``."""
    if not isinstance(value, str):
        raise ValueError(value)
    if _DAY.fullmatch(value):
        return datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
    found = _INSTANT.fullmatch(value)
    if found is None:
        raise ValueError(value)
    zone: timezone = UTC
    if found[3]:
        hours, minutes = int(found[4]), int(found[5])
        if hours > 14 or minutes > 59:
            raise ValueError(value)
        zone = timezone((1 if found[3] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=zone).astimezone(UTC)
    except OverflowError as exc:
        raise ValueError(value) from exc

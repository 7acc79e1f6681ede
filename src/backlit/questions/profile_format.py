"""Figures as people read them, the same in the terminal, in the report and in sentences."""

from __future__ import annotations

from backlit.web.url import display_host

#: What stands where a figure is unknown.
UNKNOWN = "unknown"
DASH = "–"


def number(value: int | None) -> str:
    """``1234567`` as ``1,234,567``."""
    return DASH if value is None else f"{value:,}"


def decimal(value: float | None, digits: int = 1) -> str:
    """A number with few decimals, none when it is whole: ``3.0`` is ``3``."""
    if value is None:
        return DASH
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float | None) -> str:
    """A share as a percentage that never rounds something to nothing or a part to the whole."""
    if share is None:
        return DASH
    if share <= 0:
        return "0%"
    if share >= 1:
        return "100%"
    if share < 0.001:
        return "<0.1%"
    if share > 0.999:
        return ">99.9%"
    if share < 0.0995 or share > 0.995:
        return f"{share * 100:.1f}%"
    return f"{share * 100:.0f}%"


def percentile(value: float | None) -> str:
    """A percentage of domains below, 0 to 100, with a decimal: the best differ in the last ones."""
    if value is None:
        return DASH
    return ">99.9%" if 99.95 <= value < 100 else f"{value:.1f}%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 link``, ``2 links``, ``1,234 links``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def part(count: int, whole: int) -> str:
    """``12 of 19``, and for larger wholes ``76% of 2,850``: a percentage of a few misleads."""
    if whole < 20:
        return f"{number(count)} of {number(whole)}"
    return f"{percent(count / whole)} of {number(whole)}"


def score(value: float | None) -> str:
    """Authority on the 1-100 scale."""
    return DASH if value is None else f"{value:.0f}"


def both_names(host: str) -> str:
    """A host as people write it and, when that differs, as machines do."""
    shown = display_host(host)
    return host if shown == host else f"{shown} ({host})"


def day(value: object) -> str | None:
    """The date of a timestamp, date or text."""
    return None if value is None else str(value)[:10]

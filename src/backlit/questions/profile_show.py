"""What the terminal and the report show alike: words for values, months without gaps, order."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.questions.profile_data import (
    Anchor,
    AnchorClass,
    Band,
    Facet,
    Movement,
    Period,
    ProfileData,
    Unknown,
    Value,
)
from backlit.questions.profile_format import decimal, number
from backlit.text.visible import visible

_DEPTHS = {"html": "page (HTML)", "wat": "WAT", "table": "table"}

#: Facets that are shown, in order, with their titles.
FACET_TITLES = (
    ("placement", "Placement"),
    ("kind", "Kind of link"),
    ("rel", "rel attribute"),
    ("language", "Language of the page"),
    ("tld", "Top-level domain"),
    ("depth", "Seen in"),
)


def value_name(facet: Facet, value: Value) -> str:
    """A value of a facet in words; foreign text made safe."""
    if facet.name == "rel" and not value.value:
        return "none"
    if facet.name == "depth":
        return _DEPTHS.get(value.value, value.value)
    if facet.name == "tld":
        return "." + visible(value.value, 64)
    return visible(value.value, 64)


def band_edges(band: Band) -> str:
    """The scores of a band: ``60–100``, ``40–59``, ``below 40``."""
    if band.low is None or band.high is None:
        return ""
    if band.name == "excellent":
        return f"{decimal(band.low)}–100"
    if band.name == "weak":
        return f"below {decimal(band.high)}"
    top = band.high - 1 if float(band.high).is_integer() else band.high
    return f"{decimal(band.low)}–{decimal(top)}"


def shown_bands(bands: Sequence[Band]) -> list[Band]:
    """All bands, but ``unknown`` only when there is something unknown."""
    return [band for band in bands if band.name != "unknown" or band.referring_domains]


def classes_by_links(classes: Sequence[AnchorClass]) -> list[AnchorClass]:
    """The classes of anchors, the largest first."""
    return sorted(classes, key=lambda cls: (-cls.links, cls.name))


def anchor_text(anchor: Anchor, limit: int) -> str:
    """The text of an anchor made safe; empty when it shows nothing."""
    return visible(anchor.text, limit)


def unknown_sentence(gap: Unknown) -> str:
    """``1,217 of 2,999 links: seen in WAT (no page layout)``."""
    return f"{number(gap.count)} of {number(gap.of)} {gap.unit}: {gap.why}"


def full_label(profile: ProfileData) -> str:
    """The target as people write it, and its host as machines do where that differs."""
    meta = profile.meta
    return visible(meta.label if meta.ascii is None else f"{meta.label} ({meta.ascii})")


def last_months(movement: Movement, count: int) -> list[Period]:
    """The last ``count`` months up to the end of the window, those without events included.

    The first is not before the first month with an event.
    """
    if not movement.months or movement.end is None:
        return []
    by_name = {month.period: month for month in movement.months}
    first = movement.months[0].period
    year, month = int(movement.end[:4]), int(movement.end[5:7])
    found: list[Period] = []
    for _ in range(count):
        name = f"{year:04d}-{month:02d}"
        if name < first:
            break
        found.append(by_name.get(name) or _nothing(name, movement))
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        if year < 1:
            break
    return found[::-1]


def _nothing(name: str, movement: Movement) -> Period:
    """A month without events: nothing new, unless nothing could have been."""
    can_tell = movement.new_links is not None and (
        movement.new_since is None or name >= movement.new_since[:7]
    )
    new = 0 if can_tell else None
    return Period(period=name, new_links=new, lost_links=0, new_domains=new, lost_domains=0)

"""What the templates of portraits call: charts of a profile as SVG, and its values in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from backlit.questions.profile_data import AnchorClass, Band, Facet, Movement, Period, Unknown, Value
from backlit.questions.profile_show import (
    anchor_text,
    band_edges,
    classes_by_links,
    last_months,
    shown_bands,
    value_name,
)
from backlit.questions.quality_quantity import Grid
from backlit.questions.report_charts import Segment, bar, movement_chart, stacked, two_bars
from backlit.questions.report_html import el
from backlit.questions.report_risk import quality_chart, quality_edges
from backlit.server.dashboard.format import number

__all__ = [
    "anchor_text",
    "band_bar",
    "band_edges",
    "classes",
    "dot",
    "edges_of_quality",
    "facet_bar",
    "facet_name",
    "follow_bar",
    "months",
    "months_chart",
    "most_new",
    "moved",
    "quality_months",
    "shown_bands",
    "thin_bar",
    "two",
    "unknown_of",
    "verdict_bar",
]  # fmt: skip

MONTHS = 36
LEAST_MONTHS = 12


def band_bar(bands: Sequence[Band], measure: str, title: str) -> Markup:
    """One bar of the bands, by ``referring_domains`` or by ``links``."""
    parts = [
        Segment(band.name, f"{band.name} {band_edges(band)}".strip(), getattr(band, measure) or 0)
        for band in bands
    ]
    return Markup(stacked(parts, f"bands-{measure.replace('_', '-')}", title))


def follow_bar(follow: Any, words: dict[str, str], title: str) -> Markup:
    """One bar of followed, not followed and unknown links."""
    parts = [
        Segment("okay", words["follow"], follow.follow_links),
        Segment("ghost", words["nofollow"], follow.nofollow_links),
        Segment("unknown", words["unknown"], follow.unknown_links),
    ]
    return Markup(stacked(parts, "follow", title))


def verdict_bar(risk: Any, title: str) -> Markup:
    """One bar of referring domains by verdict."""
    parts = [Segment(row.verdict, row.verdict, row.referring_domains) for row in risk.verdicts]
    return Markup(stacked(parts, "verdicts", title))


def thin_bar(share: float, kind: str = "plain") -> Markup:
    """A bar beside a figure."""
    return Markup(bar(share, kind))


def two(whole: float, part: float) -> Markup:
    """A raw count and its effective number."""
    return Markup(two_bars(whole, part))


def dot(domains: int, grid: Grid, band: str) -> Markup:
    """A square whose area is the number of domains, of the largest in the grid."""
    side = 0.0 if not domains else max(2.0, 20 * (domains / (grid.most or 1)) ** 0.5)
    at = (20 - side) / 2
    return Markup(
        el(
            "svg",
            el("rect", x=at, y=at, width=side, height=side, class_=f"fill-{band}"),
            class_="dot",
            view_box="0 0 20 20",
            aria_hidden="true",
            focusable="false",
        )
    )


def months(movement: Movement) -> list[Period]:
    """The last months, those without events too; of an empty beginning no more than a year is shown."""
    found = last_months(movement, MONTHS)
    first = next((at for at, one in enumerate(found) if one.new_links or one.lost_links), 0)
    return found[max(0, min(first - 1, len(found) - LEAST_MONTHS)) :]


def moved(periods: Sequence[Period]) -> bool:
    """Whether anything is known to be new or lost."""
    return any(one.new_links or one.lost_links for one in periods)


def most_new(periods: Sequence[Period]) -> Period | None:
    """The period with most new links; None where none is known to have any."""
    most = max(periods, key=lambda one: one.new_links or 0, default=None)
    return most if most is not None and most.new_links else None


def months_chart(periods: Sequence[Period], title: str) -> Markup:
    """New links above the line, lost ones below."""
    return Markup(movement_chart(periods, title))


def quality_months(risk: Any) -> Markup:
    """New domains a month, by quality."""
    return Markup(quality_chart(risk.quality_months[-MONTHS:]))


def classes(found: Sequence[AnchorClass]) -> list[AnchorClass]:
    """The classes of anchors, the largest first."""
    return classes_by_links(found)


def facet_name(facet: Facet, value: Value) -> str:
    """A value of a facet in words."""
    return value_name(facet, value)


def facet_bar(facet: Facet, value: Value) -> Markup:
    """The bar of a value, of the largest."""
    most = max((one.share for one in facet.values), default=1.0) or 1.0
    return Markup(bar(value.share / most))


def edges_of_quality(low: float | None, high: float | None) -> str:
    """The scores of a band of quality."""
    return quality_edges(low, high)


def unknown_of(gap: Unknown) -> str:
    """How many of how many are unknown."""
    return f"{number(gap.count)} of {number(gap.of)} {gap.unit}"

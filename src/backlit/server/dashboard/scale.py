"""The 1–100 scale of authority as a picture: bands, where a domain stands, and the interval of where it would."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from backlit.questions.report_html import Html, el
from backlit.settings import Bands

_WIDTH, _HEIGHT = 560.0, 46.0
_BAR = (14.0, 18.0)
#: Whole numbers of a close-up between which ticks are drawn one by one.
_MOST_TICKS = 25


class Standing(NamedTuple):
    """Authority now, the bounds of what it would be, and the exact value where it is known."""

    now: float
    low: float
    high: float
    exact: float | None


class Stretch(NamedTuple):
    """A part of the scale that is drawn, with the numbers at its ticks."""

    begin: float
    end: float
    ticks: Sequence[int]


WHOLE = Stretch(1, 100, (1, 20, 40, 60, 80, 100))


def close_up(standing: Standing) -> Stretch | None:
    """The whole numbers around what is drawn; None where that is much of the scale already."""
    values = [value for value in standing if value is not None]
    begin, end = max(1, math.floor(min(values) - 0.5)), min(100, math.ceil(max(values) + 0.5))
    if end - begin > _MOST_TICKS:
        return None
    return Stretch(begin, end, range(begin, end + 1))


def picture(standing: Standing, bands: Bands, stretch: Stretch, name: str, title: str, told: str) -> Html:
    """The stretch of the scale with its bands; ``name`` makes the ids of title and description."""
    top, tall = _BAR
    shapes: list[Html] = []
    for kind, low, high in (
        ("weak", 1, bands.okay),
        ("okay", bands.okay, bands.excellent),
        ("excellent", bands.excellent, 100),
    ):
        left, right = _at(max(low, stretch.begin), stretch), _at(min(high, stretch.end), stretch)
        if right > left:
            shapes.append(
                el("rect", x=left, y=top, width=right - left, height=tall, class_=f"scale-band fill-{kind}")
            )
    for tick in stretch.ticks:
        x = _at(tick, stretch)
        shapes.append(el("line", x1=x, y1=top + tall, x2=x, y2=top + tall + 6, class_="axis"))
    left, right = _at(standing.low, stretch), _at(standing.high, stretch)
    width = max(right - left, 5.0)
    shapes.append(
        el(
            "rect",
            x=(left + right - width) / 2,
            y=top - 3,
            width=width,
            height=tall + 6,
            class_="scale-range",
        )
    )
    now = _at(standing.now, stretch)
    shapes.append(el("path", d=f"M{now:.2f} {top - 3}l-7 -11h14z", class_="scale-now"))
    shapes.append(el("line", x1=now, y1=top - 3, x2=now, y2=top + tall + 3, class_="scale-now-line"))
    if standing.exact is not None:
        x, y = _at(standing.exact, stretch), top + tall / 2
        shapes.append(el("path", d=f"M{x:.2f} {y - 9}l7 9l-7 9l-7 -9z", class_="scale-exact"))
    return el(
        "svg",
        el("title", title, id=f"{name}-title"),
        el("desc", told, id=f"{name}-desc"),
        *shapes,
        class_="scale",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        view_box=f"-8 0 {_WIDTH + 16:g} {_HEIGHT:g}",
    )


def _at(value: float, stretch: Stretch) -> float:
    return _WIDTH * (value - stretch.begin) / (stretch.end - stretch.begin)

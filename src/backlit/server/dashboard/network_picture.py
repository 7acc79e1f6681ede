"""Pictures of networks as SVG, laid out without chance: the same network gives the same picture.

*Around the target*: each network is a disc with a dot for each of its sites, laid out like seeds of a sunflower, and
a thread to the target as wide as its part of the weight. *One network*: its sites stand in discs by what they
share, and bands lead to the sites they link to, as wide as the number of sites that do. A thousand dots stay
readable, since nothing is drawn for a single link; what does not fit is counted in words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from backlit.questions.report_html import Html, el, join
from backlit.server.dashboard.format import cut_middle
from backlit.text.visible import visible

WIDTH = 1000.0
LEAST_WIDTH = 460.0
#: How much larger than its own measure a picture is drawn where there is room.
_DRAWN = 1.15
#: Width of a character of a name.
_CHARACTER = 7.6
#: Networks drawn around a target, discs and linked sites drawn of one network, dots drawn of one disc.
MOST_NETWORKS = 24
MOST_GROUPS = 10
MOST_TARGETS = 12
MOST_DOTS = 1200
_GOLDEN = math.pi * (3 - math.sqrt(5))

Points = npt.NDArray[np.float64]


class Disc(NamedTuple):
    """A disc of dots: how many sites, how many of them with a link that is risky or review, and what is said of it."""

    name: str
    sites: int
    risky: int
    href: str | None
    title: str
    #: 0 to 1; None where it is unknown.
    share: float | None = None


class Picture(NamedTuple):
    """A picture, and how many of what it was to show it leaves out: discs or sites, dots, and names."""

    svg: Markup
    left_out: int
    dots_left_out: int
    unnamed: int


def seeds(count: int, radius: float) -> Points:
    """``count`` points in a disc of ``radius`` around the origin, evenly spread, the first in the middle."""
    at = np.arange(count)
    away = radius * np.sqrt((at + 0.5) / max(count, 1))
    return np.column_stack([away * np.cos(at * _GOLDEN), away * np.sin(at * _GOLDEN)])


def radius_of(sites: int) -> float:
    """The radius of a disc: its area grows with the number of dots, but no disc is too small to be seen."""
    return 9.0 + 4.6 * math.sqrt(min(sites, MOST_DOTS))


def around(discs: Sequence[Disc], hub: str, says: str) -> Picture:
    """Networks around their target, the first to the upper right and on clockwise, each as near as there is room."""
    shown = discs[:MOST_NETWORKS]
    radii = np.array([radius_of(one.sites) for one in shown])
    places = _placed(radii)
    # What is drawn, with room for the names; narrower than this, names would be written too large.
    edges = np.vstack(
        [
            [[-150.0, -40.0], [150.0, 50.0]],
            places - radii[:, None] - (80, 26),
            places + radii[:, None] + (80, 26),
        ]
    )
    low, high = edges.min(axis=0), edges.max(axis=0)
    rest = max(0.0, LEAST_WIDTH - (high - low)[0]) / 2
    low[0], high[0] = low[0] - rest, high[0] + rest
    parts: list[Html] = []
    threads, tops = [], []
    for one, (x, y), radius in zip(shown, places.tolist(), radii.tolist(), strict=True):
        width = 1.0 if not one.share else max(1.0, 16 * math.sqrt(one.share))
        css = "thread" if one.share else "thread weak"
        threads.append(el("path", d=f"M0 0L{_n(x)} {_n(y)}", class_=css, stroke_width=round(width, 1)))
        tops.append(_disc(one, x, y, radius))
    parts += [*threads, *tops]
    parts.append(el("circle", cx=0, cy=0, r=11, class_="hub"))
    hub_name = cut_middle(visible(hub), 34)
    parts.append(el("text", hub_name, x=0, y=29, class_="mid strong"))
    names = [_label(one) for one in shown]
    spots, unnamed = labelled(names, places, radii, _box(hub_name, 0, 29))
    for name, spot in zip(names, spots, strict=True):
        if spot is not None:
            parts.append(el("text", name, x=spot[0], y=spot[1], class_="mid"))
    view = " ".join(_n(value) for value in (*low, *(high - low)))
    dots = sum(max(0, one.sites - MOST_DOTS) for one in shown)
    return Picture(_svg(parts, view, says), len(discs) - len(shown), dots, unnamed)


def _label(one: Disc) -> str:
    """The name of one site of a network, and how many more there are."""
    name = cut_middle(visible(one.name), 26)
    return f"{name} + {one.sites - 1:,}" if one.sites > 1 else name


def _placed(radii: Points) -> Points:
    """A place for each disc, none touching another or the middle: on a spiral, at the first step with room."""
    places = np.zeros((len(radii), 2))
    step = 0
    for number, radius in enumerate(radii.tolist()):
        at = step
        while True:
            angle = -math.pi / 3 + at * 0.31
            away = 78.0 + radius + at * 1.6
            # Wider than high, as screens are.
            spot = np.array([1.35 * away * math.cos(angle), 0.8 * away * math.sin(angle)])
            room = np.hypot(*(places[:number] - spot).T) - radii[:number] - radius if number else np.zeros(0)
            in_middle = abs(spot[0]) < radius + 105 and abs(spot[1]) < radius + 40
            if not in_middle and (not number or room.min() > 30):
                places[number] = spot
                break
            at += 1
        step = at // 3
    return places


Box = tuple[float, float, float, float]


def labelled(
    names: Sequence[str], places: Points, radii: Points, taken: Box
) -> tuple[list[tuple[float, float] | None], int]:
    """Where each name stands, below its disc or above it; None where there is no room. And how many have none."""
    boxes: list[Box] = [taken]
    spots: list[tuple[float, float] | None] = []
    for number, (name, (x, y), radius) in enumerate(zip(names, places.tolist(), radii.tolist(), strict=True)):
        spot = None
        for down in (y + radius + 17, y - radius - 7):
            box = _box(name, x, down)
            free = all(not _meet(box, other) for other in boxes)
            if free and not _on_disc(box, np.delete(places, number, 0), np.delete(radii, number)):
                spot = (x, down)
                boxes.append(box)
                break
        spots.append(spot)
    return spots, spots.count(None)


def _box(name: str, x: float, y: float) -> Box:
    """The room that a name takes, centred at ``x`` with its base line at ``y``: left, top, right, bottom."""
    half = len(name) * _CHARACTER / 2
    return x - half, y - 13, x + half, y + 4


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _on_disc(box: Box, places: Points, radii: Points) -> bool:
    """Whether a box lies on any disc."""
    if not len(radii):
        return False
    near = np.clip(places, (box[0], box[1]), (box[2], box[3]))
    return bool((np.hypot(*(places - near).T) < radii).any())


def _disc(one: Disc, x: float, y: float, radius: float) -> Html:
    """A disc with its dots."""
    inner = [
        el("title", visible(one.title)),
        el("circle", cx=x, cy=y, r=radius, class_="disc"),
        *_dots(one.sites, one.risky, x, y, radius),
    ]
    return el("a", inner, href=one.href) if one.href else el("g", inner)


def _dots(sites: int, risky: int, x: float, y: float, radius: float) -> list[Html]:
    """Dots of a disc as two paths: those of sites with a risky link in the middle, the others around them."""
    count = min(sites, MOST_DOTS)
    first = min(risky, sites)
    if sites > count:
        first = round(first * count / sites)
    spots = seeds(count, radius - 6) + np.array([x, y])
    size = max(2.2, min(6.0, 1.25 * (radius - 6) / math.sqrt(max(count, 1))))
    paths = []
    for css, some in (("risky", spots[:first]), ("hollow", spots[first:])):
        if len(some):
            path = "".join(f"M{_n(a)} {_n(b)}h0" for a, b in some.tolist())
            paths.append(el("path", d=path, class_=f"dots {css}", stroke_width=round(size, 1)))
    return paths


class Part(NamedTuple):
    """Members of a network that stand together, and how many of them link to each of the sites on the right."""

    label: str
    sites: int
    risky: int
    links: list[int]


def between(parts: Sequence[Part], targets: Sequence[tuple[str, int, bool]], says: str) -> Picture:
    """One network: its parts on the left, the sites it links to on the right, and bands between.

    ``targets`` are names, the number of members that link there, and whether it is the target asked about.
    """
    left, right = parts[:MOST_GROUPS], targets[:MOST_TARGETS]
    radii = [radius_of(one.sites) for one in left]
    rows = [max(2 * radius + 16, 46.0) for radius in radii]
    high = max(sum(rows), 34.0 * len(right), 120.0) + 20
    most = max((max(one.links[: len(right)], default=0) for one in left), default=1) or 1
    widest = max(radii, default=10.0)
    x_disc, x_box = 268 + widest, 700.0
    y = (high - sum(rows)) / 2
    middles = []
    for row in rows:
        middles.append(y + row / 2)
        y += row
    gap = high / max(len(right), 1)
    boxes = [gap * (number + 0.5) for number in range(len(right))]
    bands, shapes = [], []
    for one, radius, mid in zip(left, radii, middles, strict=True):
        begin = x_disc + radius
        bend = _n((begin + x_box) / 2)
        for count, end, (_, _, here) in zip(one.links, boxes, right, strict=False):
            if count:
                way = f"M{_n(begin)} {_n(mid)}C{bend} {_n(mid)} {bend} {_n(end)} {_n(x_box)} {_n(end)}"
                width = round(1 + 15 * count / most, 1)
                bands.append(el("path", d=way, class_="band here" if here else "band", stroke_width=width))
        shapes.append(el("circle", cx=x_disc, cy=mid, r=radius, class_="disc"))
        shapes += _dots(one.sites, one.risky, x_disc, mid, radius)
        lines = _broken(one.label, 33)
        for at, line in enumerate(lines):
            shapes.append(el("text", line, x=8, y=mid + 4 + 17 * (at - (len(lines) - 1) / 2)))
    for (name, count, here), mid in zip(right, boxes, strict=True):
        shapes.append(
            el("rect", x=x_box, y=mid - 9, width=18, height=18, class_="box hub" if here else "box")
        )
        shown = f"{cut_middle(visible(name), 30)} · {count}"
        shapes.append(el("text", shown, x=x_box + 26, y=mid + 4, class_="strong" if here else None))
    view = f"0 0 {_n(WIDTH)} {_n(high)}"
    return Picture(_svg([*bands, *shapes], view, says), len(targets) - len(right), 0, 0)


def _broken(text: str, most: int) -> list[str]:
    """A text in at most two lines."""
    shown = visible(text)
    if len(shown) <= most:
        return [shown]
    cut = shown.rfind(" ", 0, most)
    cut = cut if cut > 0 else most
    return [shown[:cut], cut_middle(shown[cut:].strip(), most)]


def _svg(parts: Sequence[Any], view: str, says: str) -> Markup:
    says = visible(says)
    inner = (el("title", says), join(parts))
    width = float(view.split()[2])
    css = "picture broad" if width > 640 else "picture"
    drawn = round(width * _DRAWN)
    return Markup(el("svg", inner, class_=css, view_box=view, width=drawn, role="group", aria_label=says))


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

"""Two circles whose areas, and that of their overlap, are in the proportion of what they hold."""

from __future__ import annotations

from math import acos, pi, sqrt
from typing import NamedTuple

from backlit.questions.report_html import Html, el

_WIDTH, _HEIGHT, _EDGE = 400.0, 236.0, 8.0
#: A count is written into its part where that is at least so wide, and beside the picture otherwise.
_ROOM = 13.0
_STEPS = 60


class Drawn(NamedTuple):
    """Radii of both circles, the distance between their centres, all in one unit."""

    left: float
    right: float
    apart: float


def circles(only: int, shared: int, other: int) -> Drawn:
    """Circles of ``only + shared`` and ``shared + other`` with an overlap of ``shared``, as areas."""
    left, right = sqrt((only + shared) / pi), sqrt((other + shared) / pi)
    if not shared:
        return Drawn(left, right, left + right)
    if not only or not other:
        # One lies within the other, and touches it from within.
        return Drawn(left, right, abs(left - right))
    low, high = abs(left - right), left + right
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if overlap(left, right, middle) > shared:
            low = middle
        else:
            high = middle
    return Drawn(left, right, (low + high) / 2)


def overlap(left: float, right: float, apart: float) -> float:
    """The area that two circles share."""
    if apart >= left + right:
        return 0.0
    if apart <= abs(left - right):
        return pi * min(left, right) ** 2
    at_left = _cosine((apart**2 + left**2 - right**2) / (2 * apart * left))
    at_right = _cosine((apart**2 + right**2 - left**2) / (2 * apart * right))
    kite = (-apart + left + right) * (apart + left - right) * (apart - left + right) * (apart + left + right)
    return left**2 * acos(at_left) + right**2 * acos(at_right) - sqrt(max(kite, 0.0)) / 2


def _cosine(value: float) -> float:
    return min(1.0, max(-1.0, value))


def picture(
    only: int, shared: int, other: int, *, chosen: str, title: str, told: str, counts: dict[str, str]
) -> Html:
    """The diagram: the target's circle on the left, that of the rivals on the right, the chosen part outlined.

    ``counts`` are the figures as they are written, by ``only``, ``shared`` and ``missing``.
    """
    drawn = circles(only, shared, other)
    whole = max(drawn.left + drawn.apart + drawn.right, 2 * drawn.left, 2 * drawn.right) or 1.0
    tall = 2 * max(drawn.left, drawn.right) or 1.0
    scale = min((_WIDTH - 2 * _EDGE) / whole, (_HEIGHT - 2 * _EDGE) / tall)
    r1, r2, apart = (part * scale for part in drawn)
    begin = (_WIDTH - (max(r1, apart + r2) + max(r1, r2 - apart))) / 2
    x1 = begin + max(r1, r2 - apart)
    x2, y = x1 + apart, _HEIGHT / 2
    shapes: list[Html | None] = [
        _circle(x2, y, r2, "venn-missing") if r2 else None,
        _circle(x1, y, r1, "venn-only") if r1 else None,
        _lens(x1, r1, x2, r2, y, "venn-shared") if shared else None,
        # A circle within the other would be covered by it.
        _circle(x2, y, r2, "venn-line") if r2 else None,
        _circle(x1, y, r1, "venn-line") if r1 else None,
        *_outline(chosen, x1, r1, x2, r2, y, {"only": only, "shared": shared, "missing": other}),
    ]
    ends = {
        "only": (x1 - r1, min(x2 - r2, x1 + r1)),
        "shared": (max(x1 - r1, x2 - r2), min(x1 + r1, x2 + r2)),
        "missing": (max(x1 + r1, x2 - r2), x2 + r2),
    }
    for name, count in (("only", only), ("shared", shared), ("missing", other)):
        begin, end = ends[name]
        if count and end - begin >= _ROOM + 9.0 * len(counts[name]):
            css = "venn-count chosen" if name == chosen else "venn-count"
            shapes.append(el("text", counts[name], x=(begin + end) / 2, y=y + 6, class_=css))
    return el(
        "svg",
        el("title", title, id="venn-title"),
        el("desc", told, id="venn-desc"),
        *shapes,
        class_="venn",
        role="img",
        aria_labelledby="venn-title venn-desc",
        view_box=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
    )


def _circle(x: float, y: float, radius: float, css: str) -> Html:
    return el("circle", cx=x, cy=y, r=max(radius, 2.0), class_=css)


def _outline(
    chosen: str, x1: float, r1: float, x2: float, r2: float, y: float, sizes: dict[str, int]
) -> list[Html | None]:
    """The line around the chosen part."""
    if not sizes.get(chosen):
        return []
    if chosen == "shared":
        return [_lens(x1, r1, x2, r2, y, "venn-chosen")]
    if not sizes["shared"]:
        return [_circle(x1, y, r1, "venn-chosen") if chosen == "only" else _circle(x2, y, r2, "venn-chosen")]
    found = _crossing(x1, r1, x2, r2, y)
    if found is None:  # one within the other: the part is a ring, and both its edges are drawn
        return [_circle(x1, y, r1, "venn-chosen"), _circle(x2, y, r2, "venn-chosen")]
    (x, up, down) = found
    if chosen == "only":
        path = _leaf(x, up, down, (r1, x > x1, 0), (r2, x > x2, 1))
    else:
        path = _leaf(x, up, down, (r2, x < x2, 1), (r1, x < x1, 0))
    return [el("path", d=path, class_="venn-chosen")]


def _leaf(
    x: float, up: float, down: float, first: tuple[float, bool, int], back: tuple[float, bool, int]
) -> str:
    """A path from the upper crossing to the lower one and back, each along a circle: its radius, whether it is the
    larger of both ways around, and 1 for clockwise."""
    there, again = (f"A{r:.2f} {r:.2f} 0 {int(large)} {sweep}" for r, large, sweep in (first, back))
    return f"M{x:.2f} {up:.2f}{there} {x:.2f} {down:.2f}{again} {x:.2f} {up:.2f}Z"


def _lens(x1: float, r1: float, x2: float, r2: float, y: float, css: str) -> Html:
    """What both circles cover."""
    found = _crossing(x1, r1, x2, r2, y)
    if found is None:
        return _circle(x1, y, r1, css) if r1 <= r2 else _circle(x2, y, r2, css)
    x, up, down = found
    # Down along the left circle's right edge, and up along the right circle's left edge.
    return el("path", d=_leaf(x, up, down, (r1, x < x1, 1), (r2, x > x2, 1)), class_=css)


def _crossing(x1: float, r1: float, x2: float, r2: float, y: float) -> tuple[float, float, float] | None:
    """Where the circles cross: x, and both y; None where they do not."""
    apart = x2 - x1
    if apart <= abs(r1 - r2) + 1e-9 or apart >= r1 + r2 - 1e-9:
        return None
    along = (apart**2 + r1**2 - r2**2) / (2 * apart)
    half = sqrt(max(r1**2 - along**2, 0.0))
    return x1 + along, y - half, y + half

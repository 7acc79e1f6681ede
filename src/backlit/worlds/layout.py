"""In which order the links of a generated page stand on it.

The tables count positions by it and the HTML is written by it, so that both say the same.
"""

from __future__ import annotations

from typing import NamedTuple

from backlit.worlds.society.world import Link, Page

_MENU, _SIDE, _FOOT = 6, 5, 3
#: A list that has fewer links of its own is filled up with links within the site.
LIST_ROWS = 4


class Slot(NamedTuple):
    """One link of a page: where, and which; ``None`` is a link within the site."""

    place: str
    link: Link | None


def slots(page: Page) -> list[Slot]:
    """All links of a page in document order; redirects stand nowhere and are left out."""
    by_place: dict[str, list[Link]] = {}
    for link in page.links:
        if link.kind != "redirect":
            by_place.setdefault(link.placement, []).append(link)
    left = page.internal
    order: list[Slot] = []

    def inside(place: str, most: int) -> None:
        nonlocal left
        number = max(min(most, left), 0)
        left -= number
        order.extend([Slot(place, None)] * number)

    def outside(place: str) -> None:
        order.extend(Slot(place, link) for link in by_place.get(place, ()))

    listed = by_place.get("list", ())
    padding = max(LIST_ROWS - len(listed), 0) if listed else 0
    inside("header", 1)
    outside("header")
    reserved = min(padding, left)
    left -= reserved
    inside("nav", _MENU)
    outside("nav")
    side, foot = min(_SIDE, left // 2), min(_FOOT, left // 4)
    left -= side + foot
    outside("content")
    outside("list")
    order.extend([Slot("list", None)] * reserved)
    inside("more", left)
    outside("comment")
    order.extend([Slot("sidebar", None)] * side)
    outside("sidebar")
    order.extend([Slot("footer", None)] * foot)
    outside("footer")
    return order

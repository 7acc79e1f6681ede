"""What a profile cannot say, of how many links, and why.

A reason names where the links were seen: a web archive's metadata (WAT) has no page to see a
placement in, and a table has only the columns somebody exported.
"""

from __future__ import annotations

from collections.abc import Iterator

from backlit.questions.profile_data import Anchors, Band, Facet, Movement, Totals, Unknown
from backlit.questions.profile_format import number

#: What a source of each depth leaves open.
_LACKS = {
    "placement": {"wat": "no page layout", "table": "no placement given"},
    "hidden": {"wat": "no page layout", "table": "no hidden given"},
    "rel": {"wat": "no rel there", "table": "no rel given"},
    "language": {"wat": "no text to tell it by", "table": "no language given", "html": "too little text"},
    "anchor": {"wat": "no text there", "table": "no anchor given"},
}
_WHAT = {"placement": "placement", "hidden": "whether hidden", "language": "language of the page"}
_WEB_WHY = "a web graph has one edge for a pair of domains, and nothing of the links behind it"
_SEEN = {"table": "tables", "wat": "WAT", "html": "pages"}


def unknowns(
    totals: Totals,
    unknown_follow: int,
    bands: list[Band],
    facets: dict[str, Facet],
    anchors: Anchors,
    movement: Movement,
    most_anchors: int,
    release: str | None = None,
) -> list[Unknown]:
    """Everything unknown about the target's links, largest part first; ``release`` is what authority comes from."""
    if totals.links is None:
        every = totals.referring_domains
        gaps = [
            Unknown(what=what, count=every, of=every, unit="domains", why=_WEB_WHY)
            for what in ("links, pages and anchors", "rel, and so whether followed", "placement", "when seen")
        ]
        return gaps + list(_others(totals, bands, anchors, movement, most_anchors, release))
    depth, rel = facets["depth"], facets["rel"].unknown
    found = [_gap(name, what, facets[name].unknown, totals.links, depth) for name, what in _WHAT.items()]
    if rel == unknown_follow:
        found.append(_gap("rel", "rel, and so whether followed", rel, totals.links, depth))
    else:
        found.append(_gap("rel", "rel", rel, totals.links, depth))
        found.append(_gap("rel", "whether followed", unknown_follow, totals.links, depth))
    found.append(_gap("anchor", "anchor text", anchors.unknown, anchors.known + anchors.unknown, depth))
    found += _others(totals, bands, anchors, movement, most_anchors, release)
    kept = [gap for gap in found if gap is not None]
    return sorted(kept, key=lambda gap: (-gap.count / gap.of if gap.of else 0, gap.what))


def _others(
    totals: Totals,
    bands: list[Band],
    anchors: Anchors,
    movement: Movement,
    most_anchors: int,
    release: str | None,
) -> Iterator[Unknown]:
    links = totals.links
    if anchors.classified < anchors.known:
        why = f"only the {number(most_anchors)} most used texts are classified (setting profile.most_anchors)"
        count = anchors.known - anchors.classified
        yield Unknown(what="class of the anchor", count=count, of=anchors.known, unit="links", why=why)
    unranked = next((band.referring_domains for band in bands if band.name == "unknown"), 0)
    if unranked:
        why = f"not in the {ranked_graph(release)}"
        yield Unknown(what="authority", count=unranked, of=totals.referring_domains, unit="domains", why=why)
    if anchors.known and not anchors.titles_known:
        why = (
            "no page of the target is in the index, so anchors cannot be compared with its titles and topics"
        )
        yield Unknown(what="whether a title", count=anchors.known, of=anchors.known, unit="links", why=why)
    if movement.new_links is None and links:
        why = (
            "a first look finds everything for the first time; add a snapshot of a later date"
            if totals.first_seen
            else "no source says when these links were first seen"
        )
        yield Unknown(what="which are new", count=links, of=links, unit="links", why=why)


def ranked_graph(release: str | None) -> str:
    """What a domain without authority is not in."""
    return "ranked graph of this index" if release is None else f"web graph {release}"


def _gap(name: str, what: str, count: int, of: int, depth: Facet) -> Unknown | None:
    if not count:
        return None
    return Unknown(what=what, count=count, of=of, unit="links", why=_why(name, count, depth))


def _why(name: str, count: int, depth: Facet) -> str:
    """The reason, from the depths at which the target's links were seen."""
    lacks = _LACKS[name]
    poor = [value for value in depth.values if value.value in lacks]
    if not poor:
        return "the source could not say"
    seen = " or in ".join(f"{_SEEN[value.value]} ({lacks[value.value]})" for value in poor)
    rest = count - sum(value.links or 0 for value in poor)
    return f"seen in {seen}" + (f"; the source could not say for {number(rest)}" if rest > 0 else "")

"""From rows of the index to the figures of a profile. Pure functions, no queries."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta

from backlit.questions.profile_data import (
    Anchor,
    AnchorClass,
    Anchors,
    Band,
    Concentration,
    Diversity,
    Facet,
    Follow,
    Movement,
    Period,
    ReferringDomain,
    TargetAuthority,
    TargetPage,
    Totals,
    Value,
)
from backlit.questions.profile_format import day
from backlit.questions.profile_read import Row
from backlit.settings import Settings
from backlit.text.anchors import CLASSES, AnchorContext, classify
from backlit.text.diversity import (
    effective_number,
    effective_of_sizes,
    fewest_for_share,
    gini_of_sizes,
    top_share_of_sizes,
)
from backlit.web.url import display_host

#: Facets in the order of the faces. ``values`` of those in ``_OPEN`` are cut to the top.
FACETS = ("placement", "kind", "rel", "hidden", "language", "tld", "origin", "depth")
_OPEN = ("rel", "language", "tld")


def share(part: int | None, whole: int | None) -> float | None:
    """``part / whole``; ``None`` when either is unknown or there is no whole."""
    if part is None or not whole:
        return None
    return part / whole


def rounded(value: float | None) -> float | None:
    """Four decimals: sums of logarithms differ in the last bits with the order of threads."""
    return None if value is None else round(value, 4)


def totals_of(row: Row | None) -> Totals:
    """The totals; zeros when the target has no row, because then nothing links to it."""
    domains = int((row or {}).get("referring_domains") or 0)
    links = _told(row, "links")
    return Totals(
        referring_domains=domains,
        referring_sites=_told(row, "referring_sites"),
        referring_hosts=_told(row, "referring_hosts"),
        referring_pages=_told(row, "referring_pages"),
        links=links,
        lost_links=_told(row, "lost_links"),
        lost_domains=_told(row, "lost_domains"),
        target_pages=_told(row, "target_pages"),
        links_per_domain=rounded(share(links, domains)),
        first_seen=day((row or {}).get("first_seen")),
        last_seen=day((row or {}).get("last_seen")),
    )


def _told(row: Row | None, name: str) -> int | None:
    """A count: zero where nothing links, ``None`` where the source (a web graph) could not say."""
    if row is None:
        return 0
    value = row.get(name)
    return None if value is None else int(value)


def follow_of(row: Row | None) -> Follow:
    """Follow share over the links whose follow is known."""
    row = row or {}
    followed, not_followed = int(row.get("follow_links") or 0), int(row.get("nofollow_links") or 0)
    unknown = int(row.get("unknown_follow_links") or 0)
    known = followed + not_followed
    domains = int(row.get("follow_domains") or 0) if known or not unknown else None
    return Follow(
        follow_links=followed,
        nofollow_links=not_followed,
        unknown_links=unknown,
        share=share(followed, known),
        follow_domains=domains,
        domain_share=None if unknown else share(domains, int(row.get("referring_domains") or 0)),
    )


def band_of(authority: float | None, settings: Settings) -> str:
    """The name of the band an authority lies in."""
    if authority is None:
        return "unknown"
    if authority >= settings.bands.excellent:
        return "excellent"
    return "okay" if authority >= settings.bands.okay else "weak"


def bands_of(rows: list[Row], settings: Settings) -> list[Band]:
    """Referring domains by band: excellent, okay, weak, unknown; shares of those known."""
    domains: Counter[str] = Counter()
    links: Counter[str] = Counter()
    counted = all(row["links"] is not None for row in rows)
    for row in rows:
        name = row["band"] or "unknown"
        domains[name] += row["domains"]
        links[name] += (row["links"] or 0) * row["domains"]
    known = domains.total() - domains["unknown"]
    edges: dict[str, tuple[float | None, float | None]] = {
        "excellent": (settings.bands.excellent, 100),
        "okay": (settings.bands.okay, settings.bands.excellent),
        "weak": (1, settings.bands.okay),
        "unknown": (None, None),
    }
    return [
        Band(
            name=name,
            low=low,
            high=high,
            referring_domains=domains[name],
            links=links[name] if counted else None,
            share=None if name == "unknown" else share(domains[name], known),
        )
        for name, (low, high) in edges.items()
    ]


def sizes_of(rows: list[Row]) -> Counter[int]:
    """Histogram of links by referring domain, from the rows of the bands."""
    sizes: Counter[int] = Counter()
    for row in rows:
        if row["links"] is not None:
            sizes[row["links"]] += row["domains"]
    return sizes


def authority_of(row: Row, domain: str, settings: Settings) -> TargetAuthority:
    """Standing of the target's domain."""
    return TargetAuthority(
        domain=domain,
        authority=row["authority"],
        band=band_of(row["authority"], settings),
        rank=row["rank"],
        percentile=row["percentile"],
        ranked_domains=row["ranked"] or None,
    )


def facets_of(rows: list[Row], top: int) -> dict[str, Facet]:
    """The facets by name, each with the known as its whole.

    They are counted in links, or in domains where the number of links is unknown.
    """
    grouped: dict[str, list[Row]] = {name: [] for name in FACETS}
    unknown: Counter[str] = Counter()
    for row in rows:
        if row["value"] is None:
            unknown[row["facet"]] += _size(row)
        else:
            grouped.setdefault(row["facet"], []).append(row)
    facets = {}
    for name in FACETS:
        values = sorted(grouped[name], key=lambda row: (-_size(row), -row["referring_domains"], row["value"]))
        known = sum(map(_size, values))
        facets[name] = Facet(
            name=name,
            known=known,
            unknown=unknown[name],
            distinct=len(values),
            effective=rounded(effective_number(map(_size, values))),
            values=[
                Value(
                    value=row["value"],
                    links=row["links"],
                    referring_domains=row["referring_domains"],
                    share=_size(row) / known,
                )
                for row in values[: top if name in _OPEN else None]
            ],
        )
    return facets


def _size(row: Row) -> int:
    """How much of a facet a value is."""
    return int(row["referring_domains"] if row["links"] is None else row["links"])


def anchors_of(
    rows: list[Row], context: AnchorContext, titles: int, top: int
) -> tuple[Anchors, dict[str, str]]:
    """The anchors without counts of sites, and the class of each text (of links with a text)."""
    links: Counter[str] = Counter()
    text_class: dict[str, str] = {}
    shown: list[Anchor] = []
    known = rows[0]["known"] or 0 if rows else 0
    for row in rows:
        found = classify(row["text"] if row["anchor_known"] else None, row["image"], context)
        if found is None:
            continue
        links[found.name] += row["links"]
        if not row["image"]:
            text_class[row["text"]] = found.name
        if len(shown) < top:
            shown.append(
                Anchor(
                    text=row["text"],
                    image=row["image"],
                    cls=found.name,
                    rule=found.rule,
                    links=row["links"],
                    follow_links=row["follow_links"],
                    referring_domains=row["referring_domains"],
                    share=row["links"] / known,
                    first_seen=day(row["first_seen"]),
                    last_seen=day(row["last_seen"]),
                )
            )
    classified = links.total()
    anchors = Anchors(
        known=known,
        unknown=(rows[0]["all_links"] or 0) - known if rows else 0,
        classified=classified,
        distinct=rows[0]["distinct_texts"] if rows else 0,
        effective=_effective_texts(rows, known),
        sites=None,
        classes=[
            AnchorClass(
                name=name, links=links[name], share=links[name] / classified, sites=None, site_share=None
            )
            for name in CLASSES
            if links[name]
        ],
        top=shown,
        brands=context.brand_names,
        titles_known=titles,
    )
    return anchors, text_class


def _effective_texts(rows: list[Row], known: int) -> float | None:
    if not known:
        return None
    return rounded(math.exp(math.log(known) - (rows[0]["weighted"] or 0.0) / known))


def target_pages_of(rows: list[Row], links: int) -> list[TargetPage]:
    """The pages of the target that most domains link to."""
    return [
        TargetPage(
            url=row["target_url"],
            links=row["links"],
            referring_domains=row["referring_domains"],
            follow_links=row["follow_links"],
            lost_links=row["lost_links"],
            share=row["links"] / links,
            first_seen=day(row["first_seen"]),
            last_seen=day(row["last_seen"]),
        )
        for row in rows
    ]


def referring_of(rows: list[Row], settings: Settings) -> list[ReferringDomain]:
    """The strongest referring domains, by authority, then links, then name."""
    return [
        ReferringDomain(
            domain=row["source_domain"],
            label=display_host(row["source_domain"]),
            authority=row["source_authority"],
            band=band_of(row["source_authority"], settings),
            links=row["links"],
            pages=row["pages"],
            follow_links=row["follow_links"] if row["follow_links"] or row["nofollow_links"] else None,
            content_links=row["content_links"],
            first_seen=day(row["first_seen"]),
            last_seen=day(row["last_seen"]),
        )
        for row in rows
        if not row["largest"]
    ]


def concentration_of(sizes: Counter[int], referring: list[Row]) -> Concentration:
    """Shares of the largest sources, and the Gini coefficient of links over domains."""
    return Concentration(
        top_domain=next((row["source_domain"] for row in referring if row["largest"]), None),
        top_1_share=top_share_of_sizes(sizes, 1),
        top_10_share=top_share_of_sizes(sizes, 10),
        half_from=fewest_for_share(sizes, 0.5),
        gini=rounded(gini_of_sizes(sizes)),
    )


def diversity_of(
    sizes: Counter[int], facets: dict[str, Facet], anchors: Anchors, domains: int
) -> list[Diversity]:
    """Raw count beside effective number, by links, of the ``domains`` that link, of anchors and facets."""
    found = [
        Diversity(
            name="referring domains",
            distinct=domains,
            effective=rounded(effective_of_sizes(sizes)) if sizes else None,
            known=sum(size * count for size, count in sizes.items()),
            unknown=0,
        ),
        Diversity(
            name="anchor texts",
            distinct=anchors.distinct,
            effective=anchors.effective,
            known=anchors.known,
            unknown=anchors.unknown,
        ),
        Diversity(
            name="anchor classes",
            distinct=len(anchors.classes),
            effective=rounded(effective_number(cls.links for cls in anchors.classes)),
            known=anchors.classified,
            unknown=anchors.known + anchors.unknown - anchors.classified,
        ),
    ]
    names = {"tld": "top-level domains", "language": "languages", "placement": "placements", "kind": "kinds"}
    found += [
        Diversity(
            name=shown,
            distinct=facets[name].distinct,
            effective=facets[name].effective,
            known=facets[name].known,
            unknown=facets[name].unknown,
        )
        for name, shown in names.items()
    ]
    return found


def movement_of(rows: list[Row], snapshots: list[Row], data_date: str | None, window: int) -> Movement:
    """New and lost by day within the window and by month over all time.

    A harvest of our own sees everything for the first time once. So where no table tells
    first-seen dates of its own, nothing counts as new before the second snapshot's date; and
    where not one link has such a date, what is new is unknown.
    """
    dates = sorted({row["date"] for row in snapshots if row["date"]})
    told = any(row["origin"] == "table" for row in snapshots)
    since = "" if told else dates[1] if len(dates) > 1 else None  # "": every day can tell
    dated = [row for row in rows if row["day"] is not None]
    end = data_date or (dates[-1] if dates else None) or (dated[-1]["day"] if dated else None)
    start = _before(end, window - 1) if end else None
    in_window = [row for row in dated if start and end and start <= row["day"] <= end]
    if not any(row["new_links"] for row in dated):
        since = None
    can_tell = since is not None and end is not None and since <= end
    return Movement(
        window_days=window,
        start=start,
        end=end,
        new_since=since or None,
        new_links=_new(in_window, "new_links", since) if can_tell else None,
        lost_links=sum(row["lost_links"] for row in in_window) if end else None,
        new_domains=_new(in_window, "new_domains", since) if can_tell else None,
        lost_domains=sum(row["lost_domains"] for row in in_window) if end else None,
        days=_periods(in_window, 10, since),
        months=_periods(dated, 7, since),
    )


def _new(rows: list[Row], name: str, since: str | None) -> int | None:
    if since is None:
        return None
    return sum(int(row[name]) for row in rows if row["day"] >= since)


def _periods(rows: list[Row], width: int, since: str | None) -> list[Period]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["day"][:width], []).append(row)
    periods = []
    for period, members in sorted(grouped.items()):
        tells = since is not None and members[-1]["day"] >= since
        periods.append(
            Period(
                period=period,
                new_links=_new(members, "new_links", since) if tells else None,
                lost_links=sum(row["lost_links"] for row in members),
                new_domains=_new(members, "new_domains", since) if tells else None,
                lost_domains=sum(row["lost_domains"] for row in members),
            )
        )
    return periods


def _before(day_text: str, days: int) -> str:
    return (date.fromisoformat(day_text[:10]) - timedelta(days=days)).isoformat()

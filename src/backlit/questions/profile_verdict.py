"""Quality or quantity? The answer in words, by rules that can be read.

With D live referring domains, K of them of known authority, S of those okay or excellent
(all edges are settings, section ``profile``):

============ ==================================== ==========================================
kind         when                                 headline begins
============ ==================================== ==========================================
none         D = 0                                No live link …
too-few      D < few_domains                      Too few to judge
unknown      K / D < known_share                  Quantity known, quality not
both         S / K ≥ strong_share, D ≥ many       Quality and quantity
quality      S / K ≥ strong_share                 Quality over quantity
mixed        S / K ≥ mixed_share                  Mixed quality
quantity     S / K < mixed_share, D ≥ many        Few strong, many weak / Quantity, not quality
neither      S / K < mixed_share                  Few and mostly weak
============ ==================================== ==========================================

The sentences after it each have a rule of their own; a sentence is left out when its figure
is unknown or unremarkable. Nothing is summed into a score.
"""

from __future__ import annotations

from backlit.questions.profile_data import (
    Anchors,
    Band,
    Concentration,
    Facet,
    Finding,
    Follow,
    Movement,
    Totals,
    Verdict,
)
from backlit.questions.profile_format import both_names, number, part, percent, plural
from backlit.questions.web_reader import WORD
from backlit.settings import Settings


def absent(label: str, lost_links: int, near: list[str]) -> Verdict:
    """The verdict on a target without a live link."""
    if lost_links:
        lost = f"{plural(lost_links, 'link')} to it {_are(lost_links)} lost"
        headline = f"No live link to {label} in this index; {lost}."
    elif near:
        headline = f"No link to {label} in this index. Known near names: {', '.join(map(both_names, near))}."
    else:
        headline = f"No link to {label} in this index, and no name near it."
    return Verdict(
        kind="none",
        headline=headline,
        findings=[
            Finding(
                rule="absent",
                text="That says what was read into this index, not what the web holds: "
                "add archives, exports or a scan that could contain its links.",
            )
        ],
    )


def judge(
    totals: Totals,
    bands: list[Band],
    follow: Follow,
    facets: dict[str, Facet],
    hidden_links: int | None,
    anchors: Anchors,
    concentration: Concentration,
    movement: Movement,
    settings: Settings,
) -> Verdict:
    """The verdict on a target with at least one live link."""
    kind, headline = _headline(totals, bands, settings)
    findings = [
        _domains_only(totals),
        _concentration(totals, concentration, settings),
        _follow(follow),
        _placement(facets.get("placement")),
        _hidden(hidden_links),
        _commercial(anchors, settings),
        _lost(totals, movement, settings),
    ]
    return Verdict(kind=kind, headline=headline, findings=[finding for finding in findings if finding])


def _domains_only(totals: Totals) -> Finding | None:
    """What a web graph leaves open, said before everything else."""
    return Finding(rule="domains-only", text=WORD) if totals.links is None else None


def _headline(totals: Totals, bands: list[Band], settings: Settings) -> tuple[str, str]:
    rules = settings.profile
    domains = totals.referring_domains
    by_name = {band.name: band.referring_domains for band in bands}
    excellent, okay = by_name.get("excellent", 0), by_name.get("okay", 0)
    known = excellent + okay + by_name.get("weak", 0)
    strong = excellent + okay
    of = plural(domains, "referring domain")
    known_words = "" if known == domains else f" (authority known for {number(known)})"
    counts = f"{number(excellent)} of {of} {_are(excellent)} excellent, {number(okay)} okay{known_words}."
    many = domains >= rules.many_domains
    if domains < rules.few_domains:
        return "too-few", f"Too few to judge: {_few(domains, excellent, okay, known)}"
    if known < rules.known_share * domains:
        return "unknown", f"Quantity known, quality not: authority is known for {number(known)} of {of}."
    share = strong / known
    if share >= rules.strong_share:
        return (
            ("both", f"Quality and quantity: {counts}")
            if many
            else ("quality", f"Quality over quantity: {counts}")
        )
    if share >= rules.mixed_share:
        return "mixed", f"Mixed quality: {counts}"
    if many:
        return "quantity", f"{'Few strong, many weak' if strong else 'Quantity, not quality'}: {counts}"
    return "neither", f"Few and mostly weak: {counts}"


def _few(domains: int, excellent: int, okay: int, known: int) -> str:
    of = plural(domains, "referring domain")
    if not known:
        return f"{of}, of unknown authority."
    parts = [
        f"{number(excellent)} excellent",
        f"{number(okay)} okay",
        f"{number(known - excellent - okay)} weak",
    ]
    if known < domains:
        parts.append(f"{number(domains - known)} unknown")
    return f"{of} ({', '.join(part for part in parts if not part.startswith('0 '))})."


def _concentration(totals: Totals, concentration: Concentration, settings: Settings) -> Finding | None:
    share = concentration.top_1_share
    if share is None or totals.referring_domains < 2:
        return None
    if share >= settings.profile.concentrated_share and concentration.top_domain:
        text = (
            f"One domain, {both_names(concentration.top_domain)}, holds {percent(share)} of the links: "
            "judge by domains, not by links."
        )
    elif (
        concentration.half_from is not None
        and totals.referring_domains >= settings.profile.few_domains
        and concentration.half_from * 10 <= totals.referring_domains
    ):
        text = (
            f"Half of the links come from {plural(concentration.half_from, 'domain')} of "
            f"{number(totals.referring_domains)}: judge by domains, not by links."
        )
    else:
        return None
    return Finding(rule="concentration", text=text)


def _follow(follow: Follow) -> Finding | None:
    if follow.share is None:
        return None
    known = follow.follow_links + follow.nofollow_links
    if known == 1:
        text = "The one link is followed." if follow.share else "The one link is nofollow, ugc or sponsored."
    elif follow.share == 1:
        text = f"All {number(known)} links of known rel are followed."
    elif not follow.follow_links:
        text = f"No link passes endorsement: all {number(known)} of known rel are nofollow, ugc or sponsored."
    else:
        text = f"{part(follow.follow_links, known)} links of known rel {_are(follow.follow_links)} followed."
        if follow.share < 0.5:
            text = f"Most links withhold endorsement: only {text}"
    return Finding(rule="follow", text=text)


def _placement(placement: Facet | None) -> Finding | None:
    if placement is None or not placement.known:
        return None
    inside = sum(value.links or 0 for value in placement.values if value.value in ("content", "list"))
    share = inside / placement.known
    where = (
        f"{part(inside, placement.known)} {'link' if placement.known == 1 else 'links'} of known placement"
    )
    verb = "stands" if inside == 1 and placement.known < 20 else "stand"
    if share >= 0.5:
        text = f"{where} {verb} in content or in lists."
    else:
        most = max(placement.values, key=lambda value: value.links or 0)
        text = f"Only {where} {verb} in content or in lists; the most common place is {most.value}."
        if not inside:
            text = (
                "No link of known placement stands in content or in a list; "
                f"the most common place is {most.value}."
            )
    return Finding(rule="placement", text=text)


def _hidden(hidden: int | None) -> Finding | None:
    if not hidden:
        return None
    return Finding(rule="hidden", text=f"{plural(hidden, 'link')} {_are(hidden)} hidden from readers.")


def _commercial(anchors: Anchors, settings: Settings) -> Finding | None:
    commercial = next((cls for cls in anchors.classes if cls.name == "exact commercial"), None)
    if commercial is None or not commercial.links:
        return None
    by_sites = commercial.site_share is not None
    share = commercial.site_share if commercial.site_share is not None else commercial.share
    if share < settings.profile.commercial_share:
        return None
    of = "sites" if by_sites else "links"
    return Finding(
        rule="commercial-anchors",
        text=f"{percent(share)} of {of} use a commercial keyword as the anchor. There is no universal limit: "
        "compare with sites of the same kind, and look at who they are.",
    )


def _lost(totals: Totals, movement: Movement, settings: Settings) -> Finding | None:
    lost = movement.lost_links
    if not lost or lost < settings.profile.lost_share * ((totals.links or 0) + lost):
        return None
    return Finding(
        rule="lost",
        text=f"Lost within {movement.window_days} days: {plural(lost, 'link')}, "
        f"beside {number(totals.links)} live.",
    )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"

"""The portrait of a target's links: quality or quantity?

``profile(index, "example.com")`` reads the rollups of the index, a dozen short queries, and
gives a frozen ``Profile``. It answers for a domain, a host, a prefix or one address. What the
figures mean is in ``docs/profile.md``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import msgspec

from backlit.questions import profile_figures as figures
from backlit.questions.profile_data import Anchors, Meta, ProfileData
from backlit.questions.profile_equity import equity_of
from backlit.questions.profile_read import Questions, Reader, Row
from backlit.questions.profile_unknown import unknowns
from backlit.questions.profile_verdict import absent, judge
from backlit.questions.score_source import authority_basis, authority_release, score_source
from backlit.questions.target_names import context_of
from backlit.questions.web_questions import WebQuestions
from backlit.questions.web_reader import WebReader, web_reader
from backlit.settings import Settings, default
from backlit.version import __version__
from backlit.web.target import Target
from backlit.web.url import display_host


class Profile(ProfileData, frozen=True, kw_only=True):
    """The portrait of a target's links, with its faces."""

    def to_html(self) -> str:
        """The profile as one self-contained HTML file."""
        from backlit.questions.report import html_report

        return str(html_report(self))


def profile(
    index: Any, target: Target | str, *, settings: Settings | None = None, audit: bool = False
) -> Profile:
    """The profile of ``target`` in ``index`` (an ``Index``, or a reader already pinned).

    With ``audit`` it has what the verdicts on the links come to (``risk``); where only a web graph knows the target
    there are no links to judge, and ``risk`` stays ``None``.

    Raises ``TargetError`` when ``target`` is a text that names no target. A target nothing
    links to gives a profile with ``found`` false and the names nearest to it.
    """
    if isinstance(target, str):
        target = Target.parse(target)
    settings = settings or default()
    path = getattr(index, "path", None)
    with _reader(index) as reader:
        found = _profile(reader, path, target, settings)
        if audit and found.found and not isinstance(reader, WebReader):
            from backlit.questions.risk import risk

            judged: Any = reader
            found = msgspec.structs.replace(found, risk=risk(judged, target, settings=settings))
    if not found.found and target.kind == "domain" and path is not None and not isinstance(index, WebReader):
        # What no crawl here has met, the web graph may know at the level of domains.
        web = web_reader(path)
        if web is not None and web.release.id_of(target.domain) is not None:
            with web:
                return _profile(web, path, target, settings)
    return found


@contextlib.contextmanager
def _reader(index: Any) -> Iterator[Reader | WebReader]:
    """A reader of the index, closed at the end if it was opened here."""
    if isinstance(index, WebReader) or hasattr(index, "rollup_sql"):
        yield index
        return
    reader = index.reader()
    try:
        yield reader
    finally:
        close = getattr(reader, "close", None)
        if close is not None:
            close()


def _profile(reader: Reader | WebReader, path: object, target: Target, settings: Settings) -> Profile:
    ask: Questions | WebQuestions
    if isinstance(reader, WebReader):
        ask = WebQuestions(reader, target, settings)
    else:
        ask = Questions(reader, target, settings)
    row = ask.totals()
    totals = figures.totals_of(row)
    counted = totals.links is not None
    found = bool(totals.links) if counted else totals.referring_domains > 0
    standing, snapshots = ask.standing(), ask.snapshots()
    if (source := score_source(reader)) is not None:
        standing = standing | {"ranked": source.nodes}
    band_rows = ask.bands() if found else []
    referring = ask.referring() if found else []
    sizes = figures.sizes_of(band_rows)
    bands = figures.bands_of(band_rows, settings)
    follow = figures.follow_of(row)
    facets = figures.facets_of(ask.facets() if found else [], settings.profile.top)
    hidden = facets["hidden"]
    hidden_links = None
    if hidden.known:
        hidden_links = sum(value.links or 0 for value in hidden.values if value.value == "hidden")
    anchors = _anchors(ask, target, settings, totals.links or 0)
    concentration = figures.concentration_of(sizes, referring)
    movement = figures.movement_of(
        ask.days() if row else [], snapshots, reader.data_date, settings.profile.new_lost_days
    )
    near = _near(ask, target) if isinstance(ask, Questions) and not found else []
    if found:
        verdict = judge(
            totals, bands, follow, facets, hidden_links, anchors, concentration, movement, settings
        )
    else:
        verdict = absent(_name(target), totals.lost_links or 0, near)
    return Profile(
        meta=_meta(reader, path, target, settings, standing, snapshots),
        found=found,
        near=near,
        verdict=verdict,
        totals=totals,
        follow=follow,
        authority=figures.authority_of(standing, target.domain, settings),
        bands=bands,
        facets=facets,
        hidden_links=hidden_links,
        anchors=anchors,
        target_pages=figures.target_pages_of(ask.target_pages() if found else [], totals.links or 0),
        referring_domains=figures.referring_of(referring, settings),
        concentration=concentration,
        equity=equity_of(ask, totals.links) if found and isinstance(ask, Questions) else None,
        diversity=figures.diversity_of(sizes, facets, anchors, totals.referring_domains),
        movement=movement,
        unknown=unknowns(
            totals,
            follow.unknown_links,
            bands,
            facets,
            anchors,
            movement,
            settings.profile.most_anchors,
            authority_release(reader),
        )
        if found
        else [],
    )


def _anchors(ask: Questions | WebQuestions, target: Target, settings: Settings, links: int) -> Anchors:
    """Classified anchors, with each referring site counted once a class where that is cheap."""
    titles = ask.titles() if links else []
    context = context_of(ask.reader, target, titles)
    rows = ask.anchors() if links else []
    anchors, text_class = figures.anchors_of(rows, context, len(titles), settings.profile.top)
    if not anchors.classified or links > settings.profile.most_links_for_sites:
        return anchors
    sites = {row["cls"]: row["sites"] for row in ask.class_sites(text_class)}
    every = sites.get(None) or 0
    classes = [
        msgspec.structs.replace(
            cls, sites=sites.get(cls.name, 0), site_share=figures.share(sites.get(cls.name), every)
        )
        for cls in anchors.classes
    ]
    return msgspec.structs.replace(anchors, sites=every, classes=classes)


def _near(ask: Questions, target: Target) -> list[str]:
    """Names to try instead: the domain itself when only a part of it was asked about."""
    near = ask.near_names()
    if target.kind != "domain":
        whole = Questions(ask.reader, Target.parse(target.domain, "domain"), ask.settings).totals()
        if whole and whole["links"]:
            near = [target.domain, *near]
    return near


def _meta(
    reader: Reader | WebReader,
    path: object,
    target: Target,
    settings: Settings,
    standing: Row,
    snapshots: list[Row],
) -> Meta:
    dates = sorted({row["date"] for row in snapshots if row["date"]})
    return Meta(
        target=target.text,
        kind=target.kind,
        domain=target.domain,
        label=target.label,
        ascii=_ascii(target),
        index=None if path is None else str(path),
        generation=reader.generation,
        data_date=reader.data_date,
        origins=sorted({row["origin"] for row in snapshots if row["origin"]}),
        snapshots=len(snapshots),
        first_snapshot=dates[0] if dates else None,
        domains_in_index=standing["domains"],
        settings=settings.digest,
        backlit=__version__,
        authority_basis=authority_basis(reader),
        authority_release=authority_release(reader),
    )


def _ascii(target: Target) -> str | None:
    """The host as machines write it, where people write it in another way."""
    host = target.host or target.domain
    return None if display_host(host) == host else host


def _name(target: Target) -> str:
    """What is asked about, as people write it, and as machines do where that differs."""
    host = _ascii(target)
    return target.label if host is None else f"{target.label} ({host})"

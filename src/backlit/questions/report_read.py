"""A report read from the index: the profile, the strongest links, the verdicts with their evidence, the changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from backlit.index import Reader
from backlit.questions.changes import changes
from backlit.questions.listing import as_target, reading
from backlit.questions.profile import profile
from backlit.questions.profile_figures import band_of
from backlit.questions.profile_format import day
from backlit.questions.report_data import Evidence, EvidenceLink, ReportData, StrongLink
from backlit.questions.report_order import JUDGED, Order, order
from backlit.questions.risk_data import Risk
from backlit.questions.web_reader import WebReader
from backlit.settings import Settings, default
from backlit.web.target import Target

_SPEAKS_AGAINST = "verdict in (risky, review)"
#: The best link of each referring domain, the strongest domains first.
_STRONGEST = """
SELECT l.*, s.source_authority FROM (
  SELECT source_url, source_domain, target_url, anchor, alt, kind, follow, placement, first_seen,
    row_number() OVER (PARTITION BY source_domain ORDER BY follow DESC NULLS LAST,
      (placement IN ('content', 'list')) DESC NULLS LAST, source_url, target_url, link_id) AS place
  FROM ({links}) WHERE lost_at IS NULL AND kind IN ('anchor', 'image')) l
LEFT JOIN (SELECT source_domain, source_authority FROM ({referring})) s USING (source_domain)
WHERE place = 1 ORDER BY source_authority DESC NULLS LAST, follow DESC NULLS LAST, source_domain LIMIT {most}"""


class Report(ReportData, frozen=True, kw_only=True):
    """A report with its faces."""

    def to_html(self) -> str:
        """One self-contained HTML file: no script, no request, light, dark and print."""
        from backlit.questions.report_page import report_page

        return str(report_page(self))

    def to_json(self, indent: int | None = 2) -> str:
        """The report as JSON, without the picture of the logo."""
        plain = msgspec.structs.replace(self, order=msgspec.structs.replace(self.order, logo=None))
        data = msgspec.json.encode(plain)
        return (data if indent is None else msgspec.json.format(data, indent=indent)).decode()

    def to_pdf(self, *, settings: Settings | None = None) -> bytes:
        """The report as PDF, printed by the Chromium of this machine. Raises ``BrowserMissing`` where there is none."""
        from backlit.questions.report_page import footer_words
        from backlit.work.printing import pdf

        seconds = (settings or default()).report.print_seconds
        return pdf(self.to_html(), footer=footer_words(self), seconds=seconds)

    def charts(self) -> dict[str, str]:
        """Its charts as single SVG files for slides: name without ending, and text."""
        from backlit.questions.report_slides import slides

        return {name: slide.svg for name, slide in slides(self).items()}

    def chart_pictures(self, *, settings: Settings | None = None) -> dict[str, bytes]:
        """The same as PNG of double density, painted by the Chromium of this machine. Raises ``BrowserMissing``."""
        from backlit.questions.report_slides import WIDTH, slides
        from backlit.work.printing import Picture, pngs

        seconds = (settings or default()).report.print_seconds
        pictures = {name: Picture(one.svg, WIDTH, one.height) for name, one in slides(self).items()}
        return dict(pngs(pictures, seconds=seconds))


def report(
    index: Any,
    target: Target | str,
    asked: Order | None = None,
    *,
    settings: Settings | None = None,
    risk: Risk | None = None,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """The report on ``target`` in ``index`` as it was ``asked`` for (see ``report_order.order``).

    ``risk`` is what the verdicts come to, where it was worked out before. Where only a web graph knows the target
    there are no links to judge or to date, and ``says`` says so.
    """
    rules = settings or default()
    wanted = asked or order(settings=rules)
    about = as_target(target)
    if isinstance(index, WebReader):
        return _of_graph(profile(index, about, settings=rules), wanted)
    with reading(index) as reader:
        found = profile(reader, about, settings=rules)
        if not found.found and reader is not index:
            # What no crawl here has met, the web graph beside the index may know.
            of_graph = profile(index, about, settings=rules)
            if of_graph.found:
                return _of_graph(of_graph, wanted)
        path = getattr(index, "path", None)
        meta = msgspec.structs.replace(found.meta, index=None if path is None else str(path))
        found = msgspec.structs.replace(found, meta=meta)
        says, links, evidence, changed = list[str](), None, None, None
        if found.found and any(name in JUDGED for name in wanted.sections):
            if risk is None:
                from backlit.questions.risk import risk as ask_risk

                risk = ask_risk(reader, about, settings=rules, progress=progress)
            found = msgspec.structs.replace(found, risk=risk)
        if found.found and "evidence" in wanted.sections:
            evidence = read_evidence(reader, about, rules)
        if found.found and "links" in wanted.sections:
            links = strongest(reader, about, rules)
        if wanted.before is not None and wanted.after is not None:
            # What is gone altogether has a history too.
            changed = changes(reader, about, wanted.before, wanted.after, settings=rules)
        return Report(order=wanted, profile=found, links=links, changes=changed, evidence=evidence, says=says)


def _of_graph(found: Any, wanted: Order) -> Report:
    left = [name for name in wanted.sections if name in (*JUDGED, "links", "history", "changes", "anchors")]
    says = []
    if left:
        says.append(
            "Only a web graph knows this target: it has no single links, so there is nothing to say on "
            f"{', '.join(left)}."
        )
    return Report(order=wanted, profile=found, links=None, changes=None, evidence=None, says=says)


def strongest(reader: Any, target: Target, settings: Settings) -> list[StrongLink]:
    """The best live link of each of the strongest referring domains."""
    links, link_values = reader.links_sql(target, with_authority=False)
    referring, values = reader.rollup_sql("referring", target)
    sql = _STRONGEST.format(links=links, referring=referring, most=int(settings.report.links))
    return [
        StrongLink(
            source_url=row["source_url"],
            source_domain=row["source_domain"],
            target_url=row["target_url"],
            anchor=(row["anchor"] or row["alt"]) if row["kind"] == "image" else row["anchor"],
            image=row["kind"] == "image",
            follow=row["follow"],
            placement=row["placement"],
            authority=row["source_authority"],
            band=band_of(row["source_authority"], settings),
            first_seen=day(row["first_seen"]),
        )
        for row in reader.query(sql, [*link_values, *values]).to_pylist()
    ]


def read_evidence(reader: Reader, target: Target, settings: Settings) -> Evidence:
    """The links called risky or review, some of each referring domain with every point."""
    import pyarrow.compute as pc

    from backlit.questions.audit import audit

    rule = settings.report
    every = audit(
        reader, target, _SPEAKS_AGAINST, columns=["link_id", "source_domain", "verdict"], settings=settings
    ).arrow()
    taken: dict[str, int] = {}
    chosen: list[int] = []
    for link, domain in zip(every["link_id"].to_pylist(), every["source_domain"].to_pylist(), strict=True):
        if len(chosen) >= rule.evidence_links:
            break
        if taken.get(domain, 0) < rule.evidence_per_domain:
            taken[domain] = taken.get(domain, 0) + 1
            chosen.append(link)
    risky = int(pc.sum(pc.equal(every["verdict"], "risky")).as_py() or 0)
    return Evidence(
        links=every.num_rows,
        risky=risky,
        review=every.num_rows - risky,
        domains=int(pc.count_distinct(every["source_domain"]).as_py()),
        covered=len(taken),
        per_domain=rule.evidence_per_domain,
        shown=_in_full(reader, target, chosen, settings),
    )


def _in_full(reader: Reader, target: Target, chosen: list[int], settings: Settings) -> list[EvidenceLink]:
    if not chosen:
        return []
    from backlit.questions.audit import audit

    rows = []
    # A filter has room for so many values.
    for begin in range(0, len(chosen), 50):
        named = ", ".join(str(one) for one in chosen[begin : begin + 50])
        rows += audit(reader, target, f"link_id in ({named})", settings=settings).rows()
    by_id = {row["link_id"]: row for row in rows}
    urls = sorted({row["source_url"] for row in rows})
    records = reader.query(
        f"SELECT url, archive_file, archive_offset FROM {reader.pages_sql()} AS pages WHERE url IN "
        "(SELECT unnest(?::VARCHAR[]))",
        [urls],
    ).to_pylist()
    places = {row["url"]: row for row in records}
    return [_evidence_link(by_id[one], places.get(by_id[one]["source_url"], {})) for one in chosen]


def _evidence_link(row: dict[str, Any], place: dict[str, Any]) -> EvidenceLink:
    items = row["evidence"]
    return EvidenceLink(
        link_id=row["link_id"],
        source_url=row["source_url"],
        source_domain=row["source_domain"],
        target_url=row["target_url"],
        anchor=row["anchor"],
        rel=row["rel"],
        placement=row["placement"],
        first_seen=day(row["first_seen"]),
        last_seen=day(row["last_seen"]),
        verdict=row["verdict"],
        reason=row["reason"],
        toxicity=row["toxicity"],
        quality=row["quality"],
        counts=row["counts"],
        network=row["network"],
        decision=row["decision"],
        items=json.loads(items) if isinstance(items, str) else items,
        archive_file=place.get("archive_file"),
        archive_offset=place.get("archive_offset"),
    )

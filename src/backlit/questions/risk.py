"""What the verdicts on a target's links come to: counts, quality over time, clauses of the policy, networks.

Weight is what a followed link may pass (``Judge.weight``). A link is under a clause when it is called risky or review
and its evidence for that clause is at least a witness's; one link may be under several.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.index import Index, Reader
from backlit.questions.judging import judge_of
from backlit.questions.listing import as_target, fetch, provenance, reading
from backlit.questions.networks import networks
from backlit.questions.profile_format import part, plural
from backlit.questions.risk_data import (
    ClauseRisk,
    Gap,
    QualityBand,
    QualityMonth,
    Risk,
    RiskNetwork,
    VerdictCount,
    WeightShares,
)
from backlit.settings import Settings, default
from backlit.signals.clauses import CLAUSES
from backlit.signals.table import strengths
from backlit.verdicts.judge import Judge, Rows, Verdicts
from backlit.verdicts.toxicity import clauses
from backlit.verdicts.words import WORDS
from backlit.web.target import Target

BASIS = "likeness to link schemes on generated worlds; no search engine was asked"
BANDS = ("excellent", "okay", "weak", "unknown")
LEVELS = ("none", "low", "medium", "high")
_BLOCK = 1 << 16
_UNKNOWN = BANDS.index("unknown")

Numbers = npt.NDArray[Any]


def risk(
    index: Index | Reader,
    target: Target | str,
    *,
    settings: Settings | None = None,
    progress: Callable[[str], None] | None = None,
) -> Risk:
    """What the verdicts on the live links to ``target`` come to. Without a live link all counts are 0.

    Raises ``TargetError`` when ``target`` is a text that names no target.
    """
    rules = settings or default()
    asked = as_target(target)
    with reading(index) as reader:
        judge = judge_of(reader, rules, progress)
        sql, parameters = reader.links_sql(asked, with_authority=False)
        ids = reader.query(f"SELECT link_id FROM ({sql}) WHERE lost_at IS NULL ORDER BY link_id", parameters)
        rows = judge.rows(ids["link_id"].to_numpy())
        rows = rows[rows >= 0]
        source = provenance(reader)
        seen = _Seen.of(judge, rows)
        band = _bands(seen, rules)
        bands = _quality(band, rules)
        listed = networks(reader, asked, limit=rules.risk.top, settings=rules)
        return Risk(
            target=asked.text,
            generation=source.generation,
            data_date=source.data_date,
            origins=list(source.origins),
            settings=rules.digest,
            basis=BASIS,
            summary=_summary(bands, rules),
            live_links=ids.num_rows,
            judged_links=len(rows),
            referring_domains=seen.domains,
            verdicts=_counts(judge, seen),
            quality=bands,
            quality_months=_months(judge, seen, band),
            clauses=_clauses(judge, seen, rules),
            weight=_weights(seen),
            networks=[_network(row) for row in listed.rows()],
            network_count=listed.total or 0,
            unjudged=_gaps(reader, judge, seen, band, ids.num_rows),
        )


class _Seen(NamedTuple):
    """The judged links, a row each, and the number of their domain from 0 on."""

    rows: Rows
    verdicts: Verdicts
    weight: Numbers
    domain: Numbers
    domains: int

    @classmethod
    def of(cls, judge: Judge, rows: Rows) -> _Seen:
        ground = judge.ground
        names, domain = np.unique(ground.sites.domain[ground.links.source[rows]], return_inverse=True)
        return cls(rows, judge.verdicts(rows), judge.weight(rows), domain, len(names))

    def having(self, chosen: Numbers) -> int:
        """How many domains have a link among those ``chosen``."""
        return len(np.unique(self.domain[chosen]))


def _counts(judge: Judge, seen: _Seen) -> list[VerdictCount]:
    word = seen.verdicts.words.word.astype(np.int64)
    # A followed link outweighs any that is not: the worst of a domain is that of highest rank.
    rank = word + np.where(judge.ground.links.follow[seen.rows] != 0, len(WORDS), 0)
    worst = np.zeros(seen.domains, np.int64)
    np.maximum.at(worst, seen.domain, rank)
    links = np.bincount(word, minlength=len(WORDS))
    domains = np.bincount(worst % len(WORDS), minlength=len(WORDS))
    return [
        VerdictCount(verdict=name, links=int(links[i]), referring_domains=int(domains[i]))
        for i, name in reversed(list(enumerate(WORDS)))
    ]


def _bands(seen: _Seen, settings: Settings) -> Numbers:
    """The place in ``BANDS`` of each domain, by its best link."""
    best = np.full(seen.domains, -1.0)
    np.maximum.at(best, seen.domain, np.nan_to_num(seen.verdicts.quality.score.astype(np.float64), nan=-1))
    best = np.round(best, 1)
    rule = settings.risk
    return np.select([best < 0, best >= rule.excellent, best >= rule.okay], [_UNKNOWN, 0, 1], 2)


def _quality(band: Numbers, settings: Settings) -> list[QualityBand]:
    counts = np.bincount(band, minlength=len(BANDS)).tolist()
    rule = settings.risk
    edges = [(rule.excellent, 100.0), (rule.okay, rule.excellent), (0.0, rule.okay), (None, None)]
    known = sum(counts[:_UNKNOWN])
    return [
        QualityBand(
            band=name,
            low=low,
            high=high,
            referring_domains=count,
            share=count / known if known and name != "unknown" else None,
        )
        for name, (low, high), count in zip(BANDS, edges, counts, strict=True)
    ]


def _months(judge: Judge, seen: _Seen, band: Numbers) -> list[QualityMonth]:
    day = judge.ground.links.first_day[seen.rows].astype(np.int64)
    first = np.full(seen.domains, np.iinfo(np.int64).max)
    np.minimum.at(first, seen.domain[day >= 0], day[day >= 0])
    dated = np.flatnonzero(first < np.iinfo(np.int64).max)
    months, month = np.unique(
        first[dated].astype("datetime64[D]").astype("datetime64[M]"), return_inverse=True
    )
    counts = np.zeros((len(months), len(BANDS)), np.int64)
    np.add.at(counts, (month, band[dated]), 1)
    return [
        QualityMonth(month=str(name), **dict(zip(BANDS, row, strict=True)))
        for name, row in zip(months, counts.tolist(), strict=True)
    ]


def _summary(bands: list[QualityBand], settings: Settings) -> str:
    """Quality and quantity in one sentence."""
    by_name = {band.band: band.referring_domains for band in bands}
    every, unknown = sum(by_name.values()), by_name["unknown"]
    known, good = every - unknown, by_name["excellent"] + by_name["okay"]
    rule = settings.profile
    if not every:
        return "No link could be judged."
    many = "Many sources" if every >= rule.many_domains else "Few sources"
    counted = plural(every, "referring domain")
    if known < rule.known_share * every:
        return f"{many}, of unknown worth: {counted}, and the quality of {part(unknown, every)} is unknown."
    if good >= rule.strong_share * known:
        word = "mostly of quality"
    elif good >= rule.mixed_share * known:
        word = "of mixed quality"
    else:
        word = "mostly weak"
    return (
        f"{many}, {word}: {counted}; of those whose quality is known, {part(good, known)} "
        f"{'has' if good == 1 and known < 20 else 'have'} a link of excellent or okay quality."
    )


def _clauses(judge: Judge, seen: _Seen, settings: Settings) -> list[ClauseRisk]:
    names = list(CLAUSES)
    model = judge.model
    of_term = clauses(model)
    speaks = np.zeros((len(model.terms), len(names)))
    for number, term in enumerate(model.terms):
        clause = of_term[term.id]
        if clause is not None and (term.log_odds > 0).any():
            speaks[number, names.index(clause)] = 1
    doubtful = np.flatnonzero(seen.verdicts.words.word >= WORDS.index("review"))
    under = np.zeros((len(doubtful), len(names)), np.bool_)
    for begin in range(0, len(doubtful), _BLOCK):
        some = seen.rows[doubtful[begin : begin + _BLOCK]]
        added = np.maximum(model.log_odds(strengths(judge.ground, judge.measures, some)), 0)
        under[begin : begin + _BLOCK] = added @ speaks >= settings.judging.witness
    whole = float(seen.weight.sum())
    found = []
    for column, name in enumerate(names):
        if not speaks[:, column].any():
            found.append(
                ClauseRisk(
                    clause=name,
                    about=CLAUSES[name],
                    links=None,
                    referring_domains=None,
                    weight_share=None,
                    level=None,
                )
            )
            continue
        chosen = doubtful[under[:, column]]
        domains = seen.having(chosen)
        share = float(seen.weight[chosen].sum()) / whole if whole else None
        found.append(
            ClauseRisk(
                clause=name,
                about=CLAUSES[name],
                links=len(chosen),
                referring_domains=domains,
                weight_share=None if share is None else round(share, 4),
                level=_level(max(share or 0.0, domains / max(seen.domains, 1)), len(chosen), settings),
            )
        )
    return found


def _level(share: float, links: int, settings: Settings) -> str:
    if not links:
        return "none"
    rule = settings.risk
    return "high" if share >= rule.high_share else "medium" if share >= rule.medium_share else "low"


def _weights(seen: _Seen) -> WeightShares:
    whole = float(seen.weight.sum())
    if not whole:
        return WeightShares(risky=None, review=None, worthless=None, fine=None)
    by_word = np.bincount(seen.verdicts.words.word, weights=seen.weight, minlength=len(WORDS)) / whole
    return WeightShares(**{name: round(float(by_word[i]), 4) for i, name in enumerate(WORDS)})


def _network(row: dict[str, Any]) -> RiskNetwork:
    return RiskNetwork(
        network=row["network"],
        sites=row["sites"],
        referring_domains=row["domains"],
        links=row["links"],
        toxicity=row["toxicity"],
        weight_share=row["weight_share"],
        examples=row["examples"],
        proofs=[proof["sentence"] for proof in msgspec.json.decode(row["proofs"])],
    )


def _gaps(reader: Reader, judge: Judge, seen: _Seen, band: Numbers, live: int) -> list[Gap]:
    """What could not be judged, and why."""
    links, pages = judge.ground.links, judge.ground.pages
    rows, many = seen.rows, len(seen.rows)
    gaps = [
        (
            "not judged",
            live - many,
            live,
            "links",
            "of a kind that leads no reader anywhere, such as hreflang",
        ),
        ("followed?", int((links.follow[rows] == -1).sum()), many, "links", "rel is unknown"),
        ("hidden?", int((links.hidden[rows] == -1).sum()), many, "links", "no look at the page's layout"),
        (
            "the page",
            int((~pages.known[links.page[rows]]).sum()),
            many,
            "links",
            "the linking page itself is not in this index",
        ),
        (
            "quality",
            int((band == _UNKNOWN).sum()),
            seen.domains,
            "domains",
            "neither authority nor page nor placement is known",
        ),
        ("first seen", int((links.first_day[rows] == -1).sum()), many, "links", "no date"),
    ]
    if many and not len(judge.ground.footprints.site):
        gaps.append(
            (
                "owners",
                many,
                many,
                "links",
                "no table of hosts: addresses, name servers and accounts that networks share are unknown",
            )
        )
    if many and not fetch(reader, f"SELECT 1 FROM {reader.trusted_sql()} LIMIT 1", []):
        gaps.append(("trusted sites", many, many, "links", "no list of trusted hosts was added"))
    return [
        Gap(what=what, count=count, of=of, unit=unit, why=why) for what, count, of, unit, why in gaps if count
    ]

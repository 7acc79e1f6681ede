"""What other weights would change: the quality and the verdicts of links, and the bands of referring domains.

Only what follows at once from the weights is reckoned: quality and words of the links that are judged already, exactly
as a new judgement would. What the web graph is ranked with shows only when it is ranked again.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from backlit.index import Reader
from backlit.questions.judging import judge_of
from backlit.settings import Settings
from backlit.verdicts.quality import quality
from backlit.verdicts.words import WORDS, words
from backlit.web.target import Target

#: Of more links those with the smallest ids, which are hashes: a sample that nobody chose.
MOST_LINKS = 100_000
BANDS = ("excellent", "okay", "weak", "unknown")


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """One band or verdict: how many there are before and after."""

    name: str
    before: int
    after: int


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What changes for the links to one target; ``links`` of ``all_links`` were looked at."""

    target: str
    links: int
    all_links: int
    other_band: int
    other_verdict: int
    mean_before: float | None
    mean_after: float | None
    bands: list[Counted]
    verdicts: list[Counted]
    domain_bands: list[Counted]
    domains: int
    generation: int


def weights_effect(reader: Reader, target: Target, now: Settings, then: Settings) -> Effect:
    """The effect on the links to ``target`` of the settings ``then`` in place of ``now``.

    Judges the index under ``now`` first, unless that was done for this generation already.
    """
    sql, parameters = reader.links_sql(target)
    live = f"FROM ({sql}) WHERE lost_at IS NULL"
    [count] = reader.query(f"SELECT count(*) AS n {live}", parameters)["n"].to_pylist()
    ids = reader.query(f"SELECT link_id {live} ORDER BY link_id LIMIT {MOST_LINKS}", parameters)["link_id"]
    judge = judge_of(reader, now)
    rows = judge.rows(ids.to_numpy())
    rows = rows[rows >= 0]
    before = judge.verdicts(rows)
    worth = quality(judge.ground, judge.measures, then, rows)
    toxicity = np.round(before.toxicity.score, 1)
    after = words(toxicity, worth.score, worth.counts, judge.acted(rows), then)
    old, new = _bands(before.quality.score, now), _bands(worth.score, then)
    domains = _domains(reader, target, now), _domains(reader, target, then)
    return Effect(
        target=target.label,
        links=len(rows),
        all_links=int(count),
        other_band=int((old != new).sum()),
        other_verdict=int((before.words.word != after.word).sum()),
        mean_before=_mean(before.quality.score),
        mean_after=_mean(worth.score),
        bands=_counted(BANDS, old, new),
        verdicts=_counted(WORDS, before.words.word, after.word),
        domain_bands=[
            Counted(name=name, before=domains[0][place], after=domains[1][place])
            for place, name in enumerate(BANDS)
        ],
        domains=sum(domains[0]),
        generation=reader.generation,
    )


def _bands(score: npt.NDArray[np.float32], settings: Settings) -> npt.NDArray[np.int8]:
    rule = settings.risk
    return np.select([np.isnan(score), score >= rule.excellent, score >= rule.okay], [3, 0, 1], 2).astype(
        np.int8
    )


def _mean(score: npt.NDArray[np.float32]) -> float | None:
    known = score[~np.isnan(score)]
    return round(float(known.mean(dtype=np.float64)), 1) if len(known) else None


def _counted(
    names: tuple[str, ...], before: npt.NDArray[np.int8], after: npt.NDArray[np.int8]
) -> list[Counted]:
    old, new = (np.bincount(one, minlength=len(names)) for one in (before, after))
    return [Counted(name=name, before=int(old[i]), after=int(new[i])) for i, name in enumerate(names)]


def _domains(reader: Reader, target: Target, settings: Settings) -> list[int]:
    """How many referring domains are in each band of authority, as ``BANDS`` names them."""
    sql, parameters = reader.rollup_sql("referring", target)
    high, low = settings.bands.excellent, settings.bands.okay
    found = reader.query(
        "SELECT count(*) FILTER (source_authority >= ?) AS a, "
        "count(*) FILTER (source_authority >= ? AND source_authority < ?) AS b, "
        "count(*) FILTER (source_authority < ?) AS c, count(*) FILTER (source_authority IS NULL) AS d "
        f"FROM ({sql}) WHERE links > 0",
        [high, low, high, low, *parameters],
    ).to_pylist()[0]
    return [int(found[name]) for name in "abcd"]

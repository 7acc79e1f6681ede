"""The verdicts that a disavow file is written from: of the links to a target, and of other links of the same sites."""

from __future__ import annotations

import numpy as np

from backlit.index import Index, Reader
from backlit.questions.disavow_links import LinkVerdict
from backlit.questions.judging import judge_of
from backlit.questions.listing import as_target, reading
from backlit.settings import Settings, default
from backlit.verdicts.judge import Judge, Rows
from backlit.verdicts.words import WORDS
from backlit.web.target import Target

#: Other links looked at of each site, and reasons given for a verdict.
_OTHERS_A_SITE = 50
_REASONS = 3


def link_verdicts(
    index: Index | Reader, target: Target | str, *, settings: Settings | None = None
) -> list[LinkVerdict]:
    """One verdict a pair of pages, that of its worst link; reasons are the strongest points of evidence."""
    rules = settings or default()
    with reading(index) as reader:
        judge = judge_of(reader, rules)
        columns = "link_id, source_url, source_host, source_site, source_domain, target_url"
        to_it, parameters = reader.links_sql(as_target(target), with_authority=False)
        every, _ = reader.links_sql(None, with_authority=False)
        found = reader.query(
            f"WITH mine AS (SELECT {columns} FROM ({to_it}) WHERE lost_at IS NULL), "
            f"others AS (SELECT {columns} FROM ({every}) WHERE lost_at IS NULL "
            "AND source_site IN (SELECT source_site FROM mine) AND link_id NOT IN (SELECT link_id FROM mine) "
            f"QUALIFY row_number() OVER (PARTITION BY source_site ORDER BY link_id) <= {_OTHERS_A_SITE}) "
            "SELECT *, true AS asked FROM mine UNION ALL SELECT *, false FROM others",
            parameters,
        )
        rows = judge.rows(found["link_id"].to_numpy())
        judged = np.flatnonzero(rows >= 0)
        verdicts = judge.verdicts(rows[judged])
        word, score = verdicts.words.word, verdicts.toxicity.score
        asked = np.array(found["asked"].to_pylist(), np.bool_)[judged]
        links = found.take(judged).to_pylist()
        networks = judge.networks_of(rows[judged]).to_pylist()
        order = np.lexsort([found["link_id"].to_numpy()[judged], -score, -word])
        seen: set[tuple[str, str]] = set()
        kept = []
        for i in order.tolist():
            pair = (links[i]["source_url"], links[i]["target_url"])
            if pair not in seen:
                seen.add(pair)
                kept.append(i)
        speaking = [i for i in kept if asked[i] and WORDS[int(word[i])] in ("risky", "review")]
        reasons = dict(zip(speaking, _reasons(judge, rows[judged][speaking]), strict=True))
        return [
            LinkVerdict(
                source_url=links[i]["source_url"],
                source_host=links[i]["source_host"],
                source_site=links[i]["source_site"],
                source_domain=links[i]["source_domain"],
                target_url=links[i]["target_url"],
                verdict=WORDS[int(word[i])],  # type: ignore[arg-type]
                toxicity=round(float(score[i]), 1),
                network=networks[i],
                reasons=reasons.get(i, []),
            )
            for i in kept
        ]


def _reasons(judge: Judge, rows: Rows) -> list[list[str]]:
    items = judge.evidence(rows, judge.verdicts(rows))
    return [
        [item["sentence"] for item in of if item["points"] > 0 and item["id"] != "base"][:_REASONS]
        for of in items
    ]

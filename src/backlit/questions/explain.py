"""One verdict in full: a link, its scores and every point of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.judging import judge_of
from backlit.questions.listing import provenance, reading
from backlit.settings import Settings, default
from backlit.verdicts.judge import rounded
from backlit.verdicts.quality import COUNTS
from backlit.verdicts.words import REASONS, WORDS
from backlit.web.target import Target

_MOST_LINKS = 50


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict on one link. ``evidence`` adds up to ``toxicity``, ``quality_terms`` to ``quality``."""

    link_id: int
    source_url: str
    target_url: str
    anchor: str | None
    rel: str | None
    follow: bool | None
    placement: str | None
    placement_rule: str | None
    #: How many links of the page came before it.
    position: int | None
    hidden: bool | None
    hidden_rule: str | None
    text_before: str | None
    text_after: str | None
    first_seen: str | None
    last_seen: str | None
    verdict: str
    reason: str
    counts: str
    toxicity: float
    quality: float | None
    confidence: float
    network: str | None
    evidence: list[dict[str, Any]]
    quality_terms: list[dict[str, Any]]
    #: The page's record: archive file, offset and length, where it was read from one.
    archive_file: str | None
    archive_offset: int | None
    archive_length: int | None
    data_date: str | None
    origins: tuple[str, ...]
    generation: int


def explain(
    index: Index | Reader,
    link: str | int,
    target: str | None = None,
    *,
    settings: Settings | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Explained]:
    """The verdicts on a link, named by its id or by the address of its page (with ``target``: only links to it).

    Raises ``InputError`` when there is no such live link.
    """
    rules = settings or default()
    with reading(index) as reader:
        sql, parameters = _relation(reader, link, target)
        found = reader.query(
            f"SELECT l.*, p.archive_file, p.archive_offset, p.archive_length FROM ({sql}) l "
            f"LEFT JOIN {reader.pages_sql()} p ON p.url = l.source_url "
            f"WHERE l.lost_at IS NULL ORDER BY l.position NULLS LAST, l.link_id LIMIT {_MOST_LINKS}",
            parameters,
        )
        if not found.num_rows:
            raise InputError(
                f"There is no live link {link!r}{f' to {target}' if target else ''} in this index: give the "
                "link_id or the source_url that `backlit links` or `backlit audit` shows."
            )
        judge = judge_of(reader, rules, progress)
        rows = judge.rows(found["link_id"].to_numpy())
        table = found.to_pylist()
        judged = [i for i, row in enumerate(rows.tolist()) if row >= 0]
        if not judged:
            raise InputError(
                f"A link of the kind {table[0]['kind']} is not judged: it leads no reader anywhere."
            )
        chosen = rows[judged]
        verdicts = judge.verdicts(chosen)
        evidence, terms = judge.evidence(chosen, verdicts), judge.quality_terms(verdicts)
        networks = judge.networks_of(chosen).to_pylist()
        quality = rounded(verdicts.quality.score)
        toxicity = np.round(verdicts.toxicity.score, 1)
        source = provenance(reader)
        shared = set(Explained.__struct_fields__) & set(found.column_names)
        out = []
        for place, i in enumerate(judged):
            row = {name: _plain(table[i][name]) for name in shared}
            out.append(
                Explained(
                    **row,
                    verdict=WORDS[int(verdicts.words.word[place])],
                    reason=REASONS[int(verdicts.words.reason[place])],
                    counts=COUNTS[int(verdicts.quality.counts[place])],
                    toxicity=float(toxicity[place]),
                    quality=quality[place],
                    confidence=round(float(verdicts.quality.confidence[place]), 2),
                    network=networks[place],
                    evidence=evidence[place],
                    quality_terms=terms[place],
                    data_date=source.data_date,
                    origins=source.origins,
                    generation=source.generation,
                )
            )
        return out


def _relation(reader: Reader, link: str | int, target: str | None) -> tuple[str, list[Any]]:
    asked = Target.parse(target) if target else None
    sql, parameters = reader.links_sql(asked, with_authority=False)
    text = str(link).strip()
    if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit():
        if not -(2**63) <= int(text) < 2**63:
            raise InputError(f"{text} is no link_id: take one that `backlit links` or `backlit audit` shows.")
        return f"SELECT * FROM ({sql}) WHERE link_id = ?", [*parameters, int(text)]
    from backlit.web.url import canonical

    return f"SELECT * FROM ({sql}) WHERE source_url = ?", [*parameters, canonical(text)]


def _plain(value: Any) -> Any:
    return value.date().isoformat() if hasattr(value, "date") else value

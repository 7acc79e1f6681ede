"""What a disavow file is weighed against: the live links to a target, and the equity of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from backlit.authority.equity import link_equity
from backlit.authority.parts import rounded_weights
from backlit.errors import TableError
from backlit.index import Index, Reader
from backlit.settings import Settings
from backlit.web.target import Target

if TYPE_CHECKING:
    import pyarrow as pa

Verdict = Literal["worthless", "risky", "fine", "review"]


class LinkVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the verdicts say of links from one page to another; null is unknown.

    ``equity`` is in units of rank, ``toxicity`` 0-100, ``network`` the key of the network the source belongs to.
    """

    source_url: str
    source_host: str
    source_site: str
    source_domain: str
    target_url: str
    verdict: Verdict | None = None
    toxicity: float | None = None
    equity: float | None = None
    network: str | None = None
    reasons: list[str] = []


#: Where verdicts come from: of the links to a target, and of other links of the same sources where known.
Verdicts = Callable[[Index, Target], Iterable[LinkVerdict]]


class LinkFact(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of pages with at least one live link: ``follow`` if any is followed, ``hidden`` if all are."""

    pair_id: int
    source_url: str
    source_host: str
    source_site: str
    source_domain: str
    target_url: str
    links: int
    follow: bool | None
    hidden: bool
    #: Whether any link may hand on something: one that is neither known as nofollow nor as hidden.
    counts: bool
    anchor: str | None
    authority: float | None


def link_facts(reader: Reader, target: Target) -> list[LinkFact]:
    """The pairs of pages with a live link to ``target``, by source address."""
    sql, parameters = reader.links_sql(target)
    found = reader.query(
        "SELECT pair_id, source_url, any_value(source_host) AS source_host, any_value(source_site) AS source_site, "
        "any_value(source_domain) AS source_domain, target_url, count(*) AS links, "
        "CASE WHEN bool_or(follow) THEN true WHEN bool_or(follow IS NULL) THEN NULL ELSE false END AS follow, "
        "bool_and(hidden IS TRUE) AS hidden, "
        "bool_or(follow IS NOT FALSE AND hidden IS NOT TRUE) AS counts, min(anchor) AS anchor, "
        f"any_value(source_authority) AS authority FROM ({sql}) WHERE lost_at IS NULL "
        "GROUP BY pair_id, source_url, target_url ORDER BY source_url, target_url, pair_id",
        parameters,
    )
    return [LinkFact(**row) for row in found.to_pylist()]


def equity_of_links(
    reader: Reader, target: Target, rank: Mapping[str, float], settings: Settings
) -> dict[tuple[str, str], float]:
    """The equity of each pair of pages with a live link to ``target``, by the rank of domains."""
    return pair_equity(links_of_linking_pages(reader, target), rank, settings)


def pair_equity(
    table: pa.Table, rank: Mapping[str, float], settings: Settings
) -> dict[tuple[str, str], float]:
    """The equity of each pair of pages that is ``asked`` for in ``table``, in units of rank.

    ``table`` is that of ``links_of_linking_pages``. All links of the linking pages share what a page hands on, and
    the known pages are those that link: so equities of one target may be compared with one another. Pairs from
    domains without a rank are left out.
    """
    ranks = np.array(
        [rank.get(name, np.nan) for name in table["source_domain"].to_pylist()], dtype=np.float64
    )
    equity = link_equity(table, ranks, settings=settings)["equity"].to_pylist()
    found: dict[tuple[str, str], float] = {}
    for source, page, asked, value in zip(
        table["source_url"].to_pylist(),
        table["target_url"].to_pylist(),
        table["asked"].to_pylist(),
        equity,
        strict=True,
    ):
        if asked and value is not None:
            found[source, page] = found.get((source, page), 0.0) + value
    return found


def links_of_linking_pages(reader: Reader, target: Target) -> pa.Table:
    """All live links of the pages that link to ``target``; ``asked`` marks those that do."""
    to_it, parameters = reader.links_sql(target, with_authority=False)
    every, _ = reader.links_sql(None, with_authority=False)
    columns = "source_url, source_domain, target_url, target_domain, kind, placement, follow, rel, hidden"
    return reader.query(
        f"WITH mine AS (SELECT link_id, source_url FROM ({to_it}) WHERE lost_at IS NULL) "
        f"SELECT {columns}, position, alt, link_id IN (SELECT link_id FROM mine) AS asked FROM ({every}) "
        "WHERE lost_at IS NULL AND source_url IN (SELECT source_url FROM mine) ORDER BY source_url, position, link_id",
        parameters,
    )


def source_ranks(reader: Reader, target: Target) -> dict[str, float]:
    """The ranks of the domains that link to that of ``target``, of the score layer; without those it does not know."""
    rows = reader.query(
        f"SELECT source_domain, source_rank FROM {reader.source_scores_sql(target.domain)} AS s "
        "WHERE source_rank IS NOT NULL",
        [target.domain],
    ).to_pylist()
    return {row["source_domain"]: row["source_rank"] for row in rows}


def weights_left(
    reader: Reader, target: Target, out: Collection[tuple[str, str]], settings: Settings
) -> dict[str, float]:
    """What an edge to the domain ``target`` would weigh without the pairs of pages ``out``, by source domain.

    It is the weight of the best live link that is left, 0 where none is. Only the domains of ``out`` are named.
    """
    sql, parameters = reader.links_sql(target, with_authority=False)
    table = reader.query(
        f"WITH linking AS (SELECT * FROM ({sql}) WHERE lost_at IS NULL) "
        "SELECT source_url, source_domain, target_url, kind, placement, follow, rel, hidden, position, nth, alt "
        "FROM linking WHERE source_domain IN (SELECT source_domain FROM linking "
        "WHERE source_url IN (SELECT unnest(?::VARCHAR[]))) ORDER BY link_id",
        [*parameters, sorted({page for page, _ in out})],
    )
    left: dict[str, float] = {}
    for source, page, address, weight in zip(
        table["source_domain"].to_pylist(),
        table["source_url"].to_pylist(),
        table["target_url"].to_pylist(),
        rounded_weights(table, settings).tolist(),
        strict=True,
    ):
        left[source] = max(left.get(source, 0.0), 0.0 if (page, address) in out else weight)
    return left


def given_verdicts(path: Path | None) -> list[LinkVerdict]:
    """Verdicts from a file with the fields of ``LinkVerdict``, as JSON lines or Parquet; none without a file."""
    if path is None:
        return []
    try:
        if path.suffix.lower() == ".parquet":
            import pyarrow.parquet as pq

            return [msgspec.convert(row, LinkVerdict) for row in pq.read_table(path).to_pylist()]
        return [_VERDICT.decode(line) for line in path.read_bytes().splitlines() if line.strip()]
    except (OSError, ValueError, msgspec.MsgspecError) as exc:
        raise TableError(
            f"{path} cannot be read as verdicts ({exc}): they are JSON lines or Parquet with the fields "
            f"{', '.join(LinkVerdict.__struct_fields__)}."
        ) from exc


#: Made at import: msgspec must not learn a type in two threads at once.
_VERDICT = msgspec.json.Decoder(LinkVerdict)

"""Verdicts on links: of one target, or of every link of the index.

A link that is lost, or of a kind that leads nobody anywhere (alternate, frame, form), is not judged. Rows come grouped:
what looks most like a scheme first, by network and by referring domain, groups that carry most followed weight first.
What the user decided about a link stands beside its verdict and never changes it: a link of a network that somebody
keeps is still one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.absence import no_link_notes
from backlit.questions.columns import AUDIT
from backlit.questions.decisions import Decisions
from backlit.questions.judging import judge_of
from backlit.questions.listing import Request, as_target, choose, provenance, reading, select_list
from backlit.questions.result import Result
from backlit.settings import Settings, default
from backlit.verdicts.judge import Judge, Verdicts
from backlit.verdicts.quality import COUNTS
from backlit.verdicts.words import REASONS, WORDS
from backlit.web.target import Target

#: Written only for the rows that are given, as they are long.
LONG = ("evidence", "quality_terms")
_STORED = (
    *(
        "link_id",
        "pair_id",
        "source_url",
        "source_host",
        "source_domain",
        "source_site",
        "target_url",
        "target_domain",
    ),
    *(
        "target_site",
        "anchor",
        "rel",
        "follow",
        "placement",
        "hidden",
        "first_seen",
        "last_seen",
        "source_authority",
    ),
)
_TYPES = {
    "toxicity": pa.float64(), "quality": pa.float64(), "confidence": pa.float64(), "weight": pa.float64(),
    "severity": pa.int8(), "place": pa.int64(),
}  # fmt: skip
_ROWS_AT_ONCE = 50_000
_NOTES = (
    "Toxicity is what link schemes look like on generated worlds, as a probability; no search engine was asked.",
)
_ORDER = "target_domain, place"


def audit(
    index: Index | Reader,
    target: Target | str | None = None,
    where: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    *,
    columns: Sequence[str] | None = None,
    settings: Settings | None = None,
    progress: Callable[[str], None] | None = None,
) -> Result:
    """The verdicts on the live links to ``target``; of all links, target after target, where there is none.

    Without a target the answer streams, is sorted within each target domain only, and takes no ``sort``, ``limit``
    or ``offset``: it is for files. Scores need the whole index (who else links where); they are worked out once for
    a generation and settings in a process.
    """
    rules = settings or default()
    names = choose(AUDIT, columns)
    request = Request(where, sort, limit, offset)
    if target is None:
        if sort or offset:
            raise InputError(
                "An audit of all links comes target after target: it takes no sort and no offset."
            )
        return _all(index, request, names, rules, progress)
    with reading(index) as reader:
        asked = as_target(target)
        judged = judged_links(reader, asked, rules, progress)
        return judged_listing(reader, asked, judged, request, names, rules)


def judged_links(
    reader: Reader, target: Target, settings: Settings, progress: Callable[[str], None] | None = None
) -> pa.Table:
    """The live links to ``target`` that are judged, with scores, words and their place; what a listing needs, and
    nothing that depends on decisions, so that it can be kept as long as the generation."""
    sql, parameters = reader.links_sql(target)
    found = reader.query(f"SELECT {', '.join(_STORED)} FROM ({sql}) WHERE lost_at IS NULL", parameters)
    # Nothing to judge: no judge is needed, which would look at the whole index first.
    return _judged(judge_of(reader, settings, progress), found, Decisions([])) if found.num_rows else found


def judged_listing(
    reader: Reader,
    target: Target,
    judged: pa.Table,
    request: Request,
    names: Sequence[str],
    settings: Settings,
) -> Result:
    """The rows of ``judged_links`` that ``request`` asks for, with the decisions that stand now."""
    schema = pa.schema([(name, _type(name)) for name in names])
    if not judged.num_rows:
        request.check_columns(AUDIT)
        notes = no_link_notes(reader, target, settings)
        return Result(schema.empty_table(), provenance(reader), total=0, notes=notes)
    judge = judge_of(reader, settings)
    for name, column in Decisions.of(reader, target.domain).columns(judged).items():
        judged = judged.set_column(judged.column_names.index(name), name, column)
    table = _chosen(judge, reader, judged, request)
    total = _total(table)
    table = table.select(list(dict.fromkeys([*(n for n in names if n in table.column_names), "row"])))
    notes, source = [*_NOTES, *_overruled(judged)], provenance(reader)
    if table.num_rows > _ROWS_AT_ONCE:
        # Evidence of all rows at once would be larger than everything else.
        return Result(lambda: _pieces(judge, table, schema), source, schema=schema, total=total, notes=notes)
    rows = _written(judge, table, names).select(names).cast(schema)
    return Result(rows, source, total=total, notes=notes)


def _all(
    index: Index | Reader,
    request: Request,
    names: list[str],
    rules: Settings,
    progress: Callable[[str], None] | None,
) -> Result:
    resources = contextlib.ExitStack()
    try:
        reader = resources.enter_context(reading(index))
        judge = judge_of(reader, rules, progress)
        decisions = Decisions.of(reader, None)
        cursor = resources.enter_context(contextlib.closing(reader.con.cursor()))
        sql, parameters = reader.links_sql()
        stored = ", ".join(_STORED)
        batches = cursor.sql(
            f"SELECT {stored} FROM ({sql}) WHERE lost_at IS NULL ORDER BY target_domain", params=parameters
        ).to_arrow_reader(_ROWS_AT_ONCE)
        where_from = provenance(reader)
    except BaseException:
        resources.close()
        raise
    schema = pa.schema([(name, _type(name)) for name in names])

    def give() -> Iterator[pa.RecordBatch]:
        with resources:
            given = 0
            for part in _by_target(batches):
                table = _chosen(judge, reader, _judged(judge, part, decisions), request._replace(limit=None))
                if request.limit is not None:
                    table = table.slice(0, request.limit - given)
                yield from _pieces(judge, table, schema)
                given += table.num_rows
                if request.limit is not None and given >= request.limit:
                    return

    return Result(give, where_from, schema=schema, notes=_NOTES)


def _pieces(judge: Judge, table: pa.Table, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows of ``table`` with the columns of ``schema``, some at a time."""
    for begin in range(0, table.num_rows, _ROWS_AT_ONCE):
        piece = _written(judge, table.slice(begin, _ROWS_AT_ONCE), schema.names).select(schema.names)
        yield from piece.cast(schema).combine_chunks().to_batches()


def _by_target(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The rows in parts of about as many as a batch, none of which ends inside a target domain."""
    kept: list[pa.Table] = []
    for batch in batches:
        table = pa.table(batch)
        domains = table["target_domain"].combine_chunks()
        last = domains[len(domains) - 1]
        end = len(domains)
        while end and domains[end - 1] == last:
            end -= 1
        begins_new = not kept or kept[0]["target_domain"][0] != domains[0]
        if end or begins_new:
            whole = [*kept, table.slice(0, end)] if end else kept
            if whole and sum(t.num_rows for t in whole):
                yield pa.concat_tables(whole).combine_chunks()
            kept = [table.slice(end)]
        else:
            kept.append(table)
    if kept:
        yield pa.concat_tables(kept).combine_chunks()


def _judged(judge: Judge, stored: pa.Table, decisions: Decisions) -> pa.Table:
    """``stored`` rows that are judged, with scores, words and their place in the order."""
    rows = judge.rows(stored["link_id"].to_numpy())
    stored = stored.filter(pa.array(rows >= 0))
    rows = rows[rows >= 0]
    verdicts = judge.verdicts(rows)
    severity = verdicts.words.word
    quality = np.round(verdicts.quality.score.astype(np.float64), 1)
    weight = judge.weight(rows)
    network = judge.networks_of(rows)
    columns: dict[str, Any] = {
        "row": rows,
        "verdict": pa.array(WORDS, pa.string()).take(pa.array(severity)),
        "toxicity": np.round(verdicts.toxicity.score, 1),
        "quality": pa.array(quality, from_pandas=True),
        "confidence": np.round(verdicts.quality.confidence.astype(np.float64), 2),
        "counts": pa.array(COUNTS, pa.string()).take(pa.array(verdicts.quality.counts)),
        "reason": pa.array(REASONS, pa.string()).take(pa.array(verdicts.words.reason)),
        "network": network,
        "weight": weight,
        "severity": severity,
    }
    for name, column in columns.items():
        stored = stored.append_column(name, column if isinstance(column, pa.Array) else pa.array(column))
    for name, column in decisions.columns(stored).items():
        stored = stored.append_column(name, column)
    return stored.append_column("place", pa.array(_places(stored)))


def _places(table: pa.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Each row's place among those of its target domain: groups (network, else referring domain) by severity and
    weight, then rows by severity and weight."""
    if not table.num_rows:
        return np.zeros(0, np.int64)
    target = _by_name(table["target_domain"])
    source = _by_name(pc.coalesce(table["network"], table["source_domain"]))
    groups, group = np.unique(target * (source.max() + 1) + source, return_inverse=True)
    severity = table["severity"].to_numpy().astype(np.int64)
    weight = table["weight"].to_numpy()
    worst = np.zeros(len(groups), np.int64)
    np.maximum.at(worst, group, severity)
    toxicity = table["toxicity"].to_numpy()
    ids = table["link_id"].to_numpy()
    # A sum depends on the order of its addends, and that of stored rows on how they were added.
    fixed = np.argsort(ids)
    total = np.bincount(group[fixed], weights=weight[fixed], minlength=len(groups))
    order = np.lexsort([ids, -toxicity, -weight, -severity, source, -total[group], -worst[group], target])
    begins = np.flatnonzero(np.diff(target[order], prepend=-1))
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    return places


def _by_name(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Numbers of texts in their order."""
    encoded = column.combine_chunks().dictionary_encode()
    rank = pc.rank(encoded.dictionary, tiebreaker="dense").to_numpy().astype(np.int64)
    return np.asarray(rank[encoded.indices.to_numpy()])


def _chosen(judge: Judge, reader: Reader, judged: pa.Table, request: Request) -> pa.Table:
    """The rows that pass the filter, in order; ``_total`` counts all that pass."""
    asked = f"{request.where or ''} {request.sort or ''}"
    written = [name for name in LONG if name in asked]
    if written:
        judged = _written(judge, judged, written)
    with contextlib.closing(reader.con.cursor()) as cursor:
        cursor.register("judged", judged)
        rows = request.rows("SELECT * FROM judged", [], AUDIT, _ORDER, ["place"])
        short = [name for name, _, _ in AUDIT if name not in LONG]
        names = select_list([*short, *written, "row"])
        sql, values = rows.select(f"{names}, count(*) OVER () AS _total")
        found: pa.Table = cursor.sql(sql, params=values).to_arrow_table()
        if found.num_rows or (not request.offset and request.limit != 0):
            return found
        # None is left of the page asked for: the number of all is given without any.
        count = cursor.execute(*rows.select("count(*)", counting=True)).fetchone()
        return found.replace_schema_metadata({"total": str(count[0] if count else 0)})


def _total(table: pa.Table) -> int:
    if table.num_rows:
        return int(table["_total"][0].as_py())
    return int((table.schema.metadata or {}).get(b"total", b"0"))


def _written(judge: Judge, table: pa.Table, names: Sequence[str]) -> pa.Table:
    """``table`` with the long columns ``names`` that it does not have yet."""
    names = [name for name in names if name in LONG and name not in table.column_names]
    if names:
        rows = table["row"].to_numpy()
        verdicts = judge.verdicts(rows)
        for name in names:
            texts = (
                judge.evidence_texts(rows, verdicts) if name == "evidence" else judge.quality_texts(verdicts)
            )
            table = table.append_column(name, pa.array(texts, pa.string()))
    return table


def _type(name: str) -> pa.DataType:
    from backlit import records

    if name in records.LINKS.names:
        return records.LINKS.field(name).type
    return _TYPES.get(name, pa.float64() if name == "source_authority" else pa.string())


def _overruled(judged: pa.Table) -> list[str]:
    """A sentence when links that the user keeps are risky as part of a network."""
    kept = pc.and_(pc.equal(judged["decision"], "keep"), pc.equal(judged["verdict"], "risky"))
    count = judged.filter(pc.and_(kept, pc.is_valid(judged["network"]))).num_rows
    if not count:
        return []
    links = "1 link that you keep is" if count == 1 else f"{count:,} links that you keep are"
    return [
        f"{links} risky as part of a network: a decision stands beside a verdict and does not change it, "
        "for a known site can be sold or hacked."
    ]


def verdicts_of(judge: Judge, link_ids: Sequence[int]) -> Verdicts:
    """Verdicts on some links by their ids; all must be judged."""
    rows = judge.rows(np.array(link_ids, np.int64))
    if (rows < 0).any():
        raise InputError("Some of these links are lost, unknown, or of a kind that is not judged.")
    return judge.verdicts(rows)

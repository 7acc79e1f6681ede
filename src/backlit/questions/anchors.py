"""The texts that link to a target, each with its class."""

from __future__ import annotations

import contextlib

import pyarrow as pa

from backlit.index import Index, Reader
from backlit.index.filters import read_filter, read_sort
from backlit.questions.columns import ANCHORS, columns
from backlit.questions.listing import Request, Rows, as_target, provenance, reading, select_list
from backlit.questions.profile_read import Questions
from backlit.questions.result import Result
from backlit.questions.target_names import context_of
from backlit.settings import Settings, default
from backlit.text.anchors import AnchorContext, classify
from backlit.web.target import Target

DEFAULT_ORDER = "referring_domains desc, links desc"
_TIE_BREAK = ("anchor", "alt", "image")
_CLASSED = ("class", "rule")


def anchors(
    index: Index | Reader,
    target: Target | str,
    where: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    *,
    settings: Settings | None = None,
) -> Result:
    """The anchors of the live links to ``target``, those that most domains use first.

    The class is that of ``backlit.text.anchors``, held against the target's names and the
    titles of its pages; it is unknown where the source could not say what the text is.
    """
    request = Request(where, sort, limit, offset)
    with reading(index) as reader:
        asked = as_target(target)
        relation, parameters = reader.rollup_sql("anchors", asked)
        counted = f"SELECT * FROM ({relation}) WHERE links > 0"
        context = _context(reader, asked, settings or default())
        if _asks_for_class(request):
            every = _classified(reader.query(counted, parameters), context)
            with contextlib.closing(reader.con.cursor()) as cursor:
                cursor.register("classified", every)
                rows = request.rows("SELECT * FROM classified", [], ANCHORS, DEFAULT_ORDER, _TIE_BREAK)
                sql, values = _select(rows, [name for name, _, _ in ANCHORS])
                found = cursor.sql(sql, params=values).to_arrow_table()
        else:
            rows = request.rows(counted, parameters, ANCHORS, DEFAULT_ORDER, _TIE_BREAK)
            plain = [name for name, _, _ in ANCHORS if name not in _CLASSED]
            found = _classified(reader.query(*_select(rows, plain)), context)
        total = int(found["_total"][0].as_py()) if found.num_rows else None if offset or limit == 0 else 0
        return Result(found.select([name for name, _, _ in ANCHORS]), provenance(reader), total=total)


def _select(rows: Rows, names: list[str]) -> tuple[str, list[object]]:
    return rows.select(f"{select_list(names)}, count(*) OVER () AS _total")


def _asks_for_class(request: Request) -> bool:
    known = columns(ANCHORS)
    named = set(read_filter(request.where, known).columns) if request.where is not None else set()
    if request.sort:
        named |= {name for name, _ in read_sort(request.sort, known).keys}
    return not named.isdisjoint(_CLASSED)


def _context(reader: Reader, target: Target, settings: Settings) -> AnchorContext:
    """What the anchors are held against: the same as in a profile, so that classes agree."""
    titles = Questions(reader, target, settings).titles()
    return context_of(reader, target, titles)


def _classified(found: pa.Table, context: AnchorContext) -> pa.Table:
    """``found`` with the columns ``class`` and ``rule``."""
    names, rules = [], []
    for anchor, image in zip(found["anchor"].to_pylist(), found["image"].to_pylist(), strict=True):
        of = classify(anchor, bool(image), context)
        names.append(of.name if of else None)
        rules.append(of.rule if of else None)
    return found.append_column("class", pa.array(names, pa.string())).append_column(
        "rule", pa.array(rules, pa.string())
    )

"""The domains that link to a target."""

from __future__ import annotations

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.columns import REFERRING
from backlit.questions.listing import Request, as_target, fetch, reading, rollup_listing
from backlit.questions.result import Provenance, Result
from backlit.questions.web_reader import WORD, WebReader, web_reader
from backlit.web.target import Target

STATUSES = {"live": "links > 0", "lost": "links = 0", "all": "true"}


def domains(
    index: Index | Reader | WebReader,
    target: Target | str,
    where: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    *,
    status: str = "live",
) -> Result:
    """The referring domains of ``target``, the strongest first.

    Where the index has none and holds a web-graph release, those of the release: domains of unknown rel and kind,
    with the columns of ``WEB_REFERRING``.

    ``status`` is ``live`` (a link is there), ``lost`` (none is left) or ``all``.
    """
    if status not in STATUSES:
        raise InputError(f"The status of domains is live, lost or all, not {status!r}.")
    request, asked = Request(where, sort, limit, offset), as_target(target)
    if isinstance(index, WebReader):
        return _of_release(index, asked, request, status)
    if isinstance(index, Index) and asked.kind == "domain" and not _is_linked(index, asked):
        # What no crawl here has met, the web graph may know.
        web = web_reader(index.path)
        if web is not None and web.release.id_of(asked.domain) is not None:
            with web:
                return _of_release(web, asked, request, status)
    return rollup_listing(
        index,
        asked,
        "referring",
        REFERRING,
        request,
        default_order="source_authority desc, links desc",
        tie_break=["source_domain"],
        always=STATUSES[status],
    )


def _is_linked(index: Index, target: Target) -> bool:
    """Whether the index knows of any link to ``target``, be it lost."""
    with reading(index) as reader:
        sql, parameters = reader.rollup_sql("totals", target)
        return bool(fetch(reader, f"SELECT 1 FROM ({sql}) LIMIT 1", parameters))


def _of_release(reader: WebReader, target: Target, request: Request, status: str) -> Result:
    """The listing of a web graph, which knows domains that link and none that are lost."""
    reader.check(target)
    request.check()
    referring = reader.referring(target.domain)
    nodes, total = referring.chosen(request)
    if status == "lost":
        nodes, total = nodes[:0], 0
    scored = None if reader.authority_release is None else f"web graph {reader.authority_release}"
    origin = Provenance(tuple(reader.origins), reader.data_date, reader.generation, scored)
    return Result(referring.table(nodes), origin, total=total, notes=(WORD,))

"""The domains that link to a target."""

from __future__ import annotations

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.columns import REFERRING
from backlit.questions.listing import Request, as_target, choose, rollup_listing
from backlit.questions.result import Provenance, Result
from backlit.questions.web_reader import WORD, WebReader, web_reader
from backlit.web.target import Target

#: A web graph tells that a domain links, not how often: its counts are NULL.
STATUSES = {"live": "(links > 0 OR links IS NULL)", "lost": "links = 0", "all": "true"}


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

    Where the index has none and holds a web-graph release, those of the release: domains of unknown rel and kind.

    ``status`` is ``live`` (a link is there), ``lost`` (none is left) or ``all``.
    """
    if status not in STATUSES:
        raise InputError(f"The status of domains is live, lost or all, not {status!r}.")
    if isinstance(index, WebReader) and where is None and sort is None and status != "lost":
        return _strongest(index, as_target(target), limit, offset)
    found = _listed(index, target, where, sort, limit, offset, status)
    if len(found) or not isinstance(index, Index) or (web := web_reader(index.path)) is None:
        return found
    asked = as_target(target)
    if asked.kind != "domain" or web.release.id_of(asked.domain) is None:
        return found
    with web:
        return domains(web, asked, where, sort, limit, offset, status=status)


def _strongest(reader: WebReader, target: Target, limit: int | None, offset: int) -> Result:
    """The usual listing of a web graph, for which few of many domains need be named."""
    reader.check(target)
    Request(None, None, limit, offset).check()
    rows, total = reader.strongest(target.domain, limit, offset)
    origin = Provenance(tuple(reader.origins), reader.data_date, reader.generation)
    return Result(rows.select(choose(REFERRING, None)), origin, total=total, notes=(WORD,))


def _listed(
    index: Index | Reader | WebReader,
    target: Target | str,
    where: str | None,
    sort: str | None,
    limit: int | None,
    offset: int,
    status: str,
) -> Result:
    return rollup_listing(
        index,  # type: ignore[arg-type]
        target,
        "referring",
        REFERRING,
        Request(where, sort, limit, offset),
        default_order="source_authority desc, links desc",
        tie_break=["source_domain"],
        always=STATUSES[status],
        notes=(WORD,) if isinstance(index, WebReader) else (),
    )

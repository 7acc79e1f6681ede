"""The domains that link to a target."""

from __future__ import annotations

from backlit.errors import InputError
from backlit.index import Index, Reader
from backlit.questions.columns import REFERRING
from backlit.questions.listing import Request, rollup_listing
from backlit.questions.result import Result
from backlit.web.target import Target

STATUSES = {"live": "links > 0", "lost": "links = 0", "all": "true"}


def domains(
    index: Index | Reader,
    target: Target | str,
    where: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    *,
    status: str = "live",
) -> Result:
    """The referring domains of ``target``, the strongest first.

    ``status`` is ``live`` (a link is there), ``lost`` (none is left) or ``all``.
    """
    if status not in STATUSES:
        raise InputError(f"The status of domains is live, lost or all, not {status!r}.")
    return rollup_listing(
        index,
        target,
        "referring",
        REFERRING,
        Request(where, sort, limit, offset),
        default_order="source_authority desc, links desc",
        tie_break=["source_domain"],
        always=STATUSES[status],
    )

"""The reviews of an index, listed."""

from __future__ import annotations

import pyarrow as pa

from backlit.index import Index
from backlit.questions.result import Provenance, Result
from backlit.state.requests import all_requests
from backlit.state.reviews import COLUMNS, Reviews, all_reviews, standing_reviews
from backlit.state.store import open_state
from backlit.web.target import Target

_SCHEMA = pa.schema([(name, pa.string()) for name in COLUMNS])


def reviews(index: Index, target: Target | str | None = None, *, history: bool = False) -> Result:
    """The standing decisions about links to ``target``, or to all; with ``history`` earlier ones too.

    Notes name decisions about names within one another that differ.
    """
    about = (
        None if target is None else (target if isinstance(target, Target) else Target.parse(target)).domain
    )
    with open_state(index.path, write=False) as state:
        standing = standing_reviews(state, about)
        listed = all_reviews(state, about) if history else standing
    notes: list[str] = []
    for name in sorted({review.target for review in standing}):
        notes += Reviews([review for review in standing if review.target == name]).contradictions()
    rows = [tuple(getattr(review, name) for name in COLUMNS) for review in listed]
    latest = max((review.decided_at[:10] for review in listed), default=None)
    provenance = Provenance(("reviews",), latest, index.manifest.generation)
    return Result(rows, provenance, schema=_SCHEMA, total=len(rows), notes=notes)


def sent_requests(index: Index, target: Target) -> int:
    """How many requests for removal of links to the target's domain were recorded."""
    with open_state(index.path, write=False) as state:
        return len(all_requests(state, target.domain))

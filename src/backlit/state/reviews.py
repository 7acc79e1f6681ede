"""Reviews: what the user decided about links, domains and networks, and which decision holds.

Every decision is a row of its own, so that history stays; the latest of the same scope and key stands.
Where several that stand speak of one link, the narrower wins (the link itself, then the longest host name, then
the network) and of equally narrow ones the later. What lost is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple, get_args

import msgspec

from backlit.state.store import State

Scope = Literal["link", "domain", "network"]
Decision = Literal["keep", "remove", "disavow", "ignore"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
DECISIONS: tuple[Decision, ...] = get_args(Decision)

COLUMNS = ("target", "scope", "key", "source_url", "target_url", "decision", "note", "decided_at")


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One decision about links to ``target``, a registrable domain.

    ``key`` is the ``pair_id`` of a link, the name of a domain or host, or the key of a network. ``decision`` null
    takes an earlier one back. ``decided_at`` is UTC, ``2026-01-31T12:00:00Z``.
    """

    target: str
    scope: Scope
    key: str
    decision: Decision | None
    decided_at: str
    note: str | None = None
    source_url: str | None = None
    target_url: str | None = None

    @property
    def label(self) -> str:
        """What is decided about, for people."""
        return (
            f"{self.source_url} → {self.target_url}" if self.scope == "link" and self.source_url else self.key
        )


# msgspec must not learn a type in two threads at once.
msgspec.json.Decoder(Review)


class Holding(NamedTuple):
    """The review that holds for a link, and those that it overrules with another decision."""

    review: Review
    overruled: tuple[Review, ...]


def now() -> str:
    """The time, as reviews keep it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def add_reviews(state: State, reviews: Iterable[Review]) -> tuple[int, list[Review]]:
    """Keep reviews; those that are there to the letter are left out.

    Gives how many were new, and the earlier decisions that they change.
    """
    added, changed = 0, []
    with state.writing() as connection:
        for review in reviews:
            row = tuple(getattr(review, name) for name in COLUMNS)
            same = " AND ".join(f"{name} IS ?" for name in COLUMNS)
            if connection.execute(f"SELECT 1 FROM reviews WHERE {same}", row).fetchone():
                continue
            before = connection.execute(
                f"SELECT {', '.join(COLUMNS)} FROM reviews WHERE target = ? AND scope = ? AND key = ? "
                "ORDER BY decided_at DESC, id DESC LIMIT 1",
                (review.target, review.scope, review.key),
            ).fetchone()
            if before is not None and before[COLUMNS.index("decision")] not in (None, review.decision):
                changed.append(_review(before))
            marks = ", ".join("?" for _ in COLUMNS)
            connection.execute(f"INSERT INTO reviews ({', '.join(COLUMNS)}) VALUES ({marks})", row)
            added += 1
    return added, changed


def all_reviews(state: State, target: str | None = None) -> list[Review]:
    """Every decision, earlier ones and withdrawals too, in the order in which they were made."""
    condition, parameters = ("", []) if target is None else (" WHERE target = ?", [target])
    rows = state.rows(
        f"SELECT {', '.join(COLUMNS)} FROM reviews{condition} ORDER BY decided_at, id", parameters
    )
    return [_review(row) for row in rows]


def standing_reviews(state: State, target: str | None = None) -> list[Review]:
    """The latest decision of each target, scope and key, without those taken back."""
    latest = {(review.target, review.scope, review.key): review for review in all_reviews(state, target)}
    return [review for review in latest.values() if review.decision is not None]


class Reviews:
    """The standing reviews of one target, to be asked about links."""

    def __init__(self, reviews: Sequence[Review]) -> None:
        self.all = list(reviews)
        self._of = {(review.scope, review.key): review for review in reviews}

    def of(self, pair_id: int, source_host: str, network: str | None) -> Holding | None:
        """The review that holds for a link; ``None`` where nothing was decided."""
        found = [self._of.get(("link", str(pair_id)))]
        name = source_host
        while name:
            found.append(self._of.get(("domain", name)))
            name = name.partition(".")[2]
        if network is not None:
            found.append(self._of.get(("network", network)))
        there = [review for review in found if review is not None]
        if not there:
            return None
        first = there[0]
        return Holding(first, tuple(r for r in there[1:] if r.decision != first.decision))

    def contradictions(self) -> list[str]:
        """A sentence for each name below another one that was decided otherwise."""
        said = []
        for review in self.all:
            name = review.key.partition(".")[2] if review.scope == "domain" else ""
            while name:
                wider = self._of.get(("domain", name))
                if wider is not None and wider.decision != review.decision:
                    said.append(
                        f"{review.key} is decided {review.decision} ({review.decided_at[:10]}) and {wider.key} "
                        f"{wider.decision} ({wider.decided_at[:10]}): the narrower holds for {review.key}."
                    )
                    break
                name = name.partition(".")[2]
        return said


def _review(row: Sequence[object]) -> Review:
    return msgspec.convert(dict(zip(COLUMNS, row, strict=True)), Review)

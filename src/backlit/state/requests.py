"""Requests to take links away: to whom, when and how they were sent. They are only recorded, never sent."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from backlit.state.store import State

COLUMNS = ("target", "domain", "sent_at", "way", "note")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request that the user sent to the owner of ``domain``. ``sent_at`` is a day, ``way`` such as mail or form."""

    target: str
    domain: str
    sent_at: str
    way: str | None = None
    note: str | None = None


# msgspec must not learn a type in two threads at once.
msgspec.json.Decoder(Request)


def add_requests(state: State, requests: Iterable[Request]) -> int:
    """Keep requests; those that are there to the letter are left out. Gives how many were new."""
    added = 0
    with state.writing() as connection:
        for request in requests:
            row = tuple(getattr(request, name) for name in COLUMNS)
            same = " AND ".join(f"{name} IS ?" for name in COLUMNS)
            if connection.execute(f"SELECT 1 FROM requests WHERE {same}", row).fetchone():
                continue
            connection.execute(
                f"INSERT INTO requests ({', '.join(COLUMNS)}) VALUES ({', '.join('?' for _ in COLUMNS)})", row
            )
            added += 1
    return added


def all_requests(state: State, target: str) -> list[Request]:
    """The requests sent for links to ``target``, in the order of their days."""
    rows = state.rows(
        f"SELECT {', '.join(COLUMNS)} FROM requests WHERE target = ? ORDER BY sent_at, id", [target]
    )
    return [msgspec.convert(dict(zip(COLUMNS, row, strict=True)), Request) for row in rows]

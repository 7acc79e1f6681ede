"""What the owner says of a target: its brand names, its keywords and its rivals, each in the order they were given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from backlit.state.store import State

Kind = Literal["brand", "keyword", "rival"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class TargetNames(msgspec.Struct, frozen=True, kw_only=True):
    """The names of one target domain."""

    target: str
    brands: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()

    def of(self, kind: Kind) -> tuple[str, ...]:
        """Those of one kind."""
        return {"brand": self.brands, "keyword": self.keywords, "rival": self.rivals}[kind]


# msgspec must not learn a type in two threads at once.
msgspec.json.Decoder(TargetNames)


def put_names(state: State, names: TargetNames) -> None:
    """Keep the names of a target, in place of all it had."""
    rows = [
        (names.target, kind, place, name)
        for kind in KINDS
        for place, name in enumerate(dict.fromkeys(names.of(kind)))
    ]
    with state.writing() as connection:
        connection.execute("DELETE FROM target_names WHERE target = ?", (names.target,))
        connection.executemany(
            "INSERT INTO target_names (target, kind, place, name) VALUES (?, ?, ?, ?)", rows
        )


def names_of(state: State, target: str) -> TargetNames:
    """The names of the target domain; empty where none were given."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    rows: Sequence[tuple[str, str]] = state.rows(  # type: ignore[assignment]
        "SELECT kind, name FROM target_names WHERE target = ? ORDER BY kind, place", [target]
    )
    for kind, name in rows:
        found[kind].append(name)
    return TargetNames(
        target=target,
        brands=tuple(found["brand"]),
        keywords=tuple(found["keyword"]),
        rivals=tuple(found["rival"]),
    )

"""What the user decided about links, as columns beside their verdicts."""

from __future__ import annotations

import contextlib

import pyarrow as pa
import pyarrow.compute as pc

from backlit.errors import IndexNotFound
from backlit.index import Reader
from backlit.state.reviews import Review, Reviews, standing_reviews
from backlit.state.store import open_state


class Decisions:
    """The standing reviews of an index, by target."""

    def __init__(self, reviews: list[Review]) -> None:
        self._of: dict[str, Reviews] = {
            name: Reviews([one for one in reviews if one.target == name])
            for name in sorted({review.target for review in reviews})
        }

    @classmethod
    def of(cls, reader: Reader, target: str | None) -> Decisions:
        """Those about the registrable domain ``target``, or about all; none where there is no state."""
        with contextlib.suppress(IndexNotFound), open_state(reader.layout.root, write=False) as state:
            return cls(standing_reviews(state, target))
        return cls([])

    def columns(self, links: pa.Table) -> dict[str, pa.Array]:
        """``decision`` and ``note`` of each row; ``links`` has ``target_domain, pair_id, source_host, network``."""
        decided: list[str | None] = [None] * links.num_rows
        notes = list(decided)
        asked = pc.indices_nonzero(self._may_hold(links)).to_pylist() if self._of else []
        if asked:
            columns = ("target_domain", "pair_id", "source_host", "network")
            rows = zip(*(links[name].take(asked).to_pylist() for name in columns), strict=True)
            for place, (target, pair, host, network) in zip(asked, rows, strict=True):
                holding = self._of[target].of(pair, host, network)
                if holding is not None:
                    decided[place], notes[place] = holding.review.decision, holding.review.note
        return {"decision": pa.array(decided, pa.string()), "note": pa.array(notes, pa.string())}

    def _may_hold(self, links: pa.Table) -> pa.ChunkedArray:
        """Whether a review may speak of each row: few do, and only these are asked about one by one."""
        keys: dict[str, set[str]] = {"link": set(), "domain": set(), "network": set()}
        for reviews in self._of.values():
            for review in reviews.all:
                keys[review.scope].add(review.key)
        pairs = pa.array([int(key) for key in keys["link"] if _is_id(key)], pa.int64())
        hosts = [
            host
            for host in pc.unique(links["source_host"]).to_pylist()
            if host is not None and not keys["domain"].isdisjoint(_names(host))
        ]
        named = pc.or_(
            pc.is_in(links["pair_id"], value_set=pairs),
            pc.or_(
                pc.is_in(links["source_host"], value_set=pa.array(hosts, pa.string())),
                pc.is_in(links["network"], value_set=pa.array(sorted(keys["network"]), pa.string())),
            ),
        )
        return pc.and_(named, pc.is_in(links["target_domain"], value_set=pa.array(self._of, pa.string())))


def _names(host: str) -> list[str]:
    """A host's name and those above it."""
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]


def _is_id(key: str) -> bool:
    """Whether a key that somebody may have written by hand is a ``pair_id``."""
    digits = key.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(key) <= 20 and -(2**63) <= int(key) < 2**63

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
        names = pa.array(self._of, pa.string())
        asked = pc.indices_nonzero(pc.is_in(links["target_domain"], value_set=names)).to_pylist()
        if asked:
            columns = ("target_domain", "pair_id", "source_host", "network")
            rows = zip(*(links[name].take(asked).to_pylist() for name in columns), strict=True)
            for place, (target, pair, host, network) in zip(asked, rows, strict=True):
                holding = self._of[target].of(pair, host, network)
                if holding is not None:
                    decided[place], notes[place] = holding.review.decision, holding.review.note
        return {"decision": pa.array(decided, pa.string()), "note": pa.array(notes, pa.string())}

"""When a link is lost: only when its page was fetched again and does not hold it any more.

A page counts as fetched again when it answered 2xx and all its links were read, or answered
404 or 410. Any other answer, and silence, says nothing. A row is lost at the earliest such
fetch after it was last seen; when a later look shows it again, it is live again.

* ``removed``: the page is there and has no link of this pair of addresses;
* ``gone``: the page answered 404 or 410;
* ``repeat``: other links of the same pair are still on the page (a copy was taken out).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backlit.index.few import plain


class Refetches:
    """Pages whose fetches can have ended a link, with the times of all looks at them."""

    def __init__(self, fetches: pa.Table, told_by_tables: pa.Array) -> None:
        """Keep what matters of ``fetches`` (``FETCHES`` rows, any order).

        A page seen once and alive by ourselves can have lost nothing and is left out, unless
        it is among ``told_by_tables``: addresses whose links a table also reported, perhaps
        from an earlier day.
        """
        self.times: dict[str, list[tuple[int, str]]] = {}
        if fetches.num_rows == 0:
            return
        counted = fetches.group_by("url").aggregate(
            [("fetched_at", "min"), ("fetched_at", "max"), ("outcome", "max")]
        )
        again = pc.or_(
            pc.or_(
                pc.greater(counted["fetched_at_max"], counted["fetched_at_min"]),
                pc.equal(counted["outcome_max"], "gone"),
            ),
            pc.is_in(counted["url"], value_set=told_by_tables),
        )
        wanted = counted["url"].filter(again).combine_chunks()
        rows = fetches.filter(pc.is_in(fetches["url"], value_set=wanted))
        times = rows["fetched_at"].cast(pa.int64()).to_pylist()
        for url, at, outcome in zip(rows["url"].to_pylist(), times, rows["outcome"].to_pylist(), strict=True):
            self.times.setdefault(url, []).append((at, outcome))
        for looks in self.times.values():
            looks.sort()

    @property
    def urls(self) -> pa.Array:
        """The addresses of those pages."""
        return pa.array(list(self.times), pa.string())


def mark_lost(stored: pa.Table, refetches: Refetches) -> pa.Table:
    """``stored`` link rows with ``lost_at`` and ``lost_reason`` set by what the fetches say.

    The rows of a pair must come together. Rows whose page was not looked at again keep NULL.
    """
    if not refetches.times or stored.num_rows == 0:
        return _with_lost(stored, {}, {})
    looked_at = pc.is_in(stored["source_url"], value_set=refetches.urls).to_numpy()
    rows = np.flatnonzero(looked_at)
    needed = ["source_url", "last_seen", "first_seen", "snapshot", "link_id", "pair_mix"]
    subset = plain(stored.select(needed).take(pa.array(rows)))
    day = pc.strptime(subset["snapshot"], format="%Y-%m-%d", unit="us", error_is_null=True)
    seen = pc.coalesce(subset["last_seen"], subset["first_seen"], day).cast(pa.int64()).to_pylist()
    pairs = (subset["link_id"].to_numpy() ^ subset["pair_mix"].to_numpy()).tolist()
    lost_at: dict[int, int] = {}
    reason: dict[int, str] = {}
    live_pairs: set[int] = set()
    for row, url, last, pair in zip(
        rows.tolist(), subset["source_url"].to_pylist(), seen, pairs, strict=True
    ):
        if last is None:
            continue
        later = next((look for look in refetches.times[url] if look[0] > last), None)
        if later is None:
            live_pairs.add(pair)
        else:
            lost_at[row] = later[0]
            reason[row] = "gone" if later[1] == "gone" else "removed"
    for row, pair in zip(rows.tolist(), pairs, strict=True):
        if reason.get(row) == "removed" and pair in live_pairs:
            reason[row] = "repeat"
    return _with_lost(stored, lost_at, reason)


def _with_lost(stored: pa.Table, lost_at: dict[int, int], reason: dict[int, str]) -> pa.Table:
    times = np.zeros(stored.num_rows, dtype=np.int64)
    known = np.zeros(stored.num_rows, dtype=bool)
    words = np.full(stored.num_rows, None, dtype=object)
    for row, at in lost_at.items():
        times[row], known[row], words[row] = at, True, reason[row]
    for name, column in (
        ("lost_at", pa.array(times, mask=~known).cast(pa.timestamp("us"))),
        ("lost_reason", pa.array(words, pa.string()) if lost_at else pa.nulls(stored.num_rows, pa.string())),
    ):
        stored = stored.set_column(stored.schema.get_field_index(name), name, column)
    return stored

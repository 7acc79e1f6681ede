"""How large the index is: counted once a generation and day, for every link must be looked at."""

from __future__ import annotations

import threading
from datetime import date
from typing import TYPE_CHECKING, Any

from backlit.questions.backlinks.totals import index_totals
from backlit.server.dataforseo.dates import today

if TYPE_CHECKING:
    from backlit.index import Reader


class Totals:
    """The totals of an index; the latest are kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: tuple[str, date] | None = None
        self._found: dict[str, Any] = {}

    def of(self, reader: Reader) -> dict[str, Any]:
        """Links and pages now, and at the end of each of the last twelve months that has data."""
        key = (reader.identity, today())
        with self._lock:
            if self._of != key:
                totals = index_totals(reader, key[1])
                self._found = {
                    "total_backlinks": totals.total_backlinks,
                    "total_pages": totals.total_pages,
                    "index_history": [
                        {**row, "date": f"{row['date']:%Y-%m-%d}"} for row in totals.history.to_pylist()
                    ],
                }
                self._of = key
            return self._found

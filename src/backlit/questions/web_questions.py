"""What a profile asks, answered by a web-graph release: counts of domains, from arrays.

The same rows as ``profile_read.Questions`` gives; every count of links is ``None``, and what a web graph knows nothing
of (anchors, pages, days) has no rows. Only the domains that are shown are named.
"""

from __future__ import annotations

import numpy as np

from backlit.questions.profile_read import Row
from backlit.questions.web_reader import WebReader
from backlit.settings import Settings
from backlit.web.target import Target

#: Columns of a referring domain that a web graph knows nothing of.
_UNTOLD = ("pages", "links", "follow_links", "nofollow_links", "content_links", "first_seen", "last_seen")


class WebQuestions:
    """What a profile asks of one release about one domain."""

    def __init__(self, reader: WebReader, target: Target, settings: Settings) -> None:
        reader.check(target)
        self.reader = reader
        self.target = target
        self.settings = settings
        self._referring = reader.referring(target.domain)

    def totals(self) -> Row | None:
        """The number of referring domains, or ``None`` when nothing links."""
        return {"referring_domains": len(self._referring)} if len(self._referring) else None

    def bands(self) -> list[Row]:
        """Referring domains by authority band: band, links (unknown), domains."""
        values = self._referring.authority()
        if values is None:
            return [{"band": None, "links": None, "domains": len(self._referring)}]
        edges = self.settings.bands
        known = int(np.count_nonzero(~np.isnan(values)))
        excellent = int(np.count_nonzero(values >= edges.excellent))
        okay = int(np.count_nonzero(values >= edges.okay)) - excellent
        counts = {
            "excellent": excellent,
            "okay": okay,
            "weak": known - excellent - okay,
            None: len(values) - known,
        }
        return [{"band": band, "links": None, "domains": count} for band, count in counts.items() if count]

    def referring(self) -> list[Row]:
        """The strongest referring domains."""
        nodes = self._referring.strongest(int(self.settings.profile.top))
        rows = self._referring.table(nodes).select(["source_domain", "source_authority"]).to_pylist()
        return [row | dict.fromkeys(_UNTOLD) | {"largest": False} for row in rows]

    def facets(self) -> list[Row]:
        """The TLDs: facet, value, links (unknown), referring_domains."""
        counts = self._referring.tlds()
        rows = [
            {"facet": "tld", "value": value, "links": None, "referring_domains": count}
            for value, count in counts.items()
        ]
        return sorted(rows, key=lambda row: (row["value"] is None, row["value"] or ""))

    def standing(self) -> Row:
        """Authority of the domain among the nodes of the release."""
        return self.reader.standing(self.target.domain)

    def snapshots(self) -> list[Row]:
        """The release, as the one harvest there is."""
        return [{"date": self.reader.data_date, "origin": self.reader.origins[0]}]

    def anchors(self) -> list[Row]:
        return []

    def class_sites(self, classes: dict[str, str]) -> list[Row]:
        return []

    def target_pages(self) -> list[Row]:
        return []

    def days(self) -> list[Row]:
        return []

    def titles(self) -> list[str]:
        return []

    def near_names(self) -> list[str]:
        return []

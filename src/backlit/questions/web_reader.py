"""Answers at the level of domains from a web-graph release, where no crawl has anything to say.

The release is put into the shape of the index's rollups, so that the same questions are asked of it. An edge of a
web graph is *one referring domain of unknown rel and kind*: it is no count of links, so every such count is NULL.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from backlit.authority.stored import stored_authority, stored_ranking
from backlit.errors import InputError
from backlit.index.reader import empty_relation
from backlit.release.release import Release, releases
from backlit.web.target import Target

#: What is said wherever figures come from a release.
WORD = "Each is one referring domain of unknown rel and kind: a web graph knows domains, no links, pages or anchors."
_COUNTS = (
    "sites",
    "hosts",
    "pages",
    "links",
    "follow_links",
    "nofollow_links",
    "content_links",
    "lost_links",
)


class WebReader:
    """A release, read like an index; it answers about domains only."""

    def __init__(self, release: Release, path: Path) -> None:
        import duckdb

        self.release = release
        self.path = path
        ranked = stored_ranking(release) is not None
        self._authority = stored_authority(release) if ranked else None
        self.con = duckdb.connect(config={"autoinstall_known_extensions": "false"})
        self.con.execute("SET enable_external_access = false")
        self._shown: str | None = None
        self._lock = threading.Lock()

    # -- provenance ------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """The generation of the release's scores."""
        return self.release.score_generation

    @property
    def data_date(self) -> str | None:
        """The last day of the crawls that the release was made of."""
        return self.release.info.data_date

    @property
    def origins(self) -> list[str]:
        return [f"web graph {self.release.title}"]

    @property
    def authority_basis(self) -> str:
        """What authority means here, in a sentence."""
        ranking = stored_ranking(self.release)
        if ranking is None:
            return f"unknown: the release {self.release.title} is not ranked yet (`backlit web rank`)"
        return f"in the web graph {self.release.title}. {ranking.says.rstrip('.')}"

    # -- relations -------------------------------------------------------------------------------

    def rollup_sql(self, name: str, target: Target) -> tuple[str, list[Any]]:
        """A SELECT of one rollup for a domain; those a web graph knows nothing of are empty."""
        self.check(target)
        self._show(target.domain)
        if name == "referring":
            return "SELECT * FROM web_referring", []
        if name == "totals":
            return "SELECT * FROM web_totals", []
        return f"SELECT * FROM {empty_relation(name)}", []

    def check(self, target: Target) -> None:
        """Raise ``InputError`` for a target that is no domain."""
        if target.kind != "domain":
            raise InputError(
                f"{target.text} is a {target.kind}, and only a web-graph release is here, which knows domains: "
                f"ask for {target.domain}, or add archives or exports that have links."
            )

    def links_sql(
        self, target: Target | None = None, *, with_authority: bool = True, with_equity: bool = False
    ) -> tuple[str, list[Any]]:
        """No links: a web graph has none."""
        extra = ", CAST(NULL AS DOUBLE) AS source_authority" if with_authority or with_equity else ""
        if with_equity:
            extra += ", CAST(NULL AS DOUBLE) AS equity, CAST(NULL AS DOUBLE) AS equity_score"
            extra += ", CAST(NULL AS VARCHAR) AS source_share"
        return f"SELECT *{extra} FROM {empty_relation('links')}", []

    def pages_sql(self, domain: str | None = None) -> str:
        return empty_relation("pages")

    def snapshots_sql(self) -> str:
        date = "NULL" if self.data_date is None else f"'{self.data_date}'"
        origin = self.origins[0].replace("'", "''")
        return f"(SELECT CAST({date} AS VARCHAR) AS date, '{origin}' AS origin)"

    def domains_sql(self) -> str:
        return empty_relation("domains")

    def standing(self, domain: str) -> dict[str, Any]:
        """Authority, rank and percentile of a domain among the nodes of the release."""
        node = self.release.id_of(domain)
        known: dict[str, Any] = dict.fromkeys(["authority", "rank", "percentile", "ranked"])
        known["domains"] = self.release.nodes
        found = self._authority
        if node is not None and found is not None:
            [at] = self.release.graph_ids(np.array([node])).tolist()
            rank = float(found.rank[at])
            percentile = self.release.score("percentile")
            known |= {
                "authority": float(found.score[at]),
                "rank": int(np.count_nonzero(np.asarray(found.rank) > rank)) + 1,
                "percentile": None if percentile is None else float(percentile[node]),
                "ranked": self.release.nodes,
            }
        return known

    def query(self, sql: str, params: Iterable[Any] = ()) -> pa.Table:
        """The rows of a statement over the relations above."""
        with self._lock:
            cursor = self.con.cursor()
        try:
            table: pa.Table = cursor.sql(sql, params=list(params)).to_arrow_table()
            return table
        finally:
            cursor.close()

    def close(self) -> None:
        self.con.close()

    def __enter__(self) -> WebReader:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # -- what is shown -----------------------------------------------------------------------------

    def _show(self, domain: str) -> None:
        """Make the referring domains of ``domain`` the tables that are read."""
        if self._shown == domain:
            return
        sources, scores = self._sources(domain)
        rows = len(sources)
        referring = self._table(domain, sources, scores)
        totals = pa.table({"target_domain": [domain], "referring_domains": pa.array([rows], pa.int64())})
        # Tables, as cursors do not see what is registered on their connection.
        for name, table in (("web_referring", referring), ("web_totals", totals.slice(0, min(rows, 1)))):
            self.con.register("given", table)
            self.con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM given")
            self.con.unregister("given")
        self._shown = domain

    def strongest(self, domain: str, limit: int | None, offset: int) -> tuple[pa.Table, int]:
        """Referring domains by authority, and how many there are; only those given are named.

        Naming is what takes time: a domain of a million referring domains is asked for a hundred of them. Equal ones
        come in the order of the release's numbers.
        """
        sources, scores = self._sources(domain)
        weight = np.zeros(len(sources)) if scores is None else scores
        order = np.lexsort((sources, -weight))[offset : None if limit is None else offset + limit]
        table = self._table(domain, sources[order], None if scores is None else scores[order])
        return table, len(sources)

    def _sources(self, domain: str) -> tuple[Any, Any]:
        """The nodes that link to a domain, and the authority of each (``None`` without a ranking)."""
        node = self.release.id_of(domain)
        sources = np.zeros(0, np.int64) if node is None else self.release.referring(node)
        if self._authority is None:
            return sources, None
        return sources, np.asarray(self._authority.score[self.release.graph_ids(sources)])

    def _table(self, domain: str, sources: Any, scores: Any) -> pa.Table:
        """Rows of the rollup ``referring``: what a web graph does not know is NULL."""
        rows = len(sources)
        authority = pa.nulls(rows, pa.float64()) if scores is None else pa.array(scores)
        day, count = pa.date32(), pa.int64()
        return pa.table(
            {
                "target_domain": pa.repeat(domain, rows),
                "source_domain": pa.array(self.release.names_of(sources), pa.string()),
                **{name: pa.nulls(rows, count) for name in _COUNTS},
                **{name: pa.nulls(rows, day) for name in ("first_seen", "last_seen", "lost_at")},
                "source_authority": authority,
            }
        )


def web_reader(path: str | Path) -> WebReader | None:
    """A reader of the newest domain graph of the index at ``path``, a ranked one if there is any; else ``None``."""
    root = Path(path)
    domains = [one for one in releases(root) if one.kind == "domain"]
    opened = [Release.open(root / "web" / f"{one.name}-domain") for one in domains]
    ranked = [release for release in opened if stored_ranking(release) is not None]
    chosen = (ranked or opened)[:1]
    return WebReader(chosen[0], root) if chosen else None

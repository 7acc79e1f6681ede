"""Answers at the level of domains from a web-graph release, where no crawl has anything to say.

The same questions are asked of it as of an index, of arrays (``web_referring``). An edge of a
web graph is *one referring domain of unknown rel and kind*: it is no count of links, so every such count is NULL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from backlit.authority.borrowed import newest_ranked
from backlit.authority.stored import standings, stored_ranking
from backlit.errors import InputError
from backlit.questions.web_referring import ReferringNodes
from backlit.release.release import Release, releases
from backlit.web.target import Target

#: What is said wherever figures come from a release.
WORD = "Each is one referring domain of unknown rel and kind: a web graph knows domains, no links, pages or anchors."


class WebReader:
    """A release, read like an index; it answers about domains only."""

    def __init__(self, release: Release, path: Path) -> None:
        self.release = release
        self.path = path
        self._ranking = stored_ranking(release)
        self._known: tuple[str, ReferringNodes] | None = None

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
        if self._ranking is None:
            return f"unknown: the release {self.release.title} is not ranked yet (`backlit web rank`)"
        return f"in the web graph {self.release.title}. {self._ranking.says.rstrip('.')}"

    @property
    def authority_release(self) -> str | None:
        """The release, if it is ranked."""
        return None if self._ranking is None else self.release.title

    # -- what it knows ---------------------------------------------------------------------------

    def check(self, target: Target) -> None:
        """Raise ``InputError`` for a target that is no domain."""
        if target.kind != "domain":
            raise InputError(
                f"{target.text} is a {target.kind}, and only a web-graph release is here, which knows domains: "
                f"ask for {target.domain}, or add archives or exports that have links."
            )

    def referring(self, domain: str) -> ReferringNodes:
        """The referring domains of a domain; those last asked for are kept."""
        known = self._known
        if known is None or known[0] != domain:
            found = ReferringNodes(self.release, self.release.id_of(domain), ranked=self._ranking is not None)
            known = self._known = (domain, found)
        return known[1]

    def standing(self, domain: str) -> dict[str, Any]:
        """Authority, rank and percentile of a domain among the nodes of the release."""
        node = self.release.id_of(domain)
        known: dict[str, Any] = dict.fromkeys(["authority", "rank", "percentile", "ranked"])
        known["domains"] = self.release.nodes
        if node is not None and self._ranking is not None:
            known |= standings(self.release, np.array([node])).row(0)
            known["ranked"] = self.release.nodes
        return known

    def close(self) -> None:
        """Let go of what was kept."""
        self._known = None

    def __enter__(self) -> WebReader:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def web_reader(path: str | Path) -> WebReader | None:
    """A reader of the newest domain graph of the index at ``path``, a ranked one if there is any; else ``None``."""
    root = Path(path)
    ranked = newest_ranked(root)
    if ranked is not None:
        return WebReader(ranked, root)
    for one in releases(root):
        if one.kind == "domain":
            return WebReader(Release.open(root / "web" / f"{one.name}-{one.kind}"), root)
    return None

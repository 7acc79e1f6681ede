"""The verdicts on a target's links, computed once a generation and target, beside the requests, and kept.

Judging looks at the whole index first, which may take minutes; no page waits for it. A page asks ``Judged.ask`` and
shows what there is: the verdicts, or that they are being computed (``server.beside``). What was not asked for longest
is dropped when the kept ones are larger than the settings allow.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from backlit.errors import BacklitError
from backlit.index import Reader
from backlit.server.beside import Beside, Outcome
from backlit.server.serving import Serving
from backlit.settings import Settings
from backlit.web.target import Target

if TYPE_CHECKING:
    import pyarrow as pa

    from backlit.questions.risk_data import Risk

#: After a failure it is tried again no sooner than this.
_AGAIN_SECONDS = 60.0
_RISK_BYTES = 65_536
#: The verdicts, the worst last, as ``severity`` numbers them.
WORDS = ("fine", "worthless", "review", "risky")


class DomainVerdict(NamedTuple):
    """A referring domain by its links to the target: its worst verdict, how many links have it, and all judged."""

    verdict: str
    links: int
    judged: int
    toxicity: float
    quality: float | None


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The verdicts on the links to one target.

    ``risk`` is what they come to. ``links`` are the rows for ``questions.audit.judged_listing``; None where they are
    too large to be kept, then ask ``questions.audit.audit``. ``domains`` has each referring domain with a judged link.
    """

    target: Target
    generation: int
    risk: Risk
    links: pa.Table | None
    domains: dict[str, DomainVerdict]
    seconds: float
    bytes: int


#: How far the verdicts on a target are.
Standing = Outcome[Judgement]


class Asked(NamedTuple):
    """A target in one generation, by ``Reader.identity``."""

    identity: str
    target: Target


class Judged:
    """The verdicts that a server keeps. Thread-safe; ``ask`` returns at once."""

    def __init__(self, serving: Serving, settings: Settings, *, most_bytes: int, most_waiting: int) -> None:
        self._serving = serving
        self._settings = settings
        self._most_bytes = most_bytes
        self._beside = Beside[Asked, Judgement](
            "judged", most_waiting=most_waiting, again_seconds=_AGAIN_SECONDS, trim=self._trim
        )

    @property
    def busy(self) -> bool:
        """Whether a target is being judged: that cannot be stopped."""
        return self._beside.busy

    @property
    def kept(self) -> list[Judgement]:
        """The verdicts that are kept, those not asked for longest first."""
        return list(self._beside.kept.values())

    @property
    def bytes(self) -> int:
        """Memory of what is kept."""
        return sum(one.bytes for one in self.kept)

    def ask(self, reader: Reader, target: Target, *, wait: float = 0.0, start: bool = True) -> Standing:
        """The verdicts on ``target`` in the generation of ``reader``; begins to compute them unless told not to."""
        key = Asked(reader.identity, target)
        return self._beside.ask(key, lambda: self._compute(key), wait=wait, start=start)

    def stop(self) -> None:
        """Compute nothing more."""
        self._beside.stop()

    def _compute(self, key: Asked) -> Judgement:
        from backlit.questions.audit import judged_links
        from backlit.questions.risk import risk

        began, target = time.monotonic(), key.target
        with self._serving.reader() as reader:
            if reader.identity != key.identity:
                raise BacklitError(
                    "A new generation was published before its verdicts were computed: ask again."
                )
            links = judged_links(reader, target, self._settings, self._beside.heard)
            self._beside.heard("risk")
            found = risk(reader, target, settings=self._settings)
            domains = _domains(links)
            size = links.nbytes + 200 * len(domains) + _RISK_BYTES
            large = size > self._most_bytes // 2
            return Judgement(
                target=target,
                generation=reader.generation,
                risk=found,
                links=None if large else links,
                domains=domains,
                seconds=time.monotonic() - began,
                bytes=size - links.nbytes if large else size,
            )

    def _trim(self, kept: OrderedDict[Asked, Judgement]) -> None:
        # Of an older generation nobody will ask any more.
        latest = next(reversed(kept))
        for key in [key for key in kept if key.identity != latest.identity]:
            del kept[key]
        while len(kept) > 1 and sum(one.bytes for one in kept.values()) > self._most_bytes:
            kept.popitem(last=False)


def _domains(links: pa.Table) -> dict[str, DomainVerdict]:
    """The referring domains of judged links."""
    if "severity" not in links.column_names:
        return {}
    columns = ("source_domain", "severity", "toxicity", "quality")
    counted = [("severity", "count"), ("toxicity", "max"), ("quality", "max")]
    grouped = links.select(columns).group_by(["source_domain", "severity"]).aggregate(counted)
    named = ("source_domain", "severity", "severity_count", "toxicity_max", "quality_max")
    found: dict[str, DomainVerdict] = {}
    for row in sorted(
        zip(*(grouped[name].to_pylist() for name in named), strict=True), key=lambda row: row[:2]
    ):
        domain, severity, count, toxicity, quality = row
        before = found.get(domain)
        if before is not None:
            known = [one for one in (before.quality, quality) if one is not None]
            toxicity, quality = max(before.toxicity, toxicity), max(known, default=None)
        judged = count + (before.judged if before else 0)
        found[domain] = DomainVerdict(WORDS[severity], count, judged, toxicity, quality)
    return found

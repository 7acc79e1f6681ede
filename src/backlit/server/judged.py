"""The verdicts on a target's links, computed once a generation and target, beside the requests, and kept.

Judging looks at the whole index first, which may take minutes; no page waits for it. A page asks ``Judged.ask`` and
shows what there is: the verdicts, or that they are being computed. One thread computes, one target after the other;
what was not asked for longest is dropped when the kept ones are larger than the settings allow.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from backlit.errors import BacklitError
from backlit.index import Reader
from backlit.server.serving import Serving
from backlit.settings import Settings
from backlit.web.target import Target

if TYPE_CHECKING:
    import pyarrow as pa

    from backlit.questions.risk_data import Risk

LOG = logging.getLogger("backlit.server")
#: After a failure it is tried again no sooner than this.
_AGAIN_SECONDS = 60.0
_RISK_BYTES = 65_536
_STOP_SECONDS = 2.0
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


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far the verdicts on a target are. ``said`` is the sentence of a failure, ``stage`` what is being done."""

    state: Literal["ready", "working", "waiting", "busy", "failed"]
    judgement: Judgement | None = None
    said: str | None = None
    stage: str | None = None
    seconds: float = 0.0

    @property
    def pending(self) -> bool:
        """Whether it is worth asking again soon."""
        return self.state in ("working", "waiting", "busy")


_Key = tuple[int, Target]


class Judged:
    """The verdicts that a server keeps. Thread-safe; ``ask`` returns at once."""

    def __init__(self, serving: Serving, settings: Settings, *, most_bytes: int, most_waiting: int) -> None:
        self._serving = serving
        self._settings = settings
        self._most_bytes = most_bytes
        self._most_waiting = most_waiting
        self._changed = threading.Condition()
        self._kept: OrderedDict[_Key, Judgement] = OrderedDict()
        self._failed: dict[_Key, tuple[float, str]] = {}
        self._queue: OrderedDict[_Key, None] = OrderedDict()
        self._at_work: _Key | None = None
        self._stage: str | None = None
        self._begun = 0.0
        self._thread: threading.Thread | None = None
        self._stopping = False

    @property
    def busy(self) -> bool:
        """Whether the thread is at work: it cannot be stopped before it is done with a target."""
        return self._at_work is not None

    @property
    def bytes(self) -> int:
        """Memory of what is kept."""
        with self._changed:
            return sum(one.bytes for one in self._kept.values())

    def ask(self, reader: Reader, target: Target, *, start: bool = True) -> Standing:
        """The verdicts on ``target`` in the generation of ``reader``; begins to compute them unless told not to."""
        key = (reader.generation, target)
        with self._changed:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return Standing(state="ready", judgement=found)
            if key == self._at_work:
                return Standing(state="working", stage=self._stage, seconds=time.monotonic() - self._begun)
            if key in self._failed:
                at, said = self._failed[key]
                if time.monotonic() - at < _AGAIN_SECONDS or not start:
                    return Standing(state="failed", said=said)
                del self._failed[key]
            if key not in self._queue:
                if len(self._queue) >= self._most_waiting or not start or self._stopping:
                    return Standing(state="busy")
                self._queue[key] = None
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name="judged", daemon=True)
                    self._thread.start()
                self._changed.notify_all()
            return Standing(state="waiting")

    def wait(self, reader: Reader, target: Target, seconds: float) -> Standing:
        """Like ``ask``, but waits for the end up to ``seconds``: for those who can."""
        until = time.monotonic() + seconds
        with self._changed:
            while (standing := self.ask(reader, target)).pending and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
        return standing

    def stop(self) -> None:
        """Compute nothing more."""
        with self._changed:
            self._stopping = True
            self._queue.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._stopping:
                    self._changed.wait()
                if self._stopping:
                    return
                key, _ = self._queue.popitem(last=False)
                self._at_work, self._stage, self._begun = key, None, time.monotonic()
            made: Judgement | None = None
            said: str | None = None
            try:
                made = self._compute(key)
            except BacklitError as error:
                said = str(error)
            except Exception as error:
                LOG.error("The verdicts on %s could not be computed: %s", key[1].label, error, exc_info=error)
                said = "The verdicts could not be computed; the log of the server says more."
            with self._changed:
                self._at_work = None
                if made is not None:
                    self._keep(made)
                if said is not None:
                    self._failed[key] = (time.monotonic(), said)
                    while len(self._failed) > self._most_waiting:
                        del self._failed[next(iter(self._failed))]
                self._changed.notify_all()

    def _compute(self, key: _Key) -> Judgement:
        from backlit.questions.audit import judged_links
        from backlit.questions.risk import risk

        began, target = time.monotonic(), key[1]
        with self._serving.reader() as reader:
            links = judged_links(reader, target, self._settings, self._heard)
            self._heard("risk")
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

    def _heard(self, stage: str) -> None:
        self._stage = stage

    def _keep(self, made: Judgement) -> None:
        # Of an older generation nobody will ask any more.
        for key in [key for key in self._kept if key[0] < made.generation]:
            del self._kept[key]
        self._kept[(made.generation, made.target)] = made
        while len(self._kept) > 1 and sum(one.bytes for one in self._kept.values()) > self._most_bytes:
            self._kept.popitem(last=False)


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

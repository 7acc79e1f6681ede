"""All verdicts of one generation: the ground, what was measured on it, and scores and words of every link."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from backlit.records import PLACEMENTS
from backlit.settings import Settings
from backlit.signals.ground import Ground
from backlit.signals.load import load
from backlit.signals.relations import Relations
from backlit.signals.signal import Measure
from backlit.signals.table import measure_all, signals, strengths
from backlit.verdicts.cases import Case, cases
from backlit.verdicts.evidence import Evidence, Item
from backlit.verdicts.quality import Qualities, quality
from backlit.verdicts.toxicity import ABSENT, Model, Toxicity, toxicity
from backlit.verdicts.words import ACTS, Words, words
from backlit.verdicts.worth import quality_texts

Rows = npt.NDArray[np.int64]
_BLOCK = 1 << 18
#: The scale of authority: 99 points for a ratio of 10⁷ between the strongest and the weakest.
_NEPERS_A_POINT = math.log(1e7) / 99
#: Made at import: msgspec must not learn a type in two threads at once.
_ITEMS = msgspec.json.Decoder(list[dict[str, Any]])


class Verdicts(NamedTuple):
    """Scores and words of some links, a row each."""

    toxicity: Toxicity
    quality: Qualities
    words: Words


class Judge:
    """Judges the links of one ground. Scores of all links are there once ``toxicity`` was asked for."""

    def __init__(
        self, ground: Ground, settings: Settings, progress: Callable[[str], None] | None = None
    ) -> None:
        self.ground, self.settings = ground, settings
        self.measures: dict[str, Measure] = measure_all(ground, settings, progress)
        self.model = Model(settings.judging, tuple(self.measures))
        self._all: Toxicity | None = None
        self._evidence: Evidence | None = None
        self._cases: tuple[Case, ...] | None = None
        self._by_id = np.argsort(ground.links.link_id, kind="stable")
        self._ids = ground.links.link_id[self._by_id]

    @classmethod
    def of(
        cls, reader: Relations, settings: Settings, progress: Callable[[str], None] | None = None
    ) -> Judge:
        """The judge of an index, given its reader."""
        if progress is not None:
            progress("links")
        return cls(load(reader, settings), settings, progress)

    def rows(self, link_ids: npt.NDArray[np.int64]) -> Rows:
        """The rows of links by their ids; -1 where a link is lost or of a kind that is not judged."""
        if not len(self._ids):
            return np.full(len(link_ids), -1, np.int64)
        at = np.minimum(np.searchsorted(self._ids, link_ids), len(self._ids) - 1)
        return np.where(self._ids[at] == link_ids, self._by_id[at], -1)

    @property
    def toxicity(self) -> Toxicity:
        """Of all links."""
        if self._all is None:
            self._all = toxicity(self.ground, self.measures, self.settings.judging)
        return self._all

    def verdicts(self, rows: Rows) -> Verdicts:
        """Scores and words of some links."""
        found = self.toxicity.take(rows)
        worth = quality(self.ground, self.measures, self.settings, rows)
        return Verdicts(
            found,
            worth,
            words(np.round(found.score, 1), worth.score, worth.counts, self.acted(rows), self.settings),
        )

    def acted(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Whether a family that shows what somebody did speaks against each link."""
        table = signals()
        acts = np.array(
            [
                any(table[self.model.names[i]].family in ACTS and word not in ABSENT for i, word in term.of)
                for term in self.model.terms
            ],
            np.bool_,
        )
        out = np.zeros(len(rows), np.bool_)
        toxic = np.flatnonzero(self.toxicity.score[rows] >= self.settings.judging.toxic)
        for begin in range(0, len(toxic), _BLOCK):
            part = toxic[begin : begin + _BLOCK]
            log_odds = self.model.log_odds(strengths(self.ground, self.measures, rows[part]))
            out[part] = log_odds[:, acts].sum(axis=1) >= self.settings.judging.witness
        return out

    def weight(self, rows: Rows) -> npt.NDArray[np.float64]:
        """What each link may pass, if it is followed: rank grows with authority as e^(A · ln 10⁷ / 99), and is shared
        out among the links of the page, by the weight of their place. 0 where it is not followed or hidden."""
        links, rule = self.ground.links, self.settings.weights
        places = np.array([*(rule.placement[name] for name in PLACEMENTS), 1.0])
        authority = np.nan_to_num(self.ground.sites.authority[links.source[rows]], nan=1.0)
        external = np.maximum(self.ground.pages.external_links[links.page[rows]], 1)
        passes = (links.follow[rows] != 0) & (links.hidden[rows] != 1)
        rank = np.exp((authority - 1) * _NEPERS_A_POINT)
        return np.where(passes, rank * places[links.placement[rows]] / external, 0.0)

    def networks_of(self, rows: Rows) -> pa.Array:
        """The id of the network that each link belongs to; NULL where there is none."""
        of_pair = np.full(len(self.ground.pairs), -1, np.int32)
        for place, case in enumerate(self.cases):
            of_pair[case.pairs] = place
        number = of_pair[self.ground.links.pair[rows]]
        ids = pa.array([case.id for case in self.cases], pa.string())
        return ids.take(pa.array(np.where(number < 0, 0, number), mask=number < 0))

    @property
    def cases(self) -> tuple[Case, ...]:
        """The networks of the whole index."""
        if self._cases is None:
            begin = self.ground.pairs.begin
            worst = np.maximum.reduceat(self.toxicity.score, begin) if len(begin) else np.zeros(0)
            self._cases = cases(self.ground, worst, self.settings)
        return self._cases

    def evidence(self, rows: Rows, verdicts: Verdicts) -> list[list[Item]]:
        """The items of toxicity of some links, whose verdicts are given."""
        return [_ITEMS.decode(text) for text in self.evidence_texts(rows, verdicts)]

    def evidence_texts(self, rows: Rows, verdicts: Verdicts) -> list[str]:
        """The same as JSON, which is much faster for many links."""
        if self._evidence is None:
            self._evidence = Evidence(self.ground, self.measures, self.settings)
        score = np.round(verdicts.toxicity.score, 1)
        return self._evidence.texts(rows, verdicts.toxicity._replace(score=score))

    def quality_terms(self, verdicts: Verdicts) -> list[list[Item]]:
        """The terms of quality of the links of ``verdicts``."""
        return [_ITEMS.decode(text) for text in self.quality_texts(verdicts)]

    def quality_texts(self, verdicts: Verdicts) -> list[str]:
        """The same as JSON."""
        return quality_texts(verdicts.quality, self.settings)


def rounded(values: npt.NDArray[Any]) -> list[float | None]:
    """Scores to one decimal, ``None`` for NaN."""
    return [None if value != value else round(float(value), 1) for value in values.tolist()]

"""Evidence: the points of a verdict, one by one, that add up to its score.

An item has ``id, family, clause, sentence, value, usual, points, log_odds, where``. The item ``base`` holds the score
of a link of which nothing is known. The way from there to the link's score is shared out among all addends in
proportion to their log-odds; what a family's cap cut off, what the neighbours added and what the rule of two held
back are items of their own. ``points`` are on the 0-100 scale and add up to the toxicity but for rounding.

Items are written as JSON at once: millions of links are audited, and most of an item's text (its sentence by the value
it speaks of, the place by the pair or site) is the same for many. Whoever wants records decodes the text.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from backlit.records import PLACEMENTS
from backlit.settings import Settings
from backlit.signals.ground import Ground
from backlit.signals.signal import Measure, Signal
from backlit.signals.table import of_links, signals, strengths
from backlit.text.visible import visible
from backlit.verdicts.toxicity import Model, Term, Toxicity, clauses

#: Log-odds below this are not worth an item.
_LEAST = 0.005
_BLOCK = 1 << 15
_TEXT_CHARACTERS = 120

#: One item, decoded.
Item = dict[str, Any]
Texts = npt.NDArray[np.object_]
_RULE_OF_TWO = "Only one family of evidence speaks against it: that is not enough to call a link toxic."
_QUALIFIED = (
    "It is marked nofollow, sponsored or ugc, as search engines ask for: such a link is not called toxic."
)
Rows = npt.NDArray[np.int64]


def shown(signal: Signal, value: float | None) -> str:
    """A value as a reader wants it."""
    if value is None or value != value:
        return "unknown"
    match signal.unit:
        case "share":
            return f"{100 * value:.0f} %"
        case "count":
            return f"{value:,.0f}"
        case "days":
            return f"{value:,.0f} days"
        case "flag":
            return "yes" if value > 0 else "no"
        case _:
            return f"{value:.2f}"


class _Items(NamedTuple):
    """Some items, an entry each: the link's place among those asked for, and the four pieces of their texts."""

    link: Rows
    #: Items of equal points come in this order.
    rank: Rows
    points: npt.NDArray[np.float64]
    #: ``{"id": … "points":`` and ``,"log_odds": … "where":`` and what stands there.
    head: Texts
    middle: Texts
    where: Texts


class Evidence:
    """Writes the items of links of one ground."""

    def __init__(self, ground: Ground, measures: dict[str, Measure], settings: Settings) -> None:
        self.ground, self.measures, self.settings = ground, measures, settings
        self.rules = settings.judging
        self.table = signals()
        self.model = Model(self.rules, tuple(measures))
        self.clauses = clauses(self.model)
        self.usual = {name: _usual(measure) for name, measure in measures.items()}
        self.base_score = round(100 * float(self.model.probability(np.array([self.rules.base]))[0]), 1)
        sites = len(ground.sites)
        self._out = np.bincount(ground.links.source, minlength=sites)
        self._in = np.bincount(ground.links.target, minlength=sites)
        plain = [f"cap_{family}" for family in self.model.families]
        plain += ["neighbours_of_source", "neighbours_of_target", "rule_of_two", "qualified_rule"]
        self._rank = {name: i for i, name in enumerate(sorted({*self.clauses, *plain}))}
        base = _head(
            "base", "base", None, "What a link of which nothing else is known would score.", None, None
        )
        self._base = f"[{base}{self.base_score}{_middle(self.rules.base)}null}}"

    def texts(self, rows: Rows, found: Toxicity) -> list[str]:
        """The items of each of ``rows`` as JSON."""
        out: list[str] = []
        for begin in range(0, len(rows), _BLOCK):
            part = np.arange(begin, min(begin + _BLOCK, len(rows)))
            out += self._block(rows[part], found.take(part))
        return out

    def _block(self, rows: Rows, found: Toxicity) -> list[str]:
        log_odds = self.model.log_odds(strengths(self.ground, self.measures, rows)).astype(np.float64)
        sums = self.model.by_family(log_odds)
        cut = np.clip(sums, -self.model.caps, self.model.caps) - sums
        z = found.own + found.source_neighbours + found.target_neighbours
        free = 100 * self.model.probability(z)
        way = z - self.rules.base
        far = np.abs(way) > 1e-9
        step = np.where(far, (free - self.base_score) / np.where(far, way, 1), 0)
        parts = [*self._terms(rows, log_odds, step), *self._others(found, cut, step)]
        marked = self.ground.links.rel[rows] != 0
        for name, why, which in (
            ("qualified_rule", _QUALIFIED, found.held_back & marked),
            ("rule_of_two", _RULE_OF_TWO, found.held_back & ~marked),
        ):
            held = np.flatnonzero(which)
            parts.append(
                self._plain(name, "rule", why, held, np.zeros(len(held)), (found.score - free)[held])
            )
        last = np.concatenate([np.full(len(part.link), i >= len(parts) - 2) for i, part in enumerate(parts)])
        items = _Items(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        order = np.lexsort([items.rank, -np.abs(items.points), last, items.link])
        link = items.link[order]
        points = self._settled(link, items.points[order], found.score)
        pieces = [
            f"{head}{number}{middle}{where}}}"
            for head, number, middle, where in zip(
                items.head[order].tolist(),
                points.tolist(),
                items.middle[order].tolist(),
                items.where[order].tolist(),
                strict=True,
            )
        ]
        ends = np.searchsorted(link, np.arange(len(rows) + 1)).tolist()
        return [
            f"{self._base},{','.join(pieces[begin:end])}]" if end > begin else f"{self._base}]"
            for begin, end in pairwise(ends)
        ]

    def _settled(
        self, link: Rows, points: npt.NDArray[np.float64], score: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Points rounded to two decimals; what rounding and leaving out small items lost goes to the largest, so that
        they add up to the score as it is shown, with one decimal."""
        points = np.round(points, 2)
        rest = np.round(score, 1) - self.base_score - np.bincount(link, weights=points, minlength=len(score))
        first = np.flatnonzero(np.diff(link, prepend=-1))
        points[first] = np.round(points[first] + rest[link[first]], 2)
        return np.asarray(points + 0.0)

    def _terms(
        self, rows: Rows, log_odds: npt.NDArray[np.float64], step: npt.NDArray[np.float64]
    ) -> list[_Items]:
        hits = np.abs(log_odds) >= _LEAST
        places: dict[str, Texts] = {}
        parts = []
        for number in np.flatnonzero(hits.any(axis=0)).tolist():
            term = self.model.terms[number]
            chosen = np.flatnonzero(hits[:, number])
            level = self.table[self.model.names[term.of[0][0]]].level
            level = "link" if level == "page" else level
            if level not in places:
                places[level] = self._places(level, rows)
            added = log_odds[chosen, number]
            parts.append(
                _Items(
                    chosen,
                    np.full(len(chosen), self._rank[term.id]),
                    step[chosen] * added,
                    self._heads(term, rows[chosen]),
                    _each(np.round(added, 3), _middle),
                    places[level][chosen],
                )
            )
        return parts

    def _heads(self, term: Term, rows: Rows) -> Texts:
        """The beginnings of one term's items: one text for each value (and anchor, where it is quoted)."""
        clause = self.clauses[term.id]
        if len(term.of) > 1:
            sentence = f"Together: {', '.join(term.id.replace('_', ' ').split(' & '))}."
            return _same(_head(term.id, term.family, clause, sentence, None, None), len(rows))
        signal = self.table[self.model.names[term.of[0][0]]]
        usual = self.usual[signal.id]
        value = np.round(of_links(self.ground, self.measures[signal.id], rows).astype(np.float64), 4)
        values, key = np.unique(value, return_inverse=True)
        quoted: list[str] = [""]
        if "{text}" in signal.sentence:
            anchors, of_anchor = np.unique(self.ground.links.anchor[rows], return_inverse=True)
            quoted = [
                "" if text is None else visible(text, _TEXT_CHARACTERS)
                for text in self.ground.texts.take(pa.array(anchors, mask=anchors < 0)).to_pylist()
            ]
            key = key * len(anchors) + of_anchor
        used, key = np.unique(key, return_inverse=True)
        heads = []
        for pair in used.tolist():
            one: float | None = float(values[pair // len(quoted)])
            if one != one:
                one = None
            sentence = signal.sentence.format(
                value=shown(signal, one), usual=shown(signal, usual), text=quoted[pair % len(quoted)]
            )
            heads.append(_head(term.id, term.family, clause, sentence, one, usual))
        return np.array(heads, np.object_)[key]

    def _others(
        self, found: Toxicity, cut: npt.NDArray[np.float64], step: npt.NDArray[np.float64]
    ) -> list[_Items]:
        """What caps cut off and neighbours add."""
        parts = []
        for number, family in enumerate(self.model.families):
            chosen = np.flatnonzero(np.abs(cut[:, number]) >= _LEAST)
            sentence = (
                f"The family {family} counts for at most {self.model.caps[number]:g} log-odds, however many of "
                "its signals agree."
            )
            added = cut[chosen, number]
            parts.append(self._plain(f"cap_{family}", family, sentence, chosen, added, step[chosen] * added))
        for name, whose, part in (
            ("neighbours_of_source", "this site's other links", found.source_neighbours),
            ("neighbours_of_target", "the target's other links", found.target_neighbours),
        ):
            for word, wanted in (("worse", part >= _LEAST), ("better", part <= -_LEAST)):
                chosen = np.flatnonzero(wanted)
                sentence = f"On the whole {whose} look {word} than usual."
                added = part[chosen]
                parts.append(self._plain(name, "neighbours", sentence, chosen, added, step[chosen] * added))
        return parts

    def _plain(
        self,
        name: str,
        family: str,
        sentence: str,
        chosen: Rows,
        log_odds: npt.NDArray[np.float64],
        points: npt.NDArray[np.float64],
    ) -> _Items:
        return _Items(
            chosen,
            np.full(len(chosen), self._rank[name]),
            points,
            _same(_head(name, family, None, sentence, None, None), len(chosen)),
            _each(np.round(log_odds, 3), _middle),
            _same("null", len(chosen)),
        )

    def _places(self, level: str, rows: Rows) -> Texts:
        """The rows an item rests on, and the place, for each of ``rows``."""
        links, pairs = self.ground.links, self.ground.pairs
        if level == "link":
            placed = [*(f'"{name}"' for name in PLACEMENTS), "null"]
            texts = [
                f'{{"rows":1,"link_id":{link},"place":{placed[place]}}}'
                for link, place in zip(
                    links.link_id[rows].tolist(), links.placement[rows].tolist(), strict=True
                )
            ]
            return np.array([*texts, None], np.object_)[:-1]
        of = {"pair": links.pair, "source": links.source, "target": links.target}[level][rows]
        used, key = np.unique(of, return_inverse=True)
        if level == "pair":
            counts = pairs.end[used] - pairs.begin[used]
            sides = {"source": pairs.source[used], "target": pairs.target[used]}
        else:
            counts = (self._out if level == "source" else self._in)[used]
            sides = {level: used}
        names = [
            [
                f',"{side}":{_json(name)}'
                for name in self.ground.sites.name.take(pa.array(numbers)).to_pylist()
            ]
            for side, numbers in sides.items()
        ]
        texts = [
            f'{{"rows":{count}{"".join(sides)}}}'
            for count, *sides in zip(counts.tolist(), *names, strict=True)
        ]
        return np.array([*texts, None], np.object_)[:-1][key]


def _json(value: str | float | None) -> str:
    return msgspec.json.encode(value).decode()


def _head(
    name: str, family: str, clause: str | None, sentence: str, value: float | None, usual: float | None
) -> str:
    return (
        f'{{"id":"{name}","family":"{family}","clause":{_json(clause)},"sentence":{_json(sentence)},'
        f'"value":{_json(value)},"usual":{_json(usual)},"points":'
    )


def _middle(log_odds: float) -> str:
    return f',"log_odds":{log_odds},"where":'


def _same(text: str, count: int) -> Texts:
    return np.full(count, text, np.object_)


def _each(values: npt.NDArray[np.float64], write: Callable[[float], str]) -> Texts:
    """``write`` of each value, called once for equal ones."""
    used, key = np.unique(values, return_inverse=True)
    return np.array([*(write(value) for value in used.tolist()), None], np.object_)[:-1][key]


def _usual(measure: Measure) -> float | None:
    known = measure.value[~np.isnan(measure.value)]
    return round(float(np.median(known)), 4) if len(known) else None

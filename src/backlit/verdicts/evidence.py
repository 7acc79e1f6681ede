"""Evidence: the points of a verdict, one by one, that add up to its score.

An item has ``id, family, clause, sentence, value, usual, points, log_odds, where``. The item ``base`` holds the score
of a link of which nothing is known. The way from there to the link's score is shared out among all addends in
proportion to their log-odds; what a family's cap cut off, what the neighbours added and what the rule of two held
back are items of their own. ``points`` are on the 0-100 scale and add up to the toxicity but for rounding.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.records import PLACEMENTS
from backlit.settings import Settings
from backlit.signals.ground import Ground
from backlit.signals.signal import Measure, Signal
from backlit.signals.table import of_links, signals, strengths
from backlit.verdicts.quality import COUNTS, TERMS, Qualities
from backlit.verdicts.toxicity import Model, Toxicity, clauses

#: Log-odds below this are not worth an item.
_LEAST = 0.005

Item = dict[str, Any]
_RULE_OF_TWO = "Only one family of evidence speaks against it: that is not enough to call a link toxic."
_QUALIFIED = (
    "It is marked nofollow, sponsored or ugc, as search engines ask for: such a link is not called toxic."
)


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


class Evidence:
    """Writes the items of links of one ground."""

    def __init__(self, ground: Ground, measures: dict[str, Measure], settings: Settings) -> None:
        self.ground, self.measures, self.settings = ground, measures, settings
        self.rules = settings.judging
        self.table = signals()
        self.model = Model(self.rules, tuple(measures))
        self.clauses = clauses(self.model)
        self.usual = {name: _usual(measure) for name, measure in measures.items()}
        self.base_score = 100 * float(self.model.probability(np.array([self.rules.base]))[0])
        sites = len(ground.sites)
        self._out = np.bincount(ground.links.source, minlength=sites)
        self._in = np.bincount(ground.links.target, minlength=sites)

    def toxicity_items(self, rows: npt.NDArray[np.int64], found: Toxicity) -> list[list[Item]]:
        """The items of each of ``rows``, strongest first behind the base; ``found`` has the same rows."""
        strength = strengths(self.ground, self.measures, rows)
        values = {name: of_links(self.ground, m, rows) for name, m in self.measures.items()}
        log_odds = self.model.log_odds(strength).astype(np.float64)
        sums = self.model.by_family(log_odds)
        cut = np.clip(sums, -self.model.caps, self.model.caps) - sums
        z = found.own + found.source_neighbours + found.target_neighbours
        free = 100 * self.model.probability(z)
        way = z - self.rules.base
        per = np.where(np.abs(way) > 1e-9, (free - self.base_score) / np.where(np.abs(way) > 1e-9, way, 1), 0)
        out: list[list[Item]] = []
        for i, row in enumerate(rows.tolist()):
            step, items = float(per[i]), []
            for t in np.flatnonzero(np.abs(log_odds[i]) >= _LEAST).tolist():
                items.append(
                    self._term(row, t, {n: float(v[i]) for n, v in self._of(t, values)}, log_odds[i, t], step)
                )
            for f in np.flatnonzero(np.abs(cut[i]) >= _LEAST).tolist():
                family = self.model.families[f]
                items.append(
                    _plain(
                        f"cap_{family}",
                        family,
                        f"The family {family} counts for at most {self.model.caps[f]:g} "
                        "log-odds, however many of its signals agree.",
                        cut[i, f],
                        step,
                    )
                )
            for name, whose, part in (
                ("neighbours_of_source", "this site's other links", found.source_neighbours[i]),
                ("neighbours_of_target", "the target's other links", found.target_neighbours[i]),
            ):
                if abs(part) >= _LEAST:
                    word = "worse" if part > 0 else "better"
                    items.append(
                        _plain(
                            name, "neighbours", f"On the whole {whose} look {word} than usual.", part, step
                        )
                    )
            items.sort(key=lambda item: (-abs(item["points"]), item["id"]))
            if found.held_back[i]:
                marked = bool(self.ground.links.rel[row])
                name, why = ("qualified_rule", _QUALIFIED) if marked else ("rule_of_two", _RULE_OF_TWO)
                items.append(_plain(name, "rule", why, 0, 0, points=float(found.score[i] - free[i])))
            base = _plain(
                "base",
                "base",
                "What a link of which nothing else is known would score.",
                self.rules.base,
                0,
                points=self.base_score,
            )
            out.append([base, *_settled(items, float(found.score[i]) - self.base_score)])
        return out

    def _of(self, term: int, values: dict[str, Any]) -> list[tuple[str, Any]]:
        return [(name, values[name]) for name in (self.model.names[k] for k, _ in self.model.terms[term].of)]

    def _term(self, row: int, term: int, values: dict[str, float], log_odds: float, step: float) -> Item:
        what = self.model.terms[term]
        parts = [self.table[self.model.names[k]] for k, _ in what.of]
        first = parts[0]
        if len(parts) == 1:
            value, usual = _number(values[first.id]), self.usual[first.id]
            sentence = self._sentence(first, row, value, usual)
        else:
            value = usual = None
            sentence = f"Together: {', '.join(what.id.replace('_', ' ').split(' & '))}."
        return {
            "id": what.id,
            "family": what.family,
            "clause": self.clauses[what.id],
            "sentence": sentence,
            "value": value,
            "usual": usual,
            "points": step * float(log_odds),
            "log_odds": round(float(log_odds), 3),
            "where": self.where(first.level, row),
        }

    def _sentence(self, signal: Signal, row: int, value: float | None, usual: float | None) -> str:
        links, sites = self.ground.links, self.ground.sites
        anchor = int(links.anchor[row])
        text = self.ground.texts[anchor].as_py() if anchor >= 0 and "{text}" in signal.sentence else ""
        return signal.sentence.format(
            value=shown(signal, value),
            usual=shown(signal, usual),
            text=text,
            source=sites.name[int(links.source[row])].as_py() if "{source}" in signal.sentence else "",
            target=sites.name[int(links.target[row])].as_py() if "{target}" in signal.sentence else "",
        )

    def where(self, level: str, row: int) -> dict[str, Any]:
        """The rows an item rests on, and the place."""
        links, sites, pairs = self.ground.links, self.ground.sites, self.ground.pairs
        source, target = int(links.source[row]), int(links.target[row])
        pair = int(links.pair[row])
        match level:
            case "link" | "page":
                place = int(links.placement[row])
                return {
                    "rows": 1,
                    "link_id": int(links.link_id[row]),
                    "place": PLACEMENTS[place] if place >= 0 else None,
                }
            case "pair":
                return {
                    "rows": int(pairs.end[pair] - pairs.begin[pair]),
                    "source": sites.name[source].as_py(),
                    "target": sites.name[target].as_py(),
                }
            case "source":
                return {"rows": int(self._out[source]), "source": sites.name[source].as_py()}
            case _:
                return {"rows": int(self._in[target]), "target": sites.name[target].as_py()}


def _usual(measure: Measure) -> float | None:
    known = measure.value[~np.isnan(measure.value)]
    return round(float(np.median(known)), 4) if len(known) else None


def _number(value: float) -> float | None:
    return None if value != value else round(value, 4)


def _plain(
    name: str, family: str, sentence: str, log_odds: float, step: float, points: float | None = None
) -> Item:
    return {
        "id": name,
        "family": family,
        "clause": None,
        "sentence": sentence,
        "value": None,
        "usual": None,
        "points": step * float(log_odds) if points is None else points,
        "log_odds": round(float(log_odds), 3),
        "where": None,
    }


def _settled(items: list[Item], whole: float) -> list[Item]:
    """Points rounded to two decimals; what rounding and leaving out small items lost goes to the largest."""
    for item in items:
        item["points"] = round(item["points"], 2)
    if items:
        rest = whole - sum(item["points"] for item in items)
        items[0]["points"] = round(items[0]["points"] + rest, 2)
    return items


_QUALITY_SENTENCES = {
    "authority": "Authority of the source's domain.",
    "relevance": "How near the page and its site are to the target's topic.",
    "editorial": "Where it stands on the page, and whether it stands on every page.",
    "trust": "How much of the source's standing comes from trusted sites.",
    "dilution": "How few other links leave the page.",
    "anchor": "How natural the text is.",
    "page": "Whether the page is alive, indexable and has something to say.",
}


def quality_items(found: Qualities, settings: Settings, place: int) -> list[Item]:
    """The terms of one link's quality (row ``place`` of ``found``); points add up to the quality."""
    most = [getattr(settings.quality, name) for name in TERMS]
    items: list[Item] = []
    total = 0.0
    for i, name in enumerate(TERMS):
        value = float(found.points[place, i])
        known = value == value
        total += value if known else 0
        items.append(
            {
                "id": name,
                "sentence": _QUALITY_SENTENCES[name]
                if known
                else _QUALITY_SENTENCES[name][:-1] + ": unknown.",
                "points": round(value, 2) if known else None,
                "most": most[i],
            }
        )
    score = float(found.score[place])
    if score == score and abs(score - total) >= _LEAST:
        reason = COUNTS[int(found.counts[place])]
        items.append(
            {
                "id": "gate",
                "sentence": f"Held down: {reason}.",
                "points": round(score - total, 2),
                "most": None,
            }
        )
    return items

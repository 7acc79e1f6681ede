"""Toxicity: a calibrated probability of being part of a link scheme, by additive log-odds.

    z  = base + Σ_families clip( Σ_signals f_s(x_s), ±cap ) + neighbours
    P  = calibration(z)              toxicity = 100 · P

``x_s`` is the strength of a signal, ``f_s`` its log-odds: 0 at strength 0, and straight between the values the
settings give for a third, two thirds and the whole. Signals named together have the product of their strengths. A word
before a name changes its strength x first: ``some`` to min(1, 3 x), ``much`` to max(0, 3 x - 2), ``no`` to 1 - x and
``hardly`` to max(0, 1 - 3 x). An unknown strength makes the product 0.
A family of the settings' ``caps`` never adds more than its cap, so that one trait seen five times counts once.

*Neighbours*: a part of how far the mean ``z`` of the source's and of the target's other pairs of sites lies from the
base, also capped. *Rule of two*: where fewer than two families speak for toxicity (each at least ``witness``), the
score stays below ``toxic``, unless the one is among ``alone``. A *qualified* link (nofollow, ugc, sponsored) stays
below it too: it is marked as search engines ask for.

Everything is arrays: one row a link.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.errors import SettingsError
from backlit.settings import Judging
from backlit.signals.ground import Ground, Measures
from backlit.signals.signal import Measure, Signal
from backlit.signals.table import signals, strengths

#: Strengths at which the settings give log-odds; at 0 they are 0.
KNOTS = (0.0, 1 / 3, 2 / 3, 1.0)
#: The family of signals named together.
TOGETHER = "together"
#: Words before a name in signals together; the first two tell of an absence, whatever the signal's sign.
FORMS = ("no", "hardly", "some", "much")
ABSENT = FORMS[:2]
#: Factors that say where a link stands, and on what kind of page and site, not that anything is bad.
CONTEXT = frozenset(
    (
        *("in_footer", "in_sidebar", "in_menu", "in_comment", "in_list", "far_down", "many_external_links"),
        *("mostly_external", "other_language", "many_targets", "links_to_the_obscure"),
        *("sitewide", "linking_pages", "only_in_template", "reciprocal"),
    )
)
#: What lowers toxicity, but is not known to be absent where it is not found: the words around may be unknown.
UNHEARD = frozenset(("maker_credit",))
#: A score held back by the rule of two stays this far below ``toxic`` (and twice as far): their order is kept.
_BELOW = 0.1
_BLOCK = 1 << 18

Doubles = npt.NDArray[np.float64]


class Term(NamedTuple):
    """One addend: a signal, or several together; its family, and log-odds at ``KNOTS``."""

    id: str
    family: str
    #: Columns of strengths, and the word before each.
    of: tuple[tuple[int, str], ...]
    log_odds: Doubles


class Model:
    """The addends, in the order of evidence, for strengths in the order of ``names``."""

    def __init__(self, rules: Judging, names: tuple[str, ...] | None = None) -> None:
        table = signals()
        self.rules = rules
        self.names = tuple(table) if names is None else names
        place = {name: i for i, name in enumerate(self.names)}
        self.terms: list[Term] = []
        for key, values in (*rules.signals.items(), *rules.together.items()):
            of = factors(key)
            if any(name not in table for name, _ in of):
                known = ", ".join(sorted(table))
                raise SettingsError(
                    f"The settings weigh a signal {key!r}, which there is not. There are: {known}."
                )
            if any(name not in place for name, _ in of):
                continue  # not measured here
            for name, word in of:
                if word in ABSENT and not may_be_absent(table[name]):
                    raise SettingsError(
                        f"The settings name '{word} {name}' in {key!r}: {name} raises toxicity, so its absence "
                        "must not."
                    )
            sign = 1 if len(of) > 1 else table[of[0][0]].sign
            _check(key, values, sign)
            family = table[of[0][0]].family if len(of) == 1 else TOGETHER
            columns = tuple((place[name], word) for name, word in of)
            self.terms.append(Term(key, family, columns, np.array([0.0, *values])))
        self.families = tuple(dict.fromkeys(term.family for term in self.terms))
        missing = [family for family in self.families if family not in rules.caps]
        if missing:
            raise SettingsError(f"judging.caps of the settings has no cap for the family {missing[0]!r}.")
        self.family_of = np.array([self.families.index(term.family) for term in self.terms], np.int64)
        self.caps = np.array([rules.caps[family] for family in self.families])

    def log_odds(self, strength: Measures) -> Measures:
        """What each term adds for each row of strengths, before caps."""
        out = np.empty((len(strength), len(self.terms)), np.float32)
        for i, term in enumerate(self.terms):
            out[:, i] = np.interp(product(strength, term.of), KNOTS, term.log_odds)
        return out

    def by_family(self, log_odds: npt.NDArray[Any]) -> Doubles:
        """The sum of each family's terms, before caps."""
        sums = np.zeros((len(log_odds), len(self.families)))
        for i, family in enumerate(self.family_of.tolist()):
            sums[:, family] += log_odds[:, i]
        return sums

    def own(self, strength: Measures) -> Doubles:
        """``z`` of each row without its neighbours."""
        capped = np.clip(self.by_family(self.log_odds(strength)), -self.caps, self.caps)
        return np.asarray(self.rules.base + capped.sum(axis=1))

    def probability(self, z: npt.NDArray[Any]) -> Doubles:
        """Calibrated probability of ``z``."""
        at, to = np.array(self.rules.calibration).T
        return np.asarray(1 / (1 + np.exp(-np.interp(z, at, to))))


def factors(key: str) -> tuple[tuple[str, str], ...]:
    """The signals that a key of the settings names, each with the word before it ("" without one)."""
    found = []
    for part in key.split("&"):
        *word, name = part.split()
        if len(word) > 1 or (word and word[0] not in FORMS):
            raise SettingsError(
                f"The settings name {part.strip()!r}: before a signal stands nothing or one of {', '.join(FORMS)}."
            )
        found.append((name, word[0] if word else ""))
    return tuple(found)


def may_be_absent(signal: Signal) -> bool:
    """Whether the absence of a signal may count against a link: of what lowers toxicity, or only tells of the page and
    site. Otherwise what makes a link better would raise its score."""
    return (signal.sign < 0 and signal.id not in UNHEARD) or signal.id in CONTEXT


def formed(x: Measures, word: str) -> Measures:
    """A strength as the word before its name changes it."""
    match word:
        case "no":
            return 1 - x
        case "hardly":
            return np.maximum(1 - 3 * x, 0)
        case "some":
            return np.minimum(3 * x, 1)
        case "much":
            return np.maximum(3 * x - 2, 0)
        case _:
            return x


def product(strength: Measures, of: tuple[tuple[int, str], ...]) -> Measures:
    """The product of some columns of strengths, each as its word changes it; 0 where one is unknown."""
    x = np.ones(len(strength), np.float32)
    for column, word in of:
        x = x * formed(strength[:, column], word)
    found: Measures = np.nan_to_num(x, nan=0.0).astype(np.float32, copy=False)
    return found


def _check(name: str, values: tuple[float, ...], sign: int) -> None:
    """Refuse shapes that would turn evidence round."""
    steps = np.diff([0.0, *values]) * sign
    if not np.isfinite(values).all() or (steps < -1e-9).any():
        word = "raises" if sign > 0 else "lowers"
        raise SettingsError(
            f"The settings give {name!r} the log-odds {list(values)}: it {word} toxicity, so they must "
            f"{'rise from 0' if sign > 0 else 'fall from 0'} with its strength."
        )


class Toxicity(NamedTuple):
    """Of each link asked for: its own ``z``, what its neighbours add, and the score 0-100."""

    own: Doubles
    source_neighbours: Doubles
    target_neighbours: Doubles
    held_back: npt.NDArray[np.bool_]
    score: Doubles

    def take(self, rows: npt.NDArray[np.int64]) -> Toxicity:
        """The same of some of its rows."""
        return Toxicity(
            self.own[rows],
            self.source_neighbours[rows],
            self.target_neighbours[rows],
            self.held_back[rows],
            self.score[rows],
        )


def toxicity(
    ground: Ground, measures: dict[str, Measure], rules: Judging, rows: npt.NDArray[np.int64] | None = None
) -> Toxicity:
    """Toxicity of the links ``rows`` of the ground (all, if none are named)."""
    model = Model(rules, tuple(measures))
    every = len(ground.links)
    own = np.empty(every)
    witnesses = np.zeros(every, np.bool_)
    for begin in range(0, every, _BLOCK):
        part = slice(begin, min(begin + _BLOCK, every))
        sums = model.by_family(model.log_odds(strengths(ground, measures, part)))
        capped = np.clip(sums, -model.caps, model.caps)
        own[part] = rules.base + capped.sum(axis=1)
        witnesses[part] = enough_witnesses(model, capped) & (ground.links.rel[part] == 0)
    by_source, by_target = neighbours(ground, own, rules)
    chosen = np.arange(every) if rows is None else rows
    z = own + by_source + by_target
    score = 100 * model.probability(z)
    held, score = hold_back(score, witnesses, rules)
    return Toxicity(own[chosen], by_source[chosen], by_target[chosen], held[chosen], score[chosen])


def hold_back(
    score: Doubles, witnesses: npt.NDArray[np.bool_], rules: Judging
) -> tuple[npt.NDArray[np.bool_], Doubles]:
    """Which toxic scores have too few ``witnesses``, and all scores with these held below ``toxic``, in their order."""
    held = ~witnesses & (score >= rules.toxic)
    return held, np.where(held, rules.toxic - _BELOW - (100 - score) * _BELOW / 100, score)


def enough_witnesses(model: Model, capped: Doubles) -> npt.NDArray[np.bool_]:
    """Whether two families speak for toxicity, or one that may alone. Terms together are of two families at least."""
    speaks = capped >= model.rules.witness
    alone = np.array([family in (*model.rules.alone, TOGETHER) for family in model.families], np.bool_)
    found: npt.NDArray[np.bool_] = (speaks.sum(axis=1) >= 2) | speaks[:, alone].any(axis=1)
    return found


def neighbours(ground: Ground, own: Doubles, rules: Judging) -> tuple[Doubles, Doubles]:
    """What the other pairs of each link's source and of its target add, by how many of them look bad."""
    links, pairs = ground.links, ground.pairs
    if not len(links):
        return np.zeros(0), np.zeros(0)
    worst = np.maximum.reduceat(own, pairs.begin)
    by_source, by_target = neighbours_of_pairs(worst, pairs.source, pairs.target, rules)
    return by_source[links.pair], by_target[links.pair]


def neighbours_of_pairs(
    worst: Doubles, source: npt.NDArray[np.int32], target: npt.NDArray[np.int32], rules: Judging
) -> tuple[Doubles, Doubles]:
    """``neighbours`` of pairs, given the highest ``z`` of each and its two sites."""
    by_source, by_target = (
        np.clip(part * bad_among_others(worst, sites, rules), -rules.neighbours_cap, rules.neighbours_cap)
        for sites, part in ((source, rules.source_neighbours), (target, rules.target_neighbours))
    )
    return by_source, by_target


def bad_among_others(worst: Doubles, sites: npt.NDArray[np.int32], rules: Judging) -> Doubles:
    """``ln(share / usual)`` of the share of the other pairs of each pair's site that look bad by themselves.

    ``worst`` is the highest ``z`` of each pair, ``sites`` its source or target. The usual share stands for some pairs
    more, so that few others say little and none nothing; beyond ``neighbours_top`` more of them say no more.
    """
    chance = 1 / (1 + np.exp(-worst))
    total, count = np.bincount(sites, weights=chance)[sites], np.bincount(sites)[sites]
    usual, prior = rules.neighbours_usual, rules.neighbours_prior
    share = (np.maximum(total - chance, 0) + prior * usual) / (count - 1 + prior)
    return np.asarray(np.log(np.minimum(share, rules.neighbours_top) / usual))


def clauses(model: Model) -> dict[str, str | None]:
    """The clause of each term; of several together that of the first which has one."""
    table: dict[str, Signal] = signals()
    found = {}
    for term in model.terms:
        named = [table[model.names[i]].clause for i, _ in term.of]
        found[term.id] = next((clause for clause in named if clause), None)
    return found

"""Chance for generated webs: one numpy generator, its uniform numbers drawn in bulk.

A world takes millions of small decisions; a call of numpy for each would cost more than all the rest.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

T = TypeVar("T")
_BULK = 1 << 15


class Draw:
    """Decisions that the same ``seed`` and ``stream`` always take in the same way."""

    def __init__(self, seed: int, stream: int = 0) -> None:
        self.generator = np.random.default_rng([seed, stream])
        self._numbers: list[float] = []

    def unit(self) -> float:
        """A number in [0, 1)."""
        if not self._numbers:
            self._numbers = self.generator.random(_BULK).tolist()
        return self._numbers.pop()

    def chance(self, share: float) -> bool:
        """True in this share of the calls."""
        return self.unit() < share

    def below(self, end: int) -> int:
        """A whole number from 0 to ``end`` - 1."""
        return int(self.unit() * end)

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.unit() * (high - low + 1))

    def between(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        return low + self.unit() * (high - low)

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, all alike."""
        return choices[int(self.unit() * len(choices))]

    def weighted(self, choices: Sequence[T], weights: Sequence[float]) -> T:
        """One of the choices, by weight."""
        ends = list(accumulate(weights))
        return choices[min(bisect_right(ends, self.unit() * ends[-1]), len(choices) - 1)]

    def some(self, choices: Sequence[T], number: int) -> list[T]:
        """So many different ones of the choices, or all, in a drawn order."""
        pool = list(choices)
        number = min(number, len(pool))
        for i in range(number):
            j = i + int(self.unit() * (len(pool) - i))
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:number]

    def normal(self) -> float:
        """A standard normal number (Box and Muller 1958)."""
        return math.sqrt(-2 * math.log(1 - self.unit())) * math.cos(2 * math.pi * self.unit())

    def lognormal(self, median: float, spread: float) -> float:
        """A lognormal number; ``spread`` is the standard deviation of its logarithm."""
        return median * math.exp(spread * self.normal())

    def steep(self, end: int, power: float = 2.0) -> int:
        """A whole number below ``end``, small ones far more often."""
        return int(self.unit() ** power * end)


class Lottery:
    """Draws positions by fixed weights."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._ends = list(accumulate(weights))

    def __len__(self) -> int:
        return len(self._ends)

    def one(self, draw: Draw) -> int:
        """A position, by weight."""
        return min(bisect_right(self._ends, draw.unit() * self._ends[-1]), len(self._ends) - 1)

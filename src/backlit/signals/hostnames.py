"""What the name of a site looks like: hyphens, digits, length, runs of consonants, and words of trades in it.

Names that say something alone are rare; each trait is weak and some languages, initialisms and honest shops have
all of them. The words are those of ``backlit.text.anchor_words.COMMERCIAL`` that ASCII can write: between hyphens
all of them, inside a longer label those of five letters or more.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from backlit.signals.ground import Measures
from backlit.text.anchor_words import COMMERCIAL
from backlit.web.domain import is_ip

_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]+")
_VOWELS = re.compile(r"[aeiouy]+")
_LEAST_INSIDE = 5


class NameTraits(NamedTuple):
    """One number a site; NaN where the name is an address or is written in another script (punycode)."""

    hyphens: Measures
    digits: Measures
    length: Measures
    #: The longest run of consonants, or of vowels if that is longer by more.
    run: Measures
    #: 1 with a word of a trade, else 0.
    trade: Measures


def name_traits(names: pa.Array) -> NameTraits:
    """The traits of the part of each site's name that its owner chose: the first label."""
    rows = [_traits(name.partition(".")[0]) if _readable(name) else None for name in names.to_pylist()]
    columns = np.full((5, len(rows)), np.nan, np.float32)
    for at, row in enumerate(rows):
        if row is not None:
            columns[:, at] = row
    return NameTraits(*columns)


def _readable(name: str) -> bool:
    return not (is_ip(name) or name.startswith("xn--"))


def _traits(label: str) -> tuple[int, int, int, int, int]:
    consonants = max(map(len, _CONSONANTS.findall(label)), default=0)
    vowels = max(map(len, _VOWELS.findall(label)), default=0)
    digits = sum(c.isdigit() for c in label)
    between, inside = _trades()
    trade = any(part in between for part in label.split("-")) or inside.search(label) is not None
    return label.count("-"), digits, len(label), max(consonants, vowels + 1), int(trade)


@cache
def _trades() -> tuple[frozenset[str], re.Pattern[str]]:
    said = {phrase for phrases in COMMERCIAL.values() for phrase in phrases if phrase.isascii()}
    words = {
        word
        for phrase in said
        for word in (phrase.replace(" ", ""), *([phrase] if " " not in phrase else []))
    }
    long = sorted(word for word in words if len(word) >= _LEAST_INSIDE)
    return frozenset(words), re.compile("|".join(map(re.escape, long)))

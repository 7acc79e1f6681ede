"""Counting over links, pairs and sites: the small sums that several families need."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backlit.records import PLACEMENTS
from backlit.signals.ground import Flags, Ground, Ints, Measures, Pairs

Array = npt.NDArray[Any]

UNKNOWN = np.float32(np.nan)
#: Parts of a page that are the same on many pages of a site.
TEMPLATE = tuple(PLACEMENTS.index(name) for name in ("nav", "header", "footer", "sidebar"))


def any_of_pair(flags: Flags, pairs: Pairs) -> Flags:
    """Whether any link of each pair has the flag."""
    return np.logical_or.reduceat(flags, pairs.begin) if len(pairs) else np.zeros(0, np.bool_)


def followed(ground: Ground) -> Flags:
    """Links that are not known to be unfollowed or hidden."""
    found: Flags = (ground.links.follow != 0) & (ground.links.hidden != 1)
    return found


def followed_pairs(ground: Ground) -> Flags:
    """Pairs with a link that is not known to be unfollowed or hidden."""
    return any_of_pair(followed(ground), ground.pairs)


def ratio(part: Array, whole: Array, least: int = 1) -> Measures:
    """``part / whole``; NaN where the whole is less than ``least``."""
    out = np.full(len(whole), UNKNOWN, np.float32)
    np.divide(part, whole, out=out, where=whole >= max(least, 1), casting="unsafe")
    return out


def known(numbers: Array) -> Measures:
    """Numbers as measures; NaN where they are -1."""
    return np.where(numbers < 0, UNKNOWN, numbers).astype(np.float32)


def flags(numbers: Array) -> Measures:
    """1, 0, or NaN for -1."""
    return known(numbers)


def last_day(ground: Ground) -> int:
    """The last day on which a link was seen; -1 without any."""
    return int(max(ground.links.last_day.max(initial=-1), ground.links.first_day.max(initial=-1)))


def quantiles(values: Array, among: Flags) -> Measures:
    """The share of those ``among`` that are at most as great; NaN where a value is not one of them, or unknown."""
    out = np.full(len(values), UNKNOWN, np.float32)
    rows = np.flatnonzero(among & ~np.isnan(values))
    ordered = np.sort(values[rows])
    if len(rows):
        out[rows] = np.searchsorted(ordered, values[rows], side="right") / len(rows)
    return out


def components(nodes: int, one: Array, other: Array) -> Ints:
    """The connected part of each node, named by its least node, given edges without direction."""
    part = np.arange(nodes, dtype=np.int64)
    one, other = one.astype(np.int64), other.astype(np.int64)
    while True:
        least = np.minimum(part[one], part[other])
        before = part.copy()
        np.minimum.at(part, part[one], least)
        np.minimum.at(part, part[other], least)
        part = np.minimum(part, part[part])
        while not np.array_equal(part, jumped := part[part]):
            part = jumped
        if np.array_equal(part, before):
            return part.astype(np.int32)


def numbered(names: Array) -> Ints:
    """Equal names as equal numbers from 0, in the order of names."""
    return np.unique(names, return_inverse=True)[1].reshape(-1).astype(np.int32)

"""Groups of links: what a pair of sites or a linking organisation says as a whole, and what chance would say.

An *organisation* is whoever owns a site (``owner``: a number for each site). Whatever is counted here is counted
once for each organisation, and links within one are left out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backlit.signals.ground import Flags, Ground, Ints, Longs, Measures, Pairs

Array = npt.NDArray[Any]
DAYS_A_WEEK = 7


class Rows(NamedTuple):
    """Rows by key: ``order[begin[k]:begin[k + 1]]`` are the rows with key k, in their order."""

    begin: Longs
    order: Longs


class Linkers(NamedTuple):
    """One row a target and an organisation, not its own, that links to it; by target, then organisation.

    ``of_pair`` is the row of each pair of sites (-1 within one organisation), ``begin`` where the rows of each
    target begin (one more than there are sites).
    """

    target: Ints
    owner: Ints
    of_pair: Longs
    begin: Longs

    def __len__(self) -> int:
        return len(self.target)


def rows_of(keys: Array, size: int) -> Rows:
    """The rows of each key from 0 to ``size``."""
    begin = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=size), out=begin[1:])
    return Rows(begin, np.argsort(keys, kind="stable"))


def linkers(ground: Ground, owner: Ints) -> Linkers:
    """The linking organisations of each target."""
    pairs, sites = ground.pairs, len(ground.sites)
    apart = owner[pairs.source] != owner[pairs.target]
    most = int(owner.max()) + 1 if len(owner) else 1
    keys = pairs.target[apart].astype(np.int64) * most + owner[pairs.source[apart]]
    found, row = np.unique(keys, return_inverse=True)
    of_pair = np.full(len(pairs), -1, np.int64)
    of_pair[apart] = row
    target = (found // most).astype(np.int32)
    begin = np.searchsorted(target, np.arange(sites + 1)).astype(np.int64)
    return Linkers(target, (found % most).astype(np.int32), of_pair, begin)


def any_of_linker(flags: Flags, rows: Linkers) -> Flags:
    """Whether any pair of each linking organisation has the flag."""
    out = np.zeros(len(rows), np.bool_)
    out[rows.of_pair[flags & (rows.of_pair >= 0)]] = True
    return out


def first_of_pair(days: Ints, pairs: Pairs) -> Ints:
    """The first known day of each pair; -1 when none is."""
    if not len(pairs):
        return np.zeros(0, np.int32)
    late = np.iinfo(np.int32).max
    first = np.minimum.reduceat(np.where(days < 0, late, days), pairs.begin)
    return np.where(first == late, -1, first).astype(np.int32)


def first_of_linker(days: Ints, rows: Linkers) -> Ints:
    """The first known day of each linking organisation, from the first days of pairs; -1 when none is."""
    late = np.iinfo(np.int32).max
    out = np.full(len(rows), late, np.int32)
    known = (rows.of_pair >= 0) & (days >= 0)
    np.minimum.at(out, rows.of_pair[known], days[known])
    return np.where(out == late, -1, out).astype(np.int32)


def surprise(observed: Array, expected: Array) -> npt.NDArray[np.float64]:
    """``G = x ln(x/e) - x + e`` of x above the e that chance would bring, in bits; 0 below (Poisson deviance / 2)."""
    x, e = np.asarray(observed, np.float64), np.asarray(expected, np.float64)
    above = (x > e) & (e > 0)
    ratio = np.ones_like(x)
    np.divide(x, e, out=ratio, where=above)
    return np.where(above, (x * np.log(ratio) - x + e) / np.log(2), 0)


def peer_quantile(value: Measures, size: Array, least: int) -> Measures:
    """The place of each value, 0 to 1, among those of like size, the more alike the more they count.

    Sizes stand on the line of ``log2(size)``. Each belongs to the two whole numbers beside it, to each by its nearness,
    and two sizes are alike by what they have in common there: nothing when one is four times the other, or more. So
    a place moves little when a size grows by one. Ties share the middle of their places. NaN where the value is, or
    where its peers count for fewer than ``least`` of its own size.
    """
    out = np.full(len(value), np.nan, np.float32)
    rows = np.flatnonzero(~np.isnan(value) & (size > 0))
    if not len(rows):
        return out
    rows = rows[np.argsort(value[rows], kind="stable")]
    found = value[rows]
    first = np.searchsorted(found, found, "left")
    last = np.searchsorted(found, found, "right")
    at = np.log2(size[rows].astype(np.float64))
    lower = np.floor(at).astype(np.int64)
    below, others, alike = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
    for number in range(int(lower.min()), int(lower.max()) + 2):
        near = np.maximum(1 - np.abs(at - number), 0)
        if not near.any():
            continue
        upto = np.append(0.0, np.cumsum(near))
        below += near * (upto[first] + (upto[last] - upto[first] - near) / 2)
        others += near * (upto[-1] - near)
        alike += near**2
    enough = (others > 0) & (others >= (least - 1 - 1e-9) * alike)
    out[rows[enough]] = np.clip(below[enough] / others[enough], 0, 1)
    return out


def distinct(*columns: Array) -> list[Array]:
    """The distinct rows of columns of numbers from 0, ordered by the first column, then the second and so on."""
    key = np.zeros(len(columns[0]), np.int64)
    sizes = [int(column.max()) + 1 if len(column) else 1 for column in columns]
    for column, size in zip(columns, sizes, strict=True):
        key = key * size + column
    if np.prod([float(size) for size in sizes]) >= 2.0**63:  # too many to be one number
        order = np.lexsort([*reversed(columns)])
        stacked = [column[order] for column in columns]
        new = np.zeros(len(order), np.bool_)
        new[:1] = True
        for column in stacked:
            new[1:] |= column[1:] != column[:-1]
        return [column[new] for column in stacked]
    _, first = np.unique(key, return_index=True)
    return [column[first] for column in columns]

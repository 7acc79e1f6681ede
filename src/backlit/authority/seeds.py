"""Who the trusted core starts from: names that say by themselves what stands behind them.

A name is a seed by its **suffix** where not everybody can register one (``.gov``, ``.edu``, ``ac.*``, …), by our
own **list** of standards bodies, encyclopaedias, libraries, publishers and newsrooms, or because the **user**
says so. Patterns that anybody could register (``uni-example.de``) make no seed. Platforms, shorteners and
the hosts of fonts and tags are never seeds, unless the user says so.

The lists are in ``backlit/data``: ``trusted-suffixes.txt``, ``trusted-core.txt``, ``platforms.txt``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from backlit.authority.names import Names, NameSet, last_labels, matching, name_batches, sections

#: Why a node is in the core. Those vouched for have VOUCHED plus the round, from 0.
SUFFIX, LISTED, ADDED, VOUCHED = 1, 2, 3, 4


class Seeds(NamedTuple):
    """``nodes`` ascending and ``how`` each became a seed; flags a node; nodes by top-level domain."""

    nodes: npt.NDArray[np.int64]
    how: npt.NDArray[np.uint8]
    #: Named like a university or library, so fewer sponsors do.
    named: npt.NDArray[np.bool_]
    #: Never let in by its links: a platform, or taken out by the user.
    barred: npt.NDArray[np.bool_]
    #: Nodes of each top-level domain.
    by_tld: Counter[str]
    #: Nodes of the seeds' languages, where the list knows them: node -> codes.
    languages: dict[int, tuple[str, ...]]


def find_seeds(names: Names, nodes: int, *, add: Collection[str] = (), remove: Collection[str] = ()) -> Seeds:
    """The seeds among the names of a graph; ``add`` and ``remove`` are the user's, each with all below it."""
    suffixes = sections("trusted-suffixes.txt")
    given, exceptions = _suffix_rule(suffixes["given"]), NameSet(suffixes["not-given"])
    alike = "|".join(f"^(?:www\\.)?{_glob(entry)}$" for entry in suffixes["named"])
    listed = NameSet(e for entries in sections("trusted-core.txt").values() for e in entries)
    platforms = NameSet(e for entries in sections("platforms.txt").values() for e in entries)
    added, removed = NameSet(_clean(add)), NameSet(_clean(remove))
    how, named = np.zeros(nodes, np.uint8), np.zeros(nodes, np.bool_)
    barred = np.zeros(nodes, np.bool_)
    tlds: Counter[str] = Counter()
    languages: dict[int, tuple[str, ...]] = {}
    spoken = _languages()
    for first, batch in name_batches(names, nodes):
        part = slice(first, first + len(batch))
        by_suffix = matching(batch, given) & ~exceptions.matches(batch)
        by_list, by_user = listed.matches(batch), added.matches(batch)
        out = removed.matches(batch)
        platform = platforms.matches(batch)
        how[part][by_suffix] = SUFFIX
        how[part][by_list] = LISTED
        how[part][platform] = 0
        how[part][by_user] = ADDED
        how[part][out] = 0
        named[part] = matching(batch, alike)
        barred[part] = out | (platform & ~by_user)
        for entry in pc.value_counts(last_labels(batch, 1)).to_pylist():
            tlds[entry["values"]] += entry["counts"]
        for i in np.flatnonzero(by_list & ~out).tolist():
            if codes := _spoken_by(batch[i].as_py(), spoken):
                languages[first + i] = codes
    chosen = np.flatnonzero(how)
    return Seeds(chosen, how[chosen], named, barred, tlds, languages)


def _clean(names: Collection[str]) -> list[str]:
    return [name.strip().lower().strip(".") for name in names if name.strip()]


def _suffix_rule(entries: tuple[str, ...]) -> str:
    """A pattern for names that are a suffix of the list, or below one; a star is one short label."""
    parts = "|".join(re.escape(entry).replace(r"\*", "[a-z]{2}") for entry in entries)
    return rf"(?:^|\.)(?:{parts})$"


def _glob(entry: str) -> str:
    return re.escape(entry).replace(r"\*", "[^.]*")


def _languages() -> dict[str, tuple[str, ...]]:
    """The languages of the listed sites that have one of their own."""
    found = {}
    for section, entries in sections("trusted-core.txt").items():
        codes = tuple(code for code in section.split()[1:] if len(code) == 2)
        if codes:
            found.update(dict.fromkeys(entries, codes))
    return found


def _spoken_by(name: str, spoken: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    while name:
        if name in spoken:
            return spoken[name]
        name = name.partition(".")[2]
    return ()

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
from collections.abc import Collection, Iterator
from string import ascii_lowercase
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from backlit.authority.names import Names, matching, name_batches, sections
from backlit.authority.tails import Tails

#: Why a node is in the core. Those vouched for have VOUCHED plus the round, from 0.
SUFFIX, LISTED, ADDED, VOUCHED = 1, 2, 3, 4
_GIVEN, _OPEN, _LIST, _PLATFORM, _ADD, _REMOVE = 1, 2, 4, 8, 16, 32


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
    alike = "|".join(f"^(?:www\\.)?{_glob(entry)}$" for entry in suffixes["named"])
    tails = Tails(
        {
            _GIVEN: _starred(suffixes["given"]),
            _OPEN: suffixes["not-given"],
            _LIST: (e for entries in sections("trusted-core.txt").values() for e in entries),
            _PLATFORM: (e for entries in sections("platforms.txt").values() for e in entries),
            _ADD: _clean(add),
            _REMOVE: _clean(remove),
        }
    )
    how, named = np.zeros(nodes, np.uint8), np.zeros(nodes, np.bool_)
    barred = np.zeros(nodes, np.bool_)
    tlds: Counter[str] = Counter()
    languages: dict[int, tuple[str, ...]] = {}
    spoken = _languages()
    for first, batch in name_batches(names, nodes):
        part = slice(first, first + len(batch))
        bits, labels = tails.look(batch)
        tlds += labels
        out, by_user = (bits & _REMOVE) > 0, (bits & _ADD) > 0
        listed, platform = (bits & _LIST) > 0, (bits & _PLATFORM) > 0
        how[part][(bits & (_GIVEN | _OPEN)) == _GIVEN] = SUFFIX
        how[part][listed] = LISTED
        how[part][platform] = 0
        how[part][by_user] = ADDED
        how[part][out] = 0
        named[part] = matching(batch, alike)
        barred[part] = out | (platform & ~by_user)
        for i in np.flatnonzero(listed & ~out).tolist():
            if codes := _spoken_by(batch[i].as_py(), spoken):
                languages[first + i] = codes
    chosen = np.flatnonzero(how)
    return Seeds(chosen, how[chosen], named, barred, tlds, languages)


def suffixed(names: pa.Array) -> npt.NDArray[np.bool_]:
    """Which names stand below a suffix that not everybody can register, whatever else is known of them."""
    suffixes = sections("trusted-suffixes.txt")
    tails = Tails({_GIVEN: _starred(suffixes["given"]), _OPEN: suffixes["not-given"]})
    found: npt.NDArray[np.bool_] = tails.look(names)[0] == _GIVEN
    return found


def _clean(names: Collection[str]) -> list[str]:
    return [name.strip().lower().strip(".") for name in names if name.strip()]


def _starred(entries: tuple[str, ...]) -> Iterator[str]:
    """The suffixes of the list, each star put as every pair of letters."""
    for entry in entries:
        if "*" not in entry:
            yield entry
            continue
        yield from (entry.replace("*", a + b) for a in ascii_lowercase for b in ascii_lowercase)


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

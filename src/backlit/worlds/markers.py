"""The baseline that detectors are measured against: hand-weighted markers, in the manner of commercial toxic scores.

``read_pairs`` takes every trait straight from the tables of a world (no index, no truth), one value for each pair
of source and target site. ``markers`` adds them up with fixed weights that nobody fitted, as audits do.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from backlit.errors import SourceError
from backlit.web.domain import split_host
from backlit.worlds.society.topics import LANGUAGES, TOPIC_WORDS, TRADES
from backlit.worlds.society.words import MONEY

Floats = npt.NDArray[np.float64]

#: The traits, and the weight of each in the sum. All run from 0 to about 1, more is worse.
WEIGHTS = {
    "burst": 1.0,
    "sitewide": 0.8,
    "repeated_anchor": 1.6,
    "low_indegree": 0.9,
    "reciprocity": 0.3,
    "irrelevance": 0.7,
    "trade_words": 0.7,
    "money_anchor": 0.5,
    "hidden": 3.0,
    "footprints": 1.0,
}
_word = re.compile(r"[^\W\d_]{3,}")
_DAYS_A_WEEK = 7
_PRIOR, _MEMORY = 0.5, 0.9
_PER_PAIR_ROWS = 40


class Pairs(NamedTuple):
    """Pairs of sites in the order of their first row, with a value of each trait."""

    sources: list[str]
    targets: list[str]
    traits: dict[str, Floats]
    #: Pair of each row of the links.
    of_row: npt.NDArray[np.int64]


def read_table(folder: Path, name: str) -> pa.Table:
    """The table of a world of this name, from CSV or Parquet; empty cells are null."""
    for path in (folder / f"{name}.parquet", folder / f"{name}.csv"):
        if path.is_file():
            if path.suffix == ".parquet":
                return pq.read_table(path)
            convert = pacsv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
            return pacsv.read_csv(path, parse_options=pacsv.ParseOptions(newlines_in_values=True),
                                  convert_options=convert)  # fmt: skip
    raise SourceError(
        f"{folder} holds no table {name}.csv or {name}.parquet: name a folder that a world was written to."
    )


def site_of(url: str) -> str:
    """The site an address belongs to."""
    return split_host(url.split("/", 3)[2])[1]


def read_pairs(folder: Path) -> Pairs:
    """All pairs of a world's tables with their traits.

    Raises ``SourceError`` when a table is missing.
    """
    links, pages, hosts = (read_table(folder, name) for name in ("links", "pages", "hosts"))
    get = {name: links[name].to_pylist() for name in links.column_names}
    sources, targets = [[site_of(url) for url in get[f"{end}_url"]] for end in ("source", "target")]
    number: dict[tuple[str, str], int] = {}
    of_row = np.array(
        [number.setdefault(pair, len(number)) for pair in zip(sources, targets, strict=True)], np.int64
    )
    pairs = list(number)
    texts = _texts(pages)
    web = _Web(pairs)
    traits = {
        "burst": _burst(pairs, of_row, get["first_seen"], web),
        "sitewide": _sitewide(pairs, of_row, get["source_url"], sources, pages),
        "repeated_anchor": _repeated(pairs, of_row, get["anchor"], pages, web),
        "low_indegree": np.array([1 / (1 + math.log1p(web.indegree[s])) for s, _ in pairs]),
        "reciprocity": np.array([float((t, s) in number) for s, t in pairs]),
        "irrelevance": _irrelevance(pairs, texts),
        "trade_words": _trade(pairs, texts),
        "money_anchor": _money(of_row, get["anchor"], len(pairs)),
        "hidden": _most(of_row, [float(bool(hidden)) for hidden in get["hidden"]], len(pairs)),
        "footprints": _footprints(pairs, hosts, web),
    }
    return Pairs([s for s, _ in pairs], [t for _, t in pairs], traits, of_row)


def markers(pairs: Pairs) -> Floats:
    """The weighted sum of the traits of each pair."""
    total = np.zeros(len(pairs.sources))
    for name, weight in WEIGHTS.items():
        total += weight * np.clip(pairs.traits[name], 0, 1)
    return total


class _Web:
    """Who links to whom."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.linkers: dict[str, list[int]] = defaultdict(list)
        for at, (_, target) in enumerate(pairs):
            self.linkers[target].append(at)
        self.indegree: Counter[str] = Counter(target for _, target in pairs)


def _most(of_row: npt.NDArray[np.int64], values: list[float], pairs: int) -> Floats:
    out = np.zeros(pairs)
    np.maximum.at(out, of_row, np.array(values, np.float64))
    return out


def _burst(pairs: list[tuple[str, str]], of_row: npt.NDArray[np.int64], seen: list[Any], web: _Web) -> Floats:
    """How surprising the number of new linkers of the target was in the pair's week: x ln(x/λ) - x + λ against an
    exponentially weighted mean with prior 0.5."""
    days = np.array(
        [np.datetime64(day, "D").astype(np.int64) if day is not None else 1 << 40 for day in seen]
    )
    first = np.full(len(pairs), 1 << 40, np.int64)
    np.minimum.at(first, of_row, days)
    weeks = first // _DAYS_A_WEEK
    out = np.zeros(len(pairs))
    for members in web.linkers.values():
        ats = np.array(members)
        values, inverse, counts = np.unique(weeks[ats], return_inverse=True, return_counts=True)
        surprise = np.zeros(len(values))
        mean, before = _PRIOR, values[0]
        for i, (week, count) in enumerate(zip(values, counts, strict=True)):
            mean = max(mean * _MEMORY ** float(min(week - before, 60)), 0.05)
            rate = max(mean, _PRIOR)
            surprise[i] = count * math.log(count / rate) - count + rate if count > rate else 0.0
            mean += (1 - _MEMORY) * float(count)
            before = week
        out[ats] = surprise[inverse]
    return out / (out + 6.0)


def _sitewide(
    pairs: list[tuple[str, str]],
    of_row: npt.NDArray[np.int64],
    urls: list[str],
    sources: list[str],
    pages: pa.Table,
) -> Floats:
    """The share of the source's known pages that carry the link."""
    known: dict[str, set[str]] = defaultdict(set)
    for url in pages["url"].to_pylist():
        known[site_of(url)].add(url)
    for url, site in zip(urls, sources, strict=True):
        known[site].add(url)
    on: dict[int, set[str]] = defaultdict(set)
    for at, url in zip(of_row.tolist(), urls, strict=True):
        on[at].add(url)
    return np.array([len(on[at]) / len(known[source]) for at, (source, _) in enumerate(pairs)])


def _repeated(
    pairs: list[tuple[str, str]],
    of_row: npt.NDArray[np.int64],
    anchors: list[Any],
    pages: pa.Table,
    web: _Web,
) -> Floats:
    """Share of the target's linkers that use the pair's anchor, times ln(1 + their number), for anchors of at most
    five words that are neither the target's name nor a title of its pages."""
    titles: dict[str, set[str]] = defaultdict(set)
    for url, title in zip(pages["url"].to_pylist(), pages["title"].to_pylist(), strict=True):
        if title:
            titles[site_of(url)].add(title.lower())
    said: dict[int, set[str]] = defaultdict(set)
    for at, anchor in zip(of_row.tolist(), anchors, strict=True):
        if anchor:
            said[at].add(anchor.lower())
    out = np.zeros(len(pairs))
    for target, members in web.linkers.items():
        name = target.partition(".")[0].replace("-", "")
        users = Counter(anchor for at in members for anchor in said[at])
        for at in members:
            for anchor in said[at]:
                plain = "".join(anchor.split())
                if (
                    len(anchor.split()) > 5
                    or "." in anchor
                    or "/" in anchor
                    or name in plain
                    or plain in name
                ):
                    continue
                if anchor in titles[target] or len(anchor.split()) < 2:
                    continue
                value = users[anchor] / len(members) * math.log1p(users[anchor] - 1)
                out[at] = max(out[at], value)
    return out / (out + 0.3)


def _texts(pages: pa.Table) -> dict[str, Counter[str]]:
    out: dict[str, Counter[str]] = {}
    for url, text in zip(pages["url"].to_pylist(), pages["text"].to_pylist(), strict=True):
        if text:
            out.setdefault(site_of(url), Counter()).update(_word.findall(text.lower())[:400])
    return out


def _irrelevance(pairs: list[tuple[str, str]], texts: dict[str, Counter[str]]) -> Floats:
    """One less the cosine of the sites' words (TF-IDF); where a text is missing, the median."""
    spread = Counter(word for words in texts.values() for word in words)
    vectors: dict[str, dict[str, float]] = {}
    for site, words in texts.items():
        vector = {
            w: (1 + math.log(n)) * math.log(len(texts) / spread[w]) for w, n in words.items() if spread[w] > 1
        }
        norm = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        vectors[site] = {word: value / norm for word, value in vector.items()}
    out = np.full(len(pairs), np.nan)
    for at, (source, target) in enumerate(pairs):
        one, other = vectors.get(source), vectors.get(target)
        if one and other:
            if len(one) > len(other):
                one, other = other, one
            out[at] = 1 - sum(value * other.get(word, 0.0) for word, value in one.items())
    usual = float(np.nanmedian(out)) if np.isfinite(out).any() else 0.5
    return np.where(np.isnan(out), usual, out) ** 2


def trade_words() -> frozenset[str]:
    """The words of the trades, in all languages."""
    return frozenset(
        w.lower() for trade in TRADES for lang in LANGUAGES for w in TOPIC_WORDS[trade][lang] if len(w) > 3
    )


def _trade(pairs: list[tuple[str, str]], texts: dict[str, Counter[str]]) -> Floats:
    """The shares of trade words in what the target says, and half as much in what the source says."""
    words = trade_words()
    share = {
        site: min(6 * sum(n for w, n in counts.items() if w in words) / max(sum(counts.values()), 1), 1.0)
        for site, counts in texts.items()
    }
    return np.array([(2 * share.get(t, 0.0) + share.get(s, 0.0)) / 3 for s, t in pairs])


def _money(of_row: npt.NDArray[np.int64], anchors: list[Any], pairs: int) -> Floats:
    """Whether an anchor has a word of selling or of a trade."""
    selling = {
        w
        for lang in LANGUAGES
        for phrase in MONEY[lang]
        for w in phrase.split()
        if "{" not in w and len(w) > 3
    }
    words = trade_words() | selling
    return _most(of_row, [float(not words.isdisjoint((a or "").lower().split())) for a in anchors], pairs)


def _footprints(pairs: list[tuple[str, str]], hosts: pa.Table, web: _Web) -> Floats:
    """Surprise that so many of the target's linkers bear the same id, address, network or name server."""
    keys: dict[str, list[tuple[str, str, float]]] = {}
    for row in hosts.to_pylist():
        site = split_host(row["host"])[1]
        found = [(name, row[name], weight) for name, weight in _PRINTS if row[name]]
        if row["ip"]:
            found.append(("net", row["ip"].rpartition(".")[0], 0.8))
        keys[site] = found
    borne = Counter((name, value) for found in keys.values() for name, value, _ in found)
    whole = max(len(keys), 1)
    out = np.zeros(len(pairs))
    for members in web.linkers.values():
        if len(members) < 3:
            continue
        here = Counter((n, v) for at in members for n, v, _ in keys.get(pairs[at][0], ()))
        for at in members:
            total = 0.0
            for name, value, weight in keys.get(pairs[at][0], ()):
                observed = here[name, value] - 1
                if observed < 2 or borne[name, value] * 15 > whole:
                    continue
                expected = (len(members) - 1) * borne[name, value] / whole
                if observed > expected:
                    total += weight * (observed * math.log(observed / expected) - observed + expected)
            out[at] = total
    return out / (out + 12.0)


_PRINTS = (("analytics_id", 2.0), ("adsense_id", 2.0), ("ip", 1.0), ("nameserver", 0.8), ("theme", 0.6))

"""Writes Parquet files of generated link rows: the input of the index benchmark.

The shape follows what crawls show: popularity of targets and sites by Zipf's law, about eight
external links a page, a share of the links sitewide (one target, anchor and surrounding text
on every page of a site, in its footer or sidebar), words by Zipf's law, fetch times spread
over ten days. Seeded: the same numbers give the same rows.

    python benchmarks/generate_links.py OUT_FOLDER [--rows 10000000] [--seed 1]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from backlit.records import LINKS
from backlit.web.ids import link_id, pair_id_seeded, source_seed

LINKS_PER_PAGE = 8
PAGES_PER_SITE = 25
SITEWIDE_SHARE = 0.35
TLDS = np.array(["com", "org", "net", "de", "co.uk", "info", "fr", "io", "ru", "pl", "edu", "nl"])
LANGUAGES = np.array(["en", "de", "fr", "es", "ru", "pl"])
SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "jo",
    "ka",
    "le",
    "mi",
    "no",
    "pu",
    "ra",
    "se",
    "ti",
    "vo",
    "wu",
    "zy",
]


class World:
    """Names, pages and texts from which rows are drawn."""

    def __init__(self, rows: int, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.pages = max(rows // LINKS_PER_PAGE, 1)
        sites = max(self.pages // PAGES_PER_SITE, 10)
        targets = max(rows // 40, 20)
        self.words = self._words(6000)
        self.sites = self._domains(sites, "s")
        # Some sites are linked to themselves: the graph has paths, and sources have authority.
        also = self.sites[self.rng.permutation(sites)[: targets // 4]]
        own = self._domains(targets - len(also), "t")
        self.targets = self.rng.permutation(np.concatenate([own, also]))
        self.site_of_page = np.sort(self._zipf(self.pages, sites, 0.7))
        self.page_time = 1_767_225_600_000_000 + self.rng.integers(0, 10 * 86_400, self.pages) * 1_000_000
        self.page_word = self.rng.integers(0, len(self.words), self.pages)
        self.site_language = LANGUAGES[self._zipf(sites, len(LANGUAGES), 1.2)]
        self.sitewide_target = self._zipf(sites * 3, targets, 0.9).reshape(sites, 3)
        text = " ".join(self.words[i] for i in self._zipf(1_000_000, len(self.words), 1.0))
        self.text = np.frombuffer(text.encode(), dtype=np.uint8)
        spaces = np.flatnonzero(self.text == 32)
        self.starts = spaces[spaces < len(self.text) - 400] + 1

    def _zipf(self, count: int, size: int, exponent: float) -> np.ndarray:
        weights = 1.0 / np.arange(1, size + 1) ** exponent
        return np.searchsorted(np.cumsum(weights) / weights.sum(), self.rng.random(count))

    def _words(self, count: int) -> list[str]:
        out: dict[str, None] = {}
        while len(out) < count:
            out[
                "".join(SYLLABLES[i] for i in self.rng.integers(0, len(SYLLABLES), self.rng.integers(1, 5)))
            ] = None
        return list(out)

    def _domains(self, count: int, mark: str) -> np.ndarray:
        tld = TLDS[self._zipf(count, len(TLDS), 1.0)]
        first = self.rng.integers(0, len(self.words), count)
        second = self.rng.integers(0, len(self.words), count)
        return np.array(
            [
                f"{self.words[a]}{self.words[b]}{mark}{n:x}.{t}"
                for n, (a, b, t) in enumerate(zip(first, second, tld, strict=True))
            ]
        )

    def context(self, rows: np.ndarray, keys: np.ndarray) -> pa.Array:
        """Slices of the text of 40 to 120 bytes, whole words; equal keys give equal slices."""
        start = self.starts[keys % len(self.starts)]
        length = 40 + (keys * 7919 % 80)
        offsets = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(length, out=offsets[1:])
        where = np.repeat(start - offsets[:-1], length) + np.arange(offsets[-1])
        data = self.text[where]
        return pa.Array.from_buffers(
            pa.string(),
            len(rows),
            [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(np.ascontiguousarray(data))],
        )

    def rows(self, first: int, count: int) -> pa.Table:
        """Rows ``first`` to ``first + count`` in the order of their pages, as a crawl gives them."""
        rng = self.rng
        row = np.arange(first, first + count)
        page = np.minimum(row // LINKS_PER_PAGE, self.pages - 1)
        site = self.site_of_page[page]
        slot = row % LINKS_PER_PAGE
        sitewide = slot < round(SITEWIDE_SHARE * LINKS_PER_PAGE)
        own = self._zipf(count, len(self.targets), 0.9)
        target = np.where(sitewide, self.sitewide_target[site, slot % 3], own)
        depth = np.where(sitewide, 0, rng.geometric(0.35, count) - 1)
        source_domain = pa.array(self.sites).take(pa.array(site))
        target_domain = pa.array(self.targets).take(pa.array(target))
        words = pa.array(self.words)
        source_host = pc.binary_join_element_wise(pa.scalar("www."), source_domain, "")
        number = pa.array(page).cast(pa.string())
        source_url = pc.binary_join_element_wise(
            pa.scalar("https://"), source_host, pa.scalar("/"),
            words.take(pa.array(self.page_word[page])), pa.scalar("/"),
            words.take(pa.array((page * 31) % len(self.words))), pa.scalar("-"), number, pa.scalar(".html"), "",
        )  # fmt: skip
        inner = pc.binary_join_element_wise(
            words.take(pa.array((target * 13 + depth) % len(self.words))), pa.scalar("/"),
            words.take(pa.array((target * 7 + depth * 3) % len(self.words))), pa.scalar("-"),
            pa.array(depth).cast(pa.string()), "",
        )  # fmt: skip
        path = pc.if_else(pa.array(depth == 0), pa.scalar(""), inner)
        target_url = pc.binary_join_element_wise(
            pa.scalar("https://"), target_domain, pa.scalar("/"), path, ""
        )
        key = np.where(sitewide, site * 3 + slot, row * 2654435761 % (1 << 40))
        anchor_word = np.where(sitewide, target * 5, key) % len(self.words)
        anchor = pc.if_else(
            pa.array(rng.random(count) < 0.4),
            target_domain,
            pc.binary_join_element_wise(
                words.take(pa.array(anchor_word)),
                words.take(pa.array((anchor_word * 17 + 3) % len(self.words))),
                " ",
            ),
        )
        nofollow = (target + site) % 7 == 0
        placement = np.where(sitewide, np.array(["footer", "sidebar", "nav"])[slot % 3], "content").astype(
            object
        )
        time = pa.array(self.page_time[page]).cast(pa.timestamp("us"))
        sources, targets = source_url.to_pylist(), target_url.to_pylist()
        pairs: list[int] = []
        nth: list[int] = []
        seen: dict[int, int] = {}
        last, seed = "", 0
        for s, t in zip(sources, targets, strict=True):
            if s != last:
                last, seed, seen = s, source_seed(s), {}
            pair = pair_id_seeded(seed, t)
            pairs.append(pair)
            nth.append(seen.get(pair, 0))
            seen[pair] = nth[-1] + 1
        ids = [link_id(p, "anchor", n) if n else p for p, n in zip(pairs, nth, strict=True)]
        constant = {"kind": "anchor", "snapshot": "2026-01-10", "origin": "warc"}
        columns = {
            "link_id": pa.array(ids, pa.int64()),
            "pair_id": pa.array(pairs, pa.int64()),
            "source_url": source_url,
            "source_host": source_host,
            "source_domain": source_domain,
            "source_site": source_domain,
            "source_language": pa.array(self.site_language).take(pa.array(site)),
            "target_url": target_url,
            "target_host": target_domain,
            "target_domain": target_domain,
            "target_site": target_domain,
            "nth": pa.array(nth, pa.int32()),
            "anchor": anchor,
            "rel": pa.array(np.where(nofollow, "nofollow noopener", "").astype(object), pa.string()),
            "follow": pa.array(~nofollow),
            "placement": pa.array(placement, pa.string()),
            "placement_rule": pa.array(
                np.where(sitewide, "tag:footer", "default").astype(object), pa.string()
            ),
            "semantic_location": pa.array(
                np.where(sitewide, "footer", "article").astype(object), pa.string()
            ),
            "hidden": pa.array(key % 97 == 0),
            "position": pa.array(slot * 9 + 4, pa.int32()),
            "text_before": self.context(row, key),
            "text_after": self.context(row, key + 11),
            "first_seen": time,
            "last_seen": time,
            "depth": pa.array(np.full(count, 3), pa.int8()),
        } | {name: pa.array([value] * count, pa.string()) for name, value in constant.items()}
        return pa.table(
            [columns[f.name].cast(f.type) if f.name in columns else pa.nulls(count, f.type) for f in LINKS],
            schema=LINKS,
        )


def generate(folder: Path, rows: int, seed: int = 1, chunk: int = 500_000) -> list[Path]:
    """Write ``rows`` rows as Parquet files of ``chunk`` rows; files that stand are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"links-{rows}-{seed}-{n:03d}.parquet" for n in range(-(-rows // chunk))]
    if all(p.exists() for p in paths):
        return paths
    world = World(rows, seed)
    for number, path in enumerate(paths):
        first = number * chunk
        table = world.rows(first, min(chunk, rows - first))
        temporary = path.with_suffix(".tmp")
        pq.write_table(table, temporary, compression="zstd", compression_level=1)
        temporary.replace(path)
    return paths


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for written in generate(options.folder, options.rows, options.seed):
        print(written)

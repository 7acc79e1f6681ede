"""Rows of a links table as LINKS and PAGES, a block at a time.

Ids, and the ordinal of a link among its like, depend on the rows that came before; a reader
that starts in the middle of a file replays the addresses of the earlier rows for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from xxhash import xxh64_intdigest

from backlit import settings
from backlit.records import DEPTH_TABLE, KINDS, LINKS, PAGES, PLACEMENTS
from backlit.sources.nth import Occurrences
from backlit.sources.problems import Place, ProblemLog
from backlit.sources.urls import UrlReader, Urls
from backlit.sources.values import (
    NOTHING,
    Converted,
    booleans,
    by_distinct,
    free_text,
    texts,
    times,
    whole_numbers,
)
from backlit.web.ids import link_mix, source_seed

_KIND_WORDS = {
    **{kind: kind for kind in KINDS},
    **dict.fromkeys(["text", "a", "link", "href", "area", "textlink", "hyperlink"], "anchor"),
    **dict.fromkeys(["img", "picture", "imagelink"], "image"),
    **dict.fromkeys(["iframe"], "frame"),
    **dict.fromkeys(["hreflang", "rss", "feed"], "alternate"),
    **dict.fromkeys(["301", "302", "303", "307", "308", "refresh"], "redirect"),
}

_PLACEMENT_WORDS = {
    **{placement: placement for placement in PLACEMENTS},
    **dict.fromkeys(
        [
            "main",
            "body",
            "article",
            "text",
            "incontent",
            "inbody",
            "contextual",
            "editorial",
            "paragraph",
            "maincontent",
        ],
        "content",
    ),
    **dict.fromkeys(
        ["navigation", "menu", "navbar", "breadcrumb", "breadcrumbs", "navmenu", "topmenu"], "nav"
    ),
    **dict.fromkeys(["masthead", "banner", "top"], "header"),
    **dict.fromkeys(["bottom", "foot", "contentinfo"], "footer"),
    **dict.fromkeys(["aside", "side", "widget", "blogroll", "complementary", "rail"], "sidebar"),
    **dict.fromkeys(["comments", "reply", "replies", "usercomment"], "comment"),
    **dict.fromkeys(["lists", "listing", "linklist", "ul", "ol", "directory", "resourcelist"], "list"),
}

_LANGUAGES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
    "dutch": "nl", "polish": "pl", "russian": "ru", "turkish": "tr", "chinese": "zh", "japanese": "ja",
    "korean": "ko", "arabic": "ar", "swedish": "sv", "czech": "cs", "greek": "el", "hebrew": "he",
}  # fmt: skip

_NOT_FOLLOWED = frozenset(["nofollow", "ugc", "sponsored"])


#: The columns that a link's id depends on.
IDENTIFYING = frozenset(["source_url", "target_url", "kind", "anchor", "alt", "nth"])


class LinkBlock(NamedTuple):
    """What one block of rows gave."""

    links: pa.Table
    pages: pa.Table


class LinkRows:
    """Turns blocks of a links table, in their order, into records."""

    def __init__(self, snapshot: str, log: ProblemLog) -> None:
        self._snapshot = snapshot
        self._log = log
        self._urls = UrlReader()
        self._seen_links = Occurrences()
        self._seen_sources = Occurrences()
        #: Rows left out because both ends are one site; the reader reports and resets it.
        self.same_site = 0

    def replay(self, block: pa.Table) -> None:
        """Count the links of rows that were read before, and nothing else."""
        log, self._log = self._log, ProblemLog(Path(), in_full=0)  # what was wrong was said before
        self._identify(block, lambda row: "", ids_only=True)
        self._log, self.same_site = log, 0

    def read(self, block: pa.Table, place: Place) -> LinkBlock:
        """The records of a block; ``place`` says where a row of it stands in the file."""
        found = self._identify(block, place)
        rows = pa.array(found.rows)
        kept = block.take(rows) if len(found.rows) < block.num_rows else block
        say = _Say(self._log, place, found.rows)
        columns = {**found.columns, **self._descriptions(kept, found, say)}
        count = len(found.rows)
        columns["depth"] = _all(DEPTH_TABLE, count, pa.int8())
        columns["snapshot"] = _all(self._snapshot, count)
        columns["origin"] = _all("table", count)
        links = filled(LINKS, count, columns)
        return LinkBlock(links, self._pages(kept, found, links, say))

    def _identify(self, block: pa.Table, place: Place, *, ids_only: bool = False) -> _Identified:
        sources = self._urls.read(texts(block["source_url"]))
        targets = self._urls.read(texts(block["target_url"]))
        usable = (sources.codes >= 0) & (targets.codes >= 0)
        self._report_unusable(sources, targets, np.flatnonzero(~usable), place)
        rows = np.flatnonzero(usable)
        s, t = sources.codes[rows], targets.codes[rows]
        sites = pa.concat_arrays([sources.site, targets.site]).dictionary_encode().indices.to_numpy()
        apart = sites[: len(sources.site)][s] != sites[len(sources.site) :][t]
        self.same_site += int(len(apart) - apart.sum())
        rows, s, t = rows[apart], s[apart], t[apart]

        seeds = [source_seed(url) for url in sources.url.to_pylist()]
        tails = [url.encode() for url in targets.url.to_pylist()]
        pairs = np.fromiter(
            (xxh64_intdigest(tails[b], seeds[a]) for a, b in zip(s.tolist(), t.tolist(), strict=True)),
            dtype=np.uint64,
            count=len(rows),
        ).view(np.int64)
        anchor, alt, kinds = self._kinds(block, rows, place)
        nth = self._numbers(block, rows, pairs, kinds, place)
        used = np.unique(s)
        keys = np.array([seeds[i] for i in used.tolist()], np.uint64).view(np.int64)
        first_of_key = np.zeros(len(used), bool)
        first_of_key[np.unique(keys, return_index=True)[1]] = True
        new = (self._seen_sources.number(keys) == 0) & first_of_key
        if ids_only:
            return _Identified(rows, {}, sources, s, used[new])
        columns = {
            "link_id": pa.array(pairs ^ _mixes(kinds, nth)),
            "pair_id": pa.array(pairs),
            "kind": pa.DictionaryArray.from_arrays(pa.array(kinds), pa.array(KINDS)).cast(pa.string()),
            "nth": pa.array(nth),
            "anchor": anchor,
            "alt": alt,
        }
        for end, urls, codes in (("source", sources, s), ("target", targets, t)):
            for part in ("url", "host", "domain", "site"):
                columns[f"{end}_{part}"] = getattr(urls, part).take(pa.array(codes))
        return _Identified(rows, columns, sources, s, used[new])

    def _report_unusable(
        self, sources: Urls, targets: Urls, rows: npt.NDArray[np.int64], place: Place
    ) -> None:
        def message(row: int) -> str:
            end, urls = ("source", sources) if sources.codes[row] < 0 else ("target", targets)
            return f"The row was left out, its {end}_url is not usable: {urls.reason(row)}"

        self._log.add_rows(rows.tolist(), place, "no-url", message)

    def _kinds(
        self, block: pa.Table, rows: npt.NDArray[np.int64], place: Place
    ) -> tuple[pa.Array, pa.Array, npt.NDArray[np.int8]]:
        """Anchor and alt texts, and what kind of link each row is."""
        longest = settings.default().limits.max_anchor_characters
        count = len(rows)
        take = pa.array(rows)
        anchor = pa.nulls(count, pa.string())
        alt = pa.nulls(count, pa.string())
        if "anchor" in block.column_names:
            anchor = free_text(block["anchor"].take(take), longest)
        if "alt" in block.column_names:
            alt = free_text(block["alt"].take(take), longest)
        has_alt = pc.fill_null(pc.not_equal(alt, ""), False).to_numpy(zero_copy_only=False)
        no_anchor = pc.fill_null(pc.equal(anchor, ""), True).to_numpy(zero_copy_only=False)
        implied = has_alt & no_anchor
        kinds = np.where(implied, KINDS.index("image"), KINDS.index("anchor")).astype(np.int8)
        if "kind" in block.column_names:
            given = by_distinct(texts(block["kind"].take(take)), _kind_code, pa.int8())
            _Say(self._log, place, rows)(given, block, "kind", "no kind of link; it was taken as a plain one")
            known = pc.is_valid(given.values).to_numpy(zero_copy_only=False)
            kinds = np.where(known, pc.fill_null(given.values, 0).to_numpy(), kinds).astype(np.int8)
            implied &= ~known
        if implied.any():
            anchor = pc.if_else(pa.array(implied), "", anchor)
        image = pa.array(kinds == KINDS.index("image"))
        alt = pc.if_else(pc.and_(pc.equal(alt, ""), pc.invert(image)), None, alt)
        return anchor, alt, kinds

    def _numbers(
        self,
        block: pa.Table,
        rows: npt.NDArray[np.int64],
        pairs: npt.NDArray[np.int64],
        kinds: npt.NDArray[np.int8],
        place: Place,
    ) -> npt.NDArray[np.int32]:
        """The ordinal of each link among those of its pair and kind: as given, else counted."""
        if "nth" not in block.column_names:
            return self._seen_links.number(pairs ^ _mixes(kinds, np.zeros(len(rows), np.int32)))
        given = whole_numbers(block["nth"].take(pa.array(rows)), pa.int32())
        _Say(self._log, place, rows)(given, block, "nth", "no ordinal; it was counted")
        unknown = pc.is_null(given.values).to_numpy(zero_copy_only=False)
        nth: npt.NDArray[np.int32] = pc.fill_null(given.values, 0).to_numpy().copy()
        nth[unknown] = self._seen_links.number(
            (pairs ^ _mixes(kinds, np.zeros(len(rows), np.int32)))[unknown]
        )
        return nth

    def _descriptions(self, kept: pa.Table, found: _Identified, say: _Say) -> dict[str, pa.Array]:
        """The columns that describe a link, from those the table has."""
        count = kept.num_rows
        has = set(kept.column_names)
        out: dict[str, pa.Array] = {}
        longest = settings.default().tables.max_text_characters
        for name in ("text_before", "text_after"):
            if name in has:
                out[name] = or_null(free_text(kept[name], longest, keep_end=name == "text_before"))
        for name in ("placement_rule", "semantic_location", "hidden_rule", "lost_reason"):
            if name in has:
                out[name] = or_null(free_text(kept[name], 200))
        for name in ("first_seen", "last_seen", "lost_at"):
            if name in has:
                out[name] = say(times(kept[name]), kept, name, "no date; write YYYY-MM-DD")
        if "position" in has:
            out["position"] = say(
                whole_numbers(kept["position"], pa.int32()), kept, "position", "no whole number"
            )
        if "source_lang" in has:
            languages = by_distinct(texts(kept["source_lang"]), language_code, pa.string())
            out["source_language"] = say(languages, kept, "source_lang", "no language code such as en")
        if "placement" in has:
            placed = by_distinct(texts(kept["placement"]), _placement, pa.string())
            out["placement"] = say(placed, kept, "placement", f"none of {', '.join(PLACEMENTS)}")
            by_table = pc.if_else(pc.is_valid(out["placement"]), "table", None)
            out["placement_rule"] = pc.coalesce(
                out.get("placement_rule", pa.nulls(count, pa.string())), by_table
            )
        if "hidden" in has:
            out["hidden"] = say(booleans(kept["hidden"]), kept, "hidden", "neither true nor false")
            by_table = pc.if_else(pc.fill_null(out["hidden"], False), "table", None)
            out["hidden_rule"] = pc.coalesce(out.get("hidden_rule", pa.nulls(count, pa.string())), by_table)
        if "rel" in has:
            out["rel"] = by_distinct(texts(kept["rel"]), _rel, pa.string()).values
        out["follow"] = self._follow(kept, out.get("rel"), say)
        return out

    def _follow(self, kept: pa.Table, rel: pa.Array | None, say: _Say) -> pa.Array:
        """False if anything says so, else true if anything says that, else unknown."""
        count = kept.num_rows
        follow = pa.array(np.ones(count, bool))
        known = pa.array(np.zeros(count, bool))
        if rel is not None:
            value = by_distinct(
                rel, lambda tokens: _NOT_FOLLOWED.isdisjoint(tokens.split()), pa.bool_()
            ).values
            follow, known = pc.fill_null(value, True), pc.is_valid(value)
        for name in ("follow", "nofollow", "ugc", "sponsored"):
            if name not in kept.column_names:
                continue
            value = say(booleans(kept[name]), kept, name, "neither true nor false")
            if name != "follow":
                value = pc.invert(value)
            follow = pc.and_(follow, pc.fill_null(value, True))
            if name in ("follow", "nofollow"):
                known = pc.or_(known, pc.is_valid(value))
        return pc.if_else(pc.or_(known, pc.invert(follow)), follow, None)

    def _pages(self, kept: pa.Table, found: _Identified, links: pa.Table, say: _Say) -> pa.Table:
        """One row for each source page not met before, from what the links' rows say of it."""
        has = set(kept.column_names)
        facts: dict[str, pa.Array] = {}
        if "source_title" in has:
            facts["title"] = or_null(
                free_text(kept["source_title"], settings.default().tables.max_text_characters)
            )
        if "source_lang" in has:
            facts["language"] = links["source_language"]
        for field, name, kind in (
            ("words", "source_words", pa.int32()),
            ("external_links", "source_external_links", pa.int32()),
            ("internal_links", "source_internal_links", pa.int32()),
            ("ad_slots", "source_ads", pa.int32()),
            ("status", "source_status", pa.int16()),
        ):
            if name in has:
                facts[field] = say(whole_numbers(kept[name], kind), kept, name, "no whole number")
        new = found.new_sources
        sources = found.sources
        columns = {
            part: getattr(sources, part).take(pa.array(new)) for part in ("url", "host", "domain", "site")
        }
        if facts and len(new):
            rank = np.full(len(sources.url), -1, np.int64)
            rank[new] = np.arange(len(new))
            of_row = rank[found.source_codes]
            grouped = (
                pa.table({"page": pa.array(of_row), **facts})
                .group_by("page", use_threads=False)
                .aggregate([(name, "first") for name in facts])
                .sort_by("page")
                .filter(pc.field("page") >= 0)
            )
            columns.update({name: grouped[f"{name}_first"] for name in facts})
        columns["depth"] = _all(DEPTH_TABLE, len(new), pa.int8())
        columns["snapshot"] = _all(self._snapshot, len(new))
        columns["origin"] = _all("table", len(new))
        return filled(PAGES, len(new), columns)


class _Identified(NamedTuple):
    """The usable rows of a block with their ids, and the source pages met for the first time."""

    rows: npt.NDArray[np.int64]
    columns: dict[str, pa.Array]
    sources: Urls
    source_codes: npt.NDArray[np.int64]
    new_sources: npt.NDArray[np.int64]


class _Say:
    """Reports cells that could not be understood and passes the values on."""

    def __init__(self, log: ProblemLog, place: Place, rows: npt.NDArray[np.int64]) -> None:
        self._log, self._place, self._rows = log, place, rows

    def __call__(self, converted: Converted, table: pa.Table, name: str, wrong: str) -> pa.Array:
        report_cells(
            self._log, lambda row: self._place(int(self._rows[row])), converted, table[name], name, wrong
        )
        return converted.values


def report_cells(
    log: ProblemLog,
    place: Callable[[int], str],
    converted: Converted,
    column: pa.ChunkedArray,
    name: str,
    wrong: str,
) -> None:
    """A problem for each cell of ``column`` that could not be understood."""
    log.add_rows(
        converted.bad.tolist(),
        place,
        f"bad-{name.replace('_', '-')}",
        lambda row: f"The {name} {_short(column[row].as_py())} is {wrong}.",
    )


def filled(schema: pa.Schema, count: int, columns: dict[str, pa.Array | pa.ChunkedArray]) -> pa.Table:
    """A table of ``schema``; columns that are not given are NULL."""
    return pa.table(
        [
            columns[field.name].cast(field.type) if field.name in columns else pa.nulls(count, field.type)
            for field in schema
        ],
        schema=schema,
    )


def or_null(column: pa.Array) -> pa.Array:
    """Text with empty cells as NULL: in a table they say that nothing is known."""
    return pc.if_else(pc.equal(column, ""), None, column)


def language_code(text: str) -> str | None:
    """The primary language subtag, in lower case; ``ValueError`` when the text is no language."""
    word = text.strip().lower()
    if word in NOTHING:
        return None
    if found := re.fullmatch(r"([a-z]{2,3})(?:[-_][a-z0-9_-]+)?", word):
        return found[1]
    if word in _LANGUAGES:
        return _LANGUAGES[word]
    raise ValueError(text)


def _all(value: object, count: int, kind: pa.DataType | None = None) -> pa.Array:
    return pa.repeat(pa.scalar(value, kind), count)


def _short(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _kind_code(text: str) -> int | None:
    word = re.sub(r"[\W_]+", "", text).lower()
    if word in NOTHING:
        return None
    if word not in _KIND_WORDS:
        raise ValueError(text)
    return KINDS.index(_KIND_WORDS[word])


def _placement(text: str) -> str | None:
    word = re.sub(r"[\W_]+", "", text).lower()
    if word in NOTHING:
        return None
    if word not in _PLACEMENT_WORDS:
        raise ValueError(text)
    return _PLACEMENT_WORDS[word]


def _rel(text: str) -> str | None:
    word = text.strip().lower()
    if word in ("null", "nan", "n/a", "na", "#n/a", "<na>", "unknown", "?", "\\n"):
        return None
    tokens = set(re.split(r"[\s,;|]+", word)) - {"", "none", "-", "follow", "dofollow"}
    return " ".join(sorted(tokens))[:1000]


def _mixes(kinds: npt.NDArray[np.int8], nth: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """``link_mix`` of each row."""
    codes = kinds.astype(np.int64) | (nth.astype(np.int64) << 8)
    distinct, of_row = np.unique(codes, return_inverse=True)
    mixes = np.array([_mix(code) for code in distinct.tolist()], np.int64)
    return mixes[of_row] if len(mixes) else np.empty(0, np.int64)


@cache
def _mix(code: int) -> int:
    return link_mix(KINDS[code & 0xFF], code >> 8)

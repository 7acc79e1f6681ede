"""A generated world as the tables that ``backlit add`` reads, and the truth beside them.

What an export would not know is left blank: hosts and pages that nobody looked at, single facts of a host,
placement, visibility and surroundings on some pages. ``truth.csv`` has one row for each row of the links, in the
same order; it is for evaluation alone.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from backlit.errors import InputError
from backlit.worlds.layout import slots
from backlit.worlds.lookalikes import look_alike
from backlit.worlds.schemes import scheme
from backlit.worlds.society.draw import Draw
from backlit.worlds.society.people import mingle, settle
from backlit.worlds.society.world import Page, World

FULL_SIZE = 5_800
LEAST_SITES = 200

LINKS = pa.schema(
    [
        ("source_url", pa.string()), ("target_url", pa.string()), ("kind", pa.string()), ("anchor", pa.string()),
        ("rel", pa.string()), ("placement", pa.string()), ("hidden", pa.bool_()), ("first_seen", pa.string()),
        ("last_seen", pa.string()), ("text_before", pa.string()), ("text_after", pa.string()), ("position", pa.int32()),
        ("source_title", pa.string()), ("source_lang", pa.string()), ("source_words", pa.int32()),
        ("source_external_links", pa.int32()), ("source_internal_links", pa.int32()), ("source_ads", pa.int32()),
    ]
)  # fmt: skip
PAGES = pa.schema(
    [
        *((name, pa.string()) for name in ("url", "host", "title", "text", "lang")),
        ("words", pa.int32()),
        ("first_seen", pa.string()),
        *((name, pa.int32()) for name in ("internal_links", "ads", "status")),
    ]
)
HOSTS = pa.schema(
    [(name, pa.string()) for name in ("host", "ip", "asn", "nameserver", "registrar", "registered", "analytics_id",
                                      "adsense_id", "cms", "theme")]
)  # fmt: skip
TRUTH = pa.schema(
    [
        ("source_url", pa.string()), ("target_url", pa.string()), ("toxic", pa.int8()), ("scheme_or_kind", pa.string()),
        ("campaign", pa.string()),
    ]
)  # fmt: skip

_EPOCH = date(1970, 1, 1)


def make_world(seed: int, sites: int = FULL_SIZE) -> World:
    """A whole world: people and their links, look-alikes, schemes. The same for the same numbers."""
    if sites < LEAST_SITES:
        raise InputError(
            f"A world of {sites} sites is too small to hold every scheme: ask for {LEAST_SITES} or more."
        )
    world = World(seed, sites)
    settle(world)
    mingle(world)
    look_alike(world)
    scheme(world)
    return world


def write_world(folder: Path, seed: int, *, sites: int = FULL_SIZE, form: str = "csv") -> World:
    """Make a world and write ``links``, ``pages``, ``hosts``, ``trusted.txt`` and ``truth.csv`` into a folder."""
    world = make_world(seed, sites)
    write_tables(world, folder, form=form)
    return world


def write_tables(world: World, folder: Path, *, form: str = "csv") -> None:
    """The tables of a world; the folder is made when it is not there, files of the same names are replaced."""
    if form not in ("csv", "parquet"):
        raise InputError(f"Worlds are written as csv or parquet, not as {form!r}.")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file: name a folder for the tables of the world.")
    folder.mkdir(parents=True, exist_ok=True)
    links, truth = link_tables(world)
    draw = Draw(world.seed, 2)
    for name, table in (
        ("links", links),
        ("pages", pages_table(world, draw)),
        ("hosts", hosts_table(world, draw)),
    ):
        if form == "csv":
            pacsv.write_csv(table, folder / f"{name}.csv")
        else:
            pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
    pacsv.write_csv(truth, folder / "truth.csv")
    (folder / "trusted.txt").write_text("".join(f"{site.host}\n" for site in world.trusted), "utf-8")


def link_tables(world: World) -> tuple[pa.Table, pa.Table]:
    """The links of a world and the truth about them, row by row."""
    draw = Draw(world.seed, 1)
    blank = [draw.between(0.0, 0.12) for _ in range(3)]
    columns: dict[str, list[Any]] = {name: [] for name in LINKS.names}
    truth: dict[str, list[Any]] = {name: [] for name in TRUTH.names}
    for page in world.pages:
        if not page.links:
            continue
        place_known, hidden_known, words_known = (not draw.chance(share) for share in blank)
        placed = {id(slot.link): at for at, slot in enumerate(slots(page)) if slot.link is not None}
        external = len(page.links) + page.extra
        for link in sorted(page.links, key=lambda link: placed.get(id(link), -1)):
            at = placed.get(id(link))
            row = (
                page.url, link.url, link.kind, link.anchor, link.rel,
                link.placement if place_known and at is not None else None,
                link.hidden if hidden_known and at is not None else None,
                iso(link.first), iso(link.last),
                link.before if words_known and at is not None else None,
                link.after if words_known and at is not None else None,
                at, page.title or None, page.lang, page.words, external, page.internal, page.ads,
            )  # fmt: skip
            for name, value in zip(LINKS.names, row, strict=True):
                columns[name].append(value)
            said = (page.url, link.url, int(link.label.toxic), link.label.what, link.label.campaign)
            for name, fact in zip(TRUTH.names, said, strict=True):
                truth[name].append(fact)
    return pa.table(columns, schema=LINKS), pa.table(truth, schema=TRUTH)


def pages_table(world: World, draw: Draw) -> pa.Table:
    """The pages somebody looked at."""
    seen: list[Page] = [page for page in world.pages if draw.chance(world.dials.pages)]
    rows: list[dict[str, object]] = [
        {
            "url": page.url,
            "host": page.url.split("/")[2],
            "title": page.title or None,
            "text": page.text or None,
            "lang": page.lang,
            "words": page.words,
            "first_seen": iso(page.born),
            "internal_links": page.internal,
            "ads": page.ads,
            "status": page.status,
        }
        for page in seen
    ]
    return pa.Table.from_pylist(rows, schema=PAGES)


def hosts_table(world: World, draw: Draw) -> pa.Table:
    """The hosts somebody looked up, with some of the facts about each."""
    rows: list[dict[str, str | None]] = []
    for site in world.sites:
        if not draw.chance(world.dials.hosts):
            continue
        facts = site.facts
        known = {
            name: value if value and draw.chance(world.dials.facts) else None
            for name, value in (
                ("ip", facts.ip),
                ("asn", facts.asn if facts.ip else ""),
                ("nameserver", facts.nameserver),
                ("registrar", facts.registrar),
                ("registered", iso(facts.registered) if facts.registrar else ""),
                ("analytics_id", facts.analytics_id),
                ("adsense_id", facts.adsense_id),
                ("cms", facts.cms),
                ("theme", facts.theme),
            )
        }
        if any(known.values()):
            rows.append({"host": site.host, **known})
    return pa.Table.from_pylist(rows, schema=HOSTS)


def iso(day: int) -> str:
    """A day number as ``YYYY-MM-DD``."""
    return (_EPOCH + timedelta(days=day)).isoformat()

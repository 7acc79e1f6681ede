"""What can only help a link never raises its toxicity: nofollow, being seen, a trusted site beside it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backlit.index import Index
from backlit.settings import default
from backlit.verdicts.judge import Judge
from backlit.web.ids import pair_id
from backlit.web.url import canonical, host_of
from backlit.work.add import add

TABLES = ("links.csv", "pages.csv", "hosts.csv", "trusted.txt")
Row = dict[str, str]
#: Scores are shown to one decimal.
ROUNDING = 0.05


def site(url: str) -> str:
    return ".".join((host_of(url) or "").split(".")[-2:])


def read(tables: Path) -> list[Row]:
    with open(tables / "links.csv", encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def scores(folder: Path, tables: Path, rows: list[Row]) -> dict[int, float]:
    """The highest toxicity of each pair of pages, of an index built anew from these rows."""
    folder.mkdir()
    for name in TABLES[1:]:
        (folder / name).write_bytes((tables / name).read_bytes())
    with open(folder / "links.csv", "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    add(folder / "index", [folder / name for name in TABLES], workers=1)
    with Index.open(folder / "index").reader() as reader:
        judge = Judge.of(reader, default())
        sql, parameters = reader.links_sql(with_authority=False)
        found = reader.query(f"SELECT link_id, pair_id FROM ({sql})", parameters)
    at = judge.rows(found["link_id"].to_numpy())
    best: dict[int, float] = {}
    for pair, row in zip(found["pair_id"].to_pylist(), at.tolist(), strict=True):
        if row >= 0:
            best[pair] = max(best.get(pair, 0.0), float(judge.toxicity.score[row]))
    return best


def pair_of(row: Row) -> int:
    return pair_id(canonical(row["source_url"]), canonical(row["target_url"]))


def chosen(rows: list[Row], before: dict[int, float], wanted: Callable[[Row], bool]) -> list[int]:
    """Ten links from the least to the most toxic that share no site with one another."""
    order = [i for i, row in enumerate(rows) if wanted(row) and pair_of(row) in before]
    order.sort(key=lambda i: (-before[pair_of(rows[i])], rows[i]["source_url"], rows[i]["target_url"]))
    sites: set[str] = set()
    apart = []
    for i in order:
        ends = {site(rows[i]["source_url"]), site(rows[i]["target_url"])}
        if not ends & sites:
            sites |= ends
            apart.append(i)
    # Half are the worst, half are spread over the rest.
    rest = apart[5:]
    return apart[:5] + [rest[int(at)] for at in np.linspace(0, len(rest) - 1, min(5, len(rest)))]


def trusted(tables: Path, rows: list[Row]) -> Row:
    """An honest link of a trusted site, to be copied."""
    hosts = set((tables / "trusted.txt").read_text("utf-8").split())
    return next(row for row in rows if host_of(row["source_url"]) in hosts and not row["rel"])


@pytest.fixture(scope="module")
def before(world: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, float]:
    """The scores of the world as it is."""
    tables = world.parent / "tables"
    return scores(tmp_path_factory.mktemp("unchanged") / "world", tables, read(tables))


@pytest.mark.parametrize("change", ["nofollow", "seen", "trusted"])
def test_what_helps_a_link_never_raises_its_toxicity(
    world: Path, before: dict[int, float], tmp_path: Path, change: str
) -> None:
    tables = world.parent / "tables"
    rows = read(tables)
    picked = chosen(
        rows,
        before,
        (lambda row: row["hidden"] == "true") if change == "seen" else (lambda row: row["rel"] == ""),
    )
    assert picked
    after = [dict(row) for row in rows]
    for i in picked:
        match change:
            case "nofollow":
                after[i]["rel"] = "nofollow"
            case "seen":
                after[i]["hidden"] = "false"
            case _:
                honest = trusted(tables, rows)
                anchor = site(rows[i]["target_url"])
                after.append(honest | {"target_url": rows[i]["target_url"], "anchor": anchor})
    found = scores(tmp_path / "after", tables, after)
    raised = {
        rows[i]["source_url"] + " → " + rows[i]["target_url"]: (before[pair], found[pair])
        for i in picked
        if found[pair := pair_of(rows[i])] > before[pair] + ROUNDING
    }
    assert raised == {}

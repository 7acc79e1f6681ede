"""A world whose truth is known, read the way a user's data is read, with every signal measured."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow.csv as csv

from backlit.index import Index
from backlit.settings import Settings, default
from backlit.signals.ground import Ground
from backlit.signals.load import load
from backlit.signals.signal import Measure
from backlit.signals.table import measure_all
from backlit.web.url import canonical
from backlit.work.add import add
from backlit.worlds.truth import PLAIN

TABLES = ("links", "pages", "hosts", "trusted")


#: What each kind of poorer input has no columns for.
LACKS = {
    "hosts": (),
    "texts": ("text", "title", "source_title", "text_before", "text_after"),
    "dates": ("first_seen", "last_seen", "registered"),
}


class Truth(NamedTuple):
    """Of each link of the ground: whether it belongs to a scheme, its kind ("" is ordinary), and its campaign."""

    toxic: npt.NDArray[np.bool_]
    kind: npt.NDArray[np.str_]
    campaign: npt.NDArray[np.str_]


class Judged(NamedTuple):
    """A world: what it is measured on, what was measured, and what is true."""

    ground: Ground
    measures: dict[str, Measure]
    truth: Truth


def read_world(
    folder: Path, index: Path, *, without: tuple[str, ...] = (), settings: Settings | None = None
) -> Judged:
    """Add the tables of a world to a new index, measure, and look up the truth of each link.

    ``without`` leaves out what imports from other tools lack: ``hosts``, ``texts`` or ``dates``.
    """
    rules = settings or default()
    files = [f for name in TABLES for f in sorted(folder.glob(f"{name}.*"))]
    with tempfile.TemporaryDirectory() as poorer:
        add(index, _without(files, without, Path(poorer)), settings=rules)
    with Index.open(index).reader() as reader:
        ground = load(reader, rules)
        sql, parameters = reader.links_sql(with_authority=False)
        named = reader.query(f"SELECT link_id, source_url, target_url FROM ({sql})", parameters)
    return Judged(ground, measure_all(ground, rules), truth_of(folder / "truth.csv", ground, named))


def _without(files: list[Path], without: tuple[str, ...], poorer: Path) -> list[Path]:
    """The files, or copies of them that lack columns."""
    left_out = {column for name in without for column in LACKS[name]}
    kept = []
    for file in files:
        if file.stem in without:
            continue
        if file.suffix != ".csv" or not without:
            kept.append(file)
            continue
        table = csv.read_csv(file, convert_options=csv.ConvertOptions(strings_can_be_null=False))
        table = table.select([name for name in table.column_names if name not in left_out])
        csv.write_csv(table, poorer / file.name)
        kept.append(poorer / file.name)
    return kept


def truth_of(path: Path, ground: Ground, named: Any) -> Truth:
    """The rows of a truth file for the links of a ground, by their addresses."""
    rows = csv.read_csv(
        path, convert_options=csv.ConvertOptions(column_types={"campaign": "string"})
    ).to_pylist()
    said: dict[tuple[str, str], tuple[bool, str, str]] = {}
    for row in rows:
        key = (canonical(row["source_url"]), canonical(row["target_url"]))
        kind = row["scheme_or_kind"] or ""
        value = (bool(row["toxic"]), "" if kind in PLAIN else kind, row["campaign"] or "")
        if key not in said or value[0]:
            said[key] = value
    of_id = {
        link: said.get((source, target), (False, "", ""))
        for link, source, target in zip(*(named[c].to_pylist() for c in named.column_names), strict=True)
    }
    found = [of_id[link] for link in ground.links.link_id.tolist()]
    return Truth(
        np.array([toxic for toxic, _, _ in found], np.bool_),
        np.array([kind for _, kind, _ in found], np.str_),
        np.array([campaign for _, _, campaign in found], np.str_),
    )


class Cases(NamedTuple):
    """One row a pair of sites: its highest score, and the truth of its worst link."""

    score: npt.NDArray[np.float64]
    toxic: npt.NDArray[np.bool_]
    kind: npt.NDArray[np.str_]
    campaign: npt.NDArray[np.str_]


def cases(
    pair: npt.NDArray[np.int32], begin: npt.NDArray[np.int64], truth: Truth, score: npt.NDArray[np.float64]
) -> Cases:
    """Links put together by pair of sites, given the pair of each and where each pair's links begin."""
    toxic = np.logical_or.reduceat(truth.toxic, begin)
    # The row whose kind a pair is known by: its first toxic link, else the first that is of any kind.
    order = np.lexsort([np.arange(len(score)), truth.kind == "", ~truth.toxic, pair])
    first = order[np.flatnonzero(np.diff(pair[order], prepend=-1))]
    return Cases(np.maximum.reduceat(score, begin), toxic, truth.kind[first], truth.campaign[first])

"""Reading lists of labelled hosts, and what the names of hosts say."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from backlit import settings
from backlit.signals.hostnames import name_traits
from backlit.signals.table import signals
from backlit.verdicts.toxicity import KNOTS
from backlit.web.domain import split_host
from label_measures import Doubles

Row = dict[str, str]

NAMES = ("hyphens_in_name", "digits_in_name", "long_name", "unspeakable_name", "trade_in_name")


def rows(path: Path, delimiter: str = "\t") -> list[Row]:
    """The rows of a compressed table."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def lines(path: Path) -> list[str]:
    """The lines of a compressed list that are no comments, without ``domain:``."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        said = (line.strip().removeprefix("domain:").strip().lower() for line in file)
        return [line for line in said if line and not line.startswith("#")]


def domains_of(hosts: Iterable[str]) -> list[str]:
    return [split_host(host)[0] for host in hosts]


class Names(NamedTuple):
    """What the names of some hosts say, a row a host: its site's traits, and what our weights make of them."""

    traits: Doubles
    ours: Doubles


def names_of(hosts: Sequence[str]) -> Names:
    """Traits of the sites that hosts belong to, in the order of ``NAMES``; NaN for addresses and other scripts."""
    traits = np.column_stack(name_traits(pa.array([split_host(host)[1] for host in hosts]))).astype(
        np.float64
    )
    rules = settings.default().judging
    total = np.zeros(len(hosts))
    for column, name in zip(traits.T, NAMES, strict=True):
        if name in rules.signals:
            strength = np.nan_to_num(signals()[name].strength(column), nan=0.0)
            total += np.interp(strength, KNOTS, [0, *rules.signals[name]])
    return Names(traits, np.minimum(total, rules.caps["reputation"]))


def family(site: str) -> str:
    """What names made after one pattern share: the first two parts of a label of three or more; else the site."""
    parts = site.partition(".")[0].split("-")
    return "-".join(parts[:2]) if len(parts) > 2 else site

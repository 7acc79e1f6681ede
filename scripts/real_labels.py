"""What our measures are worth on real labels: tables of AUC, average precision and recall, with intervals by domain.

    python scripts/real_labels.py [--data FOLDER] [--only uk2006,uk2007,news,politifact,slices,flagged,disavow]

FOLDER is the folder of real data, which may not be passed on. Nothing of backlit is fitted here. Scores of *our
weights* are those of the shipped settings, which were fitted on generated worlds alone; models called *additive* and
*trees* are fitted on the labels of a set and asked about domains they have not seen. They say what the columns hold,
not what the product does. The direction of a single column is the one that signals take it in, so that an AUC below
0.5 means: on this set the trait speaks the other way round. Needs scikit-learn (``scripts/setup_venv.sh bench``).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from backlit.authority.seeds import suffixed
from backlit.web.domain import is_ip, split_host
from label_graphs import flagged, politifact, slices
from label_measures import Doubles, Flags, Measured, additive, bootstrap, measured, out_of_fold, show, trees
from label_names import NAMES, Row, domains_of, family, lines, names_of, rows

ROOT = Path(__file__).resolve().parent.parent

#: What ranks low in reliability, and what ranks high.
UNRELIABLE, RELIABLE = ("1", "2"), ("5", "6")

Columns = dict[str, tuple[int, npt.NDArray[Any]]]


def singles(groups: Sequence[str], columns: Columns, bad: Flags) -> list[Measured]:
    """Each column alone, turned as its sign says."""
    return [measured(f"`{name}` {'+' if sign > 0 else '−'}", groups, sign * np.asarray(values, np.float64), bad)
            for name, (sign, values) in columns.items()]  # fmt: skip


def models(groups: Sequence[str], name: str, columns: Doubles, bad: Flags) -> list[Measured]:
    """Both models on some columns, each case judged by one that has not seen its domain."""
    kinds: tuple[tuple[str, Callable[[], Any]], ...] = (("additive", additive), ("trees", trees))
    return [
        measured(f"{name}: {kind}", groups, out_of_fold(make, columns, bad, groups), bad)
        for kind, make in kinds
    ]


def logs(found: Sequence[Row], names: Sequence[str]) -> dict[str, Doubles]:
    """Columns of counts as ln(1 + value)."""
    return {name: np.log1p(np.array([float(row[name]) for row in found])) for name in names}


def uk2006(data: Path) -> None:
    """Hosts of the UK web of 2006 with degrees and rank, judged by people, and by rule."""
    every = [r for r in rows(data / "spam" / "webspam-uk2006-labels.tsv.gz") if r["label"] != "undecided"]
    # "odp" and "domain" are no judgements: what stood in a directory, or below ac.uk and the like, was called normal.
    judged = [r for r in every if any(j.startswith("j") for j in r["judgments"].split(","))]
    for title, found in (("WEBSPAM-UK2006, all labels", every), ("WEBSPAM-UK2006, judged by people", judged)):
        hosts = [r["host"] for r in found]
        groups, bad = domains_of(hosts), np.array([r["label"] == "spam" for r in found])
        links = logs(found, ("in_hosts", "out_hosts"))
        rank = np.log(np.array([float(r["pagerank_reported"]) for r in found]))
        ratio = links["out_hosts"] - links["in_hosts"]
        degrees = np.column_stack([*links.values(), rank, ratio, rank - links["in_hosts"]])
        names = names_of(hosts)
        institution = suffixed(pa.array(hosts)).astype(np.float64)
        columns: Columns = {
            "in_hosts": (-1, links["in_hosts"]),
            "out_hosts": (1, links["out_hosts"]),
            "out_hosts / in_hosts": (1, ratio),
            "PageRank": (-1, rank),
            **{name: (1, column) for name, column in zip(NAMES, names.traits.T, strict=True)},
            "institution's suffix": (-1, institution),
        }
        show(
            title,
            [
                *singles(groups, columns, bad),
                measured("names, our weights", groups, names.ours, bad),
                *models(groups, "degrees and PageRank", degrees, bad),
                *models(groups, "names", names.traits, bad),
                *models(groups, "names and suffix", np.column_stack([names.traits, institution]), bad),
                *models(groups, "degrees, PageRank and names", np.column_stack([degrees, names.traits]), bad),
            ],
            "spam", "normal", groups,
        )  # fmt: skip


def uk2007(data: Path) -> None:
    """Hosts of the UK web of 2007: only names are known of them; also judged by a model of 2006's names."""
    found = [
        r for r in rows(data / "spam" / "webspam-uk2007-set1-labels.tsv.gz") if r["label"] != "undecided"
    ]
    hosts = [r["host"] for r in found]
    groups, bad = domains_of(hosts), np.array([r["label"] == "spam" for r in found])
    names = names_of(hosts)
    columns: Columns = {name: (1, column) for name, column in zip(NAMES, names.traits.T, strict=True)}
    title = "WEBSPAM-UK2007, set 1"
    show(
        title,
        [
            *singles(groups, columns, bad),
            measured("names, our weights", groups, names.ours, bad),
            *models(groups, "names", names.traits, bad),
        ],
        "spam", "nonspam", groups,
    )  # fmt: skip
    model, known = names_of_2006(data)
    new = np.array([g not in known for g in groups])
    left = [g for g, kept in zip(groups, new.tolist(), strict=True) if kept]
    score = model.predict_proba(names.traits[new])[:, 1]
    transfer = [
        measured("names: additive, fitted on 2006", left, score, bad[new]),
        measured("names, our weights", left, names.ours[new], bad[new]),
    ]
    show(f"{title}, without the domains of 2006", transfer, "spam", "nonspam", left)


def names_of_2006(data: Path) -> tuple[Any, set[str]]:
    """The additive model of names on all labels of 2006, and the domains it has seen."""
    found = [r for r in rows(data / "spam" / "webspam-uk2006-labels.tsv.gz") if r["label"] != "undecided"]
    hosts = [r["host"] for r in found]
    bad = np.array([r["label"] == "spam" for r in found])
    return additive().fit(names_of(hosts).traits, bad), set(domains_of(hosts))


#: Shares of link counts: what is counted, of what, and the direction in which it is thought to be bad (0: none known).
SHARES = (
    ("follow share", "dofollow", "backlinks", 1),
    ("ugc share", "ugc", "backlinks", 1),
    ("sponsored share", "sponsored", "backlinks", 1),
    ("image share", "image", "backlinks", 1),
    ("redirect share", "redirect", "backlinks", 1),
    ("domains a link", "refdomains", "backlinks", -1),
    ("/24 networks a domain", "refclass_c", "refdomains", -1),
    ("addresses a domain", "refips", "refdomains", -1),
    ("gov and edu share", "gov+edu", "backlinks", -1),
    ("domains linked to, for each that links", "linked_root_domains", "refdomains", 1),
    ("referring domains", "refdomains", "", -1),
)


def shares(found: Sequence[Row]) -> Columns:
    """The columns of ``SHARES``; unknown where there is nothing to be a share of."""

    def value(row: Row, names: str) -> float:
        return sum(float(row[name]) for name in names.split("+"))

    columns: Columns = {}
    for title, part, whole, sign in SHARES:
        top = np.array([value(row, part) for row in found])
        under = np.array([value(row, whole) for row in found]) if whole else np.ones(len(found))
        columns[title] = sign, np.divide(top, under, out=np.full(len(found), np.nan), where=under > 0)
    return columns


def news(data: Path) -> None:
    """Counts of a commercial index: news that people call unreliable and reliable, and ordinary domains."""
    labelled = rows(data / "spam" / "newsseo-attributes-labelled.csv.gz", ",")
    discovered = rows(data / "spam" / "newsseo-discovered-attributes.csv.gz", ",")
    ordinary = rows(data / "spam" / "newsseo-commoncrawl-sample-attributes.csv.gz", ",")
    low = [r for r in labelled if r["label"] in UNRELIABLE]
    high = [r for r in labelled if r["label"] in RELIABLE]
    alike = [r for r in low if r["source"] == "MBFC"], [r for r in high if r["source"] == "MBFC"]
    found_news = [r for r in discovered if r["is_news"] == "1"]
    for title, bad, good, words in (
        ("News, low against high reliability", low, high, ("low", "high")),
        ("The same, labels of one source only", *alike, ("low", "high")),
        (
            "News found by a classifier against Common Crawl sample",
            found_news,
            ordinary,
            ("news", "ordinary"),
        ),
        ("Labelled news against Common Crawl sample", labelled, ordinary, ("news", "ordinary")),
    ):
        seen = {r["url"] for r in bad}
        both = [*bad, *(r for r in good if r["url"] not in seen)]
        is_bad = np.arange(len(both)) < len(bad)
        groups = domains_of(r["url"] for r in both)
        columns = shares(both)
        matrix = np.column_stack([values for _, values in columns.values()])
        size = np.log1p(matrix[:, -1:])
        sized = np.column_stack([matrix[:, :-1], size])
        lines_ = [
            *singles(groups, columns, is_bad),
            *models(groups, "shares", matrix[:, :-1], is_bad),
            *models(groups, "shares and referring domains", sized, is_bad),
        ]
        show(title, lines_, *words, groups)


def share_of(flags: Flags, at: npt.NDArray[np.int64]) -> tuple[float]:
    """The share of some rows that are flagged."""
    return (float(flags[at].mean()),)


def disavow(data: Path) -> None:
    """How many names of disavowed and referrer-spam hosts look worse than 99 of 100 honest ones."""
    honest = [*lines(data / "authority" / "smallweb-domains.txt.gz"),
              *(r["Domain"] for r in rows(data / "authority" / "majestic-top15k.csv.gz", ","))]  # fmt: skip
    sites = sorted({split_host(h)[1] for h in honest if not is_ip(h)})
    model, _ = names_of_2006(data)

    def scores(hosts: Sequence[str]) -> dict[str, Doubles]:
        names = names_of(hosts)
        each = {f"`{name}`": column for name, column in zip(NAMES, names.traits.T, strict=True)}
        learned = {"names: additive, fitted on 2006": model.predict_proba(names.traits)[:, 1]}
        every = {**each, "names, our weights": names.ours, **learned}
        return {n: np.where(np.isnan(v), -np.inf, v) for n, v in every.items()}

    usual = scores(sites)
    lists = {}
    for title, name in (("disavowed", "disavow-turkish-tech"), ("referrer spam", "matomo-referrer-spam")):
        listed = {split_host(h)[1] for h in lines(data / "spam" / f"{name}.txt.gz") if not is_ip(h)}
        lists[title] = sorted(listed - set(sites))
    # Names of one campaign are made after one pattern: counted once, they cannot carry a figure alone.
    lists["disavowed, one a pattern"] = sorted({family(h): h for h in reversed(lists["disavowed"])}.values())
    print(
        f"\n**Names above the 99th percentile of {len(sites):,} sites of the small web and of Majestic's first**\n"
    )
    heads = " | ".join(f"{title} above ({len(hosts):,})" for title, hosts in lists.items())
    print(f"| measure | 99th percentile | honest above | {heads} |")
    print("| --- " * (3 + len(lists)) + "|")
    found = {title: scores(hosts) for title, hosts in lists.items()}
    for name, values in usual.items():
        cut = float(np.quantile(values, 0.99, method="higher"))
        cells = []
        for title, hosts in lists.items():
            above = found[title][name] > cut
            share = partial(share_of, above)
            low, high = bootstrap([family(h) for h in hosts], share)
            cells.append(f"{above.mean():.1%} ({low[0]:.1%}–{high[0]:.1%})")
        print(f"| {name} | {cut:.2f} | {(values > cut).mean():.1%} | " + " | ".join(cells) + " |", flush=True)


PARTS: dict[str, Callable[[Path], None]] = {
    "uk2006": uk2006,
    "uk2007": uk2007,
    "news": news,
    "politifact": politifact,
    "slices": slices,
    "flagged": flagged,
    "disavow": disavow,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path(os.environ.get("BACKLIT_SHARED_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=default, help="the folder of real data")
    parser.add_argument("--only", default=",".join(PARTS), help="some of the parts")
    chosen = parser.parse_args()
    if not chosen.data.is_dir():
        sys.exit(f"There is no folder {chosen.data}. Name the folder of real data with --data.")
    if unknown := set(chosen.only.split(",")) - set(PARTS):
        sys.exit(f"There is no part {sorted(unknown)[0]!r}. The parts are: {', '.join(PARTS)}.")
    for name in chosen.only.split(","):
        PARTS[name](chosen.data)


if __name__ == "__main__":
    main()

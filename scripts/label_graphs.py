"""Real graphs of domains, judged by the product: sources of link schemes among the other linkers of their targets.

Each graph becomes an index of links between front pages, by ``backlit add``: of a link nothing is known but its two
ends. Parts of ``scripts/real_labels.py``, which has the others and prints them all.
"""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from backlit import settings
from backlit.index import Index
from backlit.signals.table import strengths
from backlit.verdicts.judge import Judge
from backlit.web.domain import split_host
from backlit.work.add import add
from label_measures import Doubles, Flags, Longs, Measured, measured, measured_within, numbered, show
from label_names import domains_of, names_of, rows

Pairs = set[tuple[str, str]]

#: Sources that link to so many of the sites of the link schemes are taken for their own.
LEAST_TARGETS = 3
#: Divisions of the targets into those that are judged on and those that say who is a scheme's source.
SPLITS = 4
#: What an export holds: all links to so many domains, drawn among those with so many linkers.
EXPORTED, LEAST_LINKERS = 40, 20


class Judged(NamedTuple):
    """What the product makes of an index: one row a pair of sites."""

    source: list[str]
    target: list[str]
    toxicity: Doubles
    #: Log-odds of each family, within its cap, before neighbours.
    families: dict[str, Doubles]


def judge(pairs: Pairs) -> Judged:
    """The verdicts on an index of these pairs of hosts."""
    rules = settings.default()
    with tempfile.TemporaryDirectory() as folder:
        links = Path(folder) / "links.csv"
        with links.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["source_url", "target_url"])
            writer.writerows((f"http://{a}/", f"http://{b}/") for a, b in sorted(pairs))
        add(Path(folder) / "index", [links], snapshot="2024-01-01", workers=1)
        with Index.open(Path(folder) / "index").reader() as reader:
            made = Judge.of(reader, rules)
    ground, begin, model = made.ground, made.ground.pairs.begin, made.model
    name = ground.sites.name.to_pylist()
    sums = model.by_family(model.log_odds(strengths(ground, made.measures, slice(None))))
    capped = np.clip(sums, -model.caps, model.caps)[begin]
    return Judged(
        [name[i] for i in ground.pairs.source.tolist()],
        [name[i] for i in ground.pairs.target.tolist()],
        np.maximum.reduceat(made.toxicity.score, begin),
        {family: capped[:, i] for i, family in enumerate(model.families)},
    )


class Sources(NamedTuple):
    """One row a source that links to some of the targets: means over its links to them."""

    names: list[str]
    #: Number of the source and of the target of each of these links, and its toxicity.
    source: Longs
    target: Longs
    of_link: Doubles
    links: Doubles
    toxicity: Doubles
    families: dict[str, Doubles]


def by_source(judged: Judged, targets: set[str]) -> Sources:
    """The sources of the pairs that lead to ``targets``, in the order of names."""
    kept = np.array([t in targets for t in judged.target], np.bool_)
    named = [judged.source[i] for i in np.flatnonzero(kept).tolist()]
    of = numbered(named)
    count = np.bincount(of).astype(np.float64)

    def mean(values: Doubles) -> Doubles:
        return np.bincount(of, weights=values[kept]) / count

    return Sources(
        sorted(set(named)),
        of,
        numbered([judged.target[i] for i in np.flatnonzero(kept).tolist()]),
        judged.toxicity[kept],
        count,
        mean(judged.toxicity),
        {family: mean(values) for family, values in judged.families.items()},
    )


COUNTED = "number of these targets linked to"


def scores_of(found: Sources) -> dict[str, Doubles]:
    """The scores that sources are ranked by: ours, our families, and what anybody could count."""
    return {
        "toxicity, mean over the links": found.toxicity,
        **{f"family {family}": values for family, values in found.families.items()},
        "names, our weights": names_of(found.names).ours,
        COUNTED: found.links,
    }


def ranked(found: Sources, bad: Flags) -> list[Measured]:
    """The figures of all scores that are not the same for every source."""
    groups = domains_of(found.names)
    of_link = [groups[i] for i in found.source.tolist()]
    return [
        *(measured(n, groups, v, bad) for n, v in scores_of(found).items() if np.ptp(v) > 0),
        measured_within(
            "toxicity among the links to one target", of_link, found.target, found.of_link, bad[found.source]
        ),
    ]


def reached(toxicity: Doubles, bad: Flags) -> str:
    """How many sources come to the product's own edges."""
    rules = settings.default().judging
    said = [
        f"{edge:g} and more: {(toxicity[bad] >= edge).mean():.1%} of these sources, "
        f"{(toxicity[~bad] >= edge).mean():.1%} of the others"
        for edge in (rules.review, rules.toxic)
    ]
    return f"Mean toxicity of {'; of '.join(said)}.\n"


def politifact_graph(data: Path) -> tuple[Pairs, Pairs]:
    """Backlinks of fake-news sites, and the links of news sites; without the rows whose source is not known."""

    def pairs(name: str) -> Pairs:
        ends = ((r["domain_from"], r["domain_to"]) for r in rows(data / "graphs" / name, ","))
        return {(a, b) for a, b in ends if "NA" not in (a, b)}

    return pairs("newsseo-politifact-link-schemes.csv.gz"), pairs("newsseo-politifact-outlinks.csv.gz")


def politifact(data: Path) -> None:
    """Those who link to several of 41 fake-news sites against those who link to one or two."""
    schemes, outlinks = politifact_graph(data)
    targets = sorted({split_host(b)[1] for _, b in schemes})
    linked: dict[str, set[str]] = {}
    for a, b in schemes:
        linked.setdefault(split_host(a)[1], set()).add(split_host(b)[1])
    found = by_source(judge(schemes | outlinks), set(targets))
    bad = np.array([len(linked.get(s, ())) >= LEAST_TARGETS for s in found.names])
    words, groups = ("of schemes", "others"), domains_of(found.names)
    show("Link schemes, labelled by the same links", ranked(found, bad), *words, groups)
    print(reached(found.toxicity, bad))
    # The label is made of the very links that are judged. So: judge on half of the targets, label by the other half.
    pool: dict[str, list[Doubles]] = {}
    groups, flags = [], []
    for split in range(SPLITS):
        chosen = np.random.default_rng(split).permutation(len(targets))
        shown = {targets[i] for i in chosen[: len(targets) // 2].tolist()}
        part = by_source(judge({(a, b) for a, b in schemes if split_host(b)[1] in shown} | outlinks), shown)
        flags.append(np.array([len(linked.get(s, set()) - shown) >= LEAST_TARGETS for s in part.names]))
        groups += domains_of(part.names)
        for name, score in scores_of(part).items():
            pool.setdefault(name, []).append(placed(score))
    bad = np.concatenate(flags)
    scores = {name: np.concatenate(parts) for name, parts in pool.items()}
    lines = [measured(name, groups, score, bad) for name, score in scores.items() if np.ptp(score) > 0]
    show(
        f"Link schemes, labelled by the other half of the targets, {SPLITS} divisions", lines, *words, groups
    )


def placed(score: Doubles) -> Doubles:
    """Each score's place among all, 0 to 1, equal scores in the middle: divisions can then be put together."""
    _, which, counts = np.unique(score, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts + 1) / 2)[which] / max(len(score) - 1, 1))


def slices_graph(data: Path) -> Pairs:
    """The cut of Common Crawl's graph of domains."""
    return {(r["source"], r["target"]) for r in rows(data / "graphs" / "cc-domain-slices-edges.tsv.gz")}


def slices(data: Path) -> None:
    """Domains that link to ten casinos or more and to misinformation, against the other linkers of their targets."""
    pairs = slices_graph(data)
    kinds = rows(data / "graphs" / "cc-domain-slices-nodes.tsv.gz")
    spam = {r["domain"] for r in kinds if "link_spam:link spam" in r["slice_and_node_type"]}
    targets = {split_host(b)[1] for a, b in pairs if a in spam}
    found = by_source(judge(pairs), targets)
    bad = np.array([s in spam for s in found.names])
    words = ("link spam", "other linkers")
    show("Slices of Common Crawl", ranked(found, bad), *words, domains_of(found.names))
    print(reached(found.toxicity, bad))


def flagged(data: Path) -> None:
    """How many pairs of each graph come to the product's edges, and how often each family speaks against one.

    Nobody had a reason to buy links in 1996, so what is flagged there is flagged wrongly: on the whole web as it was
    read, and on the links to some of its domains alone, which is all that an export of backlinks holds.
    """
    hosts = rows(data / "graphs" / "ukwa-1996-host-links.tsv.gz")
    ends = ((split_host(r["source_host"])[0], split_host(r["target_host"])[0]) for r in hosts)
    schemes, outlinks = politifact_graph(data)
    honest = {(a, b) for a, b in ends if a != b and "." in a and "." in b}
    linkers = Counter(b for _, b in honest)
    known = sorted(target for target, count in linkers.items() if count >= LEAST_LINKERS)
    drawn = {known[i] for i in np.random.default_rng(0).permutation(len(known))[:EXPORTED].tolist()}
    graphs: dict[str, Pairs] = {
        "UK web of 1996": honest,
        f"its links to {EXPORTED} domains alone": {(a, b) for a, b in honest if b in drawn},
        "backlinks of fake-news sites": schemes,
        "out-links of news sites": outlinks,
        "slices of Common Crawl": slices_graph(data),
    }
    rules = settings.default().judging
    spoken = ("network", "target", "reputation", "together")
    print("\n**Pairs that come to the edges**, and pairs that each family speaks against:\n")
    print(f"| graph | pairs | {rules.review:g} and more | {rules.toxic:g} and more | {' | '.join(spoken)} |")
    print("| --- " * (4 + len(spoken)) + "|")
    for title, pairs in graphs.items():
        found = judge(pairs)
        shares = [found.toxicity >= rules.review, found.toxicity >= rules.toxic]
        shares += [found.families[family] >= rules.witness for family in spoken]
        print(
            f"| {title} | {len(found.source):,} | " + " | ".join(f"{s.mean():.2%}" for s in shares) + " |",
            flush=True,
        )

"""The traits of the baseline on tables small enough to reckon by hand, and the measures that judge it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from backlit.errors import InputError, SourceError
from backlit.worlds.markers import WEIGHTS, Pairs, markers, read_pairs
from backlit.worlds.scoring import auc, average_precision, cut_at, recall
from backlit.worlds.tables import write_world
from backlit.worlds.truth import read_truth


def write(folder: Path, links: str, pages: str = "", hosts: str = "", truth: str = "") -> Path:
    heads = {
        "links": "source_url,target_url,anchor,hidden,first_seen",
        "pages": "url,title,text",
        "hosts": "host,ip,nameserver,analytics_id,adsense_id,theme",
        "truth": "source_url,target_url,toxic,scheme_or_kind,campaign",
    }
    for name, body in (("links", links), ("pages", pages), ("hosts", hosts), ("truth", truth)):
        (folder / f"{name}.csv").write_text(f"{heads[name]}\n{body}")
    return folder


def test_traits_of_a_few_links(tmp_path: Path) -> None:
    links = "".join(
        f"https://s{n}.test/,https://shop.test/,cheap slots,{'true' if n == 0 else 'false'},2024-01-0{n + 1}\n"
        for n in range(3)
    )
    links += "https://shop.test/x,https://s0.test/,Home,false,2024-05-01\n"
    pages = "https://s0.test/,A,one two\nhttps://s0.test/other,B,three four\nhttps://shop.test/,Shop,slots roulette\n"
    hosts = "".join(f"s{n}.test,10.1.1.{n},,G-1,,\n" for n in range(3)) + "".join(
        f"far{n}.test,10.2.{n}.1,,,,\n" for n in range(60)
    )
    pairs = read_pairs(write(tmp_path, links, pages, hosts))
    assert list(zip(pairs.sources, pairs.targets, strict=True)) == [
        ("s0.test", "shop.test"),
        ("s1.test", "shop.test"),
        ("s2.test", "shop.test"),
        ("shop.test", "s0.test"),
    ]
    assert set(pairs.traits) == set(WEIGHTS)
    got = {name: values.round(4).tolist() for name, values in pairs.traits.items()}
    assert got["hidden"] == [1, 0, 0, 0]
    assert got["reciprocity"] == [1, 0, 0, 1]
    assert got["sitewide"] == [0.5, 1, 1, 0.5]
    assert got["money_anchor"] == [1, 1, 1, 0]
    # s0 has one linker; s1 and s2 have none; the shop has three.
    assert got["low_indegree"] == [round(1 / (1 + math.log(2)), 4), 1, 1, round(1 / (1 + math.log(4)), 4)]
    value = math.log(3)  # all three say it: share 1, ln(1 + 2)
    assert got["repeated_anchor"] == [round(value / (value + 0.3), 4)] * 3 + [0]
    # The first three days of 2024 lie in one week (Thursday to Wednesday, as 1970 began): three against 0.5.
    surprises = {n: n * math.log(n / 0.5) - n + 0.5 for n in (1, 2, 3)}
    assert got["burst"][3] == round(surprises[1] / (surprises[1] + 6), 4)
    assert got["footprints"][0] > 0 == got["footprints"][3]
    assert got["trade_words"][3] > 0
    assert all(len(values) == 4 for values in got.values())


def test_the_markers_are_the_weighted_sum() -> None:
    traits = {name: np.array([1.0, 0.0, 7.0]) for name in WEIGHTS}
    total = markers(Pairs(["a", "b", "c"], ["x", "y", "z"], traits, np.arange(3)))
    assert total == pytest.approx([sum(WEIGHTS.values()), 0, sum(WEIGHTS.values())])


def test_a_pair_is_toxic_when_one_of_its_links_is(tmp_path: Path) -> None:
    rows = [("a", "x", 0, "base", ""), ("a", "x", 1, "widget", "widget-1"), ("b", "x", 0, "viral", "viral-1")]
    rows.append(("c", "x", 0, "base", ""))
    links = "".join(f"https://{s}.test/,https://{t}.test/,hi,false,2024-01-01\n" for s, t, *_ in rows)
    truth = "".join(
        f"https://{s}.test/,https://{t}.test/,{bad},{what},{case}\n" for s, t, bad, what, case in rows
    )
    folder = write(tmp_path, links, truth=truth)
    found = read_truth(folder, read_pairs(folder))
    assert found.toxic.tolist() == [True, False, False]
    assert found.hard.tolist() == [False, True, False]
    assert found.what == ["widget", "viral", "base"]
    assert found.campaign == ["widget-1", "viral-1", ""]
    write(tmp_path, links, truth=truth.partition("\n")[0] + "\n")
    with pytest.raises(InputError, match="has 1 rows and the links 4"):
        read_truth(folder, read_pairs(folder))


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no table links"):
        read_pairs(tmp_path)


def test_measures_of_a_small_ranking() -> None:
    score, toxic = np.array([4.0, 3.0, 3.0, 1.0]), np.array([True, True, False, False])
    assert auc(score, toxic) == (1 + 1 + 0.5 + 1) / 4
    assert average_precision(score, toxic) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert cut_at(score, toxic) == 3
    assert recall(score, toxic) == 0.5
    assert auc(score, np.zeros(4, bool)) is None


def test_the_baseline_is_better_than_chance_and_far_from_done(tmp_path: Path) -> None:
    write_world(tmp_path, 8, sites=600)
    pairs = read_pairs(tmp_path)
    truth = read_truth(tmp_path, pairs)
    total = markers(pairs)
    assert 0.75 < auc(total, truth.toxic) <= 0.93
    assert 0.1 < recall(total, truth.toxic) <= 0.65

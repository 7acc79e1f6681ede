"""Gap, comparison and rivals from a web-graph release, on small webs and on real ones."""

from __future__ import annotations

import gzip
import importlib
import math
import re
from collections import Counter
from pathlib import Path

import pytest

from backlit.errors import InputError
from backlit.index import Index
from backlit.questions.compare import compare
from backlit.questions.gap import gap
from backlit.questions.rivals import rivals
from backlit.questions.web_reader import WORD, web_reader
from backlit.settings import load
from backlit.web.domain import split_host
from backlit.work.add import add
from backlit.work.web_import import web_import
from index_rows import crawl, link, publish_batches

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
LINKS = {
    ("a.com", "one.org"), ("a.com", "two.net"), ("b.com", "one.org"), ("b.com", "me.com"), ("c.com", "two.net"),
    ("me.com", "one.org"), ("one.org", "two.net"), ("d.com", "me.com"), ("gov.uk", "one.org"),
    ("c.com", "me.com"),
}  # fmt: skip
DOMAINS = sorted({domain for pair in LINKS for domain in pair})


@pytest.fixture(scope="module")
def script() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SCRIPTS))
        return importlib.import_module("write_release")


def imported(script, folder: Path, links, hosts, *, linked: bool = False) -> Path:
    files = script.write(folder / "files", "cc-main-2026-apr-may-jun", links, hosts)
    web_import(folder / "i", *files, memory=10**9, linked=linked, threads=1)
    return folder / "i"


@pytest.fixture(scope="module", params=[False, True], ids=["by-target", "by-source-too"])
def root(request, script, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web")
    return imported(script, folder, LINKS, {one: {one} for one in DOMAINS}, linked=request.param)


def names(result) -> list[str]:
    return [row["source_domain"] for row in result.rows()]


def test_a_release_answers_at_the_level_of_domains_and_says_so(root):
    with web_reader(root) as reader:
        found = gap(reader, "me.com", ["one.org", "two.net"], sort="rivals desc, source_domain")
    assert [
        (r["source_domain"], r["rivals"], r["linked_rivals"], r["source_role"]) for r in found.rows()
    ] == [
        ("a.com", 2, "one.org two.net", "other"),
        ("gov.uk", 1, "one.org", "other"),
        ("me.com", 1, "one.org", "target"),
        ("one.org", 1, "two.net", "rival"),
    ]
    assert found.rows()[0]["rival_links"] == [
        {"rival": "one.org", "links": None},
        {"rival": "two.net", "links": None},
    ]
    first = found.rows()[0]
    assert [first[name] for name in ("links", "follow_links", "content_links", "first_seen")] == [None] * 4
    assert WORD in found.notes
    assert found.origins == ("web graph cc-main-2026-apr-may-jun-domain",)
    cells = found.summary
    assert (cells.sources, cells.missing, cells.shared, cells.only, cells.union) == (3, 4, 2, 1, 7)


def test_counts_of_links_of_a_release_are_unknown_and_none_is_zero(root):
    with web_reader(root) as reader:
        shared = gap(reader, "me.com", ["one.org"], mode="shared").rows()
        missing = gap(reader, "me.com", ["one.org"], where="source_domain endswith '.com'").rows()
    assert [(row["source_domain"], row["target_links"]) for row in shared] == [("b.com", None)]
    assert [(row["source_domain"], row["target_links"]) for row in missing] == [("a.com", 0), ("me.com", 0)]


def test_pages_of_a_release_follow_each_other(root):
    with web_reader(root) as reader:
        every = names(gap(reader, "me.com", ["one.org", "two.net"]))
        pages = [names(gap(reader, "me.com", ["one.org", "two.net"], limit=2, offset=n)) for n in (0, 2, 4)]
    assert [*pages[0], *pages[1]] == every
    assert pages[2] == []


def test_a_release_compares_domains(root):
    with web_reader(root) as reader:
        found = compare(reader, ["me.com", "one.org", "two.net"])
    assert [(r["target"], r["referring_domains"], r["shared_domains"], r["links"]) for r in found.rows()] == [
        ("me.com", 3, 3, None),
        ("one.org", 4, 1, None),
        ("two.net", 3, 1, None),
    ]
    assert (found.summary.union, found.summary.window_end) == (7, None)


def test_rivals_of_a_release(root):
    with web_reader(root) as reader:
        found = rivals(reader, "two.net", settings=least_shared(1))
    out = {a: sum(source == a for source, _ in LINKS) for a, _ in LINKS}
    w = {source: 1 / math.log2(1 + out[source]) for source in ("a.com", "c.com", "one.org")}
    score = {
        "me.com": 100 * math.sqrt(w["c.com"] / sum(w.values()) / 3),
        "one.org": 100 * math.sqrt(w["a.com"] / sum(w.values()) / 4),
    }
    assert [
        (row["domain"], row["score"], row["shared"], row["referring_domains"]) for row in found.rows()
    ] == [
        ("me.com", round(score["me.com"], 2), 1, 3),
        ("one.org", round(score["one.org"], 2), 1, 4),
    ]


def least_shared(count: int, more: str = ""):
    import tempfile

    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(f"[rivals]\nleast_shared = {count}\n{more}")
        file.flush()
        return load(Path(file.name))


def test_a_large_release_without_edges_by_source_asks_for_them(root):
    with web_reader(root) as reader:
        if reader.release.info.linked:
            return
        with pytest.raises(InputError, match="--linked"):
            rivals(reader, "two.net", settings=least_shared(1, "most_edges_unsorted = 3\n"))


def test_what_a_release_cannot_answer_is_refused(root):
    with web_reader(root) as reader:
        with pytest.raises(InputError, match=r"one.org/x is a prefix, and only a web-graph release is here"):
            gap(reader, "me.com", ["one.org/x"])
        with pytest.raises(InputError, match="no sites below domains"):
            gap(reader, "me.com", ["one.org"], by="site")
        found = gap(reader, "me.com", ["nobody.org"])
    assert found.summary.rivals[0].sources == 0
    assert any(note.startswith("nobody.org is not in the web graph") for note in found.notes)


def test_the_release_answers_where_the_index_knows_too_little(script, tmp_path):
    root = imported(script, tmp_path, LINKS, {one: {one} for one in DOMAINS})
    rows = [link("https://d.com/1", "https://me.com/", "2026-01-05")]
    index = publish_batches(root, [crawl(rows, "2026-01-05")])
    found = gap(index, "me.com", ["one.org"], mode="only", sort="source_domain")
    assert names(found) == ["c.com", "d.com"]
    assert "No link of this index leads to one.org: the web graph" in found.notes[1]
    # What the release does not know cannot be held against it.
    assert gap(index, "me.com", ["nobody.org"]).origins == ("warc",)
    assert gap(index, "me.com", ["d.com"], web=True).summary.sources == 3
    assert gap(index, "me.com", ["me.com/x"]).origins == ("warc",)


def graph_of(script, shared_data: Path, which: str) -> tuple[set[tuple[str, str]], dict[str, set[str]]]:
    return script.read(which, shared_data)


@pytest.mark.parametrize(
    ("which", "target", "others"),
    [
        ("cc-domain-slices", "heritage.org", ["aei.org", "hudson.org", "bruegel.org"]),
        ("ukwa-1996", "netscape.com", ["microsoft.com", "yahoo.com"]),
        ("ukwa-1996", "ox.ac.uk", ["cam.ac.uk"]),
    ],
)
def test_real_webs_agree_with_plain_sets(script, shared_data, tmp_path, which, target, others):
    links, hosts = graph_of(script, shared_data, which)
    root = imported(script, tmp_path, links, hosts)
    sets = {one: {a for a, b in links if b == one} for one in (target, *others)}
    mine = sets[target]
    theirs = set().union(*(sets[one] for one in others))
    with web_reader(root) as reader:
        for mode, expected in {
            "missing": theirs - mine,
            "shared": theirs & mine,
            "only": mine - theirs,
        }.items():
            found = gap(reader, target, others, mode=mode)
            assert (set(names(found)), len(found)) == (expected, len(expected))
        every = gap(reader, target, others, at_least="all")
        assert set(names(every)) == set.intersection(*(sets[one] for one in others)) - mine
        pairs = compare(reader, [target, *others]).summary.pairs
        assert {(p.a, p.b): (p.shared, p.a_only, p.b_only) for p in pairs} == {
            (a, b): (len(sets[a] & sets[b]), len(sets[a] - sets[b]), len(sets[b] - sets[a]))
            for i, a in enumerate((target, *others))
            for b in (target, *others)[i + 1 :]
        }


def test_rivals_in_a_real_web_agree_with_plain_sets(script, shared_data, tmp_path):
    links, hosts = graph_of(script, shared_data, "cc-domain-slices")
    root = imported(script, tmp_path, links, hosts)
    incoming: dict[str, set[str]] = {}
    outgoing: dict[str, int] = {}
    for source, target in links:
        incoming.setdefault(target, set()).add(source)
        outgoing[source] = outgoing.get(source, 0) + 1
    mine = incoming["heritage.org"]
    weight = {one: 1 / math.log2(1 + outgoing[one]) for one in outgoing}
    total = sum(weight[one] for one in mine)
    expected = {}
    for domain, sources in incoming.items():
        both = sources & mine
        if domain != "heritage.org" and len(both) >= 2:
            share = sum(weight[one] for one in both) / total
            expected[domain] = (len(both), 100 * math.sqrt(share * len(both) / len(sources)))
    own = load()
    with web_reader(root) as reader:
        found = rivals(
            reader,
            "heritage.org",
            settings=least_shared(2, "leave_out = []\ngiant_least = 1000000\n"),
        )
        assert {row["domain"]: row["shared"] for row in found.rows()} == {
            d: n for d, (n, _) in expected.items()
        }
        for row in found.rows():
            assert row["score"] == pytest.approx(expected[row["domain"]][1], abs=0.006)
        assert [row["domain"] for row in rivals(reader, "heritage.org", limit=1, settings=own)] == ["aei.org"]


@pytest.fixture(scope="module")
def uk_1996(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Index, Counter]:
    """The hosts of 1996 as a table of links, one for each pair of hosts, and the links of each pair of domains."""
    folder = tmp_path_factory.mktemp("uk1996")
    hosts = set()
    with gzip.open(shared_data / "graphs" / "ukwa-1996-host-links.tsv.gz", "rt") as text:
        next(text)
        for line in text:
            _, *pair, _ = line.rstrip("\n").split("\t")
            if all(re.fullmatch(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)*\.[a-z]+", host) for host in pair):
                hosts.add(tuple(pair))
    rows = [f"http://{source}/,http://{target}/" for source, target in sorted(hosts)]
    (folder / "links.csv").write_text("\n".join(["source_url,target_url", *rows]))
    add(folder / "index", [folder / "links.csv"], workers=1)
    pairs = Counter((split_host(source)[0], split_host(target)[0]) for source, target in hosts)
    return Index.open(folder / "index"), Counter({pair: n for pair, n in pairs.items() if pair[0] != pair[1]})


@pytest.mark.parametrize(
    ("target", "others"),
    [
        ("netscape.com", ["microsoft.com"]),
        ("ox.ac.uk", ["cam.ac.uk", "ed.ac.uk", "ic.ac.uk"]),
        ("digits.com", ["netscape.com", "yahoo.com", "compuserve.com", "nobody.example"]),
    ],
)
def test_an_index_of_the_web_of_1996_agrees_with_plain_sets(uk_1996, target, others):
    index, pairs = uk_1996
    sets = {one: {a for a, b in pairs if b == one} for one in (target, *others)}
    mine, theirs = sets[target], set().union(*(sets[one] for one in others))
    for mode, expected in {"missing": theirs - mine, "shared": theirs & mine, "only": mine - theirs}.items():
        found = gap(index, target, others, mode=mode)
        assert (set(names(found)), len(found)) == (expected, len(expected))
        for row in found.rows():
            source = row["source_domain"]
            assert row["links"] == sum(pairs[source, one] for one in sets)
            assert {e["rival"]: e["links"] for e in row["rival_links"]} == {
                one: pairs[source, one] for one in others if pairs[source, one]
            }
    assert gap(index, target, others, at_least="all").total == len(
        set.intersection(*(sets[o] for o in others)) - mine
    )
    compared = compare(index, [target, *others])
    assert [(row["referring_domains"], row["links"]) for row in compared.rows()] == [
        (len(sets[one]), sum(pairs[source, one] for source in sets[one])) for one in (target, *others)
    ]


def test_rivals_in_the_index_of_1996_agree_with_plain_sets(uk_1996):
    index, pairs = uk_1996
    outgoing = Counter(source for source, _ in pairs)
    incoming: dict[str, set[str]] = {}
    for source, target in pairs:
        incoming.setdefault(target, set()).add(source)
    mine = incoming["ox.ac.uk"]
    weight = {one: 1 / math.log2(1 + outgoing[one]) for one in mine}
    expected = {
        domain: 100 * math.sqrt(sum(map(weight.get, both)) / sum(weight.values()) * len(both) / len(sources))
        for domain, sources in incoming.items()
        if domain != "ox.ac.uk" and len(both := sorted(sources & mine)) >= 2
    }
    every = "leave_out = []\ngiant_least = 1000000\nmost_linked = 1000000\n"
    found = rivals(index, "ox.ac.uk", settings=least_shared(2, every)).rows()
    assert {row["domain"]: row["score"] for row in found} == {
        domain: pytest.approx(score, abs=0.006) for domain, score in expected.items()
    }
    assert {row["domain"] for row in found[:4]} <= {one for one in incoming if one.endswith(".ac.uk")}

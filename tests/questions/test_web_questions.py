"""A ranked release answers for any domain: authority, what-ifs, profiles and referring domains."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import backlit
from backlit.authority import ranking
from backlit.authority.ranking import memory_for
from backlit.cli.app import main
from backlit.errors import BacklitError, InputError, Interrupted, ResourceError
from backlit.graph import csr
from backlit.questions.authority import authority
from backlit.questions.web_reader import WORD, web_reader
from backlit.questions.whatif import whatif
from backlit.release.release import open_release
from backlit.work.web_export import web_export
from backlit.work.web_import import web_import
from backlit.work.web_rank import web_rank

NAMES = sorted(
    [
        *(f"gov.state{n}" for n in range(4)), *(f"edu.school{n}" for n in range(4)),
        "com.linked", "com.farmed", *(f"net.farm{n:02}" for n in range(12)), "org.news", "org.paper",
    ]
)  # fmt: skip
LINKS = [
    *((f"gov.state{n}", "org.news") for n in range(4)),
    *((f"edu.school{n}", "org.paper") for n in range(3)),
    *((f"gov.state{n}", f"edu.school{n}") for n in range(4)),
    *((f"edu.school{n}", f"gov.state{(n + 1) % 4}") for n in range(4)),
    ("org.news", "com.linked"), ("org.paper", "com.linked"), ("org.news", "org.paper"),
    *((f"net.farm{n:02}", "com.farmed") for n in range(12)), *(("com.farmed", f"net.farm{n:02}") for n in range(12)),
]  # fmt: skip


def write(folder: Path, name: str, links: list[tuple[str, str]] = LINKS) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    number = {one: n for n, one in enumerate(NAMES)}
    lines = {
        "vertices": [f"{n}\t{one}\t1" for n, one in enumerate(NAMES)],
        "edges": [f"{a}\t{b}" for a, b in sorted((number[a], number[b]) for a, b in links)],
    }
    paths = []
    for kind, rows in lines.items():
        path = folder / f"{name}-domain-{kind}.txt.gz"
        path.write_bytes(gzip.compress(("\n".join(rows) + "\n").encode(), mtime=0))
        paths.append(path)
    return paths


OLD, NEW = "cc-main-2026-mar-apr-may", "cc-main-2026-apr-may-jun"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two ranked releases; in the newer one one link more leads to the farmed site, and one less to the linked one."""
    folder = tmp_path_factory.mktemp("web")
    later = [link for link in LINKS if link != ("org.paper", "com.linked")] + [("org.news", "com.farmed")]
    for name, links in ((OLD, LINKS), (NEW, later)):
        web_import(folder / "i", *write(folder / "f", name, links), threads=1)
        web_rank(folder / "i", name, threads=1, scale_of=None if name == OLD else OLD)
    return folder / "i"


def test_a_release_too_large_to_stay_in_memory_gets_the_same_scores(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web_import(tmp_path / "index", *write(tmp_path / "files", OLD))
    monkeypatch.setattr(csr, "_WORTH_RELEASING", 0)
    web_rank(tmp_path / "index")
    names = ["news.org", "linked.com", "farmed.com", "state0.gov"]
    assert [one.authority for one in authority(tmp_path / "index", names)] == [
        one.authority for one in authority(root, names, release=OLD)
    ]


def test_a_farm_is_not_reached_and_a_linked_site_is(root: Path) -> None:
    linked, farmed = authority(root, ["Linked.COM", "farmed.com"], release=OLD)
    assert (linked.found, linked.reached, linked.band != "not reached") == (True, True, True)
    assert linked.authority is not None
    assert linked.authority > 1
    assert (farmed.authority, farmed.reached, farmed.band) == (1, False, "not reached")
    assert farmed.says[0].startswith("Not reached from the core")
    assert farmed.referring_domains == 12
    assert (linked.origin, linked.data_date) == (f"web graph {OLD}-domain", "2026-05-31")


def test_the_carriers_are_those_that_link_and_their_shares_add_up(root: Path) -> None:
    [linked] = authority(root, ["linked.com"], release=OLD)
    assert sorted(carrier.domain for carrier in linked.carriers) == ["news.org", "paper.org"]
    shares = [carrier.share for carrier in linked.carriers]
    assert sum(share for share in shares if share is not None) == pytest.approx(1)
    assert linked.parts is not None
    assert linked.parts.from_links == pytest.approx(1)
    [school] = authority(root, ["school0.edu"], release=OLD)
    assert school.in_core is True


def test_a_movement_adds_up_and_names_what_was_lost(root: Path) -> None:
    [linked] = authority(root, ["linked.com"], release=NEW, before=OLD)
    moved = linked.movement
    assert moved is not None
    causes = (moved.links_lost, moved.links_gained, moved.sources_changed, moved.core_changed)
    assert sum(causes) + moved.scale_changed + moved.reach_changed == pytest.approx(
        moved.after - moved.before, abs=0.05
    )
    assert (moved.lost, moved.gained) == (("paper.org",), ())
    assert moved.links_lost < 0
    assert moved.scale_changed == 0


def test_a_domain_that_is_no_node_is_said_to_be_none(root: Path) -> None:
    [found] = authority(root, ["nosuch.example"])
    assert (found.found, found.authority, found.band, found.referring_domains) == (
        False,
        None,
        "unknown",
        None,
    )


def test_an_exact_what_if_lies_within_its_bounds(root: Path) -> None:
    for gain, lose in ((["state0.gov"], []), ([], ["news.org"]), (["school1.edu"], ["paper.org"])):
        found = whatif(root, "linked.com", gain=gain, lose=lose, exact=True, release=OLD, threads=1)
        assert found.authority_exact is not None
        assert found.authority_low <= found.authority_exact <= found.authority_high
    with pytest.raises(InputError, match=r"nosuch.example is not in the web graph"):
        whatif(root, "linked.com", gain=["nosuch.example"])


def test_what_a_what_if_computes_is_what_a_new_release_would_have(root: Path, tmp_path: Path) -> None:
    told = whatif(root, "linked.com", gain=["state0.gov"], exact=True, release=OLD, threads=1)
    web_import(tmp_path / "i", *write(tmp_path / "f", OLD, [*LINKS, ("gov.state0", "com.linked")]), threads=1)
    for name in ("state0.gov",):
        assert open_release(tmp_path / "i").id_of(name) is not None
    web_import(tmp_path / "i", *write(tmp_path / "g", NEW), threads=1)
    web_rank(tmp_path / "i", NEW, threads=1)
    web_rank(tmp_path / "i", OLD, threads=1, scale_of=NEW)
    [found] = authority(tmp_path / "i", ["linked.com"], release=OLD)
    assert told.authority_exact == pytest.approx(found.authority, abs=0.02)


def test_an_export_has_every_score(root: Path, tmp_path: Path) -> None:
    web_export(root, tmp_path / "out.parquet", OLD)
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert sum(row["pagerank"] for row in rows) == pytest.approx(1, abs=1e-8)
    by_name = {row["domain"]: row for row in rows}
    assert by_name["farmed.com"]["authority"] == 1
    assert by_name["news.org"]["indegree"] == 4
    assert all(0 <= row["percentile"] <= 100 for row in rows)


def test_profile_and_domains_answer_without_a_crawl(root: Path) -> None:
    reader = web_reader(root)
    assert reader is not None
    with reader:
        found = backlit.profile(reader, "linked.com")
        listed = backlit.domains(reader, "linked.com")
    assert (found.found, found.totals.referring_domains, found.totals.links) == (True, 1, None)
    assert found.verdict.findings[0].text == WORD
    assert found.meta.origins == [f"web graph {NEW}-domain"]
    assert [row["source_domain"] for row in listed.rows()] == ["news.org"]
    assert listed.rows()[0]["links"] is None
    assert listed.notes == (WORD,)
    assert "of unknown rel and kind" in found.to_html()


def test_only_domains_are_known_without_a_crawl(root: Path) -> None:
    reader = web_reader(root)
    assert reader is not None
    with reader, pytest.raises(InputError, match=r"knows domains: ask for linked.com"):
        backlit.profile(reader, "blog.linked.com")


def test_trusted_sites_that_were_added_are_part_of_the_core(tmp_path: Path) -> None:
    web_import(tmp_path / "i", *write(tmp_path / "f", OLD), threads=1)
    (tmp_path / "trusted.txt").write_text("www.farmed.com\n")
    backlit.add(tmp_path / "i", [tmp_path / "trusted.txt"], as_="trusted")
    web_rank(tmp_path / "i", threads=1)
    [farmed] = authority(tmp_path / "i", ["farmed.com"])
    assert (farmed.in_core, farmed.reached) == (True, True)
    web_rank(tmp_path / "i", threads=1, distrust=["farmed.com"])
    [farmed] = authority(tmp_path / "i", ["farmed.com"])
    assert (farmed.in_core, farmed.reached) == (False, False)


def test_too_little_memory_is_said_before_anything_is_done(root: Path) -> None:
    with pytest.raises(ResourceError, match="needs about"):
        web_rank(root, OLD, memory=1000)


def test_the_memory_asked_for_is_that_of_the_largest_step() -> None:
    # Counters of 128 bytes and five more a node with out-links, twelve of any node, and what is beside them.
    assert memory_for(60_000_000, 20_000_000) == 720_000_000 + 2_660_000_000 + (400 << 20)
    assert memory_for(1_000, 0) == 28_000 + (400 << 20)


def _scores(index: Path) -> dict[str, bytes]:
    folder = open_release(index, OLD).folder
    return {path.name: path.read_bytes() for path in sorted(folder.glob("scores-*/*.[fu]*"))}


def _must_not_run(*_: object, **__: object) -> None:
    raise AssertionError("This step had ended.")


def test_a_stopped_ranking_goes_on_behind_its_last_step_and_ends_the_same(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web_import(tmp_path / "i", *write(tmp_path / "f", OLD))
    folder = open_release(tmp_path / "i").folder

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ranking, "trust", stopped)
        with pytest.raises(Interrupted, match="goes on behind the last step"):
            web_rank(tmp_path / "i")
    assert not list(folder.glob("scores-*"))
    with monkeypatch.context() as patch:
        for step in ("pagerank", "hyperball", "trusted_core", "core_reach", "authority"):
            patch.setattr(ranking, step, _must_not_run)
        summary = web_rank(tmp_path / "i")
    assert [step.name for step in summary.steps] == [
        "pagerank", "harmonic centrality", "core", "reach", "authority", "trust", "topics", "publish", "listings",
    ]  # fmt: skip
    assert _scores(tmp_path / "i") == _scores(root)
    assert not list(folder.glob("ranking-*"))


def test_a_ranking_with_other_trusted_sites_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web_import(tmp_path / "i", *write(tmp_path / "f", OLD))
    with monkeypatch.context() as patch:
        patch.setattr(ranking, "trust", _must_not_run)
        with pytest.raises(AssertionError, match="had ended"):
            web_rank(tmp_path / "i")
        with pytest.raises(AssertionError, match="had ended"):
            web_rank(tmp_path / "i", trust=["farmed.com"])
        patch.setattr(ranking, "pagerank", _must_not_run)
        with pytest.raises(AssertionError, match="had ended"):
            web_rank(tmp_path / "i")
    assert web_rank(tmp_path / "i", trust=["farmed.com"]).ranking.core_by["user"] == 1


def test_without_ranking_nothing_is_made_up(tmp_path: Path) -> None:
    web_import(tmp_path / "i", *write(tmp_path / "f", OLD), threads=1)
    with pytest.raises(BacklitError, match="web rank"):
        authority(tmp_path / "i", ["linked.com"])
    with pytest.raises(BacklitError, match="web rank"):
        whatif(tmp_path / "i", "linked.com", gain=["news.org"])
    reader = web_reader(tmp_path / "i")
    assert reader is not None
    with reader:
        found = backlit.profile(reader, "linked.com")
    assert (found.totals.referring_domains, found.authority.authority) == (2, None)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return int(end.value.code or 0), said.out, said.err


def test_the_commands_say_it_in_words_and_as_json(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--index", root, "authority", "linked.com", "--before", OLD)
    assert (code, "carried by" in out, f"since {OLD}-domain" in out) == (0, True, True)
    code, out, _ = run(
        capsys,
        "--index",
        root,
        "whatif",
        "linked.com",
        "--gain",
        "state0.gov,state1.gov",
        "--exact",
        "--format",
        "json",
    )
    found = json.loads(out)
    assert {"target", "authority_now", "authority_low", "authority_high", "authority_exact"} <= set(found)
    assert found["gain"] == ["state0.gov", "state1.gov"]
    code, out, err = run(capsys, "--index", root, "whatif", "linked.com")
    assert (code, out) == (1, "")
    assert err.startswith("Name at least one domain")
    code, out, _ = run(capsys, "--index", root, "profile", "linked.com", "--format", "json")
    assert json.loads(out)["totals"]["links"] is None
    code, out, err = run(capsys, "--index", root, "web", "rank", OLD, "--threads", "1", "--format", "json")
    steps = json.loads(out)["steps"]
    assert [step["name"] for step in steps][:3] == ["pagerank", "harmonic centrality", "core"]
    assert all(np.isfinite(step["cpu_seconds"]) for step in steps)

"""An index with links of its own and a ranked release shows the release's authority, and says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import backlit
import release_files as made
from backlit.authority.stored import stored_authority
from backlit.cli.app import main
from backlit.index import Index
from backlit.index.layout import Layout
from backlit.index.scores import SCORE_TABLES
from backlit.questions.authority import authority
from backlit.records import TRUSTED
from backlit.release.release import open_release
from backlit.work.compact import compact
from backlit.work.web_import import web_import
from backlit.work.web_rank import web_rank
from index_rows import crawl, link, publish_batches

TITLE = "cc-main-2026-apr-may-jun-domain"
NAMES = ["com.example", "com.lonely", "de.shop", "edu.school", "gov.state"]
EDGES = [(3, 4), (4, 3), (3, 2), (2, 0), (1, 0)]
#: One reached domain, one that the core does not reach, one that is no node.
LINKS = """source_url,target_url,anchor
https://shop.de/1,https://example.com/,a
https://lonely.com/1,https://example.com/,b
https://nowhere.test/1,https://example.com/,c
https://nowhere.test/2,https://site.test/,d
"""


def release(root: Path, folder: Path, edges: list[tuple[int, int]] = EDGES) -> None:
    web_import(root, *made.files(folder, names=NAMES, edges=edges, ranks=None), threads=1)


def links(root: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "links.csv").write_text(LINKS)
    backlit.add(root, [folder / "links.csv"], snapshot="2026-05-01")


def of_release(root: Path, *names: str) -> list[float]:
    opened = open_release(root)
    values = opened.score("authority")
    assert values is not None
    return [float(values[opened.id_of(name) or 0]) for name in names]


def listed(root: Path, target: str = "example.com") -> dict[str, float | None]:
    rows = backlit.domains(Index.open(root), target).rows()
    return {row["source_domain"]: row["source_authority"] for row in rows}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Links were added, then a release was ranked."""
    folder = tmp_path_factory.mktemp("both")
    links(folder / "i", folder / "f")
    release(folder / "i", folder / "f")
    web_rank(folder / "i", threads=1)
    return folder / "i"


def test_ranking_rewrites_the_score_layer_as_a_new_generation(tmp_path: Path) -> None:
    links(tmp_path / "i", tmp_path / "f")
    own = listed(tmp_path / "i")
    before = Layout(tmp_path / "i").read_manifest()
    assert (before.generation, before.scores_from, None in own.values()) == (1, None, False)
    release(tmp_path / "i", tmp_path / "f")
    summary = web_rank(tmp_path / "i", threads=1)
    after = Layout(tmp_path / "i").read_manifest()
    assert (summary.index_generation, after.generation, after.score_generation) == (2, 2, 2)
    facts, again = ({f.name for f in m.files if f.table not in SCORE_TABLES} for m in (before, after))
    assert facts == again
    scores, anew = ({f.name for f in m.files if f.table in SCORE_TABLES} for m in (before, after))
    assert (len(scores & anew), {f.table for f in after.files if f.name in anew}) == (0, set(SCORE_TABLES))
    assert {f.table for f in after.files} >= {"link_parts", "referring_weights"}
    source = after.scores_from
    assert source is not None
    assert (source.release, source.data_date, source.nodes) == (TITLE, "2026-06-30", 5)
    assert (source.domains, source.known, source.score_generation) == (5, 3, 1)
    assert Index.open(tmp_path / "i").check() == []
    assert sorted(path.name for path in (tmp_path / "i" / "generations").iterdir()) == ["000002.json"]


def test_what_the_release_does_not_know_has_no_authority_and_not_one(root: Path) -> None:
    [shop] = of_release(root, "shop.de")
    assert shop > 1
    assert listed(root) == {"shop.de": shop, "lonely.com": 1.0, "nowhere.test": None}


def test_links_hand_on_the_rank_of_the_release_on_its_scale(tmp_path: Path) -> None:
    sources = ("school.edu", "lonely.com", "nowhere.test")
    rows = [link(f"https://{name}/1", "https://example.com/", "2026-05-01") for name in sources]
    publish_batches(tmp_path / "i", [crawl(rows, "2026-05-01")])
    release(tmp_path / "i", tmp_path / "f")
    web_rank(tmp_path / "i", threads=1)
    opened = open_release(tmp_path / "i")
    found = stored_authority(opened)
    node = opened.graph_ids(np.array([opened.id_of("school.edu")]))[0]
    # The only link of the only page: all of the site's rank but what the jump takes.
    score = float(found.scale.score(found.damping * found.rank[node]))
    assert 1 < score < 100
    index = Index.open(tmp_path / "i")
    for some in (backlit.links(index, "example.com"), backlit.links(index, "example.com", limit=9)):
        handed = {r["source_domain"]: (r["equity"], r["equity_score"]) for r in some.rows()}
        assert handed == {"school.edu": (1, score), "lonely.com": (0, 1), "nowhere.test": (None, None)}
    shares = backlit.profile(index, "example.com").equity
    assert shares is not None
    assert (shares.known, shares.unknown, shares.passing) == (2, 1, 1)
    assert [(part.value, part.share) for part in shares.sources] == [("school.edu", 1)]


def test_every_listing_says_which_release(root: Path) -> None:
    index = Index.open(root)
    note = f"2 of the 5 domains of this index are not in the web graph {TITLE}: without authority."
    streamed, some = backlit.links(index, "example.com"), backlit.links(index, "example.com", limit=2)
    for found in (backlit.domains(index, "example.com"), streamed, some):
        assert found.provenance.authority == f"web graph {TITLE} of 2026-06-30"
        assert found.notes == (note,)
    assert [row["source_domain"] for row in streamed.rows()] == ["shop.de", "lonely.com", "nowhere.test"]
    assert backlit.anchors(index, "example.com").provenance.authority is None


def test_the_profile_stands_in_the_release(root: Path) -> None:
    index = Index.open(root)
    found = backlit.profile(index, "example.com")
    [example] = of_release(root, "example.com")
    assert (found.authority.authority, found.authority.ranked_domains) == (example, 5)
    assert found.authority.rank == 4
    assert found.meta.authority_release == TITLE
    assert found.meta.authority_basis.startswith(
        f"in the web graph {TITLE} (data of 2026-06-30), which knows 3 of the 5 domains of this index. Rank starts from"
    )
    whys = {gap.what: (gap.count, gap.why) for gap in found.unknown}
    assert whys["authority"] == (1, f"not in the web graph {TITLE}")
    bands = {band.name: band.referring_domains for band in found.bands}
    assert (sum(bands.values()), bands["unknown"]) == (3, 1)
    stranger = backlit.profile(index, "site.test")
    assert (stranger.authority.authority, stranger.authority.rank) == (None, None)
    assert f"not in the web graph {TITLE}" in stranger.to_html()


def test_adding_and_compacting_take_the_scores_of_the_release(tmp_path: Path) -> None:
    release(tmp_path / "i", tmp_path / "f")
    assert web_rank(tmp_path / "i", threads=1).index_generation is None
    links(tmp_path / "i", tmp_path / "f")
    [shop] = of_release(tmp_path / "i", "shop.de")
    assert listed(tmp_path / "i")["shop.de"] == shop
    manifest = compact(tmp_path / "i")
    assert manifest.scores_from is not None
    assert manifest.scores_from.release == TITLE
    assert listed(tmp_path / "i")["shop.de"] == shop


def test_an_index_without_a_ranked_release_says_own_graph(tmp_path: Path) -> None:
    links(tmp_path / "i", tmp_path / "f")
    release(tmp_path / "i", tmp_path / "f")
    found = backlit.domains(Index.open(tmp_path / "i"), "example.com")
    assert (found.provenance.authority, found.notes) == ("own graph", ())
    assert found.provenance.line.endswith(" · authority: own graph")
    portrait = backlit.profile(Index.open(tmp_path / "i"), "example.com")
    assert (portrait.meta.authority_release, portrait.meta.authority_basis[:4]) == (None, "rank")


def test_an_index_with_trusted_sites_says_that_rank_starts_from_them(tmp_path: Path) -> None:
    row = link("https://shop.de/1", "https://example.com/", "2026-05-01")
    trusted = pa.table([["www.shop.de", "elsewhere.test"], ["2026-05-01"] * 2, ["table"] * 2], schema=TRUSTED)
    index = publish_batches(tmp_path / "i", [crawl([row], "2026-05-01")._replace(trusted=trusted)])
    said = (
        "ank starts from the one trusted domain of this index and follows the links of the pages that were read; "
        "it says nothing of the web at large"
    )
    assert backlit.profile(index, "example.com").meta.authority_basis == f"r{said}"
    assert authority(index, ["example.com"])[0].says == [f"R{said}."]


def test_ranking_beside_another_writer_leaves_the_index_to_it(tmp_path: Path) -> None:
    links(tmp_path / "i", tmp_path / "f")
    release(tmp_path / "i", tmp_path / "f")
    with Layout(tmp_path / "i").writer():
        assert web_rank(tmp_path / "i", threads=1).index_generation is None
    assert Layout(tmp_path / "i").read_manifest().generation == 1
    assert web_rank(tmp_path / "i", threads=1).index_generation == 2


def test_scores_of_a_release_that_was_removed_still_say_whose_they_are(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "i")
    [shop] = of_release(root, "shop.de")
    shutil.rmtree(tmp_path / "i" / "web")
    known, stranger = authority(tmp_path / "i", ["shop.de", "nowhere.test"])
    assert (known.authority, stranger.authority, stranger.band) == (shop, None, "unknown")
    assert known.says[0].startswith(
        f"In the web graph {TITLE} (data of 2026-06-30), which knows 3 of the 5 domains"
    )


def test_the_commands_show_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as end:
            main(["--index", str(root), *arguments])
        assert end.value.code == 0
        return capsys.readouterr().out

    meta: dict[str, Any] = json.loads(run("domains", "example.com", "--format", "json"))["meta"]
    assert meta["authority"] == f"web graph {TITLE} of 2026-06-30"
    assert f"authority: web graph {TITLE} of 2026-06-30" in run("links", "example.com", "--format", "table")

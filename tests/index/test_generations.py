"""What an index holds after one and after several publishings, and how it lies on disk."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from backlit.errors import IndexLocked, IndexNotFound, IndexTooNew, IndexTooOld
from backlit.index import Index
from backlit.index.layout import Layout, Manifest
from backlit.settings import Settings, default
from backlit.work.compact import compact
from index_rows import batch, crawl, fetch, link, page, publish_batches, standing

A, B, C = "https://a.com/1", "https://b.com/1", "https://c.com/1"
X, Y = "https://x.org/", "https://y.org/page"


def tuned(**storage: float) -> Settings:
    settings = default()
    return msgspec.structs.replace(settings, storage=msgspec.structs.replace(settings.storage, **storage))


DELTAS = tuned(delta_min_rows=1, delta_share=1.0)


def lost(index: Index) -> list[tuple[str, str, str | None]]:
    return [
        (
            r["source_url"],
            r["target_url"],
            f"{r['lost_at']:%m-%d} {r['lost_reason']}" if r["lost_at"] else None,
        )
        for r in standing(index)
    ]


def test_a_link_that_its_page_no_longer_holds_is_lost(tmp_path: Path) -> None:
    publish_batches(
        tmp_path / "i", [crawl([link(A, X, "2026-01-01"), link(A, Y, "2026-01-01")], "2026-01-01")]
    )
    index = publish_batches(tmp_path / "i", [crawl([link(A, Y, "2026-02-01")], "2026-02-01")])
    assert lost(index) == [(A, X, "02-01 removed"), (A, Y, None)]


def test_a_page_that_was_not_fetched_again_says_nothing(tmp_path: Path) -> None:
    publish_batches(
        tmp_path / "i", [crawl([link(A, X, "2026-01-01"), link(B, X, "2026-01-01")], "2026-01-01")]
    )
    index = publish_batches(tmp_path / "i", [crawl([link(B, Y, "2026-02-01")], "2026-02-01")])
    assert lost(index) == [(A, X, None), (B, X, "02-01 removed"), (B, Y, None)]


def test_a_page_that_is_gone_loses_its_links_and_a_server_error_does_not(tmp_path: Path) -> None:
    publish_batches(
        tmp_path / "i", [crawl([link(A, X, "2026-01-01"), link(B, X, "2026-01-01")], "2026-01-01")]
    )
    again = batch(
        [],
        [page(A, "2026-02-01", status=410), page(B, "2026-02-01", status=503)],
        [fetch(A, "2026-02-01", "gone")],
    )
    index = publish_batches(tmp_path / "i", [again])
    assert lost(index) == [(A, X, "02-01 gone"), (B, X, None)]


def test_a_link_that_comes_back_is_live_again(tmp_path: Path) -> None:
    first, without = crawl([link(A, X, "2026-01-01")], "2026-01-01"), crawl([], "2026-02-01", also=(A,))
    publish_batches(tmp_path / "i", [first])
    publish_batches(tmp_path / "i", [without])
    index = publish_batches(tmp_path / "i", [crawl([link(A, X, "2026-03-01")], "2026-03-01")])
    (row,) = standing(index)
    assert (row["first_seen"], row["last_seen"], row["lost_at"]) == (
        datetime(2026, 1, 1),
        datetime(2026, 3, 1),
        None,
    )


def test_an_older_snapshot_added_later_is_lost_at_the_fetch_that_followed_it(tmp_path: Path) -> None:
    publish_batches(tmp_path / "i", [crawl([link(A, Y, "2026-02-01")], "2026-02-01")])
    index = publish_batches(tmp_path / "i", [crawl([link(A, X, "2026-01-01")], "2026-01-01")])
    assert lost(index) == [(A, X, "02-01 removed"), (A, Y, None)]


def test_a_link_of_a_table_is_lost_when_our_later_look_at_the_page_lacks_it(tmp_path: Path) -> None:
    told = link(A, X, "2026-01-01", depth=1, origin="table")
    table = batch([told], [page(A, "2026-01-01", depth=1, origin="table", fetched_at=None, status=None)])
    look = crawl([link(A, Y, "2026-02-01")], "2026-02-01")
    one = publish_batches(tmp_path / "one", [table])
    one = publish_batches(tmp_path / "one", [look])
    other = publish_batches(tmp_path / "other", [look])
    other = publish_batches(tmp_path / "other", [table])
    assert lost(one) == lost(other) == [(A, X, "02-01 removed"), (A, Y, None)]


def test_a_copy_taken_out_of_a_page_is_a_repeat_and_the_pair_is_not_lost(tmp_path: Path) -> None:
    twice = [link(A, X, "2026-01-01"), link(A, X, "2026-01-01", nth=1)]
    publish_batches(tmp_path / "i", [crawl(twice, "2026-01-01")])
    index = publish_batches(tmp_path / "i", [crawl([link(A, X, "2026-02-01")], "2026-02-01")])
    assert lost(index) == [(A, X, None), (A, X, "02-01 repeat")]
    with index.reader() as reader:
        days = reader.query(f"SELECT * FROM {reader.table_sql('days')}").to_pylist()
    assert [(str(d["day"]), d["new_links"], d["lost_links"], d["lost_domains"]) for d in days] == [
        ("2026-01-01", 1, 0, 0)
    ]


def test_the_order_and_the_steps_of_publishing_do_not_matter(tmp_path: Path) -> None:
    crawls = [
        crawl(
            [link(A, X, "2026-01-01"), link(B, X, "2026-01-01", rel="nofollow", follow=False)], "2026-01-01"
        ),
        crawl([link(A, Y, "2026-02-01"), link(C, X, "2026-02-01")], "2026-02-01", gone=(B,)),
        crawl([link(B, X, "2026-03-01"), link(A, X, "2026-03-01", anchor="other")], "2026-03-01"),
    ]
    at_once = publish_batches(tmp_path / "at-once", crawls)
    digests = {at_once.digest()}
    for name, order in {"forward": (0, 1, 2), "backward": (2, 1, 0), "mixed": (1, 2, 0)}.items():
        for settings in (default(), DELTAS):
            path = tmp_path / f"{name}{settings.storage.delta_min_rows}"
            for number in order:
                index = publish_batches(path, [crawls[number]], settings=settings)
                assert index.check() == []
            assert standing(index) == standing(at_once)
            # The snapshots table names inputs by key here; rows are what must agree.
    assert len(digests) == 1


def test_a_delta_and_a_state_file_read_as_one_table_and_compact_to_the_same_bytes(tmp_path: Path) -> None:
    first = crawl(
        [link(A, X, "2026-01-01"), link(B, X, "2026-01-01"), link(C, X, "2026-01-01")], "2026-01-01"
    )
    second = crawl(
        [link(A, X, "2026-02-01"), link(B, X, "2026-02-01", anchor="changed")], "2026-02-01", also=(C,)
    )
    whole = publish_batches(tmp_path / "whole", [first, second])
    publish_batches(tmp_path / "delta", [first], settings=DELTAS)
    index = publish_batches(tmp_path / "delta", [second], settings=DELTAS)
    parts = {f.part: f.rows for f in index.manifest.table("links")}
    assert parts == {"base": 3, "delta": 1, "state": 2}
    assert standing(index) == standing(whole)
    assert index.check() == []
    compact(index.path)
    assert {f.part for f in index.manifest.table("links")} == {"base"}
    (one,), (other,) = index.manifest.table("links"), whole.manifest.table("links")
    assert (one.digest, one.bytes) == (other.digest, other.bytes)
    assert index.check() == []


def test_growing_past_a_threshold_spreads_the_rows_over_more_buckets(tmp_path: Path) -> None:
    links = [link(A, f"https://site{n}.org/", "2026-01-01") for n in range(40)]
    index = publish_batches(tmp_path / "i", [crawl(links[:10], "2026-01-01")], settings=tuned(medium_rows=30))
    assert index.manifest.buckets == 4
    index = publish_batches(tmp_path / "i", [crawl(links[10:], "2026-01-02")], settings=tuned(medium_rows=30))
    assert index.manifest.buckets == 64
    assert index.check() == []
    whole = publish_batches(
        tmp_path / "whole", [crawl(links[:10], "2026-01-01"), crawl(links[10:], "2026-01-02")]
    )
    assert standing(index) == standing(whole)


def test_one_thread_and_two_give_equal_files(tmp_path: Path) -> None:
    links = [link(f"https://s{n % 7}.com/{n}", f"https://t{n % 11}.org/", "2026-01-01") for n in range(100)]
    one = publish_batches(tmp_path / "one", [crawl(links, "2026-01-01")], threads=1)
    two = publish_batches(tmp_path / "two", [crawl(links, "2026-01-01")], threads=2)
    assert one.manifest.files == two.manifest.files
    assert one.digest() == two.digest()


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "i")
    with (
        layout.writer(),
        pytest.raises(IndexLocked, match=rf"Another backlit \(process {os.getpid()}\) is writing"),
        Layout(tmp_path / "i").writer(),
    ):
        pass


def test_an_index_of_an_earlier_layout_is_refused_with_a_way_out(tmp_path: Path) -> None:
    index = publish_batches(tmp_path / "i", [crawl([link(A, X, "2026-01-01")], "2026-01-01")])
    path = index.layout.manifest_path
    path.write_text(path.read_text().replace('"layout": 3', '"layout": 2'))
    with pytest.raises(IndexTooOld, match="make a new index and add the inputs to it again"):
        Index.open(tmp_path / "i")


def test_an_index_of_a_later_layout_is_refused_and_left_alone(tmp_path: Path) -> None:
    index = publish_batches(tmp_path / "i", [crawl([link(A, X, "2026-01-01")], "2026-01-01")])
    path = index.layout.manifest_path
    manifest = json.loads(path.read_text())
    manifest["layout"] = 99
    path.write_text(json.dumps(manifest))
    before = sorted(p.name for p in (tmp_path / "i").rglob("*"))
    with pytest.raises(IndexTooNew, match="layout 99"):
        Index.open(tmp_path / "i")
    with pytest.raises(IndexTooNew):
        publish_batches(tmp_path / "i", [crawl([link(B, X, "2026-01-02")], "2026-01-02")])
    assert sorted(p.name for p in (tmp_path / "i").rglob("*") if p.suffix == ".parquet") == [
        name for name in before if name.endswith(".parquet")
    ]


def test_a_folder_that_is_no_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="There is no index"):
        Index.open(tmp_path / "nowhere")
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(IndexNotFound, match=r"not an index and not empty \(it holds 'thesis.txt'\)"):
        Layout(tmp_path).create()


def test_a_pinned_generation_stays_readable_while_the_index_moves_on(tmp_path: Path) -> None:
    index = publish_batches(tmp_path / "i", [crawl([link(A, X, "2026-01-01")], "2026-01-01")])
    with index.reader() as reader:
        publish_batches(tmp_path / "i", [crawl([link(B, X, "2026-01-02")], "2026-01-02")])
        publish_batches(tmp_path / "i", [crawl([link(C, X, "2026-01-03")], "2026-01-03")])
        sql, params = reader.links_sql(None)
        assert reader.query(f"SELECT count(*) AS n FROM ({sql})", params).to_pylist() == [{"n": 1}]
        kept = len(list(index.layout.data.iterdir()))
    publish_batches(tmp_path / "i", [crawl([link(C, Y, "2026-01-04")], "2026-01-04")])
    assert len(list(index.layout.data.iterdir())) < kept
    assert len(list(index.layout.generations.iterdir())) == 1


def test_check_finds_a_changed_a_missing_and_a_short_file(tmp_path: Path) -> None:
    index = publish_batches(tmp_path / "i", [crawl([link(A, X, "2026-01-01")], "2026-01-01")])
    links, totals = index.manifest.table("links")[0], index.manifest.table("totals")[0]
    path = index.layout.data / links.name
    raw = bytearray(path.read_bytes())
    raw[100] ^= 1
    path.write_bytes(raw)
    (index.layout.data / totals.name).unlink()
    assert index.check() == [
        f"{links.name} has changed since it was written (its check sum differs).",
        f"{totals.name} is missing.",
    ]


def test_debris_of_a_crash_is_removed_by_the_next_writer(tmp_path: Path) -> None:
    index = publish_batches(tmp_path / "i", [crawl([link(A, X, "2026-01-01")], "2026-01-01")])
    for name in ("links-000-base-g000099.parquet", "pages-001-base-g000002.parquet.tmp"):
        (index.layout.data / name).write_bytes(b"half")
    (index.layout.root / "manifest.json.tmp").write_bytes(b"{")
    layout = Layout(tmp_path / "i")
    with layout.writer():
        layout.clean()
    assert sorted(p.name for p in index.layout.data.iterdir()) == sorted(f.name for f in index.manifest.files)
    assert not (index.layout.root / "manifest.json.tmp").exists()


def test_the_lock_of_a_reader_is_shared(tmp_path: Path) -> None:
    index = publish_batches(tmp_path / "i", [crawl([link(A, X, "2026-01-01")], "2026-01-01")])
    with (
        index.reader(),
        index.reader(),
        open(index.layout.generation_path(1), "rb") as handle,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_every_file_lies_on_the_disk_before_the_manifest_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    really = os.fsync

    def fsync(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        really(handle)

    def publish(layout: Layout, manifest: Manifest) -> None:
        assert {(layout.data / f.name).stat().st_ino for f in manifest.files} <= synced
        published.append(manifest.generation)
        publishing(layout, manifest)

    publishing = Layout.publish
    published: list[int] = []
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Layout, "publish", publish)
    publish_batches(
        tmp_path / "i", [crawl([link("https://a.com/", "https://x.net/", "2026-01-01")], "2026-01-01")]
    )
    assert published == [1]

"""Archives that other software wrote. Skipped where the real data set is not at hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.compute as pc
import pytest

from archive_bytes import column, problems
from backlit.records import Batch
from backlit.sources.archives import read_archive

#: HTML pages read, links from a and area to other domains, the domains linked to.
#: Where these differ from the data set's own counts docs/archives.md says why.
EXPECTED = {
    "aut-example.arc.gz": (94, 286, 128),
    "aut-example.warc.gz": (94, 286, 128),
    "cc-link-extraction-test.warc": (9, 5, 1),
    "cc-whirlwind.warc.gz": (1, 17, 7),
    "pywb-iana.warc.gz": (16, 38, 10),
    "resiliparse-clipped.warc.gz": (1, 14, 5),
    "resiliparse-warcfile.warc.gz": (16, 139, 86),
    "ukwa-gov-uk-20140325T1212.warc.gz": (32, 88, 43),
    "ukwa-wikipedia-after-sopa.warc.gz": (1, 30, 10),
}


def read(path: Path) -> list[Batch]:
    kind = "arc" if ".arc" in path.name else "wat" if ".wat" in path.name else "warc"
    return [batch for batch in read_archive(path, kind, "2024-05-20") if not batch.empty]


@pytest.mark.parametrize("name", EXPECTED)
def test_real_archives_give_the_links_they_hold(shared_data: Path, name: str) -> None:
    batches = read(shared_data / "archives" / name)
    external = [count for count in column(batches, "pages", "external_links") if count is not None]
    crossing = {
        target
        for source, target, kind in zip(
            *(column(batches, "links", name) for name in ("source_domain", "target_domain", "kind")),
            strict=True,
        )
        if source != target and kind in ("anchor", "image")
    }
    assert (len(external), sum(external), len(crossing)) == EXPECTED[name]
    damage = [cause for _, cause in problems(batches) if cause not in ("bad-url", "credentials")]
    assert damage == (["truncated"] if "clipped" in name else [])


def test_arc_and_warc_of_one_crawl_give_the_same_links(shared_data: Path) -> None:
    arc, warc = (read(shared_data / "archives" / f"aut-example.{kind}.gz") for kind in ("arc", "warc"))
    for table in ("links", "fetches"):
        left, right = (getattr(batches[0], table) for batches in (arc, warc))
        if "origin" in left.column_names:
            left, right = left.drop_columns("origin"), right.drop_columns("origin")
        keys = [(name, "ascending") for name in left.column_names[:1]]
        left, right = (found.take(pc.sort_indices(found, sort_keys=keys)) for found in (left, right))
        assert left.equals(right)


def test_the_good_part_of_the_clipped_file_is_given_but_proves_no_loss(shared_data: Path) -> None:
    batches = read(shared_data / "archives" / "resiliparse-clipped.warc.gz")
    assert problems(batches) == [("offset 0", "truncated")]
    assert len(column(batches, "links", "target_url")) == 14
    assert column(batches, "fetches", "url") == []


def test_the_links_of_common_crawls_own_test(shared_data: Path) -> None:
    batches = read(shared_data / "archives" / "cc-link-extraction-test.warc")
    kinds = Counter(
        zip(column(batches, "links", "target_domain"), column(batches, "links", "kind"), strict=True)
    )
    assert kinds == {("facebook.com", "anchor"): 5, ("youtube.com", "frame"): 1}


def test_the_wat_holds_a_request_only(shared_data: Path) -> None:
    assert read(shared_data / "archives" / "cc-whirlwind.warc.wat.gz") == []

"""A folder of HTML files as pages of a site."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from backlit.errors import SourceError
from backlit.records import Batch
from backlit.sources import folder as folder_module
from backlit.sources import open_source

BASE = "https://www.example.com/site"


def page(target: str, text: str = "a link") -> str:
    return f"<!doctype html><title>T</title><p>Words and <a href='{target}'>{text}</a></p>"


def make(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def read(root: Path, resume_at: int = 0, **options: Any) -> list[Batch]:
    return list(open_source(root, base_url=options.pop("base_url", BASE), **options).read(resume_at))


def pages(found: list[Batch]) -> list[str]:
    return [url for b in found if b.pages is not None for url in b.pages["url"].to_pylist()]


def said(found: list[Batch]) -> list[tuple[str, str]]:
    return [(p.place, p.cause) for b in found for p in b.problems]


def test_files_become_pages_below_the_base_address(tmp_path: Path) -> None:
    root = make(
        tmp_path,
        {
            "index.html": page("https://b.test/"),
            "a dir/100% ü?.htm": page("/inside"),
            "a dir/deep/x.html": page("../y.html"),
            "notes.txt": page("https://no.test/"),
            "style.css": "a {}",
            "page": page("https://c.test/x"),
            "picture": b"\x89PNG\r\n",
            "mirror.php?id=3": page("https://d.test/"),
        },
    )
    found = read(root)
    assert pages(found) == [
        "https://www.example.com/site/a%20dir/100%25%20%C3%BC%3F.htm",
        "https://www.example.com/site/a%20dir/deep/x.html",
        "https://www.example.com/site/index.html",
        "https://www.example.com/site/mirror.php%3Fid=3",
        "https://www.example.com/site/page",
    ]
    assert said(found) == []
    assert found[0].links is not None
    assert found[0].links.select(
        ["source_url", "target_url", "origin", "depth", "first_seen"]
    ).to_pylist() == [
        {"source_url": f"https://www.example.com/site/{name}", "target_url": target}
        | {"origin": "folder", "depth": 3, "first_seen": None}
        for name, target in (
            ("index.html", "https://b.test/"),
            ("mirror.php%3Fid=3", "https://d.test/"),
            ("page", "https://c.test/x"),
        )
    ]
    assert (found[-1].fetches, found[-1].resume_at) == (None, 5)
    assert found[-1].bytes_done == open_source(root, base_url=BASE).total_bytes


def test_a_snapshot_date_is_when_the_pages_were_seen(tmp_path: Path) -> None:
    found = read(
        make(tmp_path, {"x.html": page("https://b.test/")}), snapshot="2026-09-28", base_url="example.com"
    )
    day = datetime(2026, 9, 28)
    assert found[0].fetches is not None
    assert found[0].fetches.to_pylist() == [
        {
            "url": "http://example.com/x.html",
            "domain": "example.com",
            "fetched_at": day,
            "outcome": "complete",
        }
    ]
    assert found[0].links is not None
    assert found[0].links.select(["first_seen", "last_seen", "snapshot"]).to_pylist() == [
        {"first_seen": day, "last_seen": day, "snapshot": "2026-09-28"}
    ]


def test_without_a_date_the_newest_file_dates_the_snapshot(tmp_path: Path) -> None:
    root = make(tmp_path, {"x.html": "x", "y.html": "y"})
    os.utime(root / "x.html", (1_700_000_000, 1_700_000_000))
    os.utime(root / "y.html", (1_600_000_000, 1_600_000_000))
    assert open_source(root, base_url=BASE).snapshot == "2023-11-14"


def test_names_that_are_no_utf_8_are_percent_encoded(tmp_path: Path) -> None:
    with open(os.path.join(os.fsencode(tmp_path), b"gr\xfc\xdfe.html"), "w") as file:
        file.write(page("https://b.test/"))
    found = read(tmp_path)
    assert pages(found) == ["https://www.example.com/site/gr%FC%DFe.html"]
    assert said(found) == []


def test_loops_and_dangling_links_are_named(tmp_path: Path) -> None:
    root = make(tmp_path, {"z/x.html": page("https://b.test/")})
    (root / "z" / "up").symlink_to(root)
    (root / "again").symlink_to(root / "z")
    (root / "gone.html").symlink_to(root / "nothing.html")
    found = read(root)
    assert pages(found) == ["https://www.example.com/site/z/x.html"]
    assert said(found) == [
        ("file gone.html", "dangling-link"),
        ("folder again", "folder-loop"),
        ("folder z/up", "folder-loop"),
    ]


def test_a_file_that_vanishes_is_named(tmp_path: Path) -> None:
    root = make(tmp_path, {"x.html": page("https://b.test/"), "y.html": page("https://c.test/")})
    source = open_source(root, base_url=BASE)
    (root / "x.html").unlink()
    found = list(source.read())
    assert pages(found) == ["https://www.example.com/site/y.html"]
    assert said(found) == [("file x.html", "unreadable")]


def test_reading_goes_on_from_any_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "_BATCH_FILES", 2)
    root = make(tmp_path, {f"{n}.html": page(f"https://b.test/{n}") for n in range(5)})
    whole = read(root)
    assert [b.resume_at for b in whole] == [2, 4, 5]
    assert pages(read(root, 2)) == pages(whole)[2:]
    assert [b.bytes_done for b in read(root, 2)] == [b.bytes_done for b in whole[1:]]


def test_the_digest_tells_content_names_and_address(tmp_path: Path) -> None:
    one = make(tmp_path / "one", {"a/x.html": "one", "y.html": "two"})
    same = make(tmp_path / "same", {"y.html": "two", "a/x.html": "one", "z.css": "three"})
    other = make(tmp_path / "other", {"a/x.html": "one", "z.html": "two"})
    digest = open_source(one, base_url=BASE).digest()
    assert digest == open_source(same, base_url=BASE + "/").digest()
    assert digest != open_source(other, base_url=BASE).digest()
    assert digest != open_source(one, base_url="https://c.test/").digest()


@pytest.mark.parametrize(
    ("base_url", "sentence"),
    [("mailto:x", "The --base-url cannot be used"), ("https://example.com/?q=1", "has a query")],
)
def test_a_base_address_must_be_one(tmp_path: Path, base_url: str, sentence: str) -> None:
    make(tmp_path, {"x.html": "x"})
    with pytest.raises(SourceError, match=sentence):
        open_source(tmp_path, base_url=base_url)


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    make(tmp_path, {"x.txt": "x"})
    with pytest.raises(SourceError, match="holds no HTML file"):
        open_source(tmp_path, base_url=BASE)

"""The scripts that get the documentation packages and make the shipped table."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))


@pytest.fixture
def fetch_docs(scripts: None) -> ModuleType:
    return importlib.import_module("fetch_docs")


@pytest.fixture
def make_demo_links(scripts: None) -> ModuleType:
    return importlib.import_module("make_demo_links")


def docs_of(module: ModuleType, folder: Path, **package: object) -> object:
    given = {"name": "a-doc", "root": "pages", "base": "https://docs.example.com/en/", **package}
    entry = module.Package(**given)
    return module.Docs(entry, "1.2-3", folder, entry.base, "2023-02-01", "Expat")


@pytest.mark.parametrize(
    ("suffix", "inside", "expected"),
    [
        (None, "index.html", "index.html"),
        (None, "a/b.html", "a/b.html"),
        ("/", "index.html", ""),
        ("/", "a/index.html", "a/"),
        ("/", "a/b.html", "a/b/"),
        ("", "git-log.html", "git-log"),
        (".php", "a.b.html", "a.b.php"),
    ],
)
def test_address_is_base_and_path(
    fetch_docs: ModuleType, suffix: str | None, inside: str, expected: str
) -> None:
    docs = docs_of(fetch_docs, Path(), suffix=suffix)
    assert fetch_docs.address(docs, inside, b"<p>") == "https://docs.example.com/en/" + expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (b'<link rel="canonical" href="https://docs.example.com/stable/x.html">', "https://docs.example.com/stable/x.html"),
        (b"<LINK HREF='http://docs.example.com/x' REL='canonical' />", "http://docs.example.com/x"),
        (b'<link rel="canonical" href="https://elsewhere.example.net/x">', "https://docs.example.com/en/x.html"),
        (b'<link rel="canonical" href="file:///usr/share/x.html">', "https://docs.example.com/en/x.html"),
        (b'<link rel="canonical" href="x.html">', "https://docs.example.com/en/x.html"),
    ],
)  # fmt: skip
def test_canonical_link_of_the_same_host_goes_first(
    fetch_docs: ModuleType, link: bytes, expected: str
) -> None:
    assert fetch_docs.address(docs_of(fetch_docs, Path()), "x.html", b"<head>" + link) == expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3:3.2.25-0+deb12u7", "https://x.example/3.2/3.2.25"),
        ("10-1", "https://x.example/10/10"),
        ("2023.01.0+dfsg-1.1", "https://x.example/2023.01/2023.01.0"),
    ],
)
def test_version_goes_into_the_base(fetch_docs: ModuleType, version: str, expected: str) -> None:
    package = fetch_docs.Package("a-doc", "pages", "https://x.example/{v2}/{v}")
    assert fetch_docs._base(package, version) == expected


def test_pages_are_html_files_that_match_and_not_links_to_files(
    fetch_docs: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("git-a.html", "b.htm", "c.txt", "sub/git-d.html"):
        (tmp_path / name).write_text("<p>")
    (tmp_path / "git-link.html").symlink_to("git-a.html")
    everything = [inside for inside, _ in fetch_docs.pages(docs_of(fetch_docs, tmp_path))]
    some = [inside for inside, _ in fetch_docs.pages(docs_of(fetch_docs, tmp_path, only="git*.html"))]
    assert everything == ["b.htm", "git-a.html", "sub/git-d.html"]
    assert some == ["git-a.html"]


def test_fetching_gives_up_after_three_failures_in_a_row(
    fetch_docs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def no_network(package: object, cache: Path, seconds: float) -> Path:
        asked.append(package.name)  # type: ignore[attr-defined]
        raise fetch_docs.NotToBeHad("no network")

    monkeypatch.setattr(fetch_docs, "_download", no_network)
    packages = [fetch_docs.Package(f"p{n}-doc", "pages", "https://x.example/") for n in range(6)]
    found, missing = fetch_docs.fetch_all(packages, tmp_path)
    assert (found, asked) == ([], ["p0-doc", "p1-doc", "p2-doc"])
    assert list(missing) == [f"p{n}-doc" for n in range(6)]


def test_fetching_stops_when_its_time_is_over(
    fetch_docs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_docs, "_download", lambda *_: pytest.fail("asked the network"))
    packages = [fetch_docs.Package("a-doc", "pages", "https://x.example/")]
    found, missing = fetch_docs.fetch_all(packages, tmp_path, seconds=0)
    assert (found, list(missing)) == ([], ["a-doc"])


def test_what_is_in_the_cache_is_used_without_asking(
    fetch_docs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "archives").mkdir()
    (tmp_path / "archives" / "a-doc_1%3a2.5-1_all.deb").write_bytes(b"")
    unpacked = tmp_path / "unpacked" / "a-doc_1%3a2.5-1_all"
    (unpacked / "pages").mkdir(parents=True)
    (unpacked / "pages" / "index.html").write_text("<p>")
    (unpacked / "usr/share/doc/a-doc").mkdir(parents=True)
    copyright_ = unpacked / "usr/share/doc/a-doc/copyright"
    copyright_.write_text("Files: *\nLicense: Expat\n\nLicense: GPL-2+ \n Text\n")
    monkeypatch.setattr(fetch_docs, "_download", lambda *_: pytest.fail("asked the network"))
    docs = fetch_docs.fetch(fetch_docs.Package("a-doc", "pages", "https://x.example/{v}/"), tmp_path)
    assert (docs.version, docs.base_url) == ("1:2.5-1", "https://x.example/2.5/")
    assert docs.licences == "Expat, GPL-2+"


def test_sample_has_the_front_page_and_is_always_the_same(
    make_demo_links: ModuleType, tmp_path: Path
) -> None:
    for n in range(30):
        (tmp_path / f"p{n}.html").write_text("<p>")
    (tmp_path / "index.html").write_text("<p>")
    docs = docs_of(importlib.import_module("fetch_docs"), tmp_path)
    once = [inside for inside, _ in make_demo_links.sample(docs, 5)]
    assert len(once) == 5
    assert "index.html" in once
    assert once == sorted(once) == [inside for inside, _ in make_demo_links.sample(docs, 5)]


def test_package_gives_facts_and_counts_what_it_leaves_out(
    make_demo_links: ModuleType, tmp_path: Path
) -> None:
    registry = ".".join(("pypi", "org"))
    (tmp_path / "index.html").write_text(
        "<html><body><main><p>Words <a href='https://site.test.com/'>short</a> "
        f"<a href='https://site.test.com/b'>{'long ' * 20}</a> <a href='https://{registry}/project/x'>x</a> "
        "<a href='https://www.example.com/'>sample</a> <a href='http://127.0.0.1:8000/'>here</a> "
        "<a href='other.html'>inside</a></p></main></body></html>"
    )
    docs = docs_of(importlib.import_module("fetch_docs"), tmp_path, base="https://docs.backlit-test.com/")
    made = make_demo_links.read_package(docs, 10)
    kept = [(row["target_url"], row["anchor"], row["position"], str(row["last_seen"])) for row in made.rows]
    assert kept == [
        ("https://site.test.com/", "short", 0, "2023-02-01"),
        ("https://site.test.com/b", None, 1, "2023-02-01"),
    ]
    assert dict(made.left_out) == {"registry": 1, "no place": 2, "anchor": 1}
    assert set(made.rows[0]) == set(make_demo_links.SCHEMA.names)


def test_registry_hosts_are_known_by_name_mirror_and_mention(scripts: None) -> None:
    registries = importlib.import_module("registries")
    for parts in (
        ("pypi", "org"), ("test", "pypi", "org"), ("www", "npmjs", "com"), ("ftp", "us", "debian", "org"),
        ("deb", "debian", "org"), ("search", "cpan", "org"),
    ):  # fmt: skip
        assert registries.names_registry("https://" + ".".join(parts) + "/x"), parts
        assert registries.names_registry("see " + ".".join(parts).upper()), parts
    for fine in ("https://www.python.org/", "https://www.debian.org/security/", "https://bugs.debian.org/1"):
        assert not registries.names_registry(fine)


def test_table_of_packages_is_sound(fetch_docs: ModuleType) -> None:
    packages = fetch_docs.load_packages()
    names = [package.name for package in packages]
    assert len(names) == len(set(names)) > 100
    assert all(package.base.startswith(("http://", "https://")) for package in packages)
    assert all(package.base.endswith("/") for package in packages)
    walk = [package for package in packages if package.walk]
    assert len(walk) >= 12
    assert all(package.suffix is None and package.only is None for package in walk)

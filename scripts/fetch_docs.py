"""Get Debian's documentation packages and say which page stands at which address.

Each package is downloaded with ``apt-get download`` (no root needed, nothing is installed),
one after the other, and unpacked with ``dpkg-deb``. What is there already is not fetched
again. ``docs_packages.toml`` says where each package's pages stand on the web.

    python scripts/fetch_docs.py --cache build/docs            # all of them
    python scripts/fetch_docs.py --cache build/docs --walk     # those of `make demo`
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("docs_packages.toml")
HTML_ENDINGS = (".html", ".htm", ".xhtml")
FAILURES_IN_A_ROW = 3
LONGEST_DOWNLOAD = 60.0

_canonical_tag = re.compile(rb"<link\b[^>]*\brel\s*=\s*[\"']?canonical\b[^>]*>", re.IGNORECASE)
_href = re.compile(rb"\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_licence_field = re.compile(r"^License:[ \t]*(\S[^\n]*?)[ \t]*$", re.MULTILINE)
_host = re.compile(r"https?://([^/]+)/", re.IGNORECASE)


class Package(NamedTuple):
    """One entry of ``docs_packages.toml``."""

    name: str
    root: str
    base: str
    suffix: str | None = None
    only: str | None = None
    licence: str | None = None
    walk: bool = False


class Docs(NamedTuple):
    """A package that is here, unpacked. ``day`` is when it was made: no file in it is younger."""

    package: Package
    version: str
    folder: Path
    base_url: str
    day: str
    licences: str


class NotToBeHad(Exception):
    """A package cannot be had; the message says why, in a few words."""


def load_packages() -> list[Package]:
    """The table of packages, in its order."""
    return [Package(**entry) for entry in tomllib.loads(TABLE.read_text("utf-8"))["package"]]


def tools_missing() -> list[str]:
    """The programs that are needed and not there."""
    return [tool for tool in ("apt-get", "dpkg-deb") if shutil.which(tool) is None]


def fetch_all(
    packages: list[Package],
    cache: Path,
    *,
    wanted: int | None = None,
    seconds: float | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> tuple[list[Docs], dict[str, str]]:
    """The first ``wanted`` packages that can be had, and why each of the others cannot.

    Gives up downloading after ``seconds``, or when three in a row fail (no network, no package
    lists): what lies in the cache is used all the same.
    """
    found: list[Docs] = []
    missing: dict[str, str] = {}
    began = time.monotonic()
    in_a_row = 0
    for package in packages:
        if wanted is not None and len(found) >= wanted:
            break
        left = None if seconds is None else seconds - (time.monotonic() - began)
        if in_a_row >= FAILURES_IN_A_ROW:
            left = 0.0
        try:
            docs = fetch(package, cache, seconds=left)
        except NotToBeHad as exc:
            missing[package.name] = str(exc)
            in_a_row += 1
            say(f"  {package.name}: {exc}")
        else:
            in_a_row = 0
            found.append(docs)
            say(f"  {package.name} {docs.version}")
    return found, missing


def fetch(package: Package, cache: Path, *, seconds: float | None = None) -> Docs:
    """One package, from the cache or, within ``seconds``, from the user's own package source."""
    archive = _cached(package, cache)
    if archive is None:
        if seconds is not None and seconds <= 0:
            raise NotToBeHad("not in the cache, and not asked for any more")
        archive = _download(package, cache, min(seconds or LONGEST_DOWNLOAD, LONGEST_DOWNLOAD))
    unpacked = cache / "unpacked" / archive.stem
    if not unpacked.is_dir():
        _unpack(archive, unpacked)
    folder = unpacked / package.root
    if not folder.is_dir():
        raise NotToBeHad("this version keeps its pages elsewhere")
    version = archive.stem.split("_")[1].replace("%3a", ":")
    licences = package.licence or _licences(package, unpacked)
    return Docs(package, version, folder, _base(package, version), _day(unpacked), licences)


def pages(docs: Docs) -> Iterator[tuple[str, Path]]:
    """Path under the root and file of each page, in order of path; links to files are no pages."""
    for path in sorted(docs.folder.rglob("*")):
        if path.suffix not in HTML_ENDINGS or path.is_symlink() or not path.is_file():
            continue
        inside = path.relative_to(docs.folder).as_posix()
        only = docs.package.only
        if only is None or (fnmatch.fnmatch(inside, only) and inside.count("/") == only.count("/")):
            yield inside, path


def address(docs: Docs, inside: str, body: bytes) -> str:
    """Where a page stands on the web: its canonical link when it is of the same host, or base and path."""
    canonical = _canonical_tag.search(body)
    href = _href.search(canonical.group()) if canonical else None
    if href is not None:
        url = href.group(1).decode("utf-8", "replace")
        if _host_of(url) == _host_of(docs.base_url):
            return url
    if docs.package.suffix is None:
        return docs.base_url + inside
    stem = inside.rsplit(".", 1)[0]
    if docs.package.suffix == "/":
        stem = re.sub(r"(^|/)index$", r"\1", stem)
        return docs.base_url + (stem if stem.endswith("/") or not stem else stem + "/")
    return docs.base_url + stem + docs.package.suffix


def _host_of(url: str) -> str | None:
    match = _host.match(url)
    return match.group(1).lower() if match else None


def _cached(package: Package, cache: Path) -> Path | None:
    archives = sorted((cache / "archives").glob(f"{package.name}_*.deb"), key=lambda p: p.stat().st_mtime)
    return archives[-1] if archives else None


def _download(package: Package, cache: Path, seconds: float) -> Path:
    missing = tools_missing()
    if missing:
        raise NotToBeHad(f"no {missing[0]} on this machine")
    partial = cache / "partial" / package.name
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    limits = ["-oAcquire::Retries=1", "-oAcquire::http::Timeout=10", "-oAcquire::https::Timeout=10"]
    try:
        done = subprocess.run(
            ["apt-get", "-qq", *limits, "download", package.name],
            cwd=partial, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds,
        )  # fmt: skip
        archives = list(partial.glob("*.deb"))
        if done.returncode != 0 or len(archives) != 1:
            raise NotToBeHad("apt has no such package, or cannot reach it")
        kept = cache / "archives" / archives[0].name
        kept.parent.mkdir(parents=True, exist_ok=True)
        os.replace(archives[0], kept)
        return kept
    except subprocess.TimeoutExpired:
        raise NotToBeHad(f"the download took longer than {seconds:.0f} s") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _unpack(archive: Path, to: Path) -> None:
    half = to.with_name(to.name + ".part")
    shutil.rmtree(half, ignore_errors=True)
    half.parent.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run(
            ["dpkg-deb", "-x", str(archive), str(half)],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True,
        )  # fmt: skip
        os.replace(half, to)
    except (subprocess.SubprocessError, OSError):
        archive.unlink(missing_ok=True)
        raise NotToBeHad("the package is damaged; it will be fetched again next time") from None
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _base(package: Package, version: str) -> str:
    upstream = re.match(r"[0-9]+(\.[0-9]+)*", version.split(":")[-1])
    numbers = upstream.group() if upstream else version
    return package.base.replace("{v2}", ".".join(numbers.split(".")[:2])).replace("{v}", numbers)


def _day(unpacked: Path) -> str:
    """The day the package was made: Debian's builds set no file's time later than that."""
    files = (os.path.join(top, name) for top, _, names in os.walk(unpacked) for name in names)
    return datetime.fromtimestamp(max(os.lstat(file).st_mtime for file in files), UTC).date().isoformat()


def _licences(package: Package, unpacked: Path) -> str:
    """The licence names of the package's copyright file; "see its copyright file" when it has none."""
    doc = unpacked / "usr/share/doc"
    files = [doc / package.name / "copyright", *sorted(doc.glob("*/copyright"))]
    for file in files:
        if file.is_file():
            names = _licence_field.findall(file.read_text("utf-8", "replace"))
            return ", ".join(sorted(set(names))) or "see its copyright file"
    return "see its copyright file"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=Path("build/docs"), help="where packages are kept")
    parser.add_argument("--walk", action="store_true", help="only the packages `make demo` takes")
    args = parser.parse_args()
    packages = [p for p in load_packages() if p.walk or not args.walk]
    found, missing = fetch_all(packages, args.cache, say=print)
    print(f"{len(found)} of {len(packages)} packages are in {args.cache}; {len(missing)} are not to be had.")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())

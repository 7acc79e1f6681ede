"""The demo: a small index of real links, two profiles and a report, in a folder of its own.

Without further input it indexes the table of link facts that ships with backlit (its notice
says where they come from). Given unpacked documentation packages it walks the whole road from
their HTML pages instead.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from backlit.errors import BacklitError, InputError
from backlit.index import Index
from backlit.questions.profile import Profile, profile
from backlit.settings import Settings
from backlit.work.add import AddSummary, Event, add

#: Whose links the demo shows: many from references in texts, and many from "see also" lists.
TARGETS = ("python.org", "wikipedia.org")

#: The shipped table of link facts, and the notice of where they come from.
TABLE = Path(__file__).resolve().parent.parent / "data" / "demo-links.parquet"
NOTICE = TABLE.with_name("NOTICE-demo.md")

#: What the shipped table leaves out, for everybody who shows its figures.
LEFT_OUT = (
    "Links to package registries (the package hosts of Python, npm, Rust, Ruby, Debian and others) "
    "are left out of the demo table."
)


# What an index directory holds, whole or half made.
_INDEX_ENTRIES = {"manifest.json", "generations", "data", "staging", "writer.lock"}


class DocsFolder(NamedTuple):
    """HTML pages of one documentation package: where they lie, and where they stand on the web."""

    name: str
    folder: Path
    base_url: str


@dataclass(frozen=True)
class DemoResult:
    """What the demo made. ``from_pages`` is false when it used the shipped table."""

    index: Path
    profiles: list[Profile]
    reports: list[Path]
    from_pages: bool
    links: int
    pages: int
    problems: list[str]
    seconds: float


def run_demo(
    out: Path,
    *,
    docs: Sequence[DocsFolder] | None = None,
    targets: Sequence[str] = TARGETS,
    settings: Settings | None = None,
    on_progress: Callable[[Event], None] | None = None,
) -> DemoResult:
    """Index the shipped table (or ``docs``) under ``out``, profile the targets, write the reports.

    An index that an earlier demo left there is replaced; anything else at its place is an
    ``InputError``. A package whose pages cannot be read is named in ``problems``; only when none
    can, the demo fails.
    """
    began = time.monotonic()
    index = out / "index"
    _make_room(index)
    if docs:
        summaries = [
            add(
                index,
                [package.folder],
                as_="folder",
                base_url=package.base_url,
                settings=settings,
                on_progress=on_progress,
            )
            for package in docs
        ]
    else:
        summaries = [
            add(
                index,
                [TABLE],
                as_="links",
                snapshot=table_day(),
                settings=settings,
                on_progress=on_progress,
            )
        ]
    problems = [f"{i.file}: {i.error}" for s in summaries for i in s.inputs if i.error is not None]
    if not any(summary.used for summary in summaries):
        raise BacklitError("The demo could read nothing. " + " ".join(problems))
    profiles = [profile(Index.open(index), target, settings=settings) for target in targets]
    reports = [_write_report(out / f"{p.meta.target}.html", p.to_html()) for p in profiles]
    links, pages = _counts(summaries)
    return DemoResult(index, profiles, reports, bool(docs), links, pages, problems, time.monotonic() - began)


def table_day() -> str | None:
    """The day of the youngest page in the shipped table: what the demo's figures are as of."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    newest = pc.max(pq.read_table(TABLE, columns=["last_seen"])["last_seen"]).as_py()
    return None if newest is None else str(newest)


def _make_room(index: Path) -> None:
    """Remove an earlier demo's index; refuse to touch what is not one."""
    if not index.exists():
        return
    if not index.is_dir() or not {entry.name for entry in index.iterdir()} <= _INDEX_ENTRIES:
        raise InputError(
            f"{index} is in the way: it is not an index of backlit. Choose another folder for the demo."
        )
    shutil.rmtree(index)


def _counts(summaries: Sequence[AddSummary]) -> tuple[int, int]:
    """Links and pages in the index after the last input."""
    last = summaries[-1]
    return last.links, last.pages


def _write_report(file: Path, html: str) -> Path:
    half = file.with_name(file.name + ".part")
    half.write_text(html, "utf-8")
    os.replace(half, file)
    return file

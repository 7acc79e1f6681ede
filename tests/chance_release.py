"""A ranked web graph beside the small web of rivals."""

from __future__ import annotations

from pathlib import Path

from backlit.work.web_import import web_import
from backlit.work.web_rank import web_rank
from chance_pages import web_of_rivals
from release_files import edges, vertices

NAMES = ["com.linked", "com.rival", "com.shop", "edu.school", "gov.state", "org.news"]
EDGES = [
    ("gov.state", "org.news"),
    ("gov.state", "edu.school"),
    ("edu.school", "gov.state"),
    ("edu.school", "org.news"),
    ("edu.school", "com.rival"),
    ("org.news", "com.linked"),
    ("org.news", "com.rival"),
    ("org.news", "com.shop"),
]
RELEASE = "cc-main-2026-apr-may-jun-domain"


def web_with_release(folder: Path) -> Path:
    """The index of ``web_of_rivals`` with a ranked release."""
    number = {name: n for n, name in enumerate(NAMES)}
    files = folder.parent / f"{folder.name}-files"
    web_of_rivals(folder)
    web_import(
        folder,
        vertices(files / f"{RELEASE}-vertices.txt.gz", NAMES),
        edges(files / f"{RELEASE}-edges.txt.gz", sorted((number[a], number[b]) for a, b in EDGES)),
    )
    web_rank(folder, trust=["state.gov", "school.edu"])
    return folder

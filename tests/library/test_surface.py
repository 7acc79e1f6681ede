"""The public surface of the library: everything it names is there, and nothing heavy comes with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import backlit
from index_rows import crawl, link, publish_batches


@pytest.mark.parametrize("name", backlit.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(backlit, name) is not None
    assert name in dir(backlit)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        backlit.nothing  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import sys, backlit; print([m for m in ('pyarrow', 'duckdb', 'numpy', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_index_opens_and_answers(tmp_path: Path) -> None:
    rows = [link("https://a.com/1", "https://x.net/", "2026-01-01", anchor="x")]
    publish_batches(tmp_path / "i", [crawl(rows, "2026-01-01")])
    index = backlit.open(tmp_path / "i")
    assert [r["anchor"] for r in backlit.links(index, "x.net").rows()] == ["x"]
    assert backlit.profile(index, "x.net").totals.referring_domains == 1


def test_links_are_judged_decided_and_explained_by_the_names_of_the_package(tmp_path: Path) -> None:
    rows = [link("https://a.com/1", "https://x.net/", "2026-01-01", anchor="x")]
    index = publish_batches(tmp_path / "i", [crawl(rows, "2026-01-01")])
    assert backlit.review(index, "x.net", "keep", domains=["a.com"]).added == 1
    (row,) = backlit.audit(index, "x.net").rows()
    assert (row["verdict"], row["decision"]) == ("fine", "keep")
    (explained,) = backlit.explain(index, row["link_id"])
    assert (explained.verdict, explained.toxicity) == (row["verdict"], row["toxicity"])
    assert backlit.networks(index, "x.net").rows() == []
    assert backlit.risk(index, "x.net").judged_links == 1
    assert [one["decision"] for one in backlit.reviews(index, "x.net").rows()] == ["keep"]
    assert backlit.profile(index, "x.net", audit=True).risk == backlit.risk(index, "x.net")


def test_no_folder_hides_a_question_of_its_name() -> None:
    code = (
        "import backlit.authority.engine, backlit.questions.authority as home, backlit;"
        "print(backlit.authority is home.authority)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"

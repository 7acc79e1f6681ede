"""The page on the profile names every figure, every rule and every class."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from backlit.questions import profile_data, profile_verdict, risk_data
from backlit.settings import default
from backlit.text.anchors import CLASSES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "profile.md").read_text("utf-8")
RECORDS = [
    record
    for record in vars(profile_data).values()
    if isinstance(record, type) and issubclass(record, msgspec.Struct) and record is not msgspec.Struct
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_name_in_the_json_is_documented(record: type[msgspec.Struct]) -> None:
    for field in msgspec.structs.fields(record):
        if field.name in ("name", "findings", "headline", "text"):
            continue
        pattern = rf"`(?:[a-z_]+\.)?{field.encode_name}`|`new_\*`"
        assert re.search(pattern, PAGE), f"{record.__name__}.{field.encode_name}"


def test_every_class_rule_and_kind_is_documented() -> None:
    source = Path(profile_verdict.__file__).read_text("utf-8")
    for rule in re.findall(r'rule="([a-z-]+)"', source):
        assert f"| `{rule}` |" in PAGE
    kinds = re.findall(r'(?:return |\()"([a-z-]+)", f"', source)
    assert {"too-few", "unknown", "both", "quality", "mixed", "quantity", "neither"} <= {*kinds}
    for kind in kinds:
        assert f"| `{kind}` |" in PAGE
    for name in CLASSES:
        assert f"| {name} |" in PAGE


def test_the_edges_in_the_page_are_the_shipped_ones() -> None:
    edges = default().profile
    for name in ("few_domains", "known_share", "strong_share", "many_domains", "mixed_share"):
        assert f"`{name}`" in PAGE
    assert (edges.few_domains, edges.known_share, edges.strong_share) == (10, 0.5, 0.5)
    assert (edges.many_domains, edges.mixed_share) == (100, 0.2)
    assert f"`concentrated_share` ({edges.concentrated_share})" in PAGE
    assert f"`commercial_share` ({edges.commercial_share})" in PAGE
    assert f"`lost_share` ({edges.lost_share})" in PAGE
    assert f"`most_anchors` ({edges.most_anchors:,})" in PAGE
    assert f"`most_links_for_sites` ({edges.most_links_for_sites:,})" in PAGE
    assert f"(setting `new_lost_days`, {edges.new_lost_days})" in PAGE


def test_every_name_of_a_risk_is_documented() -> None:
    section = PAGE.partition("### `risk`")[2].partition("\n## ")[0]
    records = [
        record
        for record in vars(risk_data).values()
        if isinstance(record, type) and issubclass(record, msgspec.Struct) and record is not msgspec.Struct
    ]
    assert len(records) == 8
    names = {field.encode_name for record in records for field in msgspec.structs.fields(record)}
    assert {name for name in names if f"`{name}`" not in section} == set()

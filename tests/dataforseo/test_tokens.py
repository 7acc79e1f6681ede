"""Places in a listing as texts: bound to their request, refused when damaged, good for a later generation."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.server.dataforseo.tokens import Key, make_token, read_token
from dataforseo_server import LOGIN, PASSWORD, serving
from index_rows import crawl, link, publish_batches

KEYS: list[Key] = [("num", True), ("time", False), ("str", False), ("bool", True)]
VALUES: list[Any] = [12, datetime(2026, 1, 2, 3, 4, 5, 678), "https://a.org/ü", None]


def test_a_token_is_safe_in_an_address_and_gives_its_values_back() -> None:
    token = make_token("digest", VALUES)
    assert token.replace("-", "").replace("_", "").isalnum()
    assert read_token(token, "digest", KEYS) == VALUES


@given(data=st.data())
def test_a_damaged_token_is_refused(data: st.DataObject) -> None:
    token = make_token("digest", VALUES)
    at = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.characters(categories=("L", "N", "P", "S")).filter(lambda c: c != token[at]))
    for wrong in (token[:at] + other + token[at + 1 :], token[:at], token + token):
        with pytest.raises(ValueError):
            read_token(wrong, "digest", KEYS)


def test_a_token_of_another_request_or_order_is_refused() -> None:
    token = make_token("digest", VALUES)
    for digest, keys in (("other", KEYS), ("digest", KEYS[:3]), ("digest", KEYS[::-1])):
        with pytest.raises(ValueError):
            read_token(token, digest, keys)


@given(raw=st.binary(max_size=60))
def test_bytes_that_are_no_token_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        read_token(base64.urlsafe_b64encode(raw).decode(), "digest", KEYS)


def test_a_token_is_bound_to_all_parameters_but_the_tag(task: Any) -> None:
    asked = {"target": "shop.com", "limit": 5, "order_by": ["anchor,asc"], "filters": ["dofollow", "=", True]}
    token = task("backlinks/live", **asked, tag="a")["result"][0]["search_after_token"]

    def code(**more: Any) -> int:
        found: int = task("backlinks/live", **{**asked, "search_after_token": token, **more})["status_code"]
        return found

    # What is said explicitly and is the default anyway is the same request.
    assert (
        code()
        == code(tag="b", mode="as_is", include_subdomains=True, offset=0, filters=asked["filters"])
        == 20000
    )
    for more in (
        {"target": "rival.com"},
        {"limit": 6},
        {"order_by": ["anchor,desc"]},
        {"filters": ["dofollow", "=", False]},
        {"mode": "one_per_domain"},
        {"rank_scale": "one_hundred"},
        {"backlinks_status_type": "all"},
        {"offset": 1},
    ):
        assert code(**more) == 40501


def test_a_token_goes_on_behind_its_row_when_links_were_added_since(tmp_path: Path) -> None:
    def links(hosts: str, day: str) -> list[dict[str, Any]]:
        return [link(f"https://{host}.com/", "https://shop.com/", day) for host in hosts]

    publish_batches(tmp_path / "index", [crawl(links("bdfh", "2026-01-01"), "2026-01-01")])
    with serving(tmp_path / "index") as host, httpx.Client(auth=(LOGIN, PASSWORD), timeout=60) as http:
        token, seen = None, []
        for hosts in ("ag", "ce", ""):
            asked = {
                "target": "shop.com",
                "limit": 2,
                "order_by": ["domain_from,asc"],
                "search_after_token": token,
            }
            answer = http.post(f"{host}/v3/backlinks/backlinks/live", json=[asked]).json()["tasks"][0]
            assert answer["status_code"] == 20000
            (result,) = answer["result"]
            token = result["search_after_token"]
            seen.append(([item["domain_from"][0] for item in result["items"]], result["total_count"]))
            if hosts:
                publish_batches(tmp_path / "index", [crawl(links(hosts, "2026-02-01"), "2026-02-01")])
    assert seen == [(["b", "d"], 4), (["f", "g"], 6), (["h"], 8)]
    assert token is None

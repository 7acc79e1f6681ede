"""Redirecting answers as links."""

from __future__ import annotations

import pytest

from backlit.errors import URLError
from backlit.extract.redirect import redirect_link
from backlit.records import EXTRACTED_LINK

URL = "https://www.example.com/old"


def test_a_redirect_to_another_site_is_a_link_without_a_place() -> None:
    row = redirect_link(URL, 301, " //other.test/new#top ")
    assert row is not None
    named = dict(zip(EXTRACTED_LINK.names, row, strict=True))
    assert {name: value for name, value in named.items() if value is not None} == {
        "target_url": "https://other.test/new",
        "target_host": "other.test",
        "target_domain": "other.test",
        "target_site": "other.test",
        "kind": "redirect",
        "nth": 0,
        "anchor": "",
        "rel": "",
        "follow": True,
    }


@pytest.mark.parametrize(
    ("status", "location"),
    [(301, "/new"), (302, "https://shop.example.com/"), (200, "https://other.test/"), (301, None), (301, ""),
     (304, "https://other.test/"), (302, "mailto:x@other.test")],
)  # fmt: skip
def test_what_leads_to_no_other_site_is_no_link(status: int, location: str | None) -> None:
    assert redirect_link(URL, status, location) is None


def test_the_header_can_withhold_a_redirect() -> None:
    row = redirect_link(URL, 302, "https://other.test/", "nofollow")
    assert row is not None
    assert row[EXTRACTED_LINK.names.index("follow")] is False


def test_a_broken_location_is_an_error() -> None:
    with pytest.raises(URLError):
        redirect_link(URL, 301, "http://a..b/")

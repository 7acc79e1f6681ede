"""What tests of the dashboard's pages share: reading them, and texts that try to break out of them."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import html5lib
from starlette.testclient import TestClient

HTML = "{http://www.w3.org/1999/xhtml}"
LONG_NAME = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 56, "test"])
#: Cyrillic а in the middle of Latin letters.
MIXED = "xn--pypal-4ve.com"
HOSTILE = (
    "<script>alert('x')</script>",
    '"><img src=https://spy.example/x.png onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %} ${x}",
    "\u202eesrever\u202c \x1b[31mred\x00",
    "متجر لبيع الكتب",
    "👩‍👩‍👧 🇩🇪",
    "w" * 10_000,
    "",
)


def parsed(text: str) -> Element:
    """The tree of a page; raises where it is no valid HTML."""
    return html5lib.HTMLParser(strict=True).parse(text)


def words(node: Element) -> str:
    """All text of an element, blanks joined."""
    return " ".join("".join(node.itertext()).split())


def told(text: str) -> str:
    """The text of the main part of a page."""
    main = parsed(text).find(f".//{HTML}main")
    assert main is not None
    return words(main).replace("\u202f", " ")


def csrf_of(text: str) -> str:
    """The token of the first form of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def browser(client: TestClient) -> TestClient:
    """A client that asks for pages."""
    client.headers["accept"] = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
    return client

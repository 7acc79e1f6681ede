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


def check(text: str) -> None:
    """What holds for every page."""
    tree = parsed(text)
    assert len(list(tree.iter(f"{HTML}h1"))) == 1
    assert len(list(tree.iter(f"{HTML}main"))) == 1
    assert words(tree.find(f".//{HTML}h1"))
    assert len(words(tree.find(f".//{HTML}title"))) > len(" · backlit")
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    assert sorted(ids) == sorted(set(ids))
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        name = node.tag.rpartition("}")[2]
        assert "style" not in node.attrib, name
        assert not [key for key in node.attrib if str(key).startswith("on")], name
        assert name not in ("style", "iframe", "object", "embed", "base", "img"), name
        if name == "script":
            assert not (node.text or "").strip()
            assert str(node.get("src")).startswith("/static/")
        if name == "link":
            assert str(node.get("href")).startswith("/static/")
        if name == "a" and not str(node.get("href")).startswith(("/", "#")):
            assert node.get("rel") == "noopener noreferrer nofollow"
            assert str(node.get("href")).startswith(("https://", "http://"))
        if name == "form":
            assert str(node.get("action")).startswith("/")
            if node.get("method") == "post":
                assert [field for field in node.iter(f"{HTML}input") if field.get("name") == "csrf"]
        if name in ("input", "select", "textarea") and node.get("type") not in ("hidden", "submit"):
            labels = [label.get("for") for label in tree.iter(f"{HTML}label")]
            inside = [label for label in tree.iter(f"{HTML}label") if node in list(label.iter())]
            assert node.get("id") in labels or inside or node.get("aria-label"), node.attrib
        if name == "table":
            about = [node, *(box for box in tree.iter(f"{HTML}div") if node in list(box))]
            named = [box for box in about if box.get("aria-label") or box.get("aria-labelledby")]
            assert node.find(f"{HTML}caption") is not None or named
        if name == "svg" and node.get("aria-hidden") != "true":
            assert node.get("role") == "img"
    for name, value in ((key, value) for node in tree.iter() for key, value in node.attrib.items()):
        if str(name) in ("src", "href", "srcset", "action", "poster", "data"):
            assert not str(value).lower().startswith(("javascript:", "data:", "//")), value

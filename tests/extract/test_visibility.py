"""Which links a reader cannot see, and by which rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.extract.html import extract_html
from backlit.extract.visibility import colour_of, style_of, style_rules
from backlit.records import EXTRACTED_LINK

LINK = "<a href='http://a.test/'>x</a>"
AT = EXTRACTED_LINK.names.index("hidden")


def hidden(html: str) -> str | None:
    page = extract_html(html.encode(), "https://www.example.com/")
    (row,) = page.links
    assert row[AT] is (row[AT + 1] is not None)
    rule: str | None = row[AT + 1]
    return rule


STYLES = {
    "display:none": "display:none",
    "DISPLAY : None !important": "display:none",
    "visibility:hidden": "visibility:hidden",
    "opacity:0": "opacity:0",
    "opacity:0.0": "opacity:0",
    "opacity:.5": None,
    "text-indent:-9999px": "text-indent:-9999px",
    "text-indent:-1em": None,
    "position:absolute;left:-10000px": "left:-10000px",
    "position:fixed; top:-100em": "top:-100em",
    "left:-10000px": None,
    "position:absolute;left:-10px": None,
    "margin-left:-9999px": "margin-left:-9999px",
    "clip:rect(0 0 0 0);position:absolute": "clip",
    "clip:rect(1px, 1px, 1px, 1px)": "clip",
    "clip-path:inset(50%)": "clip",
    "width:0;height:0": "zero size",
    "width:1px;height:1px;overflow:hidden": "zero size",
    "height:0;overflow:hidden": "zero size",
    "height:0": None,
    "max-height:0px;overflow:hidden": "zero size",
    "width:100px;overflow:hidden": None,
    "transform:scale(0)": "transform:scale(0)",
    "color:#FFF;background:white": "colour #ffffff on #ffffff",
    "color:#fff;background-color:rgb(255, 255, 255)": "colour #ffffff on #ffffff",
    "color:#fff;background:url(x.png)": None,
    "color:#fff": None,
    "display:block": None,
    "": None,
    ";;:;": None,
}


@pytest.mark.parametrize("style", STYLES)
def test_inline_style_on_the_link_and_on_an_ancestor(style: str) -> None:
    rule = STYLES[style]
    assert hidden(f"<a href='http://a.test/' style='{style}'>x</a>") == (rule and f"{rule} on a")
    deep = f"<div style='{style}'><ul><li><b>{LINK}</b></ul></div>"
    assert hidden(deep) == (rule and f"{rule} on div")


CASES = {
    "the attribute": (f"<section hidden><p>{LINK}</section>", "attribute hidden on section"),
    "the attribute with any value": (f"<div hidden=false>{LINK}</div>", "attribute hidden on div"),
    "hidden until found can be found": (f"<div hidden=until-found>{LINK}</div>", None),
    "aria-hidden hides from no eye": (f"<div aria-hidden=true>{LINK}</div>", None),
    "a class for screen readers by itself": (f"<span class='sr-only visually-hidden'>{LINK}</span>", None),
    "noscript": (f"<body><noscript><div>{LINK}</div></noscript>", "inside noscript"),
    "the nearest rule to the root is named": (
        f"<div style='display:none'><p style='opacity:0'>{LINK}</div>", "display:none on div",
    ),
    "no text size": (f"<p style='font-size:0'>{LINK}</p>", "font-size:0"),
    "a text size of its own": (f"<p style='font-size:0px'><span style='font-size:12px'>{LINK}</span></p>", None),
    "the colour of what is behind it": (
        "<div style='background:#000'><p><a href='http://a.test/' style='color:black'>x</a></div>",
        "colour #000000 on #000000",
    ),
    "a background between them": (
        "<div style='background:#000'><p style='background:#fff'><a href='http://a.test/' style='color:#000'>x</a>",
        None,
    ),
    "old attributes": (
        "<table><tr><td bgcolor=white><font color='#ffffff'><a href='http://a.test/' style='color:#fff'>x</a>",
        "colour #ffffff on #ffffff",
    ),
    "a style rule for a class": (
        f"<style>p{{color:red}} .x , .y {{ display : none; DISPLAY:none;display:none }}</style>"
        f"<div class='a y'>{LINK}</div>",
        "style rule .y{display:none}",
    ),
    "a style rule for an id": (
        f"<style>#nav{{position:absolute;left:-9999px}}</style><div id=nav>{LINK}</div>",
        "style rule #nav{left:-9999px}",
    ),
    "a style rule for an element of a class": (
        f"<style>div.x{{visibility:hidden}}</style><span class=x>{LINK}</span>", None,
    ),
    "the same on the right element": (
        f"<style>div.x{{visibility:hidden}}</style><div class=x>{LINK}</div>", "style rule div.x{visibility:hidden}",
    ),
    "rules for a screen or printer do not count": (
        f"<style>@media print {{ .x{{display:none}} }} .z{{color:red}}</style><div class=x>{LINK}</div>", None,
    ),
    "a rule after a screen's": (
        f"<style>@media print {{ .z{{display:none}} }} .x{{display:none}}</style><div class=x>{LINK}</div>",
        "style rule .x{display:none}",
    ),
    "rules that hang on more than one element": (
        f"<style>.js .x{{display:none}} .x:hover{{display:none}} .x.y{{display:none}}</style><div class=x>{LINK}</div>",
        None,
    ),
    "rules commented out": (
        f"<style>/* .x{{display:none}} */ .y{{display:none}}</style><div class=x>{LINK}</div>", None,
    ),
    "a comment before a rule": (
        f"<style>/* hide */ .x{{display:none}}</style><div class=x>{LINK}</div>", "style rule .x{display:none}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_hiding_by(case: str) -> None:
    html, rule = CASES[case]
    assert hidden(html) == rule


def test_one_hidden_parent_does_not_hide_its_neighbour() -> None:
    html = f"<div><p style='display:none'>{LINK}</p><p>{LINK}</p></div>{LINK}"
    page = extract_html(html.encode(), "https://www.example.com/")
    assert [row[AT] for row in page.links] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "colour"),
    [("#abc", "aabbcc"), ("#AABBCCDD", "aabbcc"), ("rgb(1,2,300)", "0102ff"), ("rgba(0,0,0,0)", None),
     ("rgba(0, 0, 0, .5)", "000000"), ("White", "ffffff"), ("#12", None), ("inherit", None), ("", None)],
)  # fmt: skip
def test_colours(text: str, colour: str | None) -> None:
    assert colour_of(text) == colour


@given(st.text(max_size=200))
def test_any_style_is_read(text: str) -> None:
    style_of(text)
    colour_of(text)


@given(st.text(alphabet=".#{}:;,/* -0adinoplesty@m\n", max_size=200))
def test_any_sheet_is_read(text: str) -> None:
    style_rules([text, text + "}.a{display:none", "{" * 50 + "display:none"])

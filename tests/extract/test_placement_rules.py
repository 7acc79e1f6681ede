"""Where a link stands, rule by rule. The links of the gate are in test_placement_gate.py."""

from __future__ import annotations

import pytest

from backlit.extract.html import extract_html
from backlit.extract.places import marks_of
from backlit.records import EXTRACTED_LINK, PLACEMENTS

AT = EXTRACTED_LINK.names.index("placement")
PROSE = "<p>" + "Some words that make up the text of this page, as an author writes them. " * 12 + "</p>"
LINK = "<a href='http://a.test/'>a link</a>"
SENTENCE = f"<p>As they say, {LINK} is well worth a look when you have the time for it.</p>"
MENU = "<ul><li><a href=/1>One</a><li><a href=/2>Two</a><li><a href=/3>Three</a><li>" + LINK + "</ul>"


def place(html: str) -> tuple[str, str, str | None]:
    page = extract_html(html.encode(), "https://www.example.com/")
    (row,) = (row for row in page.links if row[0].startswith("http://a.test/"))
    placement, rule, semantic = row[AT : AT + 3]
    assert placement in PLACEMENTS
    return placement, rule, semantic


def whole(top: str = "", content: str = "", bottom: str = "") -> str:
    return f"<body>{top}<div><h1>Title of it</h1>{PROSE}{content}{PROSE}</div>{bottom}"


CASES: dict[str, tuple[str, str, str]] = {
    "prose": (whole(content=SENTENCE), "content", "default"),
    "prose in an article": (
        f"<article><h1>T</h1>{PROSE}{SENTENCE}{PROSE}</article>", "content", "tag:article",
    ),
    "the author among the buttons of a post": (
        f"<article><h1>T</h1>{PROSE}<div class=buttons><span class=post-author>By {LINK}</span>"
        "<a href=/1>at noon</a><a href=/2>Mail</a><a href=/3>Print</a></div></article>",
        "content", "class:post-author",
    ),
    "an author line between title and text": (
        whole(content=f"<div class=story__authorNames>{LINK} <a href=/1>Ann</a> <a href=/2>Ben</a></div>"),
        "content", "class:story__authornames",
    ),
    "a byline above the content": (whole(top=f"<div class=byline>{LINK}</div>"), "content", "class:byline"),
    "the author of a line of credits at the end": (
        f"<main><h1>T</h1>{PROSE}{PROSE}<p class=meta>Copyright 2019 {LINK}</p></main>", "footer", "text:credits",
    ),
    "the social part of a byline by its class": (
        f"<article><h1>T</h1>{PROSE}<div class=byline><div class=byline-social>{LINK}</div></div>{PROSE}</article>",
        "nav", "class:byline-social",
    ),
    "an embedded post of rows": (
        f"<article><h1>T</h1>{PROSE}<div class=social-embed><p>{LINK}</p><p><a href=/1>One</a></p>"
        f"<p><a href=/2>Two</a></p></div>{PROSE}</article>",
        "content", "class:social-embed",
    ),
    "a category of the post is no name of a place": (
        f"{PROSE}<div class='post-7 type-post category-comments'><h1>T</h1>{PROSE}{SENTENCE}{PROSE}</div>",
        "content", "default",
    ),
    "a drawer of an AMP page": (
        whole(bottom=f"<amp-sidebar id=sidebar>{MENU}</amp-sidebar>"), "nav", "tag:amp-sidebar",
    ),
    "a note for the printer": (
        f"<article><h1>T</h1>{PROSE}<p class=print-footer>Copies: {LINK}</p>{PROSE}</article>",
        "content", "class:print-footer",
    ),
    "a slider of the content that scrolls sideways": (
        f"<div><div>{PROSE}</div><div class=sideScroller>{MENU}<p>More of the boxes that stand here</p></div></div>",
        "list", "links:rows",
    ),
    "tools of an article by their class": (
        f"<article><h1>T</h1>{PROSE}<div class=article_tools>{MENU}</div>{PROSE}</article>",
        "nav", "class:article_tools",
    ),
    "a menu by its element": (whole(top=f"<nav>{MENU}</nav>"), "nav", "tag:nav"),
    "a menu by its role": (whole(top=f"<div role='navigation'>{MENU}</div>"), "nav", "role:navigation"),
    "a menu by its class": (whole(top=f"<div class='site mainMenu'>{MENU}</div>"), "nav", "class:mainmenu"),
    "a menu without a name": (whole(top=MENU), "nav", "links:internal"),
    "a menu in the header yields": (whole(top=f"<header><nav>{MENU}</nav></header>"), "nav", "tag:nav"),
    "the rest of the header": (whole(top=f"<header>{LINK}<nav></nav></header>"), "header", "tag:header"),
    "a header by its class": (whole(top=f"<div id='pageHeader'>{LINK}</div>"), "header", "id:pageheader"),
    "above the content without a name": (whole(top=f"<div>{LINK}</div>"), "header", "before:content"),
    "an article's header is content": (
        f"<article><header><h1>T</h1>by {LINK}</header>{PROSE}</article>", "content", "tag:article",
    ),
    "a post's footer by its class": (
        whole(content=f"<div class='post-footer'><p>Source of it all: {LINK} and others</p></div>"),
        "content", "class:post-footer",
    ),
    "the footer": (whole(bottom=f"<footer>{LINK}</footer>"), "footer", "tag:footer"),
    "a menu in the footer": (whole(bottom=f"<footer><nav>{MENU}</nav></footer>"), "footer", "tag:footer"),
    "content in the footer": (
        whole(bottom=f"<div class=footer><div class=content>{SENTENCE}</div></div>"), "footer", "class:footer",
    ),
    "a footer in German": (whole(bottom=f"<div id=fusszeile>{LINK}</div>"), "footer", "id:fusszeile"),
    "credits without a name": (
        whole(bottom=f"<p>Copyright 2019 Example Ltd. Design by {LINK}</p>"), "footer", "text:credits",
    ),
    "a side column": (whole(bottom=f"<div id=sidebar>{MENU}</div>"), "sidebar", "id:sidebar"),
    "an article class in the side column": (
        whole(bottom=f"<aside><article class=entry-content>{SENTENCE}</article></aside>"), "sidebar", "tag:aside",
    ),
    "a menu that is a side column": (
        whole(top=f"<div class=sphinxsidebar role=navigation>{MENU}</div>"), "sidebar", "class:sphinxsidebar",
    ),
    "a side cell of an old layout": (
        f"<table><tr><td>{MENU}</td><td>{PROSE}</td></tr></table>", "sidebar", "cell:side",
    ),
    "a narrow column of a grid": (
        f"<div class=row><div class=col-md-8>{PROSE}</div><div class=col-md-4>{MENU}</div></div>",
        "sidebar", "class:col-md-4",
    ),
    "a column by a word and its narrowness": (
        f"<div><div>{PROSE}</div><div id=stgCol300>{MENU}<p>More of the boxes that stand here</p></div></div>",
        "sidebar", "id:stgcol300",
    ),
    "a block to the right that is no narrow column": (
        f"<div><div id=right>{PROSE}{SENTENCE}</div><div>{PROSE}</div></div>", "content", "default",
    ),
    "a floated thing is no column": (
        f"<div><div>{PROSE}</div><div class=pull--left-arrow>{SENTENCE}</div></div>", "content", "default",
    ),
    "a bar of short links in the header": (
        whole(top="<div id=header><div>" + "<a href=/x>Words</a> " * 4 + LINK + "</div></div>"), "nav", "links:bar",
    ),
    "a strip of unlike things in the header": (
        whole(top="<div id=header><div>" + "<div><a href=/x>One</a> <a href=/y>Two</a></div>" * 3
              + f"<div>{LINK}</div></div></div>"),
        "header", "id:header",
    ),
    "a sign-in link in the header": (
        whole(top="<div id=header><a href='http://a.test/'>My account</a></div>"), "nav", "words:tool",
    ),
    "a chat link above the content": (
        whole(top="<div><a href='http://a.test/'>Live chat</a></div>"), "nav", "words:tool",
    ),
    "the social part of the header by its class": (
        whole(top=f"<div id=header><div class=header-social>{LINK}</div></div>"), "nav", "class:header-social",
    ),
    "a class on a wrapper of everything is no side column": (
        f"<div class='sidebar-right'><h1>T</h1>{PROSE}{SENTENCE}{PROSE}</div>", "content", "default",
    ),
    "a class that only describes a state": (
        f"<div class='no-sidebar has-menu comments-open'>{PROSE}{SENTENCE}</div>", "content", "default",
    ),
    "thread holds head, and means something else": (
        f"<div class='thread overhead'>{PROSE}{SENTENCE}</div>", "content", "default",
    ),
    "comments": (
        whole(bottom=f"<ol class=commentlist><li>{PROSE}<p>{LINK} says yes</p></ol>{PROSE}"),
        "comment", "class:commentlist",
    ),
    "comments in an article": (
        f"<article>{PROSE}<section id=comments><p>{PROSE}{LINK} says no</p></section></article>",
        "comment", "id:comments",
    ),
    "a post of a board by its number": (
        whole(bottom=f"<div id=post_message_123><p>{PROSE}{LINK} says so</p></div>"), "comment", "id:post",
    ),
    "a post of a blog by its number": (
        whole(content=f"<div id=post-123 class=type-post>{SENTENCE}</div>"), "content", "default",
    ),
    "excerpts of a board": (
        whole(bottom=f"<ul class='MessageList ExcerptList'><li>{SENTENCE}</ul>"), "comment", "class:messagelist",
    ),
    "comments in French": (
        whole(bottom=f"<div class=commentaires><p>{LINK} a dit oui, et puis il est parti pour toujours.</p></div>"),
        "comment", "class:commentaires",
    ),
    "recent comments in a side column": (
        whole(bottom=f"<aside><div class=recent-comments>{SENTENCE}</div></aside>"), "sidebar", "tag:aside",
    ),
    "schema.org names": (
        whole(bottom=f"<div itemscope itemtype='https://schema.org/WPFooter'>{LINK}</div>"),
        "footer", "itemtype:wpfooter",
    ),
    "a list of links": (
        whole(content="<ul>" + "".join(f"<li><a href='http://l{n}.test/'>Site {n}</a> - about it</li>" for n in "123")
              + f"<li>{LINK} - what it is</li></ul>"),
        "list", "links:rows",
    ),
    "a list of sentences": (
        whole(content="<ul>" + "<li>We once went to <a href='http://l.test/'>a town</a> and stayed for long.</li>" * 3
              + f"<li>You can ask on {LINK} when something does not work for you.</li></ul>"),
        "content", "default",
    ),
    "references by their class": (
        whole(content="<div class=reflist>" + "<p>A. Author, A title of it, <a href='http://l.test/'>doi</a></p>" * 3
              + f"<p>Another author, another title, {LINK}</p></div>"),
        "list", "class:reflist",
    ),
    "one note": (
        whole(content=f"<aside class='footnote brackets'><p>[1] See the {LINK} for more.</p></aside>"),
        "content", "default",
    ),
    "a table whose rows are about their links": (
        whole(content="<table>" + "".join(
            f"<tr><td>{n}</td><td><a href='http://l{n}.test/'>Tool {n}</a></td><td>does it all, and well</td></tr>"
            for n in "123") + f"<tr><td>4</td><td>{LINK}</td><td>does it all, and better still</td></tr></table>"),
        "list", "links:rows",
    ),
    "paragraphs of one link each, after one another": (
        whole(content="<p><a href='http://l.test/'>1 May - a concert</a></p>" * 2 + f"<p>{LINK}</p>"),
        "list", "links:rows",
    ),
    "paragraphs of one link each, with text between": (
        whole(content=f"<p><a href='http://l.test/'>See it</a></p>{PROSE}<p>{LINK}</p>{PROSE}<p>{PROSE}</p>"),
        "content", "default",
    ),
    "names of a manual, explained": (
        whole(content="<ul>" + "<li><a href='http://l.test/'><code>TypeError</code></a> - if it is wrong</li>" * 3
              + "<li><a href='http://a.test/'><code>ValueError</code></a> - if it is worse</li></ul>"),
        "content", "default",
    ),
    "a trail in the header": (
        whole(top=f"<div class=header>{LINK} » <a href=/x>Section</a> » Page</div>"), "nav", "text:trail",
    ),
    "a class that names two places, of which one can be": (
        whole(bottom=f"<div class='nav right'>{MENU}</div>{PROSE}"), "nav", "class:nav",
    ),
    "numbered sources": (
        whole(content="<div>" + "<p>[1] <a href='http://l.test/1'>https://l.test/a-page</a> what it is of</p>" * 3
              + f"<p>[4] {LINK}, 19</p></div>"),
        "list", "links:rows",
    ),
    "terms that are links": (
        whole(content="<dl>" + "<dt><a href='http://l.test/'>A thing</a><dd>" + PROSE
              + "<dt><a href='http://m.test/'>More</a><dd>Also.<dt>" + LINK + "<dd>And that.</dl>"),
        "list", "links:rows",
    ),
    "an item with several links in a sentence": (
        whole(content="<ul><li>" + "<a href='http://l.test/'>Some name</a> and " * 4 + f"a lot of {LINK}, or the other"
              + "<li>Take a knife that is sharp enough for all of it</ul>"),
        "content", "default",
    ),
    "rows of headlines below the text": (
        whole(content="".join(f"<div><a href=/{n}>A headline</a></div>" for n in range(5)) + f"<div>{LINK}</div>"),
        "list", "links:rows",
    ),
    "sources under their title": (
        whole(content="<div><p>Sources:</p>" + "<p>One. <a href='http://l.test/'>A title</a>. A journal. 2013.</p>" * 2
              + f"<p>Another author. {LINK}. A journal of another name. 2014.</p></div>"),
        "list", "links:rows",
    ),
    "links with signs between them": (
        whole(content="<p>In short: " + "<a href='http://l.test/'>A name</a> – " * 5 + LINK + "</p>"),
        "list", "links:rows",
    ),
    "links in a sentence, with commas": (
        whole(content="<p>It runs on " + "<a href='http://l.test/'>a name</a>, " * 5 + LINK + " and others, too</p>"),
        "content", "default",
    ),
    "a run of rows of which some have no link": (
        whole(content="<div>" + "<p><a href='http://l.test/'>19.11. A show</a></p><p>20.11. A show</p>" * 3
              + f"<p>{LINK}</p></div>"),
        "list", "links:rows",
    ),
    "short words to the very end of the page": (
        whole(bottom=f"<ul><li>{LINK}" + "<li><a href='http://l.test/'>Careers</a>" * 12 + "</ul>"),
        "footer", "end:links",
    ),
    "a caption of links": (
        whole(content="<figure><figcaption>" + "<a href='http://l.test/'>A name</a>, " * 4
              + LINK + "</figcaption></figure>"),
        "content", "tag:figure",
    ),
    "a few pictures": (
        whole(content="<div>" + "<div><a href='http://l.test/'><img></a></div>" * 3
              + "<div><a href='http://a.test/'><img></a></div></div>"),
        "content", "default",
    ),
    "addresses that sentences lead to": (
        whole(content="<ul>" + "<li>The whole of the instructions for the use of this type are found online at "
              "<a href='http://l.test/'>http://l.test/instructions</a>" * 3
              + "<li>The whole of the instructions for the use of this type are found online at "
              "<a href='http://a.test/'>http://a.test/instructions</a></ul>"),
        "content", "default",
    ),
    "an aside that names a menu": (
        f"<article>{PROSE}<aside class=social-follow><p>{LINK}</p></aside>{PROSE}</article>",
        "nav", "class:social-follow",
    ),
    "a column inside a post": (
        f"<div class=post><div>{PROSE}</div><div class=oneSixth>{MENU}<p>More of the boxes that stand here</p>"
        "</div></div>",
        "sidebar", "class:onesixth",
    ),
    "share buttons beside the credits": (
        whole(bottom="<div><a href='http://a.test/share?url=https://www.example.com/x'>tell</a> © Example</div>"),
        "footer", "text:credits",
    ),
    "the last menu of a manual": (
        whole(bottom=f"<div><p>See the {LINK} as well</p></div>"), "content", "default",
    ),
    "share buttons in the text": (
        whole(content="<p><a href='http://a.test/share?url=https://www.example.com/x'>tell</a></p>"),
        "nav", "target:share",
    ),
    "share buttons in an aside of an article": (
        f"<article>{PROSE}<aside><a href='http://a.test/share?url=https://www.example.com/x'>tell</a></aside></article>",
        "sidebar", "tag:aside",
    ),
    "share buttons in the footer": (
        whole(bottom="<footer><a href='http://a.test/share?url=https://www.example.com/x'>tell</a></footer>"),
        "footer", "tag:footer",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_place_of(case: str) -> None:
    html, placement, rule = CASES[case]
    assert place(html)[:2] == (placement, rule)


def test_a_profile_is_a_tool_as_an_icon_and_content_in_a_sentence() -> None:
    icon = whole(content="<p><a href='https://twitter.com/example'><img alt=Twitter></a></p>")
    follow = whole(content="<p><a href='https://twitter.com/example'>Follow Jane Doe</a></p>")
    named = whole(content="<p><a href='https://twitter.com/example'>Example on Twitter</a></p>")
    prose = whole(
        content="<p>I write about this on <a href='https://twitter.com/me'>Twitter</a> most days.</p>"
    )
    got = [
        extract_html(html.encode(), "https://www.example.com/").links[0][AT : AT + 2]
        for html in (icon, follow, named, prose)
    ]
    assert got == [*[("nav", "target:profile")] * 3, ("content", "default")]


def test_pictures_of_a_gallery_are_content() -> None:
    html = whole(content="<ul>" + "<li><a href='http://a.test/big.jpg'><img alt=''></a>" * 4 + "</ul>")
    assert [
        row[AT : AT + 2] for row in extract_html(html.encode(), "https://www.example.com/").links[:1]
    ] == [("content", "default")]


def test_the_comment_system_s_own_link_is_a_comment() -> None:
    html = whole(content="<noscript>comments powered by <a href='http://disqus.com'>Disqus</a></noscript>")
    assert extract_html(html.encode(), "https://www.example.com/").links[0][AT : AT + 2] == (
        "comment",
        "target:comments",
    )


@pytest.mark.parametrize(
    ("html", "semantic"),
    [
        (f"<main><section><p>{LINK}", "section"),
        (f"<article><figure><figcaption>{LINK}", "figcaption"),
        (f"<details><summary>s</summary>{LINK}", "details"),
        (f"<blockquote><div>{LINK}", "blockquote"),
        (f"<div><p>{LINK}", None),
    ],
)
def test_semantic_location_is_the_nearest_element_with_a_meaning(html: str, semantic: str | None) -> None:
    assert place(html)[2] == semantic


def test_frames_and_forms_have_a_place_as_well() -> None:
    html = whole(
        content="<iframe src='http://a.test/'></iframe>",
        bottom="<footer><form action='http://b.test/'></form></footer>",
    )
    page = extract_html(html.encode(), "https://www.example.com/")
    assert [row[AT] for row in page.links] == ["content", "footer"]


MARKS = {
    ("div", None, "siteFooter"): "footer",
    ("div", None, "site-footer__inner"): "footer",
    ("div", None, "SITE_FOOTER"): "footer",
    ("div", None, "footer-posts"): "footer",
    ("div", None, "header-menu"): "nav",
    ("aside", None, "menu-sidebar"): "nav",
    ("div", None, "navigation withsidebar"): "nav",
    ("div", None, "withsidebar"): None,
    ("li", None, "recentcomments"): "sidebar",
    ("div", None, "quicklinks"): "nav",
    ("div", None, "browsehappy"): "header",
    ("div", None, "outdated-browser"): "header",
    ("div", None, "smallprint"): "footer",
    ("div", None, "post-header-social"): "piece",
    ("div", None, "art-col2"): "hint",
    ("div", None, "float--left-arrow"): None,
    ("div", None, "card-footer"): "piece",
    ("div", None, "articleheader"): "piece",
    ("div", None, "widget-area"): "sidebar",
    ("div", None, "leftCol"): "sidebar",
    ("div", None, "table-contents"): None,
    ("div", None, "table-of-contents"): "nav",
    ("div", None, "toc"): "nav",
    ("div", None, "commentform"): "comment",
    ("span", None, "comments-link"): None,
    ("div", None, "comment-count"): None,
    ("div", None, "elementor-widget-container"): None,
    ("div", None, "document"): None,
    ("div", None, "wy-nav-content-wrap"): None,
    ("div", None, "style-external-links"): None,
    ("div", None, "nofooter"): "footer",
    ("div", "contentinfo", "x"): "footer",
    ("nav", None, "sidebar"): "sidebar",
    ("article", None, "comment"): "comment",
    ("div", "presentation", ""): None,
}


@pytest.mark.parametrize("names", MARKS)
def test_what_an_element_names(names: tuple[str, str | None, str]) -> None:
    tag, role, classes = names
    marks = marks_of(tag, role, None, classes, "")
    assert (marks[0].place if marks else None) == MARKS[names]

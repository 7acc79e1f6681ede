"""What the sections of the report are made of: rows, captions, marks, links to strangers."""

from __future__ import annotations

from backlit.questions.profile_format import both_names
from backlit.questions.report_html import Html, el
from backlit.text.visible import visible

_URL_CHARACTERS = 140
_DOMAIN_CHARACTERS = 72


def section(name: str, title: str, note: str, *parts: object) -> Html:
    """A section: its heading and a note in the margin column, its parts beside them."""
    return el(
        "section",
        el("header", el("h2", title, id=name), el("p", note)),
        el("div", *parts, class_="stack"),
        class_="row",
        aria_labelledby=name,
    )


_END = "</div></section>"


def dated(part: Html, line: str) -> Html:
    """A section with a last line that says where its figures come from."""
    if not part.endswith(_END):
        return part
    return Html(part.removesuffix(_END) + el("p", line, class_="provenance") + _END)


def caption(title: str, of: str) -> Html:
    """The caption of a table: its title, and of how many."""
    return el("caption", title, el("span", of, class_="of"))


def heads(*heads: tuple[str, str]) -> Html:
    """The head of a table from names and classes of its columns."""
    cells = [
        el("th", name, scope="col", class_=css or None) if name else el("td", class_=css or None)
        for name, css in heads
    ]
    return el("thead", el("tr", *cells))


def swatch(kind: str) -> Html:
    """A small square in the colour of a band; its word stands beside it."""
    return el(
        "svg",
        el("rect", width=12, height=12, class_=f"fill-{kind}"),
        class_="swatch",
        view_box="0 0 12 12",
        aria_hidden="true",
        focusable="false",
    )


def domain_link(domain: str) -> Html:
    """A domain in both spellings, linked to its home page."""
    return foreign_link(f"https://{domain}/", _cut_middle(visible(both_names(domain)), _DOMAIN_CHARACTERS))


def page_link(url: str) -> Html:
    """An address, linked to itself."""
    return foreign_link(url, _cut_middle(visible(url), _URL_CHARACTERS))


def _cut_middle(text: str, limit: int) -> str:
    """``text`` with its middle left out: both ends of an address matter."""
    if len(text) <= limit:
        return text
    tail = limit // 3
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"


def foreign_link(url: str, shown: str) -> Html:
    text = el("bdi", shown, dir="ltr")
    if not url.startswith(("http://", "https://")) or visible(url) != url:
        return text
    return el("a", text, href=url, rel="noopener noreferrer nofollow")

"""Reports as PDF and charts as PNG, made by the Chromium of this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import NamedTuple

from backlit.work.browser import browser

#: Paper, width and height in inches.
PAPERS = {"a4": (8.27, 11.69), "letter": (8.5, 11.0)}
_LINE = (
    '<div style="font:7.5px system-ui,sans-serif;color:#555;width:100%;margin:0 14mm;display:flex;gap:6mm;'
    'justify-content:space-between"><span style="overflow:hidden;white-space:nowrap;text-overflow:ellipsis">{words}'
    '</span><span style="white-space:nowrap"><span class="pageNumber"></span> / <span class="totalPages"></span>'
    "</span></div>"
)


class Picture(NamedTuple):
    """A chart to be painted: its SVG, and its size."""

    svg: str
    width: int
    height: int


def pdf(html: str, *, footer: str, paper: str = "a4", seconds: float = 45.0) -> bytes:
    """``html`` printed, with ``footer`` and the page number at the foot of every page.

    Raises ``BrowserMissing`` where there is no Chromium, ``BrowserFailed`` when it fails or takes too long.
    """
    width, height = PAPERS[paper]
    with browser(seconds) as tab:
        tab.show(html, "html")
        return tab.pdf(
            paperWidth=width,
            paperHeight=height,
            marginTop=0.55,
            marginBottom=0.7,
            marginLeft=0.55,
            marginRight=0.55,
            printBackground=True,
            displayHeaderFooter=True,
            headerTemplate="<span></span>",
            footerTemplate=_LINE.format(words=escape(footer)),
            generateTaggedPDF=True,
            generateDocumentOutline=True,
        )


def pngs(
    pictures: Mapping[str, Picture], *, scale: float = 2.0, seconds: float = 45.0
) -> Iterable[tuple[str, bytes]]:
    """Each picture painted at ``scale`` pixels a unit, one after the other; errors as of ``pdf``."""
    with browser(seconds * max(1, len(pictures))) as tab:
        for name, one in pictures.items():
            tab.show(one.svg, "svg", width=one.width, height=one.height, scale=scale)
            yield name, tab.png(one.width, one.height)

"""One pass over a page's tree, in document order: its text, links, blocks and notes.

The text is joined from pieces with running offsets, so that every link and block knows where
it begins and ends in it. Blocks and ``<br>`` put a blank between words; what no reader sees
as text (scripts, styles, templates, form values) is left out.

The walk keeps its own stack of open elements, hence no recursion and no climbing: its time
is linear in the number of nodes however deep they are nested.
"""

from __future__ import annotations

from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

_factory = LexborHTMLParser("")


def _ids(names: str) -> frozenset[int]:
    return frozenset(_factory.create_node(name).tag_id for name in names.split())


def _id(name: str) -> int:
    return int(_factory.create_node(name).tag_id)


#: Elements that begin and end a line, so that the words on either side do not run together.
BLOCKS = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup html legend li main "
    "menu nav ol optgroup option p pre search section select summary table tbody td tfoot th "
    "thead tr ul"
)
_BREAKS = "br hr"
_UNREAD = "script style template textarea title iframe noembed noframes datalist"
_NOTED = "meta link base title iframe frame ins style script time"
_PICTURES = "img svg"

_INLINE, _BLOCK, _BREAK, _UNREAD_NOTE, _LINK, _NOTE, _PICTURE, _NOSCRIPT = range(8)

_TEXT = 2
A, AREA, NOSCRIPT = _id("a"), _id("area"), _id("noscript")
META, LINK, BASE, TITLE, IFRAME, FRAME, FORM, INS, STYLE, SCRIPT, TIME, BODY = map(
    _id, ["meta", "link", "base", "title", "iframe", "frame", "form", "ins", "style", "script", "time", "body"]
)
H1 = _id("h1")
HEADINGS = _ids("h1 h2 h3 h4 h5 h6")
MAIN, ARTICLE = _id("main"), _id("article")
LISTS = _ids("ul ol dl table tbody dir menu")
ROWS = _ids("li dt dd tr")

_noted = _ids(_NOTED)
_actions: dict[int, int] = {
    **dict.fromkeys(_ids(BLOCKS), _BLOCK),
    **dict.fromkeys(_ids(_BREAKS), _BREAK),
    **dict.fromkeys(_ids("meta link base frame ins time"), _NOTE),
    **dict.fromkeys(_ids(_UNREAD), _UNREAD_NOTE),
    **dict.fromkeys(_ids(_PICTURES), _PICTURE),
    A: _LINK,
    AREA: _LINK,
    NOSCRIPT: _NOSCRIPT,
}


class LinkMark:
    """An ``a`` or ``area`` with an address: where it stands, and the first picture in it."""

    __slots__ = ("end", "href", "node", "picture", "start")

    def __init__(self, node: LexborNode, href: str, start: int) -> None:
        self.node = node
        self.href = href
        self.start = start
        self.end = start
        self.picture: LexborNode | None = None


class BlockMark:
    """A block: its stretch of the text, of the list of links and of the list of blocks."""

    __slots__ = ("end", "first_link", "last_block", "last_link", "order", "start", "tag_id")

    def __init__(self, tag_id: int, order: int, start: int, first_link: int) -> None:
        self.tag_id = tag_id
        self.order = order
        self.last_block = order + 1
        self.start = start
        self.end = start
        self.first_link = first_link
        self.last_link = first_link


class Note(NamedTuple):
    """An element that says something of the page, or is a link of another kind."""

    tag_id: int
    node: LexborNode
    at: int
    links_before: int
    in_noscript: bool


class Outline(NamedTuple):
    """What one pass over the tree found."""

    text: str
    links: list[LinkMark]
    blocks: dict[int, BlockMark]
    notes: list[Note]
    links_cut: bool


def outline_of(root: LexborNode, max_links: int) -> Outline:
    """Walk the tree below ``root`` once. Links after the first ``max_links`` are not kept."""
    pieces: list[str] = []
    links: list[LinkMark] = []
    blocks: dict[int, BlockMark] = {}
    notes: list[Note] = []
    open_nodes: list[LexborNode] = []
    open_marks: list[LinkMark | BlockMark | int | None] = []
    open_link: LinkMark | None = None
    actions = _actions.get
    size = 0
    blank = True  # the text so far ends in a blank, or is empty
    noscripts = 0
    links_cut = False
    node: LexborNode | None = root
    while node is not None:
        tag_id = node.tag_id
        child: LexborNode | None
        if tag_id == _TEXT:
            piece = node.text_content or ""
            if not piece.isspace():
                pieces.append(piece)
                size += len(piece)
                blank = False
            elif not blank:
                pieces.append(" ")
                size += 1
                blank = True
            child = None
        else:
            mark: LinkMark | BlockMark | int | None = None
            action = actions(tag_id, _INLINE)
            if action == _INLINE:
                child = node.first_child
            elif action == _BLOCK:
                if not blank:
                    pieces.append(" ")
                    size += 1
                    blank = True
                mark = blocks[node.mem_id] = BlockMark(tag_id, len(blocks), size, len(links))
                child = node.first_child
                if tag_id == FORM or tag_id == BODY:
                    notes.append(Note(tag_id, node, size, len(links), noscripts > 0))
            elif action == _LINK:
                attributes = node.attrs
                href = attributes.get("href", 0)
                if href == 0:
                    href = attributes.get("xlink:href", 0)
                if href != 0:
                    if len(links) < max_links:
                        mark = LinkMark(node, href or "", size)
                        links.append(mark)
                        if tag_id == A:
                            open_link = mark
                    else:
                        links_cut = True
                child = node.first_child
            elif action == _PICTURE:
                if open_link is not None and open_link.picture is None:
                    open_link.picture = node
                child = node.first_child
            elif action == _BREAK:
                if not blank:
                    pieces.append(" ")
                    size += 1
                    blank = True
                child = None
            elif action == _NOSCRIPT:
                child = node.first_child
                if child is not None:
                    noscripts += 1
                    mark = NOSCRIPT
            else:
                if tag_id in _noted:
                    notes.append(Note(tag_id, node, size, len(links), noscripts > 0))
                child = node.first_child if action == _NOTE else None
            if child is not None:
                open_nodes.append(node)
                open_marks.append(mark)
                node = child
                continue
            if tag_id == A and mark is not None:
                open_link = None
        following = node.next
        while following is None:
            if not open_nodes:
                return Outline("".join(pieces), links, blocks, notes, links_cut)
            node = open_nodes.pop()
            closing = open_marks.pop()
            if closing is not None:
                if closing.__class__ is BlockMark:
                    if not blank:
                        pieces.append(" ")
                        size += 1
                        blank = True
                    closing.end = size  # type: ignore[union-attr]
                    closing.last_link = len(links)  # type: ignore[union-attr]
                    closing.last_block = len(blocks)  # type: ignore[union-attr]
                elif closing.__class__ is LinkMark:
                    closing.end = size  # type: ignore[union-attr]
                    open_link = None
                else:
                    noscripts -= 1
            following = node.next
        node = following
    return Outline("".join(pieces), links, blocks, notes, links_cut)

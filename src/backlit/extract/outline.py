"""One pass over a page's tree, in document order: its text, links, blocks and notes.

The text is joined from pieces with running offsets, so that every link and block knows where
it begins and ends in it. Blocks and ``<br>`` put a blank between words; what no reader sees
as text (scripts, styles, templates, form values) is left out.

The walk keeps its own stack of open elements, hence no recursion and no climbing: its time
is linear in the number of nodes however deep they are nested. It is the hottest loop of
backlit (some two thousand nodes a page), so links and blocks are plain lists whose fields have
the names below: making a list costs a quarter of making an object.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

_factory = LexborHTMLParser("")


def _id(name: str) -> int:
    return int(_factory.create_node(name).tag_id)


def ids_of(names: str) -> frozenset[int]:
    """The parser's numbers of these elements."""
    return frozenset(map(_id, names.split()))


#: Elements that begin and end a line, so that the words on either side do not run together.
BLOCKS = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup html legend li main "
    "menu nav ol p pre search section summary table tbody td tfoot th "
    "thead tr ul"
)
_INLINE, _BLOCK, _LINK, _PICTURE, _BREAK, _NOSCRIPT, _SELECT, _NOTE, _UNREAD, _UNREAD_NOTE = range(10)

_TEXT = 2
A, AREA, NOSCRIPT, SELECT = map(_id, ("a", "area", "noscript", "select"))
H1, MAIN, ARTICLE = map(_id, ("h1", "main", "article"))
META, LINK, BASE, TITLE, IFRAME, FRAME, FORM, STYLE, SCRIPT, TIME = map(
    _id, ("meta", "link", "base", "title", "iframe", "frame", "form", "style", "script", "time")
)
#: Elements of which notes are kept.
NOTED = (META, LINK, BASE, TITLE, IFRAME, FRAME, FORM, STYLE, SCRIPT, TIME)
HEADINGS = ids_of("h1 h2 h3 h4 h5 h6")
LISTS = ids_of("ul ol dl table tbody dir menu")
PARAGRAPH, CELL, ROW, TABLE_BODY, DEFINITIONS, TERM = map(_id, ("p", "td", "tr", "tbody", "dl", "dt"))
ROWS = ids_of("li dt dd tr")

_by_tag: dict[int, int] = {
    **dict.fromkeys(ids_of(BLOCKS), _BLOCK),
    **dict.fromkeys(ids_of("a area"), _LINK),
    **dict.fromkeys(ids_of("img svg"), _PICTURE),
    **dict.fromkeys(ids_of("br hr"), _BREAK),
    NOSCRIPT: _NOSCRIPT,
    SELECT: _SELECT,
    **dict.fromkeys((META, LINK, BASE, FRAME, TIME), _NOTE),
    **dict.fromkeys(ids_of("template textarea noembed noframes datalist"), _UNREAD),
    **dict.fromkeys((TITLE, IFRAME, STYLE, SCRIPT), _UNREAD_NOTE),
}
# Known tags have small numbers, others (``<my-tag>``) very large ones.
_actions = [_by_tag.get(tag_id, _INLINE) for tag_id in range(max(_by_tag) + 1)]
_KNOWN_TAGS = len(_actions)

#: Blocks whose measures are kept; what is left without them is placed by names alone.
_MOST_BLOCKS = 300_000

#: An ``a`` or ``area`` with an address: its stretch of the text, the node, the address, and the
#: first picture in it.
LinkMark = list[Any]
L_START, L_END, L_NODE, L_HREF, L_PICTURE = range(5)

#: A block: its stretch of the text, of the list of blocks (the first number is its own, the last the
#: one after its last descendant) and of the list of links, and its tag.
BlockMark = list[int]
B_START, B_END, B_ORDER, B_LAST_BLOCK, B_FIRST_LINK, B_LAST_LINK, B_TAG = range(7)


#: An element that says something of the page, or is a link of another kind: the node, where it
#: stands in the text, how many links came before it, and whether it is inside a ``noscript``.
Note = tuple[LexborNode, int, int, bool]


class Outline(NamedTuple):
    """What one pass over the tree found.

    ``block_of`` goes from a node's id to its block, ``notes`` from a tag to its notes.
    """

    text: str
    links: list[LinkMark]
    blocks: list[BlockMark]
    block_of: dict[int, BlockMark]
    notes: dict[int, list[Note]]
    links_cut: bool


def outline_of(root: LexborNode, max_links: int) -> Outline:
    """Walk the tree below ``root`` once. Links after the first ``max_links`` are not kept."""
    pieces: list[str] = []
    links: list[LinkMark] = []
    blocks: list[BlockMark] = []
    block_of: dict[int, BlockMark] = {}
    notes: dict[int, list[Note]] = {tag_id: [] for tag_id in NOTED}
    # Open elements, and beside each its mark: a block, a link, or that it is a noscript.
    open_nodes: list[LexborNode] = []
    open_marks: list[Any] = []
    open_link: LinkMark | None = None
    actions, known_tags = _actions, _KNOWN_TAGS
    add_piece, add_block = pieces.append, blocks.append
    push, push_mark, pop, pop_mark = open_nodes.append, open_marks.append, open_nodes.pop, open_marks.pop
    size = block_count = link_count = 0
    blank = True  # the text so far ends in a blank, or is empty
    noscripts = 0
    links_cut = False
    node: Any = root
    while True:
        tag_id = node.tag_id
        if tag_id == _TEXT:
            # Seven of ten hold white space only, which is told without making a string of it.
            if node.is_empty_text_node or not (words := (piece := node.text_content or "").strip()):
                if not blank:
                    add_piece(" ")
                    size += 1
                    blank = True
            else:
                # White space at either end of a piece becomes one blank.
                if len(words) == len(piece):
                    blank = False
                else:
                    if not blank and piece[0] != words[0]:
                        words = " " + words
                    blank = piece[-1] != words[-1]
                    if blank:
                        words += " "
                add_piece(words)
                size += len(words)
        else:
            mark: Any = None
            action = actions[tag_id] if tag_id < known_tags else _INLINE
            if action == _INLINE:
                child = node.first_child
            elif action == _BLOCK:
                if not blank:
                    add_piece(" ")
                    size += 1
                    blank = True
                if block_count < _MOST_BLOCKS:
                    mark = [size, size, block_count, block_count + 1, link_count, link_count, tag_id]
                    block_count += 1
                    add_block(mark)
                    block_of[node.mem_id] = mark
                child = node.first_child
                if tag_id == FORM:
                    notes[FORM].append((node, size, link_count, noscripts > 0))
            elif action == _LINK:
                try:
                    href = node.attrs["href"]
                except KeyError:
                    href = node.attrs.get("xlink:href", 0)
                child = node.first_child
                if href != 0:
                    if link_count < max_links:
                        link_count += 1
                        mark = [size, size, node, href or "", None]
                        links.append(mark)
                        if child is not None:
                            open_link = mark
                    else:
                        links_cut = True
            elif action == _PICTURE:
                if open_link is not None and open_link[L_PICTURE] is None:
                    open_link[L_PICTURE] = node
                child = node.first_child
            elif action == _BREAK:
                if not blank:
                    add_piece(" ")
                    size += 1
                    blank = True
                child = None
            elif action == _NOSCRIPT:
                child = node.first_child
                if child is not None:
                    noscripts += 1
                    mark = ()
            elif action == _SELECT:
                # Choices are no text of the page; a link among them is a mistake, but is there.
                child = node.first_child if node.css_first("a") is not None else None
            else:
                if action != _UNREAD:
                    notes[tag_id].append((node, size, link_count, noscripts > 0))
                child = node.first_child if action == _NOTE else None
            if child is not None:
                push(node)
                push_mark(mark)
                node = child
                continue
        following = node.next
        while following is None:
            if not open_nodes:
                return Outline("".join(pieces), links, blocks, block_of, notes, links_cut)
            node = pop()
            mark = pop_mark()
            if mark is not None:
                kind = len(mark)
                if kind == 7:
                    if not blank:
                        add_piece(" ")
                        size += 1
                        blank = True
                    mark[1] = size  # B_END
                    mark[3] = block_count  # B_LAST_BLOCK
                    mark[5] = link_count  # B_LAST_LINK
                elif kind == 5:
                    mark[1] = size  # L_END
                    open_link = None
                else:
                    noscripts -= 1
            following = node.next
        node = following

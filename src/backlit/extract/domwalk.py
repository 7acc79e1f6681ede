"""``outline.outline_of`` by a compiled loop that reads the parser's tree where it lies in memory.

selectolax gives a Python object for each node that is looked at, and most of the time of a walk goes into
those. The address of a node is known, though (``mem_id``), and the nodes behind it are plain C structs of
the lexbor library. This walk follows their pointers. Where the fields lie is not taken on trust:
``layout_fits`` parses small documents and compares what lies there with what selectolax says;
if any answer differs, as it may with another build of the library, the walk in Python does the work.

The answer is the same outline; ``outline_of`` remains the definition of it, and tests hold this to it.
"""

from __future__ import annotations

from ctypes import string_at
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from selectolax.lexbor import LexborHTMLParser, LexborNode

from backlit.compiled import compiled, intrinsic
from backlit.extract import outline as o
from backlit.extract.outline import NOTED, Outline

# Words (of eight bytes) of a node, of a text, an element and an attribute.
_TAG, _SPACE, _NEXT, _PARENT, _CHILD, _TYPE = 1, 3, 5, 7, 8, 11
_DATA, _SIZE, _FIRST_ATTRIBUTE = 12, 13, 15
_VALUE, _NEXT_ATTRIBUTE = 14, 16
_HTML, _ELEMENT, _TEXT_NODE = 2, 1, 3

_KIND_BLOCK, _KIND_LINK, _KIND_NOSCRIPT = 1, 2, 3
_DEEPEST = 30_000

#: Columns of a link found: start, end, addresses of the node and of its href's text, the length of that,
#: the address of the first picture, and whether the href leads about the site by its look.
_LINK_WIDTH = 7
_NOTE_WIDTH = 5
#: Stands for an address that leads about the site.
_INSIDE = "#"

_WALKED = 0
_GIVEN_UP = -1


@intrinsic
def _word(typing: Any, address: Any) -> Any:
    """The eight bytes at an address, as a number."""

    def load(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(builder.inttoptr(arguments[0], ir.IntType(64).as_pointer()))

    return types.int64(types.int64), load


@intrinsic
def _byte(typing: Any, address: Any) -> Any:
    """The byte at an address, as a number."""

    def load(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        value = builder.load(builder.inttoptr(arguments[0], ir.IntType(8).as_pointer()))
        return builder.zext(value, ir.IntType(64))

    return types.int64(types.int64), load


@compiled
def _field(node: int, number: int) -> int:
    return _word(node + 8 * number)  # type: ignore[no-any-return]


@compiled
def _blank_width(at: int, end: int) -> int:
    """How many bytes the white space (as ``str.strip`` knows it) at an address takes; 0 for none."""
    byte = _byte(at)
    if byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31:
        return 1
    if byte == 0xC2 and at + 1 < end:
        second = _byte(at + 1)
        return 2 if second == 0x85 or second == 0xA0 else 0
    if byte < 0xE1 or byte > 0xE3 or at + 2 >= end:
        return 0
    second, third = _byte(at + 1), _byte(at + 2)
    if byte == 0xE1:
        return 3 if second == 0x9A and third == 0x80 else 0
    if byte == 0xE3:
        return 3 if second == 0x80 and third == 0x80 else 0
    if second == 0x80:
        return 3 if 0x80 <= third <= 0x8A or third == 0xA8 or third == 0xA9 or third == 0xAF else 0
    return 3 if second == 0x81 and third == 0x9F else 0


@compiled
def _last_blank_width(start: int, end: int) -> int:
    """The same for the white space that ends before an address."""
    if _byte(end - 1) < 128:
        return _blank_width(end - 1, end)
    if end - start >= 2 and _byte(end - 2) == 0xC2:
        return _blank_width(end - 2, end)
    return _blank_width(end - 3, end) if end - start >= 3 and _byte(end - 3) >= 0xE1 else 0


@compiled
def _past_blanks(start: int, end: int) -> int:
    while start < end:
        width = _blank_width(start, end)
        if width == 0:
            break
        start += width
    return start


@compiled
def _before_blanks(start: int, end: int) -> int:
    while start < end:
        width = _last_blank_width(start, end)
        if width == 0:
            break
        end -= width
    return end


@compiled
def _holds_link(node: int, link: int) -> bool:
    """Whether an ``a`` is among the descendants of a node."""
    current = _field(node, _CHILD)
    while current != 0:
        if _field(current, _TYPE) & 0xFFFFFFFF == _ELEMENT and _field(current, _TAG) == link:
            return True
        following = _field(current, _CHILD)
        while following == 0:
            following = _field(current, _NEXT)
            if following == 0:
                current = _field(current, _PARENT)
                if current == node or current == 0:
                    return False
        current = following
    return False


@compiled
def _href(node: int, name: int, found: Any) -> None:
    """Put where the ``href`` of an element lies, and its length, into ``found``; 0, -1 for none."""
    found[0], found[1] = 0, -1
    attribute = _field(node, _FIRST_ATTRIBUTE)
    while attribute != 0:
        if _field(attribute, _TAG) == name:
            value = _field(attribute, _VALUE)
            found[0], found[1] = 0, 0
            if value != 0:
                found[0], found[1] = _word(value), _word(value + 8)
            return
        attribute = _field(attribute, _NEXT_ATTRIBUTE)


@compiled
def _stays(at: int, size: int, host: Any, longest: int) -> bool:
    """Whether an address surely stays on the site, if relative ones do (``html._plainly_inside``)."""
    if size == 0:
        return True
    if size > longest:
        return False
    first = _byte(at)
    if first == 35 or first == 63 or first == 46:
        return True
    if first == 47:
        second = _byte(at + 1) if size > 1 else 0
        return second != 47 and second != 92 and second != 9 and second != 10 and second != 13
    if not (97 <= (first | 32) <= 122 or 48 <= first <= 57 or first == 95 or first == 37 or first == 126):
        return first == 45 and not _has_colon(at, size)
    if not _has_colon(at, size):
        return True
    # http://host/ or https://host/ of the page itself
    if size < 8 or _byte(at) != 104 or _byte(at + 1) != 116 or _byte(at + 2) != 116 or _byte(at + 3) != 112:
        return False
    place = 5 if _byte(at + 4) == 115 else 4
    if _byte(at + place) != 58 or _byte(at + place + 1) != 47 or _byte(at + place + 2) != 47:
        return False
    place += 3
    if size <= place + len(host) or _byte(at + place + len(host)) != 47:
        return False
    for i in range(len(host)):
        if _byte(at + place + i) != host[i]:
            return False
    return True


@compiled
def _has_colon(at: int, size: int) -> bool:
    for i in range(1, size):
        if _byte(at + i) == 58:
            return True
    return False


@compiled
def _walk(
    root: int, actions: Any, ids: Any, host: Any, longest: int, max_links: int, most_blocks: int,
    text: Any, blocks: Any, block_nodes: Any, links: Any, notes: Any, stack: Any, marks: Any, counts: Any,
) -> int:  # fmt: skip
    """``outline.outline_of`` on memory. ``ids``: form, a, href and the codes of actions."""
    form, anchor, href_name = ids[0], ids[1], ids[2]
    inline, block, link, picture, line_break, noscript, select, note, unread = (
        ids[3], ids[4], ids[5], ids[6], ids[7], ids[8], ids[9], ids[10], ids[11]
    )  # fmt: skip
    at = size = block_count = link_count = note_count = depth = noscripts = 0
    open_link = -1
    blank, links_cut = True, 0
    found = np.zeros(2, np.int64)
    room, most_notes = len(text) - 8, len(notes)
    node = root
    while True:
        tag = _field(node, _TAG)
        child = 0
        mark_kind = mark = 0
        if tag == 2:
            start = _field(node, _DATA)
            end = start + _field(node, _SIZE)
            if start == 0:
                end = 0
            whole = end - start
            start = _past_blanks(start, end)
            if start < end:
                front = whole != end - start
                tail = _before_blanks(start, end)
                if at + (tail - start) > room:
                    return _GIVEN_UP
                if front and not blank:
                    text[at] = 32
                    at += 1
                    size += 1
                for i in range(tail - start):
                    byte = _byte(start + i)
                    text[at + i] = byte
                    size += byte & 0xC0 != 0x80
                at += tail - start
                blank = tail != end
                if blank:
                    text[at] = 32
                    at += 1
                    size += 1
            elif not blank:
                if at > room:
                    return _GIVEN_UP
                text[at] = 32
                at += 1
                size += 1
                blank = True
        else:
            action = actions[tag] if 0 <= tag < len(actions) else inline
            if action == inline:
                child = _field(node, _CHILD)
            elif action == block:
                if not blank:
                    if at > room:
                        return _GIVEN_UP
                    text[at] = 32
                    at += 1
                    size += 1
                    blank = True
                if block_count < most_blocks:
                    if block_count >= len(blocks):
                        return _GIVEN_UP
                    entry = blocks[block_count]
                    entry[0] = entry[1] = size
                    entry[2], entry[3] = block_count, block_count + 1
                    entry[4] = entry[5] = link_count
                    entry[6] = tag
                    block_nodes[block_count] = node
                    mark_kind, mark = _KIND_BLOCK, block_count
                    block_count += 1
                child = _field(node, _CHILD)
                if tag == form:
                    if note_count >= most_notes:
                        return _GIVEN_UP
                    entry = notes[note_count]
                    entry[0], entry[1], entry[2], entry[3], entry[4] = node, size, link_count, noscripts, tag
                    note_count += 1
            elif action == link:
                child = _field(node, _CHILD)
                if _field(node, _SPACE) == _HTML:
                    _href(node, href_name, found)
                else:
                    found[0], found[1] = -1, 0  # may be xlink:href
                if found[1] >= 0:
                    if link_count < max_links:
                        if link_count >= len(links):
                            return _GIVEN_UP
                        entry = links[link_count]
                        entry[0] = entry[1] = size
                        entry[2], entry[3], entry[4], entry[5] = node, found[0], found[1], 0
                        if found[0] == -1:
                            return _GIVEN_UP
                        entry[6] = _stays(found[0], found[1], host, longest)
                        mark_kind, mark = _KIND_LINK, link_count
                        if child != 0:
                            open_link = link_count
                        link_count += 1
                    else:
                        links_cut = 1
            elif action == picture:
                if open_link >= 0 and links[open_link, 5] == 0:
                    links[open_link, 5] = node
                child = _field(node, _CHILD)
            elif action == line_break:
                if not blank:
                    if at > room:
                        return _GIVEN_UP
                    text[at] = 32
                    at += 1
                    size += 1
                    blank = True
            elif action == noscript:
                child = _field(node, _CHILD)
                if child != 0:
                    noscripts += 1
                    mark_kind = _KIND_NOSCRIPT
            elif action == select:
                if _holds_link(node, anchor):
                    child = _field(node, _CHILD)
            else:
                if action != unread:
                    if note_count >= most_notes:
                        return _GIVEN_UP
                    entry = notes[note_count]
                    entry[0], entry[1], entry[2], entry[3], entry[4] = node, size, link_count, noscripts, tag
                    note_count += 1
                if action == note:
                    child = _field(node, _CHILD)
            if child != 0:
                if depth >= len(stack):
                    return _GIVEN_UP
                stack[depth] = mark_kind
                marks[depth] = mark
                depth += 1
                node = child
                continue
        following = _field(node, _NEXT)
        while following == 0:
            if depth == 0:
                counts[0], counts[1], counts[2], counts[3] = at, block_count, link_count, note_count
                counts[4] = links_cut
                return _WALKED
            depth -= 1
            node = _field(node, _PARENT)
            mark_kind, mark = stack[depth], marks[depth]
            if mark_kind == _KIND_BLOCK:
                if not blank:
                    if at > room:
                        return _GIVEN_UP
                    text[at] = 32
                    at += 1
                    size += 1
                    blank = True
                blocks[mark, 1], blocks[mark, 3], blocks[mark, 5] = size, block_count, link_count
            elif mark_kind == _KIND_LINK:
                links[mark, 1] = size
                open_link = -1
            elif mark_kind == _KIND_NOSCRIPT:
                noscripts -= 1
            following = _field(node, _NEXT)
        node = following


_SELECTOR = "a,area,img,svg,meta,link,base,title,iframe,frame,form,style,script,time"
_CODES = (
    o._INLINE, o._BLOCK, o._LINK, o._PICTURE, o._BREAK, o._NOSCRIPT, o._SELECT, o._NOTE, o._UNREAD,
)  # fmt: skip
_actions = np.array(o._actions, np.int64)
_BLOCK_ROOM = 1 << 12


class _Room:
    """The arrays a walk writes to, used again from page to page."""

    def __init__(self) -> None:
        self.text = np.zeros(1 << 20, np.uint8)
        self.stack = np.zeros(_DEEPEST, np.int64)
        self.marks = np.zeros(_DEEPEST, np.int64)
        self.counts = np.zeros(5, np.int64)
        self.grow(_BLOCK_ROOM)

    def grow(self, rows: int) -> None:
        """Room for so many blocks, links and notes."""
        self.rows = rows
        self.blocks = np.zeros((rows, 7), np.int64)
        self.block_nodes = np.zeros(rows, np.int64)
        self.links = np.zeros((rows, _LINK_WIDTH), np.int64)
        self.notes = np.zeros((rows, _NOTE_WIDTH), np.int64)


_room: _Room | None = None


def compiled_outline_of(
    tree: LexborHTMLParser, characters: int, host: str, max_links: int, longest: int
) -> Outline | None:
    """The outline of a parsed page of so many characters; ``None`` when this walk cannot make it.

    On a page without ``base``, links that by their look stay on the site of ``host`` all have ``#`` for
    their address, if it has no more than ``longest`` characters: it need not be read to know that.
    """
    global _room
    if not layout_fits():
        return None
    root = tree.root
    if root is None:
        return None
    if _room is None:
        _room = _Room()
    room = _room
    # A character reference may become three times its bytes, and a block adds a blank at either end.
    if 4 * characters + 1024 > len(room.text):
        room.text = np.zeros(8 * characters, np.uint8)
    own = np.frombuffer(host.encode(), np.uint8)
    ids = np.array([o.FORM, o.A, layout_fits(), *_CODES], np.int64)
    while True:
        done = _walk(
            root.mem_id, _actions, ids, own, longest, max_links, o._MOST_BLOCKS, room.text,
            room.blocks, room.block_nodes, room.links, room.notes, room.stack, room.marks, room.counts,
        )  # fmt: skip
        if done == _WALKED:
            break
        if room.rows >= o._MOST_BLOCKS:
            return None
        if room.rows * 8 > max(characters, 1):
            return None  # not for want of rows
        room.grow(min(8 * room.rows, o._MOST_BLOCKS))
    return _outline(tree, room)


def _outline(tree: LexborHTMLParser, room: _Room) -> Outline | None:
    size, block_count, link_count, note_count, links_cut = room.counts.tolist()
    text = room.text[:size].tobytes().decode("utf-8", "replace")
    nodes = {node.mem_id: node for node in tree.css(_SELECTOR)}
    nodes[0] = None  # type: ignore[assignment]
    blocks = room.blocks[:block_count].tolist()
    block_of = dict(zip(room.block_nodes[:block_count].tolist(), blocks, strict=True))
    try:
        notes: dict[int, list[o.Note]] = {tag: [] for tag in NOTED}
        for address, at, links_before, inside, tag in room.notes[:note_count].tolist():
            notes[tag].append((nodes[address], at, links_before, inside > 0))
        read_all = bool(notes[o.BASE])
        links = [
            [
                start,
                end,
                nodes[address],
                _INSIDE if stays and not read_all else string_at(place, length).decode("utf-8", "replace"),
                nodes[picture],
            ]
            for start, end, address, place, length, picture, stays in room.links[:link_count].tolist()
        ]
    except KeyError:
        return None  # an element that the selector does not find
    return Outline(text, links, blocks, block_of, notes, bool(links_cut))


_PROBES = (
    '<body><p id=x class="y z">words<a name=n href="/one" title=t>a &amp; b</a> more<br><a href=two></a></p>'
    "<!-- c --></body>",
    "<title>t</title><table><tr><td><a rel=r href=''>\u00e9t\u00e9</a><td><svg><a href=three>s</a></svg></table>",
)


@cache
def layout_fits() -> int:
    """The number by which the parser knows ``href``, when its structs are as this module reads them.

    0 when anything on small documents differs from what selectolax itself says, and where the
    question cannot be asked without danger.
    """
    try:
        with open("/proc/self/mem", "rb", buffering=0) as memory:
            names = {
                name for document in _PROBES for name in _names_of_href(LexborHTMLParser(document), memory)
            }
    except (OSError, ValueError, OverflowError):  # no such file, or an address that is none
        return 0
    return names.pop() if len(names) == 1 else 0


def _names_of_href(tree: LexborHTMLParser, memory: Any) -> set[int]:
    """By which numbers ``href`` goes; includes 0 when a node is not as it should be.

    The memory is read as a file, where a wrong address is an error and no crash.
    """

    def octets(address: int, size: int) -> bytes:
        memory.seek(address)
        return memory.read(size)  # type: ignore[no-any-return]

    def field(address: int, number: int) -> int:
        return int.from_bytes(octets(address + 8 * number, 8), "little")

    def is_as_said(node: LexborNode) -> bool:
        at = node.mem_id
        near = ((_NEXT, node.next), (_PARENT, node.parent), (_CHILD, node.first_child))
        for number, other in near:
            document = number == _PARENT and (other is None or other.tag == "-document")
            if not document and field(at, number) != (0 if other is None else other.mem_id):
                return False
        if field(at, _TAG) != node.tag_id:
            return False
        if node.is_text_node:
            text = (node.text_content or "").encode()
            return (
                field(at, _TYPE) & 0xFFFFFFFF == _TEXT_NODE
                and octets(field(at, _DATA), field(at, _SIZE)) == text
            )
        return not node.is_element_node or field(at, _TYPE) & 0xFFFFFFFF == _ELEMENT

    numbers: set[int] = set()
    for node in tree.root.traverse(include_text=True) if tree.root is not None else ():
        if not is_as_said(node):
            return {0}
        if node.tag != "a":
            continue
        if (field(node.mem_id, _SPACE) == _HTML) == (node.parent is not None and node.parent.tag == "svg"):
            return {0}
        said, attribute = dict(node.attributes), field(node.mem_id, _FIRST_ATTRIBUTE)
        for name, text in said.items():
            value = field(attribute, _VALUE)
            if (octets(field(value, 0), field(value, 1)) if value else b"") != (text or "").encode():
                return {0}
            if name == "href":
                numbers.add(field(attribute, _TAG))
            attribute = field(attribute, _NEXT_ATTRIBUTE)
        if attribute:
            return {0}
    return numbers

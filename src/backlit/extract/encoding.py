"""Bytes of a page to text, as browsers do it, with a few of their mistakes mended.

The order: byte order mark, the charset of the HTTP header, ``<meta charset>``, the XML
declaration, and, without a label, detection from the bytes. Labels are the web's, not
Python's (``iso-8859-1`` means windows-1252, ``gb2312`` means gb18030).

Three departures from browsers, because a backlink index must read what was meant:

* bytes that are valid UTF-8 and not plain ASCII are UTF-8, whatever the label says;
* a page labelled UTF-8 that is mostly not UTF-8 is detected like one without a label;
* a ``<meta>`` label is looked for in the whole head, not in the first 1,024 bytes only.

``to_utf8`` says what it chose: ``utf-8``, ``windows-1251``, and with the reason in brackets
when it was not the label: ``utf-8 (labelled iso-8859-1)``, ``windows-1251 (detected)``.
"""

from __future__ import annotations

import codecs
import re
import struct

import pyarrow as pa
from resiliparse.parse.encoding import bytes_to_str, detect_encoding, map_encoding_to_html5

#: How far a label is looked for. Heads longer than this hold inlined style sheets.
_LABEL_BYTES = 65536
#: A page that is UTF-8 and names it in its first bytes is not looked at more closely.
_PLAIN_BYTES = 1024
#: Detection reads a sample of this size, half from each end.
_SAMPLE_BYTES = 65536
#: A page labelled UTF-8 keeps its label up to this share of broken among its foreign bytes.
_BROKEN_SHARE = 0.1

_comment = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_meta_label = re.compile(rb"<meta[\s/][^>]*?charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
_xml_label = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']\s*([\w.:+-]+)", re.IGNORECASE)
_iso_number = re.compile(r"^iso(8859|2022)-")
_escape_japanese = re.compile(rb"\x1b(?:\$[@B]|\([BJ])")

#: The codec of Python that decodes most like the web's encoding of that name.
_CODECS = {
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "iso-8859-8-i": "iso-8859-8",
}
#: Labels of the web which the mapping does not know.
_MORE_LABELS = {"x-mac-cyrillic": "mac-cyrillic", "x-user-defined": "cp1252", "x-sjis": "shift_jis"}
#: What text detected as this is on the web: its letters lie where those of the other lie.
_LOOKALIKES = {"mac-cyrillic": "cp1251", "x-mac-cyrillic": "cp1251", "utf-8": "utf-8"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(body: bytes, charset: str | None = None) -> tuple[str, str]:
    """The text of a page and the name of its encoding."""
    source, name = to_utf8(body, charset)
    return source.decode("utf-8"), name


def to_utf8(body: bytes, charset: str | None = None, *, cut: bool = False) -> tuple[bytes, str]:
    """The page as valid UTF-8 without a mark, and the name of the encoding it came in.

    A page that is UTF-8 already comes back as it is, uncopied. ``charset`` is the label of the
    HTTP header. ``cut`` says that the end of the page is missing, so that a character broken
    there proves nothing.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _again(body[len(mark) :].decode(name, "replace")), name
    label = _known(charset) if charset else None
    if body.isascii():
        return _from_ascii(body, label or _label_inside(body))
    broken_at = _not_utf8_from(body)
    if label is None:
        # Most pages are UTF-8 and say so at once; the search for another label is slow.
        says_so = broken_at is None and b"utf-8" in body[:_PLAIN_BYTES].lower()
        label = "utf-8" if says_so else _label_inside(body)
    if broken_at is not None and cut and broken_at >= len(body) - 3:
        body, broken_at = body[:broken_at], None
    if broken_at is None:
        return body, "utf-8" if label in (None, "utf-8") else f"utf-8 (labelled {_shown(label)})"
    if label == "utf-8":
        text = body.decode("utf-8", "replace")
        foreign = len(text) - len(text.encode("ascii", "ignore"))
        if text.count("\ufffd") > foreign * _BROKEN_SHARE and (found := _detected(body)) != "utf-8":
            return _again(_to_text(body, found)), f"{_shown(found)} (detected, labelled utf-8)"
        return _again(text), "utf-8"
    found = label or _detected(body)
    return _again(_to_text(body, found)), _shown(found) if label else f"{_shown(found)} (detected)"


def _from_ascii(body: bytes, label: str | None) -> tuple[bytes, str]:
    """Seven-bit bytes: ASCII, the Japanese escape code, or UTF-16 without its mark."""
    if label == "iso2022_jp" or (label is None and _escape_japanese.search(body)):
        return _again(body.decode("iso-2022-jp", "replace")), "iso-2022-jp"
    start = body[:512]
    if start.count(0) * 3 > len(start):
        name = "utf-16-be" if start[:1] == b"\0" else "utf-16-le"
        return _again(body.decode(name, "replace")), f"{name} (detected)"
    return body, "utf-8" if label is None else _shown(label)


def _not_utf8_from(body: bytes) -> int | None:
    """Where the bytes cease to be UTF-8; ``None`` when they never do."""
    # Arrow tells in a quarter of the time, but not where.
    ends = pa.py_buffer(struct.pack("=2q", 0, len(body)))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(body)]).validate(full=True)
    except pa.ArrowInvalid:
        pass
    else:
        return None
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as exc:
        return exc.start
    return None


def _again(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _label_inside(body: bytes) -> str | None:
    head = body[:_LABEL_BYTES]
    if b"<!--" in head:
        head = _comment.sub(b"", head)
    found = _meta_label.search(head) or _xml_label.match(head)
    if found is None:
        return None
    label = _known(found[1].decode("ascii", "replace"))
    # A label that was read as ASCII cannot be true when it says UTF-16 (WHATWG: then UTF-8).
    return "utf-8" if label is not None and label.startswith("utf-16") else label


def _known(label: str) -> str | None:
    label = label.strip(" \t\r\n\f\"'").lower()
    name = map_encoding_to_html5(label, fallback_utf8=False) or _MORE_LABELS.get(label)
    return str(name).lower() if name else None


def _detected(body: bytes) -> str:
    """The encoding that bytes which are not UTF-8 look most like."""
    name = str(detect_encoding(body, _SAMPLE_BYTES)).lower()
    if name == "utf-8":  # also the answer for what the web's list of encodings lacks
        name = str(detect_encoding(body, _SAMPLE_BYTES, html5_compatible=False)).lower()
        return _LOOKALIKES.get(name, "cp1252")
    return name


def _to_text(body: bytes, name: str) -> str:
    codec = _CODECS.get(name, name)
    try:
        return body.decode(codec, "replace")
    except LookupError:
        return str(bytes_to_str(body, name))


def _shown(name: str) -> str:
    if name.startswith("cp125"):
        return "windows-" + name[2:]
    return _iso_number.sub(r"iso-\1-", name.replace("_", "-"))

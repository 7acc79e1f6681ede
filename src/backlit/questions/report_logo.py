"""A logo for a report: a PNG or an SVG file as a data address, or the sentence why not.

The report shows it in an ``img``, where a browser runs no script and asks for nothing. An SVG is held to more: a
report is passed on and opened in other programs, so a drawing with anything but shapes in it is refused, not mended.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree

import msgspec

from backlit.errors import InputError
from backlit.settings import Settings, default

_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = 4096
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
#: What a drawing may be made of.
_ELEMENTS = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "switch", "title", "desc", "metadata", "style", "filter"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "marker"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern"),
        *("feGaussianBlur", "feOffset", "feBlend", "feColorMatrix", "feComposite", "feFlood", "feMerge"),
        "feMergeNode",
    )
)
#: Vector programs keep notes for themselves beside the drawing; they show nothing and do nothing.
_NOTES = (
    *("http://www.inkscape.org/", "http://sodipodi.", "http://creativecommons.org/", "http://ns.adobe.com/"),
    *("http://purl.org/dc/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.bohemiancoding.com/"),
    *("http://web.resource.org/cc/", "http://www.serif.com/"),
)
#: What makes a style load something: an address that is not a part of the drawing, or ways to hide one.
_FETCHES = re.compile(r"url\s*+\(\s*+['\"]?+\s*+(?!#)|@import|expression\s*\(|javascript:|\\", re.IGNORECASE)


class Logo(msgspec.Struct, frozen=True, kw_only=True):
    """A logo: its ``data:`` address, and its size in pixels or drawing units where it says so."""

    data: str
    width: float | None
    height: float | None


def read_logo(source: str | Path | bytes, *, settings: Settings | None = None) -> Logo:
    """The logo in a file, or in bytes. Raises ``InputError`` with what is wrong."""
    most = (settings or default()).report.logo_bytes
    if isinstance(source, bytes):
        name, content = "The logo", source
    else:
        name = f"The logo {source}"
        try:
            with open(source, "rb") as file:
                content = file.read(most + 1)
        except OSError as exc:
            raise InputError(f"{name} cannot be read: {exc.strerror}.") from exc
    if not content:
        raise InputError(f"{name} is empty.")
    if len(content) > most:
        raise InputError(f"{name} is larger than {most // 1024} KiB: save it smaller.")
    if content.startswith(_PNG):
        width, height = _png(name, content)
        return Logo(data=_address("image/png", content), width=width, height=height)
    if b"<svg" in content[:8192] or b":svg" in content[:8192]:
        size = _svg(name, content)
        return Logo(data=_address("image/svg+xml", content), width=size[0], height=size[1])
    raise InputError(f"{name} is neither PNG nor SVG: save it as one of these.")


def _address(media: str, content: bytes) -> str:
    return f"data:{media};base64,{base64.b64encode(content).decode('ascii')}"


def _png(name: str, content: bytes) -> tuple[int, int]:
    """Width and height of a PNG whose parts are whole."""
    at, kinds, size = len(_PNG), list[bytes](), (0, 0)
    while at + 12 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        end = at + 12 + length
        if end > len(content):
            break
        body = content[at + 8 : end - 4]
        if zlib.crc32(kind + body) != struct.unpack(">I", content[end - 4 : end])[0]:
            raise InputError(f"{name} is a damaged PNG: save it again.")
        if not kinds:
            if kind != b"IHDR" or length != 13:
                break
            size = struct.unpack(">II", body[:8])
        kinds.append(kind)
        at = end
        if kind == b"IEND":
            break
    if not kinds or kinds[-1] != b"IEND" or b"IDAT" not in kinds or not all(size):
        raise InputError(f"{name} is a damaged PNG: save it again.")
    if max(size) > _MOST_PIXELS:
        raise InputError(
            f"{name} has {size[0]} × {size[1]} pixels; at most {_MOST_PIXELS} a side: save it smaller."
        )
    return size


def _svg(name: str, content: bytes) -> tuple[float | None, float | None]:
    """Width and height of a drawing that is nothing but one."""

    def refused(what: str) -> InputError:
        return InputError(f"{name} holds {what}. A logo is shapes only: save it as plain SVG, or as PNG.")

    if re.search(rb"<!(?:DOCTYPE|ENTITY)", content, re.IGNORECASE) and b"<!ENTITY" in content.upper():
        raise refused("entities")
    if re.search(rb"<!DOCTYPE[^>]*\[", content, re.IGNORECASE):
        raise refused("a document type of its own")
    if re.search(rb"<\?xml-stylesheet", content, re.IGNORECASE):
        raise refused("a style sheet from elsewhere")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is an SVG that is not written in UTF-8: save it as plain SVG.") from None
    try:
        root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1))
    except ElementTree.ParseError as exc:
        raise InputError(f"{name} is no well-formed SVG ({exc}).") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise InputError(f"{name} is no SVG: its outermost element is not svg in the SVG name space.")
    for node in root.iter():
        space, _, local = str(node.tag).removeprefix("{").rpartition("}")
        if space != _SVG:
            if space.startswith(_NOTES):
                continue
            raise refused(f"the foreign element {local[:40]!r}")
        if local not in _ELEMENTS:
            raise refused(f"the element {local[:40]!r}")
        if local == "style" and _FETCHES.search(node.text or ""):
            raise refused("a style that loads something")
        for key, value in node.attrib.items():
            word = key.rpartition("}")[2].lower()
            if word.startswith("on"):
                raise refused(f"the script {word[:40]!r}")
            if word == "href" and not value.strip().startswith("#"):
                raise refused("a reference to something outside")
            if key != _XLINK and _FETCHES.search(value) and not key.startswith("{"):
                raise refused("a style that loads something")
    return _size(root)


def _size(root: ElementTree.Element) -> tuple[float | None, float | None]:
    box = re.split(r"[\s,]+", (root.get("viewBox") or "").strip())
    found = []
    for name, at in (("width", 2), ("height", 3)):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)(?:px)?\s*", root.get(name) or "")
        given = match[1] if match else box[at] if len(box) == 4 else None
        try:
            number = float(given) if given is not None else 0.0
        except ValueError:
            number = 0.0
        found.append(number if 0 < number < 1e6 else None)
    return found[0], found[1]

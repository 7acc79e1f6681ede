"""The JSON of a WAT record, decoded into structs of only what is needed.

Fields are named after ``ia-web-commons``, which writes the WAT files of Common Crawl. Numbers
are strings there, a repeated header is a list (since December 2024) and an empty link an
empty object. A field of an unexpected type costs itself, not the record.
"""

from __future__ import annotations

from typing import Any, get_origin

import msgspec


class WatError(ValueError):
    """A WAT record that cannot be read; ``cause`` is the slug to count it by."""

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause


class Link(msgspec.Struct, gc=False):
    path: str = ""
    url: str = ""
    text: str | None = None
    alt: str | None = None
    rel: str | None = None


class Meta(msgspec.Struct, gc=False, rename={"http_equiv": "http-equiv"}):
    name: str | None = None
    property: str | None = None
    http_equiv: str | None = None
    content: str | None = None


class Head(
    msgspec.Struct, gc=False, rename={"base": "Base", "title": "Title", "metas": "Metas", "links": "Link"}
):
    base: str | None = None
    title: str | None = None
    metas: list[Meta] = []
    links: list[Link] = []


class Html(msgspec.Struct, gc=False, rename={"head": "Head", "links": "Links"}):
    head: Head = msgspec.field(default_factory=Head)
    links: list[Link] = []


class Message(msgspec.Struct, gc=False, rename={"status": "Status"}):
    status: str | int | None = None


class Http(
    msgspec.Struct,
    gc=False,
    rename={"message": "Response-Message", "headers": "Headers", "html": "HTML-Metadata"},
):
    message: Message | None = None
    headers: dict[str, Any] = {}
    html: Html | None = None


class Payload(msgspec.Struct, gc=False, rename={"http": "HTTP-Response-Metadata"}):
    http: Http | None = None


class Warc(
    msgspec.Struct,
    gc=False,
    rename={
        "type": "WARC-Type",
        "date": "WARC-Date",
        "url": "WARC-Target-URI",
        "ip": "WARC-IP-Address",
        "truncated": "WARC-Truncated",
    },
):
    type: str | None = None
    date: str | None = None
    url: str | None = None
    ip: str | None = None
    truncated: str | None = None


class Envelope(
    msgspec.Struct, gc=False, rename={"warc": "WARC-Header-Metadata", "payload": "Payload-Metadata"}
):
    warc: Warc = msgspec.field(default_factory=Warc)
    payload: Payload = msgspec.field(default_factory=Payload)


class Gzip(msgspec.Struct, gc=False, rename={"length": "Deflate-Length"}):
    length: str | int | None = None


class Container(
    msgspec.Struct, gc=False, rename={"file": "Filename", "offset": "Offset", "gzip": "Gzip-Metadata"}
):
    file: str | None = None
    offset: str | int | None = None
    gzip: Gzip | None = None


class Record(msgspec.Struct, gc=False, rename={"container": "Container", "envelope": "Envelope"}):
    container: Container = msgspec.field(default_factory=Container)
    envelope: Envelope = msgspec.field(default_factory=Envelope)


_decode = msgspec.json.Decoder(Record).decode


def decode_record(payload: bytes) -> Record:
    """The record of a WAT's JSON. Raises ``WatError`` when the JSON is cut or broken."""
    try:
        return _decode(payload)
    except msgspec.ValidationError:
        return _lenient(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise WatError("bad-json", f"The JSON of the WAT record cannot be read: {exc}.") from None


def _lenient(payload: bytes) -> Record:
    """The record when a field is of another type than it should be: that field is left out."""
    try:
        plain = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise WatError("bad-json", f"The JSON of the WAT record cannot be read: {exc}.") from None
    return _fitted(plain, Record)  # type: ignore[no-any-return]


def _fitted(value: Any, kind: Any) -> Any:
    """``value`` as a struct of ``kind``, without the fields that do not fit."""
    given = value if isinstance(value, dict) else {}
    fields: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        content = given.get(field.encode_name)
        if content is None:
            continue
        wanted = _struct_in(field.type)
        if wanted is not None:
            if isinstance(content, list) and get_origin(field.type) is list:
                fields[field.name] = [_fitted(item, wanted) for item in content if isinstance(item, dict)]
            elif isinstance(content, dict) and get_origin(field.type) is not list:
                fields[field.name] = _fitted(content, wanted)
        else:
            try:
                fields[field.name] = msgspec.convert(content, field.type)
            except msgspec.ValidationError:
                continue
    return kind(**fields)


def _struct_in(annotation: Any) -> type[msgspec.Struct] | None:
    """The struct that a field's type speaks of (``X``, ``X | None``, ``list[X]``), if any."""
    for part in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            return part
    return None

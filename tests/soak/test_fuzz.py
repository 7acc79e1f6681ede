"""Inputs with random damage, read the way `backlit add` reads them: any outcome but a crash.

Each input is damaged in a few places (bytes changed, cut out, doubled, swapped for ones that mean
something) and read to its end. It may be refused as a whole with an error of ours, or give fewer
rows and problems; nothing else may come out. Some rounds in the ordinary tests;
``BACKLIT_FUZZ=10000`` (``make soak``) for the whole run. The seed is the round's number, so a failure
names what to run again.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archive_bytes import arc, arc_header, gz, http, page, warc, wat, wat_json, zst
from backlit.errors import BacklitError
from backlit.extract.html import extract_html
from backlit.records import EXTRACTED_LINK, PLACEMENTS
from backlit.sources import open_source

ROUNDS = int(os.environ.get("BACKLIT_FUZZ", "150"))

PAGE = b"""<!doctype html><html lang=de><head><meta charset=windows-1251><base href="/b/">
<title>A &amp; B</title><link rel=canonical href="https://example.com/"><meta name=robots content="noindex, none">
</head><body class="post"><nav><a href="https://a.test/">menu</a></nav><header><h1>\xcf\xf0\xe8\xe2\xe5\xf2</h1>
</header><article><p>Some words before <a rel="nofollow ugc" href="https://b.test/?q=1#f">anchor</a> and after.
<a href=//c.test><img src=x.png alt="a picture"></a></p><table><tr><td><a href="http:\\\\d.test\\x">x</a></table>
<ul class=comments style="display:none"><li><a href="https://xn--e1afmkfd.test/">y</a></ul></article>
<iframe src="https://e.test/"></iframe><svg><a xlink:href="https://f.test/">z</a></svg>
<footer><form action="https://g.test/"></form><script>var a = "<a href='https://h.test/'>";</script></body></html>
"""

#: Bytes that mean something to one of the readers.
TELLING = [
    b"\0", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b">", b'"', b"'", b"&", b"&#x110000;", b"&#0;", b"<!--",
    b"<![CDATA[", b"<template>", b"<table>", b"<svg>", b"</p>", b"<plaintext>", b"<select>", b"<base href=",
    b" hidden", b"\r\n\r\n", b"\r\n", b"\n", b",", b"\t", b"\\u0000", b"\\ud800", b"{", b"[", b"}", b"-1",
    b"99999999999999999999", b"WARC/1.0\r\n", b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd", b"PAR1", b"http://",
    b"https://[::1", b"%00", b"\xed\xa0\x80", b"1e999", b"NaN", b"0001-01-01", b"9999-12-31T23:59:60Z",
]  # fmt: skip


def damage(content: bytes, dice: random.Random) -> bytes:
    """The content, changed in one to six places."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data) + 1)
        end = min(len(data), at + dice.choice((1, 2, 8, 64, 512)))
        match dice.randrange(6):
            case 0 if at < len(data):
                data[at] ^= 1 << dice.randrange(8)
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end] * dice.choice((1, 1, 1, 50))
            case 3:
                data[at:at] = dice.choice(TELLING)
            case 4:
                data[at:end] = dice.choice(TELLING)
            case _:
                data[at:end] = dice.randbytes(end - at)
        if dice.random() < 0.02:
            del data[dice.randrange(len(data) + 1) :]
    return bytes(data)


def records() -> list[bytes]:
    long = page(*(f"https://t{n}.test/{n}" for n in range(40)))
    return [
        warc("https://example.com/", http(PAGE)),
        warc("https://example.com/2", http(gzip.compress(long, mtime=0), "Content-Encoding: gzip")),
        warc("https://example.com/3", http(b"", "Location: https://other.test/", status=301)),
        warc("https://example.com/4", http(b"5\r\nhello\r\n0\r\n\r\n", "Transfer-Encoding: chunked")),
        warc("https://example.com/5", http(long, "X-Robots-Tag: nofollow")),
    ]


def rows() -> pa.Table:
    return pa.table({
        "source_url": [f"https://s{n}.test/p" for n in range(30)],
        "target_url": [f"https://example.com/{n}" for n in range(30)],
        "anchor": [None if n % 3 else f'a "word", {n}' for n in range(30)],
        "rel": ["nofollow" if n % 2 else "" for n in range(30)],
        "first_seen": ["2026-01-02" for _ in range(30)],
    })  # fmt: skip


def as_wat() -> bytes:
    links = [
        {"path": "A@/href", "url": "https://b.test/?q=1", "text": "an \u00e4nchor", "rel": "nofollow"},
        {"path": "IMG@/src", "url": "x.png", "alt": "a picture"},
        {"path": "FORM@/action", "url": "//c.test", "method": "post"},
    ]
    head = {"Title": "A", "Base": "/b/", "Metas": [{"name": "robots", "content": "noindex"}]}
    return gz(wat(wat_json(f"https://example.com/{n}", Links=links, Head=head)) for n in range(4))


def as_csv() -> bytes:
    lines = [",".join(rows().column_names)]
    for row in rows().to_pylist():
        lines.append(",".join('"' + str(v or "").replace('"', '""') + '"' for v in row.values()))
    return "\r\n".join(lines).encode()


def as_jsonl() -> bytes:
    return "\n".join(json.dumps(row) for row in rows().to_pylist()).encode()


def as_parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(rows(), out)
    return out.getvalue()


INPUTS: dict[str, Callable[[], bytes]] = {
    "warc": lambda: b"".join(records()),
    "warc.gz": lambda: gz(records()),
    "warc.zst": lambda: zst(records()),
    "arc": lambda: arc_header() + arc("https://example.com/", http(PAGE)) * 3,
    "wat": as_wat,
    "csv": as_csv,
    "jsonl": as_jsonl,
    "parquet": as_parquet,
}


@pytest.mark.parametrize("kind", INPUTS)
def test_damaged_inputs_are_refused_or_read_to_their_end(tmp_path: Path, kind: str) -> None:
    whole = INPUTS[kind]()
    path = tmp_path / f"input.{kind}"
    path.write_bytes(whole)
    assert sum(batch.links.num_rows for batch in open_source(path).read() if batch.links) > 0
    for number in range(ROUNDS):
        path.write_bytes(damage(whole, random.Random(f"{kind} {number}")))
        try:
            for batch in open_source(path, snapshot="2026-01-01").read():
                if batch.links is not None:
                    batch.links.validate(full=True)
        except BacklitError:
            continue
        except BaseException as error:
            error.add_note(f"{kind}, round {number}")
            raise


def test_damaged_pages_are_read_to_their_end() -> None:
    width, placement = len(EXTRACTED_LINK), EXTRACTED_LINK.get_field_index("placement")
    for number in range(ROUNDS * 4):
        body = damage(PAGE, random.Random(f"page {number}"))
        try:
            found = extract_html(
                body, "https://example.com/a/b", charset="latin-1" if number % 5 == 0 else None
            )
        except BaseException as error:
            error.add_note(f"page, round {number}")
            raise
        assert all(len(row) == width for row in found.links), number
        assert {row[placement] for row in found.links} <= {*PLACEMENTS, None}, number

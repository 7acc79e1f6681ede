"""What an input is taken for, and the sentences for those that cannot be used."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from backlit.errors import SourceError, TableError
from backlit.sources import open_source

LINKS = "source_url,target_url\nhttps://a.example.com/,https://b.test/\n"

WARC = (
    b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Date: 2024-05-31T01:16:45Z\r\n"
    b"WARC-Record-ID: <urn:uuid:1>\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example.com/\r\n"
    b"WARC-Date: 2024-05-31T01:16:45Z\r\nWARC-Record-ID: <urn:uuid:2>\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
)


def record(kind: bytes, content_type: bytes, body: bytes) -> bytes:
    return (
        b"WARC/1.0\r\nWARC-Type: %s\r\nWARC-Date: 2024-05-31T01:16:45Z\r\nWARC-Record-ID: <urn:uuid:3>\r\n"
        b"Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (kind, content_type, len(body), body)
    )


INFO = record(b"warcinfo", b"application/warc-fields", b"software: x")
WAT = INFO + record(b"metadata", b"application/json", b'{"Container":{},"Envelope":{"Format":"WARC"}}')
WET = INFO + record(b"conversion", b"text/plain", b"plain words")
ARC = (
    b"filedesc://x.arc 0.0.0.0 20080430204825 text/plain 76\n1 0 InternetArchive\n"
    b"URL IP-address Archive-date Content-type Archive-length\n\n"
)


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (LINKS, "links"),
        (LINKS.replace(",", "\t"), "links"),
        (LINKS.replace(",", ";"), "links"),
        (LINKS.replace(",", "|"), "links"),
        ("sep=;\r\n" + LINKS.replace(",", ";"), "links"),
        ("\n\n" + LINKS, "links"),
        (
            ",,\nBacklinks of b.test,,\n\nSource url,Target url,Anchor\nhttps://a.example.com/,https://b.test/,x\n",
            "links",
        ),
        ("Source URL,Target Url,Anchor\nhttps://a.example.com/,https://b.test/,x\n", "links"),
        ("source_host\ttarget_host\tlinks\na.example.com\tb.test\t3\n", "links"),
        ('{"source_url":"https://a.example.com/","target_url":"https://b.test/"}\n', "links"),
        ("url,title\nhttps://a.example.com/,T\n", "pages"),
        ("url,host,words\nhttps://a.example.com/,a.example.com,7\n", "pages"),
        ('{"url":"https://a.example.com/","text":"one two"}\n', "pages"),
        ("url\nhttps://a.example.com/\n", "pages"),
        ("host,ip\na.example.com,192.0.2.1\n", "hosts"),
        ("Domain;Registrar\nexample.com;R\n", "hosts"),
        ("example.com\nexample.org\n", "trusted"),
        ("# trusted by hand\nexample.com # the best\n\nhttps://www.example.org/about\n", "trusted"),
        ("domain\nexample.com\n", "trusted"),
        ("\ufeff" + LINKS, "links"),
        (LINKS.encode("utf-16"), "links"),
        (LINKS.encode("utf-16-le"), "links"),
        (WARC, "warc"),
        (b"\r\n" + WARC, "warc"),
        (WAT, "wat"),
        (ARC, "arc"),
    ],
)
def test_the_kind_is_told_from_the_content(tmp_path: Path, content: bytes | str, kind: str) -> None:
    plain = write(tmp_path / "input.bin", content)
    assert open_source(plain).kind == kind
    packed = write(tmp_path / "input.txt", gzip.compress(plain.read_bytes(), mtime=0))
    assert open_source(packed).kind == kind
    frames = write(tmp_path / "input.html", zstandard.compress(plain.read_bytes()))
    assert open_source(frames).kind == kind


def test_parquet_is_told_by_its_magic(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    pq.write_table(
        pa.table({"source_url": ["https://a.example.com/"], "target_url": ["https://b.test/"]}), path
    )
    assert open_source(path).kind == "links"


def test_a_source_says_what_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "links.csv", LINKS)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    source = open_source(path)
    assert (source.path, source.kind, source.origin, source.snapshot, source.total_bytes) == (
        path,
        "links",
        "table",
        "2023-11-14",
        len(LINKS),
    )
    assert open_source(path, snapshot="2026-09-15").snapshot == "2026-09-15"


def test_the_date_of_an_archive_is_that_of_its_first_record(tmp_path: Path) -> None:
    assert open_source(write(tmp_path / "a.warc", WARC)).snapshot == "2024-05-31"
    assert open_source(write(tmp_path / "a.arc", ARC)).snapshot == "2008-04-30"


def test_the_digest_is_of_the_content_alone(tmp_path: Path) -> None:
    one = open_source(write(tmp_path / "one.csv", LINKS)).digest()
    assert one == open_source(write(tmp_path / "two.tsv", LINKS)).digest()
    assert one != open_source(write(tmp_path / "one.csv", LINKS + LINKS)).digest()
    assert len(one) == 64


def test_as_forces_the_kind(tmp_path: Path) -> None:
    both = write(
        tmp_path / "both.csv", "url,host,ip,title\nhttps://a.example.com/,a.example.com,192.0.2.1,T\n"
    )
    assert open_source(both).kind == "pages"
    assert open_source(both, as_="hosts").kind == "hosts"
    table = write(tmp_path / "labels.csv", "domain,label\nexample.com,reliable\n")
    assert open_source(table, as_="trusted").kind == "trusted"
    assert open_source(write(tmp_path / "wet.warc", WET), as_="warc").kind == "warc"


def refusal(path: Path, **options: str) -> str:
    with pytest.raises((SourceError, TableError)) as caught:
        open_source(path, **options)  # type: ignore[arg-type]
    return str(caught.value).replace(str(path), "FILE")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file FILE is empty."),
        (gzip.compress(b"", mtime=0), "The file FILE is empty once it is unpacked."),
        (b"\n\n", "FILE holds nothing but blank lines."),
        (b"PK\x03\x04rest", "FILE is a ZIP file (an Excel or OpenDocument workbook is one, too): unpack it"),
        (b"%PDF-1.7 rest", "FILE is a PDF document."),
        (
            b"\x00\x01\x02\x03\xff\xfe\x80\x81" * 50,
            "it holds binary data and begins with the bytes 00 01 02 03",
        ),
        (b"PAR1 and no more", "FILE begins like Parquet but cannot be opened"),
        (
            gzip.compress(LINKS.encode() * 99, mtime=0)[:12],
            "Nothing can be read from FILE. The gzip data ends too early",
        ),
        (b"<!DOCTYPE html><p>Hello", "FILE is a single HTML page. Put pages in a folder"),
        (b"Once upon a time\nthere was a text.\n", "FILE is a text, but neither a table nor a list of hosts"),
        (
            b'[{"source_url": "https://a.example.com/"}]',
            "FILE is one JSON array; write one object a line instead",
        ),
        (b'{\n"a": 1\n}\n', "FILE begins like JSON, but no line is a whole JSON object"),
        (b"domain:bad.example.com\ngood.example.com\n", "FILE is a disavow file"),
        (WET, "FILE is a WET file: plain text of pages, without links."),
        (b"https://a.example.com/,https://b.test/\n", "FILE has no heading: its first row holds addresses"),
        (
            b"name,value\nx,1\n",
            "FILE: The columns tell of no table that backlit reads. Found: 'name', 'value'. Needed: "
            "source_url and target_url for links;",
        ),
        (
            b"url,backlinks,refdomains,text,nofollow\nexample.com,9,5,7,1\n",
            "tell of no table that backlit reads",
        ),
        (b"source_url,anchor\nhttps://a.example.com/,x\n", "Found: 'source_url', 'anchor'."),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert sentence in refusal(write(tmp_path / "input.csv", content))


def test_a_forced_table_names_the_missing_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "links.csv", "source_url,anchor\nhttps://a.example.com/,x\n")
    assert refusal(path, as_="links") == (
        "FILE: A table of links needs the columns source_url and target_url; target_url is missing. "
        "Found: 'source_url', 'anchor'."
    )


def test_forcing_cannot_make_a_file_what_it_is_not(tmp_path: Path) -> None:
    table = write(tmp_path / "links.csv", LINKS)
    assert refusal(table, as_="warc") == "FILE is no WARC file: it begins with 'source_url,target_url'."
    assert refusal(table, as_="folder") == "FILE is a file, and --as folder needs a folder of HTML files."
    assert "There is no kind of input called 'spreadsheet'" in refusal(table, as_="spreadsheet")
    archive = write(tmp_path / "a.warc", WARC)
    assert refusal(archive, as_="links") == "FILE is not of the kind links: it is a WARC archive."
    assert refusal(archive, as_="arc") == "FILE is not of the kind arc: it is a WARC archive."


def test_a_path_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing.csv") == "There is no file or folder at FILE."


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is neither a file nor a folder" in refusal(tmp_path / "pipe")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "links.csv", LINKS)
    path.chmod(0)
    assert refusal(path) == "The file FILE cannot be read: Permission denied."


def test_a_folder_needs_its_address(tmp_path: Path) -> None:
    assert "give --base-url with the address the folder stands for" in refusal(tmp_path)
    assert "is a folder, and --as links needs a file" in refusal(tmp_path, as_="links")


@pytest.mark.parametrize("snapshot", ["2026-13-01", "15.09.2026", "2026-09", "today", ""])
def test_a_snapshot_is_a_day(tmp_path: Path, snapshot: str) -> None:
    assert "is not a day; write it as YYYY-MM-DD" in refusal(
        write(tmp_path / "l.csv", LINKS), snapshot=snapshot
    )

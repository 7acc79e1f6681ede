"""Forms with files, read in pieces of any size; and the names that files are kept under."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlit.errors import InputError
from backlit.server.multipart import Content, End, Head, Parts, boundary_of
from backlit.server.uploads import TooLarge, Upload, path_of, safe_name, tidy

MARK = b"----form7"


def body(parts: list[tuple[str, str | None, bytes]]) -> bytes:
    written = b""
    for name, file, content in parts:
        given = f'; filename="{file}"' if file is not None else ""
        written += b"--" + MARK + b"\r\n" + f'Content-Disposition: form-data; name="{name}"{given}'.encode()
        written += b"\r\n\r\n" + content + b"\r\n"
    return written + b"--" + MARK + b"--\r\n"


def read(pieces: list[bytes]) -> list[tuple[str, str | None, bytes]]:
    parts = Parts(MARK)
    found: list[tuple[str, str | None, bytes]] = []
    for piece in pieces:
        for event in parts.feed(piece):
            match event:
                case Head(name, file):
                    found.append((name, file, b""))
                case Content(data):
                    name, file, content = found[-1]
                    found[-1] = (name, file, content + data)
                case End():
                    pass
    parts.close()
    return found


CONTENTS = st.lists(
    st.sampled_from([b"", b"a", b"\r\n", b"--", b"\r\n--", b"\r\n----form", MARK, b"\x00\xff"])
).map(b"".join)


@given(
    st.lists(
        st.tuples(st.sampled_from(["csrf", "file"]), st.sampled_from([None, "a.csv"]), CONTENTS), max_size=5
    ),
    st.integers(1, 40),
)
def test_a_form_is_the_same_in_pieces_of_any_size(
    parts: list[tuple[str, str | None, bytes]], size: int
) -> None:
    parts = [one for one in parts if b"\r\n--" + MARK not in b"\r\n" + one[2] + b"\r\n"]
    whole = body(parts)
    assert read([whole[at : at + size] for at in range(0, len(whole), size)]) == parts
    assert read([whole]) == parts


@given(st.binary(max_size=300))
def test_what_is_no_form_is_told(data: bytes) -> None:
    with pytest.raises(InputError):
        read([data])


@pytest.mark.parametrize("cut", [4, 20, 60, 90])
def test_a_form_that_is_cut_off_is_told(cut: int) -> None:
    whole = body([("csrf", None, b"token"), ("file", "a.csv", b"x" * 40)])
    with pytest.raises(InputError, match="cut off"):
        read([whole[:-cut]])


def test_what_is_kept_of_a_form_has_bounds() -> None:
    with pytest.raises(InputError):
        Parts(MARK).feed(b"--" + MARK + b"\r\nx: " + b"y" * 20_000)
    with pytest.raises(InputError):
        read([body([("csrf", None, b"")] * 51)])
    with pytest.raises(InputError):
        boundary_of("text/plain")
    with pytest.raises(InputError):
        boundary_of("multipart/form-data")
    assert boundary_of("multipart/form-data; boundary=abc") == b"abc"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("links.csv", "links.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\links.csv.gz", "links.csv.gz"),
        ("..", "upload"),
        ("", "upload"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("ссылки.csv", "ссылки.csv"),
        ("<img src=x>.csv", "_img src=x_.csv"),
    ],
)
def test_a_file_keeps_its_name_where_that_is_one(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@given(st.text())
def test_a_name_stays_within_its_folder(name: str) -> None:
    kept = safe_name(name)
    assert "/" not in kept
    assert "\\" not in kept
    assert kept not in ("", ".", "..")
    assert len(kept.encode()) <= 130
    assert kept.isprintable()


def test_a_file_that_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    with Upload(tmp_path, "a.csv", 10) as upload:
        upload.write(b"12345")
        upload.keep()
    assert path_of(tmp_path, upload.id) == tmp_path / "uploads" / upload.id / "a.csv"
    with pytest.raises(TooLarge), Upload(tmp_path, "b.csv", 10) as large:
        large.write(b"12345678901")
    with Upload(tmp_path, "c.csv", 10) as forgotten:
        forgotten.write(b"1")
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == [upload.id]
    tidy(tmp_path, {upload.id})
    assert path_of(tmp_path, upload.id) is not None
    assert path_of(tmp_path, "../../x") is None

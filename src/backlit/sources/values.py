"""Cells as values: whole columns at a time, however people and programs spell them.

Each converter takes an Arrow column of any type and gives the values of one type, and the
rows whose cell says something that is no such value: those become NULL and a problem.
A cell that says nothing (empty, ``null``, ``N/A``…) is NULL and no problem. Conversion works
on distinct values, and columns that hold nothing but the plain spelling go the fast way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Rows = npt.NDArray[np.int64]

_NONE = np.array([], dtype=np.int64)

#: Spellings of "nothing here" in columns that are not free text.
NOTHING = frozenset(
    ["", "null", "nil", "none", "nan", "nat", "n/a", "na", "#n/a", "<na>", "-", "--", "\\n", "unknown", "?"]
)

TRUE = frozenset(
    [
        *("true", "t", "yes", "y", "1", "1.0", "on", "x", "✓", "✔", "☑", "+"),
        *(
            "wahr",
            "ja",
            "vrai",
            "oui",
            "verdadero",
            "si",
            "sí",
            "vero",
            "sì",
            "sim",
            "tak",
            "да",
            "evet",
            "真",
            "是",
        ),
    ]
)
FALSE = frozenset(
    [
        *("false", "f", "no", "n", "0", "0.0", "off", "✗", "✘", "☐"),
        *("falsch", "nein", "faux", "non", "falso", "não", "nie", "нет", "hayır", "假", "否"),
    ]
)

#: The web began in 1989; an earlier or far later date is a mistake, not an observation.
_FIRST_YEAR, _LAST_YEAR = 1989, 2100


class Converted(NamedTuple):
    """A column of one type, and the rows whose cell could not be understood."""

    values: pa.Array
    bad: Rows


def flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One contiguous array."""
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return column


def texts(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The column as text: lists joined by blanks, numbers as written, bad UTF-8 as Windows-1252."""
    column = flat(column)
    kind = column.type
    if pa.types.is_dictionary(kind):
        return texts(column.dictionary).take(column.indices)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        try:
            column.validate(full=True)
            return column if pa.types.is_string(kind) else column.cast(pa.string())
        except pa.ArrowInvalid:
            return texts(_as_bytes(column))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.array([None if v is None else decoded(v) for v in column.to_pylist()], pa.string())
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.string())
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return column.cast(pa.string())
    return pa.array([text_of(v) for v in column.to_pylist()], pa.string())


def decoded(raw: bytes) -> str:
    """UTF-8, or where it is not, Windows-1252 as browsers read it (no byte is refused)."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return windows_1252(raw)


def windows_1252(raw: bytes) -> str:
    """Windows-1252 with its five unassigned bytes taken as control characters."""
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(
            bytes([b]).decode("latin-1" if b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252") for b in raw
        )


def by_distinct(column: pa.Array, parse: Callable[[str], object], kind: pa.DataType) -> Converted:
    """Each distinct text through ``parse``; a ``ValueError`` makes its rows bad, ``None`` is NULL."""
    encoded = column.dictionary_encode()
    values: list[object] = []
    wrong: list[int] = []
    for code, text in enumerate(encoded.dictionary.to_pylist()):
        try:
            values.append(parse(text))
        except ValueError:
            values.append(None)
            wrong.append(code)
    out = pa.array(values, kind).take(encoded.indices)
    if not wrong:
        return Converted(out, _NONE)
    codes = pc.fill_null(encoded.indices, -1).to_numpy()
    return Converted(out, np.flatnonzero(np.isin(codes, wrong)))


_UNTIDY = (
    r"[\x09-\x0d\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
    r"|  |^ | $"
)


def free_text(column: pa.Array | pa.ChunkedArray, longest: int, *, keep_end: bool = False) -> pa.Array:
    """Text with blanks folded and cut to ``longest`` characters (``keep_end``: the last ones)."""
    column = texts(column)
    untidy = pc.match_substring_regex(column, _UNTIDY)
    if pc.any(untidy).as_py():
        tidy = pa.array([" ".join(v.split()) for v in column.filter(untidy).to_pylist()], pa.string())
        column = pc.replace_with_mask(column, pc.fill_null(untidy, False), tidy)
    if (pc.max(pc.binary_length(column)).as_py() or 0) > longest:
        if keep_end:
            column = pc.utf8_slice_codeunits(column, -longest)
        else:
            column = pc.utf8_slice_codeunits(column, 0, longest)
    return column


def whole_numbers(column: pa.Array | pa.ChunkedArray, kind: pa.DataType, lowest: int = 0) -> Converted:
    """Whole numbers of ``kind`` not below ``lowest``; thousands marks and ``12.0`` are understood."""
    column = flat(column)
    highest = (1 << (kind.bit_width - 1)) - 1
    if pa.types.is_null(column.type):
        return Converted(pa.nulls(len(column), kind), _NONE)
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        column = texts(column)
        if not pc.all(pc.match_substring_regex(column, r"^[0-9]{1,18}$"), min_count=0).as_py():
            return by_distinct(column, lambda text: _whole(text, lowest, highest), kind)
        column = column.cast(pa.int64())
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
        fits = pc.and_(pc.equal(column, pc.round(column)), pc.less(pc.abs(column), 2.0**53))
    else:
        fits = pc.is_valid(column)
    fits = pc.and_(fits, pc.and_(pc.greater_equal(column, lowest), pc.less_equal(column, highest)))
    fits = pc.fill_null(fits, False)
    bad = np.flatnonzero(pc.and_(pc.is_valid(column), pc.invert(fits)).to_numpy(zero_copy_only=False))
    return Converted(pc.if_else(fits, column, None).cast(kind), bad.astype(np.int64))


def _whole(text: str, lowest: int, highest: int) -> int | None:
    text = text.strip().lstrip("'").strip()
    if text.lower() in NOTHING:
        return None
    if re.fullmatch(r"[+-]?\d{1,3}(?:[,. '\u00a0\u202f’]\d{3})+", text):
        text = re.sub(r"[,. '\u00a0\u202f’]", "", text)
    elif re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})*\.0*", text) or re.fullmatch(r"[+-]?\d+[.,]0*", text):
        text = re.split(r"\.|,(?=0*$)", text)[0].replace(",", "")
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise ValueError(text)
    number = int(text)
    if not lowest <= number <= highest:
        raise ValueError(text)
    return number


def booleans(column: pa.Array | pa.ChunkedArray) -> Converted:
    """True and false in their many spellings."""
    column = flat(column)
    if pa.types.is_boolean(column.type):
        return Converted(column, _NONE)
    return by_distinct(texts(column), _boolean, pa.bool_())


def _boolean(text: str) -> bool | None:
    word = text.strip().lstrip("'").lower()
    if word in NOTHING:
        return None
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError(text)


def times(column: pa.Array | pa.ChunkedArray) -> Converted:
    """Times in UTC, to the second, from dates, timestamps, numbers since 1970 and many spellings."""
    column = flat(column)
    kind = column.type
    out = pa.timestamp("us")
    if pa.types.is_null(kind):
        return Converted(pa.nulls(len(column), out), _NONE)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        if pa.types.is_timestamp(kind):
            column = column.cast(pa.timestamp(kind.unit, tz="UTC")) if kind.tz else column
            column = column.cast(pa.timestamp(kind.unit)).cast(pa.timestamp("s"), safe=False)
        column = column.cast(pa.timestamp("s"), safe=False)
        year = pc.year(column)
        sound = pc.and_(pc.greater_equal(year, _FIRST_YEAR), pc.less_equal(year, _LAST_YEAR))
        bad = np.flatnonzero(pc.fill_null(pc.invert(sound), False).to_numpy(zero_copy_only=False))
        return Converted(pc.if_else(sound, column, None).cast(out), bad.astype(np.int64))
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), None, column)
        column = pa.array(
            [None if v is None else str(int(v)) if math.isfinite(v) else str(v) for v in column.to_pylist()]
        )
    column = texts(column)
    days = pc.match_substring_regex(column, r"^(19|20)\d\d-\d\d-\d\d([T ]\d\d:\d\d:\d\d)?Z?$")
    if pc.all(days, min_count=0).as_py():
        try:
            return times(pc.cast(pc.replace_substring(column, "Z", ""), pa.timestamp("s")))
        except pa.ArrowInvalid:  # a day that no calendar has
            pass
    return by_distinct(column, parse_time, out)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = r"(?:,?\s+(?:at\s+)?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*([ap]\.?m\.?)?)?(?:\s*(?:utc|gmt|z))?"
_MONTH_FIRST = re.compile(rf"([a-z]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_CLOCK}")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\.?[\s-]([a-z]{{3,9}})\.?,?[\s-](\d{{4}}){_CLOCK}")
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})[-/.](\d{{4}}){_CLOCK}")
_EPOCH = {9: 1, 10: 1, 12: 1000, 13: 1000, 15: 10**6, 16: 10**6, 18: 10**9, 19: 10**9}


def parse_time(text: str) -> datetime | None:
    """One time, in UTC without zone, to the second; ``None`` when the text says nothing.

    A day whose month cannot be told from its day (``03/04/2026``) is a ``ValueError``: it
    would be a guess.
    """
    text = " ".join(text.strip().lstrip("'").split())
    if text.lower() in NOTHING or text in ("0", "0.0", "0000-00-00", "0000-00-00 00:00:00"):
        return None
    found = _epoch_or_digits(text) or _iso(text) or _written(text.lower()) or _mail(text)
    if found is None:
        raise ValueError(text)
    if found.tzinfo is not None:
        found = found.astimezone(UTC).replace(tzinfo=None)
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError(text)
    return found.replace(microsecond=0)


def _epoch_or_digits(text: str) -> datetime | None:
    digits = text[:-2] if text.endswith(".0") else text
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) in _EPOCH:
        return datetime(1970, 1, 1) + timedelta(seconds=int(digits) // _EPOCH[len(digits)])
    if len(digits) == 14:  # as archives write it
        return datetime.strptime(digits, "%Y%m%d%H%M%S")
    if len(digits) == 8:
        return datetime.strptime(digits, "%Y%m%d")
    raise ValueError(text)


def _iso(text: str) -> datetime | None:
    if text.upper().endswith((" UTC", " GMT")):
        text = text[:-4] + "+00:00"
    text = re.sub(r" (?=[+-]\d\d:?\d\d$)", "", text)
    if re.fullmatch(r"\d{4}-\d\d", text):  # a month alone is no day
        raise ValueError(text)
    try:
        return datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None


def _written(text: str) -> datetime | None:
    text = re.sub(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ", "", text)
    if found := _MONTH_FIRST.fullmatch(text):
        month, day, year = _month(found[1]), int(found[2]), int(found[3])
        clock = found.groups()[3:]
    elif found := _DAY_FIRST.fullmatch(text):
        month, day, year = _month(found[2]), int(found[1]), int(found[3])
        clock = found.groups()[3:]
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        clock = found.groups()[3:]
    elif found := _YEAR_LAST.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == "." or first > 12 or first == second:
            day, month = first, second
        elif second > 12:
            month, day = first, second
        else:
            raise ValueError(text)
        clock = found.groups()[4:]
    else:
        return None
    hour, minute, second_, half = clock
    at = int(hour or 0)
    if half:
        at = at % 12 + (12 if half.startswith("p") else 0)
    return datetime(year, month, day, at, int(minute or 0), int(second_ or 0))


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1  # a ValueError for other words


def _mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _as_bytes(column: pa.Array) -> pa.Array:
    wide = pa.types.is_large_string(column.type)
    return column.view(pa.large_binary() if wide else pa.binary())


def text_of(value: object) -> str | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (list, tuple)):
        return " ".join(filter(None, (text_of(v) for v in value)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value)

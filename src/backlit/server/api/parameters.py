"""The parameters of the API: name, type, meaning and an example, each declared once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

#: More rows than any index has; beyond it a number is a slip.
MOST_ROWS = 10_000_000_000


class Parameter(NamedTuple):
    """One parameter of a query.

    ``type`` is one of ``str``, ``int``, ``bool``, a ``Literal``, or ``list[str]``: several values, repeated or joined
    by commas. One without a ``default`` is required.
    """

    name: str
    type: Any
    says: str
    example: Any
    default: Any = None
    required: bool = False
    least: int | None = None
    most: int | None = None
    max_length: int | None = None


TARGET = Parameter(
    "target", str, "Whom to ask about: a domain, host, URL prefix (ends in *) or URL.", "example.com",
    required=True, max_length=4096,
)  # fmt: skip
ABOUT = TARGET._replace(required=False, says=TARGET.says + " Left out, all are meant.")
KIND = Parameter(
    "kind",
    Literal["domain", "host", "prefix", "url"],
    "Read the target as this kind; else its text tells.",
    "domain",
)
WHERE = Parameter(
    "where", str, "Keep rows such as `follow and placement = content`.", "follow", max_length=20_000
)
SORT = Parameter("sort", str, "Order, such as `links desc, first_seen`.", None, max_length=2_000)
LIMIT = Parameter(
    "limit", int, "Most rows to give, 0 for all. Left out: 100 in JSON, all in the other formats.", 20,
    least=0, most=MOST_ROWS,
)  # fmt: skip
OFFSET = Parameter("offset", int, "Rows to leave out first.", 0, 0, least=0, most=MOST_ROWS)
COLUMNS = Parameter(
    "columns", list[str], "Only these columns, in this order; repeated or joined by commas.", None
)
HISTORY = Parameter("history", bool, "Earlier decisions and withdrawals too.", False, False)
OWN = Parameter("own", list[str], "Your own domains, never to be listed.", ["example.org"])
BRAND = Parameter("brand", list[str], "Your brands: domains named so are never listed.", ["example"])
FORCE = Parameter("force", bool, "List sources of real equity too.", False, False)
DATE = Parameter("date", str, "The day in the comments; else today.", "2026-03-01", max_length=10)
RELEASE = Parameter(
    "release", str, "Which web-graph release; else the newest that is ranked.", None, max_length=200
)

FORMATS = ("json", "jsonl", "csv", "parquet", "arrow")


def status(*words: str, default: str | None = None, says: str | None = None) -> Parameter:
    """The parameter ``status``, which takes only what a listing can tell apart."""
    told = says or "Live links, lost ones or all; else live, or all if the filter asks about lost ones."
    return Parameter("status", Literal[words], told, words[0], default)


def format_of(words: Sequence[str]) -> Parameter:
    """The parameter ``format``."""
    return Parameter(
        "format", Literal[tuple(words)], "Shape of the answer; else the Accept header tells.", words[0]
    )


def names(given: Sequence[str] | None) -> list[str]:
    """Several names, from a parameter that may be repeated and whose values may be joined by commas."""
    return [one.strip() for text in given or () for one in text.split(",") if one.strip()]

"""What an extractor says of one page."""

from __future__ import annotations

from typing import Any, NamedTuple


class ExtractedPage(NamedTuple):
    """The links of a page to other sites, what is known of the page, and what went wrong.

    ``links`` holds rows in the order of ``records.EXTRACTED_LINK``, in document order. A key
    missing from ``facts`` (named as in ``records.PAGES``), or ``None``, means that the page
    could not say. ``complete`` is false when a limit or damage cut the page short: links that
    are missing then are not lost. ``problems`` are pairs of a cause and a sentence.
    """

    links: list[tuple[Any, ...]]
    facts: dict[str, object]
    complete: bool
    problems: list[tuple[str, str]]

"""The records backlit keeps: literal names and types of links, pages and hosts.

One table a record. ``None``/NULL always means *the source could not say*; an empty
string or a zero is an observation. Times are UTC, to the second.

* ``LINKS``: one row for each link as it stands on a page (repeats included) whose source
  and target are different sites.
* ``PAGES``: one row a page address.
* ``FETCHES``: every conclusive look at a page (it is what "lost" rests on).
* ``HOSTS``: facts about a host that do not come from its pages.
"""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

#: Kinds of link. ``image`` is a link whose content is an image and no text;
#: its ``anchor`` is empty and its ``alt`` is the image's.
KINDS = ("anchor", "image", "redirect", "canonical", "alternate", "frame", "form")

#: Places on a page a link can stand in.
PLACEMENTS = ("content", "list", "nav", "header", "footer", "sidebar", "comment")

#: How deep a row was seen: a table somebody exported, a WAT (no DOM), or the page's HTML.
DEPTH_TABLE, DEPTH_WAT, DEPTH_HTML = 1, 2, 3

_time = pa.timestamp("us")

#: What an extractor says of one link of a page, in this order (a plain tuple in hot loops).
EXTRACTED_LINK = pa.schema(
    [
        ("target_url", pa.string()),
        ("target_host", pa.string()),
        ("target_domain", pa.string()),
        ("target_site", pa.string()),
        ("kind", pa.string()),
        ("nth", pa.int32()),
        ("anchor", pa.string()),
        ("alt", pa.string()),
        ("rel", pa.string()),
        ("follow", pa.bool_()),
        ("placement", pa.string()),
        ("placement_rule", pa.string()),
        ("semantic_location", pa.string()),
        ("hidden", pa.bool_()),
        ("hidden_rule", pa.string()),
        ("position", pa.int32()),
        ("text_before", pa.string()),
        ("text_after", pa.string()),
    ]
)

LINKS = pa.schema(
    [
        ("link_id", pa.int64()),
        ("pair_id", pa.int64()),
        ("source_url", pa.string()),
        ("source_host", pa.string()),
        ("source_domain", pa.string()),
        ("source_site", pa.string()),
        ("source_language", pa.string()),
        *EXTRACTED_LINK,
        ("first_seen", _time),
        ("last_seen", _time),
        ("lost_at", _time),
        ("lost_reason", pa.string()),
        ("depth", pa.int8()),
        ("snapshot", pa.string()),
        ("origin", pa.string()),
    ]
)

PAGES = pa.schema(
    [
        ("url", pa.string()),
        ("host", pa.string()),
        ("domain", pa.string()),
        ("site", pa.string()),
        ("status", pa.int16()),
        ("title", pa.string()),
        ("language", pa.string()),
        ("encoding", pa.string()),
        ("words", pa.int32()),
        ("text_digest", pa.binary(128)),
        ("terms", pa.binary()),
        ("template_digest", pa.int64()),
        ("external_links", pa.int32()),
        ("internal_links", pa.int32()),
        ("noindex", pa.bool_()),
        ("nofollow", pa.bool_()),
        ("canonical", pa.string()),
        ("author", pa.string()),
        ("published", pa.string()),
        ("analytics_ids", pa.string()),
        ("ad_ids", pa.string()),
        ("ad_slots", pa.int32()),
        ("ip", pa.string()),
        ("first_seen", _time),
        ("fetched_at", _time),
        ("archive_file", pa.string()),
        ("archive_offset", pa.int64()),
        ("archive_length", pa.int64()),
        ("depth", pa.int8()),
        ("snapshot", pa.string()),
        ("origin", pa.string()),
    ]
)

#: ``outcome``: ``complete`` (2xx, all links read) or ``gone`` (404, 410).
FETCHES = pa.schema(
    [("url", pa.string()), ("domain", pa.string()), ("fetched_at", _time), ("outcome", pa.string())]
)

HOSTS = pa.schema(
    [
        ("host", pa.string()),
        ("ip", pa.string()),
        ("asn", pa.string()),
        ("nameserver", pa.string()),
        ("registrar", pa.string()),
        ("registered", pa.string()),
        ("analytics_id", pa.string()),
        ("adsense_id", pa.string()),
        ("cms", pa.string()),
        ("theme", pa.string()),
        ("snapshot", pa.string()),
        ("origin", pa.string()),
    ]
)

TRUSTED = pa.schema([("host", pa.string()), ("snapshot", pa.string()), ("origin", pa.string())])

SNAPSHOTS = pa.schema(
    [
        ("snapshot", pa.string()),
        ("date", pa.string()),
        ("origin", pa.string()),
        ("input", pa.string()),
        ("bytes", pa.int64()),
        ("digest", pa.string()),
        ("links", pa.int64()),
        ("pages", pa.int64()),
        ("problems", pa.int64()),
    ]
)


class Problem(NamedTuple):
    """One bad thing found in an input: where it was and, in a sentence, what it was.

    ``file`` is the path as given, ``place`` a record number, byte offset or line
    (``"record 17"``, ``"offset 5120"``, ``"line 3"``), ``cause`` a short stable slug to
    count by (``"truncated"``, ``"bad-json"``) and ``message`` the sentence.
    """

    file: str
    place: str
    cause: str
    message: str


class Batch(NamedTuple):
    """What a reader gives at a time: rows, problems and where it got to.

    ``links`` has the ``LINKS`` columns, ``pages`` ``PAGES``, ``fetches`` ``FETCHES``; each
    may be ``None``. ``resume_at`` is an opaque position: reading again from there gives what
    comes after this batch (bytes for archives, lines for tables). ``bytes_done`` counts the
    input's bytes consumed so far, for progress.

    A batch without rows and problems only tells progress: ``pending_pages`` and
    ``pending_links`` have been read and come with a later batch.
    """

    links: pa.Table | None
    pages: pa.Table | None
    fetches: pa.Table | None
    hosts: pa.Table | None
    trusted: pa.Table | None
    problems: list[Problem]
    resume_at: int
    bytes_done: int
    pending_pages: int = 0
    pending_links: int = 0

    @property
    def empty(self) -> bool:
        """Whether it only tells progress."""
        return not self.problems and not any(t is not None and t.num_rows for t in self[:5])

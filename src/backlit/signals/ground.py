"""What signals are measured on: the links of an index as columns of small numbers, and the groups they form.

Names, addresses and texts are kept once, and rows refer to them by number. **Unknown** is -1 in columns of
numbers that count or refer, NaN in columns of measures. A *site* is what the private section of the suffix list
says (two blogs of one platform are two sites); a *pair* is a source site with a target site.
``backlit.signals.load`` makes a ``Ground`` from an index; tests write small ones by hand with ``ground_of``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int32]
Small = npt.NDArray[np.int8]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Measures = npt.NDArray[np.float32]

#: Bits of ``Links.rel``.
NOFOLLOW, SPONSORED, UGC = 1, 2, 4
#: Bits of ``Links.words``: what the words around a link say (``backlit.signals.phrases`` has them).
DISCLOSED, OFFERED, AUTHOR, CREDIT = 1, 2, 4, 8
#: Bits of ``Sites.flags``.
TRUSTED, INSTITUTION, PLATFORM, TENANT = 1, 2, 4, 8


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """One row a link that is not lost: anchors, images, redirects and canonicals. ``n`` rows, by target,
    then source."""

    link_id: Longs
    #: Numbers of sites, of the pair, of the source page and host, and of the target address.
    source: Ints
    target: Ints
    pair: Ints
    page: Ints
    host: Ints
    to: Ints
    #: Place in ``records.KINDS`` and in ``records.PLACEMENTS`` (-1 unknown).
    kind: Small
    placement: Small
    #: Number of the text, an image's alt where there is no other; -1 unknown.
    anchor: Ints
    #: 1 yes, 0 no, -1 unknown.
    follow: Small
    hidden: Small
    #: Bits; 0 where rel is empty or unknown.
    rel: Small
    #: Bits of what the words before and after say, 0 where they are unknown.
    words: Small
    #: Ordinal among the page's links; -1 unknown.
    position: Ints
    #: Days since 1970-01-01; -1 unknown.
    first_day: Ints
    last_day: Ints

    def __len__(self) -> int:
        return len(self.link_id)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """One row a pair of sites: rows ``begin`` to ``end`` of ``Links`` (which lie together) and their summary."""

    source: Ints
    target: Ints
    begin: Longs
    end: Longs

    def __len__(self) -> int:
        return len(self.source)


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """One row a site that links or is linked to, ``m`` rows in the order of names."""

    name: pa.Array
    #: Number of its registrable domain, from 0 (``domains`` has the names).
    domain: Ints
    flags: npt.NDArray[np.uint8]
    #: Known pages of it (its rows in the table of pages, or its distinct source pages if these are more).
    pages: Ints
    #: Place in ``Ground.languages`` of the language of most of its pages; -1 unknown.
    language: Ints
    #: Authority of its domain, 1-100, and its percentile; NaN unknown.
    authority: Measures
    #: Day its domain was registered; -1 unknown.
    registered: Ints

    def __len__(self) -> int:
        return len(self.domain)


@dataclass(frozen=True, slots=True, eq=False)
class Pages:
    """One row a page that a link stands on, or that the table of pages knows of a site that links or is linked to.

    By site, then path: the pages of a site lie together. Facts may be unknown."""

    site: Ints
    #: Whether the table of pages has it.
    known: Flags
    status: Ints
    words: Ints
    external_links: Ints
    internal_links: Ints
    ad_slots: Ints
    #: Number of the text.
    title: Ints
    language: Ints
    noindex: Small
    first_day: Ints
    #: Row in ``Ground.digests``; -1 without one.
    digest: Ints
    #: Number of the address's path (without host), as a text; pages of equal paths on two hosts share it.
    path: Ints
    #: Row of the page's terms in ``Ground.terms``; -1 without any.
    terms: Ints

    def __len__(self) -> int:
        return len(self.site)


#: Kinds of footprint, in the order of ``Footprints.kind``.
FOOTPRINTS = ("analytics", "ads", "address", "network", "nameserver", "asn", "theme", "registration")


@dataclass(frozen=True, slots=True, eq=False)
class Footprints:
    """One row a site and a trait it bears: an analytics or ads account, an exact address, a /24 (or /48), a
    name server, an autonomous system, a theme, or registrar with week of registration. No row is twice."""

    site: Ints
    kind: Small
    #: Number of the value among all values of all kinds; equal for equal values.
    value: Ints


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Ground:
    """All of an index that signals look at."""

    links: Links
    pairs: Pairs
    sites: Sites
    pages: Pages
    footprints: Footprints
    #: All anchors and titles and paths.
    texts: pa.Array
    #: Addresses of targets (numbers in ``Links.to``), and the page number of each where one is known, else -1.
    addresses: pa.Array
    address_page: Ints
    domains: pa.Array
    hosts: pa.Array
    languages: tuple[str, ...]
    #: MinHash of page texts, 64 values a row (``backlit.extract.digest``).
    digests: npt.NDArray[np.uint16]
    #: Hashes of the most frequent telling words of a page and their counts: ``term_begin[i]:term_begin[i + 1]``.
    term_begin: Longs = field(default_factory=lambda: np.zeros(1, np.int64))
    term_hash: npt.NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))
    term_count: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))

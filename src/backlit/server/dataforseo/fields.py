"""Every field of every answer, once: its type, whether it is filtered and sorted by, on which scale it stands.

Answers, filters, sorting and ``available_filters`` are all made from these tables. A field's name is its path in
an item of the answer, with dots; the relations behind the answers have columns of the same names.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Literal, NamedTuple, get_args

Kind = Literal["str", "num", "bool", "time", "array.str", "map.num", "map.str", "objects"]
KINDS: tuple[Kind, ...] = get_args(Kind)

#: The kinds that can be filtered by as they stand; of a map only its entries can.
PLAIN: frozenset[Kind] = frozenset({"str", "num", "bool", "time", "array.str"})
SORTED: frozenset[Kind] = frozenset({"str", "num", "bool", "time"})

#: What an entry of a map is.
ENTRY: dict[Kind, Kind] = {"map.num": "num", "map.str": "str"}


class Field(NamedTuple):
    """One field of an item.

    ``kind`` is what it holds (``objects`` a list of objects); every field may be null. ``rank`` tells that it stands
    on the scale the request asks for, 0 to 1000 or 0 to 100. ``entries`` are the usual keys of a map, shown among
    the filters; any other key is understood too.
    """

    name: str
    kind: Kind = "num"
    rank: bool = False
    filtered: bool = True
    entries: tuple[str, ...] = ()


#: Fields that nothing in an index tells: they are always null.
NEVER_KNOWN = frozenset(
    {
        "page_from_size",
        "image_url",
        "url_to_redirect_target",
        "ranked_keywords_info.page_from_keywords_count_top_3",
        "ranked_keywords_info.page_from_keywords_count_top_10",
        "ranked_keywords_info.page_from_keywords_count_top_100",
        "info.server",
        "location",
        "size",
        "encoded_size",
        "content_encoding",
        "media_type",
        "server",
        "meta.images_count",
        "meta.social_media_tags",
        "meta.h_1",
        "meta.h_2",
        "meta.h_3",
        "meta.images_alt",
        "meta.technologies",
    }
)


class Asked(NamedTuple):
    """What a filter or a sort rule names: a field, or an entry of a map field. ``kind`` is the value's."""

    field: Field
    kind: Kind
    entry: str | None = None
    prefix: str = ""

    @property
    def column(self) -> str:
        """The column of the relation that holds it."""
        return self.prefix + self.field.name


class Order(NamedTuple):
    """A rule of sorting."""

    asked: Asked
    descending: bool


class Table:
    """The fields of one kind of item.

    ``type`` is the constant of that name in each item, ``key`` the fields that tell two items apart, ``first`` the
    order when none is asked for: a field and whether the greatest comes first. ``within`` are objects in which a
    filter's short name is looked for, as the service's own examples write them.
    """

    def __init__(
        self,
        type_: str | None,
        fields: Iterable[Field],
        *,
        key: tuple[str, ...],
        first: str | None = None,
        within: tuple[str, ...] = (),
    ) -> None:
        self.type = type_
        self.fields = tuple(fields)
        self.key = key
        self.first = first
        self.within = within

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def ask(self, name: str) -> Asked | None:
        """The field or entry of a map that a filter names; ``None`` when there is no such."""
        for path in (name, *(f"{prefix}.{name}" for prefix in self.within)):
            field = self._by_name.get(path)
            if field is not None:
                return Asked(field, field.kind) if field.filtered and field.kind in PLAIN else None
            # The key of a map may have dots itself (`referring_links_tld.co.uk`).
            for field in self.fields:
                if field.filtered and field.kind in ENTRY and path.startswith(f"{field.name}."):
                    return Asked(field, ENTRY[field.kind], path[len(field.name) + 1 :])
        return None

    def advertised(self) -> dict[str, str]:
        """What can be filtered by, with its type as the service names it."""
        shown: dict[str, str] = {}
        for field in self.fields:
            if not field.filtered:
                continue
            if field.kind in PLAIN:
                shown[field.name] = field.kind
            for entry in field.entries:
                shown[f"{field.name}.{entry}"] = ENTRY[field.kind]
        return shown


def within(name: str, fields: Iterable[Field]) -> list[Field]:
    """Fields as those of an object."""
    return [field._replace(name=f"{name}.{field.name}") for field in fields]


def texts(*names: str) -> list[Field]:
    return [Field(name, "str") for name in names]


def numbers(*names: str) -> list[Field]:
    return [Field(name) for name in names]


def flags(*names: str) -> list[Field]:
    return [Field(name, "bool") for name in names]


def times(*names: str) -> list[Field]:
    return [Field(name, "time") for name in names]


def lists(*names: str) -> list[Field]:
    return [Field(name, "array.str") for name in names]


def rank(name: str = "rank") -> Field:
    return Field(name, rank=True)


ITEM_TYPES = ("anchor", "image", "link", "meta", "canonical", "alternate", "redirect")
PLATFORMS = ("cms", "blogs", "ecommerce", "message-boards", "wikis", "news", "organization", "unknown")
ATTRIBUTES = ("nofollow", "noopener", "noreferrer", "external", "ugc", "sponsored")
LOCATIONS = ("article", "section", "main", "nav", "header", "footer", "aside", "figure", "details", "summary")

#: How many links of each sort. With few exceptions every item that counts links has all of them.
COUNTED = [
    Field("referring_links_tld", "map.num", entries=("com", "org", "net")),
    Field("referring_links_types", "map.num", entries=ITEM_TYPES),
    Field("referring_links_attributes", "map.num", entries=ATTRIBUTES),
    Field("referring_links_platform_types", "map.num", entries=PLATFORMS),
    Field("referring_links_semantic_locations", "map.num", entries=LOCATIONS),
    Field("referring_links_countries", "map.num", entries=("US", "GB", "DE", "WW")),
]
REFERRING = numbers(
    "referring_domains",
    "referring_domains_nofollow",
    "referring_main_domains",
    "referring_main_domains_nofollow",
    "referring_ips",
    "referring_subnets",
    "referring_pages",
    "referring_pages_nofollow",
)
SPAM = Field("backlinks_spam_score")
SEEN = times("first_seen", "lost_date")
BROKEN = numbers("broken_backlinks", "broken_pages")
FIGURES = [rank(), Field("backlinks"), *SEEN, SPAM, *BROKEN, *REFERRING, *COUNTED]

TARGET_INFO = within(
    "info",
    [
        *texts("server", "cms"),
        *lists("platform_type"),
        *texts("ip_address", "country"),
        *flags("is_ip"),
        *numbers("target_spam_score"),
    ],
)
OWN_PAGES = numbers("internal_links_count", "external_links_count")

SUMMARY = Table(
    None,
    [
        *SEEN,
        rank(),
        Field("backlinks"),
        SPAM,
        Field("crawled_pages"),
        *TARGET_INFO,
        *OWN_PAGES,
        *BROKEN,
        *REFERRING,
        *COUNTED,
    ],
    key=(),
)

HISTORY = Table(
    "backlinks_history",
    [
        Field("date", "time"),
        rank(),
        *numbers(
            "backlinks",
            "new_backlinks",
            "lost_backlinks",
            "new_referring_domains",
            "lost_referring_domains",
            "crawled_pages",
        ),
        *TARGET_INFO,
        *OWN_PAGES,
        *BROKEN,
        *REFERRING,
        *COUNTED,
    ],
    key=("date",),
)

_LINK_FROM = [
    *texts("domain_from", "url_from"),
    *flags("url_from_https"),
    *texts("domain_to", "url_to"),
    *flags("url_to_https"),
    *texts("tld_from"),
    *flags("is_new", "is_lost"),
    Field("backlink_spam_score"),
    rank(),
    rank("page_from_rank"),
    rank("domain_from_rank"),
    *lists("domain_from_platform_type"),
    *flags("domain_from_is_ip"),
    *texts("domain_from_ip", "domain_from_country"),
    *numbers("page_from_external_links", "page_from_internal_links", "page_from_size"),
    *texts("page_from_encoding", "page_from_language", "page_from_title"),
    *numbers("page_from_status_code"),
    *times("first_seen", "prev_seen", "last_seen"),
    *texts("item_type"),
    *lists("attributes"),
    *flags("dofollow", "original"),
    *texts("alt"),
]
_IMAGE = texts("image_url")
_LINK_ON = [
    *texts("anchor", "text_pre", "text_post", "semantic_location"),
    *numbers("links_count", "group_count"),
    *flags("is_broken"),
    *numbers("url_to_status_code", "url_to_spam_score"),
    *texts("url_to_redirect_target"),
]
_KEYWORDS = within(
    "ranked_keywords_info",
    numbers(
        "page_from_keywords_count_top_3",
        "page_from_keywords_count_top_10",
        "page_from_keywords_count_top_100",
    ),
)
_INDIRECT = [*flags("is_indirect_link"), Field("indirect_link_path", "objects", filtered=False)]

BACKLINKS = Table(
    "backlink", [*_LINK_FROM, *_IMAGE, *_LINK_ON, *_KEYWORDS, *_INDIRECT], key=("url_from",), first="rank"
)
ANCHORS = Table("backlinks_anchor", [*texts("anchor"), *FIGURES], key=("anchor",), first="backlinks")
DOMAINS = Table("backlinks_referring_domain", [*texts("domain"), *FIGURES], key=("domain",), first="rank")
NETWORKS = Table(
    "backlinks_referring_network",
    [*texts("network_address"), rank(), Field("backlinks"), *SEEN, *BROKEN, *REFERRING, *COUNTED],
    key=("network_address",),
    first="rank",
)
PAGES = Table(
    "backlinks_domain_page",
    [
        *texts("main_domain", "domain", "tld", "page", "ip"),
        *times("first_visited", "prev_visited", "fetch_time"),
        *numbers("status_code"),
        *texts("location"),
        *numbers("size", "encoded_size"),
        *texts("content_encoding", "media_type", "server"),
        *within(
            "meta",
            [
                *texts("title", "canonical"),
                *OWN_PAGES,
                *numbers("images_count", "words_count", "page_spam_score"),
                Field("social_media_tags", "map.str"),
                *lists("h_1", "h_2", "h_3", "images_alt", "powered_by"),
                *texts("language", "charset"),
                *lists("platform_type"),
                Field("technologies", "map.str"),
            ],
        ),
        *within("page_summary", [*SEEN, rank(), Field("backlinks"), SPAM, *BROKEN, *REFERRING, *COUNTED]),
    ],
    key=("page",),
    first="page_summary.rank",
    within=("page_summary", "meta"),
)
PAGES_SUMMARY = Table("backlinks_page_summary", [*texts("url"), *FIGURES], key=("url",), first="rank")
COMPETITORS = Table(
    "backlinks_competitors",
    [*texts("target"), rank(), Field("intersections")],
    key=("target",),
    first="intersections",
)

#: The objects under the numbers of an intersection's targets.
DOMAIN_INTERSECTION = Table("backlinks_domain_intersection", [*texts("target"), *FIGURES], key=("target",))
PAGE_INTERSECTION = Table(
    "backlinks_page_intersection", [*_LINK_FROM, *_LINK_ON, *_INDIRECT], key=("url_from",)
)
INTERSECTIONS = Field("intersections_count")

SERIES = Table(
    "backlinks_timeseries_summary",
    [
        Field("date", "time"),
        rank(),
        *numbers(
            "backlinks",
            "backlinks_nofollow",
            "referring_pages",
            "referring_pages_nofollow",
            "referring_domains",
            "referring_domains_nofollow",
            "referring_main_domains",
            "referring_main_domains_nofollow",
            "referring_ips",
            "referring_subnets",
        ),
    ],
    key=("date",),
)
NEW_LOST_DOMAINS = numbers(
    "new_referring_domains",
    "lost_referring_domains",
    "new_referring_main_domains",
    "lost_referring_main_domains",
)
NEW_LOST = Table(
    "backlinks_timeseries_new_lost_summary",
    [Field("date", "time"), *numbers("new_backlinks", "lost_backlinks"), *NEW_LOST_DOMAINS],
    key=("date",),
)

BULK_RANKS = Table(None, [rank()], key=())
BULK_BACKLINKS = Table(None, numbers("backlinks"), key=())
BULK_SPAM = Table("backlinks_bulk_spam_score", numbers("spam_score"), key=())
BULK_DOMAINS = Table(None, REFERRING[:4], key=())
BULK_NEW_LOST = Table(None, numbers("new_backlinks", "lost_backlinks"), key=())
BULK_NEW_LOST_DOMAINS = Table(None, NEW_LOST_DOMAINS, key=())
BULK_PAGES = Table("backlinks_page_summary", [rank(), rank("main_domain_rank"), *FIGURES[1:]], key=())


def available_filters() -> dict[str, dict[str, str]]:
    """What each listing can be filtered by.

    The fields of an intersection stand under the number of a target; those under ``1.`` are shown, and those of
    the other targets are the same.
    """
    first = {
        name: {f"1.{field}": kind for field, kind in table.advertised().items()}
        for name, table in (
            ("domain_intersection", DOMAIN_INTERSECTION),
            ("page_intersection", PAGE_INTERSECTION),
        )
    }
    count = {INTERSECTIONS.name: INTERSECTIONS.kind}
    return {
        "content_duplicates": {},
        "backlinks": BACKLINKS.advertised(),
        "domain_pages": PAGES.advertised(),
        "anchors": ANCHORS.advertised(),
        "referring_domains": DOMAINS.advertised(),
        "domain_intersection": {**first["domain_intersection"], **count},
        "page_intersection": {**first["page_intersection"], **count},
        "referring_networks": NETWORKS.advertised(),
        "domain_pages_summary": PAGES_SUMMARY.advertised(),
        "competitors": COMPETITORS.advertised(),
    }

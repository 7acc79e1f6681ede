"""The columns of the listings that look for chances: gap, comparison, rivals and broken pages.

As in ``backlit.questions.columns``; ``list`` is a kind that no filter can use.
"""

from __future__ import annotations

from backlit.questions.columns import Table

_TEXT, _INTEGER, _NUMBER, _TIME, _LIST = "text", "integer", "number", "time", "list"

GAP: Table = (
    ("source_domain", _TEXT, "a domain that links to one of the targets that were asked about"),
    ("source_authority", _NUMBER, "its authority, 1 to 100; of the ranked release if there is one"),
    ("rivals", _INTEGER, "to how many of the rivals it links"),
    ("linked_rivals", _TEXT, "these rivals, joined by blanks, in the order asked for (filter with `has`)"),
    (
        "rival_links",
        _LIST,
        "of each of these rivals its name (`rival`) and the live links to it (`links`); in a table and in CSV "
        "`a.com=3 b.org=1`",
    ),
    ("target_links", _INTEGER, "live links to the target; 0 where there is none"),
    ("links", _INTEGER, "live links to the target and the rivals together"),
    ("follow_links", _INTEGER, "of these, links that are followed; unknown where no rel is"),
    ("content_links", _INTEGER, "of these, links in content or lists"),
    ("first_seen", _TIME, "when the first of these links was first seen"),
    ("last_seen", _TIME, "when one of them was last seen"),
    ("source_role", _TEXT, "`target` or `rival` where the source is the domain of one, else `other`"),
)

#: With ``by="site"``.
GAP_SITES: Table = (
    ("source_site", _TEXT, "a site that links: two blogs of one platform are two"),
    *GAP,
)

COMPARISON: Table = (
    ("target", _TEXT, "what is compared"),
    ("referring_domains", _INTEGER, "domains with a live link to it, its own domain left out"),
    ("referring_sites", _INTEGER, "sites with a live link to it"),
    ("links", _INTEGER, "live links from these"),
    ("follow_links", _INTEGER, "of these, links that are followed; unknown where no rel is"),
    ("nofollow_links", _INTEGER, "of these, links that are not; unknown where no rel is"),
    ("follow_share", _NUMBER, "share of followed links among those of known rel, 0 to 1"),
    ("content_links", _INTEGER, "links in content or lists"),
    ("content_share", _NUMBER, "share of these among the links of known placement, 0 to 1"),
    ("authority", _NUMBER, "authority of the target's domain, 1 to 100"),
    ("excellent_domains", _INTEGER, "referring domains of authority 60 to 100"),
    ("okay_domains", _INTEGER, "referring domains of authority 40 to 59"),
    ("weak_domains", _INTEGER, "referring domains of authority below 40"),
    ("unranked_domains", _INTEGER, "referring domains of unknown authority"),
    (
        "new_domains",
        _INTEGER,
        "referring domains first seen within the window; unknown where nothing can tell",
    ),
    ("lost_domains", _INTEGER, "domains whose last link was lost within the window"),
    ("shared_domains", _INTEGER, "referring domains that also link to the first target"),
    ("shared_share", _NUMBER, "share of these among the referring domains of the first target, 0 to 1"),
    ("jaccard", _NUMBER, "shared ones over those that link to either, 0 to 1"),
)

RIVALS: Table = (
    ("domain", _TEXT, "a domain that the target's referring domains link to as well"),
    ("score", _NUMBER, "how much its referring domains are those of the target, 0 to 100"),
    ("shared", _INTEGER, "referring domains that link to both"),
    ("share", _NUMBER, "share of these among the target's referring domains, 0 to 1"),
    ("rival_share", _NUMBER, "share of these among its own referring domains, 0 to 1"),
    ("referring_domains", _INTEGER, "domains that link to it"),
    ("authority", _NUMBER, "its authority, 1 to 100"),
)

BROKEN: Table = (
    ("target_url", _TEXT, "an address of the target that is linked to"),
    ("state", _TEXT, "broken, redirect, fine, or unknown if nobody here ever asked for it"),
    ("status", _INTEGER, "HTTP status of the last answer"),
    ("cause", _TEXT, "not found (404), gone (410), refused (401, 403, 429 …), client error, server error"),
    ("checked_at", _TIME, "when it was last asked for"),
    ("links", _INTEGER, "live links to it"),
    ("follow_links", _INTEGER, "of these, links that are followed; unknown where no rel is"),
    ("referring_domains", _INTEGER, "domains with a live link to it"),
    ("equity", _NUMBER, "what these links hand on together, as a multiple of the median link to the domain"),
    ("authority_sum", _NUMBER, "sum of the authority of its referring domains with a followed link"),
    ("strongest_source", _TEXT, "the referring domain of most authority"),
    ("strongest_authority", _NUMBER, "its authority, 1 to 100"),
    ("strongest_page", _TEXT, "a page of it with the link"),
    ("redirects_to", _TEXT, "where it redirects to, if that is another site and known"),
    ("first_seen", _TIME, "when a link to it was first seen"),
    ("last_seen", _TIME, "when a link to it was last seen"),
)

#: The listings by the words before TARGET.
CHANCES: dict[str, Table] = {
    "gap": GAP,
    "gap --by site": GAP_SITES,
    "compare": COMPARISON,
    "compare --find": RIVALS,
    "broken": BROKEN,
}

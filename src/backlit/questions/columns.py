"""The columns of every listing and of every view of ``sql``: name, kind and meaning, once.

Filters and sorts are checked against these tables, and ``docs/schema.md`` is written from
them; a test holds them against ``backlit.records`` and against what the index really gives.
"""

from __future__ import annotations

from backlit.index.filters import Column
from backlit.records import KINDS, PLACEMENTS

_TEXT, _INTEGER, _NUMBER, _BOOLEAN, _TIME = "text", "integer", "number", "boolean", "time"
#: Columns that hold one of a few values.
CHOICES = {
    "kind": KINDS,
    "placement": PLACEMENTS,
    "lost_reason": ("removed", "gone", "repeat"),
    "verdict": ("fine", "worthless", "review", "risky"),
    "decision": ("keep", "remove", "disavow", "ignore"),
    "source_role": ("other", "target", "rival"),
    "state": ("broken", "redirect", "fine", "unknown"),
    "cause": ("not found", "gone", "refused", "client error", "server error"),
}

#: One row a column: name, kind, meaning. ``bytes`` and ``list`` are kinds no filter can use.
Table = tuple[tuple[str, str, str], ...]

LINKS: Table = (
    ("link_id", _INTEGER, "stable number of this link: pair, kind and the how-many-eth of its like"),
    ("pair_id", _INTEGER, "stable number of the pair of source and target address"),
    ("source_url", _TEXT, "address of the page the link stands on"),
    ("source_host", _TEXT, "host of that page"),
    ("source_domain", _TEXT, "its registrable domain, what 'referring domain' means"),
    ("source_site", _TEXT, "like the domain, but two blogs of one platform are two sites"),
    ("source_language", _TEXT, "language of the page"),
    ("target_url", _TEXT, "address the link leads to"),
    ("target_host", _TEXT, "host of the target"),
    ("target_domain", _TEXT, "registrable domain of the target"),
    ("target_site", _TEXT, "site of the target"),
    ("kind", _TEXT, "what carries the link"),
    ("nth", _INTEGER, "how many links of this kind to this target came before it on the page"),
    ("anchor", _TEXT, "text of the link; empty where there is none"),
    ("alt", _TEXT, "text of an image link's image"),
    ("rel", _TEXT, "rel words in lower case, sorted, joined by blanks; empty where none is set"),
    ("follow", _BOOLEAN, "false if rel, robots meta or X-Robots-Tag says nofollow, ugc or sponsored"),
    ("placement", _TEXT, "part of the page the link stands in"),
    ("placement_rule", _TEXT, "the rule that decided the placement"),
    ("semantic_location", _TEXT, "name of the HTML element around it"),
    ("hidden", _BOOLEAN, "whether a reader of the page cannot see the link"),
    ("hidden_rule", _TEXT, "the rule that found it hidden"),
    ("position", _INTEGER, "how many links of the page came before it"),
    ("text_before", _TEXT, "words before the link"),
    ("text_after", _TEXT, "words after the link"),
    ("first_seen", _TIME, "when the link was first seen"),
    ("last_seen", _TIME, "when it was last seen"),
    ("lost_at", _TIME, "when its page was first seen without it; unknown while it is live"),
    ("lost_reason", _TEXT, "removed (page without it), gone (404, 410) or repeat (a copy taken out)"),
    ("depth", _INTEGER, "how it was seen: 1 in a table, 2 in a WAT, 3 in the page's HTML"),
    ("snapshot", _TEXT, "harvest it was last seen in (a date)"),
    ("origin", _TEXT, "kind of input: warc, arc, wat, folder or table"),
    (
        "source_authority",
        _NUMBER,
        "authority of the source domain, 1 to 100; of the ranked release if there is one",
    ),
    ("equity", _NUMBER, "rank the link hands on, as a multiple of the median link to the target's domain"),
    ("equity_score", _NUMBER, "the authority, 1 to 100, that the rank it hands on would earn alone"),
    ("source_share", _TEXT, "how the page's share of its site's rank was found; unknown where equity is"),
)

PAGES: Table = (
    ("url", _TEXT, "address of the page"),
    ("host", _TEXT, "its host"),
    ("domain", _TEXT, "its registrable domain"),
    ("site", _TEXT, "its site"),
    ("status", _INTEGER, "HTTP status it answered with"),
    ("title", _TEXT, "its title"),
    ("language", _TEXT, "its language"),
    ("encoding", _TEXT, "character encoding it was read with"),
    ("words", _INTEGER, "number of words a reader sees"),
    ("text_digest", "bytes", "MinHash of its text, to find near copies"),
    ("terms", "bytes", "hashes and counts of its most frequent telling words"),
    ("template_digest", _INTEGER, "digest of its tags without its text"),
    ("external_links", _INTEGER, "links to other registrable domains"),
    ("internal_links", _INTEGER, "links within its own domain"),
    ("noindex", _BOOLEAN, "whether it asks not to be indexed"),
    ("nofollow", _BOOLEAN, "whether it asks that none of its links be followed"),
    ("canonical", _TEXT, "address it names as its canonical one"),
    ("author", _TEXT, "author it names"),
    ("published", _TEXT, "day it says it was published"),
    ("analytics_ids", _TEXT, "analytics accounts, joined by blanks"),
    ("ad_ids", _TEXT, "advertising accounts, joined by blanks"),
    ("ad_slots", _INTEGER, "places for advertisements"),
    ("ip", _TEXT, "address of the server it came from"),
    ("first_seen", _TIME, "when it was first fetched"),
    ("fetched_at", _TIME, "when it was last fetched"),
    ("archive_file", _TEXT, "archive that holds it"),
    ("archive_offset", _INTEGER, "where its record begins"),
    ("archive_length", _INTEGER, "how long its record is"),
    ("depth", _INTEGER, "how it was seen: 1 in a table, 2 in a WAT, 3 as HTML"),
    ("snapshot", _TEXT, "harvest it was last seen in (a date)"),
    ("origin", _TEXT, "kind of input"),
)

DOMAINS: Table = (
    ("domain", _TEXT, "a registrable domain"),
    (
        "authority",
        _NUMBER,
        "its authority, 1 to 100: in the ranked release if there is one, else in the index's graph",
    ),
    ("pagerank", _NUMBER, "its PageRank there"),
    ("rank", _INTEGER, "its place there by rank, 1 the first"),
    ("percentile", _NUMBER, "share of domains there below it, 0 to 100"),
    ("referring_domains", _INTEGER, "domains that link to it"),
    ("referring_links", _INTEGER, "links to it"),
    ("linked_domains", _INTEGER, "domains it links to"),
    ("pages", _INTEGER, "pages of it that the index knows"),
)

HOSTS: Table = (
    ("host", _TEXT, "a host"),
    ("ip", _TEXT, "its address"),
    ("asn", _TEXT, "the network it is in"),
    ("nameserver", _TEXT, "its name server"),
    ("registrar", _TEXT, "registrar of its domain"),
    ("registered", _TEXT, "day its domain was registered"),
    ("analytics_id", _TEXT, "its analytics account"),
    ("adsense_id", _TEXT, "its advertising account"),
    ("cms", _TEXT, "the system it is made with"),
    ("theme", _TEXT, "the theme it uses"),
    ("snapshot", _TEXT, "harvest it was last seen in (a date)"),
    ("origin", _TEXT, "kind of input"),
)

SNAPSHOTS: Table = (
    ("snapshot", _TEXT, "name of the harvest (a date)"),
    ("date", _TEXT, "day of the harvest"),
    ("origin", _TEXT, "kind of input"),
    ("input", _TEXT, "file or folder it was read from"),
    ("bytes", _INTEGER, "its size"),
    ("digest", _TEXT, "digest of its content"),
    ("links", _INTEGER, "links read from it"),
    ("pages", _INTEGER, "pages read from it"),
    ("problems", _INTEGER, "bad records found in it"),
)

#: The views of ``backlit sql``.
VIEWS: dict[str, Table] = {
    "links": LINKS,
    "pages": PAGES,
    "domains": DOMAINS,
    "hosts": HOSTS,
    "snapshots": SNAPSHOTS,
}

REFERRING: Table = (
    ("source_domain", _TEXT, "a domain that links to the target"),
    ("source_authority", _NUMBER, "its authority, 1 to 100; of the ranked release if there is one"),
    ("links", _INTEGER, "its live links to the target"),
    ("follow_links", _INTEGER, "of these, links that are followed"),
    ("nofollow_links", _INTEGER, "of these, links that are not"),
    ("content_links", _INTEGER, "of these, links in content or lists"),
    ("lost_links", _INTEGER, "links it once had"),
    ("pages", _INTEGER, "its pages with a live link"),
    ("hosts", _INTEGER, "its hosts with a live link"),
    ("sites", _INTEGER, "its sites with a live link"),
    ("first_seen", _TIME, "when its first link was first seen"),
    ("last_seen", _TIME, "when a link of it was last seen"),
    ("lost_at", _TIME, "when its last link was lost; unknown while one is live"),
)

#: Of a web-graph release; what a web graph does not know is NULL.
WEB_REFERRING: Table = (
    *REFERRING,
    ("source_referring_domains", _INTEGER, "domains that link to the referring domain"),
    ("source_hosts", _INTEGER, "hosts it has"),
    ("source_pagerank", _NUMBER, "its PageRank in the release"),
    ("source_trust", _NUMBER, "its trust in the release, 0 to 1"),
)

ANCHORS: Table = (
    ("anchor", _TEXT, "text of the links; empty where there is none"),
    ("alt", _TEXT, "text of the image, of image links"),
    ("image", _BOOLEAN, "whether these are image links"),
    ("class", _TEXT, "class of the anchor, such as brand, exact or generic"),
    ("rule", _TEXT, "the rule that decided the class"),
    ("links", _INTEGER, "live links with it"),
    ("referring_domains", _INTEGER, "domains that use it"),
    ("follow_links", _INTEGER, "of the links, those that are followed"),
    ("first_seen", _TIME, "when it was first seen"),
    ("last_seen", _TIME, "when it was last seen"),
)

TARGET_PAGES: Table = (
    ("target_url", _TEXT, "a page of the target"),
    ("links", _INTEGER, "live links to it"),
    ("referring_domains", _INTEGER, "domains that link to it"),
    ("follow_links", _INTEGER, "of the links, those that are followed"),
    ("lost_links", _INTEGER, "links it once had"),
    ("first_seen", _TIME, "when a link to it was first seen"),
    ("last_seen", _TIME, "when a link to it was last seen"),
)

HISTORY: Table = (
    ("period", _TEXT, "a day, month or year"),
    ("new_links", _INTEGER, "links first seen in it (a pair of pages counts once)"),
    ("lost_links", _INTEGER, "links lost in it"),
    ("links", _INTEGER, "links first seen and not lost up to its end"),
    ("new_domains", _INTEGER, "referring domains first seen in it"),
    ("lost_domains", _INTEGER, "referring domains whose last link was lost in it"),
    ("referring_domains", _INTEGER, "domains first seen and not lost up to its end"),
    ("lost_removed", _INTEGER, "of the lost links, those whose page is there without them"),
    ("lost_gone", _INTEGER, "of the lost links, those whose page answered 404 or 410"),
)

AUDIT: Table = (
    ("source_url", _TEXT, "address of the page the link stands on"),
    ("target_url", _TEXT, "address the link leads to"),
    ("verdict", _TEXT, "risky, review, worthless or fine"),
    ("toxicity", _NUMBER, "0 to 100: how likely it is part of a link scheme"),
    ("quality", _NUMBER, "0 to 100: what it is worth, if nothing is wrong with it"),
    ("confidence", _NUMBER, "how much of what quality rests on is known, 0 to 1"),
    ("counts", _TEXT, "whether search engines can count it, or why not"),
    ("reason", _TEXT, "why it is called so"),
    ("network", _TEXT, "the network its site belongs to"),
    ("decision", _TEXT, "what you decided: keep, remove, disavow or ignore"),
    ("note", _TEXT, "your note on that decision"),
    ("anchor", _TEXT, "text of the link"),
    ("rel", _TEXT, "rel words"),
    ("follow", _BOOLEAN, "false if it passes nothing"),
    ("placement", _TEXT, "part of the page the link stands in"),
    ("hidden", _BOOLEAN, "whether a reader of the page cannot see it"),
    ("source_authority", _NUMBER, "authority of the source domain, 1 to 100"),
    ("source_host", _TEXT, "host of the page"),
    ("source_domain", _TEXT, "its registrable domain"),
    ("source_site", _TEXT, "its site"),
    ("target_domain", _TEXT, "registrable domain of the target"),
    ("target_site", _TEXT, "site of the target"),
    ("first_seen", _TIME, "when the link was first seen"),
    ("last_seen", _TIME, "when it was last seen"),
    ("weight", _NUMBER, "what a followed link may pass, in units of a link alone on a page of authority 1"),
    ("severity", _INTEGER, "0 fine, 1 worthless, 2 review, 3 risky"),
    ("place", _INTEGER, "place among the links to the target domain, what matters most first"),
    ("link_id", _INTEGER, "stable number of the link"),
    ("evidence", _TEXT, "JSON: every point of the toxicity"),
    ("quality_terms", _TEXT, "JSON: every point of the quality"),
)

NETWORKS: Table = (
    ("network", _TEXT, "its id, from its first member by name"),
    ("sites", _INTEGER, "sites of it that link to the target"),
    ("domains", _INTEGER, "their registrable domains"),
    ("targets", _INTEGER, "sites of the whole index that it links to"),
    ("links", _INTEGER, "its live links to the target"),
    ("follow_links", _INTEGER, "of these, links that are followed"),
    ("toxicity", _NUMBER, "mean toxicity of these links, 0 to 100"),
    (
        "weight_share",
        _NUMBER,
        "share of the weight of all followed links to the target that is lost without it, 0 to 1",
    ),
    ("examples", _TEXT, "some of its sites"),
    ("proofs", _TEXT, "JSON: what joins them"),
)

#: The listings, by command.
LISTINGS: dict[str, Table] = {
    "links": LINKS,
    "domains": REFERRING,
    "anchors": ANCHORS,
    "pages": TARGET_PAGES,
    "history": HISTORY,
    "audit": AUDIT,
    "networks": NETWORKS,
}


def columns(table: Table) -> dict[str, Column]:
    """The columns of a listing as a filter wants them."""
    return {
        name: Column(name, kind, CHOICES.get(name, ()))
        for name, kind, _ in table
        if kind not in ("bytes", "list")
    }

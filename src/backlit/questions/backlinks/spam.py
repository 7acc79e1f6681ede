"""How much a page looks like spam, 0 to 100, by what stands with it: a cheap measure of pages and host names.

Points add up and are cut at 100; the measure needs no other page of the index, so that it is the same for a page
whichever target is asked about. It is no verdict on a link (``backlit audit`` gives those, with evidence). A page
that was never read has none.

    points  what
    20, 35  at least 100, at least 300 links to other domains
    15      at least 20 links to other domains, and more of them than inner ones
    20      at least 10 links to other domains and fewer than 50 words
    10      at least 10 places for advertisements
     5      no title
     5      asks not to be indexed
    15, 10  host name: three hyphens or more; four digits or more, in its registrable part
    10      host name: a label of more than 30 characters
     5      host name: five labels or more
    30      (links only) the link is hidden from readers of the page
"""

from __future__ import annotations

#: A page was looked at if one of these is known of it.
VISITED = ("fetched_at", "status", "words", "external_links")


def page_spam_sql(page: str, host: str, domain: str) -> str:
    """The measure of a row ``page`` of ``PAGES`` columns (an alias), with its host and registrable domain as SQL."""
    p = page
    name = f"split_part({domain}, '.', 1)"
    points = [
        f"CASE WHEN {p}.external_links >= 300 THEN 35 WHEN {p}.external_links >= 100 THEN 20 ELSE 0 END",
        f"CASE WHEN {p}.external_links >= 20 AND {p}.external_links > coalesce({p}.internal_links, 0) "
        "THEN 15 ELSE 0 END",
        f"CASE WHEN {p}.external_links >= 10 AND {p}.words < 50 THEN 20 ELSE 0 END",
        f"CASE WHEN {p}.ad_slots >= 10 THEN 10 ELSE 0 END",
        f"CASE WHEN coalesce({p}.title, '') = '' THEN 5 ELSE 0 END",
        f"CASE WHEN {p}.noindex THEN 5 ELSE 0 END",
        f"CASE WHEN length(regexp_replace({name}, '[^-]', '', 'g')) >= 3 THEN 15 ELSE 0 END",
        f"CASE WHEN length(regexp_replace({name}, '[^0-9]', '', 'g')) >= 4 "
        f"AND NOT regexp_full_match({host}, '[0-9.]+|\\[.*') THEN 10 ELSE 0 END",
        f"CASE WHEN regexp_matches({host}, '[^.]{{31}}') THEN 10 ELSE 0 END",
        f"CASE WHEN length(regexp_replace({host}, '[^.]', '', 'g')) >= 4 THEN 5 ELSE 0 END",
    ]
    return f"CASE WHEN {seen_sql(p)} THEN CAST(least({' + '.join(points)}, 100) AS INTEGER) END"


def seen_sql(page: str) -> str:
    """Whether a row of pages is of a page that was read and found."""
    return f"coalesce({page}.status BETWEEN 200 AND 299, {visited_sql(page)})"


def visited_sql(page: str) -> str:
    """Whether a row of pages is of a page that was looked at, rather than one that a table of links named."""
    return "(" + " OR ".join(f"{page}.{name} IS NOT NULL" for name in VISITED) + ")"


def link_spam_sql(page_spam: str, hidden: str) -> str:
    """The measure of a link on a page of the measure ``page_spam``."""
    # LEAST passes NULLs over, so that an unknown measure would become the greatest.
    return f"CASE WHEN {page_spam} IS NOT NULL THEN least({page_spam} + CASE WHEN {hidden} THEN 30 ELSE 0 END, 100) END"

"""Accounts a page belongs to, read from its source: analytics, advertising, and ad slots.

Two sites with the same account have one owner, which is what these are kept for. Two
automata find the few spots in the bytes that are worth looking at; a pattern is then matched
at that spot only, so a page without any costs next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, MatchKind


class Identities(NamedTuple):
    """Accounts, sorted and joined by blanks, and the number of places for advertisements."""

    analytics_ids: str
    ad_ids: str
    ad_slots: int


#: What to look for, the pattern matched there, and what is put before its first group.
_ANALYTICS: tuple[tuple[bytes, bytes, str], ...] = (
    (b"UA-", rb"(?<![\w-])(UA-\d{4,10}-\d{1,3})(?![\w-])", ""),
    (b"GTM-", rb"(?<![\w-])(GTM-[A-Z0-9]{4,9})(?![\w-])", ""),
    (b'"G-', rb'"(G-(?=[A-Z]*\d)[A-Z0-9]{8,12})(?![\w-])', ""),
    (b"'G-", rb"'(G-(?=[A-Z]*\d)[A-Z0-9]{8,12})(?![\w-])", ""),
    (b"=G-", rb"=(G-(?=[A-Z]*\d)[A-Z0-9]{8,12})(?![\w-])", ""),
    (b"mc.yandex.ru/", rb"mc\.yandex\.ru/(?:watch|pixel)/(\d{4,10})", "ym:"),
    (b"ym(", rb"(?<!\w)ym\(\s{0,9}(\d{4,10})\s{0,9},", "ym:"),
    (b"yaCounter", rb"yaCounter(\d{4,10})", "ym:"),
    (b"fbq(", rb"fbq\(\s{0,9}[\"']init[\"']\s{0,9},\s{0,9}[\"']?(\d{6,20})", "fb:"),
    (b"hm.baidu.com/", rb"hm\.baidu\.com/(?:hm|h)\.js\?([0-9a-f]{32})", "baidu:"),
    (b"sc_project", rb"(?<!\w)sc_project\s{0,9}=\s{0,9}(\d{4,10})", "statcounter:"),
    (b"hjid", rb"(?<!\w)hjid\s{0,9}:\s{0,9}(\d{4,9})", "hotjar:"),
    (b"clarity.ms/tag/", rb"clarity\.ms/tag/([a-z0-9]{6,14})", "clarity:"),
    (b"qacct", rb"qacct[\"']?\s{0,9}[:=]\s{0,9}[\"'](p-[\w-]{10,20})", "quantcast:"),
    (b"counter.yadro.ru/", rb"counter\.yadro\.ru/(?:hit|logo);([\w-]{2,40})", "liveinternet:"),
)
#: What stands once for each place an advertisement is put into.
_SLOTS = (
    b"google_ad_slot",
    b'id="div-gpt-ad',
    b"id='div-gpt-ad",
    b"amazon-adsystem.com/widgets/q?",
    b"<amp-ad ",
    b"yandex_rtb_R-A-",
    b"data-ad-slot=",
    b"data-revive-zoneid=",
)
_ACCOUNT = b"pub-"
_SITE_ID = b"setSiteId"
_TRACKERS = (b"matomo.php", b"matomo.js", b"piwik.php", b"piwik.js")

_triggers = [*(trigger for trigger, _, _ in _ANALYTICS), *_SLOTS, _ACCOUNT, _SITE_ID, *_TRACKERS]


def _search(triggers: Iterable[int]) -> tuple[BytesAhoCorasick, list[int]]:
    """An automaton for some of the triggers, and what the numbers it gives mean."""
    chosen = list(triggers)
    # Only this kind of matching has a vectorised search for spots where a match may begin.
    automaton = BytesAhoCorasick([_triggers[at] for at in chosen], matchkind=MatchKind.LeftmostFirst)
    return automaton, chosen


# That search compares as many bytes as the shortest trigger has, up to four. With three for all of
# them it stops at every ``id=`` and ``class=``.
_searches = [
    _search(at for at, trigger in enumerate(_triggers) if len(trigger) > 3),
    _search(at for at, trigger in enumerate(_triggers) if len(trigger) <= 3),
]
_patterns = [(re.compile(pattern), prefix) for _, pattern, prefix in _ANALYTICS]
_FIRST_SLOT = len(_ANALYTICS)
_ACCOUNT_AT = _FIRST_SLOT + len(_SLOTS)
_SITE_ID_AT = _ACCOUNT_AT + 1

_account = re.compile(rb"(?:(ca-(?:[a-z]{2,8}-)?)|(?<=[\"'=]))pub-\d{10,20}(?!\d)")
_site_id = re.compile(rb"setSiteId[\"']\s{0,9},\s{0,9}[\"']?(\d{1,7})")
_tracker_host = re.compile(rb"//([\w.-]{4,100})")
#: How far before ``matomo.php`` its host may stand.
_TRACKER_REACH = 300


def _spots(source: bytes) -> Iterator[tuple[int, int, int]]:
    for automaton, meant in _searches:
        for which, start, end in automaton.find_matches_as_indexes(source):
            yield meant[which], start, end


def identities_of(source: bytes) -> Identities:
    """The accounts in a page's source (in UTF-8 or another superset of ASCII).

    Analytics accounts of others than Google have a prefix (``ym:``, ``fb:``, ``matomo:``);
    a ``UA-`` account is given with its property number, as written.
    """
    analytics: set[str] = set()
    accounts: set[str] = set()
    slots = 0
    matomo_site = matomo_host = None
    for which, start, end in _spots(source):
        if which < _FIRST_SLOT:
            pattern, prefix = _patterns[which]
            found = pattern.match(source, start)
            if found is not None:
                analytics.add(prefix + found[1].decode("ascii", "replace"))
        elif which < _ACCOUNT_AT:
            slots += 1
        elif which == _ACCOUNT_AT:
            found = _account.search(source, max(0, start - 12), end + 20)
            if found is not None:
                accounts.add(found[0].decode("ascii", "replace"))
        elif which == _SITE_ID_AT:
            found = _site_id.match(source, start)
            matomo_site = matomo_site or (found and found[1])
        elif matomo_host is None:
            hosts = _tracker_host.findall(source, max(0, start - _TRACKER_REACH), end)
            matomo_host = hosts[-1] if hosts else None
    if matomo_site and matomo_host:
        analytics.add(
            f"matomo:{matomo_host.decode('ascii', 'replace').lower()}/{matomo_site.decode('ascii')}"
        )
    return Identities(" ".join(sorted(analytics)), " ".join(sorted(accounts)), slots)

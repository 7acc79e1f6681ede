"""Accounts a page belongs to, read from its source: analytics, advertising, and ad slots.

Two sites with the same account have one owner, which is what these are kept for. Each kind
is looked for only when a plain substring of its own is there, as most pages have two or
three of the kinds at most.
"""

from __future__ import annotations

import re

#: trigger, pattern, and what is put before the first group. The pattern is run only when the trigger is there.
_ANALYTICS = (
    ("UA-", re.compile(r"\bUA-\d{4,10}-\d{1,3}\b"), ""),
    ("GTM-", re.compile(r"\bGTM-[A-Z0-9]{4,9}\b"), ""),
    ("gtag", re.compile(r"[\"'=](G-[A-Z0-9]{6,12})\b"), ""),
    ("mc.yandex.ru", re.compile(r"mc\.yandex\.ru/(?:watch|pixel)/(\d{4,10})"), "ym:"),
    ("ym(", re.compile(r"\bym\(\s*(\d{4,10})\s*,"), "ym:"),
    ("yaCounter", re.compile(r"\byaCounter(\d{4,10})\b"), "ym:"),
    ("fbq(", re.compile(r"fbq\(\s*[\"']init[\"']\s*,\s*[\"']?(\d{6,20})"), "fb:"),
    ("hm.baidu.com", re.compile(r"hm\.baidu\.com/(?:hm|h)\.js\?([0-9a-f]{32})"), "baidu:"),
    ("sc_project", re.compile(r"\bsc_project\s*=\s*(\d{4,10})"), "statcounter:"),
    ("hjid", re.compile(r"\bhjid\s*:\s*(\d{4,9})"), "hotjar:"),
    ("clarity.ms", re.compile(r"clarity\.ms/tag/([a-z0-9]{6,14})"), "clarity:"),
    ("quantserve", re.compile(r"\b(p-[A-Za-z0-9_-]{13})\b"), "quantcast:"),
    ("liveinternet.ru", re.compile(r"counter\.yadro\.ru/(?:hit|logo);([\w-]{2,40})"), "liveinternet:"),
    ("plausible.io", re.compile(r"data-domain=[\"']([\w.,-]{3,100})[\"']"), "plausible:"),
)
_matomo_site = re.compile(r"setSiteId[\"']\s*,\s*[\"']?(\d{1,7})|getTracker\([^,()]{1,200},\s*(\d{1,7})\s*\)")
_matomo_host = re.compile(
    r"(?:https?:)?(?:\\?/){2}([\w.-]{4,100}\.[a-z]{2,20})(?:\\?/[\w./\\-]{0,100})?\\?/?(?:matomo|piwik)\.(?:php|js)"
    r"|_paq[\s\S]{0,800}?var u\s*=[^;]{0,200}?//([\w.-]{4,100})"
)
_ADS = (
    ("ca-", re.compile(r"\bca-(?:pub|mb-pub|video-pub|partner-pub)-\d{10,20}\b")),
    ("\"pub-", re.compile(r"(?<=[\"'=])pub-\d{10,20}\b")),
    ("'pub-", re.compile(r"(?<=[\"'=])pub-\d{10,20}\b")),
    ("=pub-", re.compile(r"(?<=[\"'=])pub-\d{10,20}\b")),
)
#: What stands once for each place an advertisement is put into.
_SLOTS = (
    "google_ad_slot",
    "id=\"div-gpt-ad",
    "id='div-gpt-ad",
    "amazon-adsystem.com/widgets/q?",
    "<amp-ad ",
    "yandex_rtb_R-A-",
    "data-ad-slot=",
    "data-aa=",
    "data-revive-zoneid=",
    "data-zoneid=",
)


def analytics_ids(html: str) -> str:
    """Analytics accounts, sorted and joined by blanks; others than Google's with a prefix.

    A ``UA-`` account is given with its property number, as written.
    """
    found: set[str] = set()
    for trigger, pattern, prefix in _ANALYTICS:
        if trigger in html:
            found.update(prefix + name for name in pattern.findall(html))
    if "_paq" in html or "iwik" in html:
        site, host = _matomo_site.search(html), _matomo_host.search(html)
        if site is not None and host is not None:
            found.add(f"matomo:{(host[1] or host[2]).lower()}/{site[1] or site[2]}")
    return " ".join(sorted(found))


def ad_ids(html: str) -> str:
    """Advertising accounts (``ca-pub-…``, ``pub-…``), sorted and joined by blanks."""
    found: set[str] = set()
    for trigger, pattern in _ADS:
        if trigger in html:
            found.update(pattern.findall(html))
    return " ".join(sorted(found))


def ad_slots(html: str) -> int:
    """How many places for advertisements the page's source sets out."""
    return sum(map(html.count, _SLOTS))

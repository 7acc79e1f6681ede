"""What a host name and the facts about a host say of country, suffix, network and kind of platform."""

from __future__ import annotations

import ipaddress
import re

import pyarrow as pa

#: Country endings that are sold to everybody, so that they name no country.
_SOLD = (
    *(
        "ac",
        "ag",
        "ai",
        "am",
        "bz",
        "cc",
        "cd",
        "cx",
        "dj",
        "eu",
        "fm",
        "gg",
        "gs",
        "im",
        "io",
        "la",
        "ly",
        "me",
        "ms",
    ),
    *(
        "mu",
        "nu",
        "sc",
        "sh",
        "st",
        "su",
        "tc",
        "tk",
        "to",
        "tv",
        "vc",
        "vg",
        "ws",
        "ml",
        "ga",
        "cf",
        "gq",
        "pw",
        "co",
    ),
)
#: Systems, as host facts name them (in lower case, at the start), and the kinds of platform they are.
_PLATFORMS = {
    "wordpress": ("cms", "blogs"),
    "ghost": ("cms", "blogs"),
    "blogger": ("blogs",),
    "blogspot": ("blogs",),
    "tumblr": ("blogs",),
    "medium": ("blogs",),
    "typepad": ("blogs",),
    "movable type": ("cms", "blogs"),
    "joomla": ("cms",),
    "drupal": ("cms",),
    "typo3": ("cms",),
    "squarespace": ("cms",),
    "wix": ("cms",),
    "webflow": ("cms",),
    "hubspot": ("cms",),
    "contao": ("cms",),
    "craft": ("cms",),
    "dle": ("cms",),
    "datalife": ("cms",),
    "bitrix": ("cms", "ecommerce"),
    "1c-bitrix": ("cms", "ecommerce"),
    "shopify": ("ecommerce",),
    "magento": ("ecommerce",),
    "prestashop": ("ecommerce",),
    "opencart": ("ecommerce",),
    "woocommerce": ("ecommerce",),
    "bigcommerce": ("ecommerce",),
    "shopware": ("ecommerce",),
    "mediawiki": ("wikis",),
    "dokuwiki": ("wikis",),
    "confluence": ("wikis",),
    "tiddlywiki": ("wikis",),
    "phpbb": ("message-boards",),
    "vbulletin": ("message-boards",),
    "discourse": ("message-boards",),
    "mybb": ("message-boards",),
    "smf": ("message-boards",),
    "xenforo": ("message-boards",),
    "flarum": ("message-boards",),
    "invision": ("message-boards",),
}  # fmt: skip

NETWORKS = pa.schema([("given", pa.string()), ("ip", pa.string()), ("subnet", pa.string())])


def is_ip_sql(host: str) -> str:
    """Whether a host is an address."""
    return rf"regexp_full_match({host}, '(\d+\.){{3}}\d+|\[.*\]')"


def suffix_sql(domain: str, is_ip: str) -> str:
    """The public suffix of a registrable domain; NULL for an address and for a name without a dot."""
    dot = f"strpos({domain}, '.')"
    return f"CASE WHEN NOT {is_ip} AND {dot} > 0 THEN substr({domain}, {dot} + 1) END"


def country_sql(suffix: str) -> str:
    """The country of a public suffix: that of its ending of two letters, unless that is sold to everybody."""
    last = f"split_part({suffix}, '.', -1)"
    sold = ", ".join(f"'{ending}'" for ending in _SOLD)
    return (
        f"CASE WHEN {last} = 'uk' THEN 'GB' WHEN length({last}) = 2 AND {last} NOT IN ({sold}) "
        f"THEN upper({last}) END"
    )


_ADDRESS = re.compile(r"(\d+\.){3}\d+|\[.*\]", re.ASCII)


def is_ip(host: str) -> bool:
    """``is_ip_sql`` of one host."""
    return _ADDRESS.fullmatch(host) is not None


def suffix_of(domain: str, host: str) -> str | None:
    """``suffix_sql`` of the domain of one host."""
    _, dot, suffix = domain.partition(".")
    return suffix if dot and not is_ip(host) else None


def country_of(suffix: str | None) -> str | None:
    """``country_sql`` of one suffix."""
    last = (suffix or "").rpartition(".")[2]
    if last == "uk":
        return "GB"
    return last.upper() if len(last) == 2 and last not in _SOLD else None


def platform_sql(cms: str) -> str:
    """The kinds of platform of a host by the system it is made with; NULL where that says nothing."""
    cases = " ".join(
        f"WHEN starts_with(lower({cms}), '{name}') THEN [{', '.join(repr(kind) for kind in kinds)}]"
        for name, kinds in _PLATFORMS.items()
    )
    return f"CASE {cases} END"


def networks_of(addresses: list[str]) -> pa.Table:
    """``given, ip, subnet`` of addresses: /24 for IPv4, /48 for IPv6. What is no address is left out."""
    rows = []
    for given in addresses:
        try:
            ip = ipaddress.ip_address(given.strip("[] "))
        except ValueError:
            continue
        width = 24 if ip.version == 4 else 48
        subnet = ipaddress.ip_network((ip, width), strict=False)
        rows.append((given, str(ip), str(subnet)))
    return pa.table(
        [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        if rows
        else [pa.array([], pa.string()) for _ in NETWORKS],
        schema=NETWORKS,
    )

"""What kind of text links to a target: the classes of anchors.

==================  =======================================================================
image               the link is an image without text
empty               a link with neither text nor image
bare address        the text is a URL or a host name
title               the text is the title of one of the target's own pages
brand               the text is, or holds, the target's name
generic             the text says nothing of where it leads ("read more"), in 29 languages
exact commercial    up to five words, one of them of an offer or a trade that buys links
partial keyword     a topic word of the target's titles; a commercial word in a longer text
                    or beside the brand
other               none of these: there is no evidence for any class
==================  =======================================================================

The order of the tests decides: title before brand, because a text that many quote is often
the headline; brand before the keyword classes, because that is what saves an honest site
whose name is a keyword. A keyword class is only given on evidence; without it the class is
``other``. The class describes a text, it accuses nobody: there is no universal limit for
any share.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from backlit.text.anchor_words import COMMERCIAL, COMMON, GENERIC
from backlit.text.tokens import fold, has_run, runs, words
from backlit.web.domain import is_ip, tld
from backlit.web.url import display_host

#: All classes, in the order in which a profile lists them.
CLASSES = (
    "brand",
    "bare address",
    "title",
    "generic",
    "image",
    "partial keyword",
    "exact commercial",
    "empty",
    "other",
)

#: A keyword is at most this many words; longer texts are sentences.
LONGEST_KEYWORD = 5
#: Phrases of titles looked at for the brand are at most this long.
LONGEST_BRAND = 5
#: A front page's title of up to this many words is taken for the site's name.
LONGEST_FRONT = 4
#: Fewer distinct titles than this say nothing of what a site is called.
FEWEST_TITLES = 3
#: A word is a topic of the site from this share of its titles on (and at least two).
TOPIC_SHARE = 0.1
#: Only this much of a text is looked at: a longer one is no name, title or keyword.
LONGEST_TEXT = 1000

#: Last words of a hyphenated host name that only say what kind of site it is.
_KINDS = frozenset(
    ("doc", "docs", "project", "app", "apps", "lang", "js", "cms", "hq", "wiki", "dev", "software", "labs", "group")
)  # fmt: skip
_TITLE_PARTS = re.compile(r"\s+[|\-–—:·•»«/]+\s+|\s*[|»«]\s*|:\s+")
_ADDRESS = re.compile(r"(?:https?|ftp):/?/?\S+|www\.\S+", re.IGNORECASE)
_HOST = re.compile(r"((?:[^\W_][\w-]*\.)+([^\W\d_][\w-]+))\.?(?::\d+)?(?:[/?#]\S*)?")


class Classified(NamedTuple):
    """The class of an anchor and, in a few words, the reason."""

    name: str
    rule: str


@dataclass(frozen=True, slots=True)
class AnchorContext:
    """What is known of the target that its anchors are held against."""

    domain: str
    brands: frozenset[tuple[str, ...]]
    joined: frozenset[str]
    whole_brands: frozenset[str]
    titles: frozenset[str]
    sorted_titles: tuple[str, ...]
    topics: frozenset[str]
    keywords: frozenset[tuple[str, ...]] = frozenset()

    @classmethod
    def of(
        cls,
        domain: str,
        hosts: Iterable[str] = (),
        titles: Iterable[str] = (),
        front: Iterable[str] = (),
        named: Iterable[str] = (),
        keywords: Iterable[str] = (),
    ) -> AnchorContext:
        """Context of a target from its domain, its hosts and the titles of its own pages.

        ``front`` are the titles of its front pages: a short one without a commercial word is a name. ``named`` are
        further names of the target, ``keywords`` what it wants to be found by, as its owner says.
        """
        tokenised = {tuple(words(title[:LONGEST_TEXT])): title for title in titles if title}
        tokenised.pop((), None)
        brands = _names_of_hosts(domain, hosts)
        in_titles = _names_in_titles(list(tokenised)) - brands
        # One word that most titles share may be the name or the trade: it is a name when it
        # stands alone, and a topic inside a longer text.
        whole = {run[0] for run in in_titles if len(run) == 1}
        brands |= {run for run in in_titles if len(run) > 1}
        brands |= _front_names(front)
        brands |= {name for text in named if (name := tuple(words(text[:LONGEST_TEXT])))}
        brand_words = {word for brand in brands for word in brand}
        known = {" ".join(tokens) for tokens in tokenised}
        for title in tokenised.values():
            parts = (words(part) for part in _TITLE_PARTS.split(title[:LONGEST_TEXT]))
            known |= {" ".join(part) for part in parts if len(part) >= FEWEST_TITLES}
        generic = _generic()
        known -= {" ".join(brand) for brand in brands} | whole | generic
        return cls(
            domain=domain,
            brands=frozenset(brands),
            joined=frozenset("".join(brand).replace("'", "") for brand in brands),
            whole_brands=frozenset(whole),
            titles=frozenset(known),
            sorted_titles=tuple(sorted(known)),
            topics=_topics(list(tokenised), brand_words),
            keywords=frozenset(key for text in keywords if (key := tuple(words(text[:LONGEST_TEXT])))),
        )

    @property
    def brand_names(self) -> list[str]:
        """The brands as texts, in order."""
        return sorted({_shown(brand) for brand in self.brands} | self.whole_brands)


def classify(anchor: str | None, image: bool, target: AnchorContext) -> Classified | None:
    """The class of one anchor; ``None`` when the source could not say what the text is."""
    if image:
        return Classified("image", "an image without text")
    if anchor is None:
        return None
    text = anchor[:LONGEST_TEXT].strip()
    if not text:
        return Classified("empty", "no text and no image")
    if _is_address(text, target.domain):
        return Classified("bare address", "a URL or host name")
    tokens = words(text)
    if not tokens:
        return Classified("generic", "no word in it")
    folded = " ".join(tokens)
    if folded in target.titles:
        return Classified("title", "title of a page of the target")
    if text.endswith(("…", "...")) and len(tokens) >= FEWEST_TITLES and _begins_title(folded, target):
        return Classified("title", "begins the title of a page of the target")
    brand = _brand_in(tokens, target)
    own = _keyword_in(tokens, target)
    commercial = own or _commercial_in(tokens)
    if brand is not None:
        if commercial is None or has_run(brand, commercial):
            return Classified("brand", f"the name “{_shown(brand)}”")
        return Classified("partial keyword", f"the name beside “{_shown(commercial)}”")
    if own is None and _is_generic(tokens, folded):
        return Classified("generic", "says nothing of the target")
    if commercial is not None:
        phrase = f"{'your keyword' if own else 'commercial word'} “{_shown(commercial)}”"
        if _length(tokens) <= LONGEST_KEYWORD:
            return Classified("exact commercial", phrase)
        return Classified("partial keyword", f"{phrase} in a longer text")
    topic = next((token for token in tokens if token in target.topics), None)
    if topic is not None:
        return Classified("partial keyword", f"topic word “{topic}” of the target's titles")
    return Classified("other", "no evidence for another class")


def _is_address(text: str, domain: str) -> bool:
    if " " in text:
        return False
    if _ADDRESS.fullmatch(text):
        return True
    if "." not in text:
        return False
    match = _HOST.fullmatch(fold(text).rstrip("…"))
    if match is None:
        return False
    host, last = match.groups()
    return host == domain or host.endswith("." + domain) or tld(last) is not None


def _begins_title(folded: str, target: AnchorContext) -> bool:
    at = bisect_left(target.sorted_titles, folded)
    return at < len(target.sorted_titles) and target.sorted_titles[at].startswith(folded)


def _brand_in(tokens: list[str], target: AnchorContext) -> list[str] | None:
    """The longest run of tokens that is a name, written apart or together, or its possessive."""
    if len(tokens) == 1 and tokens[0] in target.whole_brands:
        return tokens
    if not any(name in "".join(tokens).replace("'", "") for name in target.joined):
        return None  # nearly all texts end here
    plain = [token.replace("'", "") for token in tokens]
    owned = [token.removesuffix("'s") for token in tokens]
    best: list[str] = []
    for run in (*runs(plain, LONGEST_BRAND + 1), *runs(owned, LONGEST_BRAND + 1)):
        if len(run) > len(best) and "".join(run) in target.joined:
            best = list(run)
    return best or None


def _keyword_in(tokens: list[str], target: AnchorContext) -> tuple[str, ...] | None:
    """The longest of the owner's keywords in ``tokens``."""
    return max(
        (phrase for phrase in sorted(target.keywords) if has_run(tokens, phrase)), key=len, default=None
    )


def _commercial_in(tokens: list[str]) -> tuple[str, ...] | None:
    """The first commercial word or phrase in ``tokens``."""
    table = _commercial()
    for at, token in enumerate(tokens):
        for phrase in table.get(token, ()):
            if tuple(tokens[at : at + len(phrase)]) == phrase:
                return phrase
    return None


def _is_generic(tokens: list[str], folded: str) -> bool:
    if folded in _generic() or all(token.isdigit() for token in tokens):
        return True
    return (
        len(tokens) <= LONGEST_KEYWORD
        and all(len(token) > 1 or token.isascii() for token in tokens)
        and all(token in COMMON or token in _generic_words() for token in tokens)
    )


def _shown(tokens: Iterable[str]) -> str:
    """Tokens as text again: characters of scripts without blanks stand together."""
    text = ""
    for token in tokens:
        apart = text and (text[-1].isascii() or token[0].isascii() or len(token) > 1)
        text += f" {token}" if apart else token
    return text


def _length(tokens: list[str]) -> int:
    """Length in words; two characters of a script without blanks count as one."""
    single = sum(1 for token in tokens if len(token) == 1 and not token.isascii())
    return len(tokens) - single + (single + 1) // 2


def _names_of_hosts(domain: str, hosts: Iterable[str]) -> set[tuple[str, ...]]:
    """Names in host labels: ``my-shop.example`` is called "my shop" and "myshop"."""
    labels: list[str] = []
    if domain and not is_ip(domain):
        labels.append(display_host(domain).split(".")[0])
        for host in hosts:
            if host.endswith("." + domain):
                own = display_host(host[: -len(domain) - 1])
                labels += [label for label in own.split(".") if len(label) > 2]
    names = {tuple(words(label.replace("_", "-"))) for label in labels}
    # ``sphinx-doc`` is called "Sphinx" too: what follows only says what kind of site it is.
    names |= {name[:-1] for name in names if len(name) > 1 and name[-1] in _KINDS and len(name[0]) > 3}
    return {name for name in names if name and " ".join(name) not in _generic()}


def _names_in_titles(titles: list[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Phrases in more than half of the titles, without those inside a longer such phrase."""
    if len(titles) < FEWEST_TITLES:
        return set()
    counts: Counter[tuple[str, ...]] = Counter()
    for title in titles:
        counts.update(set(runs(list(title), LONGEST_BRAND)))
    common = {run for run, count in counts.items() if 2 * count > len(titles)}
    # A phrase may not begin or end with a word too common to be part of a name on its own.
    common = {run for run in common if run[0] not in COMMON and run[-1] not in COMMON}
    longest = {
        run
        for run in common
        if not any(len(other) > len(run) and has_run(list(other), run) for other in common)
    }
    return {
        run
        for run in longest
        if " ".join(run) not in _generic() and (len(run) > 1 or (len(run[0]) > 2 and not run[0].isdigit()))
    }


def _front_names(titles: Iterable[str]) -> set[tuple[str, ...]]:
    """Titles of front pages that are a name: up to four words, none of them commercial, not all too common."""
    names = {tuple(words(title[:LONGEST_TEXT])) for title in titles}
    return {
        name
        for name in names
        if 0 < len(name) <= LONGEST_FRONT
        and " ".join(name) not in _generic()
        and _commercial_in(list(name)) is None
        and not all(word in COMMON or word in _generic_words() for word in name)
    }


def _topics(titles: list[tuple[str, ...]], brand_words: set[str]) -> frozenset[str]:
    counts = Counter(word for title in titles for word in set(title))
    least = max(2.0, TOPIC_SHARE * len(titles))
    return frozenset(
        word
        for word, count in counts.items()
        if count >= least
        and len(word) > 2
        and not word.isdigit()
        and word not in COMMON
        and word not in brand_words
        and word not in _generic_words()
    )


@cache
def _generic() -> frozenset[str]:
    return frozenset(" ".join(words(text)) for texts in GENERIC.values() for text in texts)


@cache
def _generic_words() -> frozenset[str]:
    return frozenset(word for text in _generic() for word in text.split())


@cache
def _commercial() -> dict[str, list[tuple[str, ...]]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted({tuple(words(text)) for texts in COMMERCIAL.values() for text in texts}):
        table.setdefault(phrase[0], []).append(phrase)
    return table

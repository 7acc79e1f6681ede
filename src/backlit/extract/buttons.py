"""Links that are buttons: those that share the page, invite to a profile, or run the comments."""

from __future__ import annotations

import re
from functools import lru_cache

#: Addresses that hand the page on to a network, by registrable domain: the path from its slash.
_SHARERS = {
    domain: re.compile(path)
    for domain, path in {
        "facebook.com": r"/(?:sharer|share|dialog/(?:share|feed))",
        "twitter.com": r"/(?:intent/(?:tweet|post)|share|home/?\?status)",
        "x.com": r"/(?:intent/(?:tweet|post)|share)",
        "linkedin.com": r"/(?:share|cws/share|sharing)",
        "google.com": r"/(?:share|bookmarks/mark|buzz/post|fb/a/mailverify|\+1)",
        "reddit.com": r"/(?:r/[^/]+/)?submit",
        "tumblr.com": r"/(?:share|widgets/share)",
        "t.me": r"/share",
        "telegram.me": r"/share",
        "whatsapp.com": r"/send",
        "wa.me": r"/\?",
        "vk.com": r"/share",
        "vkontakte.ru": r"/share",
        "xing.com": r"/(?:spi/shares|social_plugins/share|app/user\?op=share)",
        "stumbleupon.com": r"/(?:submit|badge)",
        "digg.com": r"/submit",
        "delicious.com": r"/(?:save|post)",
        "del.icio.us": r"/post",
        "addtoany.com": r"/",
        "addthis.com": r"/bookmark",
        "getpocket.com": r"/(?:save|edit)",
        "ycombinator.com": r"/submitlink",
        "buffer.com": r"/add",
        "bufferapp.com": r"/add",
        "ok.ru": r"/(?:dk|offer)\?",
        "wykop.pl": r"/dodaj",
        "line.me": r"/R/msg",
        "weibo.com": r"/share",
        "flipboard.com": r"/bookmarklet",
        "printfriendly.com": r"/(?:print|$)",
        "pinterest.com": r"/pin/create",
        "blogger.com": r"/(?:share-post|email-post|blog-this|blog_this|post-edit)",
        "feedburner.com": r"/fb/a/mailverify",
        "threads.net": r"/intent/post",
        "bsky.app": r"/intent/compose",
        "instapaper.com": r"/(?:edit|hello2)",
        "evernote.com": r"/clip",
        "pocket.co": r"/save",
        "friendfeed.com": r"/(?:share|\?url)",
        "blinklist.com": r"/(?:blink|index\.php\?Action=Blink)",
        "twitthis.com": r"/twit",
        "technorati.com": r"/faves",
        "newsvine.com": r"/_(?:tools|wine)",
        "meneame.net": r"/submit",
        "balatarin.com": r"/links/submit",
        "nujij.nl": r"/jij",
        "surfingbird.ru": r"/share",
        "mail.ru": r"/share",
        "odnoklassniki.ru": r"/dk\?",
        "myspace.com": r"/(?:Modules/PostTo|post)",
        "slashdot.org": r"/(?:bookmark|submit)",
        "sharethis.com": r"/share",
        "viber.com": r"/forward",
        "skype.com": r"/share",
        "hatena.ne.jp": r"/entry",
        "mister-wong.de": r"/",
        "livejournal.com": r"/update\.bml",
    }.items()
}
#: Networks on which sites keep a profile, by registrable domain; Pinterest has one a country.
_NETWORKS = frozenset(
    [
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "linkedin.com",
        "youtube.com",
        "pinterest.com",
        "tumblr.com",
        "flickr.com",
        "vimeo.com",
        "tiktok.com",
        "snapchat.com",
        "google.com",
        "vk.com",
        "weibo.com",
        "xing.com",
        "t.me",
        "telegram.me",
        "soundcloud.com",
        "bsky.app",
        "threads.net",
        "discord.gg",
        "discord.com",
        "twitch.tv",
        "ok.ru",
        "pinterest.de",
        "pinterest.co.uk",
        "line.me",
        "patreon.com",
        "bloglovin.com",
        "feedly.com",
        "foursquare.com",
        "yelp.com",
        "tripadvisor.com",
        "medium.com",
        "mastodon.social",
        "dailymotion.com",
        "spotify.com",
        "flipboard.com",
    ]
)
#: Systems that run comment sections, whose own links stand there.
_COMMENT_SYSTEMS = frozenset(
    {"disqus.com", "akismet.com", "livefyre.com", "intensedebate.com", "gravatar.com"}
)
#: The path of a profile, not of one post: one name, or one below the kind of profile it is.
_profile = re.compile(
    r"/(?:(?:#!/)?(?:pages|pg|people|profile|groups|company|companies|school|in|user|users|channel|c|add|b|u/0)/)?"
    r"(?:b/|pages/)?[^/?]*/?(?:\d+/?|posts/?|home/?|timeline/?)?(?:[?#].*)?$"
).match
#: Words that name a network or invite to it, and nothing else.
_network_words = re.compile(
    r"(?:follow|find|join|like|visit|watch|subscribe|see|us|me|on|to|our|at|via|folge|uns|auf|\W|facebook|twitter|x|instagram|"
    r"linkedin|youtube|pinterest|tumblr|flickr|vimeo|tiktok|snapchat|google|plus|vk|vkontakte|weibo|xing|telegram|rss|feed|"
    r"channel|soundcloud|share|tweet|email|bluesky|threads|discord|twitch|fb|yt|ig|page|line|patreon|bloglovin|feedly|foursquare|yelp|tripadvisor|medium|spotify|flipboard|mastodon)*",
    re.IGNORECASE,
)
#: Words that invite to follow somebody, whom they name.
_follow = re.compile(
    r"\W*(?:follow|folgen?|abonn\w+|suivez|suivre|s[ií]guenos|s[ií]ganos|seguir|seguici|segui|siga|volg|f[öo]lj|śledź|"
    r"подпис\w+|takip|seuraa|sleduj\w*|find us|like us|join us|connect with)\b.{0,40}$",
    re.IGNORECASE | re.DOTALL,
)


@lru_cache(maxsize=256)
def _shares(own_host: str) -> re.Pattern[str]:
    """A parameter that hands on an address of the page's own host."""
    return re.compile(
        r"(?:^|[&;])(?:[\w.]*(?:url|uri|link)|u|status|text|title|href|body|share|p\[url\])"
        rf"=[^&]*{re.escape(own_host)}",
        re.IGNORECASE,
    )


def shares(url: str, domain: str, own_host: str) -> bool:
    """Whether an address hands a page of ``own_host`` on to a network."""
    sharer = _SHARERS.get(domain)
    if sharer is not None and sharer.match(url, url.index("/", 8)) is not None:
        return True
    query = url.partition("?")[2]
    return own_host in query and _shares(own_host).search(query) is not None


def follows(words: str) -> bool:
    """Whether a link's own words bid to follow somebody: a button wherever it stands."""
    return len(words) <= 60 and _follow.match(words) is not None


def runs_comments(domain: str) -> bool:
    """Whether a domain belongs to a system that runs comment sections."""
    return domain in _COMMENT_SYSTEMS


def invites(url: str, host: str, domain: str, words: str) -> bool:
    """Whether a link goes to a profile on a network with words that say no more than that."""
    return (
        domain in _NETWORKS
        and (domain != "google.com" or host == "plus.google.com")
        and _profile(url, url.index("/", 8)) is not None
        and (
            _network_words.fullmatch(words[:60]) is not None
            or _follow.match(words) is not None
            or (len(words) < 50 and domain.partition(".")[0] in words.lower())
        )
    )


#: Words by which a visitor signs in, orders, asks or searches.
_tool_words = re.compile(
    r"\W*(?:(?:my|your|mein|ihr|mon|mi|il mio|moje) )?(?:log ?-?in|log ?-?on|log ?-?out|sign ?-?in|sign ?-?out|"
    r"register|account|shopping (?:cart|bag|basket)|cart|view cart|basket|checkout|wish ?list|live ?chat|chat|"
    r"customer service|help|support|contact|search|subscribe$|donate|"
    r"anmelden|einloggen|registrieren|konto|warenkorb|merkzettel|hilfe|kontakt|suche|spenden|"
    r"connexion|se connecter|compte|panier|aide|contactez|"
    r"iniciar sesi[oó]n|ingresar|acceder|cuenta|carrito|ayuda|contacto|entrar|conta|carrinho|ajuda|contato|"
    r"accedi|login|carrello|contatti|zaloguj|koszyk|pomoc|inloggen|winkelwagen|p[řr]ihl[aá]sit|ko[šs][ií]k|"
    r"войти|вход|регистрация|корзина|контакты|помощь)\b",
    re.IGNORECASE,
)


def serves(words: str) -> bool:
    """Whether a link's words say what it does for the visitor: sign in, order, help."""
    return len(words) <= 30 and _tool_words.match(words) is not None

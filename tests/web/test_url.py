"""The canonical form of page addresses: the traps one by one, then properties."""

from __future__ import annotations

import ada_url
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backlit import settings
from backlit.errors import URLError
from backlit.web.url import canonical, display_host, host_of, is_mixed_script, resolve, strip_tracking

PAGE = "https://www.example.com/blog/post.html?x=1"


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        # host case, default port, dot segments
        ("HTTP://Example.COM/Path", "http://example.com/Path"),
        ("https://a.com:443/", "https://a.com/"),
        ("http://a.com:80/", "http://a.com/"),
        ("http://a.com:443/", "http://a.com:443/"),
        ("http://a.com:/x", "http://a.com/x"),
        ("http://a.com/a/../b", "http://a.com/b"),
        ("http://a.com/a/./b/.", "http://a.com/a/b/"),
        ("http://a.com/../../b", "http://a.com/b"),
        ("http://a.com/%2e%2E/b/.%2e/c", "http://a.com/c"),
        ("http://a.com/.well-known/x", "http://a.com/.well-known/x"),
        ("http://a.com/x/...", "http://a.com/x/..."),
        # blanks, tabs, newlines, other controls
        ("  http://a.com/x \n", "http://a.com/x"),
        ("http://a.com/a\tb\nc\r", "http://a.com/abc"),
        ("ht\ntp://a.com/", "http://a.com/"),
        ("\x01http://a.com/", "http://a.com/"),
        ("http://a.com/a b", "http://a.com/a%20b"),
        ("http://a.com/?a b", "http://a.com/?a%20b"),
        # slashes of all kinds
        ("http:\\\\a.com\\x", "http://a.com/x"),
        ("http:///a.com/x", "http://a.com/x"),
        ("https:a.com", "https://a.com/"),
        ("https:/a.com/x", "https://a.com/x"),
        # no path
        ("http://a.com", "http://a.com/"),
        ("http://a.com?q", "http://a.com/?q"),
        ("http://a.com#f", "http://a.com/"),
        ("http://a.com/?", "http://a.com/?"),
        # IDN, percent and fullwidth hosts
        ("http://faß.de/", "http://xn--fa-hia.de/"),
        ("http://MÜNCHEN.de/", "http://xn--mnchen-3ya.de/"),
        ("http://XN--MNCHEN-3YA.de/", "http://xn--mnchen-3ya.de/"),
        ("http://a\u00adb.com/", "http://ab.com/"),
        ("http://a。com/", "http://a.com/"),
        ("http://%61.com/", "http://a.com/"),
        ("http://１２.com/", "http://12.com/"),
        # numbers that are addresses
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://1.2.3/", "http://1.2.0.3/"),
        ("http://1.2.3.4./", "http://1.2.3.4/"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http://[0:0::1]/", "http://[::1]/"),
        # percent triplets
        ("http://a.com/%7Euser", "http://a.com/~user"),
        ("http://a.com/%e4%f6?%c3%a4", "http://a.com/%E4%F6?%C3%A4"),
        ("http://a.com/%2d%2D%5f%41%7a%30", "http://a.com/--_Az0"),
        ("http://a.com/%2f%3f%23%25", "http://a.com/%2F%3F%23%25"),
        ("http://a.com/%2541", "http://a.com/%2541"),
        ("http://a.com/%%34%31", "http://a.com/%%34%31"),
        ("http://a.com/100%/%e4", "http://a.com/100%/%E4"),
        ("http://a.com/ä?ö", "http://a.com/%C3%A4?%C3%B6"),
        ("http://a.com/\u202egpj.exe", "http://a.com/%E2%80%AEgpj.exe"),
        ("http://a.com/^`{}'?'`{}", "http://a.com/%5E%60%7B%7D'?%27`{}"),
        # trailing dot, credentials, fragment
        ("http://a.com./x", "http://a.com/x"),
        ("http://a.com.:8080/x", "http://a.com:8080/x"),
        ("http://user:pw@a.com/", "http://a.com/"),
        ("http://user@a.com:81/", "http://a.com:81/"),
        ("http://a.com@b.com/", "http://b.com/"),
        ("http://a.com:80@b.com/", "http://b.com/"),
        ("http://a.com%2F@b.com/", "http://b.com/"),
        ("http://a@b@c.com/", "http://c.com/"),
        ("http://a.com\\@b.com/", "http://a.com/@b.com/"),
        ("http://a.com/@b.com/", "http://a.com/@b.com/"),
        ("http://a.com?@b.com/", "http://a.com/?@b.com/"),
        ("http://a.com#@b.com/", "http://a.com/"),
        ("http://u:p@[::1]:81/", "http://[::1]:81/"),
        ("http://a.com/x#top", "http://a.com/x"),
        ("http://a.com/x#a#b", "http://a.com/x"),
        ("http://a.com/?#", "http://a.com/?"),
        # kept as found
        ("https://www.a.com/", "https://www.a.com/"),
        ("http://a.com/?utm_source=x&a=1", "http://a.com/?utm_source=x&a=1"),
        ("http://a.com//b//c", "http://a.com//b//c"),
        ("http://a_b.com/", "http://a_b.com/"),
        ("http://localhost/", "http://localhost/"),
    ],
)
def test_canonical_form(given_url: str, expected: str) -> None:
    assert canonical(given_url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("", "has no scheme"),
        ("www.a.com/x", "has no scheme"),
        ("//a.com/x", "has no scheme"),
        ("mailto:a@b.com", "has the scheme mailto:"),
        ("javascript:void(0)", "has the scheme javascript:"),
        ("ftp://a.com/", "has the scheme ftp:"),
        ("htp://a.com/", "has the scheme htp:"),
        ("a.com:80/x", "has the scheme a.com:"),
        ("http://", "no address a browser would open"),
        ("http://a .com/", "no address a browser would open"),
        ("http://a.com%2F/", "no address a browser would open"),
        ("http://a\u202ecom/", "no address a browser would open"),
        ("http://a.com:99999/", "no address a browser would open"),
        ("http://1.2.3.4.5/", "no address a browser would open"),
        ("http://[::1/", "no address a browser would open"),
        ("http://a.com/\ud800", "no address a browser would open"),
        ("http://a..com/", "empty label"),
        ("http://.a.com/", "empty label"),
        ("http://a.com../", "empty label"),
        ("http://./", "empty label"),
        ("http://*.a.com/", "characters that no host name can have"),
        ("http://a.com,b.com/", "characters that no host name can have"),
        (f"http://{'a' * 64}.com/", "longer than the domain name system allows"),
        (f"http://{'a.' * 130}com/", "longer than the domain name system allows"),
    ],
)
def test_what_no_browser_opens_is_refused_with_a_sentence(broken: str, says: str) -> None:
    with pytest.raises(URLError) as caught:
        canonical(broken)
    assert says in str(caught.value)
    assert str(caught.value).endswith(".")


def test_longest_labels_dns_allows_are_accepted() -> None:
    assert canonical(f"http://{'a' * 63}.com/") == f"http://{'a' * 63}.com/"
    host = ".".join(["a" * 63] * 3 + ["b" * 61])
    assert len(host) == 253
    assert host_of(canonical(f"http://{host}/")) == host


def test_messages_cut_long_addresses_and_show_control_characters() -> None:
    with pytest.raises(URLError) as caught:
        canonical("http://a.com\u202e\n.evil/" + "x" * 5000)
    assert len(str(caught.value)) < 200
    assert "\\u202e\\n" in str(caught.value)


@pytest.mark.parametrize("body", ["a", " ", "%41", "\t", "ä", "/.", "../", "a.", "?&"])
def test_a_megabyte_is_refused(body: str) -> None:
    url = "http://a.com/" + body * (1_000_000 // len(body))
    with pytest.raises(URLError, match="is too long") as caught:
        canonical(url)
    with pytest.raises(URLError, match="is too long"):
        resolve(PAGE, url)
    assert len(str(caught.value)) < 200
    assert resolve(PAGE, "data:image/png;base64," + url) is None


def test_the_limit_holds_for_the_result_too() -> None:
    longest = settings.default().limits.max_url_characters
    fits = "http://a.com/" + "a" * (longest - 13)
    assert canonical(fits) == fits
    with pytest.raises(URLError, match="is too long"):
        canonical(fits + "a")
    with pytest.raises(URLError, match="is too long"):  # six characters each once encoded
        canonical("http://a.com/" + "ä" * (longest // 3))
    with pytest.raises(URLError, match="is too long"):
        resolve("http://a.com/", "/" + "a" * (longest - 10))


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        # the page itself
        ("", (PAGE, "www.example.com")),
        ("#x", (PAGE, "www.example.com")),
        ("#", (PAGE, "www.example.com")),
        ("  #x\n", (PAGE, "www.example.com")),
        # relative
        ("next.html", ("https://www.example.com/blog/next.html", "www.example.com")),
        ("../up", ("https://www.example.com/up", "www.example.com")),
        ("?y=2", ("https://www.example.com/blog/post.html?y=2", "www.example.com")),
        ("/", ("https://www.example.com/", "www.example.com")),
        ("/a/b?c=d&e=f#g", ("https://www.example.com/a/b?c=d&e=f", "www.example.com")),
        ("/a/../b", ("https://www.example.com/b", "www.example.com")),
        ("/%7Ea", ("https://www.example.com/~a", "www.example.com")),
        ("/a:b@c.com/", ("https://www.example.com/a:b@c.com/", "www.example.com")),
        ("\\x", ("https://www.example.com/x", "www.example.com")),
        (" /x\t/y ", ("https://www.example.com/x/y", "www.example.com")),
        # without a scheme it is a path, however tempting
        ("www.a.com/x", ("https://www.example.com/blog/www.a.com/x", "www.example.com")),
        # the page's own scheme without slashes is relative
        ("https:a.com", ("https://www.example.com/blog/a.com", "www.example.com")),
        ("https:/a.com/x", ("https://www.example.com/a.com/x", "www.example.com")),
        ("http:a.com", ("http://a.com/", "a.com")),
        ("http:/a.com/x", ("http://a.com/x", "a.com")),
        ("http:\\\\a.com\\x", ("http://a.com/x", "a.com")),
        ("http:///a.com/x", ("http://a.com/x", "a.com")),
        # another host
        ("//b.com", ("https://b.com/", "b.com")),
        ("//b.com/x", ("https://b.com/x", "b.com")),
        ("///b.com/x", ("https://b.com/x", "b.com")),
        ("/\\b.com/x", ("https://b.com/x", "b.com")),
        ("http://b.com", ("http://b.com/", "b.com")),
        ("http://b.com?q", ("http://b.com/?q", "b.com")),
        ("HTTP://B.com/#x", ("http://b.com/", "b.com")),
        ("http://u:p@b.com:8080/", ("http://b.com:8080/", "b.com")),
        ("http://b.com.:8080/", ("http://b.com:8080/", "b.com")),
        ("http://a.com:80@b.com/", ("http://b.com/", "b.com")),
        ("http://münchen.de/", ("http://xn--mnchen-3ya.de/", "xn--mnchen-3ya.de")),
        ("http://0x7f.1/", ("http://127.0.0.1/", "127.0.0.1")),
        ("http://[::1]:81/", ("http://[::1]:81/", "[::1]")),
        # not a page
        ("mailto:x@a.com", None),
        ("MailTo:x@a.com", None),
        ("javascript:void(0)", None),
        (" java\nscript:alert(1)", None),
        ("data:text/html,<a>", None),
        ("tel:+491234", None),
        ("ftp://a.com/x", None),
        ("htp://a.com/", None),
        ("ws://a.com/", None),
        ("blob:https://a.com/x", None),
        ("foo://bad host/", None),
        ("a.com:80/x", None),
    ],
)
def test_resolve(href: str, expected: tuple[str, str] | None) -> None:
    assert resolve(PAGE, href) == expected


@pytest.mark.parametrize(
    "href",
    ["http://", "//", "http://a .com", "//a..com", "http://a.com%2F", "//a.com:x", "//*.a.com", "/\ud800"],
)
def test_resolve_refuses_broken_links(href: str) -> None:
    with pytest.raises(URLError):
        resolve(PAGE, href)


def test_resolve_keeps_the_port_of_the_page() -> None:
    assert resolve("http://[::1]:81/a/b?q", "/c") == ("http://[::1]:81/c", "[::1]")
    assert resolve("http://a.com:81/a/b", "c#d") == ("http://a.com:81/a/c", "a.com")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.com/", "a.com"),
        ("http://a.com:81/x:y", "a.com"),
        ("http://[::1]/", "[::1]"),
        ("http://[::1]:81/", "[::1]"),
        ("https://a.com/http://b.com/", "a.com"),
    ],
)
def test_host_of(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.com/", "https://a.com/"),
        ("https://a.com/?", "https://a.com/?"),
        ("https://a.com/?utm_source=x", "https://a.com/"),
        ("https://a.com/?a=1&utm_source=x&b=2", "https://a.com/?a=1&b=2"),
        ("https://a.com/?UTM_Campaign=x&fbclid=y&b=2", "https://a.com/?b=2"),
        ("https://a.com/?gclid&b", "https://a.com/?b"),
        ("https://a.com/?b=2&b=1&utm_id", "https://a.com/?b=2&b=1"),
        ("https://a.com/?q=utm_source=x", "https://a.com/?q=utm_source=x"),
        ("https://a.com/?utm=x&xutm_source=1&gclids=2", "https://a.com/?utm=x&xutm_source=1&gclids=2"),
        ("https://a.com/?a=1&&b=?utm_source=1", "https://a.com/?a=1&&b=?utm_source=1"),
        ("https://a.com/utm_source=1/", "https://a.com/utm_source=1/"),
    ],
)
def test_strip_tracking(url: str, expected: str) -> None:
    assert strip_tracking(url) == expected


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("a.com", "a.com"),
        ("xn--mnchen-3ya.de", "münchen.de"),
        ("xn--fa-hia.de", "faß.de"),
        ("www.xn--e1afmkfd.xn--p1ai", "www.пример.рф"),
        ("xn--a.com", "xn--a.com"),  # no valid punycode
        ("xn--pypal-4ve.com", "xn--pypal-4ve.com"),  # a Cyrillic a among Latin letters
        ("[::1]", "[::1]"),
    ],
)
def test_display_host_is_unicode_where_that_does_not_mislead(host: str, shown: str) -> None:
    assert display_host(host) == shown


@pytest.mark.parametrize(
    ("host", "mixed"),
    [
        ("paypal.com", False),
        ("pаypal.com", True),  # Cyrillic а
        ("xn--pypal-4ve.com", True),
        ("münchen-2.de", False),
        ("пример.com", False),  # one script a label
        ("αbc.gr", True),
        ("東京tower.jp", False),
        ("ラーメン屋さん.jp", False),
        ("서울city.kr", False),
        ("ひらがな한글.jp", True),
        ("食狮.公司.cn", False),
    ],
)
def test_mixed_scripts(host: str, mixed: bool) -> None:
    assert is_mixed_script(host) is mixed


# ---- properties -----------------------------------------------------------------------

# fmt: off
_tokens = st.sampled_from([
    "http:", "https:", "HTTP:", "mailto:", "/", "//", "\\", ".", "..", "a", "b.c", "a.com", "www.a.com",
    "C.Com", "1", "2.3", "0x", "x.1", "xn--", "xn--a", "xn--mnchen-3ya", "é", "ß", "。", "１", "_", "-",
    *"~!$&'()*+,;=:@|^`{}[]<>\"?#%", "[::1]", "%4", "%41", "%2e", "%2E", "%2F", "%7e", "%e4", "%E4", "%20",
    "%25", ":80", ":443", ":81", "\u202e", "\u00ad", "\u200d", "\ud800", "\x00", "\x7f", "é/", "/.", "/..",
    "./", "?a=b", "&c=d", " ", "\t", "\n", "\r", "\x01", "\u2028", "\u3000", "a" * 64, "a." * 70,
])
# fmt: on
_junk = st.lists(_tokens, max_size=12).map("".join)
_label = st.from_regex(r"[a-z0-9_-]{1,8}", fullmatch=True)
_near = st.builds(  # addresses nearly or wholly canonical, so that the fast path is met often
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "Http"]),
    st.lists(_label, min_size=1, max_size=6).map(".".join),
    st.sampled_from(["", "", "", ".", ":81", ":80"]),
    st.sampled_from(["", "/", "?"]).flatmap(lambda first: _junk.map(first.__add__) if first else st.just("")),
)
_href = _junk | _near | st.text(max_size=20) | _junk.map("/".__add__)


def _canonical_the_long_way(url: str) -> tuple[str, str] | None:
    """The canonical form by ada's URL object, step by step as the documentation says it."""
    parsed = ada_url.URL(url)
    if parsed.protocol not in ("http:", "https:"):
        return None
    host = parsed.hostname.removesuffix(".")
    if not host.startswith("["):
        labels = host.split(".")
        if not all(labels) or len(host) > 253 or max(len(label) for label in labels) > 63:
            raise ValueError
        if not set(host) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_."):
            raise ValueError
    href = parsed.href.split("#")[0]
    after = href.split("/", 3)[3]
    decoded, stray, at = "", False, 0
    out = []
    while at < len(after):
        code = after[at + 1 : at + 3]
        if after[at] != "%":
            out.append(after[at])
            at += 1
        elif len(code) == 2 and set(code) <= set("0123456789abcdefABCDEF"):
            out.append("%" + code.upper())
            at += 3
        else:
            stray = True
            out.append("%")
            at += 1
    if not stray:
        unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        out = [chr(int(x[1:], 16)) if len(x) == 3 and chr(int(x[1:], 16)) in unreserved else x for x in out]
    decoded = "".join(out)
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.protocol}//{host}{port}/{decoded}", host


@given(_href)
@example("http://a.com/%25%34%31")
@example("http://a.com/%%34%31")
@example("http://a.com/?")
def test_canonical_is_the_long_way_and_idempotent(url: str) -> None:
    try:
        expected = _canonical_the_long_way(url)
    except ValueError:
        expected = None
    if expected is None:
        with pytest.raises(URLError):
            canonical(url)
    else:
        assert (canonical(url), host_of(canonical(url))) == expected
        assert canonical(expected[0]) == expected[0]


@given(_href, _href)
@example("https://a.com/b?c", "")
@example("https://a.com/b?c", "#é")
@example("https://a.com/b?c", "/?")
@example("https://a.com/b?c", "//")
@example("http://a:81/", "/x")
@example("http://[::1]:81/", "/x")
def test_resolve_is_canonical_of_the_join(base: str, href: str) -> None:
    try:
        page = canonical(base)
    except URLError:
        page = PAGE
    broken = False
    try:
        expected = _canonical_the_long_way(ada_url.join_url(page, href))
    except ValueError:
        broken = True
    if not broken:
        assert resolve(page, href) == expected
        return
    try:
        result = resolve(page, href)
    except URLError:
        return
    assert result is None  # broken, and of another scheme
    assert ":" in href

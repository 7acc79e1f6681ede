"""What stands around every request: names, passwords, limits, bodies, headers, log and figures."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from pathlib import Path

import html5lib
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from backlit.server import problems
from backlit.server.bodies import is_deeper
from backlit.server.hosts import KnownHosts, host_name
from backlit.server.limits import Buckets
from backlit.server.metrics import Metrics
from backlit.settings import default


def rules(**changes: object):
    return msgspec.structs.replace(default().server, **changes)


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


LINKS = "/api/v1/links?target=shop.com"


# -- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost:8080", "localhost"),
        ("127.0.0.1:1", "127.0.0.1"),
        ("[::1]:8080", "::1"),
        ("shop.example.", "shop.example"),
        ("", None),
        (":80", None),
        ("a b", None),
        ("a@b", None),
        ("a:b", None),
        ("[::1", None),
        ("a/b", None),
    ],
)
def test_the_name_in_a_host_header(header: str, name: str | None) -> None:
    assert host_name(header) == name


def test_only_names_that_are_known_are_answered_to(folder: Path, make) -> None:
    ask = make(folder, hosts=("testserver", "*.intern.example"))
    for host, status in {
        "localhost:9": 200,
        "127.0.0.1": 200,
        "[::1]:80": 200,
        "a.intern.example": 200,
        "intern.example": 400,
        "evil.example": 400,
        "10.0.0.1": 400,
        "localhost.evil.example": 400,
    }.items():
        assert ask.get("/healthz", headers={"host": host}).status_code == status, host
    told = ask.get(LINKS, headers={"host": "evil.example"}).json()
    assert told["detail"].startswith("The Host of this request is not one that this server knows")


def test_where_all_addresses_are_served_any_of_them_may_be_named() -> None:
    every = KnownHosts(lambda *_: None, hosts=("localhost",), any_address=True, origins=())  # type: ignore[arg-type]
    assert [every.knows(name) for name in ("10.1.2.3", "fe80::1", "evil.example")] == [True, True, False]


def test_a_page_of_another_site_can_change_nothing(folder: Path, make) -> None:
    ask = make(folder, allow_writes=True, origins=("https://dash.example",))
    body = {"text": "domain:a.com"}
    for headers, status in (
        ({}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "https://dash.example"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
    ):
        answer = ask.post("/api/v1/disavow/check", json=body, headers=headers)
        assert answer.status_code == status, headers
    assert ask.get(LINKS, headers={"origin": "https://evil.example"}).status_code == 200


def test_other_sites_may_ask_only_where_they_were_named(ask: TestClient, folder: Path, make) -> None:
    asked = {"origin": "https://dash.example", "access-control-request-method": "GET"}
    assert "access-control-allow-origin" not in ask.get(LINKS, headers=asked).headers
    assert ask.options(LINKS, headers=asked).status_code == 405
    sharing = make(folder, origins=("https://dash.example",), password="secret")
    preflight = sharing.options(LINKS, headers=asked)
    assert preflight.headers["access-control-allow-origin"] == "https://dash.example"
    other = sharing.options(LINKS, headers=asked | {"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


# -- passwords --------------------------------------------------------------------------------------


def test_a_password_or_a_token_lets_in(folder: Path, make) -> None:
    ask = make(folder, user="me", password="pä:ss", tokens=("t-1", "t-2"), rules=rules(failure_seconds=0.0))
    for headers, status in (
        ({}, 401),
        (basic("me", "pä:ss"), 200),
        (basic("me", "wrong"), 401),
        (basic("you", "pä:ss"), 401),
        (basic("me", "pä:s"), 401),
        ({"authorization": "Basic !!!"}, 401),
        ({"authorization": "Basic"}, 401),
        ({"authorization": "Bearer t-2"}, 200),
        ({"authorization": "bearer  t-1"}, 200),
        ({"authorization": "Bearer t-3"}, 401),
        ({"authorization": "Bearer "}, 401),
        ({"authorization": "Digest x"}, 401),
    ):
        assert ask.get(LINKS, headers=headers).status_code == status, headers
    refused = ask.get(LINKS)
    assert refused.headers["www-authenticate"].startswith('Basic realm="backlit"')
    assert refused.json()["detail"].startswith("This needs the user and password of the server")


def test_what_is_open_and_what_is_not(folder: Path, make) -> None:
    ask = make(folder, password="secret")
    assert ask.get("/healthz").status_code == 200
    assert ask.get("/healthz", headers=basic("backlit", "wrong")).status_code == 200
    for path in ("/metrics", "/openapi.json", "/", "/api/v1/info", "/mcp", "/healthz/", "//healthz"):
        assert ask.get(path).status_code == 401, path


def test_failures_wait_longer_each_time_and_many_at_once_are_turned_away(folder: Path, make) -> None:
    ask = make(
        folder, password="x", rules=rules(failure_seconds=0.05, failure_most_seconds=0.1, waiting_failures=0)
    )
    answer = ask.get(LINKS, headers=basic("backlit", "y"))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    ask = make(folder, password="x", rules=rules(failure_seconds=0.05, failure_most_seconds=0.1))
    seconds = []
    for _ in range(3):
        began = time.monotonic()
        ask.get(LINKS, headers=basic("backlit", "y"))
        seconds.append(time.monotonic() - began)
    assert seconds[0] >= 0.05
    assert min(seconds[1:]) >= 0.1


def test_the_face_like_dataforseos_speaks_its_own_envelope(folder: Path, make) -> None:
    ask = make(folder, password="x")
    answer = ask.get("/v3/backlinks/summary/live")
    assert (answer.status_code, answer.json()["status_code"]) == (401, 40100)


# -- limits -----------------------------------------------------------------------------------------


def test_a_bucket_gives_a_minutes_tokens_and_then_one_at_a_time() -> None:
    buckets = Buckets(60)
    assert [buckets.take("a", 0.0) for _ in range(60)] == [0.0] * 60
    assert buckets.take("a", 0.0) == pytest.approx(1.0)
    assert buckets.take("b", 0.0) == 0.0
    assert buckets.take("a", 0.5) == pytest.approx(0.5)
    assert buckets.take("a", 1.01) == 0.0
    assert buckets.take("a", 1.01) > 0.9


def test_more_requests_than_the_rate_are_told_when_to_come_again(folder: Path, make) -> None:
    ask = make(folder, rules=rules(rate_per_minute=3, concurrent=0))
    assert [ask.get(LINKS).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = ask.get(LINKS)
    assert 1 <= int(answer.headers["retry-after"]) <= 20
    assert answer.json()["title"] == "Too Many Requests"
    assert ask.get("/healthz").status_code == 200
    assert 'backlit_requests_turned_away_total{limit="rate"} 2' in ask.get("/metrics").text


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch):
    """Makes ``info`` wait until it is let go."""
    from backlit.questions import info

    gate, real = threading.Event(), info.info

    def slow(index: object):
        gate.wait(20)
        return real(index)

    monkeypatch.setattr(info, "info", slow)
    yield gate
    gate.set()


def test_an_answer_over_its_time_is_given_up_and_keeps_its_place(
    folder: Path, make, held: threading.Event
) -> None:
    ask = make(folder, rules=rules(request_seconds=0.4, concurrent=1, rate_per_minute=0))
    answer = ask.get("/api/v1/info")
    assert (answer.status_code, answer.json()["title"]) == (504, "Gateway Timeout")
    assert "POST /api/v1/jobs" in answer.json()["detail"]
    assert "backlit_requests_abandoned 1\n" in ask.get("/metrics").text
    answer = ask.get("/nothing")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    held.set()
    for _ in range(200):
        if "backlit_requests_abandoned 0\n" in ask.get("/metrics").text:
            break
        time.sleep(0.05)
    assert ask.get("/nothing").status_code == 404


# -- refusals for people ----------------------------------------------------------------------------


def refused(ask, path: str, **headers: str):
    """What a browser is shown that is let no further: a page of its own, that asks for nothing."""
    answer = ask.get(path, headers={"accept": "text/html,*/*;q=0.8", **headers})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    tree = html5lib.HTMLParser(strict=True).parse(answer.text)
    [style] = tree.iter("{http://www.w3.org/1999/xhtml}style")
    digest = base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert not re.findall(r"<(script|link|img|form)\b", answer.text)
    told = " ".join("".join(tree.find(".//{http://www.w3.org/1999/xhtml}main").itertext()).split())
    again = [node.get("href") for node in tree.iter("{http://www.w3.org/1999/xhtml}a")]
    return answer, told, again


def test_a_browser_is_told_on_a_page_that_it_asks_too_much(folder: Path, make) -> None:
    ask = make(folder, rules=rules(rate_per_minute=1, concurrent=0))
    assert ask.get("/help").status_code == 200
    answer, told, again = refused(ask, "/links?target=shop.com&where=%22%3E%3Cb%3E")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert "Too many requests" in told
    assert f"Wait {answer.headers['retry-after']} s" in told
    assert again == ["/links?target=shop.com&where=%22%3E%3Cb%3E"]
    api = ask.get(LINKS, headers={"accept": "text/html"})
    assert (api.status_code, api.headers["content-type"]) == (429, "application/problem+json")


def test_a_browser_is_told_on_a_page_that_it_took_too_long(folder: Path, make, held: threading.Event) -> None:
    ask = make(folder, rules=rules(request_seconds=0.4, concurrent=0, rate_per_minute=0))
    answer, told, again = refused(ask, "/data")
    assert answer.status_code == 504
    assert "took longer than this server lets a request take" in told
    assert again == ["/data"]


def test_a_browser_that_calls_the_server_by_a_strange_name_is_told_so_on_a_page(folder: Path, make) -> None:
    ask = make(folder)
    answer, told, again = refused(ask, "/", host="evil.example")
    assert answer.status_code == 400
    assert "--allow-host" in told
    assert "evil" not in answer.text
    assert again == []
    plain = ask.get("/", headers={"host": "evil.example", "accept": "application/json"})
    assert (plain.status_code, plain.headers["content-type"]) == (400, "application/problem+json")


# -- bodies -----------------------------------------------------------------------------------------


def test_a_body_that_is_too_large_is_refused_before_it_is_read(folder: Path, make) -> None:
    ask = make(folder, rules=rules(max_body_bytes=1000))
    fits = json.dumps({"text": "x" * 900})
    headers = {"content-type": "application/json"}
    assert ask.post("/api/v1/disavow/check", content=fits, headers=headers).status_code == 200
    answer = ask.post("/api/v1/disavow/check", content="x" * 1001, headers=headers)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")

    def pieces():
        for _ in range(20):
            yield b"x" * 100

    assert ask.post("/api/v1/disavow/check", content=pieces(), headers=headers).status_code == 413


@pytest.mark.parametrize("content", ["[" * 65 + "]" * 65, '{"a":' * 65 + "1" + "}" * 65, "[" * 200_000])
def test_json_nested_too_deep_is_refused(ask: TestClient, content: str) -> None:
    for path in ("/api/v1/disavow/check", "/mcp"):
        answer = ask.post(path, content=content, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["detail"]) == (
            400,
            "The JSON of this request is nested deeper than 64 levels.",
        )


JSON = st.recursive(
    st.none() | st.integers() | st.text('[]{}"\\ab'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[{"\\'), inner, max_size=3),
)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((depth(one) for one in value.values()), default=0)
    return 1 + max((depth(one) for one in value), default=0) if isinstance(value, list) else 0


@given(JSON, st.integers(0, 6))
def test_depth_is_counted_outside_of_texts(value: object, most: int) -> None:
    assert is_deeper(json.dumps(value).encode(), most) == (depth(value) > most)


# -- headers, log and figures -----------------------------------------------------------------------


def test_every_answer_carries_what_keeps_browsers_from_harm(ask: TestClient) -> None:
    for path in (LINKS, "/nothing", "/healthz"):
        headers = ask.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert re.fullmatch(r"[0-9a-f]{16}", headers["x-request-id"])
        assert "server" not in headers


def test_a_request_is_one_line_without_what_was_asked(folder: Path, make) -> None:
    ask = make(folder, tokens=("t",))
    answer = ask.get(
        "/api/v1/links?target=secret.example&limit=1&limit=2", headers={"authorization": "Bearer t"}
    )
    ask.get("/%1b[31m?password=hush")
    first, second = ask.log.read_text().splitlines()  # type: ignore[attr-defined]
    assert "secret" not in first + second
    assert "hush" not in first + second
    line = json.loads(first)
    assert line.pop("seconds") >= 0
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {
        "id": answer.headers["x-request-id"],
        "client": "testclient",
        "user": "token",
        "method": "GET",
        "path": "/api/v1/links",
        "parameters": ["limit", "target"],
        "route": "/api/v1/links",
        "status": 200,
        "bytes": len(answer.content),
        "generation": 1,
    }
    assert "\x1b" not in second
    assert json.loads(second)["status"] == 401


def test_figures_are_of_routes_not_of_addresses(folder: Path, make) -> None:
    ask = make(folder)
    ask.get(LINKS)
    ask.get("/api/v1/links")
    ask.get("/api/v1/jobs/12345")
    ask.get("/some/path")
    ask.request("BREW", "/some/path")
    page = ask.get("/metrics")
    assert page.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = set(page.text.splitlines())
    assert lines >= {
        'backlit_requests_total{method="GET",route="/api/v1/links",status="200"} 1',
        'backlit_requests_total{method="GET",route="/api/v1/links",status="422"} 1',
        'backlit_requests_total{method="GET",route="/api/v1/jobs/{id}",status="404"} 1',
        'backlit_requests_total{method="GET",route="(none)",status="404"} 1',
        'backlit_requests_total{method="OTHER",route="(none)",status="404"} 1',
        'backlit_request_duration_seconds_count{route="/api/v1/links"} 2',
        'backlit_request_duration_seconds_bucket{route="/api/v1/links",le="+Inf"} 2',
        "backlit_requests_in_flight 1",
        "backlit_generation 1",
        "backlit_index_available 1",
    }
    assert "12345" not in page.text
    pattern = re.compile(r'(# (HELP|TYPE) .+|[a-z_]+(\{([a-z]+="[^"\n]*",?)+\})? [0-9.e+-]+)')
    assert [line for line in lines if not pattern.fullmatch(line)] == []


def test_a_histogram_counts_up_to_each_edge() -> None:
    metrics = Metrics()
    for seconds in (0.001, 0.3, 100.0):
        metrics.began()
        metrics.ended("GET", '/a"b', 200, seconds)
    page = metrics.page([])
    for edge, count in (("0.005", 1), ("0.25", 1), ("0.5", 2), ("60.0", 2), ("+Inf", 3)):
        assert f'backlit_request_duration_seconds_bucket{{route="/a\\"b",le="{edge}"}} {count}\n' in page


def test_health_tells_the_generation(ask: TestClient, tmp_path: Path, make) -> None:
    answer = ask.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "state": "serving", "generation": 1, "version": "0.1.0"}
    nothing = make(tmp_path / "index")
    answer = nothing.get("/healthz")
    assert (answer.status_code, answer.json()["state"]) == (503, "no index")
    answer = nothing.get(LINKS)
    assert (answer.status_code, answer.headers["content-type"]) == (503, problems.MEDIA_TYPE)
    assert answer.json()["detail"].startswith("There is no index at ")
    assert "backlit_index_available 0\n" in nothing.get("/metrics").text


def test_a_fault_of_ours_is_an_answer_too(
    folder: Path, make, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    from backlit.questions import info

    def broken(index: object):
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(info, "info", broken)
    answer = make(folder).get("/api/v1/info")
    assert (answer.status_code, answer.headers["content-type"]) == (500, problems.MEDIA_TYPE)
    assert "secret" not in answer.text
    assert "a secret of the inside" in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_of_the_index_that_is_missing_is_told(folder: Path, tmp_path: Path, make) -> None:
    import shutil

    own = Path(shutil.copytree(folder, tmp_path / "index"))
    ask = make(own)
    for path in (own / "data").iterdir():
        path.unlink()
    answer = ask.get(LINKS)
    assert (answer.status_code, answer.headers["content-type"]) == (503, problems.MEDIA_TYPE)
    assert "run `backlit check`" in answer.json()["detail"]
    shutil.rmtree(own)
    assert ask.get(LINKS).json()["detail"].startswith("There is no index at ")
    shutil.copytree(folder, own)
    assert ask.get(LINKS).status_code == 200

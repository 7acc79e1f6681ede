"""A server over a web-graph release alone: what it knows is answered, the rest is told, and nothing is a fault."""

from __future__ import annotations

import gzip

import pytest
from starlette.testclient import TestClient

from backlit.server.api.table import ROUTES
from backlit.work.web_import import web_import
from backlit.work.web_rank import web_rank

NAMES = ["com.linked", "com.rival", "edu.school", "gov.state", "org.news"]
LINKS = [
    ("gov.state", "org.news"),
    ("gov.state", "edu.school"),
    ("edu.school", "gov.state"),
    ("edu.school", "org.news"),
    ("edu.school", "com.rival"),
    ("org.news", "com.linked"),
    ("org.news", "com.rival"),
]
RELEASE = "cc-main-2026-apr-may-jun"


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory, make) -> TestClient:
    folder = tmp_path_factory.mktemp("release")
    number = {name: n for n, name in enumerate(NAMES)}
    lines = {
        "vertices": [f"{n}\t{name}\t1" for n, name in enumerate(NAMES)],
        "edges": [f"{a}\t{b}" for a, b in sorted((number[a], number[b]) for a, b in LINKS)],
    }
    paths = []
    for kind, rows in lines.items():
        paths.append(folder / f"{RELEASE}-domain-{kind}.txt.gz")
        paths[-1].write_bytes(gzip.compress(("\n".join(rows) + "\n").encode()))
    web_import(folder / "index", *paths)
    web_rank(folder / "index", trust=["state.gov", "school.edu"])
    return make(folder / "index", allow_writes=True)


def test_domains_and_their_authority_come_from_the_release(ask: TestClient) -> None:
    found = ask.get("/api/v1/domains?target=rival.com").json()
    assert [row["source_domain"] for row in found["data"]] == ["school.edu", "news.org"]
    assert found["data"][0]["links"] is None
    assert found["notes"][0].startswith("Each is one referring domain of unknown rel and kind")
    [one] = ask.get("/api/v1/authority?target=linked.com").json()["data"]
    assert one["found"]
    assert one["authority"] >= 1
    profile = ask.get("/api/v1/profile?target=linked.com").json()
    assert profile["data"]["totals"]["referring_domains"] == 1
    found = ask.get("/api/v1/whatif?target=linked.com&gain=school.edu").json()["data"]
    assert found["authority_high"] >= found["authority_now"]
    assert ask.get(f"/api/v1/authority?target=a.com&release={RELEASE}").status_code == 200
    assert [one["title"] for one in ask.get("/api/v1/web").json()["data"]] != []
    missing = ask.get("/api/v1/gap?target=linked.com&versus=rival.com").json()["data"]
    assert [row["source_domain"] for row in missing] == ["school.edu"]


def test_what_only_links_could_tell_is_told_to_be_missing(ask: TestClient) -> None:
    for route in ROUTES:
        if route.method != "GET":
            continue
        values = {one.name: one.example for one in route.parameters if one.required}
        values |= {"gain": "school.edu"} if route.path == "/whatif" else {}
        values |= {"target": "linked.com,rival.com" if route.path == "/compare" else "linked.com"}
        values = {name: value for name, value in values.items() if name in {p.name for p in route.parameters}}
        answer = ask.get(f"/api/v1{route.path}", params=values)
        assert answer.status_code in (200, 400, 503), (route.path, answer.text)
        if answer.status_code == 503:
            assert answer.json()["detail"].startswith("There is no index at "), route.path
    assert ask.get("/api/v1/authority?target=a.com&release=none").status_code == 400

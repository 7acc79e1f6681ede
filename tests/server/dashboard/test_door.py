"""Logging in, the tokens of forms, the theme, and what a server without permission refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from backlit.server.sessions import Sessions, Tokens
from dashboard_pages import browser, check, csrf_of, told

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def guarded(make: Callable[..., TestClient], folder: Path) -> TestClient:
    return browser(make(folder, password="open sesame", tokens=("a-token",)))


def log_in(client: TestClient, password: str, **more: str):
    page = client.get("/login")
    form = {"csrf": csrf_of(page.text), "user": "backlit", "password": password, **more}
    return client.post("/login", data=form, follow_redirects=False)


def test_who_is_not_logged_in_is_sent_to_the_door_and_back(guarded: TestClient) -> None:
    answer = guarded.get("/links?target=shop.com&where=follow", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (
        303, "/login?next=%2Flinks%3Ftarget%3Dshop.com%26where%3Dfollow",
    )  # fmt: skip
    door = guarded.get(answer.headers["location"])
    check(door.text)
    form = {
        "csrf": csrf_of(door.text),
        "user": "backlit",
        "password": "open sesame",
        "next": "/links?target=shop.com",
    }
    entered = guarded.post("/login", data=form, follow_redirects=False)
    assert (entered.status_code, entered.headers["location"]) == (303, "/links?target=shop.com")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    page = guarded.get("/links?target=shop.com")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert guarded.get("/api/v1/info", headers={"accept": "*/*"}).status_code == 200


def test_the_door_tells_nothing_of_the_index(guarded: TestClient) -> None:
    text = guarded.get("/login").text
    assert "Feb" not in text
    assert "generation" not in text
    assert guarded.get("/data", headers={"accept": "*/*"}).status_code == 401


def test_a_wrong_password_is_told_and_a_token_will_do(guarded: TestClient) -> None:
    answer = log_in(guarded, "wrong")
    assert answer.status_code == 403
    assert "The user or the password is wrong." in told(answer.text)
    assert guarded.get("/links?target=shop.com", follow_redirects=False).status_code == 303
    assert log_in(guarded, "a-token").status_code == 303


def test_logging_out_ends_the_session(guarded: TestClient) -> None:
    log_in(guarded, "open sesame")
    kept = dict(guarded.cookies)
    page = guarded.get("/links?target=shop.com")
    assert (
        guarded.post("/logout", data={"csrf": csrf_of(page.text)}, follow_redirects=False).status_code == 303
    )
    guarded.cookies.update(kept)
    assert guarded.get("/links?target=shop.com", follow_redirects=False).status_code == 303


def test_a_session_changes_nothing_elsewhere_without_a_token(
    make: Callable[..., TestClient], folder: Path
) -> None:
    client = browser(make(folder, password="open sesame", allow_writes=True))
    log_in(client, "open sesame")
    wish = {"kind": "check"}
    assert client.post("/api/v1/jobs", json=wish).status_code == 401
    token = csrf_of(client.get("/links?target=shop.com").text)
    assert client.post("/api/v1/jobs", json=wish, headers={"x-csrf-token": token}).status_code == 202
    assert (
        client.post("/api/v1/jobs", json=wish, headers={"x-csrf-token": token[:-1] + "x"}).status_code == 401
    )


@pytest.mark.parametrize(
    "next_", ["https://evil.example/", "//evil.example", "/\\evil.example", "\t//evil.example", ""]
)
def test_a_login_leads_to_pages_of_ours_only(guarded: TestClient, next_: str) -> None:
    assert log_in(guarded, "open sesame", next=next_).headers["location"] == "/"


@pytest.mark.parametrize("path", ["/theme", "/first", "/logout", "/login"])
def test_a_form_without_its_token_is_refused(guarded: TestClient, path: str) -> None:
    log_in(guarded, "open sesame")
    for token in ({}, {"csrf": ""}, {"csrf": "x.y"}):
        answer = guarded.post(path, data={"theme": "dark", "do": "demo", **token}, follow_redirects=False)
        assert answer.status_code == 403
        assert "This form is from before the server was started anew" in told(answer.text)


def test_a_token_of_one_browser_is_none_of_another(
    see: TestClient, make: Callable[..., TestClient], folder: Path
) -> None:
    token = csrf_of(see.get("/help").text)
    assert (
        see.post("/theme", data={"csrf": token, "theme": "dark"}, follow_redirects=False).status_code == 303
    )
    with TestClient(see.app) as other:
        browser(other).get("/help")
        assert (
            other.post("/theme", data={"csrf": token, "theme": "dark"}, follow_redirects=False).status_code
            == 403
        )


def test_the_theme_is_kept_in_a_cookie(see: TestClient) -> None:
    page = see.get("/help?x=1")
    answer = see.post(
        "/theme",
        data={"csrf": csrf_of(page.text), "theme": "dark", "next": "/help?x=1"},
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/help?x=1")
    assert '<html lang="en" data-theme="dark">' in see.get("/help").text
    see.post("/theme", data={"csrf": csrf_of(page.text), "theme": "<b>"})
    assert '<html lang="en" data-theme="dark">' in see.get("/help").text
    see.post("/theme", data={"csrf": csrf_of(page.text), "theme": "auto"})
    assert '<html lang="en">' in see.get("/help").text


def test_what_is_no_form_is_told(see: TestClient) -> None:
    see.get("/help")
    for content, kind in ((b"{}", "application/json"), (b"\xff", "application/x-www-form-urlencoded")):
        answer = see.post("/theme", content=content, headers={"content-type": kind}, follow_redirects=False)
        assert answer.status_code in (400, 403)
        check(answer.text)


def test_a_server_that_only_reads_shows_its_forms_and_refuses_them(
    make: Callable[..., TestClient], tmp_path: Path
) -> None:
    client = browser(make(tmp_path / "nothing"))
    page = client.get("/")
    assert "disabled" in page.text
    assert "--allow-writes" in told(page.text)
    answer = client.post("/first", data={"csrf": csrf_of(page.text), "do": "demo"}, follow_redirects=False)
    assert answer.status_code == 403
    assert "This server only reads." in told(answer.text)
    assert not (tmp_path / "nothing").exists()


def test_without_an_index_every_page_shows_the_ways_to_one(
    make: Callable[..., TestClient], tmp_path: Path
) -> None:
    client = browser(make(tmp_path / "nothing"))
    for path, status in (("/", 200), ("/links?target=shop.com", 503), ("/data", 503), ("/help", 200)):
        answer = client.get(path)
        assert answer.status_code == status
        check(answer.text)
        if path != "/help":
            assert "There is no index here yet." in told(answer.text)


def test_an_index_that_cannot_be_read_is_a_sentence(make: Callable[..., TestClient], tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "manifest.json").write_text("{")
    answer = browser(make(tmp_path / "index")).get("/links?target=shop.com")
    assert answer.status_code == 503
    check(answer.text)


def test_sessions_end_and_are_not_made_by_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions("cookie")
    one = sessions.start("ann.of.here")
    assert sessions.user(one) == "ann.of.here"
    assert Sessions("cookie").user(one) is None
    signature, _, body = one.partition(".")
    assert sessions.user(f"{signature}.9{body}") is None
    assert [sessions.user(given) for given in (None, "", ".", "a.b", "x" * 5000, "\ud800.1.2.3")] == [
        None
    ] * 6
    other = sessions.start("bob")
    sessions.end(one)
    assert (sessions.user(one), sessions.user(other)) == (None, "bob")
    monkeypatch.setattr("backlit.server.sessions.time.time", lambda: 1e11)
    assert sessions.user(other) is None


def test_tokens_are_bound_and_each_is_new() -> None:
    tokens = Tokens()
    one, two = tokens.make("a"), tokens.make("a")
    assert one != two
    assert [tokens.is_good(bound, token) for bound in ("a", "b", None) for token in (one, two, None, "", "x")] == [
        True, True, False, False, False, *[False] * 10,
    ]  # fmt: skip

"""The pages about verdicts, in every state: on their way, ready, empty, one link, nofollow only, hostile texts."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from backlit.index import Index
from backlit.questions.explain import explain
from backlit.questions.reviews import reviews
from backlit.server.app import create_app
from backlit.server.config import Config
from backlit.server.dashboard import deciding, prepared
from backlit.server.judged import Standing
from backlit.web.target import Target
from backlit.work.add import add
from backlit.work.review import review
from backlit.worlds.tables import write_world
from index_rows import crawl, link, publish_batches

DAY = "2026-01-05"
PAGE = {"accept": "text/html"}
Make = Callable[..., TestClient]
HOSTILE = "<script>alert(1)</script>\u202egnp.exe\x1b[2J'\"&"


def get(client: TestClient, path: str, status: int = 200) -> str:
    """A page, once its verdicts are there."""
    for _ in range(600):
        answer = client.get(path, headers=PAGE)
        if "Verdicts on their way" not in answer.text or "could not" in answer.text:
            break
        time.sleep(0.2)
    assert answer.status_code == status, answer.text[-2000:]
    return answer.text


def words(page: str) -> str:
    """What a page says, blanks made one."""
    text = page.split("<main", 1)[1].split("<footer", 1)[0]
    text = re.sub(r"</?(?:bdi|span|a|time|code|strong|q)\b[^>]*>", "", text)
    text = re.sub(r"<[^>]*>", " ", text)
    return re.sub(r"\s+", " ", html.unescape(text)).strip()


def send(client: TestClient, path: str, **fields: Any) -> Any:
    """A form of the page at ``path``, with its token."""
    token = re.search(r'name="csrf" value="([^"]+)"', get(client, path))
    assert token is not None
    return client.post(path, data={"csrf": token[1], **fields}, headers=PAGE, follow_redirects=False)


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """A client of a server with the given options."""
    with ExitStack() as stack:

        def client(index: Path, **options: Any) -> TestClient:
            log = tmp_path_factory.mktemp("log") / "access.log"
            app = create_app(Config(index=index, hosts=("testserver",), access_log=log, **options))
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield client


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a small generated world, with schemes in it."""
    folder = tmp_path_factory.mktemp("world")
    write_world(folder / "tables", 3, sites=200)
    names = ("links.csv", "pages.csv", "hosts.csv", "trusted.txt")
    add(folder / "index", [folder / "tables" / name for name in names], workers=1)
    return folder / "index"


@pytest.fixture(scope="module")
def target(world: Path) -> str:
    """The target with most networks, then most risky links."""
    from backlit.questions.audit import audit

    rows = audit(Index.open(world), columns=["target_domain", "verdict", "network", "severity"]).rows()
    risky = [row["target_domain"] for row in rows if row["severity"] >= 2]
    in_network = [row["target_domain"] for row in rows if row["network"]]
    return max(sorted(set(risky)), key=lambda name: (in_network.count(name) > 0, risky.count(name)))


@pytest.fixture(scope="module")
def writer(world: Path, make: Make) -> TestClient:
    return make(world, allow_writes=True)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, make: Make) -> TestClient:
    """One link to one.com, nofollow ones only to none.com, hostile texts to bad.com."""
    folder = tmp_path_factory.mktemp("small") / "index"
    rows = [
        link("https://a.com/1", "https://one.com/", DAY, anchor="One"),
        *(
            link(f"https://n{i}.com/1", "https://none.com/", DAY, anchor="n", follow=False, rel="nofollow")
            for i in range(3)
        ),
        link(
            "https://b.com/%3Cscript%3E", "https://bad.com/", DAY, anchor=HOSTILE, text_before=HOSTILE,
            text_after=HOSTILE,
        ),
    ]  # fmt: skip
    publish_batches(folder, [crawl(rows, DAY)])
    return make(folder, allow_writes=True)


# -- states ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/audit", "/audit/links", "/audit/links/1", "/networks", "/networks/x", "/disavow"]
)
def test_a_page_says_that_verdicts_are_on_their_way_and_comes_back(
    world: Path, make: Make, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    client = make(world)
    judged = client.app.state.judged  # type: ignore[attr-defined]
    monkeypatch.setattr(judged, "ask", lambda *_: Standing(state="working", stage="networks", seconds=4.2))
    page = client.get(f"{path}?target=shop.com", headers=PAGE)
    assert page.status_code == 200
    assert "This page comes back by itself." in words(page.text)
    assert "At the moment: networks, for 4 s." in words(page.text)
    monkeypatch.setattr(judged, "ask", lambda *_: Standing(state="failed", said="No <b> memory."))
    failed = client.get(f"{path}?target=shop.com", headers=PAGE)
    assert "The verdicts could not be worked out. No <b> memory." in words(failed.text)
    assert "<b> memory" not in failed.text
    assert "http-equiv" not in failed.text


def test_a_target_without_links_has_nothing_to_judge(small: TestClient) -> None:
    assert "There is no live link to this target in this index" in words(
        get(small, "/audit?target=nobody.com")
    )
    assert "There is no live link to this target" in words(get(small, "/audit/links?target=nobody.com"))
    assert "No network shows" in words(get(small, "/networks?target=nobody.com"))
    assert "No entry is called for." in words(get(small, "/disavow?target=nobody.com"))


def test_one_fine_link_waits_for_no_decision(small: TestClient) -> None:
    page = words(get(small, "/audit?target=one.com"))
    assert (
        "Nothing waits for a decision: of 1 judged links, none that is undecided is risky or for review."
        in page
    )
    every = get(small, "/audit?target=one.com&tab=all")
    assert "a.com" in words(every)
    panel = re.search(r'href="(/audit/links/[^"]+)"', every)
    assert panel is not None
    assert "Sum = toxicity" in words(get(small, html.unescape(panel[1])))


def test_links_that_are_nofollow_pass_nothing_and_it_is_said(small: TestClient) -> None:
    page = words(get(small, "/audit?target=none.com&tab=all"))
    assert "No link here is followed and visible, so no weight is passed at all" in page
    assert "of followed weight" not in page
    plan = words(get(small, "/disavow?target=none.com"))
    assert "No entry is called for. That is a fine answer." in plan
    assert "of 3 links to none.com 0 are risky" in plan


def test_texts_of_strangers_stay_texts(small: TestClient) -> None:
    queue = get(small, "/audit?target=bad.com&tab=all")
    panel = re.search(r'href="(/audit/links/[^"]+)"', queue)
    assert panel is not None
    for page in (queue, get(small, html.unescape(panel[1])), get(small, "/audit/links?target=bad.com")):
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert "\x1b" not in page
        assert not re.search(r"<[a-z][^>]*\sstyle=|\son[a-z]+=|<style", page)


def test_a_filter_that_cannot_be_read_is_told_beside_its_box(small: TestClient) -> None:
    page = get(small, "/audit?target=one.com&where=toxicity+>>+3")
    assert 'aria-invalid="true"' in page
    assert "toxicity &gt;&gt; 3" in page


def test_what_is_not_there_is_not_found(small: TestClient) -> None:
    assert "No such link" in words(get(small, "/audit/links/17?target=one.com", 404))
    assert "is no link_id" in words(get(small, "/audit/links/x?target=one.com", 400))
    assert "No such network" in words(get(small, "/networks/net-x?target=one.com", 404))


# -- the evidence ------------------------------------------------------------------------------------


def test_the_points_on_the_panel_add_up_to_both_scores(writer: TestClient, world: Path, target: str) -> None:
    page = get(writer, f"/audit?target={target}")
    panel = html.unescape(re.findall(r'href="(/audit/links/-?\d+[^"]*)"', page)[0])
    [one] = explain(Index.open(world), panel.split("/")[3].split("?")[0], target)
    shown = get(writer, panel)
    tables = re.findall(r'<table class="points">(.*?)</table>', shown, re.S)
    for table, score, items in zip(
        tables, (one.toxicity, one.quality), (one.evidence, one.quality_terms), strict=True
    ):
        body, foot = table.split("<tfoot>")
        points = [
            float(p.replace("\u2212", "-"))
            for p in re.findall(r'<tr><td class="num">([+\u2212][\d.]+)', body)
        ]
        assert len(points) == sum(item["points"] is not None for item in items)
        assert sum(points) == pytest.approx(score, abs=0.06)
        told = re.search(r'<td class="num">([\d.]+)', foot)
        assert told is not None
        assert float(told[1]) == pytest.approx(score, abs=0.06)
        for item in items:
            assert item["id"] in html.unescape(body)


# -- decisions ------------------------------------------------------------------------------------


def test_a_server_that_only_reads_says_why_and_refuses(world: Path, make: Make, target: str) -> None:
    client = make(world)
    page = get(client, f"/audit?target={target}")
    assert "This server only reads. Start it with --allow-writes" in words(page)
    assert all("disabled" in button for button in re.findall(r'<button name="decision"[^>]*>', page))
    answer = send(client, f"/audit?target={target}", key="domain:a.com", decision="keep")
    assert answer.status_code == 403


def test_a_decision_of_a_link_a_domain_and_a_network_is_kept(
    world: Path, writer: TestClient, target: str
) -> None:
    at = f"/audit?target={target}"
    page = get(writer, at)
    one = re.search(r'value="(link:-?\d+)"', page)
    assert one is not None
    domains = re.findall(r'value="(domain:[^"]+)"', page)
    fields = {
        "key": [one[1], *domains[:1], "network:net-1"],
        "decision": "ignore",
        "note": "seen",
        "next": at,
    }
    answer = send(writer, at, **fields)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(at + "&said=")
    kept = reviews(Index.open(world), target).rows()
    assert sorted({row["scope"] for row in kept}) == sorted(
        {"link", "network", *(["domain"] if domains else [])}
    )
    assert {(row["decision"], row["note"]) for row in kept} == {("ignore", "seen")}
    after = words(get(writer, answer.headers["location"]))
    assert "net-1: ignore." in after
    send(writer, at, **fields | {"decision": "withdraw"})
    assert reviews(Index.open(world), target).rows() == []


def test_the_later_of_two_tabs_wins_and_is_told_what_it_was(
    world: Path, writer: TestClient, target: str
) -> None:
    at = f"/audit?target={target}&tab=all"
    review(Index.open(world), target, "keep", domains=["other.com"], at="2026-02-01T10:00:00Z")
    loaded = "2026-02-01T09:00:00Z"
    answer = send(writer, at, key="domain:other.com", decision="disavow", next=at, seen=loaded)
    told = words(get(writer, answer.headers["location"]))
    assert "other.com: disavow. Before: keep (1 Feb 2026, 10:00 UTC)." in told, told[:900]
    assert "after you had loaded the page, in another tab or by somebody else; the later one holds" in told
    assert [row["decision"] for row in reviews(Index.open(world), target).rows()] == ["disavow"]
    # The first tab looks again: it is told that its decision no longer holds.
    review(Index.open(world), target, "ignore", domains=["other.com"], at="2126-02-01T10:00:00Z")
    assert "Since then it was decided ignore" in words(get(writer, answer.headers["location"]))
    review(Index.open(world), target, None, domains=["other.com"], at="2126-02-02T10:00:00Z")


def test_a_note_needs_a_decision_and_keeps_it(world: Path, writer: TestClient, target: str) -> None:
    at = f"/audit?target={target}"
    refused = send(writer, at, key="domain:note.com", decision="note", note="why")
    assert "A note stands with a decision" in words(refused.text)
    review(Index.open(world), target, "keep", domains=["note.com"], at="2026-02-01T10:00:00Z")
    assert send(writer, at, key="domain:note.com", decision="note", note="a friend").status_code == 303
    [row] = [row for row in reviews(Index.open(world), target).rows() if row["key"] == "note.com"]
    assert (row["decision"], row["note"]) == ("keep", "a friend")
    send(writer, at, key="domain:note.com", decision="withdraw")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"decision": "keep"}, "Nothing is chosen"),
        ({"decision": "burn", "key": "domain:a.com"}, "A decision is one of"),
        ({"decision": "keep", "key": "planet:mars"}, "names no link, domain or network"),
        ({"decision": "keep", "key": "link:1"}, "not in this index any more"),
        ({"decision": "keep", "key": f"link:{2**63}"}, "64 bits"),
    ],
)
def test_a_form_that_makes_no_sense_is_told_so(
    writer: TestClient, target: str, fields: dict[str, str], said: str
) -> None:
    answer = send(writer, f"/audit?target={target}", **fields)
    assert answer.status_code == 400
    assert said in words(answer.text)


def test_where_to_go_next_is_an_address_of_ours(writer: TestClient, target: str) -> None:
    at = f"/audit?target={target}"
    answer = send(writer, at, key="domain:go.com", decision="keep", next="//evil.com/")
    assert answer.headers["location"] == "/"
    send(writer, at, key="domain:go.com", decision="withdraw")


# -- networks ---------------------------------------------------------------------------------------


def test_a_network_tells_its_sites_what_joins_them_and_what_is_lost(writer: TestClient, target: str) -> None:
    page = get(writer, f"/networks?target={target}")
    case = re.search(r'href="(/networks/net-[^"?]+\?[^"]+)"', page)
    if case is None:
        pytest.skip("the small world has no network at a target with risky links")
    assert '<svg class="picture"' in page
    told = words(get(writer, html.unescape(case[1])))
    for heading in (
        "What joins them",
        "Who links where",
        "Shared facts",
        "Its sites",
        "Weight lost without it",
    ):
        assert heading in told
    assert get(writer, html.unescape(case[1])).count("<svg") > 0


# -- disavow ----------------------------------------------------------------------------------------


def test_a_decision_reaches_the_plan_its_cost_and_the_file(
    world: Path, writer: TestClient, target: str
) -> None:
    with Index.open(world).reader() as reader:
        sql, parameters = reader.links_sql(Target.parse(target))
        source = reader.query(f"SELECT min(source_domain) AS one FROM ({sql})", parameters)["one"][0].as_py()
    send(writer, f"/audit?target={target}", key=f"domain:{source}", decision="disavow", note="bought")
    at = f"/disavow?target={target}&force=1"
    for _ in range(100):
        page = get(writer, at)
        if "The plan is being" not in page and "waits for its turn" not in page:
            break
        time.sleep(0.2)
    assert source in words(page)
    assert "bought" in words(page)
    for _ in range(100):
        cost = words(get(writer, at + "&part=cost"))
        if "comes back by itself" not in cost:
            break
        time.sleep(0.2)
    assert "Authority in this index" in cost
    file = writer.get(at + "&file=txt", headers=PAGE)
    assert file.headers["content-type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(
        rf'attachment; filename="disavow-{target}-[\d-]+\.txt"', file.headers["content-disposition"]
    )
    assert source in file.text
    assert file.text.startswith("# Disavow file for ")
    letters = words(get(writer, f"/disavow?target={target}&part=requests"))
    assert source in letters
    assert "Evidence by operator" in words(get(writer, f"/disavow?target={target}&part=dossier"))
    send(writer, f"/audit?target={target}", key=f"domain:{source}", decision="withdraw")


def test_no_file_is_made_of_no_entry(small: TestClient) -> None:
    get(small, "/disavow?target=one.com")
    answer = small.get("/disavow?target=one.com&file=txt", headers=PAGE)
    assert answer.status_code == 400
    assert "an empty upload would take back every earlier one" in words(answer.text)


def test_a_pasted_file_is_checked_line_by_line(small: TestClient) -> None:
    at = "/disavow?target=one.com&part=check"
    text = "# mine\ndomain:bad.example.org\nhttp://x.com/*\ndomain:one.com\nnonsense here\n"
    answer = send(small, at, do="check", text=text)
    assert answer.status_code == 200
    found = words(answer.text)
    assert "keep lines from being read as meant" in found
    lines = re.findall(r'<tr class="finding"><td class="num">([^<]*)', answer.text)
    assert {"3", "4", "5"} <= set(lines)
    assert "nonsense here" in answer.text  # What was pasted is still there to be mended.
    repaired = send(small, at, do="repair", text=text)
    assert "attachment" in repaired.headers["content-disposition"]
    assert "domain:bad.example.org" in repaired.text
    assert "domain:one.com" not in repaired.text
    assert "There is nothing to check" in words(send(small, at, do="check", text="  ").text)


def test_an_uploaded_file_is_checked_too(small: TestClient) -> None:
    at = "/disavow?target=one.com&part=check"
    token = re.search(r'name="csrf" value="([^"]+)"', get(small, at))
    assert token is not None
    answer = small.post(
        at, data={"csrf": token[1], "do": "check"}, files={"file": ("<b>.txt", b"domain:x.com\r\n", "text/plain")},
        headers=PAGE,
    )  # fmt: skip
    assert "<b>.txt: 1 lines, 1 entries" in words(answer.text)
    assert "<b>.txt" not in answer.text


# -- what is computed beside requests ---------------------------------------------------------------


def test_answers_are_made_once_and_failures_are_told() -> None:
    kept, made = prepared.prepared(), []
    assert kept.ask("a", lambda: made.append(1) or "value", wait=5).value == "value"
    assert kept.ask("a", lambda: made.append(1) or "other").value == "value"
    assert made == [1]

    def fails() -> None:
        raise ValueError("secret")

    failed = kept.ask("b", fails, wait=5)
    assert (failed.state, failed.said) == ("failed", "The log of the server says more.")
    for number in range(prepared.KEPT + 3):
        kept.ask(number, lambda number=number: number, wait=5)
    assert kept.ask("a", lambda: "again", wait=5).value == "again"


def test_a_fragment_stays_behind_the_parameters() -> None:
    assert (
        deciding.with_parameters("/audit?target=a.com&said=x#link1", said="y")
        == "/audit?target=a.com&said=y#link1"
    )

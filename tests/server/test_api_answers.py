"""Every question over HTTP: its rows in each format, its errors in sentences, its words in the table."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

import backlit
from backlit.cli import app as program
from backlit.index import Index
from backlit.server.api.answers import MEDIA_TYPES, NotAcceptable, negotiated
from backlit.server.api.parameters import FORMATS
from backlit.server.api.table import ANSWERED, JOBS, NOT_SERVED, ROUTES, Route

#: What a listing needs besides a target.
MORE = {"gap": {"versus": "rival.com"}, "compare": {"target": "shop.com,a.com"}}
LISTINGS = [route for route in ROUTES if route.answers == "rows"]
PROVENANCE = {"origins": ["warc"], "data_date": "2026-02-05", "generation": 1, "authority": "own graph"}


def get(ask: TestClient, path: str, code: int = 200, **parameters: object):
    answer = ask.get(f"/api/v1/{path}", params=parameters)
    assert answer.status_code == code, answer.text
    return answer


def commands() -> set[str]:
    """The names of all commands, those of groups with the name of their group."""
    found = {module.__name__.rsplit(".", 1)[-1] for module in program.COMMANDS}
    for group in program.GROUPS:
        name = group.__name__.rsplit(".", 1)[-1]
        registered = [one.name for one in group.app.registered_commands] or [None]
        found |= {name if one is None else f"{name} {one}" for one in registered}
    return found


def test_every_command_has_its_route_or_its_reason() -> None:
    served = {route.command for route in ROUTES} | set(JOBS) | set(ANSWERED)
    known = {name.partition(" ")[0] if name.partition(" ")[0] in NOT_SERVED else name for name in commands()}
    assert known - served - set(NOT_SERVED) == set()
    assert (served | set(NOT_SERVED)) - known - {"risk", "mcp"} == set()


def test_every_question_of_the_library_has_its_route() -> None:
    homes = {name: home for name, home in backlit._HOMES.items() if ".questions." in home and name.islower()}
    words = {route.command.replace("disavow write", "disavow_plan") for route in ROUTES}
    words |= {"simulate_disavow", *(route.path[1:] for route in ROUTES)}
    assert set(homes) - words - set(NOT_SERVED) == set()


def test_links_are_rows_with_where_they_come_from(ask: TestClient) -> None:
    found = get(
        ask, "links", target="shop.com", where="follow", sort="source_url", columns="source_url,anchor"
    )
    assert found.json() == {
        "data": [
            {"source_url": "https://a.com/1", "anchor": "Shop"},
            {"source_url": "https://a.com/2", "anchor": "=1+1"},
            {"source_url": "https://d.com/1", "anchor": "late"},
        ],
        "total": 3,
        "provenance": PROVENANCE,
        "notes": [],
    }
    assert found.headers["content-type"] == "application/json"


def test_limit_and_offset_page_through_and_nothing_is_all(ask: TestClient) -> None:
    def page(**more: object) -> tuple[list[str], int]:
        document = get(ask, "links", target="shop.com", sort="source_url", **more).json()
        return [row["source_url"][8:] for row in document["data"]], document["total"]

    assert page(limit=2) == (["a.com/1", "a.com/2"], 4)
    assert page(limit=2, offset=3) == (["d.com/1"], 4)
    assert page(limit=0) == (["a.com/1", "a.com/2", "b.org/1", "d.com/1"], 4)
    assert page(status="lost") == (["c.net/1"], 1)
    assert page(where="lost_reason = removed") == (["c.net/1"], 1)


def test_json_is_cut_to_a_page_and_files_are_whole(tmp_path: Path, make) -> None:
    from index_rows import crawl, link, publish_batches

    rows = [link(f"https://s{n}.com/1", "https://shop.com/", "2026-01-05") for n in range(150)]
    publish_batches(tmp_path / "index", [crawl(rows, "2026-01-05")])
    ask = make(tmp_path / "index")
    assert len(get(ask, "links", target="shop.com").json()["data"]) == 100
    assert len(get(ask, "links", target="shop.com", format="csv").text.splitlines()) == 151


@pytest.mark.parametrize("route", LISTINGS, ids=lambda route: route.command)
@pytest.mark.parametrize("format_", FORMATS)
def test_every_listing_says_the_same_in_every_format(ask: TestClient, route: Route, format_: str) -> None:
    path = route.path.strip("/")
    parameters = {"target": "shop.com", "limit": 3} | MORE.get(path, {})
    if "limit" not in {one.name for one in route.parameters}:
        del parameters["limit"]
    document = get(ask, path, **parameters).json()
    found = get(ask, path, format=format_, **parameters)
    assert found.headers["content-type"] == MEDIA_TYPES[format_]
    if format_ == "json":
        assert found.json() == document
    elif format_ == "jsonl":
        assert [json.loads(line) for line in found.text.splitlines()] == document["data"]
    elif format_ == "csv":
        assert len(found.text.splitlines()) == len(document["data"]) + 1
    else:
        source = io.BytesIO(found.content)
        table = pq.read_table(source) if format_ == "parquet" else pa.ipc.open_stream(source).read_all()
        assert table.num_rows == len(document["data"])
        about = json.loads(table.schema.metadata[b"backlit"])
        assert about == document["provenance"]
    if format_ != "json":
        assert found.headers["x-backlit-generation"] == "1"
        name = f"{path}.{format_}" if path == "compare" else f"{path}-shop.com.{format_}"
        assert found.headers["content-disposition"] == f'attachment; filename="{name}"'
    if document["data"]:
        assert set(document["data"][0]) <= {name for name, _, _ in route.table or ()}


def test_csv_disarms_formulas_and_json_escapes_what_steers_a_terminal(ask: TestClient) -> None:
    asked = {"target": "shop.com", "sort": "source_url", "columns": "anchor"}
    assert (
        get(ask, "links", format="csv", **asked).text
        == "anchor\r\nShop\r\n'=1+1\r\n\x9bred\u202e\r\nlate\r\n"
    )
    found = get(ask, "links", **asked)
    assert b"\\u009bred\\u202e" in found.content
    assert [row["anchor"] for row in found.json()["data"]] == ["Shop", "=1+1", "\x9bred\u202e", "late"]


def test_times_are_utc_and_days_are_days(ask: TestClient) -> None:
    [row] = get(ask, "links", target="shop.com", status="lost").json()["data"]
    assert (row["first_seen"], row["lost_at"]) == ("2026-01-05T00:00:00Z", "2026-02-05T00:00:00Z")
    [row] = get(ask, "domains", target="shop.com", status="lost").json()["data"]
    assert (row["source_domain"], row["lost_at"]) == ("c.net", "2026-02-05")


def test_a_large_answer_streams_in_pieces_and_lets_the_generation_go(folder: Path, make) -> None:
    ask = make(folder)
    serving = ask.app.state.serving
    with ask.stream("GET", "/api/v1/links?target=shop.com&format=jsonl") as answer:
        rows = list(answer.iter_lines())
    assert len(rows) == 4
    assert serving._current.users == 0
    for path in (
        "links?target=shop.com&columns=foo",
        "anchors?target=shop.com&columns=foo",
        "links?target=a b",
    ):
        assert ask.get(f"/api/v1/{path}").status_code == 400
    assert ask.get("/api/v1/links?target=shop.com&format=parquet").status_code == 200
    assert serving._current.users == 0


def test_the_pages_of_a_target_by_whether_they_are_still_linked_to(ask: TestClient) -> None:
    def pages(**more: object) -> list[str]:
        rows = get(ask, "pages", target="shop.com", sort="target_url", **more).json()["data"]
        return [row["target_url"] for row in rows]

    assert pages() == ["https://shop.com/", "https://shop.com/gone", "https://shop.com/x"]
    assert pages(status="lost") == ["https://shop.com/gone"]
    assert pages(status="live", where="links = 1 or follow_links = 3") == ["https://shop.com/x"]
    told = get(ask, "pages", 400, target="shop.com", status="live", where="links = 1) or (links = 2").json()
    assert "and links > 0" not in told["detail"]


def test_records_come_with_their_provenance(ask: TestClient) -> None:
    profile = get(ask, "profile", target="shop.com").json()
    assert profile["data"]["totals"]["referring_domains"] == 3
    assert profile["provenance"]["generation"] == 1
    assert get(ask, "risk", target="shop.com").json()["data"]["judged_links"] == 4
    [authority] = get(ask, "authority", target="shop.com").json()["data"]
    assert (authority["domain"], authority["found"]) == ("shop.com", True)
    both = get(ask, "authority", target="shop.com,a.com").json()["data"]
    assert [one["domain"] for one in both] == ["shop.com", "a.com"]
    assert get(ask, "info").json()["data"]["links"] == 5
    assert get(ask, "web").json()["data"] == []
    plan = get(ask, "disavow/plan", target="shop.com", date="2026-03-01").json()
    assert (plan["data"]["entries"], plan["data"]["date"]) == ([], "2026-03-01")
    assert plan["notes"] == plan["data"]["says"]
    cost = get(ask, "disavow/simulate", target="shop.com").json()["data"]
    assert cost["disavowed_links"] == 0
    assert get(ask, "disavow/requests", target="shop.com").json()["data"] == []
    assert get(ask, "disavow/dossier", target="shop.com").json()["data"]["target"] == "shop.com"


def test_one_verdict_is_explained_by_its_page_or_its_number(ask: TestClient) -> None:
    [row] = get(ask, "audit", target="shop.com", where="source_domain = b.org").json()["data"]
    [one] = get(ask, "explain", link=row["link_id"]).json()["data"]
    [same] = get(ask, "explain", link="https://b.org/1", target="shop.com").json()["data"]
    assert one == same
    assert (one["verdict"], one["toxicity"]) == (row["verdict"], row["toxicity"])
    assert get(ask, "explain", 400, link="5").json()["detail"].startswith("There is no live link '5'")


def test_a_profile_is_a_page_and_a_plan_is_a_file(ask: TestClient) -> None:
    page = get(ask, "profile", target="shop.com", format="html")
    assert page.text.startswith("<!doctype html>")
    assert "sandbox" in page.headers["content-security-policy"]
    text = get(ask, "disavow/plan", target="shop.com", format="txt")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.headers["content-disposition"] == 'attachment; filename="disavow-plan-shop.com.txt"'


def test_an_unknown_target_is_an_answer(ask: TestClient) -> None:
    assert get(ask, "links", target="nobody.example").json()["data"] == []
    assert get(ask, "links", target="nobody.example").json()["total"] == 0
    assert get(ask, "profile", target="nobody.example").json()["data"]["totals"]["links"] in (0, None)


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("links", 422, "The parameter target is missing."),
        ("links?target=shop.com&lmit=3", 422, "The parameter lmit is not known here."),
        ("links?target=shop.com&limit=x", 422, "The parameter limit must be a whole number."),
        ("links?target=shop.com&limit=-1", 422, "The parameter limit must be at least 0."),
        ("links?target=shop.com&status=gone", 422, "The parameter status must be one of 'live', 'lost', 'all'."),
        ("links?target=shop.com&format=xml", 422, "The parameter format must be one of "),
        ("links?target=a%20b", 400, "'a b' has a blank in it"),
        ("links?target=%00", 400, "'\\x00' is no target"),
        ("links?target=shop.com&where=foo", 400, 'There is no column "foo" here.'),
        ("links?target=shop.com&sort=foo", 400, 'There is no column "foo" here.'),
        ("links?target=shop.com&columns=foo", 400, "There is no column 'foo' here"),
        ("anchors?target=shop.com&columns=foo", 400, "There is no column 'foo' here"),
        ("anchors?target=shop.com&status=lost", 422, "The parameter status must be one of 'live'."),
        ("disavow/plan?target=shop.com&date=tomorrow00", 400, "'tomorrow00' is no day such as 2026-01-31."),
        ("whatif?target=shop.com", 400, "Name at least one domain to gain or to lose."),
        ("authority?target=shop.com&release=x", 400, "There is no web-graph release in "),
        ("authority?target=,", 400, "Name at least one domain: target=example.com."),
        ("sql", 404, "There is nothing at this path"),
        ("", 404, "There is nothing at this path"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_sentence(ask: TestClient, path: str, status: int, detail: str) -> None:
    answer = ask.get(f"/api/v1/{path}")
    document = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert document["detail"].startswith(detail)
    assert (document["status"], document["type"]) == (status, "about:blank")
    assert document["title"]


def test_another_method_is_told_and_a_body_must_say_what_it_is(ask: TestClient) -> None:
    answer = ask.post("/api/v1/links?target=shop.com")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    answer = ask.post("/api/v1/disavow/check", content="text=domain:a.com")
    assert answer.status_code == 415
    answer = ask.post("/api/v1/disavow/check", content="{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["detail"]) == (422, "The body is no JSON.")
    answer = ask.post("/api/v1/disavow/check", json={"text": "", "txt": ""})
    assert (answer.status_code, answer.json()["detail"]) == (422, "The body txt is not known here.")


def test_disavow_files_are_checked_repaired_merged_compared_and_simulated(ask: TestClient) -> None:
    def post(path: str, **body: object):
        answer = ask.post(f"/api/v1/disavow/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    found = post("check", text="domain:a.com\nfoo bar\n")
    assert (found["ok"], found["codes"]) == (False, {"not-an-entry": 1})
    assert post("repair", text="domain:a.com\nfoo bar\n")["entries"] == 1
    assert post("merge", texts=["domain:a.com\n", "domain:b.org\n"])["entries"] == 2
    assert post("diff", before="domain:a.com\n", after="domain:a.com\ndomain:b.org\n")["diff"]["added"]
    found = post("simulate", target="shop.com", text="domain:a.com\n")
    assert (found["disavowed_links"], found["links"]) == (2, 4)


def test_writes_need_permission(ask: TestClient, folder: Path) -> None:
    for path, body in (
        ("reviews", {"target": "shop.com", "decision": "keep", "domains": ["a.com"]}),
        ("reviews/import", {"csv": "target,scope,key,decision\r\n"}),
        ("disavow/sent", {"target": "shop.com", "domains": ["a.com"]}),
    ):
        answer = ask.post(f"/api/v1/{path}", json=body)
        assert answer.status_code == 403
        assert answer.json()["detail"].startswith("This server only reads: start it with --allow-writes")
    assert backlit.reviews(Index.open(folder)).rows() == []


def test_decisions_are_kept_where_they_may_be(tmp_path: Path, make, folder: Path) -> None:
    import shutil

    shutil.copytree(folder, tmp_path / "index")
    ask = make(tmp_path / "index", allow_writes=True)
    answer = ask.post(
        "/api/v1/reviews",
        json={"target": "shop.com", "decision": "disavow", "domains": ["b.org"], "note": "why"},
    )
    assert (answer.status_code, answer.json()["data"]["added"]) == (200, 1)
    rows = get(ask, "reviews", target="shop.com", columns="scope,key,decision,note").json()["data"]
    assert rows == [{"scope": "domain", "key": "b.org", "decision": "disavow", "note": "why"}]
    [row] = get(ask, "audit", target="shop.com", where="source_domain = b.org").json()["data"]
    assert row["decision"] == "disavow"
    exported = get(ask, "reviews", format="csv").text
    ask.post("/api/v1/reviews", json={"target": "shop.com", "decision": "withdraw", "domains": ["b.org"]})
    assert get(ask, "reviews").json()["data"] == []
    again = ask.post("/api/v1/reviews/import", json={"csv": exported}).json()["data"]
    assert (len(again["reviews"]), again["added"]) == (1, 0)
    assert ask.post("/api/v1/reviews/import", json={"csv": "a,b\r\n"}).status_code == 400
    sent = ask.post("/api/v1/disavow/sent", json={"target": "shop.com", "domains": ["b.org"], "way": "mail"})
    assert sent.json()["data"] == {"added": 1}


@pytest.mark.parametrize(
    ("accept", "format_"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("text/*", "csv"),
        ("application/*", "json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "json"),
        ("application/json;q=0.5, application/x-ndjson", "jsonl"),
        ("application/vnd.apache.parquet", "parquet"),
        ("application/vnd.apache.arrow.stream;q=0.9, */*;q=0.1", "arrow"),
        ("text/csv;q=0, application/json", "json"),
    ],
)
def test_the_accept_header_chooses(accept: str | None, format_: str) -> None:
    assert negotiated(accept, FORMATS) == format_


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "nonsense"])
def test_what_no_format_fits_is_told(ask: TestClient, accept: str) -> None:
    with pytest.raises(NotAcceptable):
        negotiated(accept, FORMATS)
    answer = ask.get("/api/v1/links?target=shop.com", headers={"accept": accept})
    assert (answer.status_code, answer.json()["title"]) == (406, "Not Acceptable")


def test_openapi_names_every_route_with_its_meaning(ask: TestClient) -> None:
    document = ask.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for route in ROUTES:
        operation = document["paths"][f"/api/v1{route.path}"][route.method.lower()]
        assert operation["description"].startswith(route.says)
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], parameter
        content = operation["responses"]["200"]["content"]
        assert len(content) == len(route.formats)
    text = json.dumps(document)
    schemas = document["components"]["schemas"]
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(schemas)

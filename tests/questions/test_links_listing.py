"""The listings of a small real index: links, domains, anchors, pages, history, info."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest

from backlit.errors import FilterError, InputError, MissingExtra, TargetError
from backlit.questions import columns
from backlit.questions.anchors import anchors
from backlit.questions.audit import audit
from backlit.questions.domains import domains
from backlit.questions.history import history
from backlit.questions.info import info, snapshots
from backlit.questions.links import links
from backlit.questions.networks import networks
from backlit.questions.pages import pages
from backlit.questions.result import Provenance, Result
from index_rows import batch, crawl, fetch, link, page, publish_batches

SHOP, GUIDE = "https://shop.com/", "https://shop.com/guide"
A1, A2, B1, C1, D1 = (
    "https://a.com/1",
    "https://a.com/2",
    "https://b.org/1",
    "https://c.net/1",
    "https://d.net/1",
)


def first_crawl():
    return crawl(
        [
            link(A1, SHOP, "2026-01-05", anchor="Shop"),
            link(A1, GUIDE, "2026-01-05", anchor="the guide", placement="nav"),
            link(A2, SHOP, "2026-01-05", anchor="", kind="image", alt="logo"),
            link(B1, SHOP, "2026-01-05", anchor="shop.com", rel="nofollow", follow=False, placement=None),
            link(C1, GUIDE, "2026-01-05", anchor="click here", hidden=True),
            link(D1, GUIDE, "2026-01-05", anchor="read more"),
            link(D1, "https://elsewhere.org/", "2026-01-05"),
            link("https://e.org/1", A1, "2026-01-05"),
        ],
        "2026-01-05",
    )


def second_crawl():
    return batch(
        [
            link(A1, SHOP, "2026-02-10", anchor="Shop"),
            link(A2, GUIDE, "2026-02-10", anchor="a new guide"),
        ],
        [page(A1, "2026-02-10"), page(A2, "2026-02-10"), page(D1, "2026-02-10", status=404)],
        [fetch(A1, "2026-02-10"), fetch(A2, "2026-02-10"), fetch(D1, "2026-02-10", "gone")],
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    path = tmp_path_factory.mktemp("listing") / "index"
    publish_batches(path, [first_crawl()])
    return publish_batches(path, [second_crawl()])


def short(result, *names):
    return [tuple(row[name] for name in names) for row in result.rows()]


def by_source(result):
    return sorted(short(result, "source_url", "target_url"))


LIVE = [(A1, SHOP), (A2, GUIDE), (B1, SHOP), (C1, GUIDE)]
LOST = [(A1, GUIDE), (A2, SHOP), (D1, GUIDE)]


def test_links_are_live_unless_asked_otherwise(index):
    assert by_source(links(index, "shop.com")) == LIVE
    assert by_source(links(index, "shop.com", status="lost")) == LOST
    assert by_source(links(index, "shop.com", status="all")) == sorted(LIVE + LOST)


def test_a_filter_about_loss_looks_at_lost_links_too(index):
    assert by_source(links(index, "shop.com", "lost_reason = gone")) == [(D1, GUIDE)]
    assert by_source(links(index, "shop.com", "lost_at is null")) == LIVE
    assert by_source(links(index, "shop.com", "lost_at >= 2026-02-10", limit=10)) == LOST


def test_links_of_a_page_of_a_host_and_of_a_prefix(index):
    assert by_source(links(index, "https://shop.com/guide")) == [(A2, GUIDE), (C1, GUIDE)]
    assert by_source(links(index, "https://shop.com/g*")) == [(A2, GUIDE), (C1, GUIDE)]
    assert by_source(links(index, "nobody.example", limit=5)) == []


def test_unknown_placement_is_neither_content_nor_something_else(index):
    assert by_source(links(index, "shop.com", "placement = content")) == [
        (A1, SHOP),
        (A2, GUIDE),
        (C1, GUIDE),
    ]
    assert by_source(links(index, "shop.com", "placement != content")) == []
    assert by_source(links(index, "shop.com", "placement is null")) == [(B1, SHOP)]


def test_the_strongest_source_comes_first_and_ties_go_by_link_id(index):
    rows = links(index, "shop.com").rows()
    keys = [(-row["source_authority"], row["link_id"]) for row in rows]
    assert keys == sorted(keys)
    assert rows[0]["source_domain"] == "a.com"  # the only source that is linked to itself


def test_paging_streaming_and_fetching_by_id_agree(index):
    streamed = links(index, "shop.com", status="all")
    whole = streamed.rows()
    paged = [
        row
        for offset in range(0, 9, 2)
        for row in links(index, "shop.com", None, None, 2, offset, status="all").rows()
    ]
    assert paged == whole
    assert links(index, "shop.com", limit=3).schema == links(index, "shop.com").schema


def test_totals_count_the_rows_before_the_limit(index):
    assert links(index, "shop.com", limit=2).total == 4
    assert links(index, "shop.com", limit=10).total == 4
    assert links(index, "shop.com", limit=1, status="all").total == 7
    assert links(index, "shop.com", "follow", limit=1).total == 3
    assert links(index, "shop.com", limit=2, offset=50).total == 4
    assert links(index, "shop.com").total == 4
    assert links(index, "nobody.example", limit=2).total == 0
    assert domains(index, "shop.com", limit=1).total == 3
    assert domains(index, "shop.com", limit=1, offset=9).total == 3
    assert domains(index, "nobody.example").total == 0


def test_only_the_columns_asked_for(index):
    wanted = ["anchor", "source_authority", "source_url"]
    assert links(index, "shop.com", limit=1, columns=wanted).columns == wanted
    assert links(index, "shop.com", columns=wanted).columns == wanted
    with pytest.raises(InputError, match="There is no column 'ancor' here"):
        links(index, "shop.com", columns=["ancor"])


def test_a_sort_puts_the_unknown_last(index):
    found = links(index, "shop.com", sort="placement desc, source_url", limit=10)
    assert short(found, "placement", "source_url") == [
        ("content", A1),
        ("content", A2),
        ("content", C1),
        (None, B1),
    ]


def test_referring_domains(index):
    found = domains(index, "shop.com", sort="source_domain")
    assert short(found, "source_domain", "links", "follow_links", "content_links", "lost_links", "pages") == [
        ("a.com", 2, 2, 2, 2, 2),
        ("b.org", 1, 0, None, 0, 1),
        ("c.net", 1, 1, 1, 0, 1),
    ]
    assert short(domains(index, "shop.com", status="lost"), "source_domain", "links", "lost_links") == [
        ("d.net", 0, 1)
    ]
    assert len(domains(index, "shop.com", status="all")) == 4
    assert domains(index, "shop.com").rows()[0]["source_domain"] == "a.com"


def test_anchors_carry_their_class(index):
    found = anchors(index, "shop.com", sort="anchor")
    assert short(found, "anchor", "class", "links") == [
        ("Shop", "brand", 1),
        ("a new guide", "other", 1),
        ("click here", "generic", 1),
        ("shop.com", "bare address", 1),
    ]
    assert found.columns == [name for name, _, _ in columns.ANCHORS]


def test_anchors_can_be_filtered_and_sorted_by_class(index):
    assert short(anchors(index, "shop.com", "class = generic"), "anchor", "class") == [
        ("click here", "generic")
    ]
    assert short(anchors(index, "shop.com", sort="class desc", limit=2), "class") == [
        ("other",),
        ("generic",),
    ]
    assert anchors(index, "shop.com", "class in (brand, generic)", limit=1).total == 2
    assert anchors(index, "shop.com", "class = generic").schema == anchors(index, "shop.com").schema


def test_pages_of_the_target(index):
    found = pages(index, "shop.com")
    assert short(found, "target_url", "links", "referring_domains", "lost_links") == [
        (SHOP, 2, 2, 1),
        (GUIDE, 2, 2, 2),
    ]
    assert short(pages(index, "shop.com", "lost_links > 1"), "target_url") == [(GUIDE,)]


def test_history_by_month_with_what_stands_at_the_end_of_each(index):
    found = history(index, "shop.com", sort="period")
    names = ("period", "new_links", "lost_links", "links", "new_domains", "lost_domains", "referring_domains")
    assert short(found, *names) == [("2026-01", 6, 0, 6, 4, 0, 4), ("2026-02", 1, 3, 4, 0, 1, 3)]
    assert short(found, "lost_removed", "lost_gone") == [(0, 0), (2, 1)]


def test_history_by_day_and_year_latest_first(index):
    assert short(history(index, "shop.com", by="day"), "period") == [("2026-02-10",), ("2026-01-05",)]
    assert short(history(index, "shop.com", by="year"), "period", "new_links", "links") == [("2026", 7, 4)]
    assert short(history(index, "shop.com", "period >= 2026-02"), "period", "links") == [("2026-02", 4)]
    with pytest.raises(InputError, match="by day, month or year"):
        history(index, "shop.com", by="week")


def test_links_of_unknown_first_sight_stand_from_the_beginning(tmp_path):
    rows = [link(A1, SHOP, "2026-01-05"), link(B1, SHOP, None, last_seen=None, depth=1)]
    index = publish_batches(tmp_path / "index", [batch(rows)])
    names = ("period", "new_links", "links", "new_domains", "referring_domains")
    assert short(history(index, "shop.com"), *names) == [("2026-01", 1, 2, 1, 2)]


def test_every_listing_has_the_documented_columns(index):
    for name, question in {
        "links": links,
        "domains": domains,
        "anchors": anchors,
        "pages": pages,
        "history": history,
    }.items():
        assert question(index, "shop.com", limit=1).columns == [n for n, _, _ in columns.LISTINGS[name]]


@pytest.mark.parametrize("name", list(columns.LISTINGS))
def test_every_column_of_every_listing_can_be_filtered_and_sorted(index, name):
    question = {
        "links": links,
        "domains": domains,
        "anchors": anchors,
        "pages": pages,
        "history": history,
        "audit": audit,
        "networks": networks,
    }[name]
    for column, kind, _ in columns.LISTINGS[name]:
        value = {"text": "'x'", "integer": "1", "number": "1.5", "boolean": "true", "time": "2026-01"}[kind]
        if column in columns.CHOICES:
            value = columns.CHOICES[column][0]
        op = "=" if kind == "boolean" else "<="
        question(index, "shop.com", f"{column} {op} {value} or {column} is null", f"{column} desc", 5)


def test_a_wrong_question_is_refused_with_a_sentence(index):
    with pytest.raises(FilterError, match='no column "autority"'):
        links(index, "shop.com", "autority > 3")
    with pytest.raises(FilterError, match="no column"):
        domains(index, "shop.com", sort="anchor")
    with pytest.raises(InputError, match="whole numbers from 0 up"):
        links(index, "shop.com", limit=-1)
    with pytest.raises(InputError, match="live, lost or all"):
        links(index, "shop.com", status="dead")
    with pytest.raises(InputError, match="live, lost or all"):
        domains(index, "shop.com", status="dead")
    with pytest.raises(TargetError):
        links(index, "not a target")


def test_every_result_tells_where_it_comes_from(index):
    for found in (links(index, "shop.com", limit=1), links(index, "shop.com"), anchors(index, "shop.com")):
        assert (found.origins, found.data_date, found.generation) == (("warc",), "2026-02-10", 2)
    assert found.provenance.line == "Origin: warc · data of 2026-02-10 · generation 2"


def test_an_open_reader_serves_several_questions(index):
    with index.reader() as reader:
        assert len(links(reader, "shop.com")) == 4
        assert len(domains(reader, "shop.com")) == 3
        assert reader.query("SELECT 1 AS one").to_pylist() == [{"one": 1}]


def test_info_counts_what_the_index_holds(index):
    found = info(index)
    assert (found.generation, found.data_date, found.origins) == (2, "2026-02-10", ["warc"])
    assert (found.links, found.source_domains, found.target_domains) == (9, 4, 2)  # live links only
    assert [row["date"] for row in found.snapshots] == ["2026-01-05", "2026-02-10"]
    assert found.bytes == sum(table.bytes for table in found.tables)
    assert snapshots(index).columns == [name for name, _, _ in columns.SNAPSHOTS]


PROVENANCE = Provenance(("warc",), "2026-01-01", 3)


def test_a_result_in_every_shape():
    table = pa.table({"a": [1, None], "b": ["x", None]})
    found = Result(table, PROVENANCE, total=9, notes=["a note"])
    assert found.rows() == [{"a": 1, "b": "x"}, {"a": None, "b": None}] == list(found)
    assert found.arrow() is table
    assert found.df()["a"].isna().tolist() == [False, True]
    assert (len(found), found.columns, found.total, found.notes) == (2, ["a", "b"], 9, ("a note",))


def test_polars_or_the_word_that_it_is_missing():
    found = Result(pa.table({"a": [1]}), PROVENANCE)
    try:
        import polars  # noqa: F401
    except ImportError:
        with pytest.raises(MissingExtra, match="polars"):
            found.pl()
    else:
        assert found.pl().to_dicts() == [{"a": 1}]


def test_a_streaming_result_gives_its_rows_once():
    table = pa.table({"a": [1, 2, 3]})
    found = Result(lambda: iter(table.to_batches(max_chunksize=1)), PROVENANCE, schema=table.schema)
    assert [batch.num_rows for batch in found.batches()] == [1, 1, 1]
    with pytest.raises(Exception, match="ask again"):
        found.rows()
    with pytest.raises(ValueError, match="need their schema"):
        Result(lambda: iter([]), PROVENANCE)


def test_times_are_utc_without_a_zone(index):
    (row,) = links(index, "shop.com", "source_domain = c.net").rows()
    assert row["first_seen"] == datetime(2026, 1, 5)


def test_several_threads_ask_one_reader(index):
    from concurrent.futures import ThreadPoolExecutor

    with index.reader() as reader, ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(links, reader, "shop.com", limit=10) for _ in range(40)]
        asked += [pool.submit(anchors, reader, "shop.com", "class = generic") for _ in range(20)]
        answers = [future.result().rows() for future in asked]
    assert all(answer == answers[0] for answer in answers[:40])
    assert all(answer == answers[40] for answer in answers[40:])

"""SQL over the index reads the index, and nothing else, and never writes."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from backlit.errors import InputError
from backlit.questions import columns
from backlit.questions.sql import sql
from index_rows import crawl, link, publish_batches


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    rows = [
        link("https://a.com/1", "https://x.org/", "2026-01-01"),
        link("https://b.com/1", "https://x.org/", "2026-01-01"),
    ]
    return publish_batches(tmp_path_factory.mktemp("sql") / "index", [crawl(rows, "2026-01-01")])


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A Parquet and a text file that are not of the index."""
    folder = tmp_path_factory.mktemp("outside")
    duckdb.sql("SELECT 42 AS secret").write_parquet(str(folder / "secret.parquet"))
    (folder / "secret.csv").write_text("secret\n42\n")
    return folder


def everything(folder):
    return sorted((str(p.relative_to(folder)), p.stat().st_size) for p in folder.rglob("*"))


def test_the_views_have_the_documented_columns(index):
    for view, table in columns.VIEWS.items():
        assert sql(index, f"select * from {view}").columns == [name for name, _, _ in table]


def test_a_statement_streams_its_rows(index):
    found = sql(index, "select source_domain, count(*) as n from links group by all order by all")
    assert found.rows() == [{"source_domain": "a.com", "n": 1}, {"source_domain": "b.com", "n": 1}]
    assert found.generation == 1


@pytest.mark.parametrize(
    "statement",
    [
        "select 1",
        "SELECT 1;",
        "with t as (select 1 as x) select x from t",
        "with recursive t as (select 1 as x union all select x + 1 from t where x < 3) select * from t",
        "from links select source_url",
        "values (1), (2)",
        "select 1 union all select 2",
        "describe links",
        "summarize select 1",
        "show tables",
        "explain select * from links",
        "explain analyze select count(*) from links",
        "explain (format json) select 1",
        "select * from range(3)",
        "select unnest(string_split(rel, ' ')) from links",
        "select l.source_url from links l join pages p on p.url = l.source_url",
        "select * from (pivot (select 1 as a, 2 as b) on a in (1) using count(*))",
        "select table_name from information_schema.tables",
        "-- a comment\nselect 1",
    ],
)
def test_statements_that_read_are_let_through(index, statement):
    sql(index, statement).arrow()


@pytest.mark.parametrize(
    "statement",
    [
        "",
        "-- nothing",
        "select 1; select 2",
        "copy (select 1) to '{data}/x.csv'",
        "with a as (copy (select 1) to '{data}/x.csv') select 1",
        "select (with a as (copy (select 1) to '{data}/x.csv') select 1)",
        "select * from (with a as (copy (select 1) to '{data}/x.csv') select 1)",
        "explain analyze copy (select 1) to '{data}/x.csv'",
        "explain analyze with a as (copy (select 1) to '{data}/x.csv') select 1",
        "explain (analyze, format json) copy (select 1) to '{data}/x.csv'",
        "explain /* */ analyze /* */ copy (select 1) to '{data}/x.csv'",
        "from query('with a as (copy (select 1) to ''{data}/x.csv'') select 1')",
        "from main.\"QUERY\"('select 1')",
        "from json_execute_serialized_sql(json_serialize_sql('select 1'))",
        "from query_table('links')",
        "from enable_profiling()",
        "from enable_logging()",
        "from checkpoint()",
        "from arrow_scan(1, 2, 3)",
        "select write_log('x')",
        "set enable_external_access = true",
        "reset lock_configuration",
        "pragma database_list",
        "call pragma_version()",
        "attach '{outside}/new.db'",
        "install httpfs",
        "load httpfs",
        "create table t as select 1",
        "create macro m() as 1",
        "insert into links select 1",
        "with a as (insert into links select 1) select 1",
        "with a as (delete from links) select 1",
        "update links set anchor = ''",
        "drop view links",
        "export database '{outside}/dump'",
        "use memory",
        "checkpoint",
        "vacuum",
        "begin",
        "prepare p as select 1",
        "select",
        "select * from nothing",
        "select nothing from links",
        "select 'x'::integer",
        "select \ud800",
        "select " + "(" * 3000 + "1" + ")" * 3000,
    ],
)
def test_statements_that_do_more_than_read_are_refused(index, outside, statement):
    before = everything(index.path), everything(outside)
    with pytest.raises(InputError):
        sql(
            index, statement.replace("{data}", str(index.path / "data")).replace("{outside}", str(outside))
        ).arrow()
    assert (everything(index.path), everything(outside)) == before


FILES = [
    "read_text('/etc/passwd')",
    "read_blob('/etc/passwd')",
    "read_csv('/etc/passwd')",
    "read_json('/etc/passwd')",
    "sniff_csv('/etc/passwd')",
    "glob('/etc/*')",
    "read_text('{data}/../../../../../../etc/passwd')",
    "read_text('{index}/manifest.json')",
    "read_parquet('{outside}/secret.parquet')",
    "parquet_scan('{outside}/secret.parquet')",
    "parquet_metadata('{outside}/secret.parquet')",
    "parquet_schema('{outside}/secret.parquet')",
    "read_csv('{outside}/secret.csv')",
    "'{outside}/secret.parquet'",
    "'{outside}/secret.csv'",
    "'/etc/passwd'",
    "read_parquet('https://example.com/x.parquet')",
    "'https://example.com/x.parquet'",
]


@pytest.mark.parametrize("source", FILES)
def test_no_other_file_can_be_read(index, outside, source):
    source = source.format(data=index.path / "data", index=index.path, outside=outside)
    with pytest.raises(InputError):
        sql(index, f"select * from {source}").arrow()


@pytest.mark.parametrize("source", FILES)
def test_the_readers_own_wall_holds_without_the_guard(index, outside, source):
    source = source.format(data=index.path / "data", index=index.path, outside=outside)
    with index.reader() as reader, pytest.raises(duckdb.Error):
        reader.con.sql(f"select * from {source}").fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "set lock_configuration = false",
        "reset allowed_directories",
        "pragma enable_profiling",
    ],
)
def test_the_readers_configuration_is_locked(index, statement):
    with index.reader() as reader, pytest.raises(duckdb.Error):
        reader.con.execute(statement)


def test_python_variables_are_no_tables(index):
    secret = pa.table({"secret": [42]})
    with pytest.raises(InputError, match="secret does not exist"):
        sql(index, "select * from secret")
    assert secret.num_rows == 1


def test_an_error_while_rows_stream_is_ours(index):
    with pytest.raises(InputError, match="Could not convert"):
        sql(index, "select anchor::integer from links").arrow()


def test_the_index_can_be_asked_again_after_an_error(index):
    with index.reader() as reader:
        with pytest.raises(InputError):
            sql(reader, "select nothing")
        assert sql(reader, "select count(*) as n from links").rows() == [{"n": 2}]
        assert sql(reader, "select count(*) as n from links").rows() == [{"n": 2}]

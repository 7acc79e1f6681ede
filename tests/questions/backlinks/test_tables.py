"""Tables of single links are made once, kept within bounds, and never dropped while in use."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from backlit.index import Reader
from backlit.questions.backlinks import tables
from backlit.questions.backlinks.scope import Condition, Scope
from backlit.questions.backlinks.selection import make_ready, selection
from backlit.settings import default
from backlit.web.target import Target
from small_webs import FIRST, SECOND, harvest, published, web_link


@pytest.fixture
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    links = [web_link(f"https://s{n}.org/", f"https://t{n % 3}.com/", FIRST) for n in range(9)]
    with published(tmp_path_factory.mktemp("index") / "index", [harvest(FIRST, links)]).reader() as found:
        yield found


def scope(name: str, **more: object) -> Scope:
    return Scope(Target.parse(name), **more)  # type: ignore[arg-type]


def test_a_scope_is_read_once_whatever_the_scale(reader: Reader) -> None:
    with (
        selection(reader, scope("t0.com")) as one,
        selection(reader, scope("t0.com", rank_scale="one_hundred")) as two,
    ):
        assert one.table == two.table
    filtered = scope("t0.com", condition=Condition('"rank" > ?', (1,)))
    with selection(reader, filtered) as three:
        assert three.table != one.table


def test_what_is_not_in_use_is_dropped_beyond_the_bound(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = msgspec.structs.replace(
        default(), backlinks=msgspec.structs.replace(default().backlinks, cache_bytes=1)
    )
    monkeypatch.setattr(tables, "default", lambda: small)
    with selection(reader, scope("t0.com")) as held:
        with selection(reader, scope("t1.com")) as other:
            other.relation("summary")
        assert held.fetch(f"SELECT count(*) FROM {held.table}") == [(3,)]
        assert _names(reader) == {held.table}
    assert _names(reader) == set()


def test_a_new_generation_is_made_ready_with_what_is_kept_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [web_link(f"https://s{n}.org/", f"https://t{n % 3}.com/", FIRST) for n in range(9)]
    folder = tmp_path / "index"
    with (
        published(folder, [harvest(FIRST, links)]).reader() as old,
        published(
            folder, [harvest(SECOND, [web_link("https://n.org/", "https://t0.com/", SECOND)])]
        ).reader() as new,
    ):
        for name, more in (("t1.com", {}), ("t0.com", {}), ("t0.com", {"rank_scale": "one_hundred"})):
            with selection(old, scope(name, **more)) as chosen:
                chosen.relation("anchors" if more else "summary")
        make_ready(old, new, lambda: not tables.kept(new).tables)
        assert [table.scope.domain for table in tables.kept(new).tables.values()] == ["t0.com"]
        make_ready(old, new, lambda: True)
        assert [(table.scope.domain, list(table.counted)) for table in tables.kept(new).tables.values()] == [
            ("t0.com", [("summary", "one_thousand"), ("anchors", "one_hundred")]),
            ("t1.com", [("summary", "one_thousand")]),
        ]
        with selection(new, scope("t0.com")) as chosen:
            assert chosen.fetch(f"SELECT count(*) FROM {chosen.table}") == [(4,)]


def test_many_threads_may_ask_for_one_scope_at_once(reader: Reader) -> None:
    found: list[object] = []

    def ask() -> None:
        with selection(reader, scope("t2.com")) as chosen:
            found.append(chosen.fetch(f"SELECT backlinks FROM ({chosen.relation('summary').sql})"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[(3,)]] * 8
    assert tables.kept(reader).made == 1


def _names(reader: Reader) -> set[str]:
    rows = reader.query(
        "SELECT schema_name || '.' || table_name AS name FROM duckdb_tables() WHERE schema_name = 'backlinks'"
    )
    return set(rows["name"].to_pylist())

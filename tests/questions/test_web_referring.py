"""Listings and profiles of a release choose, order and count before they name; the answers are those of naming all."""

from __future__ import annotations

import duckdb
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backlit
import release_files as made
from backlit.authority import stored
from backlit.errors import FilterError
from backlit.index.filters import read_filter, read_sort
from backlit.questions.columns import WEB_REFERRING, columns
from backlit.questions.profile_data import Facet, Value
from backlit.questions.web_reader import WebReader, web_reader
from backlit.questions.web_referring import _largest
from backlit.release.release import Release, open_release
from backlit.work.web_import import web_import
from backlit.work.web_rank import web_rank

NAMES = [
    "1.0.0.127", "com.example", "com.shop", "com.shop-two", "de.shop", "de.xn--mnchen-3ya", "edu.school", "gov.state",
    "target", "uk.co.bank", "uk.co.shop", "uk.co", "uk.co-op",
]  # fmt: skip
NAMES.sort(key=str.encode)
TARGET = NAMES.index("com.example")
#: Everybody links to example.com; the school and the state give rank, and bank.co.uk has it of both.
EDGES = [
    *((n, TARGET) for n in range(len(NAMES)) if n != TARGET),
    *((NAMES.index(a), NAMES.index(b)) for a, b in (
        ("gov.state", "edu.school"), ("edu.school", "gov.state"), ("gov.state", "uk.co.bank"),
        ("edu.school", "uk.co.bank"), ("edu.school", "de.shop"), ("uk.co.bank", "com.shop"),
    )),
]  # fmt: skip


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> WebReader:
    folder = tmp_path_factory.mktemp("web")
    web_import(folder / "i", *made.files(folder / "f", names=NAMES, edges=EDGES, ranks=None), threads=1)
    web_rank(folder / "i", threads=1)
    found = web_reader(folder / "i")
    assert found is not None
    return found


def plain(name: str) -> str:
    return ".".join(name.split(".")[::-1])


def listed(reader: WebReader, where: str | None = None, sort: str | None = None, **page: int) -> list[str]:
    found = backlit.domains(reader, "example.com", where, sort, **page)
    return [row["source_domain"] for row in found.rows()]


def by_naming_all(reader: WebReader, where: str | None, sort: str) -> list[str]:
    """The answer of one statement over the whole table, names and all."""
    referring = reader.referring("example.com")
    con = duckdb.connect()
    con.register("given", referring.table(referring.nodes).append_column("node", [referring.nodes]))
    known = columns(WEB_REFERRING)
    condition, values = ("true", []) if where is None else read_filter(where, known).sql()
    order = read_sort(sort, known).sql(["node"])
    rows = con.execute(
        f"SELECT source_domain FROM given WHERE {condition} ORDER BY {order}", values
    ).fetchall()
    return [name for (name,) in rows]


FILTERS = [
    'source_domain = "shop.de"', "source_domain != shop.de", "source_domain in (shop.de, nobody.test, bank.co.uk)",
    'source_domain like "%.co.uk"', 'source_domain like "%shop.co.uk"', 'source_domain like "shop.de"',
    'source_domain like "sh_p.de"', 'source_domain like "%"', 'source_domain ilike "%.DE"',
    'source_domain endswith ".uk"', 'source_domain endswith "op.uk"', "source_domain endswith uk",
    'source_domain not endswith ".de"', "source_domain contains shop", 'source_domain matches "^[a-m]"',
    'source_domain < "m"', "source_domain is null", 'source_domain endswith "."', 'source_domain = "a\\\\b"',
    'source_domain = "127.0.0.1"', 'source_domain endswith ".0.1"', "source_domain endswith target",
    "source_authority >= 2", "source_authority = 1", "source_referring_domains > 0", "source_hosts between 3 and 6",
    "source_pagerank < 1", "source_trust is known", "links > 3", "links is null", "last_seen >= 2026",
]  # fmt: skip
FILTER = st.recursive(
    st.sampled_from(FILTERS),
    lambda inner: st.tuples(inner, st.sampled_from(["and", "or", "and not", "or not"]), inner).map(
        lambda three: f"({three[0]}) {three[1]} ({three[2]})"
    ),
    max_leaves=4,
)
SORT = st.sampled_from(
    [
        "source_authority desc", "source_authority", "source_domain desc", "source_referring_domains, source_domain",
        "links desc, source_pagerank", "source_hosts desc", "source_trust desc",
    ]
)  # fmt: skip


@pytest.mark.parametrize("where", FILTERS)
def test_a_filter_finds_what_it_finds_among_all_names(reader: WebReader, where: str) -> None:
    assert listed(reader, where) == by_naming_all(reader, where, "source_authority desc")


@settings(deadline=None, max_examples=60)
@given(where=st.none() | FILTER, sort=SORT, limit=st.none() | st.integers(0, 9), offset=st.integers(0, 5))
def test_filters_and_orders_together_too(
    reader: WebReader, where: str | None, sort: str, limit: int | None, offset: int
) -> None:
    found = backlit.domains(reader, "example.com", where, sort, limit, offset)
    every = by_naming_all(reader, where, sort)
    assert found.total == len(every)
    end = None if limit is None else offset + limit
    assert [row["source_domain"] for row in found.rows()] == every[offset:end]


def test_a_filter_by_tld_is_exact_and_reads_only_the_names_it_shows(
    reader: WebReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts_of = Release.texts_of

    def few(release: Release, nodes: npt.NDArray[np.int64]) -> object:
        assert len(nodes) <= 2
        return texts_of(release, nodes)

    monkeypatch.setattr(Release, "texts_of", few)
    assert listed(reader, 'source_domain endswith ".co.uk"') == ["bank.co.uk", "shop.co.uk"]
    assert listed(reader, 'source_domain like "%.de" and source_authority > 1') == ["shop.de"]
    assert listed(reader, "source_domain in (shop.de, gone.test)") == ["shop.de"]
    with pytest.raises(AssertionError):
        listed(reader, "source_domain contains shop")


def test_rows_tell_what_the_release_knows(reader: WebReader) -> None:
    [row] = backlit.domains(reader, "example.com", "source_domain = shop.de").rows()
    release = open_release(reader.path)
    node = release.id_of("shop.de")
    scores = {name: release.score(name) for name in ("authority", "pagerank")}
    assert row == dict.fromkeys([name for name, _, _ in WEB_REFERRING]) | {
        "source_domain": "shop.de",
        "source_authority": float(scores["authority"][node]),
        "source_referring_domains": 1,
        "source_hosts": NAMES.index("de.shop") + 1,
        "source_pagerank": float(scores["pagerank"][node]),
        "source_trust": row["source_trust"],
    }


def test_lost_domains_are_none_and_a_wrong_column_is_said(reader: WebReader) -> None:
    lost = backlit.domains(reader, "example.com", status="lost")
    assert (lost.rows(), lost.total) == ([], 0)
    with pytest.raises(FilterError, match="no column"):
        backlit.domains(reader, "example.com", "nosuch > 3")


def test_a_profile_counts_tlds_and_bands_in_domains(reader: WebReader) -> None:
    found = backlit.profile(reader, "example.com")
    values = [
        ("uk", 4), ("com", 2), ("de", 2), ("edu", 1), ("gov", 1),
    ]  # fmt: skip
    assert found.facets["tld"] == Facet(
        name="tld",
        known=10,
        unknown=2,
        distinct=5,
        effective=4.3528,
        values=[Value(value=tld, links=None, referring_domains=n, share=n / 10) for tld, n in values],
    )
    referring = reader.referring("example.com").authority()
    assert referring is not None
    assert sum(band.referring_domains for band in found.bands) == 12
    assert [row.authority for row in found.referring_domains] == sorted(referring.tolist(), reverse=True)[:10]
    assert found.concentration.top_domain is None
    assert "uk" in found.to_html()


def test_places_are_those_of_the_ranking_also_where_they_were_not_kept(
    reader: WebReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["gov.state", "uk.co.bank", "de.shop", "uk.co.shop"]
    kept = [reader.standing(plain(name)) for name in names]
    monkeypatch.setattr(stored, "POSITION", "nobody_kept_it")
    assert [reader.standing(plain(name)) for name in names] == kept
    ranks = np.asarray(reader.release.score("graph_rank"))
    for name, found in zip(names, kept, strict=True):
        [row] = reader.release.graph_ids(np.array([NAMES.index(name)])).tolist()
        assert found["rank"] == 1 + int((ranks > ranks[row]).sum())


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([1.0, 1.5, 7.0, 60.0, np.nan]), max_size=40),
    st.integers(0, 12),
    st.integers(0, 12),
)
def test_the_largest_are_those_of_sorting_all(values: list[float], limit: int, offset: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("backlit.questions.web_referring._FEW", 0)
        found = _largest(np.array(values), limit, offset).tolist()
    ordered = sorted(range(len(values)), key=lambda i: (-np.nan_to_num(values[i], nan=-np.inf), i))
    assert found == ordered[offset : offset + limit]

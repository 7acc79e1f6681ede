"""The tables of fields hold what the service's own client reads, to the letter."""

from __future__ import annotations

import importlib
import re
import typing
from types import ModuleType

import pytest

from backlit.server.dataforseo import fields
from backlit.server.dataforseo.endpoints import ENDPOINTS
from backlit.server.dataforseo.fields import Table
from backlit.server.dataforseo.rows import Shape, select_list

client = pytest.importorskip("dataforseo_client", reason="the service's own client is not installed")

#: Items by the client's names, and the keys that an answer takes from the request and not from a relation.
ITEMS = {
    "BacklinksSummaryLiveResultInfo": (fields.SUMMARY, {"target"}),
    "BacklinksHistoryLiveItem": (fields.HISTORY, set()),
    "BacklinksBacklinksLiveItem": (fields.BACKLINKS, set()),
    "BacklinksAnchorsLiveItem": (fields.ANCHORS, set()),
    "BacklinksDomainPagesLiveItem": (fields.PAGES, set()),
    "BacklinksDomainPagesSummaryLiveItem": (fields.PAGES_SUMMARY, set()),
    "BacklinksReferringDomainsLiveItem": (fields.DOMAINS, set()),
    "BacklinksReferringNetworksLiveItem": (fields.NETWORKS, set()),
    "BacklinksCompetitorsLiveItem": (fields.COMPETITORS, set()),
    "BacklinksDomainIntersection": (fields.DOMAIN_INTERSECTION, set()),
    "BacklinksPageIntersection": (fields.PAGE_INTERSECTION, set()),
    "BacklinksTimeseriesSummaryLiveItem": (fields.SERIES, set()),
    "BacklinksTimeseriesNewLostSummaryLiveItem": (fields.NEW_LOST, set()),
    "BacklinksBulkRanksLiveItem": (fields.BULK_RANKS, {"target"}),
    "BacklinksBulkBacklinksLiveItem": (fields.BULK_BACKLINKS, {"target"}),
    "BacklinksBulkSpamScoreLiveItem": (fields.BULK_SPAM, {"target"}),
    "BacklinksBulkReferringDomainsLiveItem": (fields.BULK_DOMAINS, {"target"}),
    "BacklinksBulkNewLostBacklinksLiveItem": (fields.BULK_NEW_LOST, {"target"}),
    "BacklinksBulkNewLostReferringDomainsLiveItem": (fields.BULK_NEW_LOST_DOMAINS, {"target"}),
    "BacklinksBulkPagesSummaryLiveItem": (fields.BULK_PAGES, {"url"}),
}


def module_of(name: str) -> ModuleType:
    file = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return importlib.import_module(f"dataforseo_client.models.{file}")


def model(name: str) -> typing.Any:
    return getattr(module_of(name), name)


def inner(annotation: typing.Any) -> str:
    """The kind of field that an annotation stands for; of a model its name."""
    text = re.sub(r"Annotated\[(\w+), [^\]]*\]", r"\1", str(annotation))
    text = re.sub(r"typing\.|<class '([\w.]+)'>", lambda found: found[1] or "", text)
    while (found := re.fullmatch(r"Optional\[(.*)\]", text)) is not None:
        text = found[1]
    text = text.replace("Optional[str]", "str").replace("Optional[int]", "int")
    known = {
        "str": "str", "int": "num", "bool": "bool", "List[str]": "array.str",
        "Dict[str, int]": "map.num", "Any": "map.num", "Dict[str, str]": "map.str",
    }  # fmt: skip
    if text in known:
        return known[text]
    if "List[" in text:
        return "objects"
    return text.rpartition(".")[2]


def expected(cls: typing.Any) -> dict[str, str]:
    """Dotted names and kinds of a model, objects within taken apart."""
    found: dict[str, str] = {}
    for name, field in cls.model_fields.items():
        if name == "additional_properties":
            continue
        kind = inner(field.annotation)
        if kind[0].isupper():
            found |= {f"{name}.{key}": each for key, each in expected(model(kind)).items()}
        else:
            found[name] = kind
    return found


def shown(table: Table) -> dict[str, str]:
    # Times are texts to the client.
    kinds = {field.name: "str" if field.kind == "time" else field.kind for field in table.fields}
    return kinds if table.type is None else {"type": "str", **kinds}


@pytest.mark.parametrize("name", ITEMS)
def test_a_table_has_the_fields_of_the_clients_model(name: str) -> None:
    table, asked = ITEMS[name]
    wanted = {key: kind for key, kind in expected(model(name)).items() if key not in asked}
    assert shown(table) == wanted


@pytest.mark.parametrize("name", ITEMS)
def test_an_item_without_any_data_has_every_key_and_is_read_by_the_client(name: str) -> None:
    table, asked = ITEMS[name]
    item = Shape(table).item([None] * len(table.fields))
    cls = model(name)
    assert set(item) | asked == set(getattr(cls, f"_{name}__properties"))
    assert cls.from_dict(item).additional_properties == {}


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.parameters], ids=lambda e: e.function)
def test_an_endpoint_takes_the_parameters_of_the_clients_request(endpoint: typing.Any) -> None:
    words = endpoint.path.removeprefix("backlinks/").replace("/", "_")
    name = "Backlinks" + "".join(word.capitalize() for word in words.split("_")) + "RequestInfo"
    wanted = set(model(name).model_fields) - {"additional_properties"}
    assert set(endpoint.known) == wanted


def test_there_are_twenty_four_endpoints_of_backlinks() -> None:
    assert len([endpoint for endpoint in ENDPOINTS if endpoint.api == "backlinks"]) == 24


def test_the_filters_advertised_are_those_the_tables_understand() -> None:
    filters = fields.available_filters()
    wanted = set(model("BacklinksAvailableFiltersResultInfo").model_fields) - {"additional_properties"}
    assert set(filters) == wanted
    kinds = {kind for listed in filters.values() for kind in listed.values()}
    assert kinds == {"str", "num", "bool", "time", "array.str"}
    for table, name in ((fields.BACKLINKS, "backlinks"), (fields.PAGES, "domain_pages")):
        for field, kind in filters[name].items():
            asked = table.ask(field)
            assert asked is not None
            assert asked.kind == kind
    assert filters["domain_intersection"]["1.backlinks"] == "num"
    assert filters["page_intersection"]["intersections_count"] == "num"
    assert filters["domain_pages"]["meta.h_1"] == "array.str"


def test_an_entry_of_a_map_is_asked_by_its_key_whatever_dots_it_has() -> None:
    asked = fields.ANCHORS.ask("referring_links_tld.co.uk")
    assert asked is not None
    assert (asked.field.name, asked.entry, asked.kind) == ("referring_links_tld", "co.uk", "num")
    assert fields.ANCHORS.ask("referring_links_tld") is None
    assert fields.ANCHORS.ask("type") is None
    assert fields.BACKLINKS.ask("indirect_link_path") is None


def test_what_a_relation_does_not_have_is_selected_as_null() -> None:
    assert select_list(fields.COMPETITORS, {"target", "rank"}) == [
        '"target"',
        'CAST("rank" AS BIGINT)',
        "CAST(NULL AS BIGINT)",
    ]


def test_the_greatest_entries_of_a_map_are_kept_and_ties_go_by_key() -> None:
    row = [None] * len(fields.ANCHORS.fields)
    place = [field.name for field in fields.ANCHORS.fields].index("referring_links_tld")
    row[place] = {"net": 2, "": 5, "com": 2, "org": 1}
    assert Shape(fields.ANCHORS, 3).item(row)["referring_links_tld"] == {"": 5, "com": 2, "net": 2}

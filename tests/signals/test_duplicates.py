"""Near copies of pages, of titles and of paths."""

from __future__ import annotations

from backlit.settings import default
from backlit.signals import duplicates
from backlit.signals.load import ground_of
from relation_grounds import alone, classed, link, owned, told, unheard

TEXT = " ".join(f"word{i}" for i in range(200))
SPUN = TEXT.replace("word7 ", "verb7 ").replace("word90", "verb90").replace("word150", "verb150")
OTHER = " ".join(f"thing{i}" for i in range(200))


def page(url: str, text: str, **more: object) -> dict[str, object]:
    return {"url": f"https://{url}", "text": text, **more}


def test_near_copies_of_other_organisations_are_counted() -> None:
    links = [link("a.test/1", "t.test/"), link("b.test/2", "t.test/"), link("c.test/3", "u.test/"),
             link("d.test/4", "t.test/")]  # fmt: skip
    pages = [page("a.test/1", TEXT), page("b.test/2", SPUN), page("c.test/3", TEXT), page("d.test/4", OTHER)]
    ground = ground_of(links, pages)
    found = duplicates.measures(ground, alone(ground), unheard(ground), default())
    assert told(ground, found["copied_text"]) == {"a.test/1": 2, "b.test/2": 2, "c.test/3": 2, "d.test/4": 0}
    assert told(ground, found["copied_for_target"]) == {
        "a.test/1": 1,
        "b.test/2": 1,
        "c.test/3": 0,
        "d.test/4": 0,
    }
    joined = duplicates.measures(ground, owned(ground, ("a.test", "b.test")), unheard(ground), default())
    assert told(ground, joined["copied_text"]) == {"a.test/1": 1, "b.test/2": 1, "c.test/3": 1, "d.test/4": 0}
    assert told(ground, joined["copied_for_target"]) == dict.fromkeys(
        ("a.test/1", "b.test/2", "c.test/3", "d.test/4"), 0
    )


def test_copies_on_sites_that_others_link_to_speak_for_a_text() -> None:
    links = [link(f"{s}.test/1", "t.test/") for s in "abcd"]
    links += [link(f"x{i}.test/", f"{s}.test/") for s in "ab" for i in range(5)]
    links += [link("x1.test/", "c.test/")]
    pages = [page(f"{s}.test/1", TEXT if s != "d" else OTHER) for s in "abcd"]
    ground = ground_of(links, pages)
    found = told(
        ground, duplicates.measures(ground, alone(ground), unheard(ground), default())["copied_by_known"]
    )
    assert {s: found[f"{s}.test/1"] for s in "abcd"} == {"a": 0.5, "b": 0.5, "c": 1, "d": None}


def test_short_pages_and_errors_say_nothing() -> None:
    links = [link(f"{s}.test/1", "t.test/") for s in "abcd"]
    short = " ".join(f"word{i}" for i in range(20))
    pages = [page("a.test/1", short), page("b.test/1", short), page("c.test/1", TEXT, status=404)]
    ground = ground_of(links, pages)
    found = duplicates.measures(ground, alone(ground), unheard(ground), default())
    assert told(ground, found["copied_text"]) == dict.fromkeys(
        ("a.test/1", "b.test/1", "c.test/1", "d.test/1")
    )


def test_a_news_story_is_no_evidence() -> None:
    links = [link(f"{s}.test/1", "t.test/") for s in "abcde"]

    def copied(days: list[str], trusted: list[str]) -> dict[str, float | None]:
        pages = [page(f"{s}.test/1", TEXT, first_seen=day) for s, day in zip("abcde", days, strict=True)]
        ground = ground_of(links, pages, trusted=trusted)
        return told(
            ground,
            duplicates.measures(ground, alone(ground), unheard(ground), default())["copied_for_target"],
        )

    soon, late = ["2026-03-01"] * 4 + ["2026-03-03"], [f"2026-0{i}-01" for i in range(1, 6)]
    copies, story = ({f"{s}.test/1": value for s in "abcde"} for value in (4, 0))
    assert copied(soon, ["a.test"]) == story
    assert copied(late, ["a.test"]) == copies
    assert copied(soon, []) == copies
    assert copied(late, ["a.test", "b.test", "c.test"]) == story


def test_a_title_on_three_organisations_for_one_target() -> None:
    title = {"source_title": "Ten reasons to buy blue pills"}
    links = [link(f"{s}.test/{s}", "t.test/", **title) for s in "abc"]
    links += [
        link("d.test/d", "u.test/", **title),
        link("e.test/e", "t.test/", source_title="Something else entirely"),
    ]
    ground = ground_of(links)
    found = told(
        ground, duplicates.measures(ground, alone(ground), unheard(ground), default())["copied_title"]
    )
    assert found == {"a.test/a": 2, "b.test/b": 2, "c.test/c": 2, "d.test/d": 0, "e.test/e": 0}
    family = duplicates.measures(ground, owned(ground, ("a.test", "b.test")), unheard(ground), default())[
        "copied_title"
    ]
    assert set(told(ground, family).values()) == {0}


def test_short_titles_and_those_of_the_target_say_nothing() -> None:
    links = [link(f"{s}.test/{s}", "t.test/", source_title="Home") for s in "abc"]
    links += [link(f"{s}.test/{s}", "u.test/", source_title="Why the sky is blue") for s in "def"]
    ground = ground_of([*links, link("u.test/x", "a.test/", source_title="Why the sky is blue")])
    found = told(
        ground, duplicates.measures(ground, alone(ground), unheard(ground), default())["copied_title"]
    )
    assert found == dict.fromkeys(f"{s}.test/{s}" for s in "abcdef") | {"u.test/x": 0}


def test_a_title_that_many_have_is_chance() -> None:
    def found(everywhere: int) -> float | None:
        links = [link(f"s{i}.test/p{i}", "t.test/", source_title=f"my own title {i}") for i in range(30)]
        for row in links[:3]:
            row["source_title"] = "Just another weblog here"
        links += [
            link(f"x{i}.test/p{i}", f"y{i}.test/", source_title="Just another weblog here")
            for i in range(everywhere)
        ]
        ground = ground_of(links)
        return told(
            ground, duplicates.measures(ground, alone(ground), unheard(ground), default())["copied_title"]
        )["s0.test/p0"]

    assert found(5) == 2
    assert found(60) == 0


def test_a_path_on_three_domains_for_one_target() -> None:
    links = [link(f"{s}.test/domain-list-456", "t.test/") for s in "abc"]
    links += [link("d.test/domain-list-456", "u.test/"), *(link(f"{s}.test/a", "t.test/") for s in "efg")]
    ground = ground_of(links)
    found = told(
        ground, duplicates.measures(ground, alone(ground), unheard(ground), default())["copied_path"]
    )
    assert found == {f"{s}.test/domain-list-456": 2 for s in "abc"} | {"d.test/domain-list-456": 0} | {
        f"{s}.test/a": None for s in "efg"
    }


def test_links_by_name_are_passed_on_with_a_text() -> None:
    title = {"source_title": "Ten reasons to buy blue pills", "anchor": "acme"}
    links = [link(f"{s}.test/same-path", "t.test/", **title) for s in "abc"]
    links.append(links[0] | {"source_url": "https://d.test/same-path", "anchor": "buy pills"})
    pages = [page(f"{s}.test/same-path", TEXT) for s in "abcd"]
    ground = ground_of(links, pages)
    classes = classed(ground, acme="brand", buy="exact commercial")
    found = duplicates.measures(ground, alone(ground), classes, default())
    for name in ("copied_for_target", "copied_title", "copied_path"):
        assert told(ground, found[name]) == {f"{s}.test/same-path": 0 for s in "abc"} | {
            "d.test/same-path": 3
        }
    assert set(told(ground, found["copied_text"]).values()) == {3}

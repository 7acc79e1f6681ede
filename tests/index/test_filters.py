"""The filter language: what it reads, what SQL it becomes, and how its errors point."""

from __future__ import annotations

from datetime import datetime

import pytest

from backlit.errors import FilterError
from backlit.index.filter_tree import And, Condition, Not, Or
from backlit.index.filters import Column, read_filter, read_sort
from backlit.index.periods import Period, read_period
from backlit.records import PLACEMENTS

COLUMNS = {
    column.name: column
    for column in (
        Column("source_url", "text"),
        Column("anchor", "text"),
        Column("rel", "text"),
        Column("placement", "text", PLACEMENTS),
        Column("follow", "boolean"),
        Column("hidden", "boolean"),
        Column("source_authority", "number"),
        Column("links", "integer"),
        Column("first_seen", "time"),
    )
}


def tree(text):
    return read_filter(text, COLUMNS).tree


def sql(text):
    return read_filter(text, COLUMNS).sql()


def test_a_bare_yes_no_column_stands_for_is_true():
    assert tree("follow") == Condition("follow", "true")
    assert sql("follow") == ('"follow"', [])


def test_and_binds_tighter_than_or_and_brackets_tighter_still():
    follow, hidden, links = (
        Condition("follow", "true"),
        Condition("hidden", "true"),
        Condition("links", "=", (1,)),
    )
    assert tree("follow or hidden and links = 1") == Or((follow, And((hidden, links))))
    assert tree("(follow or hidden) and links = 1") == And((Or((follow, hidden)), links))
    assert tree("not follow and hidden") == And((Not(follow), hidden))


def test_every_operator_becomes_sql_with_its_values_as_parameters():
    cases = {
        "anchor = guide": ('("anchor" = ?)', ["guide"]),
        "anchor != 'a b'": ('("anchor" != ?)', ["a b"]),
        "anchor <> x": ('("anchor" != ?)', ["x"]),
        "links >= 3": ('("links" >= ?)', [3]),
        "source_authority<40": ('("source_authority" < ?)', [40.0]),
        "anchor like 'a%'": ('("anchor" LIKE ?)', ["a%"]),
        'anchor not ilike "%x%"': ('(NOT ("anchor" ILIKE ?))', ["%x%"]),
        'source_url contains "/blog/"': ('(contains("source_url", ?))', ["/blog/"]),
        "source_url startswith 'https://'": ('(starts_with("source_url", ?))', ["https://"]),
        "source_url endswith .html": ('(ends_with("source_url", ?))', [".html"]),
        "anchor matches '^g+$'": ('(regexp_matches("anchor", ?))', ["^g+$"]),
        "rel has ugc": ("(contains(' ' || \"rel\" || ' ', ' ' || ? || ' '))", ["ugc"]),
        "anchor in (a.com, 'b.org')": ('("anchor" IN (?, ?))', ["a.com", "b.org"]),
        "links not in (1,2)": ('(NOT ("links" IN (?, ?)))', [1, 2]),
        "links between 1 and 2": ('("links" BETWEEN ? AND ?)', [1, 2]),
        "anchor is null": ('("anchor" IS NULL)', []),
        "anchor is unknown": ('("anchor" IS NULL)', []),
        "anchor is known": ('(NOT ("anchor" IS NULL))', []),
        "anchor is not null": ('(NOT ("anchor" IS NULL))', []),
        "follow = false": ('("follow" = ?)', [False]),
        "follow is false": ('("follow" = ?)', [False]),
    }
    assert {text: sql(text) for text in cases} == cases


def test_a_date_is_the_whole_time_it_names():
    day, after = datetime(2024, 1, 31), datetime(2024, 2, 1)
    cases = {
        "first_seen = 2024-01-31": ('("first_seen" >= ? AND "first_seen" < ?)', [day, after]),
        "first_seen != 2024-01-31": ('("first_seen" < ? OR "first_seen" >= ?)', [day, after]),
        "first_seen > 2024-01-31": ('("first_seen" >= ?)', [after]),
        "first_seen >= 2024-01-31": ('("first_seen" >= ?)', [day]),
        "first_seen < 2024-01-31": ('("first_seen" < ?)', [day]),
        "first_seen <= 2024-01-31": ('("first_seen" < ?)', [after]),
        "first_seen between 2024-01-31 and 2024": (
            '("first_seen" >= ? AND "first_seen" < ?)',
            [day, datetime(2025, 1, 1)],
        ),
    }
    assert {text: sql(text) for text in cases} == cases


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", datetime(2024, 1, 1), datetime(2025, 1, 1)),
        ("2024-02", datetime(2024, 2, 1), datetime(2024, 3, 1)),
        ("2024-12", datetime(2024, 12, 1), datetime(2025, 1, 1)),
        ("2024-02-29", datetime(2024, 2, 29), datetime(2024, 3, 1)),
        ("2024-02-29T10:30", datetime(2024, 2, 29, 10, 30), datetime(2024, 2, 29, 10, 30, 1)),
        ("2024-02-29T10:30:05+02:00", datetime(2024, 2, 29, 8, 30, 5), datetime(2024, 2, 29, 8, 30, 6)),
        ("9999", datetime(9999, 1, 1), datetime.max),
    ],
)
def test_periods(text, start, end):
    assert read_period(text) == Period(text, start, end)


@pytest.mark.parametrize(
    "text", ["", "24", "2023-02-29", "2024-13", "0000", "2024-01-01T25:00", "2024-1-1", "٢٠٢٤"]
)
def test_what_is_no_date_is_none(text):
    assert read_period(text) is None


def test_quotes_are_doubled_inside_quotes_and_other_quotes_stand_free():
    assert sql('anchor = "say ""hi"" don\'t"')[1] == ['say "hi" don\'t']
    assert sql("anchor = 'it''s'")[1] == ["it's"]
    assert sql("anchor = don't")[1] == ["don't"]


def test_sql_in_a_value_stays_a_value():
    text = 'anchor = "x\' OR 1=1; DROP TABLE links --"'
    assert sql(text) == ('("anchor" = ?)', ["x' OR 1=1; DROP TABLE links --"])


def test_words_of_the_language_may_be_in_any_case():
    assert tree("FOLLOW AND Anchor IS NOT NULL") == tree("follow and anchor is not null")


def test_columns_of_a_filter_and_its_qualified_sql():
    read = read_filter("follow and (anchor = x or anchor = y)", COLUMNS)
    assert read.columns == {"follow", "anchor"}
    assert read.sql("l") == ('("l"."follow" AND (("l"."anchor" = ?) OR ("l"."anchor" = ?)))', ["x", "y"])


def test_an_error_says_what_was_meant_and_points_at_it():
    with pytest.raises(FilterError) as error:
        read_filter("follow and autority >= 40", COLUMNS)
    assert str(error.value) == (
        'There is no column "autority" here. Did you mean "source_authority"?\n'
        "  follow and autority >= 40\n"
        "             ^^^^^^^^"
    )


def test_a_long_filter_is_shown_only_around_the_place():
    with pytest.raises(FilterError) as error:
        read_filter(" or ".join(["follow"] * 20) + " or nothing = 1" + " or follow" * 20, COLUMNS)
    first, shown, carets = str(error.value).splitlines()
    assert first.startswith('There is no column "nothing" here.')
    assert len(shown) < 100
    assert shown[carets.index("^") :].startswith("nothing = 1")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The filter is empty."),
        ("   ", "The filter is empty."),
        ("anchor", '"anchor" is no yes/no column; say what it should be: anchor = …'),
        ("placement", '"placement" is no yes/no column; say what it should be: placement = content'),
        ("placement = contnet", '"placement" is never "contnet". Did you mean "content"?'),
        ("anchor = null", 'write "anchor is null"'),
        ("anchor = and", "put it in quotes"),
        ("follow hidden", 'Here an operator was expected, not "hidden".'),
        ("anchor startwith x", 'Did you mean "startswith"?'),
        ("links = 1.5", '"links" is a whole number, not "1.5".'),
        ("links = 99999999999999999999", '"99999999999999999999" is too large.'),
        ("source_authority > high", '"source_authority" is a number, not "high".'),
        ("source_authority > 1e999", "too large"),
        ("source_authority > nan", "is a number"),
        ("follow = maybe", '"follow" is true or false, not "maybe".'),
        ("follow > true", '">" is not for "follow", which is of kind boolean.'),
        ("links contains 1", '"contains" is not for "links"'),
        ("first_seen = yesterday", '"yesterday" is not a date'),
        ("anchor matches '(a'", "is not a regular expression (RE2)"),
        ("anchor = 'x", "A quoted text begins here and never ends."),
        ("(follow", "A bracket is still open here"),
        ("follow)", 'Here "and", "or" or the end of the filter was expected, not ")".'),
        ("anchor in x", 'After "in" comes a list in brackets'),
        ("anchor in ()", 'Here a value was expected, not ")".'),
        ("links between 1, 2", 'Between two values of "between" comes "and"'),
        ("follow and", "Here the name of a column was expected, not the end."),
        ("'follow'", "Here the name of a column was expected"),
        ("! follow", '"not equal" is written !='),
        ("anchor = \ud800", "half a character"),
        ("anchor is nothing", 'After "is" comes "known"'),
        ("not " * 50 + "follow", "nested more than 40 deep"),
        ("(" * 5000 + "follow" + ")" * 5000, "nested more than 40 deep"),
        (" or ".join(["follow"] * 201), "at most 200 tests"),
        (f"links in ({','.join(['1'] * 1001)})", "at most 1000 values"),
        (f"anchor matches '{'a' * 1001}'", "longer than 1000 characters"),
        ("x" * 20001, "at most 20,000 are allowed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(FilterError) as error:
        read_filter(text, COLUMNS)
    assert sentence in str(error.value)


def test_control_characters_of_a_filter_do_not_reach_the_terminal():
    with pytest.raises(FilterError) as error:
        read_filter("follow and \x1b[31mred", COLUMNS)
    assert "\x1b" not in str(error.value)


def test_a_sort_ends_with_the_tie_break_and_unknown_comes_last():
    sort = read_sort("source_authority desc, first_seen", COLUMNS)
    assert sort.keys == (("source_authority", True), ("first_seen", False))
    assert sort.text == "source_authority desc, first_seen"
    assert sort.sql(["link_id"]) == (
        '"source_authority" DESC NULLS LAST, "first_seen" ASC NULLS LAST, "link_id" ASC NULLS LAST'
    )
    assert read_sort("links ASC", COLUMNS).sql(["links"], "t") == '"t"."links" ASC NULLS LAST'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Here the name of a column was expected, not the end."),
        ("link", 'There is no column "link" here. Did you mean "links"?'),
        ("links down", 'Here "asc", "desc" or a comma was expected, not "down".'),
        ("links,", "Here the name of a column was expected, not the end."),
        ("links, links desc", 'The sort names "links" twice.'),
        ("links; drop table x", "There is no column"),
    ],
)
def test_a_sort_that_cannot_be_read_is_refused(text, sentence):
    with pytest.raises(FilterError) as error:
        read_sort(text, COLUMNS)
    assert sentence in str(error.value)

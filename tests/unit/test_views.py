"""Views of a small database, made row by row: what they count, and where they give nothing, not a guess."""

from collections.abc import Iterator

import duckdb
import pytest

from schemas.dataset import tables
from schemas.ddl import create_table, create_types
from schemas.views import make_views

Database = duckdb.DuckDBPyConnection
Row = tuple[object, ...]

# Every column that is required but says nothing here.
REST = {"cells_reported": 1, "documents": 1, "document_id": "0", "form": 2021, "value_status": "reported"}
REST |= {
    "reconciliation": "as_reported",
    "sentence": "",
    "section": "overview",
    "text_start": 0,
    "text_end": 0,
}
REST |= {
    "fetch_status": "fetched",
    "scope": "body",
    "agency_kind": "government",
    "level": "county",
    "stated_scope": "body",
}


@pytest.fixture
def database() -> Iterator[Database]:
    """Tables to fill."""
    with duckdb.connect() as connection:
        for statement in create_types(tables().values()):
            connection.execute(statement)
        for table in tables().values():
            connection.execute(create_table(table))
        yield connection


def add(database: Database, to: str, **given: object) -> None:
    """A row of a table; required columns that are not given get what is in REST, or 0."""
    needed = [field.name for field in tables()[to].fields if not field.nullable]
    row = {name: REST.get(name, 0) for name in needed} | given
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    database.execute(f'INSERT INTO "{to}" ({names}) VALUES ({marks})', list(row.values()))


def report(
    database: Database, body: str, year: int | None, figures: dict[str, int | None], **given: object
) -> None:
    """A report of a body, with some figures, each named table.row.column; a None stands in conflict."""
    report_id = f"{body}-{year}"
    add(database, "reports", report_id=report_id, agency_id=body, agency=body, year=year, **given)
    every = {"requests.other.total": 0, "disputes.reconsideration.total": 0, "proactive.fees.amount": 0}
    for name, value in (every | figures).items():
        key = dict(zip(("table", "row", "column"), name.split("."), strict=True))
        found: dict[str, object] = {"value": value, "value_reconciled": value}
        if value is None:
            found = {"value": 9, "reconciliation": "conflict"}
        add(database, "cells", report_id=report_id, year=year, **key, **found)


def ask(database: Database, query: str) -> list[Row]:
    """Make the views, and ask them."""
    make_views(database)
    return database.execute(query).fetchall()


PROCESSED, GRANTED = "requests.total_processed.total", "requests.granted.total"
RECEIVED = "requests.new_received.total"


@pytest.mark.parametrize(
    ("figures", "rate"),
    [
        ({GRANTED: 3, PROCESSED: 4}, 0.75),
        ({GRANTED: 0, PROCESSED: 4}, 0.0),
        ({GRANTED: 0, PROCESSED: 0}, None),  # nothing was processed
        ({GRANTED: 3}, None),  # the total is lacking
        ({PROCESSED: 4}, None),
        ({GRANTED: None, PROCESSED: 4}, None),  # contradicted
        ({GRANTED: 3, PROCESSED: None}, None),
        ({GRANTED: 3, PROCESSED: 4, RECEIVED: None}, 0.75),  # another figure is
    ],
)
def test_an_indicator_is_null_where_a_part_is_lacking_or_contradicted_or_the_whole_is_nothing(
    database: Database, figures: dict[str, int | None], rate: float | None
) -> None:
    report(database, "a", 2022, figures)
    assert ask(database, "SELECT disclosure_rate FROM indicators") == [(rate,)]


def test_rates_per_hundred_count_both_ways_to_court(database: Database) -> None:
    court = {"disputes.litigation_direct.total": 1, "disputes.litigation_after_reconsideration.total": 2}
    report(database, "a", 2022, {RECEIVED: 60, **court})
    assert ask(database, "SELECT litigation_per_hundred FROM indicators") == [(5.0,)]


def test_a_fee_that_the_text_gives_twice_differently_is_no_fee(database: Database) -> None:
    for body, fees in (("a", [30]), ("b", [30, 30]), ("c", [30, 40])):
        report(database, body, 2022, {RECEIVED: 60})
        for place, fee in enumerate(fees):
            add(
                database,
                "narrative",
                report_id=f"{body}-2022",
                year=2022,
                measure="information_fee",
                stated=fee,
                text_start=place,
            )
    assert ask(database, "SELECT agency, fee_per_request FROM indicators ORDER BY agency") == [
        ("a", 0.5),
        ("b", 0.5),
        ("c", None),
    ]


def test_percentiles_compare_one_level_and_year_only(database: Database) -> None:
    for body, level, processed in (
        ("a", "county", 4),
        ("b", "county", 8),
        ("c", "county", 2),
        ("d", "city", 1),
    ):
        add(database, "agencies", agency_id=body, agency=body, agency_level=level)
        report(database, body, 2022, {GRANTED: 1, PROCESSED: processed})
    report(database, "a", 2023, {GRANTED: 1, PROCESSED: 1})
    for body in ("a", "b"):
        report(database, body, None, {GRANTED: 1, PROCESSED: 3})  # of a year that is not known
    ranked = """SELECT agency, percentile, peers FROM percentiles
        WHERE indicator = 'disclosure_rate' AND year IS DISTINCT FROM 2023 ORDER BY year, agency"""
    assert ask(database, ranked) == [
        ("a", 50.0, 3),
        ("b", 0.0, 3),
        ("c", 100.0, 3),
        ("d", None, 1),
        ("a", None, None),
        ("b", None, None),
    ]


def test_carry_over_says_nothing_of_a_contradicted_figure_and_follows_a_reformed_body(
    database: Database,
) -> None:
    out, into = "requests.carried_out.total", "requests.carried_in.total"
    add(database, "agencies", agency_id="old", agency="old", successor_id="new")
    add(database, "agencies", agency_id="new", agency="new")
    report(database, "old", 2020, {out: 2})
    report(database, "new", 2021, {into: 3, out: 1})
    report(database, "new", 2022, {into: None, out: 4})
    report(database, "new", 2024, {into: 5})  # nothing is known of 2023
    compared = """SELECT year, previous_report_id, carried_out, carried_in, agrees FROM carry_over
        WHERE applicant = 'total' ORDER BY year"""
    assert ask(database, compared) == [(2021, "old-2020", 2, 3, False), (2022, "new-2021", 1, 9, None)]


def test_two_bodies_merged_into_one_have_no_carry_over(database: Database) -> None:
    for body in ("one", "two"):
        add(database, "agencies", agency_id=body, agency=body, successor_id="both")
        report(database, body, 2020, {"requests.carried_out.total": 2})
    add(database, "agencies", agency_id="both", agency="both")
    report(database, "both", 2021, {"requests.carried_in.total": 4})
    assert ask(database, "FROM carry_over") == []


def test_stock_and_flow_of_documents_are_compared(database: Database) -> None:
    stock, issued, repealed = (
        f"proactive.normative_documents.{column}" for column in ("in_force", "issued", "repealed")
    )
    report(database, "a", 2021, {stock: 10})
    report(database, "a", 2022, {stock: 12, issued: 5, repealed: 3})
    report(database, "a", 2023, {stock: 12, issued: 1, repealed: 0})
    compared = "SELECT year, expected, in_force, agrees FROM stock_flow WHERE kind = 'normative_documents'"
    assert ask(database, f"{compared} ORDER BY year") == [(2022, 12, 12, True), (2023, 13, 12, False)]


def test_one_report_stands_for_a_whole_region(database: Database) -> None:
    for body, kind in (("office", "office"), ("government", "government"), ("bureau", "department")):
        add(database, "agencies", agency_id=body, agency=body, agency_kind=kind)
        report(database, body, 2022, {}, scope="jurisdiction", region_code="141031")
    report(database, "office", 2023, {}, scope="jurisdiction", region_code="141031")
    report(database, "government", 2023, {}, scope="body", region_code="141031")
    report(database, "office", None, {}, scope="jurisdiction", region_code="141031")
    chosen = "SELECT year, report_id FROM whole_regions ORDER BY year"
    assert ask(database, chosen) == [(2022, "government-2022"), (2023, "office-2023")]


COUNTED = 'SELECT region_code, year, expected, found, "read", clean FROM coverage ORDER BY ALL'


def divisions(database: Database, *codes: str) -> None:
    """Regions of these codes."""
    for code in codes:
        level = "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"
        add(database, "regions", region_code=code, region=code, level=level)


def test_coverage_counts_a_county_in_its_city_and_province(database: Database) -> None:
    divisions(database, "140000", "141000", "141031")
    add(database, "regions", region_code="141032", region="gone", level="county", valid_to=2020)
    for body, given in (("a", {}), ("b", {"identities_broken": 1}), ("c", {"cells_missing": 31})):
        add(database, "agencies", agency_id=body, agency=body, region_code="141031")
        report(database, body, 2022, {}, region_code="141031", document_id=body, **given)
    add(database, "issues", document_id="c", report_id="c-2022", code="table_missing", severity="error")
    assert ask(database, COUNTED) == [
        ("140000", 2022, 5, 3, 2, 1),
        ("141000", 2022, 4, 3, 2, 1),
        ("141031", 2022, 3, 3, 2, 1),
    ]


def test_what_a_citys_sources_expect_is_not_added_to_what_its_counties_expect(database: Database) -> None:
    divisions(database, "140000", "141000", "141031", "141033", "429004", "420000")
    for code, least in (("141000", 9), ("141031", 4), ("141031", 1), ("429004", 2)):
        name = f"{code} {least}"
        add(database, "sources", source=name, region_code=code, expected_min=least, expected_since=2020)
    report(database, "a", 2022, {}, region_code="141033")
    expected = "SELECT region_code, expected FROM coverage ORDER BY region_code"
    assert ask(database, expected) == [
        ("140000", 10),  # its own, and those of the city
        ("141000", 9),  # more than its own and 5 + 1 of its counties
        ("141031", 5),
        ("141033", 1),
        ("420000", 3),
        ("429004", 2),  # a county without a city
    ]


def test_a_source_that_does_not_say_since_when_counts_from_the_first_year_found(database: Database) -> None:
    divisions(database, "140000", "150000")
    add(database, "sources", source="portal", region_code="140000", expected_min=3)
    add(database, "sources", source="nothing yet", region_code="150000", expected_min=2)
    for year, source in ((2020, "elsewhere"), (2021, "portal"), (2022, "portal")):
        document = {"document_id": str(year), "region_code": "140000"}
        report(database, "a", year, {}, **document)
        add(database, "documents", source=source, document_id=str(year), fetched_at="2026-01-01")
    expected = "SELECT region_code, year, expected FROM coverage ORDER BY ALL"
    assert ask(database, expected) == [
        ("140000", 2020, 1),
        ("140000", 2021, 3),
        ("140000", 2022, 3),
        ("150000", 2020, 1),
        ("150000", 2021, 1),
        ("150000", 2022, 2),  # of which nothing was found
    ]


def test_a_count_that_is_no_whole_number_is_no_figure_and_money_keeps_its_decimals(
    database: Database,
) -> None:
    report(database, "a", 2022, {})
    database.execute("UPDATE cells SET value = 1.5, value_reconciled = 1.5")
    figures = "SELECT other_total, fees_amount FROM requests JOIN proactive USING (report_id)"
    assert ask(database, figures) == [(None, 1.5)]

"""Several documents of one report, and corrections by people, from the raw archive to the warehouse."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.corrections import BadCorrectionsError
from flows.paths import Paths
from flows.stages import crawl_stage, load_stage, normalise_stage, running, validate_stage
from tests.conftest import ROOT

XINXIAN = (ROOT / "data" / "samples" / "001_xinxian_2023.txt").read_text("utf-8")
REVISED = XINXIAN.replace("| 9 | 0 | 0 | 0 | 0 | 0 | 9 |", "| 8 | 0 | 0 | 0 | 0 | 0 | 9 |", 1)
Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    (tmp_path / "data" / "pages").mkdir(parents=True)
    (tmp_path / "data" / "sources.yml").write_text(
        "sources:\n  - {name: pages, kind: directory, path: data/pages, title: Pages}\n", "utf-8"
    )
    return Paths(tmp_path / "data")


def publish(paths: Paths, **pages: str) -> Ask:
    """Crawl the pages and publish what the archive then holds; returns a way to ask the warehouse."""
    for name, text in pages.items():
        (paths.data / "pages" / f"{name}.txt").write_text(text, "utf-8")
    with running(paths) as run:
        crawl_stage(paths, run)
        normalise_stage(paths, run)
        build = validate_stage(paths, run)
        assert build is not None, "nothing has changed"
        load_stage(paths, build)

    def ask(query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(paths.database, read_only=True) as connection:
            return connection.execute(query).fetchall()

    return ask


def test_two_pages_of_one_report_are_compared_and_one_gives_the_figures(paths: Paths) -> None:
    # The revised page prints a total that breaks identities: the other one is current, wherever it stands.
    ask = publish(paths, a=REVISED, b=XINXIAN)
    assert ask("SELECT report_id, documents FROM reports") == [("411523-office-2023", 2)]
    assert ask("SELECT url, is_current FROM documents ORDER BY url") == [
        ("data/pages/a.txt", False),
        ("data/pages/b.txt", True),
    ]
    assert ask('SELECT "table", "row", "column", value_current, value_other FROM differences') == [
        ("requests", "new_received", "natural_person", 9, 8)
    ]
    assert ask(
        """SELECT relation, cells_agreeing, cells_differing, cells_only_current, cells_only_other
        FROM comparisons"""
    ) == [("other_document", 199, 1, 0, 0)]
    codes = {code for (code,) in ask("SELECT code FROM issues WHERE report_id = '411523-office-2023'")}
    assert {"several_documents", "documents_differ"} <= codes


def test_the_newest_version_of_a_page_is_current_even_where_it_is_worse(paths: Paths) -> None:
    publish(paths, a=XINXIAN)
    ask = publish(paths, a=REVISED)
    assert ask(
        "SELECT value FROM cells WHERE \"row\" = 'new_received' AND \"column\" = 'natural_person'"
    ) == [(8,)]
    assert ask("SELECT relation, cells_differing FROM comparisons") == [("older_version", 1)]


def test_a_page_without_any_figure_gives_way_to_an_older_one_with_figures(
    paths: Paths,
) -> None:
    publish(paths, a=XINXIAN)
    words = "\n".join(line for line in XINXIAN.splitlines() if "|" not in line)  # its tables are pictures now
    ask = publish(paths, a=words)
    assert ask("SELECT report_id, documents FROM reports") == [("411523-office-2023", 2)]
    assert ask("SELECT is_current FROM documents ORDER BY fetched_at") == [(True,), (False,)]
    assert ask("SELECT count(value) > 100 FROM cells") == [(True,)]
    told = "data/pages/a.txt shows 411523-office-2023; 0 of 12 figures other than 0 are the same"
    assert ask("SELECT message FROM issues WHERE code = 'no_longer_shown'") == [(told,)]


def test_two_names_of_one_body_in_a_year_are_told_but_not_two_spellings(paths: Paths) -> None:
    names = ("新县发展和改革委员会", "新县发改委", "新县发展和改革局")
    pages = [XINXIAN.replace("新县人民政府办公室", name) for name in names]
    told = "SELECT report_id, message FROM issues WHERE code = 'names_differ'"
    ask = publish(paths, a=pages[0], b=pages[1])
    assert ask("SELECT documents FROM reports") == [(2,)]
    assert ask(told) == []
    ask = publish(paths, c=pages[2])
    assert ask(told) == [("411523-development_reform-2023", "新县发展和改革委员会; 新县发展和改革局")]


def test_an_address_that_shows_another_year_now_keeps_both_reports_and_says_so(paths: Paths) -> None:
    publish(paths, a=XINXIAN)
    ask = publish(paths, a=REVISED.replace("2023", "2022"))
    told = "SELECT report_id, message FROM issues WHERE code = 'no_longer_shown'"
    assert ask("SELECT report_id, is_current FROM documents ORDER BY fetched_at") == [
        ("411523-office-2023", True),
        ("411523-office-2022", True),
    ]
    same = "data/pages/a.txt shows 411523-office-2022; 11 of 12 figures other than 0 are the same"
    assert ask(told) == [("411523-office-2023", same)]
    # Another address still shows the report of 2023, even if it is the worse one: that is current.
    ask = publish(paths, b=REVISED)
    assert ask(told) == []
    assert ask("SELECT url FROM documents WHERE is_current ORDER BY url") == [
        ("data/pages/a.txt",),
        ("data/pages/b.txt",),
    ]


def test_the_same_bytes_from_two_sources_that_declare_different_bodies_are_told(paths: Paths) -> None:
    nameless = XINXIAN.replace("新县人民政府办公室", "").replace("新县", "本县")
    for name, county in (("one", "411523"), ("two", "411528"), ("three", "411528")):
        folder = paths.data / name
        folder.mkdir()
        (folder / "a.txt").write_text(nameless, "utf-8")
        (folder / "b.txt").write_text(XINXIAN, "utf-8")  # says itself whose it is
        declared = (
            f"{{name: {name}, kind: directory, path: data/{name}, title: {name}, region_code: '{county}',"
        )
        with paths.sources.open("a", encoding="utf-8") as file:
            file.write(f"  - {declared} body: 财政局}}\n")
        ask = publish(paths)
    assert ask("SELECT report_id, documents FROM reports ORDER BY ALL") == [
        ("411523-finance-2023", 1),
        ("411523-office-2023", 1),
    ]
    told = "SELECT report_id, message FROM issues WHERE code = 'sources_differ'"
    assert ask(told) == [
        (
            "411523-finance-2023",
            "one makes it 财政局 411523 2023; two makes it 财政局 411528 2023; one had it first",
        )
    ]
    [(document,)] = ask("SELECT DISTINCT document_id FROM documents WHERE report_id = '411523-finance-2023'")
    expected = "expect: 财政局, value: 息县财政局"
    correct(paths, f"action: set_field, document: {document}, field: agency, {expected}")
    ask = publish(paths)
    assert ask("SELECT report_id FROM reports ORDER BY ALL") == [
        ("411523-office-2023",),
        ("411528-finance-2023",),
    ]
    assert ask(told) == []


def correct(paths: Paths, text: str) -> None:
    paths.corrections.write_text(
        f"corrections:\n  - {{id: one, reason: the archive, who: a person, when: 2026-11-22, {text}}}\n",
        "utf-8",
    )


def test_a_corrected_cell_keeps_what_is_printed_and_names_its_correction(paths: Paths) -> None:
    publish(paths, a=XINXIAN)
    target = "action: set_value, report: 411523-office-2023, cell: requests.new_received.natural_person"
    correct(paths, f"{target}, expect: 9, value: 10")
    ask = publish(paths)
    assert ask(
        "SELECT value_raw, value, value_reconciled, reconciliation FROM cells WHERE correction = 'one'"
    ) == [("9", 9, 10, "corrected")]
    assert ask("SELECT subject, expected, corrected, correction_status FROM corrections") == [
        ("requests.new_received.natural_person", "9", "10", "applied")
    ]


def test_a_correction_of_what_the_source_no_longer_shows_is_not_applied_but_said(paths: Paths) -> None:
    target = "action: set_value, report: 411523-office-2023, cell: requests.new_received.natural_person"
    correct(paths, f"{target}, expect: 7, value: 10")
    ask = publish(paths, a=XINXIAN)
    assert ask("SELECT count(*) FROM cells WHERE correction IS NOT NULL OR value = 10") == [(0,)]
    assert ask("SELECT correction_status FROM corrections") == [("outdated",)]
    assert ask("SELECT message FROM issues WHERE code = 'correction_outdated'") == [
        ("one expects requests.new_received.natural_person to be 7; the source has 9",)
    ]


def test_a_corrected_body_moves_the_report(paths: Paths) -> None:
    target = "action: set_field, document: data/pages/a.txt, field: agency"
    correct(paths, f"{target}, expect: 新县人民政府办公室, value: 新县财政局")
    ask = publish(paths, a=XINXIAN)
    assert ask("SELECT report_id, agency, correction FROM reports") == [
        ("411523-finance-2023", "新县财政局", "one")
    ]
    assert ask("SELECT agency_id, department FROM agencies") == [("411523-finance", "finance")]


def test_an_excluded_document_is_no_report_but_stays_in_the_list(paths: Paths) -> None:
    title = "新县人民政府办公室2023年政府信息公开工作年度报告"
    correct(paths, f"action: exclude_document, document: data/pages/a.txt, expect: {title}")
    ask = publish(paths, a=REVISED, b=XINXIAN)
    assert ask("SELECT documents FROM reports") == [(1,)]
    assert ask("SELECT url, report_id FROM documents ORDER BY url") == [
        ("data/pages/a.txt", None),
        ("data/pages/b.txt", "411523-office-2023"),
    ]
    assert ask("SELECT count(*) FROM comparisons") == [(0,)]
    assert ask("SELECT count(*) FROM issues WHERE code = 'document_excluded'") == [(1,)]


def test_a_correction_without_a_target_is_unused(paths: Paths) -> None:
    correct(paths, "action: exclude_document, document: data/pages/none.txt, expect: null")
    ask = publish(paths, a=XINXIAN)
    assert ask("SELECT correction_status FROM corrections") == [("unused",)]


def test_a_bad_correction_stops_the_night_before_anything_is_published(paths: Paths) -> None:
    correct(paths, "action: set_value, report: r, cell: requests.nothing.total, expect: 1, value: 2")
    with pytest.raises(BadCorrectionsError, match=r"one: the forms have no cell requests\.nothing\.total"):
        publish(paths, a=XINXIAN)
    assert not paths.database.exists()

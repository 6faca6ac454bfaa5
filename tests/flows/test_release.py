"""A release: built aside, compared, checked, and the latest by one rename or not at all."""

import csv
import hashlib
import multiprocessing
import random
import shutil
import signal
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.files import point
from flows.paths import Paths
from flows.release import build
from flows.release.errors import BadAssertionsError, ReleaseFailedError
from flows.release.release import release
from schemas.dataset import tables
from tests.conftest import gongkai
from tests.small import cell, publish, report, small

DAY = date(2026, 11, 22)
RECEIVED = "requests.new_received.total"
CARRIED = "requests.carried_in.total"
FORK = multiprocessing.get_context("forkserver")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data")


def read(folder: Path, table: str, kind: str = "csv") -> list[dict[str, str]]:
    with (folder / kind / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def hashes(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def one(value: int = 5, **values: Any) -> Any:
    first = report(1)
    return small([first], [cell(first, RECEIVED, value, **values)])


def test_versions_are_days_and_a_counter_and_the_same_dataset_is_not_released_twice(paths: Paths) -> None:
    publish(paths, "one", one())
    assert release(paths, DAY).name == "2026.11.22"
    assert release(paths, date(2026, 11, 23)).name == "2026.11.22"
    publish(paths, "two", one(6))
    assert release(paths, DAY).name == "2026.11.22.2"
    assert (paths.releases / "latest").resolve().name == "2026.11.22.2"
    assert names(paths.releases) == {"2026.11.22", "2026.11.22.2", "latest"}


def test_csv_is_rfc_4180_and_exact(paths: Paths) -> None:
    first = report(1, title='他说："好",\n可以', published=date(2022, 1, 5))
    fees = cell(first, "proactive.fees.amount", None)
    fees |= {"value_raw": "829.9459", "value": Decimal("829.9459"), "value_status": "reported"}
    publish(paths, "one", small([first], [fees, cell(first, RECEIVED, 100)]))
    folder = release(paths, DAY)
    raw = (folder / "csv" / "reports.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == 2
    assert '"他说：""好"",\n可以"'.encode() in raw
    assert read(folder, "reports")[0]["published"] == "2022-01-05"
    assert read(folder, "documents")[0]["fetched_at"] == "2026-01-01T00:00:00.000000Z"
    cells = read(folder, "cells")
    assert [(line["row"], line["row_label"], line["value"], line["unit"]) for line in cells] == [
        ("fees", "行政事业性收费", "829.9459", "10,000 yuan"),
        ("new_received", "一、本年新收政府信息公开申请数量", "100", "requests"),
    ]


@pytest.mark.parametrize(
    ("printed", "safe"),
    [
        *((text, f"'{text}") for text in ("=1+1", "+86", "-", "@SUM(A1)", "\t=1", "\r=1", "\n=1")),
        *((text, f"'{text}") for text in ("＝1+1", "＋86", "－", "＠SUM(A1)")),
        *((text, f"'{text}") for text in ("007", "25.10", "1,234", "3/4", "8:30", "2022.1.5", "1e5")),
        *((text, f"'{text}") for text in ("１２", "12%", " 12", "12 ", "12345678901234567", "2022年1月5日")),
        *((text, text) for text in ("0", "56", "829.9459", "12件", "/", "无", "0.5", "其中修订16件")),
        ("x" * 40_000, "x" * (32_767 - len(build.CUT)) + build.CUT),
    ],
)
def test_no_text_is_a_formula_or_changes_in_a_spreadsheet(printed: str, safe: str) -> None:
    field = next(field for field in tables()["cells"].fields if field.name == "value_raw")
    with duckdb.connect() as connection:
        shown = connection.execute(
            f"SELECT {build.safe(field)} FROM (SELECT $t AS value_raw)", {"t": printed}
        )
        assert shown.fetchone() == (safe,)


def test_a_table_longer_than_a_sheet_is_parted_for_excel(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "SHEET", 2)
    reports = [report(number) for number in range(5)]
    publish(paths, "one", small(reports, []))
    folder = release(paths, DAY)
    parts = [read(folder, f"reports.{part}", "excel") for part in (1, 2, 3)]
    assert [[line["year"] for line in part] for part in parts] == [
        ["2020", "2021"],
        ["2022", "2023"],
        ["2024"],
    ]
    assert len(read(folder, "reports")) == 5


def test_what_changed_and_why(paths: Paths) -> None:
    stays, revised, read_anew, gone = (report(number, name) for number, name in enumerate("abcd"))
    publish(
        paths,
        "one",
        small(
            [stays, revised, read_anew, gone],
            [
                cell(stays, RECEIVED, 5),
                cell(revised, RECEIVED, 7),
                cell(read_anew, RECEIVED, None),
                cell(read_anew, CARRIED, 1),
                cell(gone, RECEIVED, 3),
            ],
        ),
    )
    release(paths, DAY)
    revised, new = {**revised, "document_id": "e" * 64, "title": "更正后的报告"}, report(9, "f")
    publish(
        paths,
        "two",
        small(
            [stays, revised, read_anew, new],
            [
                cell(stays, RECEIVED, 5),
                cell(revised, RECEIVED, 8),
                cell(read_anew, RECEIVED, 4, value_reconciled=None, reconciliation="conflict"),
                cell(read_anew, CARRIED, 2, correction="c1", reconciliation="corrected"),
                cell(new, RECEIVED, 9),
            ],
        ),
    )
    folder = release(paths, DAY)
    told = {
        (line["change"], line["year"], line["row"], line["field"]): (line["cause"], line["old"], line["new"])
        for line in read(folder, "changes")
    }
    assert told == {
        ("report_added", "2029", "", ""): ("new_document", "", ""),
        ("report_removed", "2023", "", ""): ("new_document", "", ""),
        ("report_revised", "2021", "", ""): ("new_document", "", ""),
        ("report_revised", "2021", "", "title"): ("new_document", "", "更正后的报告"),
        ("cell_changed", "2021", "new_received", "value"): ("new_document", "7", "8"),
        ("cell_changed", "2021", "new_received", "value_raw"): ("new_document", "7", "8"),
        ("cell_changed", "2021", "new_received", "value_reconciled"): ("new_document", "7", "8"),
        ("report_revised", "2022", "", ""): ("correction", "", ""),
        ("cell_changed", "2022", "carried_in", "value"): ("correction", "1", "2"),
        ("cell_changed", "2022", "carried_in", "value_raw"): ("correction", "1", "2"),
        ("cell_changed", "2022", "carried_in", "value_reconciled"): ("correction", "1", "2"),
        ("cell_changed", "2022", "carried_in", "reconciliation"): ("correction", "as_reported", "corrected"),
        ("cell_changed", "2022", "carried_in", "correction"): ("correction", "", "c1"),
        ("cell_changed", "2022", "new_received", "value"): ("correction", "", "4"),
        ("cell_changed", "2022", "new_received", "value_raw"): ("correction", "", "4"),
        ("cell_changed", "2022", "new_received", "value_status"): ("correction", "blank", "reported"),
        ("cell_changed", "2022", "new_received", "reconciliation"): (
            "correction",
            "undetermined",
            "conflict",
        ),
    }
    notes = (folder / "notes.md").read_text("utf-8")
    assert [line for line in notes.splitlines() if line.startswith("## ")] == [
        "## New Data 新增数据",
        "## Revised Data 修订数据",
        "## Schema 数据结构",
        "## Parser 解析程序",
        "## Known Problems 已知问题",
    ]
    assert "1 reports added, 1 removed, 2 revised" in notes


def test_the_same_document_read_otherwise_is_the_parser_s_doing(paths: Paths) -> None:
    publish(paths, "one", one(5))
    release(paths, DAY)
    publish(paths, "two", one(6))
    causes = {(line["change"], line["field"]): line["cause"] for line in read(release(paths, DAY), "changes")}
    assert causes[("cell_changed", "value")] == "parser"
    assert causes[("report_revised", "")] == "parser"


def test_a_cell_that_only_one_codebook_has_is_the_schema_s_doing(paths: Paths) -> None:
    first = report(1)
    rows = small([first], [cell(first, RECEIVED, 5), cell(first, CARRIED, 0)])
    old = {**rows, "cells": rows["cells"][:1]}
    old["codebook"] = [line for line in rows["codebook"] if line["row"] != "carried_in"]
    publish(paths, "one", old)
    release(paths, DAY)
    publish(paths, "two", rows)
    told = read(release(paths, DAY), "changes")
    assert {(line["change"], line["cause"]) for line in told} == {
        ("cell_added", "schema"),
        ("report_revised", "schema"),
    }


@pytest.mark.parametrize(
    ("asserted", "code"),
    [
        ("whole: {reports: {min: 2}}", "too_few"),
        ("sources: {lost: {documents: {min: 1}}}", "too_few"),
        ("sources: {samples: {conflict_share: {band: 0.1}}}", "outside_band"),
    ],
)
def test_a_release_that_breaks_an_assertion_is_not_published(paths: Paths, asserted: str, code: str) -> None:
    publish(paths, "one", one())
    first = release(paths, DAY)
    before = hashes(first)
    worse = report(1, cells_conflicting=9)
    publish(paths, "two", small([worse], [cell(worse, RECEIVED, 5)]))
    paths.assertions.write_text(asserted, "utf-8")
    with pytest.raises(ReleaseFailedError, match=rf"(?s)2026\.11\.22\.2 fails.*stays 2026\.11\.22.*{code}"):
        release(paths, DAY)
    assert (paths.releases / "latest").resolve() == first
    assert hashes(first) == before
    failed = paths.releases / "failed" / "2026.11.22.2"
    with (failed / "issues.csv").open(encoding="utf-8", newline="") as file:
        assert [(line["code"], line["severity"]) for line in csv.DictReader(file)] == [(code, "error")]
    assert names(failed) == {"changes.csv", "issues.csv", "notes.md"}


def test_the_command_fails_and_proposes_what_to_assert_instead(paths: Paths) -> None:
    publish(paths, "one", one())
    paths.assertions.write_text("whole: {reports: {min: 2}}", "utf-8")
    failed = gongkai("--data", str(paths.data), "release")
    assert failed.returncode == 1
    assert "whole: 1 reports, at least 2 are asserted (too_few)" in failed.stderr
    assert "Traceback" not in failed.stderr
    proposed = gongkai("--data", str(paths.data), "assertions")
    assert proposed.returncode == 0, proposed.stderr
    assert "reports: {min: 0, max: 2}" in proposed.stdout
    paths.assertions.write_text(proposed.stdout, "utf-8")
    released = gongkai("--data", str(paths.data), "release")
    assert released.stdout.strip() == str((paths.releases / "latest").resolve())


def test_too_many_is_a_warning_in_the_notes(paths: Paths) -> None:
    publish(paths, "one", one())
    paths.assertions.write_text("whole: {documents: {max: 0}}", "utf-8")
    assert "**too_many** (warning, whole): 1 documents" in (release(paths, DAY) / "notes.md").read_text(
        "utf-8"
    )


@pytest.mark.parametrize("wrong", ["whole: {reprots: {min: 1}}", "whole: {fill_rate: {min: 1}}", "whole: ["])
def test_wrong_assertions_are_told(paths: Paths, wrong: str) -> None:
    publish(paths, "one", one())
    paths.assertions.write_text(wrong, "utf-8")
    with pytest.raises(BadAssertionsError, match=r"assertions\.yml"):
        release(paths, DAY)
    assert not (paths.releases / "latest").exists()


def test_a_repeated_key_stops_the_release(paths: Paths) -> None:
    first = report(1)
    publish(paths, "one", small([first], [cell(first, RECEIVED, 5), cell(first, RECEIVED, 6)]))
    with pytest.raises(ReleaseFailedError, match="key_repeated"):
        release(paths, DAY)


def test_labels_that_multiply_rows_stop_the_release(paths: Paths) -> None:
    first = report(1)
    rows = small([first], [cell(first, RECEIVED, 5)])
    twice = next(line for line in rows["codebook"] if line["row"] == "new_received" and line["form"] == 2021
        and line["column"] == "total")  # fmt: skip
    publish(paths, "one", {**rows, "codebook": [*rows["codebook"], twice]})
    with pytest.raises(ReleaseFailedError, match="cells has 1 rows in the warehouse and 2 in the release"):
        release(paths, DAY)


def test_killed_at_any_moment_the_latest_release_is_whole_and_old(paths: Paths) -> None:
    publish(paths, "one", one())
    old = release(paths, DAY)
    before = hashes(old)
    publish(paths, "two", one(6))
    FORK.set_forkserver_preload(["flows.release.release"])
    copy = paths.data.with_name("copy")
    shutil.copytree(paths.data, copy, symlinks=True)
    FORK.Process(target=int).start()  # the process that forks the others imports what they need
    started = time.monotonic()
    release(Paths(copy), DAY)
    needed = time.monotonic() - started
    chance = random.Random(20261122)
    killed = 0
    while killed < 20:
        process = FORK.Process(target=release, args=(paths, DAY))
        process.start()
        process.join(chance.uniform(0, 0.8 * needed))
        process.kill()
        process.join()
        if process.exitcode == 0:  # it was quicker than the one before, on a machine that is busy with others
            needed /= 2
            shutil.rmtree((paths.releases / "latest").resolve())
            point(paths.releases / "latest", old)
            continue
        killed += 1
        assert process.exitcode == -signal.SIGKILL
        assert (paths.releases / "latest").resolve() == old
        assert hashes(old) == before
    new = release(paths, DAY)
    assert (paths.releases / "latest").resolve() == new != old
    assert not (paths.releases / ".building").exists()


def test_killed_between_the_two_renames_the_next_run_ends_what_was_begun(paths: Paths) -> None:
    publish(paths, "one", one())
    old = release(paths, DAY)
    publish(paths, "two", one(6))
    new = release(paths, DAY)
    point(paths.releases / "latest", old)
    assert release(paths, DAY) == new
    assert (paths.releases / "latest").resolve() == new
    assert names(paths.releases) == {"2026.11.22", "2026.11.22.2", "latest"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}

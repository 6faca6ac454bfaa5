"""The way through the stage: from what was read of each document to the tables of the dataset.

Rows were checked when they were read (`flows.parts`). Here, with all documents side by side, it is decided
which document of a report is current, corrections by people are applied, and the documents of one report are
compared. DuckDB does so over all parts at once, within its memory limit. Each step leaves what it finds as
tables there, which the next ones ask.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.database import connect
from flows.normalise import Selection
from flows.parts import parts, write_part
from flows.paths import Paths
from flows.validate.bodies import write_bodies
from flows.validate.compare import compare_documents, write_comparisons
from flows.validate.correct import correct_cells, correct_documents
from flows.validate.current import choose_current, read_documents
from flows.validate.fetches import read_fetches, write_documents
from flows.validate.neighbours import tell_of_neighbours
from flows.validate.reference import write_reference
from flows.validate.reports import write_reports
from flows.validate.writer import Writer
from flows.validate.years import unchanged_years
from schemas.limits import limits

SORTED = 0.8  # of query_bytes: the batches that are put together beside the sorted rows take the rest


def validate(
    paths: Paths,
    selection: Selection,
    build: Path,
    runs: list[dict[str, Any]],
    progress: Callable[[int, int], None],
) -> int:
    """Write every table of the dataset as Parquet below `build`, and rejected rows as quarantine.jsonl.

    `runs` are the rows of the table of runs, this one last; its number of reports is filled in here.
    `progress` is told how many tables of how many are done. Returns the number of reports.
    """
    writer = Writer(build, progress)
    (build / "quarantine.jsonl").touch()
    with connect(spill=build) as connection:
        connection.execute("SET memory_limit = $limit", {"limit": f"{int(SORTED * limits().query_bytes)}B"})
        found = parts(selection.parts) or [_part_of_nothing(build)]
        read_fetches(connection, paths)
        read_documents(connection, selection, found)
        corrections, again = correct_documents(connection, paths, selection, build)
        found += again
        choose_current(connection)
        compare_documents(connection, found)
        tell_of_neighbours(connection, selection, found)
        correct_cells(connection, corrections, found)
        reused = unchanged_years(connection, paths.warehouse, build)
        write_reports(connection, writer, found, reused)
        runs[-1]["reports_read"] = writer.written["reports"]
        write_comparisons(connection, writer)
        write_documents(connection, writer)
        write_bodies(connection, writer)
        writer.write_rows("corrections", corrections.rows())
        write_reference(writer, paths)
        writer.write_rows("runs", runs)
        _collect_quarantine(build, found)
    return writer.written["reports"]


def _part_of_nothing(build: Path) -> Path:
    """A part without documents, so that there are files to read where nothing has been crawled."""
    part = build / ".nothing"
    write_part(part, [], [])
    return part


def _collect_quarantine(build: Path, found: list[Path]) -> None:
    """One file of all rows in quarantine, where a person can look at them."""
    with (build / "quarantine.jsonl").open("ab") as file:
        for part in found:
            file.write((part / "quarantine.jsonl").read_bytes())
            if part.parent == build:
                shutil.rmtree(part)

"""Write the tables of a release: sorted Parquet, and from it CSV, its twin for Excel, and the sample."""

import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from flows.database import one_thread
from flows.parquet import batches, parquet_writer
from flows.pool import cores
from schemas.arrow import arrow
from schemas.comments import quoted
from schemas.dataset import Field, Table, release_tables
from schemas.package.resources import query, resources
from schemas.views import views

SHEET = 1_048_575  # rows that a spreadsheet holds below the header; it drops the rest without a word
CELL = 32_767  # characters that a cell of a spreadsheet holds
DIGITS = 15  # that a number of a spreadsheet holds
SAMPLE = 5  # reports
MARK = "\ufeff"  # by which Excel knows UTF-8; it stands before the first name of the header

# What a spreadsheet takes for a formula, some only where its import trims or narrows texts (OWASP says).
FORMULA = r"(?s)[=+\-@\t\r\n＝＋－＠].*"
# Texts that a spreadsheet turns into a number, a date or a time that no longer shows what was there.
MISREAD = "|".join(
    (
        r"0[0-9][0-9.,]*",  # 007
        r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?",  # 1,234
        r"[0-9]*\.[0-9]*0|[0-9]+\.|\.[0-9]+",  # 25.10
        r"[0-9]{16,}(\.[0-9]*)?",  # more digits than it keeps
        r"[0-9.]+[eE][+\-]?[0-9]+",  # 1e5
        r"[0-9.,]+\s*[%％]",
        r"[０-９][０-９．，,.]*",  # full-width digits
        r"\s+[0-9.,]+\s*|[0-9.,]+\s+",  # with spaces around
        r"[0-9]{1,4}\s*[\-/年:：]\s*[0-9]{1,2}\s*([\-/月:：]\s*[0-9]{1,4}.{0,12}|月)?",  # 3/4, 8:30
        r"[0-9]{1,4}\.[0-9]{1,2}\.[0-9]{1,4}|[0-9]{1,2}月[0-9]{1,2}日?",  # 2022.1.5
    )
)
CUT = "…（见 csv/ see csv/）"


def released_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, Table]:
    """The tables of a release of the database that `connection` has open."""
    types = {
        view.name: {
            name: kind for name, kind, *_ in connection.execute(f"DESCRIBE {quoted(view.name)}").fetchall()
        }
        for view in views()
    }
    return resources(types)


def write_dataset(connection: duckdb.DuckDBPyConnection, found: dict[str, Table], folder: Path) -> None:
    """Write Parquet for every table and view of the database."""
    for table in found.values():
        if table.name not in release_tables():
            write_parquet(connection, table, query(table), folder)


def write_parquet(connection: duckdb.DuckDBPyConnection, table: Table, rows: str, folder: Path) -> None:
    """Write the rows of a query as the Parquet file of a table."""
    columns = arrow(table)
    with parquet_writer(parquet(folder, table), columns) as writer:
        for batch in batches(connection.sql(rows)):
            writer.write_batch(batch.cast(columns))


def write_texts(connection: duckdb.DuckDBPyConnection, found: Iterable[Table], folder: Path) -> None:
    """Write each table's Parquet file as CSV, and in as many files as spreadsheets need.

    Canonical CSV is UTF-8 without a mark, with RFC 4180's quotes and line ends. The twin for Excel has the
    mark, and an apostrophe before what a spreadsheet would read as something else than it is.
    """
    files = [file for table in found for file in (_canonical(table, folder), *_twin(table, folder))]
    # A core to a file: several at one would hold in memory what comes after the part of the slowest.
    with one_thread(connection), ThreadPoolExecutor(cores()) as pool:
        connection.execute("SET preserve_insertion_order = false")  # one thread keeps it, holding nothing
        done = [pool.submit(_copy, connection.cursor(), *file) for file in files]
        for each in done:
            each.result()
        connection.execute("RESET preserve_insertion_order")


def _canonical(table: Table, folder: Path) -> tuple[str, Path]:
    """A table as CSV: its rows as a query, and the file."""
    source = read(parquet(folder, table))
    return f"SELECT {_exact(table)} FROM {source}", folder / "csv" / f"{table.name}.csv"


def _twin(table: Table, folder: Path) -> Iterator[tuple[str, Path]]:
    """The same for Excel, in parts that a sheet holds."""
    source = read(parquet(folder, table))
    names = [field.name for field in table.fields]
    names[0] = f"{MARK}{names[0]}"
    columns = ", ".join(
        f"{safe(field)} AS {quoted(name)}" for field, name in zip(table.fields, names, strict=True)
    )
    rows = pq.read_metadata(parquet(folder, table)).num_rows
    for part, first in enumerate(range(0, max(rows, 1), SHEET), start=1):
        name = f"{table.name}.csv" if rows <= SHEET else f"{table.name}.{part}.csv"
        window = f"WHERE file_row_number BETWEEN {first} AND {first + SHEET - 1}" if rows > SHEET else ""
        yield f"SELECT {columns} FROM {source} {window}", folder / "excel" / name


def write_sample(connection: duckdb.DuckDBPyConnection, found: dict[str, Table], folder: Path) -> None:
    """Write some reports, and what belongs to them in every table, as CSV; small tables whole."""
    reports = read(folder / "parquet" / "reports.parquet")
    chosen = f"(SELECT report_id FROM {reports} ORDER BY md5(report_id) LIMIT {SAMPLE})"
    for table in found.values():
        belongs = any(field.name == "report_id" for field in table.fields)
        some = f"WHERE report_id IN {chosen}" if belongs else "LIMIT 1000"
        _copy(
            connection,
            f"SELECT {_exact(table)} FROM {read(parquet(folder, table))} {some}",
            folder / "sample" / f"{table.name}.csv",
        )


def copy_database(database: Path, folder: Path) -> None:
    """Put the database in the release as it is."""
    shutil.copyfile(database, folder / database.name)


def parquet(folder: Path, table: Table) -> Path:
    """Where a release has a table's Parquet file."""
    return folder / "parquet" / f"{table.name}.parquet"


def read(file: Path) -> str:
    """A Parquet file as SQL names it."""
    return f"read_parquet({_string(file)})"


def printed(value: str, kind: str) -> str:
    """A value as CSV prints it: 5 and 25.1 rather than 5.00000000 and 25.10000000, and times by ISO 8601."""
    match kind:
        case "number":
            return f"rtrim(rtrim({value}::VARCHAR, '0'), '.')"
        case "time":
            return f"strftime({value}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return value


def _string(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _exact(table: Table) -> str:
    return ", ".join(
        f"{printed(quoted(field.name), field.type)} AS {quoted(field.name)}" for field in table.fields
    )


def safe(field: Field) -> str:
    """A value as the twin for Excel has it."""
    text = printed(quoted(field.name), field.type)
    if field.type == "string" and field.values is None:
        cut = f"left({text}, {CELL - len(CUT)}) || '{CUT}'"
        whole = f"CASE WHEN strlen({text}) > {CELL} AND length({text}) > {CELL} THEN {cut} ELSE {text} END"
        # Few texts begin with what can be misread; to compare is a tenth of the cost of a regular expression.
        first = f"({text} < ':' OR left({text}, 1) IN ('=', '@') OR {text} >= '＋')"
        misread = f"{first} AND regexp_full_match({text}, '{FORMULA}|{MISREAD}')"
        return f"CASE WHEN {misread} THEN chr(39) ELSE '' END || {whole}"
    if field.type in ("integer", "number"):
        shown = f"({text})::VARCHAR"
        digits = f"length(regexp_replace({shown}, '[^0-9]', '', 'g'))"
        long = f"length({shown}) > {DIGITS} AND {digits} > {DIGITS}"
        return f"CASE WHEN {long} THEN chr(39) ELSE '' END || {shown}"
    return text


def _copy(connection: duckdb.DuckDBPyConnection, rows: str, target: Path) -> None:
    connection.execute(rf"COPY ({rows}) TO {_string(target)} (FORMAT csv, HEADER, NEW_LINE '\r\n')")

"""Write the tables of a build as Parquet: rows checked, tables of reports parted by year."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.files import append
from flows.parquet import batches, parquet_writer
from schemas.arrow import schema
from schemas.checks import Rejected, check, check_columns
from schemas.dataset import tables


@dataclass(slots=True)
class Writer:
    """Writes the tables of a build: a file per table, or per year of a partitioned table.

    `written` counts the rows by table. `progress` is told how many tables of how many are done. Rows that
    break a rule go to quarantine.jsonl.
    """

    build: Path
    progress: Callable[[int, int], None]
    written: Counter[str] = field(default_factory=Counter)

    def write_partitioned(
        self, table: str, rows: Iterable[pa.RecordBatch], reused: dict[int | None, Path]
    ) -> None:
        """Write rows in the order of their years; they have been checked. Link the files of reused years."""
        self.written[table] = 0
        for year, folder in reused.items():
            self._link(table, year, folder)
        writer: pq.ParquetWriter | None = None
        last: int | None = -1
        for batch in rows:
            arrow = _as_declared(table, batch)
            self.written[table] += arrow.num_rows
            start = 0
            years = pc.run_end_encode(arrow["year"].combine_chunks())
            for year, end in zip(years.values.to_pylist(), years.run_ends.to_pylist(), strict=True):
                if writer is None or year != last:
                    if writer:
                        writer.close()
                    writer, last = self._of_year(table, year), year
                writer.write_table(arrow.slice(start, end - start).drop_columns(["year"]))
                start = end
        if writer is None and not self.written[table]:
            writer = self._of_year(table, None)  # so that readers find the columns of a table without rows
        if writer:
            writer.close()
        self.progress(len(self.written), len(tables()))

    def _link(self, table: str, year: int | None, before: Path) -> None:
        """Take the file of a year from the dataset before, if it has rows of that year."""
        file = self._file(table, year)
        old = before / file.relative_to(self.build)
        if old.exists() and (rows := pq.read_metadata(old).num_rows):
            file.parent.mkdir(parents=True)
            os.link(old, file)
            self.written[table] += rows

    def _of_year(self, table: str, year: int | None) -> pq.ParquetWriter:
        file = self._file(table, year)
        file.parent.mkdir(parents=True)
        declared = schema(table)
        return parquet_writer(file, declared.remove(declared.get_field_index("year")))

    def _file(self, table: str, year: int | None) -> Path:
        folder = "__HIVE_DEFAULT_PARTITION__" if year is None else year
        return self.build / table / f"year={folder}" / f"{table}.parquet"

    def write(self, table: str, rows: duckdb.DuckDBPyRelation) -> None:
        """Check rows and write those that keep all rules; the others go to quarantine."""
        self.written[table] = 0
        with parquet_writer(self.build / f"{table}.parquet", schema(table)) as writer:
            for batch in batches(rows):
                columns = dict(zip(batch.schema.names, batch.columns, strict=True))
                self._keep(writer, table, *check_columns(table, columns))
        self.progress(len(self.written), len(tables()))

    def write_rows(self, table: str, rows: list[dict[str, Any]]) -> None:
        """The same for rows that are made here."""
        with parquet_writer(self.build / f"{table}.parquet", schema(table)) as writer:
            self._keep(writer, table, *check(table, rows))
        self.progress(len(self.written), len(tables()))

    def _keep(self, writer: pq.ParquetWriter, table: str, rows: pa.Table, rejected: list[Rejected]) -> None:
        writer.write_table(rows)
        self.written[table] += rows.num_rows
        append(self.build / "quarantine.jsonl", [asdict(row) for row in rejected])


def _as_declared(table: str, batch: pa.RecordBatch) -> pa.Table:
    names = schema(table).names
    return pa.Table.from_batches([batch]).select(names).cast(schema(table))

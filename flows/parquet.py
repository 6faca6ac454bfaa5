"""How we write Parquet: zstd, and the same bytes for the same rows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 122_880  # in a row group, as in those of DuckDB: it gives and takes whole ones


def parquet_writer(path: Path, columns: pa.Schema) -> pq.ParquetWriter:
    """A writer for a file of these columns; what it is given becomes row groups."""
    return pq.ParquetWriter(path, columns, compression="zstd", compression_level=3, version="2.6")


def batches(rows: duckdb.DuckDBPyRelation) -> Iterator[pa.RecordBatch]:
    """The rows of a query, for a row group each; the next ones are made while the caller writes these."""
    coming = iter(rows.to_arrow_reader(ROWS))
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(next, coming, None)
        while (batch := following.result()) is not None:
            following = thread.submit(next, coming, None)
            yield batch

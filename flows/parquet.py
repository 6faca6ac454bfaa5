"""How we write Parquet: zstd, and the same bytes for the same rows."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def parquet_writer(path: Path, columns: pa.Schema) -> pq.ParquetWriter:
    """A writer for a file of these columns; what it is given becomes row groups."""
    return pq.ParquetWriter(path, columns, compression="zstd", compression_level=3, version="2.6")


def ahead(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches, the next one of which is made while the caller writes this one."""
    coming = iter(batches)
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(next, coming, None)
        while (batch := following.result()) is not None:
            following = thread.submit(next, coming, None)
            yield batch

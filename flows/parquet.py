"""How we write Parquet: zstd, and the same bytes for the same rows."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def parquet_writer(path: Path, columns: pa.Schema) -> pq.ParquetWriter:
    """A writer for a file of these columns; what it is given becomes row groups."""
    return pq.ParquetWriter(path, columns, compression="zstd", compression_level=9, version="2.6")

"""Which years have changed: the files of the others are those of the dataset before, linked."""

from pathlib import Path
from typing import Any

import duckdb
import msgspec

from flows.version import dataset_version

# What the files of each year are made of, as a digest: of the documents' own digests, since a text of a
# million documents in their order would be more than a query may hold.
PARTITIONS = """
    CREATE TABLE partitions AS
    WITH told_of AS (
        SELECT document_id, string_agg(code || message, chr(10) ORDER BY code, message) AS said
        FROM told GROUP BY document_id
    ),
    corrected_in AS (
        SELECT report_id, string_agg(correction || "table" || "row" || "column" || value_reconciled, chr(10)
            ORDER BY correction, "table", "row", "column") AS mended
        FROM corrected GROUP BY report_id
    )
    SELECT year, concat_ws(' ', count(*), bit_xor(md5_number(
            concat_ws(chr(9), key, is_current, documents, coalesce(report_id, ''), coalesce(agency_id, ''),
                coalesce(reader, ''), cells_decided, identities_broken, coalesce(said, ''),
                coalesce(mended, ''))))) AS digest
    FROM indexed LEFT JOIN told_of USING (document_id) LEFT JOIN corrected_in USING (report_id)
    GROUP BY year
"""
# The documents of the years to write anew.
CHANGED = """
    CREATE TABLE changed AS
    SELECT indexed.* FROM indexed JOIN partitions ON partitions.year IS NOT DISTINCT FROM indexed.year
    WHERE coalesce(partitions.year, 0) NOT IN (SELECT unnest($reused))
"""


def unchanged_years(
    connection: duckdb.DuckDBPyConnection, before: Path, build: Path
) -> dict[int | None, Path]:
    """The years whose files in the dataset before are made of the same, and that dataset's folder.

    What each year of this dataset is made of is noted in partitions.json. Makes the table `changed` of the
    documents of all other years.
    """
    connection.execute(PARTITIONS)
    years = dict(connection.execute("SELECT coalesce(year, 0), digest FROM partitions").fetchall())
    noted = {"version": dataset_version(), "years": {str(year): digest for year, digest in years.items()}}
    (build / "partitions.json").write_bytes(msgspec.json.encode(noted, order="deterministic"))
    known = _noted(before)
    same: list[int] = []
    if known.get("version") == noted["version"]:
        same = sorted(year for year, digest in years.items() if known["years"].get(str(year)) == digest)
    connection.execute(CHANGED, {"reused": same})
    return {year or None: before.resolve() for year in same}


def _noted(dataset: Path) -> dict[str, Any]:
    file = dataset / "partitions.json"
    return msgspec.json.decode(file.read_bytes()) if file.exists() else {}

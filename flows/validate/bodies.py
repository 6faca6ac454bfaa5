"""The bodies that publish, and the names that stand for them."""

import duckdb

from flows.validate.writer import Writer
from transforms.agencies import declared_names, successor

AGENCIES = """
    SELECT agency_id,
        arg_max_null(
            COLUMNS(['agency', 'region_code', 'agency_level', 'agency_kind', 'department']),
            (coalesce(year, 0), number))
    FROM indexed WHERE agency_id IS NOT NULL AND is_current GROUP BY agency_id ORDER BY agency_id
"""
DECLARED = "CREATE TABLE declared (agency_name VARCHAR, region_code VARCHAR, agency_id VARCHAR)"
NAMES = """
    SELECT agency_name, agency_id, region_code, bool_or(declared) AS declared, count(document_id) AS mentions
    FROM (
        SELECT agency_name, agency_id, indexed.region_code, document_id, names.agency_id IS NOT NULL
            AS declared
        FROM indexed LEFT JOIN declared AS names USING (agency_name, agency_id)
        WHERE agency_name IS NOT NULL
        UNION ALL
        SELECT agency_name, agency_id, region_code, NULL, true
        FROM declared ANTI JOIN indexed USING (agency_name, agency_id)
    )
    GROUP BY ALL ORDER BY ALL
"""


def write_bodies(connection: duckdb.DuckDBPyConnection, writer: Writer) -> None:
    """Write the names, read or declared, and the bodies as their newest report has them."""
    connection.execute(DECLARED)
    for name in declared_names():
        connection.execute("INSERT INTO declared VALUES (?, nullif(?, ''), ?)", name)
    writer.write("agency_names", connection.sql(NAMES))
    agencies = connection.sql(AGENCIES).to_arrow_table().to_pylist()
    rows = [{**agency, "successor_id": successor(agency["agency_id"])} for agency in agencies]
    writer.write_rows("agencies", rows)

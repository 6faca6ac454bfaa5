"""Which years of the dataset are made of the same as before."""

from pathlib import Path

from flows.database import connect
from flows.validate.years import unchanged_years

DOCUMENTS = """
    CREATE TABLE indexed AS
    SELECT md5(range::VARCHAR) AS key, key AS document_id, true AS is_current, 1 AS documents,
        'report-of-an-agency-with-a-long-name-' || range AS report_id, 'agency-' || range AS agency_id,
        'text' AS reader, 190 AS cells_decided, 0 AS identities_broken, 2019 + range % 6 AS year
    FROM range($documents)
"""
TOLD = "CREATE TABLE told (document_id VARCHAR, code VARCHAR, severity VARCHAR, message VARCHAR)"
CORRECTED = """
    CREATE TABLE corrected (report_id VARCHAR, correction VARCHAR, "table" VARCHAR, "row" VARCHAR,
        "column" VARCHAR, value_reconciled DECIMAL(24, 8))
"""


def test_what_years_are_made_of_is_told_in_less_memory_than_their_documents_take(tmp_path: Path) -> None:
    with connect(spill=tmp_path) as connection:
        connection.execute("SET memory_limit = '200MB'")
        connection.execute(DOCUMENTS, {"documents": 1_000_000})
        connection.execute(TOLD)
        connection.execute(CORRECTED)
        assert unchanged_years(connection, tmp_path / "none", tmp_path) == {}
        digests = connection.execute("SELECT digest FROM partitions").fetchall()
    assert len(set(digests)) == 6

"""What only others tell of a document: those of its report or its address, and other sources."""

from pathlib import Path

import duckdb

from flows.normalise import Selection
from flows.parts import table_files
from schemas.issues import severity

# Documents that other sources would make another body's or year's, by what they declare of it; what a person
# has corrected (its key is another one) is decided.
CLAIMED = """
    CREATE TABLE claimed AS
    WITH readings AS (
        SELECT selected.document_id, source, choice, done.key, agency_id, agency_name, done.region_code,
            done.year, concat_ws(' ', source, 'makes it', coalesce(agency_name, 'a body without a name'),
                done.region_code, done.year) AS said
        FROM read_parquet($documents) AS done JOIN read_parquet($selected) AS selected USING (key)
    )
    SELECT document_id, any_value(this.said) || '; ' || string_agg(other.said, '; ' ORDER BY other.choice)
            || '; ' || any_value(this.source) || ' had it first' AS said
    FROM readings AS this JOIN readings AS other USING (document_id)
    WHERE this.key IN (SELECT key FROM read) AND other.choice > 1 AND (
        coalesce(other.agency_id, other.agency_name)
            NOT IN (coalesce(this.agency_id, ''), coalesce(this.agency_name, ''))
        OR other.region_code <> coalesce(this.region_code, '') OR other.year <> coalesce(this.year, 0))
    GROUP BY document_id
"""
# What gives the figures of a report although its address shows another document now, and whether that has the
# same figures: then a wrong year or body may have been corrected. 0 is the same in most reports.
REPLACED = """
    CREATE TABLE replaced AS
    WITH gone AS (SELECT document_id, key, instead FROM indexed WHERE is_current AND NOT shown),
    printed AS (
        SELECT key, "table", "row", "column", "value" FROM read_parquet($files)
        WHERE "value" <> 0 AND key IN (SELECT key FROM gone UNION ALL SELECT instead.key FROM gone)
    )
    SELECT gone.document_id, printf('%s shows %s; %d of %d figures other than 0 are the same',
        any_value(instead.url), any_value(coalesce(instead.report, 'no report')), count(now."value"),
        count(old."value")) AS said
    FROM gone LEFT JOIN printed AS old USING (key)
    LEFT JOIN printed AS now ON now.key = instead.key AND now."table" = old."table" AND now."row" = old."row"
        AND now."column" = old."column" AND now."value" = old."value"
    GROUP BY gone.document_id
"""
TOLD = """
    CREATE TABLE told (document_id VARCHAR, code VARCHAR, severity VARCHAR, message VARCHAR)
"""
NEIGHBOURLY = (
    "several_documents", "documents_differ", "names_differ", "no_longer_shown", "sources_differ",
)  # fmt: skip
NEIGHBOURS = """
    INSERT INTO told
    SELECT document_id, code, map($codes, $severities)[code], message FROM (
        SELECT document_id, 'several_documents' AS code, documents || ' documents' AS message
        FROM indexed WHERE is_current AND documents > 1
        UNION ALL
        SELECT document_id, 'documents_differ', count(*) || ' cells differ from the current document'
        FROM beside JOIN pairs USING (number) WHERE value_current <> value_other GROUP BY document_id
        UNION ALL
        SELECT any_value(document_id) FILTER (is_current), 'names_differ',
            string_agg(DISTINCT agency, '; ' ORDER BY agency)
        FROM indexed WHERE agency_id IS NOT NULL AND report_id IS NOT NULL GROUP BY report_id
        HAVING count(DISTINCT agency) > 1
        UNION ALL
        SELECT document_id, 'no_longer_shown', said FROM replaced
        UNION ALL
        SELECT document_id, 'sources_differ', said FROM claimed
    )
"""


def tell_of_neighbours(
    connection: duckdb.DuckDBPyConnection, selection: Selection, found: list[Path]
) -> None:
    """Make the table `told` of issues, beside those that each document has by itself."""
    given = {"documents": table_files(found, "documents"), "selected": str(selection.selected)}
    connection.execute(CLAIMED, given)
    connection.execute(REPLACED, {"files": table_files(found, "cells")})
    connection.execute(TOLD)
    severities = [severity(code) for code in NEIGHBOURLY]
    connection.execute(NEIGHBOURS, {"codes": list(NEIGHBOURLY), "severities": severities})

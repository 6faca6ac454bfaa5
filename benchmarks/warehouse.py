"""How long a warehouse of many reports takes to load, how large it is, and how fast the twenty questions are.

    .venv/bin/python -m benchmarks.warehouse [REPORTS]

The reports are synthetic: bodies of the real divisions, with figures that keep the identities of the form and
follow from year to year, and some blank, missing and contradictory cells. DuckDB makes them as Parquet, in
the shape in which the stage `validate` leaves them; the load is the program's own. Seconds are wall-clock,
queries the best of three, memory the highest of the loading process.
"""

import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.check import broken
from flows.database import connect
from schemas.assertions import assertions
from schemas.comments import quoted
from schemas.dataset import tables
from schemas.ddl import TYPES
from schemas.forms import form_cells, outcome_rows, rows
from tests.data.queries import questions
from transforms.regions import REGIONS

# In a process of its own, whose memory is then that of the load alone.
LOAD = """
import resource, sys
from pathlib import Path
from flows.load import build_database
build_database(Path(sys.argv[1]), "synthetic", None)
print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")
"""
YEARS = range(2019, 2025)
REPORTS = 200_000
APPLICANTS = ("natural_person", "business", "research", "nonprofit", "legal_service", "other_organisation")

# One body of a kind per division, until there are enough. Its size decides its figures.
AGENCIES = """
CREATE TABLE agencies AS
SELECT row_number() OVER (ORDER BY place, code) AS n, code AS region_code, name || called AS agency,
    code || '-' || coalesce(nullif(kind, 'department'), 'd' || place) AS agency_id, level AS agency_level,
    kind AS agency_kind, exp(3 + 1.5 * ((hash(code, called) % 1000) / 500 - 1)) AS size
FROM read_csv($regions, all_varchar = true) CROSS JOIN (
    SELECT unnest(range(1, 13)) AS place,
        unnest(['人民政府', '人民政府办公室', '公安局', '自然资源局', '财政局', '教育局', '司法局', '民政局',
            '市场监督管理局', '卫生健康委员会', '农业农村局', '交通运输局']) AS called,
        CASE place WHEN 1 THEN 'government' WHEN 2 THEN 'office' ELSE 'department' END AS kind
)
WHERE valid_from IS NULL AND valid_to IS NULL
QUALIFY n <= $agencies
"""
REPORTS_OF_YEAR = """
CREATE OR REPLACE TABLE r AS
SELECT *, $year AS year, CASE WHEN $year <= 2020 THEN 2019 ELSE 2021 END AS form,
    printf('%s-%d', agency_id, $year) AS report_id, sha256(printf('%s-%d', agency_id, $year)) AS document_id
FROM agencies
"""
# Every outcome and what is left open, by applicant: all other figures of the requests table follow.
FIGURES = """
CREATE OR REPLACE TABLE figures AS
WITH outcomes AS (
    SELECT n, size, "row", "column",
        CAST(floor(size * share * part * (hash(n, year, "row", "column") % 1000) / 500) AS BIGINT) AS v
    FROM r JOIN outcome USING (form) CROSS JOIN applicant
),
flow AS (
    SELECT n, "column", CAST(sum(v) AS BIGINT) AS processed,
        CAST(floor(any_value(size * part) * (hash(n, $year, "column") % 100) / 800) AS BIGINT) AS "out",
        CAST(floor(any_value(size * part) * (hash(n, $year - 1, "column") % 100) / 800) AS BIGINT) AS before
    FROM outcomes JOIN applicant USING ("column") GROUP BY n, "column"
),
single AS (
    SELECT n, "row", "column", v FROM outcomes
    UNION ALL SELECT n, 'total_processed', "column", processed FROM flow
    UNION ALL SELECT n, 'carried_out', "column", "out" FROM flow
    UNION ALL SELECT n, 'carried_in', "column", least(before, processed + "out") FROM flow
    UNION ALL SELECT n, 'new_received', "column", greatest(processed + "out" - before, 0) FROM flow
),
result AS (
    SELECT n, "row", "column",
        CAST(floor(size * (hash(n, year, "row", "column") % 100) / 1500) AS BIGINT) AS v
    FROM r CROSS JOIN (SELECT unnest(['reconsideration', 'litigation_direct',
        'litigation_after_reconsideration']) AS "row")
    CROSS JOIN (SELECT unnest(['upheld', 'corrected', 'other', 'pending']) AS "column")
)
SELECT *, hash(n, $year, "table", "row", "column") % 1000 AS lot,
    CASE WHEN lot < 20 THEN 'blank' WHEN lot < 25 THEN 'missing' ELSE 'reported' END AS value_status
FROM (
SELECT n, 'requests' AS "table", "row", "column", v FROM single
UNION ALL SELECT n, 'requests', "row", 'total', CAST(sum(v) AS BIGINT) FROM single GROUP BY n, "row"
UNION ALL SELECT n, 'disputes', "row", "column", v FROM result
UNION ALL SELECT n, 'disputes', "row", 'total', CAST(sum(v) AS BIGINT) FROM result GROUP BY n, "row"
UNION ALL SELECT n, 'proactive', "row", "column",
    CAST(floor(size * (hash(n, year, "row", "column") % 100) / 60) AS BIGINT)
FROM r JOIN codebook USING (form) WHERE "table" = 'proactive'
)
"""
# Two cells in a hundred are blank and proved, one in two hundred is missing.
CELLS = """
SELECT report_id, r.year, "table", "row", "column", r.form, document_id, 'text' AS reader,
    CASE WHEN value_status = 'reported' THEN CAST(v AS VARCHAR) END AS value_raw,
    CASE WHEN value_status = 'reported' THEN v END AS value, value_status,
    CASE WHEN value_status <> 'missing' THEN v END AS value_reconciled,
    CASE value_status WHEN 'reported' THEN 'as_reported' WHEN 'blank' THEN 'proved'
        ELSE 'undetermined' END AS reconciliation,
    place AS line, 10 + place % 30 AS char_start, 12 + place % 30 AS char_end
FROM figures JOIN r USING (n) JOIN codebook USING (form, "table", "row", "column")
ORDER BY report_id, place
"""
IDENTITIES = """
WITH sums AS (
    SELECT n, 'flow' AS identity, 'requests' AS "table", NULL AS "row", "column",
        sum(v) FILTER ("row" IN ('new_received', 'carried_in')) AS "left" FROM figures
    WHERE "table" = 'requests' GROUP BY n, "column"
    UNION ALL SELECT n, 'outcomes', 'requests', NULL, "column", sum(v) FROM figures
    WHERE "table" = 'requests'
        AND "row" NOT IN ('new_received', 'carried_in', 'total_processed', 'carried_out')
    GROUP BY n, "column"
    UNION ALL SELECT n, CASE "table" WHEN 'requests' THEN 'applicants' ELSE 'results' END, "table", "row",
        NULL, v FROM figures
    WHERE "table" <> 'proactive' AND "column" = 'total'
)
SELECT report_id, year, identity, "table", "row", "column", "left", "left" AS "right", true AS holds,
    document_id
FROM sums JOIN r USING (n)
UNION ALL SELECT report_id, year, 'narrative', "table", "row", "column", stated, v, stated = v, document_id
FROM stated JOIN r USING (n)
ORDER BY report_id
"""
# One text in fifty gives another number than the table.
STATED = """
CREATE OR REPLACE TABLE stated AS
SELECT *, v + CAST(hash(n, $year) % 50 = 0 AS BIGINT) AS stated FROM figures
WHERE "row" = 'new_received' AND "column" = 'total'
"""
OTHERS = {
    "reports": """
SELECT r.*, agency || year || '年政府信息公开工作年度报告' AS title, make_date(year + 1, 1, 20) AS published,
    ['body', 'jurisdiction', 'unknown'][1 + CAST(n % 3 AS BIGINT)] AS scope,
    CASE WHEN n % 3 <> 2 THEN '本机关' END AS scope_evidence, CAST(form AS VARCHAR) AS form_proactive,
    CAST(form AS VARCHAR) AS form_requests, CAST(form AS VARCHAR) AS form_disputes, cells_reported,
    cells_blank, cells_missing, 0 AS cells_conflicting, 1 AS documents, 'text' AS reader,
    CAST(v <> stated AS BIGINT) AS identities_broken
FROM r JOIN stated USING (n) JOIN (
    SELECT n, count(*) FILTER (value_status = 'reported') AS cells_reported,
        count(*) FILTER (value_status = 'blank') AS cells_blank,
        count(*) FILTER (value_status = 'missing') AS cells_missing
    FROM figures GROUP BY n
) USING (n) ORDER BY report_id""",
    "sections": """
SELECT report_id, year, document_id, number AS section_number, section, section AS heading,
    repeat(printf('%s做好公开工作，发布信息%d条。', agency, hash(n, year, number) % 10000), 25) AS text
FROM r CROSS JOIN (SELECT unnest(range(1, 7)) AS number, unnest(
    ['overview', 'proactive', 'requests', 'disputes', 'problems', 'other_matters']) AS section)
ORDER BY report_id, number""",
    "narrative": """
SELECT report_id, year, document_id, measure, 'unknown' AS stated_scope, section,
    10 AS text_start, 20 AS text_end, printf('%s：%d。', measure, v) AS sentence, v AS stated
FROM (
    SELECT n, 'requests_received' AS measure, 'overview' AS section, stated AS v FROM stated
    UNION ALL SELECT n, 'information_fee', 'other_matters', CAST(hash(n) % 200 AS BIGINT) FROM r
) JOIN r USING (n) ORDER BY report_id""",
    "issues": """
SELECT report_id, year, document_id, 1 AS issue_number, 'identity_broken' AS code, 'warning' AS severity,
    'the published figures contradict each other' AS message
FROM r WHERE hash(n, year) % 10 = 0 ORDER BY report_id""",
}
# Tables that are not parted by year.
WHOLE = {
    "agencies": "FROM agencies",
    "documents": """
SELECT 'synthetic' AS source, 'data/' || report_id AS url, TIMESTAMPTZ '2025-02-01' AS fetched_at,
    'fetched' AS fetch_status, document_id, 'text/plain' AS media_type, 9000 AS bytes, report_id, reader,
    true AS is_current FROM {reports} ORDER BY url""",
    "regions": """
SELECT code AS region_code, name AS region, level, parent AS parent_code, valid_from, valid_to
FROM read_csv('{regions}', types = {{code: 'VARCHAR', parent: 'VARCHAR'}})""",
    "codebook": "SELECT * EXCLUDE place FROM codebook",
    "sources": "SELECT 'synthetic' AS source, 'Synthetic' AS source_title, 0 AS expected_min",
    "runs": """
SELECT 'synthetic' AS run_id, TIMESTAMPTZ '2025-02-01' AS started_at, '' AS version, '' AS fingerprint,
    0 AS files_fetched, 0 AS documents_parsed, 0 AS reports_read""",
}


def main(reports: int = REPORTS) -> None:
    """Make the reports, load them, ask the questions, and print what each took."""
    with tempfile.TemporaryDirectory(prefix="warehouse-") as folder:
        build = Path(folder)
        synthesise(build, reports)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", LOAD, folder], check=True)
        seconds = time.perf_counter() - start
        size = (build / "gongkai.duckdb").stat().st_size / 1e6
        print(f"{reports:,} reports loaded in {seconds:.0f} s: {size:,.0f} MB")
        with connect(build / "gongkai.duckdb", spill=build) as connection:
            for title, query, _ in questions():
                print(f"{best(connection, query):6.2f} s  {title}")
            start = time.perf_counter()
            offended = [assertion.name for assertion, _ in broken(connection, assertions())]
            print(f"{time.perf_counter() - start:6.0f} s  gongkai check; broken: {offended}")


def best(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    """The shortest of three runs of a query, all of its rows fetched."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        connection.execute(query).fetchall()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def synthesise(build: Path, reports: int) -> None:
    """Write the Parquet of so many reports."""
    with connect(spill=build) as connection:
        prepare(connection, reports // len(YEARS))
        for year in YEARS:
            connection.execute(REPORTS_OF_YEAR.replace("$year", str(year)))
            connection.execute(FIGURES.replace("$year", str(year)))
            connection.execute(STATED.replace("$year", str(year)))
            for table, query in {"cells": CELLS, "identities": IDENTITIES, **OTHERS}.items():
                path = build / table / f"year={year}" / f"{table}.parquet"
                write(connection, table, query.replace("$year", str(year)), path)
        for table, query in WHOLE.items():
            query = query.format(reports=f"read_parquet('{build}/reports/*/*.parquet')", regions=REGIONS)
            write(connection, table, query, build / f"{table}.parquet")
        for table in tables().keys() - {"cells", "identities", *OTHERS, *WHOLE}:
            write(connection, table, "SELECT 0 AS nothing WHERE false", build / f"{table}.parquet")


def prepare(connection: duckdb.DuckDBPyConnection, agencies: int) -> None:
    """The bodies, the codebook, and how requests end and who makes them."""
    cells = [{**asdict(cell), "place": place} for place, cell in enumerate(form_cells())]
    connection.register("cells_of_forms", pa.Table.from_pylist(cells))
    connection.execute("CREATE TABLE codebook AS FROM cells_of_forms")
    outcomes = [
        {"form": form, "row": row, "share": 1 / (1 + place) ** 1.2}
        for form in (2019, 2021)
        for place, row in enumerate(outcome_rows(rows(form, "requests")))
    ]
    connection.register("outcomes", pa.Table.from_pylist(outcomes))
    connection.execute("CREATE TABLE outcome AS FROM outcomes")
    parts = [{"column": column, "part": 0.7 / (1 + 3 * place)} for place, column in enumerate(APPLICANTS)]
    connection.register("parts", pa.Table.from_pylist(parts))
    connection.execute("CREATE TABLE applicant AS FROM parts")
    connection.execute(AGENCIES, {"regions": str(REGIONS), "agencies": agencies})


def write(connection: duckdb.DuckDBPyConnection, table: str, query: str, path: Path) -> None:
    """Write a query's rows as a table of the dataset; fields that it does not give are null."""
    given = {column[0] for column in connection.execute(f"DESCRIBE {query}").fetchall()}
    in_path = {"year"} if "year=" in path.parent.name else set()
    columns = ", ".join(
        f"CAST({name if field.name in given else 'NULL'} AS {TYPES[field.type]}) AS {name}"
        for field in tables()[table].fields
        if field.name not in in_path
        for name in [quoted(field.name)]
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"COPY (SELECT {columns} FROM ({query})) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

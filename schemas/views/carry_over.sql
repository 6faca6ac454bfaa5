WITH figures AS (
    SELECT report_id, agency_id, agency, region_code, reports.year, "table", "row", "column",
        coalesce(value_reconciled, "value") AS figure
    FROM cells JOIN reports USING (report_id)
),
sides AS (
    SELECT agency_id, year + 1 AS year, report_id AS previous_report_id,
        'requests.carried_in.' || "column" AS figure, figure AS expected
    FROM figures WHERE "table" = 'requests' AND "row" = 'carried_out'
    UNION ALL
    SELECT previous.agency_id, previous.year + 1, previous.report_id,
        'proactive.' || previous."row" || '.in_force', previous.figure + issued.figure - repealed.figure
    FROM figures AS previous
    JOIN figures AS issued ON issued.agency_id = previous.agency_id AND issued.year = previous.year + 1
        AND issued."row" = previous."row" AND issued."column" = 'issued'
    JOIN figures AS repealed ON repealed.report_id = issued.report_id
        AND repealed."row" = previous."row" AND repealed."column" = 'repealed'
    WHERE previous."table" = 'proactive' AND previous."column" = 'in_force'
)
SELECT now.report_id, previous_report_id, now.agency, now.region_code, now.year, sides.figure,
    CAST(expected AS BIGINT) AS expected, CAST(now.figure AS BIGINT) AS found, expected = now.figure AS agrees
FROM sides
JOIN figures AS now ON now.agency_id = sides.agency_id AND now.year = sides.year
    AND now."table" || '.' || now."row" || '.' || now."column" = sides.figure
ORDER BY now.report_id, sides.figure

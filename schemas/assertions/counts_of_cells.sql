-- 报告所载单元格数与 cells 一致 | The counts of a report are those of its cells
WITH counted AS (
    SELECT report_id,
        count(*) FILTER (value_status = 'reported') AS reported,
        count(*) FILTER (value_status IN ('blank', 'not_applicable')) AS blank,
        count(*) FILTER (value_status IN ('missing', 'unreadable')) AS missing,
        count(*) FILTER (reconciliation = 'conflict') AS conflicting
    FROM cells GROUP BY report_id
)
SELECT report_id, cells_reported, reported, cells_blank, blank, cells_missing, missing, cells_conflicting,
    conflicting
FROM reports JOIN counted USING (report_id)
WHERE (cells_reported, cells_blank, cells_missing, cells_conflicting)
    <> (reported, blank, missing, conflicting)

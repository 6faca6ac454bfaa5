-- 宽表的数字与 cells 一致 | The wide tables hold the figures of cells
WITH figures AS (
    SELECT report_id, "table", "row", "column", coalesce(value_reconciled, "value") AS figure FROM cells
)
SELECT report_id, "table", "row", "column", figure, total_processed_total AS found
FROM figures LEFT JOIN requests USING (report_id)
WHERE ("table", "row", "column") = ('requests', 'total_processed', 'total')
    AND found IS DISTINCT FROM figure AND figure = trunc(figure)
UNION ALL
SELECT report_id, "table", "row", "column", figure, reconsideration_total AS found
FROM figures LEFT JOIN disputes USING (report_id)
WHERE ("table", "row", "column") = ('disputes', 'reconsideration', 'total')
    AND found IS DISTINCT FROM figure AND figure = trunc(figure)
UNION ALL
SELECT report_id, "table", "row", "column", figure, penalties_decisions AS found
FROM figures LEFT JOIN proactive USING (report_id)
WHERE ("table", "row", "column") = ('proactive', 'penalties', 'decisions')
    AND found IS DISTINCT FROM figure AND figure = trunc(figure)

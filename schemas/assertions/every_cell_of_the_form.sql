-- 报告的每一行都有该格式的全部单元格 | A row of a report has every cell of its form
WITH complete AS (
    SELECT form, "table", "row", count(*) AS columns FROM codebook GROUP BY ALL
)
SELECT report_id, cells."table", cells."row", form, count(*) AS found, any_value(columns) AS columns
FROM cells JOIN complete USING (form, "table", "row")
GROUP BY report_id, cells."table", cells."row", form HAVING found <> any_value(columns)

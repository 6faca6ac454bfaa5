-- 不成立的勾稽关系所涉单元格不得全部如实 | A broken identity never leaves all of its cells as reported
WITH marked AS (
    SELECT report_id, "table", "row", "column" FROM cells WHERE reconciliation <> 'as_reported'
)
SELECT report_id, identity, "table", "row", "column", "left", "right" FROM identities
WHERE NOT holds AND identity <> 'narrative' AND NOT EXISTS (
    FROM marked WHERE marked.report_id = identities.report_id AND marked."table" = identities."table"
        AND (marked."row" = identities."row" OR marked."column" = identities."column")
)

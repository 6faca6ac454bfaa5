-- 矛盾的单元格必处于不成立的勾稽关系中，或其数字本身不可能 | A conflicting cell stands in a broken identity, or is impossible by itself
SELECT report_id, "table", "row", "column", "value" FROM cells
WHERE reconciliation = 'conflict' AND "value" >= 0 AND "value" = trunc("value") AND NOT EXISTS (
    FROM identities WHERE NOT holds AND identity <> 'narrative'
        AND identities.report_id = cells.report_id AND identities."table" = cells."table"
        AND (identities."row" = cells."row" OR identities."column" = cells."column")
)

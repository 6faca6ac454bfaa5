-- 每个唯一更正的单元格都有问题记录 | Every repaired cell is told as an issue
SELECT report_id, "table", "row", "column", "value", value_reconciled FROM cells
WHERE reconciliation = 'repaired' AND NOT EXISTS (
    FROM issues WHERE code = 'cell_repaired' AND issues.document_id = cells.document_id
        AND issues."table" = cells."table" AND issues."row" = cells."row"
)

-- 核定值满足收支勾稽（人工更正除外） | Reconciled figures keep the flow identity, unless a person corrected them
SELECT report_id, "column",
    any_value(value_reconciled) FILTER ("row" = 'new_received') AS new_received,
    any_value(value_reconciled) FILTER ("row" = 'carried_in') AS carried_in,
    any_value(value_reconciled) FILTER ("row" = 'total_processed') AS total_processed,
    any_value(value_reconciled) FILTER ("row" = 'carried_out') AS carried_out
FROM cells
WHERE "table" = 'requests'
    AND "row" IN ('new_received', 'carried_in', 'total_processed', 'carried_out')
GROUP BY report_id, "column"
HAVING new_received + carried_in <> total_processed + carried_out
    AND count(*) FILTER (reconciliation = 'corrected') = 0

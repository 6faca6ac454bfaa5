-- 核定的各项办理结果之和等于核定的总计（人工更正除外） | Reconciled outcomes sum to the reconciled total
SELECT report_id, "column",
    sum(value_reconciled) FILTER ("row" <> 'total_processed') AS outcomes,
    any_value(value_reconciled) FILTER ("row" = 'total_processed') AS total_processed
FROM cells
WHERE "table" = 'requests' AND "row" NOT IN ('new_received', 'carried_in', 'carried_out')
GROUP BY report_id, "column"
HAVING count(*) = count(value_reconciled) AND outcomes <> total_processed
    AND count(*) FILTER (reconciliation = 'corrected') = 0

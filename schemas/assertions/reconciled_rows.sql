-- 核定的各栏之和等于核定的合计（人工更正除外） | Reconciled columns sum to the reconciled total of their row
SELECT report_id, "table", "row",
    sum(value_reconciled) FILTER ("column" <> 'total') AS columns,
    any_value(value_reconciled) FILTER ("column" = 'total') AS total
FROM cells WHERE "table" IN ('requests', 'disputes')
GROUP BY report_id, "table", "row"
HAVING count(*) = count(value_reconciled) AND columns <> total
    AND count(*) FILTER (reconciliation = 'corrected') = 0

-- 收支勾稽两边等于所印数字之和 | Both sides of a flow identity are the sums of the printed figures
WITH printed AS (
    SELECT report_id, "column",
        any_value("value") FILTER ("row" = 'new_received') AS new_received,
        any_value("value") FILTER ("row" = 'carried_in') AS carried_in,
        any_value("value") FILTER ("row" = 'total_processed') AS total_processed,
        any_value("value") FILTER ("row" = 'carried_out') AS carried_out
    FROM cells
    WHERE "table" = 'requests'
        AND "row" IN ('new_received', 'carried_in', 'total_processed', 'carried_out')
    GROUP BY report_id, "column"
)
SELECT report_id, identities."column", "left", new_received + carried_in AS expected_left, "right",
    total_processed + carried_out AS expected_right
FROM identities JOIN printed USING (report_id, "column")
WHERE identity = 'flow' AND ("left" <> expected_left OR "right" <> expected_right)

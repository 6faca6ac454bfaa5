-- 所印字符必可追溯到文件中的位置 | Printed characters can be traced to a place in their document
SELECT report_id, "table", "row", "column", value_raw FROM cells
WHERE value_raw IS NOT NULL AND line IS NULL AND grid_row IS NULL AND (page IS NULL OR box IS NULL)

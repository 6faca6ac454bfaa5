WITH explained AS (
    SELECT table_name AS relation, NULL AS "column", 0 AS position, 'table' AS type, comment FROM duckdb_tables()
    WHERE database_name = current_database()
    UNION ALL
    SELECT view_name, NULL, 0, 'view', comment FROM duckdb_views()
    WHERE database_name = current_database() AND NOT internal
    UNION ALL
    SELECT table_name, column_name, column_index, data_type, comment FROM duckdb_columns()
    WHERE database_name = current_database() AND NOT internal
)
SELECT relation, "column", position, type, split_part(comment, ' | ', 1) AS zh,
    substr(comment, length(split_part(comment, ' | ', 1)) + 4) AS en
FROM explained WHERE comment IS NOT NULL ORDER BY relation, position

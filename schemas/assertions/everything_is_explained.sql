-- 每个表、视图和列都有说明 | Every table, view and column has a comment
SELECT table_name, column_name FROM duckdb_columns()
WHERE database_name = current_database() AND NOT internal AND comment IS NULL
UNION ALL
SELECT table_name, NULL FROM duckdb_tables() WHERE database_name = current_database() AND comment IS NULL
UNION ALL
SELECT view_name, NULL FROM duckdb_views()
WHERE database_name = current_database() AND NOT internal AND comment IS NULL

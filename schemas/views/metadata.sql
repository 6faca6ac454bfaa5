SELECT unnest(['build', 'version', 'source_commit', 'duckdb', 'reports', 'cells', 'documents', 'years']) AS name,
    unnest([getvariable('build'), getvariable('version'), getvariable('source_commit'), version(),
        (SELECT CAST(count(*) AS VARCHAR) FROM reports), (SELECT CAST(count(*) AS VARCHAR) FROM cells),
        (SELECT CAST(count(*) AS VARCHAR) FROM documents),
        (SELECT concat(min(year), '-', max(year)) FROM reports)]) AS "value"

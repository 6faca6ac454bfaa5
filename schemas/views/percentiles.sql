SELECT report_id, agency_id, agency, agency_level, region_code, province, year, scope, indicator, "value",
    CASE WHEN agency_level IS NOT NULL AND year IS NOT NULL
        THEN count(*) OVER (PARTITION BY indicator, agency_level, year) END AS peers,
    CASE WHEN peers > 1
        THEN round(100 * percent_rank() OVER (PARTITION BY indicator, agency_level, year ORDER BY "value"), 1)
    END AS percentile
FROM (
    UNPIVOT indicators
    ON COLUMNS(* EXCLUDE (report_id, agency_id, agency, agency_level, agency_kind, department, region_code,
        region, province, year, scope))
    INTO NAME indicator VALUE "value"
)
ORDER BY indicator, year, report_id

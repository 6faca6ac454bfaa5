SELECT region_code, region, province, agency_level, year, report_id, agency_id, agency
FROM report_bodies
WHERE scope = 'jurisdiction' AND agency_kind IN ('government', 'office') AND region_code IS NOT NULL
    AND year IS NOT NULL
QUALIFY 1 = row_number() OVER (PARTITION BY region_code, year ORDER BY agency_kind, report_id)

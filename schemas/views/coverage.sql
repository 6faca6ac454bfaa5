SELECT year, regions.region AS province, count(*) AS reports, count(DISTINCT agency_id) AS agencies,
    CAST(sum(cells_reported) AS BIGINT) AS cells_reported,
    CAST(sum(cells_blank) AS BIGINT) AS cells_blank,
    CAST(sum(cells_missing) AS BIGINT) AS cells_missing,
    count(*) FILTER (identities_broken = 0) AS reports_consistent
FROM reports
LEFT JOIN regions ON regions.region_code = left(reports.region_code, 2) || '0000' AND regions.valid_to IS NULL
GROUP BY year, left(reports.region_code, 2), province
ORDER BY year, left(reports.region_code, 2)

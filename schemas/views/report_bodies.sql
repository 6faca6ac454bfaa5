SELECT report_id, reports.agency_id, coalesce(successor_id, reports.agency_id) AS lineage_id, reports.agency,
    agency_level, agency_kind, department, reports.region_code, regions.region, provinces.region AS province,
    reports.year, scope
FROM reports
LEFT JOIN agencies ON agencies.agency_id = reports.agency_id
LEFT JOIN regions ON regions.region_code = reports.region_code
    AND reports.year BETWEEN coalesce(regions.valid_from, 0) AND coalesce(regions.valid_to, 9999)
LEFT JOIN regions AS provinces ON provinces.region_code = left(reports.region_code, 2) || '0000'
    AND provinces.valid_to IS NULL

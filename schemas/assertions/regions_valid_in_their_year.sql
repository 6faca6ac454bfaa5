-- 报告的区划代码在报告年度有效 | The region of a report was valid in its year
SELECT report_id, agency, region_code, year FROM reports
WHERE region_code IS NOT NULL AND year IS NOT NULL AND NOT EXISTS (
    FROM regions WHERE regions.region_code = reports.region_code
        AND reports.year BETWEEN coalesce(valid_from, 0) AND coalesce(valid_to, 9999)
)

-- 占比在零与一之间 | Shares lie between 0 and 1
SELECT report_id, agency, year, indicator, "value" FROM percentiles
JOIN indicator_definitions USING (indicator)
WHERE unit = 'share' AND "value" NOT BETWEEN 0 AND 1

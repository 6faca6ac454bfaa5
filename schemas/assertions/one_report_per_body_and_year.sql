-- 同一机关同一年度只有一份报告 | A body has one report for a year
SELECT agency_id, year, count(*) AS reports FROM reports
WHERE agency_id IS NOT NULL AND year IS NOT NULL
GROUP BY agency_id, year HAVING count(*) > 1

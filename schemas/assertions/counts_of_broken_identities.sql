-- 报告所载不成立的勾稽关系数与 identities 一致 | A report counts its broken identities right
SELECT report_id, identities_broken, count(identity) FILTER (NOT holds) AS found
FROM reports LEFT JOIN identities USING (report_id)
GROUP BY report_id, identities_broken HAVING identities_broken <> found

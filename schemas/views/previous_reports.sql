SELECT now.report_id, now.agency_id, now.agency, now.year, before.report_id AS previous_report_id,
    before.scope AS previous_scope
FROM report_bodies AS now
JOIN report_bodies AS before ON before.lineage_id = now.lineage_id AND before.year = now.year - 1
-- a body that still reports is followed by itself alone
WHERE before.agency_id = now.agency_id OR NOT EXISTS (FROM report_bodies AS same
    WHERE same.year = now.year AND same.agency_id = before.agency_id)
QUALIFY count(*) OVER (PARTITION BY now.report_id) = 1

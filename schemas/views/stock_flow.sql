WITH figures AS (
    SELECT proactive.*, lineage_id, unnest(['regulations', 'normative_documents']) AS kind,
        unnest([regulations_issued, normative_documents_issued]) AS issued,
        unnest([regulations_repealed, normative_documents_repealed]) AS repealed,
        unnest([regulations_in_force, normative_documents_in_force]) AS in_force
    FROM proactive JOIN report_bodies USING (report_id)
)
SELECT now.report_id, before.report_id AS previous_report_id, now.agency_id, now.agency, now.agency_level,
    now.region_code, now.province, now.year, now.scope, before.scope AS previous_scope, now.kind,
    before.in_force AS in_force_before, now.issued, now.repealed,
    before.in_force + now.issued - now.repealed AS expected, now.in_force, expected = now.in_force AS agrees
FROM figures AS now
JOIN figures AS before
    ON before.lineage_id = now.lineage_id AND before.year = now.year - 1 AND before.kind = now.kind
QUALIFY count(*) OVER (PARTITION BY now.report_id, now.kind) = 1

WITH figures AS (
    SELECT requests.*, lineage_id,
        unnest(['natural_person', 'business', 'research', 'nonprofit', 'legal_service', 'other_organisation',
            'total']) AS applicant,
        unnest([carried_in_natural_person, carried_in_business, carried_in_research, carried_in_nonprofit,
            carried_in_legal_service, carried_in_other_organisation, carried_in_total]) AS carried_in,
        unnest([carried_out_natural_person, carried_out_business, carried_out_research, carried_out_nonprofit,
            carried_out_legal_service, carried_out_other_organisation, carried_out_total]) AS carried_out
    FROM requests JOIN report_bodies USING (report_id)
)
SELECT now.report_id, before.report_id AS previous_report_id, now.agency_id, now.agency, now.agency_level,
    now.region_code, now.province, now.year, now.scope, before.scope AS previous_scope, now.applicant,
    before.carried_out, now.carried_in,
    CASE WHEN NOT list_contains(before.conflicting, 'carried_out_' || before.applicant)
        AND NOT list_contains(now.conflicting, 'carried_in_' || now.applicant)
        THEN before.carried_out = now.carried_in END AS agrees
FROM figures AS now
JOIN figures AS before
    ON before.lineage_id = now.lineage_id AND before.year = now.year - 1 AND before.applicant = now.applicant
QUALIFY count(*) OVER (PARTITION BY now.report_id, now.applicant) = 1

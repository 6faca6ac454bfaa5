WITH columns AS (
    SELECT followed.report_id, previous_report_id, now.scope, previous_scope, now.agency_id, now.agency,
        now.agency_level, now.region_code, now.province, now.year,
        unnest(['natural_person', 'business', 'research', 'nonprofit', 'legal_service', 'other_organisation',
            'total']) AS applicant,
        unnest([before.carried_out_natural_person, before.carried_out_business, before.carried_out_research,
            before.carried_out_nonprofit, before.carried_out_legal_service,
            before.carried_out_other_organisation, before.carried_out_total]) AS carried_out,
        unnest([now.carried_in_natural_person, now.carried_in_business, now.carried_in_research,
            now.carried_in_nonprofit, now.carried_in_legal_service, now.carried_in_other_organisation,
            now.carried_in_total]) AS carried_in,
        string_split(before.conflicting, ' ') AS contradicted_before,
        string_split(now.conflicting, ' ') AS contradicted_now
    FROM previous_reports AS followed JOIN requests AS now ON now.report_id = followed.report_id
    JOIN requests AS before ON before.report_id = previous_report_id
)
SELECT report_id, previous_report_id, agency_id, agency, agency_level, region_code, province, year, scope,
    previous_scope, applicant, carried_out, carried_in,
    CASE WHEN coalesce(NOT list_contains(contradicted_before, 'carried_out_' || applicant), true)
        AND coalesce(NOT list_contains(contradicted_now, 'carried_in_' || applicant), true)
        THEN carried_out = carried_in END AS agrees
FROM columns

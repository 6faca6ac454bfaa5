SELECT now.report_id, previous_report_id, now.agency_id, now.agency, now.agency_level, now.region_code,
    now.province, now.year, now.scope, previous_scope,
    unnest(['regulations', 'normative_documents']) AS kind,
    unnest([before.regulations_in_force, before.normative_documents_in_force]) AS in_force_before,
    unnest([now.regulations_issued, now.normative_documents_issued]) AS issued,
    unnest([now.regulations_repealed, now.normative_documents_repealed]) AS repealed,
    unnest([before.regulations_in_force + now.regulations_issued - now.regulations_repealed,
        before.normative_documents_in_force + now.normative_documents_issued
            - now.normative_documents_repealed]) AS expected,
    unnest([now.regulations_in_force, now.normative_documents_in_force]) AS in_force,
    CASE WHEN NOT list_contains(string_split(coalesce(before.conflicting, ''), ' '), kind || '_in_force')
        AND NOT list_has_any(string_split(coalesce(now.conflicting, ''), ' '),
            [kind || '_in_force', kind || '_issued', kind || '_repealed'])
        THEN expected = in_force END AS agrees
FROM previous_reports AS followed JOIN proactive AS now ON now.report_id = followed.report_id
JOIN proactive AS before ON before.report_id = previous_report_id

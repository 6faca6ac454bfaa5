WITH counted AS (  -- each region's own reports, not yet those of the regions in it
    SELECT region_code, year, count(*) AS found,
        count(*) FILTER (form_proactive IS NOT NULL AND form_requests IS NOT NULL
            AND form_disputes IS NOT NULL AND cells_reported > 0) AS "read",
        count(*) FILTER (form_proactive IS NOT NULL AND form_requests IS NOT NULL
            AND form_disputes IS NOT NULL AND cells_reported > 0
            AND cells_missing = 0 AND identities_broken = 0) AS clean
    FROM reports GROUP BY ALL
),
known AS (SELECT region_code, count(*) AS bodies FROM agencies WHERE successor_id IS NULL GROUP BY ALL),
declared AS (  -- by the dossiers of sources
    SELECT region_code, year, CAST(sum(expected_min) AS BIGINT) AS reports
    FROM sources JOIN (SELECT DISTINCT year FROM reports) AS years
        ON year BETWEEN coalesce(expected_since, 0) AND coalesce(expected_until, 9999)
    GROUP BY ALL
),
own AS (
    SELECT regions.region_code, years.year, coalesce(found, 0) AS found, coalesce("read", 0) AS "read",
        coalesce(clean, 0) AS clean,
        greatest(coalesce(declared.reports, 0), coalesce(bodies, 0), coalesce(found, 0), 1) AS expected
    FROM (SELECT DISTINCT year FROM reports WHERE year IS NOT NULL) AS years
    JOIN regions ON years.year BETWEEN coalesce(valid_from, 0) AND coalesce(valid_to, 9999)
    LEFT JOIN counted ON counted.region_code = regions.region_code AND counted.year = years.year
    LEFT JOIN known ON known.region_code = regions.region_code
    LEFT JOIN declared ON declared.region_code = regions.region_code AND declared.year = years.year
),
inside AS (  -- a county counts in itself, its city and its province
    SELECT *, unnest(list_distinct([left(region_code, 2) || '0000', left(region_code, 4) || '00', region_code]))
        AS within FROM own
)
SELECT regions.region_code, regions.region, regions.level, inside.year,
    CAST(sum(expected) AS BIGINT) AS expected, CAST(sum(found) AS BIGINT) AS found,
    CAST(sum("read") AS BIGINT) AS "read", CAST(sum(clean) AS BIGINT) AS clean
FROM inside
JOIN regions ON regions.region_code = within
    AND inside.year BETWEEN coalesce(regions.valid_from, 0) AND coalesce(regions.valid_to, 9999)
GROUP BY ALL

WITH incomplete AS (SELECT DISTINCT document_id FROM issues WHERE code = 'table_missing'),
counted AS (  -- each region's own reports, not yet those of the regions in it
    SELECT region_code, year, count(*) AS found, count(*) FILTER (complete) AS "read",
        count(*) FILTER (complete AND cells_missing = 0 AND identities_broken = 0) AS clean
    FROM (
        SELECT *, cells_reported > 0 AND document_id NOT IN (FROM incomplete) AS complete FROM reports
    )
    GROUP BY ALL
),
known AS (SELECT region_code, count(*) AS bodies FROM agencies WHERE successor_id IS NULL GROUP BY ALL),
years AS (SELECT DISTINCT year FROM reports WHERE year IS NOT NULL),
began AS (  -- a dossier that does not say since when it counts does so from the first year found
    SELECT source, min(reports.year) AS year FROM documents JOIN reports USING (document_id) GROUP BY ALL
),
declared AS (  -- by the dossiers of sources
    SELECT region_code, years.year, sum(expected_min) AS reports
    FROM sources LEFT JOIN began USING (source)
    JOIN years ON years.year BETWEEN coalesce(expected_since, began.year, (SELECT max(year) FROM years))
        AND coalesce(expected_until, 9999)
    GROUP BY ALL
),
own AS (
    SELECT regions.region_code, years.year, coalesce(found, 0) AS found, coalesce("read", 0) AS "read",
        coalesce(clean, 0) AS clean, coalesce(declared.reports, 0) AS declared,
        greatest(coalesce(bodies, 0), coalesce(found, 0), 1) AS known
    FROM years
    JOIN regions ON years.year BETWEEN coalesce(valid_from, 0) AND coalesce(valid_to, 9999)
    LEFT JOIN counted ON counted.region_code = regions.region_code AND counted.year = years.year
    LEFT JOIN known ON known.region_code = regions.region_code
    LEFT JOIN declared ON declared.region_code = regions.region_code AND declared.year = years.year
),
-- A dossier of a city may list what those of its counties list as well: the greater number, never both.
counties AS (
    SELECT *, left(region_code, 4) || '00' AS city,
        CASE WHEN region_code = city THEN known ELSE greatest(known, declared) END AS expected
    FROM own
),
cities AS (
    SELECT city AS region_code, year, left(city, 2) || '0000' AS province,
        coalesce(sum(declared) FILTER (region_code = city), 0) AS own_declared,
        CASE WHEN city = province THEN sum(expected) ELSE greatest(own_declared, sum(expected)) END AS expected
    FROM counties GROUP BY city, year
),
provinces AS (
    SELECT province AS region_code, year,
        greatest(sum(own_declared) FILTER (region_code = province), sum(expected)) AS expected
    FROM cities GROUP BY province, year
),
expectations AS (
    SELECT region_code, year, expected FROM counties WHERE region_code <> city
    UNION ALL SELECT region_code, year, expected FROM cities WHERE region_code <> province
    UNION ALL FROM provinces
),
inside AS (  -- a county counts in itself, its city and its province
    SELECT unnest(list_distinct([left(region_code, 2) || '0000', left(region_code, 4) || '00', region_code]))
        AS region_code, year, found, "read", clean FROM own
)
SELECT regions.region_code, regions.region, regions.level, inside.year,
    CAST(any_value(expected) AS BIGINT) AS expected, CAST(sum(found) AS BIGINT) AS found,
    CAST(sum("read") AS BIGINT) AS "read", CAST(sum(clean) AS BIGINT) AS clean
FROM inside JOIN expectations USING (region_code, year)
JOIN regions ON regions.region_code = inside.region_code
    AND inside.year BETWEEN coalesce(regions.valid_from, 0) AND coalesce(regions.valid_to, 9999)
GROUP BY ALL

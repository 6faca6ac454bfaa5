-- 正文与表的勾稽所用数字见于正文数字 | What a narrative identity compares is among the figures of the text
SELECT report_id, "table", "row", "column", "left" FROM identities
WHERE identity = 'narrative' AND "left" IS NOT NULL AND NOT EXISTS (
    FROM narrative WHERE narrative.report_id = identities.report_id AND stated = "left"
)

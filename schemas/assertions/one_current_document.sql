-- 每份报告恰有一份现行文件 | A report takes its figures from exactly one document
SELECT report_id, count(DISTINCT documents.document_id) FILTER (is_current) AS current_documents
FROM reports LEFT JOIN documents USING (report_id)
GROUP BY report_id HAVING current_documents <> 1

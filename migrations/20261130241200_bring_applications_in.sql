-- An application that came with an imported file has no post: nobody handed it in here. What was imported as applied
-- for before is brought in now, so that it can be checked like any other.
ALTER TABLE application ALTER COLUMN post DROP NOT NULL;
INSERT INTO application (id, item, unit, applied_on, summary)
SELECT
    md5('application ' || i.id::text)::uuid, i.id, i.lead_unit, COALESCE(h.effective_on, i.last_report_on, i.opened_on),
    COALESCE(h.text, '')
FROM item i
LEFT JOIN LATERAL (
    SELECT h.effective_on, h.text
    FROM item_history h
    WHERE h.item = i.id AND h.change = 'application'
    ORDER BY h.effective_on DESC, h.version DESC
    LIMIT 1
) h ON true
WHERE i.status IN ('applied', 'checking')
  AND NOT EXISTS (SELECT 1 FROM application a WHERE a.item = i.id AND a.closed_on IS NULL);

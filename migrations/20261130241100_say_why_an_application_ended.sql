-- Why work went back to its unit, in the words the unit was told. Of what went back before, the check says it.
ALTER TABLE application ADD COLUMN closed_text text NOT NULL DEFAULT '';
UPDATE application a
SET closed_text = (
    SELECT c.text
    FROM site_check c
    WHERE c.application = a.id AND c.conclusion = 'failed'
    ORDER BY c.checked_on DESC, c.id DESC
    LIMIT 1
)
WHERE a.closed_why = 'returned'
  AND EXISTS (SELECT 1 FROM site_check c WHERE c.application = a.id AND c.conclusion = 'failed');

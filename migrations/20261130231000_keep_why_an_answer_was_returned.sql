-- Why and when an answer was sent back stays with that answer, whatever the unit answers next: the record of
-- delivery and the file of an item show both.
ALTER TABLE notice_answer
    ADD COLUMN returned_at timestamptz,
    ADD COLUMN returned    text;

-- What stands sent back now. The day of older ones is in the audit log alone.
UPDATE notice_answer a
SET returned = c.returned, returned_at = a.at
FROM notice_copy c
WHERE c.id = a.copy
  AND c.returned <> ''
  AND a.id = (SELECT id FROM notice_answer WHERE copy = c.id ORDER BY at DESC, id DESC LIMIT 1);

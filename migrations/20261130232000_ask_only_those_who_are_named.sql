-- A circular goes to every lead unit; those that none of its items concerns get it for information: nothing is to
-- be signed for or answered.
ALTER TABLE notice_copy ADD COLUMN for_information boolean NOT NULL DEFAULT false;

UPDATE notice_copy c
SET for_information = true
FROM notice n
WHERE n.id = c.notice
  AND n.form = 'circular'
  AND NOT EXISTS (
      SELECT 1
      FROM notice_item l
      JOIN item i ON i.id = l.item
      WHERE l.notice = n.id
        AND (
            i.lead_unit = c.unit
            OR EXISTS (SELECT 1 FROM item_co_unit o WHERE o.item = i.id AND o.unit = c.unit)
        )
  );

-- 约谈: when and where, in the office's words.
ALTER TABLE notice ADD COLUMN appointment text NOT NULL DEFAULT '';

-- After an interview its unit reports what it has put right by this day; the paper itself stays as it was signed.
ALTER TABLE notice ADD COLUMN report_by date;

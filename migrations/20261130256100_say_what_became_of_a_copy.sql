-- Which paper took the place of a copy that was escalated: it was signed in the same moment.
ALTER TABLE notice_copy ADD COLUMN escalated_by uuid;
ALTER TABLE notice_copy ADD
    CONSTRAINT notice_copy_escalated_by_exists FOREIGN KEY (escalated_by) REFERENCES notice (id);
UPDATE notice_copy c
SET escalated_by = n.id
FROM notice n
WHERE n.signed_at = c.escalated_at AND n.id <> c.notice;

-- A copy that the office delivered itself, where no message could: on which day and how.
ALTER TABLE notice_copy
    ADD COLUMN delivered_on  date,
    ADD COLUMN delivered_how text NOT NULL DEFAULT '';

-- A copy that could leave now, after what it is about was overtaken: the office is asked once.
ALTER TABLE put_up DROP CONSTRAINT put_up_matter_known;
ALTER TABLE put_up ADD
    CONSTRAINT put_up_matter_known
    CHECK (matter IN ('unsigned', 'unanswered', 'task', 'assessment', 'overtaken'));

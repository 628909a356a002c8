-- The office hears in one message a morning what it is to decide; what it has heard of is marked.

ALTER TABLE proposal ADD COLUMN told_on date;
ALTER TABLE statement DROP CONSTRAINT statement_kind_known;
ALTER TABLE statement ADD
    CONSTRAINT statement_kind_known CHECK (kind IN ('office', 'leaders', 'proposals'));

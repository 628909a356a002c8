-- A group has a purpose and one or more units, as the office confirms it. `chat.unit` is read no more:
-- it stays for the program before, which may still be running while this one starts.

ALTER TABLE chat ADD COLUMN purpose text;
-- In the row itself: every message reads it, and no unit is ever deleted.
ALTER TABLE chat ADD COLUMN units uuid[] NOT NULL DEFAULT '{}';
ALTER TABLE chat ADD COLUMN title text NOT NULL DEFAULT '';
-- The topic in which the office set the group up: what is said unasked goes there.
ALTER TABLE chat ADD COLUMN thread text;
ALTER TABLE chat ADD COLUMN set_by uuid;
ALTER TABLE chat ADD COLUMN set_at timestamptz;
ALTER TABLE chat ADD
    CONSTRAINT chat_purpose_known CHECK (purpose IN ('unit', 'office', 'leaders'));

UPDATE chat
SET units = ARRAY[unit],
    purpose = CASE WHEN confirmed THEN 'unit' END
WHERE unit IS NOT NULL;

CREATE INDEX chat_of_office ON chat (set_at) WHERE purpose = 'office' AND confirmed AND state = 'active';

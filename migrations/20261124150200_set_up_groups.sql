-- A group has a purpose and one or more units, as the office confirms it. `chat.unit` is read no more:
-- it stays for the program before, which may still be running while this one starts.

ALTER TABLE chat ADD COLUMN purpose text;
ALTER TABLE chat ADD COLUMN title text NOT NULL DEFAULT '';
-- The topic in which the office set the group up: what is said unasked goes there.
ALTER TABLE chat ADD COLUMN thread text;
ALTER TABLE chat ADD COLUMN set_by uuid;
ALTER TABLE chat ADD COLUMN set_at timestamptz;
ALTER TABLE chat ADD
    CONSTRAINT chat_purpose_known CHECK (purpose IN ('unit', 'office', 'leaders'));

CREATE TABLE chat_unit (
    chat uuid NOT NULL,
    unit uuid NOT NULL,
    CONSTRAINT chat_unit_pkey PRIMARY KEY (chat, unit),
    CONSTRAINT chat_unit_chat_exists FOREIGN KEY (chat) REFERENCES chat (id),
    CONSTRAINT chat_unit_unit_exists FOREIGN KEY (unit) REFERENCES unit (id)
);

INSERT INTO chat_unit (chat, unit)
SELECT id, unit FROM chat WHERE unit IS NOT NULL;

UPDATE chat SET purpose = 'unit' WHERE unit IS NOT NULL AND confirmed;

CREATE INDEX chat_of_office ON chat (set_at) WHERE purpose = 'office' AND confirmed AND state = 'active';

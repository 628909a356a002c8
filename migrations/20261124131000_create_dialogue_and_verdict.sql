-- What a report tells besides its percent, what became of it, and what a person is being asked.

ALTER TABLE report ADD COLUMN unchanged boolean NOT NULL DEFAULT false;
ALTER TABLE report ADD COLUMN next_step text NOT NULL DEFAULT '';
ALTER TABLE report ADD COLUMN next_on date;
ALTER TABLE report ADD COLUMN cause text;
ALTER TABLE report ADD COLUMN difficulty text NOT NULL DEFAULT '';
ALTER TABLE report ADD COLUMN help text NOT NULL DEFAULT '';
-- What looked odd and was confirmed by whoever reported: the office sees it, nobody is scored.
ALTER TABLE report ADD COLUMN odd text[] NOT NULL DEFAULT '{}';

-- Reports are never changed; what became of one is a row of its own, and there is one for each report:
-- taken back by whoever reported, accepted or sent back by the office.
CREATE TABLE verdict (
    item    uuid        NOT NULL,
    version integer     NOT NULL,
    verdict text        NOT NULL,
    reason  text        NOT NULL DEFAULT '',
    due_on  date,
    by_post uuid,
    at      timestamptz NOT NULL,
    CONSTRAINT verdict_once PRIMARY KEY (item, version),
    CONSTRAINT verdict_known CHECK (verdict IN ('withdrawn', 'accepted', 'returned'))
);

-- The question a person has been asked in a chat, with what waits for the answer. One per person and
-- chat; it is deleted when it is answered, and forgotten a day after it was asked.
CREATE TABLE dialogue (
    id         uuid        NOT NULL,
    holder     uuid        NOT NULL,
    chat       text        NOT NULL,
    step       jsonb       NOT NULL,
    expires_at timestamptz NOT NULL,
    version    integer     NOT NULL DEFAULT 1,
    CONSTRAINT dialogue_pkey PRIMARY KEY (id),
    CONSTRAINT dialogue_holder_exists FOREIGN KEY (holder) REFERENCES holder (id),
    CONSTRAINT dialogue_one_each UNIQUE (holder, chat)
);

CREATE INDEX dialogue_by_age ON dialogue (expires_at);

-- What the office has not looked at yet is found by when it came.
CREATE INDEX report_by_time ON report (recorded_at);

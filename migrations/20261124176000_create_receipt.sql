-- 签收: one receipt for a warning, by whoever spoke for its unit first; a promised day may follow, and move
-- once. A case rests until the promised day; `promises` counts how often one was given.
CREATE TABLE receipt (
    warning     uuid        NOT NULL,
    post        uuid        NOT NULL,
    signed_at   timestamptz NOT NULL,
    promised_on date,
    CONSTRAINT receipt_pkey PRIMARY KEY (warning),
    CONSTRAINT receipt_warning_exists FOREIGN KEY (warning) REFERENCES warning (id),
    CONSTRAINT receipt_post_exists FOREIGN KEY (post) REFERENCES post (id)
);

-- Reminders are not signed for.
CREATE INDEX warning_to_sign ON warning (unit, item) WHERE rung <> 'reminder';

ALTER TABLE ladder_case ADD COLUMN promised_on date;
ALTER TABLE ladder_case ADD COLUMN promises smallint NOT NULL DEFAULT 0;

-- Of what was sent, what has been signed for.
ALTER TABLE statement ADD COLUMN acknowledged integer NOT NULL DEFAULT 0;

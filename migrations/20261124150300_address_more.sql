-- Messages to more than a unit's contact: a holder, whoever holds a post, the office. Like those, they
-- are addressed when they leave. What was addressed to a person says to whom (`to_holder`) and, when
-- somebody stands in, for which post (`for_post`); when that person goes, it is addressed anew.

ALTER TABLE outbox ADD COLUMN audience text;
ALTER TABLE outbox ADD COLUMN audience_id uuid;
ALTER TABLE outbox ADD COLUMN to_holder uuid;
ALTER TABLE outbox ADD COLUMN for_post uuid;
ALTER TABLE outbox ADD
    CONSTRAINT outbox_audience_known CHECK (audience IN ('holder', 'post', 'office'));

CREATE INDEX outbox_to_holder ON outbox (to_holder) WHERE state = 'due' AND to_holder IS NOT NULL;

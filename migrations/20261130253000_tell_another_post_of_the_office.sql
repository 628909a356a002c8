-- What waits for another post of the office than the one that took the step before is said to another one.
ALTER TABLE outbox DROP CONSTRAINT outbox_audience_known;
ALTER TABLE outbox ADD
    CONSTRAINT outbox_audience_known CHECK (audience IN ('holder', 'post', 'office', 'office_but'));

-- A copy that was overtaken while nobody could receive it is held until the office says whether it still leaves.
ALTER TABLE outbox DROP CONSTRAINT outbox_hold_known;
ALTER TABLE outbox ADD
    CONSTRAINT outbox_hold_known CHECK (hold IN ('quiet', 'budget', 'gone', 'nobody', 'overtaken'));

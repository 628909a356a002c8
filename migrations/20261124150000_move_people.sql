-- People come, go and hand over: what a binding code is for and who issued it, when it was taken back,
-- and who ended a holding.

ALTER TABLE binding_code ADD COLUMN purpose text NOT NULL DEFAULT 'invite';
ALTER TABLE binding_code ADD COLUMN issued_by uuid;
ALTER TABLE binding_code ADD COLUMN revoked_at timestamptz;
ALTER TABLE binding_code ADD
    CONSTRAINT binding_code_purpose_known CHECK (purpose IN ('invite', 'handover'));

CREATE INDEX binding_code_open ON binding_code (post) WHERE used_by IS NULL AND revoked_at IS NULL;

-- The post of whoever ended it; null when the holder left by a new binding or outside the chat.
ALTER TABLE holder ADD COLUMN ended_by uuid;

CREATE INDEX holder_of_post ON holder (post, bound_at);

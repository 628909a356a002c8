-- Files that people send as evidence. A row says who sent what and where it belongs; the content lies in
-- the data folder under its SHA-256, once for however many rows. A file without an item waits until its
-- item is known, or belongs to nothing and is forgotten after two days.
CREATE TABLE attachment (
    id          uuid        NOT NULL,
    item        uuid,
    report      integer,
    unit        uuid        NOT NULL,
    post        uuid        NOT NULL,
    platform    text        NOT NULL,
    chat        text        NOT NULL,
    thread      text,
    account     text        NOT NULL,
    album       text,
    file        text        NOT NULL,
    unique_file text        NOT NULL DEFAULT '',
    name        text        NOT NULL DEFAULT '',
    note        text        NOT NULL DEFAULT '',
    shape       text        NOT NULL,
    said_mime   text        NOT NULL DEFAULT '',
    said_bytes  bigint,
    stage       text,
    state       text        NOT NULL DEFAULT 'waiting',
    reason      text        NOT NULL DEFAULT '',
    sha256      text        COLLATE "C",
    bytes       bigint,
    mime        text,
    sent_at     timestamptz NOT NULL,
    settled_at  timestamptz,
    version     integer     NOT NULL DEFAULT 1,
    CONSTRAINT attachment_pkey PRIMARY KEY (id),
    CONSTRAINT attachment_item_exists FOREIGN KEY (item) REFERENCES item (id),
    CONSTRAINT attachment_shape_known CHECK (shape IN ('photo', 'document', 'other')),
    CONSTRAINT attachment_stage_known CHECK (stage IN ('before', 'during', 'after')),
    CONSTRAINT attachment_state_known CHECK (state IN ('waiting', 'stored', 'refused', 'unkept', 'failed')),
    CONSTRAINT attachment_stored_whole CHECK (state <> 'stored' OR (sha256 IS NOT NULL AND bytes IS NOT NULL))
);

CREATE INDEX attachment_by_item ON attachment (item, sent_at) WHERE item IS NOT NULL;
CREATE INDEX attachment_by_album ON attachment (album) WHERE album IS NOT NULL;
CREATE INDEX attachment_by_content ON attachment (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX attachment_unplaced ON attachment (account, sent_at) WHERE item IS NULL;
CREATE INDEX attachment_failed ON attachment (settled_at) WHERE state = 'failed';

-- Work that takes its time, beside the outbox and with a lease like it: whoever has taken a job has it
-- until then, and is asked nothing meanwhile. All times are the database's own.
CREATE TABLE job (
    kind        text        NOT NULL,
    subject     uuid        NOT NULL,
    state       text        NOT NULL DEFAULT 'due',
    attempts    integer     NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    owner       uuid,
    until       timestamptz,
    reason      text        NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    settled_at  timestamptz,
    CONSTRAINT job_pkey PRIMARY KEY (kind, subject),
    CONSTRAINT job_kind_known CHECK (kind IN ('fetch', 'discard')),
    CONSTRAINT job_state_known CHECK (state IN ('due', 'done', 'dead'))
);

CREATE INDEX job_due ON job (next_try_at) WHERE state = 'due';
CREATE INDEX job_settled ON job (settled_at) WHERE settled_at IS NOT NULL;

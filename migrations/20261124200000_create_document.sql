-- Documents that people take away. A row says what was asked for, by whom, and where it is to be given;
-- another one how making it ended. Both are appended and never changed: what was given out can be told for
-- ever, with the figures in it and what they were counted by (口径). The content lies in the data folder
-- under its SHA-256, like what people send.
CREATE TABLE document (
    id       uuid        NOT NULL,
    paper    text        NOT NULL,
    format   text        NOT NULL,
    round    uuid        NOT NULL,
    subject  uuid,
    label    text        NOT NULL DEFAULT '',
    as_of    date        NOT NULL,
    post     uuid        NOT NULL,
    platform text        NOT NULL,
    chat     text        NOT NULL,
    thread   text,
    lang     text        NOT NULL,
    asked_at timestamptz NOT NULL,
    CONSTRAINT document_pkey PRIMARY KEY (id),
    CONSTRAINT document_round_exists FOREIGN KEY (round) REFERENCES round (id),
    CONSTRAINT document_post_exists FOREIGN KEY (post) REFERENCES post (id)
);

CREATE INDEX document_by_post ON document (post, asked_at);
CREATE INDEX document_of_paper ON document (paper, round, as_of);

-- `known_at` is the moment up to which the ledger was read (recorded_at).
CREATE TABLE document_end (
    document uuid        NOT NULL,
    is_made  boolean     NOT NULL,
    reason   text        NOT NULL DEFAULT '',
    name     text        NOT NULL DEFAULT '',
    mime     text        NOT NULL DEFAULT '',
    sha256   text        COLLATE "C",
    bytes    bigint,
    rows     bigint,
    basis    jsonb,
    figures  jsonb,
    known_at timestamptz NOT NULL,
    CONSTRAINT document_end_pkey PRIMARY KEY (document),
    CONSTRAINT document_end_document_exists FOREIGN KEY (document) REFERENCES document (id),
    CONSTRAINT document_end_made_whole CHECK (NOT is_made OR (sha256 IS NOT NULL AND bytes IS NOT NULL))
);

CREATE INDEX document_end_by_content ON document_end (sha256) WHERE sha256 IS NOT NULL;

ALTER TABLE job DROP CONSTRAINT job_kind_known;
ALTER TABLE job ADD
    CONSTRAINT job_kind_known CHECK (kind IN ('fetch', 'discard', 'document'));

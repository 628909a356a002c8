-- The built-in group chat (platform `room`): what a chat product's own server would keep.
-- Not part of the ledger: the bot receives from here and speaks here like on any other platform.

CREATE TABLE room_session (
    digest     text        NOT NULL,
    account    text        NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT room_session_pkey PRIMARY KEY (digest)
);

CREATE INDEX room_session_by_age ON room_session (expires_at);

-- `account` is null for the bot. `outbox` is the bot's message's own key: saying it twice shows it once.
CREATE TABLE room_line (
    seq     bigint      GENERATED ALWAYS AS IDENTITY,
    chat    text        NOT NULL,
    account text,
    name    text        NOT NULL,
    kind    text        NOT NULL,
    body    jsonb       NOT NULL,
    outbox  bigint,
    at      timestamptz NOT NULL,
    handled boolean     NOT NULL DEFAULT false,
    CONSTRAINT room_line_pkey PRIMARY KEY (seq),
    CONSTRAINT room_line_kind_known CHECK (kind IN ('said', 'pressed', 'answered', 'toast')),
    CONSTRAINT room_line_outbox_once UNIQUE (outbox)
);

CREATE INDEX room_line_by_chat ON room_line (chat, seq);
CREATE INDEX room_line_unhandled ON room_line (seq) WHERE NOT handled;

-- The built-in group chat (platform `room`): what a chat product's own server would keep.
-- Not part of the ledger: the bot receives from here and speaks here like on any other platform.

-- A browser's seat. Only the token's digest is kept: whoever reads the table cannot sit down.
CREATE TABLE room_session (
    digest     text        NOT NULL,
    account    text        NOT NULL,
    name       text        NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT room_session_pkey PRIMARY KEY (digest)
);

CREATE INDEX room_session_by_age ON room_session (expires_at);

-- The number of the last line. Taking the next one locks this row until that line is committed, so
-- lines become visible in the order of their numbers: whoever has seen line 7 will never be
-- surprised by line 6. Reading on "after number n" rests on this, for pages and for the bot.
CREATE TABLE room_counter (
    one  boolean NOT NULL DEFAULT true,
    last bigint  NOT NULL DEFAULT 0,
    CONSTRAINT room_counter_pkey PRIMARY KEY (one),
    CONSTRAINT room_counter_only_one CHECK (one)
);

INSERT INTO room_counter DEFAULT VALUES;

-- `account` is who spoke, for a toast who shall see it; null for the bot's own lines. `outbox` is the
-- key of what the bot says: saying it twice shows it once. `at` is the ledger's time.
CREATE TABLE room_line (
    seq      bigint      NOT NULL,
    chat     text        NOT NULL,
    account  text,
    name     text        NOT NULL,
    kind     text        NOT NULL,
    body     jsonb       NOT NULL,
    reply_to bigint,
    outbox   bigint,
    at       timestamptz NOT NULL,
    handled  boolean     NOT NULL DEFAULT false,
    CONSTRAINT room_line_pkey PRIMARY KEY (seq),
    CONSTRAINT room_line_kind_known CHECK (kind IN ('said', 'pressed', 'answered', 'toast')),
    CONSTRAINT room_line_outbox_once UNIQUE (outbox)
);

CREATE INDEX room_line_by_chat ON room_line (chat, seq);
CREATE INDEX room_line_unhandled ON room_line (seq) WHERE NOT handled;

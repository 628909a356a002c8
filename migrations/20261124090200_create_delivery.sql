-- What came in, what goes out. Both are emptied by deletion in small batches; what must be known for
-- ever stands in the ledger.

-- The origin keys of committed decisions: an update, a sweep's slot, an import's file.
CREATE TABLE inbox (
    account     text        NOT NULL,
    key         text        NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT inbox_pkey PRIMARY KEY (account, key)
);

CREATE INDEX inbox_by_age ON inbox (received_at);

-- One row per message. `not_before` is ledger time; `next_try_at`, `expires_at`, `created_at` and
-- `settled_at` are real time. A row without a chat speaks to whoever is its unit's contact when it leaves.
CREATE TABLE outbox (
    seq           bigint      GENERATED ALWAYS AS IDENTITY,
    kind          text        NOT NULL,
    lane          text        NOT NULL,
    platform      text,
    chat          text,
    thread        text,
    audience_unit uuid,
    press_id      text,
    payload       jsonb,
    warnings      uuid[],
    on_doubt      text        NOT NULL,
    not_before    timestamptz,
    expires_at    timestamptz,
    state         text        NOT NULL DEFAULT 'due',
    attempts      integer     NOT NULL DEFAULT 0,
    next_try_at   timestamptz,
    epoch         bigint,
    reason        text,
    sent_id       text,
    created_at    timestamptz NOT NULL,
    settled_at    timestamptz,
    CONSTRAINT outbox_pkey PRIMARY KEY (seq),
    CONSTRAINT outbox_lane_known CHECK (lane IN ('chat', 'toast')),
    CONSTRAINT outbox_state_known CHECK (state IN ('due', 'sending', 'sent', 'held', 'withdrawn', 'unclear', 'dead')),
    CONSTRAINT outbox_doubt_known CHECK (on_doubt IN ('repeat', 'hold'))
);

CREATE INDEX outbox_open ON outbox (platform, lane, chat, seq) WHERE state IN ('due', 'sending');
-- Few rows at any time: what is left of a sender that went is found at once, however long the lines are.
CREATE INDEX outbox_sending ON outbox (platform, epoch) WHERE state = 'sending';
CREATE INDEX outbox_unaddressed ON outbox (not_before) WHERE state = 'due' AND chat IS NULL;
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX outbox_troubled ON outbox (state, seq) WHERE state IN ('held', 'unclear', 'dead');

-- One sender per bot account: whoever holds the lease speaks, and every mark checks the epoch.
CREATE TABLE sender_lease (
    platform text        NOT NULL,
    epoch    bigint      NOT NULL,
    owner    uuid        NOT NULL,
    until    timestamptz NOT NULL,
    CONSTRAINT sender_lease_pkey PRIMARY KEY (platform)
);

-- Updates that made us fail: counted, and after the fifth time recorded and answered, so that one
-- bad update cannot block its chat for ever.
CREATE TABLE poison (
    account     text        NOT NULL,
    key         text        NOT NULL,
    failures    integer     NOT NULL,
    reference   text        NOT NULL,
    error       text        NOT NULL,
    recorded_at timestamptz,
    last_at     timestamptz NOT NULL,
    CONSTRAINT poison_pkey PRIMARY KEY (account, key)
);

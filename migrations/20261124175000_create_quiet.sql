-- What is said unasked is said once per person and slot, a counted number of times a month, and what is not
-- said is on record with its reason.

-- Why a row waits (`budget`, `quiet`, `nobody`, `gone`): it is put before the office, and tried again by
-- itself at `not_before`. A held row without this word is the office's alone.
ALTER TABLE outbox ADD COLUMN hold text;
-- The office lets it through: in the next speaking hours (`day`), or at any hour (`now`).
ALTER TABLE outbox ADD COLUMN let_through text;
-- The row with which this one leaves; apart again when that one does not leave.
ALTER TABLE outbox ADD COLUMN merged_into bigint;
ALTER TABLE outbox ADD
    CONSTRAINT outbox_hold_known CHECK (hold IN ('budget', 'quiet', 'nobody', 'gone'));
ALTER TABLE outbox ADD
    CONSTRAINT outbox_let_through_known CHECK (let_through IN ('day', 'now'));

CREATE INDEX outbox_waiting ON outbox (not_before) WHERE state = 'held' AND hold IS NOT NULL;
CREATE INDEX outbox_merged ON outbox (merged_into) WHERE merged_into IS NOT NULL;

-- 免打扰: the last day on which the bot says nothing to this post of its own accord.
ALTER TABLE post ADD COLUMN quiet_until date;

-- One row per unasked message to a post, reserved when it is addressed and given back when it does not
-- leave: one per slot, and as many a month as the budget says. What the office lets through has no slot.
CREATE TABLE spoken (
    seq     bigint   NOT NULL,
    post    uuid     NOT NULL,
    said_on date     NOT NULL,
    slot    smallint,
    CONSTRAINT spoken_pkey PRIMARY KEY (seq),
    CONSTRAINT spoken_once UNIQUE (post, said_on, slot),
    CONSTRAINT spoken_post_exists FOREIGN KEY (post) REFERENCES post (id)
);

-- What became of each warning, and when (ledger time): the outbox is emptied, this stays. Ids and words of
-- ours only. `post`: whoever got it or would have; `until`: when it is tried again.
CREATE TABLE warning_fate (
    warning uuid        NOT NULL,
    at      timestamptz NOT NULL,
    fate    text        NOT NULL,
    reason  text,
    post    uuid,
    until   timestamptz,
    CONSTRAINT warning_fate_pkey PRIMARY KEY (warning, at, fate),
    CONSTRAINT warning_fate_known CHECK (fate IN ('sent', 'held', 'later', 'withdrawn', 'unclear', 'dead', 'let_through'))
);

CREATE INDEX warning_fate_by_time ON warning_fate (at);

-- What was told to the office and to the leaders by the calendar, so that it is told once.
CREATE TABLE statement (
    kind      text        NOT NULL,
    on_day    date        NOT NULL,
    since     timestamptz,
    until     timestamptz NOT NULL,
    due       integer     NOT NULL DEFAULT 0,
    sent      integer     NOT NULL DEFAULT 0,
    held      integer     NOT NULL DEFAULT 0,
    failed    integer     NOT NULL DEFAULT 0,
    withdrawn integer     NOT NULL DEFAULT 0,
    open      integer     NOT NULL DEFAULT 0,
    CONSTRAINT statement_pkey PRIMARY KEY (kind, on_day),
    CONSTRAINT statement_kind_known CHECK (kind IN ('office', 'leaders')),
    CONSTRAINT statement_adds_up CHECK (due = sent + held + failed + withdrawn + open)
);

-- 发文: warning notices, supervision notices, letters, circulars, interview notices. Drafted, checked, signed
-- with a number, delivered to each addressee as a copy, answered and closed copy by copy.

-- How the office signs: the abbreviation in its numbers (代字) and its name. Append-only; the last row counts.
CREATE TABLE agency (
    seq         bigint      GENERATED ALWAYS AS IDENTITY,
    abbr        text        NOT NULL,
    name        text        NOT NULL DEFAULT '',
    set_by      uuid,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT agency_pkey PRIMARY KEY (seq)
);

-- One series of numbers per abbreviation, form and year. The next number is taken in the transaction that
-- signs, under the row's version, so that there are no gaps and nothing is used twice.
CREATE TABLE series (
    id      uuid    NOT NULL,
    abbr    text    NOT NULL,
    form    text    NOT NULL,
    year    integer NOT NULL,
    next    integer NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT series_pkey PRIMARY KEY (id),
    CONSTRAINT series_once UNIQUE (abbr, form, year),
    CONSTRAINT series_next_positive CHECK (next > 0)
);

-- `handle` names it while it has no number, and afterwards as well. What it says is as of a day, by a
-- version of the thresholds and the calendar.
CREATE TABLE notice (
    id            uuid        NOT NULL,
    version       integer     NOT NULL DEFAULT 1,
    handle        integer     NOT NULL,
    round         uuid        NOT NULL,
    form          text        NOT NULL,
    state         text        NOT NULL,
    number        text,
    title         text        NOT NULL,
    basis         text        NOT NULL DEFAULT '',
    demand        text        NOT NULL DEFAULT '',
    answer_by     date,
    figures       jsonb,
    as_of         date        NOT NULL,
    basis_version bigint      NOT NULL,
    proposal      uuid,
    drafted_by    uuid        NOT NULL,
    drafted_at    timestamptz NOT NULL,
    checked_by    uuid,
    checked_at    timestamptz,
    signed_by     uuid,
    signed_at     timestamptz,
    ended_at      timestamptz,
    void_reason   text        NOT NULL DEFAULT '',
    CONSTRAINT notice_pkey PRIMARY KEY (id),
    CONSTRAINT notice_handle_once UNIQUE (handle),
    CONSTRAINT notice_number_once UNIQUE (number),
    CONSTRAINT notice_round_exists FOREIGN KEY (round) REFERENCES round (id),
    CONSTRAINT notice_form_known CHECK (form IN ('warning', 'supervision', 'letter', 'circular', 'interview')),
    CONSTRAINT notice_state_known CHECK (state IN ('draft', 'checked', 'signed', 'closed', 'void')),
    CONSTRAINT notice_signed_has_number CHECK (state NOT IN ('signed', 'closed') OR number IS NOT NULL)
);
CREATE INDEX notice_open ON notice (handle) WHERE state IN ('draft', 'checked', 'signed');

-- The items it is about, each with the sentence that stands in it.
CREATE TABLE notice_item (
    notice   uuid     NOT NULL,
    item     uuid     NOT NULL,
    position smallint NOT NULL,
    fact     text     NOT NULL,
    CONSTRAINT notice_item_pkey PRIMARY KEY (notice, item),
    CONSTRAINT notice_item_notice_exists FOREIGN KEY (notice) REFERENCES notice (id),
    CONSTRAINT notice_item_item_exists FOREIGN KEY (item) REFERENCES item (id)
);
CREATE INDEX notice_item_by_item ON notice_item (item);

-- One copy for an addressee, for ever: the key by which nothing is delivered as two. It has a version of its
-- own, so that thirty units may sign for a circular at the same moment.
CREATE TABLE notice_copy (
    id           uuid        NOT NULL,
    version      integer     NOT NULL DEFAULT 1,
    notice       uuid        NOT NULL,
    unit         uuid        NOT NULL,
    position     smallint    NOT NULL,
    signed_by    uuid,
    signed_at    timestamptz,
    promised_on  date,
    answered_at  timestamptz,
    returned     text        NOT NULL DEFAULT '',
    closed_by    uuid,
    closed_at    timestamptz,
    escalated_at timestamptz,
    CONSTRAINT notice_copy_pkey PRIMARY KEY (id),
    CONSTRAINT notice_copy_once UNIQUE (notice, unit),
    CONSTRAINT notice_copy_notice_exists FOREIGN KEY (notice) REFERENCES notice (id),
    CONSTRAINT notice_copy_unit_exists FOREIGN KEY (unit) REFERENCES unit (id)
);
CREATE INDEX notice_copy_open ON notice_copy (unit) WHERE closed_at IS NULL;

CREATE TABLE notice_answer (
    id   uuid        NOT NULL,
    copy uuid        NOT NULL,
    post uuid        NOT NULL,
    at   timestamptz NOT NULL,
    text text        NOT NULL,
    CONSTRAINT notice_answer_pkey PRIMARY KEY (id),
    CONSTRAINT notice_answer_copy_exists FOREIGN KEY (copy) REFERENCES notice_copy (id)
);
CREATE INDEX notice_answer_of_copy ON notice_answer (copy, at);

-- What became of the message that carries a copy, and when (ledger time): the outbox is emptied, this stays.
-- `post`: whoever got it or would have; `for_post`: the post on leave for whom.
CREATE TABLE copy_fate (
    copy     uuid        NOT NULL,
    at       timestamptz NOT NULL,
    fate     text        NOT NULL,
    reason   text,
    post     uuid,
    for_post uuid,
    until    timestamptz,
    CONSTRAINT copy_fate_pkey PRIMARY KEY (copy, at, fate),
    CONSTRAINT copy_fate_known CHECK (fate IN ('sent', 'held', 'later', 'withdrawn', 'unclear', 'dead'))
);

-- The copy that a message carries.
ALTER TABLE outbox ADD COLUMN copy uuid;

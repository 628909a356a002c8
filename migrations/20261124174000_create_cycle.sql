-- 调度期: how often each item is reported on, who owes a report in which period, and what the office sent
-- out for it.

-- The cycle an item goes by. A lagging item moves to a faster one and back (加密调度): since when, and why.
ALTER TABLE item ADD COLUMN cycle text NOT NULL DEFAULT 'month';
ALTER TABLE item ADD COLUMN cycle_since date;
ALTER TABLE item ADD COLUMN cycle_why text;
ALTER TABLE item ADD
    CONSTRAINT item_cycle_known CHECK (cycle IN ('month', 'half_month', 'week'));
ALTER TABLE item ADD
    CONSTRAINT item_cycle_why_known CHECK (cycle_why IN ('missing', 'lagging', 'good'));

-- Opening a period walks the items of its kind in the order of their numbers.
CREATE INDEX item_by_cycle ON item (round, cycle, number);

-- The office's dispatch (发出): one act for all periods that are open then.
CREATE TABLE dispatch (
    id      uuid        NOT NULL,
    by_post uuid        NOT NULL,
    at      timestamptz NOT NULL,
    CONSTRAINT dispatch_pkey PRIMARY KEY (id),
    CONSTRAINT dispatch_by_exists FOREIGN KEY (by_post) REFERENCES post (id)
);

-- One message of a dispatch. The outbox is emptied after a while: what became of it is kept here then.
CREATE TABLE dispatch_copy (
    dispatch uuid   NOT NULL,
    unit     uuid   NOT NULL,
    seq      bigint NOT NULL,
    outcome  text,
    CONSTRAINT dispatch_copy_pkey PRIMARY KEY (dispatch, unit),
    CONSTRAINT dispatch_copy_of_dispatch FOREIGN KEY (dispatch) REFERENCES dispatch (id),
    CONSTRAINT dispatch_copy_unit_exists FOREIGN KEY (unit) REFERENCES unit (id)
);
CREATE UNIQUE INDEX dispatch_copy_by_seq ON dispatch_copy (seq);

-- A period of a round. `walked`: the number of the last item whose duty, or outcome, is written.
CREATE TABLE cycle (
    id         uuid        NOT NULL,
    version    integer     NOT NULL DEFAULT 1,
    round      uuid        NOT NULL,
    kind       text        NOT NULL,
    starts_on  date        NOT NULL,
    closes_on  date        NOT NULL,
    state      text        NOT NULL DEFAULT 'opening',
    walked     integer     NOT NULL DEFAULT 0,
    due        integer     NOT NULL DEFAULT 0,
    reported   integer     NOT NULL DEFAULT 0,
    missed     integer     NOT NULL DEFAULT 0,
    waived     integer     NOT NULL DEFAULT 0,
    opened_at  timestamptz NOT NULL,
    closed_at  timestamptz,
    dispatch   uuid,
    CONSTRAINT cycle_pkey PRIMARY KEY (id),
    CONSTRAINT cycle_once UNIQUE (round, kind, starts_on),
    CONSTRAINT cycle_round_exists FOREIGN KEY (round) REFERENCES round (id),
    CONSTRAINT cycle_dispatch_exists FOREIGN KEY (dispatch) REFERENCES dispatch (id),
    CONSTRAINT cycle_kind_known CHECK (kind IN ('month', 'half_month', 'week', 'long_term')),
    CONSTRAINT cycle_state_known CHECK (state IN ('opening', 'open', 'closing', 'closed')),
    CONSTRAINT cycle_adds_up CHECK (state <> 'closed' OR due = reported + missed + waived)
);
CREATE INDEX cycle_open ON cycle (round) WHERE state = 'open';
CREATE INDEX cycle_of_dispatch ON cycle (dispatch) WHERE dispatch IS NOT NULL;

-- 应报: what a unit owes in a period, permanent. A report does not touch it: the outcome is written when the
-- period closes. An item has one lead unit, and its number is once in a round.
CREATE TABLE duty (
    cycle      uuid    NOT NULL,
    number     integer NOT NULL,
    item       uuid    NOT NULL,
    unit       uuid    NOT NULL,
    outcome    text,
    settled_on date,
    CONSTRAINT duty_pkey PRIMARY KEY (cycle, number),
    CONSTRAINT duty_outcome_known CHECK (outcome IN ('reported', 'missed', 'waived'))
);
CREATE INDEX duty_of_unit ON duty (cycle, unit);

-- What the office lets pass before a dispatch, although a message will not arrive by it.
CREATE TABLE dispatch_waiver (
    cycle     uuid        NOT NULL,
    unit      uuid        NOT NULL,
    line      text        NOT NULL,
    waived_by uuid        NOT NULL,
    waived_at timestamptz NOT NULL,
    CONSTRAINT dispatch_waiver_pkey PRIMARY KEY (cycle, unit, line),
    CONSTRAINT dispatch_waiver_cycle_exists FOREIGN KEY (cycle) REFERENCES cycle (id),
    CONSTRAINT dispatch_waiver_by_exists FOREIGN KEY (waived_by) REFERENCES post (id)
);

-- What is still owed in each period: a duty whose lead unit has not been heard since the period began. What
-- is handed in, or done, owes nothing.
CREATE VIEW owing AS
SELECT
    c.id AS cycle, c.dispatch, c.round, c.kind, c.starts_on, c.closes_on,
    d.unit, i.number, i.title, i.percent, i.last_report_on, i.deadline
FROM cycle c
JOIN duty d ON d.cycle = c.id
JOIN item i ON i.id = d.item
WHERE (i.last_report_on IS NULL OR i.last_report_on < c.starts_on)
  AND (i.status IN ('assigned', 'in_progress', 'returned')
       OR (i.status = 'completed' AND c.kind = 'long_term'));

-- The ledger (台账). The columns that every report changes stand in `item`, which stays narrow so that
-- an update is small and stays on its page; the long texts stand in `item_text`.

CREATE TABLE round (
    id      uuid    NOT NULL,
    name    text    NOT NULL,
    is_open boolean NOT NULL DEFAULT true,
    CONSTRAINT round_pkey PRIMARY KEY (id),
    CONSTRAINT round_name_once UNIQUE (name)
);

CREATE TABLE item (
    id               uuid     NOT NULL,
    version          integer  NOT NULL DEFAULT 1,
    round            uuid     NOT NULL,
    number           integer  NOT NULL,
    title            text     NOT NULL,
    lead_unit        uuid     NOT NULL,
    leader_post      uuid,
    deadline         date     NOT NULL,
    kind             text     NOT NULL,
    status           text     NOT NULL,
    percent          smallint NOT NULL,
    verified_percent smallint,
    opened_on        date     NOT NULL,
    last_report_on   date,
    completed_on     date,
    accepted_on      date,
    signed_off_on    date,
    flag             text,
    other_flags      text[]   NOT NULL DEFAULT '{}',
    next_check_on    date,
    CONSTRAINT item_pkey PRIMARY KEY (id),
    CONSTRAINT item_number_once UNIQUE (round, number),
    CONSTRAINT item_round_exists FOREIGN KEY (round) REFERENCES round (id),
    CONSTRAINT item_lead_exists FOREIGN KEY (lead_unit) REFERENCES unit (id),
    CONSTRAINT item_leader_exists FOREIGN KEY (leader_post) REFERENCES post (id),
    CONSTRAINT item_number_positive CHECK (number > 0),
    CONSTRAINT item_percent_range CHECK (percent BETWEEN 0 AND 100),
    CONSTRAINT item_verified_range CHECK (verified_percent BETWEEN 0 AND 100)
) WITH (fillfactor = 80);

CREATE INDEX item_by_lead ON item (lead_unit, status);
CREATE INDEX item_by_leader ON item (leader_post) WHERE leader_post IS NOT NULL;
CREATE INDEX item_due_for_check ON item (next_check_on) WHERE next_check_on IS NOT NULL;
CREATE INDEX item_totals ON item (round, status, flag);

CREATE TABLE item_text (
    item             uuid NOT NULL,
    superior_number  text,
    description      text NOT NULL DEFAULT '',
    category         text NOT NULL DEFAULT '',
    region           text NOT NULL DEFAULT '',
    goal             text NOT NULL DEFAULT '',
    measures         text NOT NULL DEFAULT '',
    deadline_text    text,
    responsible_post text NOT NULL DEFAULT '',
    leader_text      text NOT NULL DEFAULT '',
    CONSTRAINT item_text_pkey PRIMARY KEY (item),
    CONSTRAINT item_text_item_exists FOREIGN KEY (item) REFERENCES item (id)
);

-- The co-units (配合单位) of an item, in the order of the plan.
CREATE TABLE item_co_unit (
    item     uuid     NOT NULL,
    unit     uuid     NOT NULL,
    position smallint NOT NULL,
    CONSTRAINT item_co_unit_pkey PRIMARY KEY (item, unit),
    CONSTRAINT item_co_unit_item_exists FOREIGN KEY (item) REFERENCES item (id),
    CONSTRAINT item_co_unit_unit_exists FOREIGN KEY (unit) REFERENCES unit (id)
);

CREATE INDEX item_co_unit_by_unit ON item_co_unit (unit);

CREATE TABLE milestone (
    item    uuid     NOT NULL,
    due_on  date     NOT NULL,
    percent smallint NOT NULL,
    CONSTRAINT milestone_pkey PRIMARY KEY (item, due_on),
    CONSTRAINT milestone_item_exists FOREIGN KEY (item) REFERENCES item (id),
    CONSTRAINT milestone_percent_range CHECK (percent BETWEEN 0 AND 100)
);

-- Reports, append-only. An item's version moves with each of them, so (item, version) is their key
-- and their order. `percent` is null for a co-unit: its text is kept, the percent is the lead's.
-- No foreign keys on the appended tables: their rows are written in the same transaction that has
-- the item locked, and the checks would cost a third of a report.
CREATE TABLE report (
    item         uuid        NOT NULL,
    version      integer     NOT NULL,
    unit         uuid        NOT NULL,
    post         uuid,
    part         text        NOT NULL,
    percent      smallint,
    text         text        NOT NULL,
    correction   boolean     NOT NULL DEFAULT false,
    effective_on date        NOT NULL,
    recorded_at  timestamptz NOT NULL,
    CONSTRAINT report_pkey PRIMARY KEY (item, version),
    CONSTRAINT report_part_known CHECK (part IN ('lead', 'co'))
);

-- The state of an item after each version, append-only: any day's ledger can be read from it.
CREATE TABLE item_history (
    item         uuid        NOT NULL,
    version      integer     NOT NULL,
    change       text        NOT NULL,
    status       text        NOT NULL,
    percent      smallint    NOT NULL,
    flag         text,
    text         text        NOT NULL DEFAULT '',
    by_post      uuid,
    effective_on date        NOT NULL,
    recorded_at  timestamptz NOT NULL,
    CONSTRAINT item_history_pkey PRIMARY KEY (item, version)
);

-- Warnings (预警), permanent: the key makes every sweep, late or doubled, raise each of them once.
CREATE TABLE warning (
    id        uuid        NOT NULL,
    item      uuid        NOT NULL,
    unit      uuid        NOT NULL,
    rule      text        NOT NULL,
    rung      text        NOT NULL,
    period    text        NOT NULL,
    raised_at timestamptz NOT NULL,
    CONSTRAINT warning_pkey PRIMARY KEY (id),
    CONSTRAINT warning_raised_once UNIQUE (item, unit, rule, rung, period)
);

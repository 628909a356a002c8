-- 阶梯: one open case for an item and unit (一事一单). Rows of an item are changed only by decisions that
-- move the item's version. `ladder` is frozen when the case starts; days are days of the ledger.
CREATE TABLE ladder_case (
    id           uuid  NOT NULL,
    item         uuid  NOT NULL,
    unit         uuid  NOT NULL,
    rule         text  NOT NULL,
    period       text  NOT NULL,
    ladder       jsonb NOT NULL,
    rung         text  NOT NULL,
    step_on      date  NOT NULL,
    limit_on     date  NOT NULL,
    paused_until date,
    pause_reason text  NOT NULL DEFAULT '',
    opened_on    date  NOT NULL,
    closed_on    date,
    closed_why   text,
    CONSTRAINT ladder_case_pkey PRIMARY KEY (id),
    CONSTRAINT ladder_case_item_exists FOREIGN KEY (item) REFERENCES item (id),
    CONSTRAINT ladder_case_unit_exists FOREIGN KEY (unit) REFERENCES unit (id)
);
CREATE UNIQUE INDEX ladder_case_one_open ON ladder_case (item, unit) WHERE closed_on IS NULL;
CREATE INDEX ladder_case_of_unit ON ladder_case (unit) WHERE closed_on IS NULL;

-- From the third rung on the bot proposes and the office decides; who decided what stays on record.
CREATE TABLE proposal (
    id          uuid NOT NULL,
    case_id     uuid NOT NULL,
    rung        text NOT NULL,
    facts       text NOT NULL,
    proposed_on date NOT NULL,
    decided     text,
    decided_rung text,
    reason      text NOT NULL DEFAULT '',
    by_post     uuid,
    decided_at  timestamptz,
    CONSTRAINT proposal_pkey PRIMARY KEY (id),
    CONSTRAINT proposal_case_exists FOREIGN KEY (case_id) REFERENCES ladder_case (id),
    CONSTRAINT proposal_decided_known CHECK (decided IN ('agreed', 'adjusted', 'dismissed', 'dropped'))
);
CREATE UNIQUE INDEX proposal_one_open ON proposal (case_id) WHERE decided IS NULL;
CREATE INDEX proposal_of_case ON proposal (case_id, proposed_on);
CREATE INDEX proposal_waiting ON proposal (proposed_on, id) WHERE decided IS NULL;

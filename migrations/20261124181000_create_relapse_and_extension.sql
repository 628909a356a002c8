-- 反弹: what was signed off has come back. The sign-off stays; the item is open again from that day.
CREATE TABLE relapse (
    id           uuid NOT NULL,
    item         uuid NOT NULL,
    post         uuid NOT NULL,
    relapsed_on  date NOT NULL,
    reason       text NOT NULL,
    CONSTRAINT relapse_pkey PRIMARY KEY (id),
    CONSTRAINT relapse_item_exists FOREIGN KEY (item) REFERENCES item (id)
);
CREATE INDEX relapse_of_item ON relapse (item, relapsed_on);

-- 回头看: planned when an item is signed off; dropped with the rest when it relapses.
CREATE TABLE recheck (
    id       uuid NOT NULL,
    item     uuid NOT NULL,
    sign_off uuid NOT NULL,
    due_on   date NOT NULL,
    -- The office has heard that it is due.
    told_on  date,
    done_on  date,
    outcome  text,
    text     text NOT NULL DEFAULT '',
    post     uuid,
    CONSTRAINT recheck_pkey PRIMARY KEY (id),
    CONSTRAINT recheck_of FOREIGN KEY (sign_off) REFERENCES sign_off (id),
    CONSTRAINT recheck_outcome_known CHECK (outcome IN ('passed', 'relapsed', 'dropped'))
);
CREATE INDEX recheck_of_item ON recheck (item, due_on);
CREATE INDEX recheck_planned ON recheck (due_on) WHERE done_on IS NULL;

-- 延期: asked by the unit, confirmed by its head, decided by the office.
CREATE TABLE extension (
    id           uuid     NOT NULL,
    item         uuid     NOT NULL,
    post         uuid     NOT NULL,
    asked_on     date     NOT NULL,
    reason       text     NOT NULL,
    percent      smallint NOT NULL,
    old_deadline date     NOT NULL,
    new_deadline date     NOT NULL,
    confirmed_on date,
    confirmed_by uuid,
    closed_on    date,
    outcome      text,
    closed_by    uuid,
    basis        text     NOT NULL DEFAULT '',
    CONSTRAINT extension_pkey PRIMARY KEY (id),
    CONSTRAINT extension_item_exists FOREIGN KEY (item) REFERENCES item (id),
    CONSTRAINT extension_later CHECK (new_deadline > old_deadline),
    CONSTRAINT extension_outcome_known CHECK (outcome IN ('approved', 'refused', 'declined', 'withdrawn'))
);
CREATE UNIQUE INDEX extension_one_open ON extension (item) WHERE closed_on IS NULL;
CREATE INDEX extension_of_item ON extension (item, asked_on);

-- Milestones that an extension or a relapse has set aside hold until that day; those it brought hold from it.
ALTER TABLE milestone ADD COLUMN since date;
CREATE TABLE milestone_past (
    item    uuid     NOT NULL,
    due_on  date     NOT NULL,
    percent smallint NOT NULL,
    since   date,
    until   date     NOT NULL
);
CREATE INDEX milestone_past_of_item ON milestone_past (item);

-- 验收销号: applications, checks, publicity, objections and sign-offs are children of the item: its version
-- guards them and moves with them. They are kept for ever; what is over is closed, never taken away.

-- Who leads the acceptance (验收单位), where that is not the office.
ALTER TABLE item ADD COLUMN acceptance_unit uuid;
CREATE INDEX item_by_acceptance_unit ON item (acceptance_unit) WHERE acceptance_unit IS NOT NULL;

CREATE TABLE application (
    id         uuid NOT NULL,
    item       uuid NOT NULL,
    unit       uuid NOT NULL,
    post       uuid NOT NULL,
    applied_on date NOT NULL,
    summary    text NOT NULL,
    closed_on  date,
    closed_why text,
    CONSTRAINT application_pkey PRIMARY KEY (id),
    CONSTRAINT application_item_exists FOREIGN KEY (item) REFERENCES item (id),
    CONSTRAINT application_unit_exists FOREIGN KEY (unit) REFERENCES unit (id),
    CONSTRAINT application_post_exists FOREIGN KEY (post) REFERENCES post (id),
    CONSTRAINT application_closed_why CHECK (closed_why IN ('withdrawn', 'renewed', 'returned', 'signed_off'))
);
CREATE UNIQUE INDEX application_one_open ON application (item) WHERE closed_on IS NULL;
CREATE INDEX application_of_item ON application (item, applied_on);

-- What the unit says to each standard, and to each measure of the plan; with the files it sent along.
CREATE TABLE application_standard (
    application uuid     NOT NULL,
    place       smallint NOT NULL,
    standard    text     NOT NULL,
    measure     text     NOT NULL,
    needed      boolean  NOT NULL,
    note        text     NOT NULL,
    files       uuid[]   NOT NULL,
    CONSTRAINT application_standard_pkey PRIMARY KEY (application, place),
    CONSTRAINT application_standard_of FOREIGN KEY (application) REFERENCES application (id)
);

-- 现场核查: the conclusion is written on the spot; the last one of an application counts.
CREATE TABLE site_check (
    id          uuid NOT NULL,
    application uuid NOT NULL,
    unit        uuid NOT NULL,
    post        uuid NOT NULL,
    checked_on  date NOT NULL,
    conclusion  text NOT NULL,
    text        text NOT NULL,
    CONSTRAINT site_check_pkey PRIMARY KEY (id),
    CONSTRAINT site_check_of FOREIGN KEY (application) REFERENCES application (id),
    CONSTRAINT site_check_post_exists FOREIGN KEY (post) REFERENCES post (id),
    CONSTRAINT site_check_conclusion_known CHECK (conclusion IN ('passed', 'failed', 'supplement'))
);
CREATE INDEX site_check_of_application ON site_check (application, checked_on);

-- 公示: both days count, and working days between them. An objection stops a window for good; when all are
-- settled another one begins.
CREATE TABLE publicity_window (
    id          uuid     NOT NULL,
    application uuid     NOT NULL,
    post        uuid     NOT NULL,
    starts_on   date     NOT NULL,
    ends_on     date     NOT NULL,
    days        smallint NOT NULL,
    opened_on   date     NOT NULL,
    stopped_on  date,
    -- The office has heard that it is over.
    told_on     date,
    CONSTRAINT publicity_window_pkey PRIMARY KEY (id),
    CONSTRAINT publicity_window_of FOREIGN KEY (application) REFERENCES application (id)
);
CREATE UNIQUE INDEX publicity_window_one_running ON publicity_window (application) WHERE stopped_on IS NULL;
CREATE INDEX publicity_window_untold ON publicity_window (ends_on) WHERE stopped_on IS NULL AND told_on IS NULL;

-- 异议. Who raised it stands there masked (138****5678), or not at all.
CREATE TABLE objection (
    id         uuid NOT NULL,
    publicity  uuid NOT NULL,
    post       uuid NOT NULL,
    raised_on  date NOT NULL,
    text       text NOT NULL,
    settled_on date,
    upheld     boolean,
    settlement text NOT NULL DEFAULT '',
    settled_by uuid,
    CONSTRAINT objection_pkey PRIMARY KEY (id),
    CONSTRAINT objection_of FOREIGN KEY (publicity) REFERENCES publicity_window (id)
);
CREATE INDEX objection_of_publicity ON objection (publicity, raised_on);
CREATE INDEX objection_open ON objection (raised_on) WHERE settled_on IS NULL;

CREATE TABLE sign_off (
    id          uuid     NOT NULL,
    item        uuid     NOT NULL,
    no          smallint NOT NULL,
    application uuid     NOT NULL,
    post        uuid     NOT NULL,
    signed_on   date     NOT NULL,
    CONSTRAINT sign_off_pkey PRIMARY KEY (id),
    CONSTRAINT sign_off_no_once UNIQUE (item, no),
    CONSTRAINT sign_off_of FOREIGN KEY (application) REFERENCES application (id)
);

-- The days of an item after each version that moved one of them, append-only, with what stood before the
-- first of these: an item without rows has the days it always had.
CREATE TABLE item_days (
    item          uuid        NOT NULL,
    version       integer     NOT NULL,
    deadline      date        NOT NULL,
    deadline_text text,
    completed_on  date,
    accepted_on   date,
    signed_off_on date,
    effective_on  date        NOT NULL,
    recorded_at   timestamptz NOT NULL,
    CONSTRAINT item_days_pkey PRIMARY KEY (item, version)
);

-- What had been verified after each version. The past is told by the reports that were accepted.
ALTER TABLE item_history ADD COLUMN verified_percent smallint;
UPDATE item_history h
SET verified_percent = (
    SELECT r.percent
    FROM verdict v
    JOIN report r ON r.item = v.item AND r.version = v.version
    WHERE v.item = h.item AND v.verdict = 'accepted' AND v.at <= h.recorded_at
    ORDER BY v.at DESC
    LIMIT 1
)
WHERE h.item IN (SELECT v.item FROM verdict v WHERE v.verdict = 'accepted');

-- What is in publicity has been accepted: it is done like what is completed, and no longer open.
DROP INDEX item_pressing;
CREATE INDEX item_pressing ON item (round, COALESCE(flag, ''), deadline, number)
WHERE status NOT IN ('completed', 'publicity', 'signed_off');
DROP INDEX item_closed;
CREATE INDEX item_closed ON item (round, number)
WHERE status IN ('completed', 'publicity', 'signed_off');

-- 台账外活动: what was done beside the items, counted by kind, carrier and month. One that was recorded by
-- mistake is revoked, and stays on record.
CREATE TABLE activity (
    id          uuid        NOT NULL,
    version     integer     NOT NULL DEFAULT 1,
    handle      integer     NOT NULL,
    kind        text        NOT NULL,
    on_day      date        NOT NULL,
    round       uuid        NOT NULL,
    title       text        NOT NULL,
    carrier     text,
    count       integer     NOT NULL DEFAULT 1,
    items       uuid[]      NOT NULL DEFAULT '{}',
    units       uuid[]      NOT NULL DEFAULT '{}',
    notice      uuid,
    by_post     uuid        NOT NULL,
    recorded_at timestamptz NOT NULL,
    revoked_by  uuid,
    revoked_at  timestamptz,
    CONSTRAINT activity_pkey PRIMARY KEY (id),
    CONSTRAINT activity_handle_once UNIQUE (handle),
    CONSTRAINT activity_round_exists FOREIGN KEY (round) REFERENCES round (id),
    CONSTRAINT activity_notice_exists FOREIGN KEY (notice) REFERENCES notice (id),
    CONSTRAINT activity_kind_known CHECK (
        kind IN ('meeting', 'field_study', 'site_visit', 'analysis', 'training', 'publicity', 'interview')
    ),
    CONSTRAINT activity_carrier_known CHECK (carrier IN ('tv', 'paper', 'site', 'account', 'other')),
    CONSTRAINT activity_count_positive CHECK (count > 0)
);
CREATE INDEX activity_by_day ON activity (round, on_day) WHERE revoked_at IS NULL;

-- What a site visit found, as a task of a unit with a limit.
CREATE TABLE finding_task (
    id        uuid        NOT NULL,
    version   integer     NOT NULL DEFAULT 1,
    handle    integer     NOT NULL,
    activity  uuid        NOT NULL,
    unit      uuid        NOT NULL,
    text      text        NOT NULL,
    due_on    date        NOT NULL,
    given_by  uuid        NOT NULL,
    given_at  timestamptz NOT NULL,
    done_text text        NOT NULL DEFAULT '',
    done_by   uuid,
    done_at   timestamptz,
    closed_by uuid,
    closed_at timestamptz,
    CONSTRAINT finding_task_pkey PRIMARY KEY (id),
    CONSTRAINT finding_task_handle_once UNIQUE (handle),
    CONSTRAINT finding_task_activity_exists FOREIGN KEY (activity) REFERENCES activity (id),
    CONSTRAINT finding_task_unit_exists FOREIGN KEY (unit) REFERENCES unit (id)
);
CREATE INDEX finding_task_open ON finding_task (unit) WHERE closed_at IS NULL;

-- 约谈 is approved before its notice is signed: by whom, as the office records it.
ALTER TABLE notice ADD COLUMN approval text NOT NULL DEFAULT '';

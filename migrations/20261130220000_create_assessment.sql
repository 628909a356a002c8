-- 考核: a quarter's assessment, frozen as rows when it is drafted. One edition is sent to the units, heard and
-- published, and never changed afterwards; a correction is another edition.
CREATE TABLE assessment (
    id            uuid        NOT NULL,
    version       integer     NOT NULL DEFAULT 1,
    round         uuid        NOT NULL,
    year          integer     NOT NULL,
    quarter       integer     NOT NULL,
    number        integer     NOT NULL,
    weights       integer[]   NOT NULL,
    basis_version bigint      NOT NULL,
    reason        text        NOT NULL DEFAULT '',
    drafted_by    uuid        NOT NULL,
    drafted_at    timestamptz NOT NULL,
    sent_by       uuid,
    sent_at       timestamptz,
    appeal_by     date,
    published_by  uuid,
    published_at  timestamptz,
    CONSTRAINT assessment_pkey PRIMARY KEY (id),
    CONSTRAINT assessment_edition_once UNIQUE (round, year, quarter, number),
    CONSTRAINT assessment_round_exists FOREIGN KEY (round) REFERENCES round (id),
    CONSTRAINT assessment_quarter_known CHECK (quarter BETWEEN 1 AND 4),
    CONSTRAINT assessment_published_was_sent CHECK (published_at IS NULL OR appeal_by IS NOT NULL)
);

-- One unit's part of it: its items, and the indicators that concern it. Scores follow from the deductions.
CREATE TABLE assessment_sheet (
    id         uuid    NOT NULL,
    assessment uuid    NOT NULL,
    unit       uuid    NOT NULL,
    position   integer NOT NULL,
    items      integer NOT NULL,
    concerns   text[]  NOT NULL,
    CONSTRAINT assessment_sheet_pkey PRIMARY KEY (id),
    CONSTRAINT assessment_sheet_once UNIQUE (assessment, unit),
    CONSTRAINT assessment_sheet_assessment_exists FOREIGN KEY (assessment) REFERENCES assessment (id),
    CONSTRAINT assessment_sheet_unit_exists FOREIGN KEY (unit) REFERENCES unit (id)
);
CREATE INDEX assessment_sheet_of_unit ON assessment_sheet (unit);

-- Every point that is lost, in tenths, with its item and its evidence. `struck`: an appeal held, and why.
CREATE TABLE assessment_deduction (
    sheet     uuid    NOT NULL,
    place     integer NOT NULL,
    indicator text    NOT NULL,
    item      uuid    NOT NULL,
    number    integer NOT NULL,
    title     text    NOT NULL,
    why       text    NOT NULL,
    tenths    integer NOT NULL,
    struck    text    NOT NULL DEFAULT '',
    CONSTRAINT assessment_deduction_pkey PRIMARY KEY (sheet, place),
    CONSTRAINT assessment_deduction_sheet_exists FOREIGN KEY (sheet) REFERENCES assessment_sheet (id),
    CONSTRAINT assessment_deduction_item_exists FOREIGN KEY (item) REFERENCES item (id),
    CONSTRAINT assessment_deduction_indicator_known CHECK (
        indicator IN ('on_time', 'pace', 'reported', 'first_pass', 'lasting')
    ),
    CONSTRAINT assessment_deduction_costs CHECK (tenths > 0)
);

-- 申诉: one about a deduction, and its answer.
CREATE TABLE assessment_appeal (
    handle     integer     NOT NULL,
    sheet      uuid        NOT NULL,
    place      integer     NOT NULL,
    post       uuid        NOT NULL,
    at         timestamptz NOT NULL,
    text       text        NOT NULL,
    holds      boolean,
    reason     text        NOT NULL DEFAULT '',
    decided_by uuid,
    decided_at timestamptz,
    CONSTRAINT assessment_appeal_handle_once PRIMARY KEY (handle),
    CONSTRAINT assessment_appeal_once UNIQUE (sheet, place),
    CONSTRAINT assessment_appeal_deduction_exists FOREIGN KEY (sheet, place)
        REFERENCES assessment_deduction (sheet, place),
    CONSTRAINT assessment_appeal_decided_whole CHECK ((holds IS NULL) = (decided_at IS NULL))
);

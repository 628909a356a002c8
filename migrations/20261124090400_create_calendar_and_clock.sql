-- 调休工作日历: only the days that differ from the plain week. The office may change it.
CREATE TABLE workday (
    day     date    NOT NULL,
    is_work boolean NOT NULL,
    name    text    NOT NULL DEFAULT '',
    CONSTRAINT workday_pkey PRIMARY KEY (day)
);

-- The ledger's clock in the demo: where it stood last. Absent everywhere else.
CREATE TABLE ledger_clock (
    one       boolean     NOT NULL DEFAULT true,
    ledger_at timestamptz NOT NULL,
    CONSTRAINT ledger_clock_pkey PRIMARY KEY (one),
    CONSTRAINT ledger_clock_only_one CHECK (one)
);

-- The working-day table as one thing that is changed: its version moves with every change, so that of two
-- changes at once the second is decided again.
CREATE TABLE calendar (
    id      uuid    NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT calendar_pkey PRIMARY KEY (id),
    CONSTRAINT calendar_only_one CHECK (id = '00000000-0000-0000-0000-000000000000')
);
INSERT INTO calendar (id) VALUES ('00000000-0000-0000-0000-000000000000');

-- What the office was alarmed about without an item, permanent: the key makes each of them said once.
CREATE TABLE alarm (
    name      text        NOT NULL,
    period    text        NOT NULL,
    raised_at timestamptz NOT NULL,
    CONSTRAINT alarm_raised_once PRIMARY KEY (name, period)
);

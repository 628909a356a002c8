-- 口径: the thresholds of a round as the office sets them, append-only. The last row of a name counts; one
-- without a value goes back to the default.
CREATE TABLE threshold (
    seq         bigint      GENERATED ALWAYS AS IDENTITY,
    round       uuid        NOT NULL,
    name        text        NOT NULL,
    value       integer[],
    since       date        NOT NULL,
    set_by      uuid,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT threshold_pkey PRIMARY KEY (seq),
    CONSTRAINT threshold_round_exists FOREIGN KEY (round) REFERENCES round (id),
    CONSTRAINT threshold_set_by_exists FOREIGN KEY (set_by) REFERENCES post (id)
);
CREATE INDEX threshold_of_round ON threshold (round, name, seq DESC);

-- Moves in the same commit with every change of a threshold or of the calendar, so that whoever keeps them
-- in memory sees that they have changed. Always one row, which is never removed.
CREATE TABLE basis_version (
    one     boolean NOT NULL DEFAULT true,
    version bigint  NOT NULL,
    CONSTRAINT basis_version_pkey PRIMARY KEY (one),
    CONSTRAINT basis_version_only_one CHECK (one)
);
INSERT INTO basis_version (version) VALUES (1);

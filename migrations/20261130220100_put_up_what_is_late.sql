-- What the office was told of in the morning, each matter once: copies that nobody signed for or answered in
-- time, tasks past their limit, assessments that may be published.
CREATE TABLE put_up (
    subject uuid        NOT NULL,
    matter  text        NOT NULL,
    at      timestamptz NOT NULL,
    CONSTRAINT put_up_pkey PRIMARY KEY (subject, matter),
    CONSTRAINT put_up_matter_known CHECK (matter IN ('unsigned', 'unanswered', 'task', 'assessment'))
);

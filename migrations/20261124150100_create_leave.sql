-- 请假: a contact is away from one day to another (both included), and another contact stands in. Never
-- in chains, never two at a time for one post: the posts' versions move with every leave, so that two
-- decisions about the same post cannot pass each other.

CREATE TABLE leave (
    id              uuid        NOT NULL,
    post            uuid        NOT NULL,
    substitute_post uuid        NOT NULL,
    from_on         date        NOT NULL,
    to_on           date        NOT NULL,
    taken_by        uuid,
    taken_at        timestamptz NOT NULL,
    ended_on        date,
    ended_by        uuid,
    version         integer     NOT NULL DEFAULT 1,
    CONSTRAINT leave_pkey PRIMARY KEY (id),
    CONSTRAINT leave_post_exists FOREIGN KEY (post) REFERENCES post (id),
    CONSTRAINT leave_substitute_exists FOREIGN KEY (substitute_post) REFERENCES post (id),
    CONSTRAINT leave_days_in_order CHECK (from_on <= to_on),
    CONSTRAINT leave_by_somebody_else CHECK (post <> substitute_post)
);

-- After this day the post stands in for nobody: every message looks at the speaker's post anyway, and
-- only where this day is not past it looks for a leave.
ALTER TABLE post ADD COLUMN stands_in_until date;

CREATE INDEX leave_of_post ON leave (post, to_on) WHERE ended_on IS NULL;
CREATE INDEX leave_of_substitute ON leave (substitute_post, to_on) WHERE ended_on IS NULL;

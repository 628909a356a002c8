-- 异议核实: what the unit found when it looked into an objection, for the office that settles it.
CREATE TABLE objection_answer (
    id        uuid NOT NULL,
    objection uuid NOT NULL,
    post      uuid NOT NULL,
    said_on   date NOT NULL,
    text      text NOT NULL,
    CONSTRAINT objection_answer_pkey PRIMARY KEY (id),
    CONSTRAINT objection_answer_of FOREIGN KEY (objection) REFERENCES objection (id),
    CONSTRAINT objection_answer_post_exists FOREIGN KEY (post) REFERENCES post (id)
);
CREATE INDEX objection_answer_of_objection ON objection_answer (objection);

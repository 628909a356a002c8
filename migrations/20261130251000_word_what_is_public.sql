-- What the public table (公示表) says of an item, in the office's words. What the unit wrote stays in its application and
-- is public where the office has said nothing. Append-only; the last row of an application counts.
CREATE TABLE public_wording (
    id          uuid NOT NULL,
    application uuid NOT NULL,
    post        uuid NOT NULL,
    worded_on   date NOT NULL,
    text        text NOT NULL,
    CONSTRAINT public_wording_pkey PRIMARY KEY (id),
    CONSTRAINT public_wording_of FOREIGN KEY (application) REFERENCES application (id)
);
CREATE INDEX public_wording_of_application ON public_wording (application, id);

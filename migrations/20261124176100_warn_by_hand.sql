-- 预警 by hand: the colour and the words of the office. The warnings of the units concerned share its id as
-- their period.
CREATE TABLE manual_warning (
    id     uuid NOT NULL,
    item   uuid NOT NULL,
    colour text NOT NULL,
    words  text NOT NULL,
    by_post uuid,
    at     timestamptz NOT NULL,
    CONSTRAINT manual_warning_pkey PRIMARY KEY (id),
    CONSTRAINT manual_warning_item_exists FOREIGN KEY (item) REFERENCES item (id),
    CONSTRAINT manual_warning_colour_known CHECK (colour IN ('blue', 'yellow', 'orange', 'red'))
);

-- What a unit has answered in an application that is not handed in yet: kept however the walk ends (取消, something
-- else in between, a day gone by), offered again the next time, gone when it is handed in. The item's row is not
-- touched: nothing has happened to it yet.
CREATE TABLE application_draft (
    item     uuid    NOT NULL,
    standard text    NOT NULL,
    measure  text    NOT NULL,
    needed   boolean NOT NULL,
    note     text    NOT NULL,
    files    uuid[]  NOT NULL,
    CONSTRAINT application_draft_pkey PRIMARY KEY (item, standard, measure),
    CONSTRAINT application_draft_item_exists FOREIGN KEY (item) REFERENCES item (id)
);

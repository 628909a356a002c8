-- What a unit sends along with its answer to a notice belongs to that answer; `item` is the first item of the notice
-- that concerns the unit, as for every other file.
ALTER TABLE attachment ADD COLUMN answer uuid;
ALTER TABLE attachment ADD
    CONSTRAINT attachment_answer_exists FOREIGN KEY (answer) REFERENCES notice_answer (id);
CREATE INDEX attachment_by_answer ON attachment (answer) WHERE answer IS NOT NULL;

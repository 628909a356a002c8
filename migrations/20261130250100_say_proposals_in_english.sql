-- What a proposal rests on, in English as well; what was proposed before has none.
ALTER TABLE proposal ADD COLUMN facts_en text NOT NULL DEFAULT '';

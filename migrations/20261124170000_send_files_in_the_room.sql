-- People send files in the room. What a line carries stands beside its words, not in them: the old program,
-- which still runs while the new one starts, reads the words as before.

ALTER TABLE room_line ADD COLUMN files jsonb;

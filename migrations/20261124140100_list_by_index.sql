-- Lists of a whole round go by index: the open items under each flag with the nearest deadline first, and
-- the closed ones by number. Their columns are those that other indexes name already, so a report that
-- moves no flag stays on its page. Categories and regions are few words; the rare ones are gathered by
-- these indexes, the frequent ones are met on the way.

CREATE INDEX item_pressing ON item (round, COALESCE(flag, ''), deadline, number)
WHERE status NOT IN ('completed', 'signed_off');

CREATE INDEX item_closed ON item (round, number)
WHERE status IN ('completed', 'signed_off');

CREATE INDEX item_text_by_category ON item_text (category);
CREATE INDEX item_text_by_region ON item_text (region);

-- An answer on its way that becomes the card of its item is found by the item, so that a change that is
-- written before the answer has arrived edits it as well. It is asked for by `settled_at`, not by the states: while
-- the table is young the index of all open rows, which goes by these, would be taken instead and read whole.
CREATE INDEX outbox_becoming_cards ON outbox (card_item)
WHERE card_item IS NOT NULL AND kind <> 'card' AND settled_at IS NULL;

-- An answer on its way that becomes the card of its item is found by the item, so that a change that is
-- written before the answer has arrived edits it as well.
CREATE INDEX outbox_becoming_cards ON outbox (card_item)
WHERE card_item IS NOT NULL AND kind <> 'card' AND state IN ('due', 'sending');

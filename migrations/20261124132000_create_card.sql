-- The live card: of one item, in one group, the message that is edited in place as the item changes.
-- Written when that message has been sent; what is edited is worded when the edit leaves.

CREATE TABLE card (
    item       uuid        NOT NULL,
    platform   text        NOT NULL,
    chat       text        NOT NULL,
    thread     text,
    message_id text        NOT NULL,
    sent_at    timestamptz NOT NULL,
    CONSTRAINT card_pkey PRIMARY KEY (item, platform, chat)
);

-- The item whose card a message becomes (an answer), or brings up to date (kind `card`).
ALTER TABLE outbox ADD COLUMN card_item uuid;

CREATE INDEX outbox_cards ON outbox (card_item, chat) WHERE kind = 'card' AND state = 'due';

-- The room edits a line in place: `edited` is the number of the edit, from the same counter as lines.
ALTER TABLE room_line ADD COLUMN edited bigint;

CREATE INDEX room_line_edits ON room_line (chat, edited) WHERE edited IS NOT NULL;

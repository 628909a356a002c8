-- The audit log: ids and codes, never names, so that erasing a person leaves the chain valid.
-- A worker seals committed rows in batches: a seal's hash covers the seal before it and its rows in
-- the order of their ids. Rows are found by being unsealed, never by an id above a mark, because ids
-- become visible out of order.
CREATE TABLE audit (
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    at            timestamptz NOT NULL,
    action        text        NOT NULL,
    actor_post    uuid,
    actor_account text,
    item          uuid,
    details       jsonb       NOT NULL,
    seal          bigint,
    CONSTRAINT audit_pkey PRIMARY KEY (id)
) WITH (fillfactor = 90);

CREATE INDEX audit_unsealed ON audit (id) WHERE seal IS NULL;

CREATE TABLE audit_seal (
    number    bigint      NOT NULL,
    hash      text        NOT NULL,
    rows      integer     NOT NULL,
    sealed_at timestamptz NOT NULL,
    CONSTRAINT audit_seal_pkey PRIMARY KEY (number)
);

-- Refusals are gathered by the minute; the sealer turns each finished minute into one audit row.
CREATE TABLE refusal (
    minute   timestamptz NOT NULL,
    platform text        NOT NULL,
    account  text        NOT NULL,
    what     text        NOT NULL,
    item     uuid        NOT NULL,
    count    integer     NOT NULL,
    CONSTRAINT refusal_pkey PRIMARY KEY (minute, platform, account, what, item)
);

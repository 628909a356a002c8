-- A sealed audit row is not touched again: a seal names the rows it covers by their ids, instead of each
-- row naming its seal. Ids become visible out of order, so a seal covers the ids up to `last` without
-- those it did not see (`missing`), and what its predecessor missed and it saw.
-- A program of the version before cannot seal on this schema; it says so and leaves it to the new one.

ALTER TABLE audit_seal ADD COLUMN last bigint NOT NULL DEFAULT 0;
ALTER TABLE audit_seal ADD COLUMN missing bigint[] NOT NULL DEFAULT '{}';

UPDATE audit_seal s
SET last = COALESCE((SELECT max(a.id) FROM audit a WHERE a.seal <= s.number), 0);

UPDATE audit_seal s
SET missing = ARRAY(
    SELECT a.id
    FROM audit a
    WHERE a.id <= s.last
      AND (a.seal IS NULL OR a.seal > s.number)
    ORDER BY a.id
);

DROP INDEX audit_unsealed;
ALTER TABLE audit DROP COLUMN seal;

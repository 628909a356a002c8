-- A sign-off that came with an imported file has neither application nor post: it was done elsewhere. Those imported
-- before are brought in now, so that they stay on record and are looked at again like the others.
ALTER TABLE sign_off ALTER COLUMN application DROP NOT NULL;
ALTER TABLE sign_off ALTER COLUMN post DROP NOT NULL;
CREATE TEMPORARY TABLE came ON COMMIT DROP AS
SELECT DISTINCT item, signed_on
FROM (
    SELECT id AS item, signed_off_on AS signed_on FROM item WHERE signed_off_on IS NOT NULL
    UNION ALL
    SELECT item, signed_off_on FROM item_days WHERE signed_off_on IS NOT NULL
    UNION ALL
    SELECT i.id, COALESCE(i.completed_on, i.opened_on)
    FROM item i
    WHERE i.status = 'signed_off' AND i.signed_off_on IS NULL
) AS known
WHERE NOT EXISTS (SELECT 1 FROM sign_off s WHERE s.item = known.item AND s.signed_on = known.signed_on);
-- Numbers go by days; they make room before they are given anew.
UPDATE sign_off SET no = no + 1000 WHERE item IN (SELECT item FROM came);
INSERT INTO sign_off (id, item, no, signed_on)
SELECT
    md5('sign_off ' || item::text || ' ' || signed_on::text)::uuid, item,
    2000 + row_number() OVER (PARTITION BY item ORDER BY signed_on), signed_on
FROM came;
UPDATE sign_off
SET no = next.no
FROM (SELECT id, row_number() OVER (PARTITION BY item ORDER BY signed_on, no) AS no FROM sign_off) AS next
WHERE next.id = sign_off.id AND sign_off.item IN (SELECT item FROM came);
-- What is behind nobody knows; what lies ahead is planned as the round's basis says.
INSERT INTO recheck (id, item, sign_off, due_on)
SELECT
    md5('recheck ' || s.id::text || ' ' || m.months::text)::uuid, s.item, s.id,
    (s.signed_on + make_interval(months => m.months))::date
FROM came
JOIN sign_off s ON s.item = came.item AND s.signed_on = came.signed_on
JOIN item i ON i.id = s.item AND i.status = 'signed_off'
CROSS JOIN LATERAL unnest(COALESCE(
    (SELECT t.value FROM threshold t WHERE t.round = i.round AND t.name = 'recheck' ORDER BY t.seq DESC LIMIT 1),
    '{3,6,12}'
)) AS m (months)
WHERE (i.signed_off_on IS NULL OR i.signed_off_on = s.signed_on)
  AND s.signed_on + make_interval(months => m.months) > COALESCE((SELECT ledger_at FROM ledger_clock), now());

-- Of several contacts of a unit the first one in the ledger reads what is said unasked, whoever was bound last: a
-- second contact takes nothing away from the first. On leave a substitute stands in; where nobody is bound to the
-- first post, the next one reads.
CREATE OR REPLACE FUNCTION unit_reader(of_unit uuid, on_day date, on_platforms text[])
RETURNS TABLE (holder uuid, platform text, account text, for_post uuid)
LANGUAGE sql STABLE
AS $$
    SELECT h.id, h.platform, h.account, v.post
    FROM post p
    LEFT JOIN leave v ON v.post = p.id
        AND v.ended_on IS NULL
        AND v.from_on <= on_day
        AND v.to_on >= on_day
    JOIN holder h ON h.post = COALESCE(v.substitute_post, p.id)
        AND h.ended_at IS NULL
        AND (on_platforms IS NULL OR h.platform = ANY(on_platforms))
    WHERE p.unit = of_unit
      AND p.role = 'contact'
      AND NOT EXISTS (
          SELECT 1
          FROM leave away
          WHERE away.post = v.substitute_post
            AND away.ended_on IS NULL
            AND away.from_on <= on_day
            AND away.to_on >= on_day
      )
    ORDER BY p.id, h.bound_at DESC
    LIMIT 1
$$;

-- Who reads what is said to a unit: found in one place, by the message that leaves and by the check before a
-- dispatch. The unit's contact bound last, or whoever stands in for that post on this day; a substitute who is
-- on leave as well speaks for nobody: no chains. Without platforms: on any.
CREATE FUNCTION unit_reader(of_unit uuid, on_day date, on_platforms text[])
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
    ORDER BY
        (SELECT max(own.bound_at) FROM holder own WHERE own.post = p.id AND own.ended_at IS NULL)
            DESC NULLS LAST,
        h.bound_at DESC
    LIMIT 1
$$;

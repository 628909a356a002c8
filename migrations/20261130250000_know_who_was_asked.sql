-- What a unit was never asked for is not held against it: a period that was not sent out, or whose message
-- reached nobody, and for which nobody was urged either.
CREATE FUNCTION was_asked(of_cycle uuid, of_item uuid, of_unit uuid)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (
        SELECT 1
        FROM cycle c
        JOIN dispatch_copy m ON m.dispatch = c.dispatch AND m.unit = of_unit
        LEFT JOIN outbox o ON o.seq = m.seq
        LEFT JOIN outbox w ON w.seq = o.merged_into
        WHERE c.id = of_cycle
          -- What leaves with another message ends as that one does.
          AND COALESCE(m.outcome, w.state, o.state) = 'sent'
    ) OR EXISTS (
        SELECT 1
        FROM cycle c
        JOIN warning u ON u.item = of_item AND u.unit = of_unit AND u.rule = 'urge'
        JOIN warning_fate f ON f.warning = u.id AND f.fate = 'sent'
        WHERE c.id = of_cycle
          AND (f.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN c.starts_on AND c.closes_on
    )
$$;

-- Written with the outcome, of what was missed: by then the unit had been asked.
ALTER TABLE duty ADD COLUMN told boolean NOT NULL DEFAULT false;
UPDATE duty SET told = was_asked(cycle, item, unit) WHERE outcome = 'missed';

-- The evidence of a deduction in English as well; what was frozen before has none.
ALTER TABLE assessment_deduction ADD COLUMN why_en text NOT NULL DEFAULT '';

-- 抄送: to whom else a paper goes, as it stands in its imprint (版记); and of those named there the units of ours, which
-- get a copy for information.
ALTER TABLE notice ADD COLUMN cc text NOT NULL DEFAULT '';
ALTER TABLE notice_copy ADD COLUMN is_cc boolean NOT NULL DEFAULT false;

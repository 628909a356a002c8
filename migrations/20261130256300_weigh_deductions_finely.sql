-- Among hundreds of items one loses less than a tenth of a point.
ALTER TABLE assessment_deduction ALTER COLUMN tenths TYPE numeric(7, 4) USING tenths / 10.0;
ALTER TABLE assessment_deduction RENAME COLUMN tenths TO points;

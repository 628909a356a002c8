-- Files that are sent along with an application as a whole, when its points have been answered.
ALTER TABLE application ADD COLUMN files uuid[] NOT NULL DEFAULT '{}';

-- With which linkage (table, prior, thresholds) a profile was last compared with all its candidates. Others than the one in force
-- are compared anew, some at each Tick. What is in it now was joined by other rules.
ALTER TABLE profile ADD COLUMN mark bigint NOT NULL DEFAULT 0;
CREATE INDEX profile_mark ON profile (mark);

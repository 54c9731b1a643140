-- When an executor said that it started the attempt that is out; null until it does. For operators, no decision reads it.
ALTER TABLE tasks ADD COLUMN started_at timestamptz;

-- The runs that figures for operators are made of.
CREATE INDEX runs_open ON runs (pool) WHERE settled_at IS NULL;

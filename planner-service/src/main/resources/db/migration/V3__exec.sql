-- `exec` runs beside the run that changes its cluster, and beside others of its kind.
DROP INDEX runs_one_unfinished;
CREATE UNIQUE INDEX runs_one_unfinished ON runs (tenant, cluster)
    WHERE settled_at IS NULL AND NOT dry_run AND operation <> 'exec';

-- When the phase's deadline is, once it has started.
ALTER TABLE phases ADD COLUMN ends_by timestamptz;
CREATE INDEX phases_ending ON phases (ends_by) WHERE ends_by IS NOT NULL AND progress <> 'SETTLED';

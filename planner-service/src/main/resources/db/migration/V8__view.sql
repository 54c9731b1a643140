-- A view changes nothing of the cluster, so it may go on beside a run that does.
DROP INDEX runs_one_unfinished;
CREATE UNIQUE INDEX runs_one_unfinished ON runs (tenant, cluster)
    WHERE settled_at IS NULL AND NOT dry_run AND operation NOT IN ('check', 'exec', 'view');

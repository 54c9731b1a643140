-- Where a backup goes to, or a restore comes from: a path on a host.
ALTER TABLE runs ADD COLUMN archive text;

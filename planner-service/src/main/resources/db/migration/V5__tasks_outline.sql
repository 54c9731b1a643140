-- What a turn looks at in a large run: the first tasks that wait, and those that neither wait nor succeeded.
CREATE INDEX tasks_waiting ON tasks (run, phase, position) WHERE state = 'WAITING';
CREATE INDEX tasks_told_apart ON tasks (run, phase) WHERE state NOT IN ('WAITING', 'SUCCEEDED');

-- Of the command that ended a task.
ALTER TABLE task ADD COLUMN exit_code integer;

-- The trace of the request that opened the run (W3C Trace Context); all that the run does belongs to it.
ALTER TABLE runs ADD COLUMN traceparent text;

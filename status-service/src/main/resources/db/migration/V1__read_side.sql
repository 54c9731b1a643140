-- The read side. Everything here can be made again from the topics, as long as they are kept.

-- One row a run: its writers take turns on it, so cursors become visible in order.
CREATE TABLE run_stream (
    tenant     text        NOT NULL,
    run        uuid        NOT NULL,
    cursor     bigint      NOT NULL DEFAULT 0,
    opened     boolean     NOT NULL DEFAULT false,
    settled    boolean     NOT NULL DEFAULT false,
    touched_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, run)
);
CREATE INDEX run_stream_by_age ON run_stream (touched_at);

CREATE TABLE run_event (
    tenant      text        NOT NULL,
    run         uuid        NOT NULL,
    cursor      bigint      NOT NULL,
    kind        text        NOT NULL,
    natural_key text        NOT NULL,
    phase       text,
    host        text,
    task        uuid,
    notable     boolean     NOT NULL,
    at          timestamptz NOT NULL,
    data        text        NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, run, cursor),
    UNIQUE (tenant, run, natural_key),
    FOREIGN KEY (tenant, run) REFERENCES run_stream ON DELETE CASCADE
);
CREATE INDEX run_event_quiet ON run_event (tenant, run, cursor) WHERE kind <> 'OutputChunk';
CREATE INDEX run_event_notable ON run_event (tenant, run, cursor) WHERE notable;
CREATE INDEX run_event_of_task ON run_event (tenant, run, task, cursor) WHERE kind <> 'OutputChunk';
CREATE INDEX run_event_output ON run_event (tenant, run, host, cursor) WHERE kind = 'OutputChunk';
CREATE INDEX run_event_output_by_age ON run_event (recorded_at) WHERE kind = 'OutputChunk';

CREATE TABLE run (
    tenant     text    NOT NULL,
    run        uuid    NOT NULL,
    cluster    text    NOT NULL,
    operation  text,
    actor      text,
    revision   integer,
    dry_run    boolean,
    stage      text    NOT NULL,
    outcome    text,
    reason     text,
    message    text,
    opened_at  timestamptz,
    settled_at timestamptz,
    state      text    NOT NULL,
    PRIMARY KEY (tenant, run),
    FOREIGN KEY (tenant, run) REFERENCES run_stream ON DELETE CASCADE
);
CREATE INDEX run_latest ON run (tenant, opened_at DESC) WHERE opened_at IS NOT NULL;
CREATE INDEX run_latest_of_cluster ON run (tenant, cluster, opened_at DESC) WHERE opened_at IS NOT NULL;

CREATE TABLE task (
    tenant      text    NOT NULL,
    run         uuid    NOT NULL,
    task        uuid    NOT NULL,
    cluster     text    NOT NULL,
    phase       text    NOT NULL,
    host        text    NOT NULL,
    attempt     integer NOT NULL,
    started_at  timestamptz,
    settled_at  timestamptz,
    outcome     text,
    reason      text,
    message     text    NOT NULL,
    step        text,
    host_millis bigint,
    output_tail text    NOT NULL,
    PRIMARY KEY (tenant, run, task),
    FOREIGN KEY (tenant, run) REFERENCES run_stream ON DELETE CASCADE
);

-- Which bytes of an attempt's output are known: "0-120,200-240".
CREATE TABLE output_coverage (
    tenant  text    NOT NULL,
    run     uuid    NOT NULL,
    task    uuid    NOT NULL,
    attempt integer NOT NULL,
    covered text    NOT NULL,
    PRIMARY KEY (tenant, run, task, attempt),
    FOREIGN KEY (tenant, run) REFERENCES run_stream ON DELETE CASCADE
);

CREATE TABLE certificate_event (
    tenant      text        NOT NULL,
    natural_key text        NOT NULL,
    kind        text        NOT NULL,
    cluster     text,
    at          timestamptz NOT NULL,
    not_after   timestamptz,
    data        text        NOT NULL,
    PRIMARY KEY (tenant, natural_key)
);
CREATE INDEX certificate_event_of_cluster ON certificate_event (tenant, cluster, at DESC);
CREATE INDEX certificate_event_by_age ON certificate_event (at);

-- Requests only read.
DO $body$
DECLARE
    protected text;
BEGIN
    FOREACH protected IN ARRAY ARRAY['run_stream', 'run_event', 'run', 'task', 'output_coverage', 'certificate_event'] LOOP
        PERFORM slipway_protect(protected::regclass);
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %s FROM "${app}"', protected);
    END LOOP;
END
$body$;

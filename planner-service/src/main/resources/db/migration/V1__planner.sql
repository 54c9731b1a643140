-- Clusters, revisions, hosts and runs. Every table has a tenant and is under row-level security; see db/chassis.
-- Times are the database's. Columns that say JSON hold the text of the contracts' JSON; the database never looks into it.

CREATE TABLE clusters (
    tenant           text        NOT NULL,
    name             text        NOT NULL,
    generation       int         NOT NULL DEFAULT 1,
    state            text        NOT NULL DEFAULT 'ABSENT',
    revision         int         NOT NULL DEFAULT 0,
    applied_revision int,
    last_run         uuid,
    created_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, name)
);
SELECT slipway_protect('clusters');

-- Every Clusterfile that was accepted, as it came: it holds no secret.
CREATE TABLE revisions (
    tenant     text        NOT NULL,
    cluster    text        NOT NULL,
    revision   int         NOT NULL,
    digest     text        NOT NULL,
    source     text        NOT NULL,
    actor      text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, cluster, revision)
);
SELECT slipway_protect('revisions');

CREATE TABLE hosts (
    tenant        text NOT NULL,
    address       text NOT NULL,
    name          text,
    cluster       text,
    roles         text[] NOT NULL DEFAULT '{}',
    facts         text,
    facts_at      timestamptz,
    presented_key text,
    PRIMARY KEY (tenant, address)
);
SELECT slipway_protect('hosts');

-- Known SSH host keys, each as "type base64".
CREATE TABLE host_keys (
    tenant    text        NOT NULL,
    address   text        NOT NULL,
    key       text        NOT NULL,
    actor     text        NOT NULL,
    pinned_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, address, key)
);
SELECT slipway_protect('host_keys');

CREATE TABLE runs (
    tenant               text        NOT NULL,
    id                   uuid        PRIMARY KEY,
    cluster              text        NOT NULL,
    operation            text        NOT NULL,
    generation           int         NOT NULL,
    revision             int         NOT NULL,
    pool                 text        NOT NULL,
    actor                text        NOT NULL,
    dry_run              boolean     NOT NULL,
    strict               boolean     NOT NULL,
    accept_new_host_keys boolean     NOT NULL,
    -- The Clusterfile's text while the run is open: a dry run's is kept nowhere else.
    source               text,
    stage                text        NOT NULL,
    paused               boolean     NOT NULL DEFAULT false,
    cancelling           boolean     NOT NULL DEFAULT false,
    outcome              text,
    reason               text,
    message              text,
    -- What preflight found, as a list of failures.
    findings             text        NOT NULL DEFAULT '[]',
    plan_digest          text,
    opened_at            timestamptz NOT NULL DEFAULT now(),
    settled_at           timestamptz,
    -- Since when it waits for its tenant's share.
    starved_since        timestamptz,
    -- Until when one planner has it to itself to make its plan, or none tries again.
    prepare_after        timestamptz
);
-- One unfinished run that changes the cluster; the second finds out who was first.
CREATE UNIQUE INDEX runs_one_unfinished ON runs (tenant, cluster) WHERE settled_at IS NULL AND NOT dry_run;
CREATE INDEX runs_latest ON runs (tenant, cluster, opened_at DESC);
CREATE INDEX runs_preparing ON runs (prepare_after) WHERE stage IN ('PLANNING', 'REOPENING');
CREATE INDEX runs_starved ON runs (starved_since) WHERE starved_since IS NOT NULL;
SELECT slipway_protect('runs');

CREATE TABLE run_hosts (
    tenant   text NOT NULL,
    run      uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    host     text NOT NULL,
    position int  NOT NULL,
    name     text NOT NULL,
    roles    text[] NOT NULL,
    -- How to get in, without known host keys that are not pinned in the Clusterfile.
    target   text NOT NULL,
    PRIMARY KEY (run, host)
);
SELECT slipway_protect('run_hosts');

CREATE TABLE phases (
    tenant     text NOT NULL,
    run        uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    position   int  NOT NULL,
    name       text NOT NULL,
    rules      text NOT NULL,
    progress   text NOT NULL,
    started_at timestamptz,
    settled_at timestamptz,
    PRIMARY KEY (run, position),
    UNIQUE (run, name)
);
SELECT slipway_protect('phases');

-- A task is a row; its reservation is its state.
CREATE TABLE tasks (
    tenant        text    NOT NULL,
    run           uuid    NOT NULL,
    phase         int     NOT NULL,
    host          text    NOT NULL,
    position      int     NOT NULL,
    state         text    NOT NULL,
    attempt       int     NOT NULL,
    tries         int     NOT NULL,
    kind          text,
    settle_by     timestamptz,
    doubted       boolean NOT NULL DEFAULT false,
    reason        text,
    message       text,
    output_tail   text,
    facts         text,
    reported_at   timestamptz,
    dispatched_at timestamptz,
    PRIMARY KEY (run, phase, host),
    FOREIGN KEY (run, phase) REFERENCES phases (run, position) ON DELETE CASCADE
);
CREATE INDEX tasks_in_flight ON tasks (tenant, settle_by) WHERE state = 'IN_FLIGHT';
CREATE INDEX tasks_unknown ON tasks (tenant) WHERE state IN ('DOUBTFUL', 'UNKNOWN') OR doubted;
SELECT slipway_protect('tasks');

-- What a task does, a list of steps; from the frozen plan, apart from it so that a dispatch reads no more than it sends.
CREATE TABLE task_steps (
    tenant   text    NOT NULL,
    run      uuid    NOT NULL REFERENCES runs ON DELETE CASCADE,
    phase    text    NOT NULL,
    host     text    NOT NULL,
    mutating boolean NOT NULL,
    steps    text    NOT NULL,
    PRIMARY KEY (run, phase, host)
);
SELECT slipway_protect('task_steps');

-- The plan as canonical JSON, which its digest is taken over; frozen unless it was only shown (dry run).
CREATE TABLE plans (
    tenant  text        NOT NULL,
    run     uuid        PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
    digest  text        NOT NULL,
    frozen  boolean     NOT NULL,
    body    text        NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
SELECT slipway_protect('plans');

-- Public files by their SHA-256.
CREATE TABLE contents (
    tenant   text        NOT NULL,
    digest   text        NOT NULL,
    bytes    bytea       NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, digest)
);
SELECT slipway_protect('contents');

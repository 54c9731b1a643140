-- Public files by their SHA-256, in chunks, so that nobody ever holds one whole. A row that is not whole is an upload that goes
-- on, which nobody sees. What was kept before is let go: no plan could name it.
DROP TABLE contents;
CREATE TABLE contents (
    tenant     text        NOT NULL,
    id         uuid        PRIMARY KEY,
    digest     text        NOT NULL,
    size       bigint      NOT NULL DEFAULT 0,
    whole      boolean     NOT NULL DEFAULT false,
    -- When it last grew, was asked for by a user, or was named by a new run.
    touched_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX contents_whole ON contents (tenant, digest) WHERE whole;
CREATE INDEX contents_by_digest ON contents (digest) WHERE whole;
CREATE INDEX contents_by_age ON contents (touched_at);
SELECT slipway_protect('contents');

-- Compressing what mostly is compressed costs more than it saves.
CREATE TABLE content_chunks (
    tenant  text   NOT NULL,
    content uuid   NOT NULL REFERENCES contents ON DELETE CASCADE,
    start   bigint NOT NULL,
    bytes   bytea  NOT NULL,
    PRIMARY KEY (content, start)
);
ALTER TABLE content_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
SELECT slipway_protect('content_chunks');

-- What runs name, so that it is not taken away from them.
CREATE TABLE run_contents (
    tenant text NOT NULL,
    run    uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    digest text NOT NULL,
    PRIMARY KEY (run, digest)
);
CREATE INDEX run_contents_by_digest ON run_contents (tenant, digest);
SELECT slipway_protect('run_contents');

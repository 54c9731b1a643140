-- Whatever is named "sealed" or "wrapped" is ciphertext; nothing secret is stored in any other column.

-- A tenant's data key, wrapped by the key-encryption key "key_id".
CREATE TABLE data_key (
    tenant     text        NOT NULL PRIMARY KEY,
    wrapped    bytea       NOT NULL,
    key_id     text        NOT NULL,
    wrapped_at timestamptz NOT NULL DEFAULT now()
);
SELECT slipway_protect('data_key');

CREATE TABLE authority (
    tenant                text        NOT NULL,
    cluster               text        NOT NULL,
    generation            integer     NOT NULL CHECK (generation >= 1),
    pin                   text        NOT NULL,
    ca_digest             text        NOT NULL,
    certificate           text        NOT NULL,
    key_algorithm         text        NOT NULL,
    leaf_validity_seconds bigint      NOT NULL,
    not_after             timestamptz NOT NULL,
    admin_group           text        NOT NULL,
    endpoint              text,
    opened_at             timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, cluster, generation)
);
SELECT slipway_protect('authority');

CREATE TABLE authority_file (
    tenant     text    NOT NULL,
    cluster    text    NOT NULL,
    generation integer NOT NULL,
    name       text    NOT NULL,
    sealed     bytea   NOT NULL,
    PRIMARY KEY (tenant, cluster, generation, name),
    FOREIGN KEY (tenant, cluster, generation) REFERENCES authority
);
SELECT slipway_protect('authority_file');

-- One per run.
CREATE TABLE bootstrap_token (
    tenant      text        NOT NULL,
    cluster     text        NOT NULL,
    generation  integer     NOT NULL,
    run         uuid        NOT NULL,
    token_id    text        NOT NULL,
    sealed      bytea       NOT NULL,
    valid_until timestamptz NOT NULL,
    PRIMARY KEY (tenant, cluster, generation, run)
);
SELECT slipway_protect('bootstrap_token');

CREATE TABLE credential (
    tenant               text        NOT NULL,
    name                 text        NOT NULL,
    kind                 text        NOT NULL,
    sealed_ssh           bytea       NOT NULL,
    sealed_sudo_password bytea,
    stored_at            timestamptz NOT NULL DEFAULT now(),
    stored_by            text        NOT NULL,
    PRIMARY KEY (tenant, name)
);
SELECT slipway_protect('credential');

-- What the topic of runs said last of each run that was cancelled, settled or taken up again.
CREATE TABLE run_standing (
    tenant   text        NOT NULL,
    run      uuid        NOT NULL,
    standing text        NOT NULL,
    since    timestamptz NOT NULL,
    PRIMARY KEY (tenant, run)
);
SELECT slipway_protect('run_standing');
CREATE INDEX run_standing_since ON run_standing (since);

-- The keys of a tenant's SSH authority: one signs, one may wait to, one has done so before.
CREATE TABLE ssh_authority_key (
    tenant      text        NOT NULL,
    number      integer     NOT NULL CHECK (number >= 1),
    state       text        NOT NULL CHECK (state IN ('next', 'current', 'previous')),
    public_key  text        NOT NULL,
    fingerprint text        NOT NULL,
    sealed      bytea       NOT NULL,
    made_at     timestamptz NOT NULL,
    made_by     text        NOT NULL,
    PRIMARY KEY (tenant, number),
    UNIQUE (tenant, state)
);
SELECT slipway_protect('ssh_authority_key');

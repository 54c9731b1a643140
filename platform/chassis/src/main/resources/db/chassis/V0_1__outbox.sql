-- Tenancy and the outbox, the same in every service. Runs as owner; ${app} serves requests under row-level security,
-- ${worker} serves consumers, watchdogs and the relay.

-- Puts a table with a column "tenant" under row-level security: ${app} sees and makes rows of the tenant that its
-- transaction named, ${worker} those of all. FORCE binds the owner too: a migration that changes rows of such a table
-- says ALTER TABLE … NO FORCE ROW LEVEL SECURITY before and FORCE after.
CREATE FUNCTION slipway_protect(protected regclass) RETURNS void
    LANGUAGE plpgsql AS
$body$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', protected);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', protected);
    EXECUTE format('CREATE POLICY one_tenant ON %s TO "${app}"'
                       ' USING (tenant = current_setting(''slipway.tenant''))'
                       ' WITH CHECK (tenant = current_setting(''slipway.tenant''))', protected);
    EXECUTE format('CREATE POLICY every_tenant ON %s TO "${worker}" USING (true) WITH CHECK (true)', protected);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO "${app}", "${worker}"', protected);
END
$body$;
REVOKE EXECUTE ON FUNCTION slipway_protect(regclass) FROM PUBLIC;

-- Records that the broker has not acknowledged. Headers are a JSON object of strings, the payload is the JSON text
-- that becomes the record's value.
CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant     text        NOT NULL,
    topic      text        NOT NULL,
    record_key text        NOT NULL,
    headers    text        NOT NULL,
    payload    text        NOT NULL,
    added_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT slipway_protect('outbox');
-- The relay alone takes records out, and nobody changes one.
REVOKE SELECT, UPDATE, DELETE ON outbox FROM "${app}";
REVOKE UPDATE ON outbox FROM "${worker}";

-- The last sequence given per tenant and topic. Its row lock makes the sequence gapless and the order of ids the order
-- of commits.
CREATE TABLE outbox_sequence (
    tenant text   NOT NULL,
    topic  text   NOT NULL,
    last   bigint NOT NULL,
    PRIMARY KEY (tenant, topic)
);
SELECT slipway_protect('outbox_sequence');
REVOKE DELETE ON outbox_sequence FROM "${app}", "${worker}";

CREATE FUNCTION slipway_outbox_notify() RETURNS trigger
    LANGUAGE plpgsql AS
$body$
BEGIN
    PERFORM pg_notify('slipway_outbox', '');
    RETURN NULL;
END
$body$;
CREATE TRIGGER outbox_added AFTER INSERT ON outbox
    FOR EACH STATEMENT EXECUTE FUNCTION slipway_outbox_notify();

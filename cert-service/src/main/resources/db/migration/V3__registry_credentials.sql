-- A credential opens SSH sessions or a registry of images.
ALTER TABLE credential
    ALTER COLUMN sealed_ssh DROP NOT NULL,
    ADD COLUMN sealed_registry bytea,
    ADD CONSTRAINT credential_opens_one CHECK ((sealed_ssh IS NULL) <> (sealed_registry IS NULL));

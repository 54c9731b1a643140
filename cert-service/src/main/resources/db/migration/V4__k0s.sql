-- A run has a token by which nodes join and, with k0s, another one by which controllers do.
ALTER TABLE bootstrap_token
    ADD COLUMN role text NOT NULL DEFAULT 'node' CHECK (role IN ('node', 'controller')),
    DROP CONSTRAINT bootstrap_token_pkey,
    ADD PRIMARY KEY (tenant, cluster, generation, run, role);

-- By which servers hosts join a cluster of k0s.
ALTER TABLE authority
    ADD COLUMN k0s_api_server text,
    ADD COLUMN k0s_join_server text,
    ADD CONSTRAINT authority_k0s_servers CHECK ((k0s_api_server IS NULL) = (k0s_join_server IS NULL));

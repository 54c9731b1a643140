package dev.slipway.cert.material;

import dev.slipway.contracts.id.PoolName;

/// Who redeems.
///
/// @param uri its SPIFFE id
/// @param pool from that id
record Executor(String uri, PoolName pool) {}

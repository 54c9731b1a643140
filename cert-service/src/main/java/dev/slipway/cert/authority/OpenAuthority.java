package dev.slipway.cert.authority;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.TenantId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What is public of a cluster's authority.
///
/// @param pin of the cluster CA
/// @param certificateDigest of `ca.crt` as it must lie on every host
/// @param certificate the cluster CA in PEM
/// @param leafValidity longest validity of what it signs for users
/// @param notAfter of the cluster CA
/// @param adminGroup the group that administrates the cluster
/// @param endpoint of the API server, where the planner named one
public record OpenAuthority(
        TenantId tenant,
        ClusterName cluster,
        int generation,
        String pin,
        ContentDigest certificateDigest,
        String certificate,
        KeyAlgorithm keyAlgorithm,
        Duration leafValidity,
        Instant notAfter,
        String adminGroup,
        Optional<URI> endpoint) {}

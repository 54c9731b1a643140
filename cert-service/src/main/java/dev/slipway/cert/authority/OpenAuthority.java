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
/// @param k0s by which servers hosts join, where k0s makes the cluster
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
        Optional<URI> endpoint,
        Optional<K0sServers> k0s) {
    /// The API server as hosts reach it; users may have another way to it.
    public Optional<URI> serverOfHosts() {
        return k0s.map(K0sServers::apiServer).or(() -> endpoint);
    }
}

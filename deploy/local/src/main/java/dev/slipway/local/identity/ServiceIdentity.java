package dev.slipway.local.identity;

import java.util.Optional;

/// A service as its certificate names it.
///
/// @param service one of planner, executor, cert, status, broker
/// @param pool of an executor; empty for all others
public record ServiceIdentity(String service, Optional<String> pool) {

    public static ServiceIdentity of(String service) {
        return new ServiceIdentity(service, Optional.empty());
    }

    public static ServiceIdentity executor(String pool) {
        return new ServiceIdentity("executor", Optional.of(pool));
    }

    /// The path of the SPIFFE id, such as `executor/default`.
    public String path() {
        return pool.map(name -> service + "/" + name).orElse(service);
    }

    /// The SPIFFE id, such as `spiffe://slipway/executor/default`.
    public String uri() {
        return "spiffe://slipway/" + path();
    }

    String fileName() {
        return path().replace('/', '-');
    }
}

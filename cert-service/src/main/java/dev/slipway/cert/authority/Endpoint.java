package dev.slipway.cert.authority;

import java.net.URI;

/// Where a cluster's API server is reached.
public final class Endpoint {
    private Endpoint() {}

    /// Whether it is `https://host` with or without a port and nothing else.
    public static boolean isValid(URI endpoint) {
        return "https".equals(endpoint.getScheme())
                && endpoint.getHost() != null
                && endpoint.getUserInfo() == null
                && endpoint.getQuery() == null
                && endpoint.getFragment() == null
                && (endpoint.getPath().isEmpty() || endpoint.getPath().equals("/"));
    }
}

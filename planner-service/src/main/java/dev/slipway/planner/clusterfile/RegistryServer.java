package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;

/// A server that images are pulled from: a registry itself, or a mirror of one.
///
/// @param url `https://HOST[:PORT][/PATH]`, or `http:`, without a slash at its end
/// @param ca PEM certificates of the authorities that its certificate is checked against besides
///   the host's own
/// @param skipVerify whether whoever answers is believed to be it; never with `ca` or `credential`
/// @param credential the name under which the certificate service keeps its login
/// @param pullOnly whether it is trusted with contents, which their digests protect, and not with
///   what a tag means
/// @param own whether it is the cluster's own, whose certificate the cluster's authority signs
public record RegistryServer(
        String url,
        Optional<String> ca,
        boolean skipVerify,
        Optional<String> credential,
        boolean pullOnly,
        @JsonIgnore boolean own) {
    public RegistryServer(
            String url,
            Optional<String> ca,
            boolean skipVerify,
            Optional<String> credential,
            boolean pullOnly) {
        this(url, ca, skipVerify, credential, pullOnly, false);
    }

    /// One of the cluster's own.
    static RegistryServer ofCluster(String url, Optional<String> credential) {
        return new RegistryServer(url, Optional.empty(), false, credential, false, true);
    }

    private static final String API = "v2";

    /// Host and port as they stand in the URL, which is what containerd knows logins by.
    public String authority() {
        return withoutScheme().split("/", 2)[0];
    }

    /// The host alone: a DNS name or an IPv4 address.
    public String host() {
        return authority().split(":", 2)[0];
    }

    /// Where the registry's API begins (OCI Distribution Specification, "Endpoints"): `/v2` below
    /// the URL, unless the URL's path says itself where, as proxies of several registries have it.
    public String api() {
        return saysApi() ? url : url + "/" + API;
    }

    /// Whether the URL's path holds the API's `v2`.
    public boolean saysApi() {
        return List.of(withoutScheme().split("/")).indexOf(API) > 0;
    }

    private String withoutScheme() {
        return url.substring(url.indexOf("://") + 3);
    }
}

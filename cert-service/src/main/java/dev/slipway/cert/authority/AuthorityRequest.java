package dev.slipway.cert.authority;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Future;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What the planner asks for when it opens a cluster's authority.
///
/// @param generation of the cluster's name; each has an authority of its own
/// @param run that the bootstrap token is for
/// @param keyAlgorithm of every key; ECDSA-P256 if absent
/// @param caValidity of the CA certificates, 1 to 36500 days; 3650 days if absent
/// @param leafValidity longest validity of what the cluster CA signs for users, at least ten
///   minutes; 365 days if absent
/// @param tokenValidUntil when the run must be over; a later value for the same run prolongs its
///   token
/// @param endpoint of the API server, for kubeconfigs, where it is known: `https://host:port`
/// @param kubernetesVersion `v1.36.2` or the like; it names the administrators' group, which was
///   `system:masters` before 1.29; absent means 1.29 or later
/// @param k0s where k0s makes the cluster; then the run gets a token for controllers too, and the
///   administrators' group is `system:masters`
record AuthorityRequest(
        @NotNull TenantId tenant,
        @Min(1) @Max(1_000_000) int generation,
        @NotNull RunId run,
        Optional<KeyAlgorithm> keyAlgorithm,
        Optional<Duration> caValidity,
        Optional<Duration> leafValidity,
        // Checked before anything is made, so that a refused request leaves no authority behind.
        @NotNull @Future(message = "expected a time to come") Instant tokenValidUntil,
        Optional<URI> endpoint,
        Optional<
                        @Pattern(
                                regexp = "v?1\\.\\d{1,3}(\\..*)?",
                                message = "expected a version such as v1.36.2")
                        String>
                kubernetesVersion,
        Optional<@Valid K0sServers> k0s) {
    /// The group that kubeadm binds to `cluster-admin` since 1.29.
    static final String ADMINISTRATORS = "kubeadm:cluster-admins";

    private static final Duration LONGEST = Duration.ofDays(36500);

    KeyAlgorithm algorithm() {
        return keyAlgorithm.orElse(KeyAlgorithm.ECDSA_P256);
    }

    Duration authorityLife() {
        return caValidity.orElse(Duration.ofDays(3650));
    }

    Duration leafLife() {
        return leafValidity.orElse(Duration.ofDays(365));
    }

    /// The group that kubeadm binds to `cluster-admin` (kubeadm 1.29 changelog). k0s binds none, so
    /// there it is the one that API servers let do everything by themselves.
    String adminGroup() {
        boolean old =
                kubernetesVersion
                        .map(version -> Integer.parseInt(version.split("\\.")[1]) < 29)
                        .orElse(false);
        return old || k0s.isPresent() ? "system:masters" : ADMINISTRATORS;
    }

    @JsonIgnore
    @AssertTrue(message = "caValidity: expected 1 to 36500 days")
    public boolean isAuthorityLifeInRange() {
        return authorityLife().compareTo(Duration.ofDays(1)) >= 0
                && authorityLife().compareTo(LONGEST) <= 0;
    }

    @JsonIgnore
    @AssertTrue(message = "leafValidity: expected ten minutes to 36500 days")
    public boolean isLeafLifeInRange() {
        return leafLife().compareTo(Duration.ofMinutes(10)) >= 0
                && leafLife().compareTo(LONGEST) <= 0;
    }

    @JsonIgnore
    @AssertTrue(message = "endpoint: expected https://host:port")
    public boolean isEndpointHttps() {
        return endpoint.map(Endpoint::isValid).orElse(true);
    }
}

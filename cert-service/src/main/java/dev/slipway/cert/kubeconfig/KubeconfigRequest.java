package dev.slipway.cert.kubeconfig;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.slipway.cert.authority.Endpoint;
import dev.slipway.chassis.identity.Roles;
import jakarta.validation.constraints.AssertTrue;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// The kubeconfig a user asks for.
///
/// @param ttl validity of its certificate, one minute to 24 hours; one hour if absent
/// @param endpoint of the API server; what the planner named if absent
/// @param role what the user is in the cluster; the strongest the user has if absent
record KubeconfigRequest(Optional<Duration> ttl, Optional<URI> endpoint, Optional<Role> role) {
    static final KubeconfigRequest DEFAULTS =
            new KubeconfigRequest(Optional.empty(), Optional.empty(), Optional.empty());

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(24);

    /// Strongest first.
    enum Role {
        @JsonProperty(Roles.ADMIN)
        ADMIN(Roles.ADMIN),
        @JsonProperty(Roles.OPERATOR)
        OPERATOR(Roles.OPERATOR),
        @JsonProperty(Roles.VIEWER)
        VIEWER(Roles.VIEWER);

        private final String name;

        Role(String name) {
            this.name = name;
        }

        /// The role a user must have, and the end of the group's name.
        String roleName() {
            return name;
        }

        static Role strongestOf(java.util.Set<String> roles) {
            return Arrays.stream(values())
                    .filter(role -> roles.contains(role.name))
                    .findFirst()
                    .orElse(VIEWER);
        }
    }

    Duration life() {
        return ttl.orElse(Duration.ofHours(1));
    }

    @JsonIgnore
    @AssertTrue(message = "ttl: expected one minute to 24 hours (PT1M to PT24H)")
    public boolean isLifeInRange() {
        return life().compareTo(SHORTEST) >= 0 && life().compareTo(LONGEST) <= 0;
    }

    @JsonIgnore
    @AssertTrue(message = "endpoint: expected https://host:port")
    public boolean isEndpointHttps() {
        return endpoint.map(Endpoint::isValid).orElse(true);
    }
}

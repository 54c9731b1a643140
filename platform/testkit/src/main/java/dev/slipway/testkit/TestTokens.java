package dev.slipway.testkit;

import java.time.Duration;
import java.util.Set;

/// Tokens of users, signed by the key that the services under test trust.
public final class TestTokens {

    private TestTokens() {}

    /// A token that is good for an hour.
    ///
    /// @param roles of viewer, operator, approver, admin
    public static String mint(String tenant, String user, String... roles) {
        return mint(tenant, user, Set.of(roles), Duration.ofHours(1));
    }

    /// @param validity from now; negative for an expired one
    public static String mint(String tenant, String user, Set<String> roles, Duration validity) {
        return TestStack.keys().tokens().mint(tenant, user, roles, validity);
    }
}

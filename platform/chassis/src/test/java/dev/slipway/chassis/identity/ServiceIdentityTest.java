package dev.slipway.chassis.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.contracts.id.PoolName;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceIdentityTest {
    @Test
    void anExecutorHasAPool() {
        ServiceIdentity executor = ServiceIdentity.of("spiffe://slipway/executor/edge-1");

        assertThat(executor.service()).isEqualTo("executor");
        assertThat(executor.pool()).contains(PoolName.of("edge-1"));
        assertThat(executor.uri()).isEqualTo("spiffe://slipway/executor/edge-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://slipway/executor",
                "spiffe://slipway/planner/default",
                "spiffe://elsewhere/planner",
                "spiffe://slipway/planner/",
                "spiffe://slipway/Planner",
                "spiffe://slipway/executor/a/b",
                "spiffe://slipway/executor/-",
                "https://slipway/planner",
                " spiffe://slipway/planner"
            })
    void whatIsNoIdOfTheSuiteIsRefused(String uri) {
        assertThatIllegalArgumentException().isThrownBy(() -> ServiceIdentity.of(uri));
    }

    @Test
    void groupsThatAreNoRoleOfAUserCountForNothing() {
        assertThat(Roles.ofUser(Set.of("service", "service:executor", "root"))).isEmpty();
        assertThat(Roles.ofUser(Set.of("approver")))
                .containsExactlyInAnyOrder("approver", "viewer");
    }
}

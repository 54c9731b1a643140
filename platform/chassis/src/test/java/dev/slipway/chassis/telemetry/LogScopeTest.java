package dev.slipway.chassis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.TenantId;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.Test;

class LogScopeTest {
    @Test
    void keysLastAsLongAsTheScopeAndGiveWayToTheOuterOnes() {
        try (var _ = LogScope.open().tenant(TenantId.of("outer"))) {
            try (var _ =
                    LogScope.open()
                            .tenant(TenantId.of("inner"))
                            .host(HostAddress.of("10.0.0.7:22"))) {
                assertThat(MDC.get("tenant")).isEqualTo("inner");
                assertThat(MDC.get("host")).isEqualTo("10.0.0.7:22");
            }
            assertThat(MDC.get("tenant")).isEqualTo("outer");
            assertThat(MDC.get("host")).isNull();
        }
        assertThat(MDC.get("tenant")).isNull();
    }
}

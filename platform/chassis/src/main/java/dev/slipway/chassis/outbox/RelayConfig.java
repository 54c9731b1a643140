package dev.slipway.chassis.outbox;

import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// How the relay reaches the database: `slipway.database.jdbc-url` (by default made of host, port
/// and name) as `slipway.database.worker`.
@ApplicationScoped
@IfBuildProperty(name = "slipway.chassis.database", stringValue = "true")
class RelayConfig {
    record Account(String username, String password) {
        @Override
        public String toString() {
            return username;
        }
    }

    private final String jdbcUrl;
    private final Account worker;

    @Inject
    RelayConfig(
            @ConfigProperty(name = "slipway.database.jdbc-url") String jdbcUrl,
            @ConfigProperty(name = "slipway.database.worker.username") String username,
            @ConfigProperty(name = "slipway.database.worker.password") String password) {
        this.jdbcUrl = jdbcUrl;
        this.worker = new Account(username, password);
    }

    String jdbcUrl() {
        return jdbcUrl;
    }

    Account worker() {
        return worker;
    }
}

package dev.slipway.local.database;

import java.util.Locale;

/// The three roles that each service has in its own database. None is above row-level security:
/// what the worker sees of other tenants, a policy in the service's own migrations grants.
public enum DatabaseRole {
    /// Owns the schema and runs migrations.
    OWNER,
    /// Serves requests; sees the rows of the tenant its transaction names.
    APP,
    /// Outbox relay, watchdog and consumers, which serve every tenant.
    WORKER;

    /// The role's name for a service, such as `planner_app`.
    public String of(String service) {
        return service + "_" + name().toLowerCase(Locale.ROOT);
    }
}

package dev.slipway.chassis.identity;

import java.util.LinkedHashSet;
import java.util.Set;

/// The roles that routes name in `@RolesAllowed`. A stronger role of a user brings the weaker ones:
/// admin brings operator and approver, each of these brings viewer. Roles of services come from
/// client certificates only; no token can carry one.
public final class Roles {
    /// Reads everything of the tenant.
    public static final String VIEWER = "viewer";

    /// Changes clusters.
    public static final String OPERATOR = "operator";

    /// Lets waiting runs go on.
    public static final String APPROVER = "approver";

    /// Everything in the tenant.
    public static final String ADMIN = "admin";

    /// Any service.
    public static final String SERVICE = "service";

    public static final String SERVICE_PLANNER = "service:planner";
    public static final String SERVICE_EXECUTOR = "service:executor";
    public static final String SERVICE_CERT = "service:cert";
    public static final String SERVICE_STATUS = "service:status";

    private Roles() {}

    /// What a token's groups amount to; groups that are no role of a user count for nothing.
    static Set<String> ofUser(Set<String> groups) {
        Set<String> roles = new LinkedHashSet<>();
        if (groups.contains(ADMIN)) {
            roles.addAll(Set.of(ADMIN, OPERATOR, APPROVER, VIEWER));
        }
        if (groups.contains(OPERATOR)) {
            roles.addAll(Set.of(OPERATOR, VIEWER));
        }
        if (groups.contains(APPROVER)) {
            roles.addAll(Set.of(APPROVER, VIEWER));
        }
        if (groups.contains(VIEWER)) {
            roles.add(VIEWER);
        }
        return Set.copyOf(roles);
    }

    static Set<String> ofService(ServiceIdentity service) {
        return Set.of(SERVICE, SERVICE + ":" + service.service());
    }
}

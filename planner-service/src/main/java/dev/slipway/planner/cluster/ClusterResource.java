package dev.slipway.planner.cluster;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/// Clusters and their Clusterfiles.
@Path("/v1/clusters")
@Tag(name = "clusters")
class ClusterResource {
    private final Transactions transactions;
    private final ClusterViews views;
    private final ClusterStore store;
    private final Caller caller;

    @Inject
    ClusterResource(
            Transactions transactions, ClusterViews views, ClusterStore store, Caller caller) {
        this.transactions = transactions;
        this.views = views;
        this.store = store;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "All clusters of the tenant.")
    public Uni<ClusterView.Listing> list() {
        TenantId tenant = caller.tenant();
        return transactions.inTenant(
                tenant, c -> views.all(c, tenant).map(ClusterView.Listing::new));
    }

    @GET
    @Path("/{name}")
    @RolesAllowed(Roles.VIEWER)
    @Operation(summary = "One cluster.")
    public Uni<ClusterView> get(@RestPath String name) {
        TenantId tenant = caller.tenant();
        return transactions.inTenant(
                tenant,
                c -> views.one(c, tenant, parsed(name)).map(found -> existing(found, name)));
    }

    @GET
    @Path("/{name}/clusterfile")
    @RolesAllowed(Roles.VIEWER)
    @Produces("text/yaml")
    @Operation(summary = "The latest accepted Clusterfile, or the one that was applied last.")
    public Uni<String> clusterfile(
            @RestPath String name, @RestQuery @DefaultValue("false") boolean applied) {
        TenantId tenant = caller.tenant();
        return transactions.inTenant(
                tenant,
                c ->
                        store.find(c, tenant, parsed(name))
                                .map(found -> existing(found, name))
                                .chain(cluster ->
                                        applied
                                                ? store.appliedSource(c, tenant, cluster)
                                                : store.source(
                                                        c,
                                                        tenant,
                                                        cluster.name(),
                                                        cluster.revision()))
                                .map(source ->
                                        source.orElseThrow(
                                                () -> applied ? notApplied(name) : unknown(name))));
    }

    private static ClusterName parsed(String name) {
        try {
            return ClusterName.of(name);
        } catch (IllegalArgumentException _) {
            throw unknown(name);
        }
    }

    private static <T> T existing(Optional<T> found, String name) {
        return found.orElseThrow(() -> unknown(name));
    }

    private static ProblemFailure notApplied(String name) {
        return ProblemFailure.of(
                ReasonCode.UNKNOWN_CLUSTER,
                404,
                "no Clusterfile of cluster " + Quoted.of(name) + " is applied");
    }

    private static ProblemFailure unknown(String name) {
        return ProblemFailure.of(
                ReasonCode.UNKNOWN_CLUSTER, 404, "no cluster " + Quoted.of(name) + " is known");
    }
}

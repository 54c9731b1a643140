package dev.slipway.cert.kubeconfig;

import dev.slipway.cert.authority.ClientSubject;
import dev.slipway.cert.authority.OpenAuthority;
import dev.slipway.cert.kubeconfig.KubeconfigRequest.Role;
import dev.slipway.chassis.identity.Caller;
import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jspecify.annotations.Nullable;

/// Kubeconfigs for the one who asks.
@Path("/v1/clusters/{cluster}/kubeconfigs")
class KubeconfigResource {
    private static final Logger LOG = Logger.getLogger(KubeconfigResource.class);

    private final KubeconfigDesk desk;
    private final Caller caller;

    @Inject
    KubeconfigResource(KubeconfigDesk desk, Caller caller) {
        this.desk = desk;
        this.caller = caller;
    }

    /// @return YAML
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces("text/yaml")
    @RolesAllowed(Roles.OPERATOR)
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    public Uni<String> issue(
            @PathParam("cluster") ClusterName cluster, @Valid @Nullable KubeconfigRequest body) {
        KubeconfigRequest request = body == null ? KubeconfigRequest.DEFAULTS : body;
        TenantId tenant = caller.tenant();
        String user = caller.actor();
        Role role = role(request);
        return desk.authority(tenant, cluster)
                .map(found -> found.orElseThrow(() -> unknown(cluster)))
                .chain(authority -> desk.issue(authority, wish(authority, request, user, role)))
                .invoke(() ->
                        LOG.infof(
                                "issued a kubeconfig of cluster \"%s\" of tenant \"%s\" to \"%s\" (%s, %s)",
                                cluster, tenant, user, role.roleName(), request.life()))
                .map(Kubeconfig::yaml);
    }

    private Role role(KubeconfigRequest request) {
        Role role = request.role().orElseGet(() -> Role.strongestOf(caller.roles()));
        if (!caller.hasRole(role.roleName())) {
            throw ProblemFailure.of(
                    ReasonCode.NOT_PERMITTED,
                    403,
                    "a kubeconfig of role \"%1$s\" needs the role \"%1$s\""
                            .formatted(role.roleName()));
        }
        return role;
    }

    private static KubeconfigDesk.Wish wish(
            OpenAuthority authority, KubeconfigRequest request, String user, Role role) {
        return new KubeconfigDesk.Wish(
                subject(authority, user, role), request.life(), endpoint(authority, request));
    }

    private static ClientSubject subject(OpenAuthority authority, String user, Role role) {
        String group = role == Role.ADMIN ? authority.adminGroup() : "slipway:" + role.roleName();
        try {
            return new ClientSubject(user, List.of(group));
        } catch (IllegalArgumentException e) {
            throw ProblemFailure.of(ReasonCode.NOT_PERMITTED, 403, String.valueOf(e.getMessage()));
        }
    }

    private static URI endpoint(OpenAuthority authority, KubeconfigRequest request) {
        return request.endpoint()
                .or(authority::endpoint)
                .orElseThrow(() ->
                        ProblemFailure.of(
                                ReasonCode.INVALID_REQUEST,
                                400,
                                "the API server of cluster \"%s\" is not known yet: name it in endpoint"
                                        .formatted(authority.cluster())));
    }

    private static ProblemFailure unknown(ClusterName cluster) {
        return ProblemFailure.of(
                ReasonCode.UNKNOWN_CLUSTER,
                404,
                "cluster \"%s\" has no authority".formatted(cluster));
    }
}

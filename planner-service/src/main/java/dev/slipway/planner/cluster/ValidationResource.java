package dev.slipway.planner.cluster;

import dev.slipway.chassis.identity.Roles;
import dev.slipway.chassis.problem.Problem.Finding;
import dev.slipway.planner.clusterfile.ClusterfileReader;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.SecretPolicy;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Reads Clusterfiles and lists of hosts for their problems and keeps nothing.
@Path("/v1/validations")
@Tag(name = "clusters")
@RunOnVirtualThread
class ValidationResource {
    /// @param problems all of them, in the order of the text; empty if it would be accepted
    record Validation(List<Finding> problems) {
        Validation {
            problems = List.copyOf(problems);
        }
    }

    @POST
    @RolesAllowed(Roles.VIEWER)
    @Consumes({"text/yaml", "application/yaml", "text/plain"})
    @Operation(summary = "All problems of a Clusterfile.")
    public Validation validate(@NotNull String clusterfile) {
        return switch (ClusterfileReader.read(clusterfile, SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted _, ClusterfileResult.HostsOnly _ ->
                    new Validation(List.of());
            case ClusterfileResult.Rejected(var problems) -> new Validation(Findings.of(problems));
        };
    }
}

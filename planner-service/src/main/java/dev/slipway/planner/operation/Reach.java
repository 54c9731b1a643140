package dev.slipway.planner.operation;

import dev.slipway.chassis.problem.Problem;
import dev.slipway.chassis.problem.Problem.Finding;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.HostsFile;
import dev.slipway.planner.clusterfile.ListedHost;
import dev.slipway.planner.host.AddressPolicy;
import dev.slipway.planner.pool.Pools;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/// Whether orders for some hosts may be given, and would get to executors.
@ApplicationScoped
class Reach {
    private final AddressPolicy addresses;
    private final Pools pools;

    @Inject
    Reach(AddressPolicy addresses, Pools pools) {
        this.addresses = addresses;
        this.pools = pools;
    }

    /// Blocks.
    ///
    /// @throws ProblemFailure HOST_ADDRESS_DENIED with every address that may not be used;
    ///   UNKNOWN_POOL
    void require(TenantId tenant, HostsFile file) {
        requireAllowed(file.hosts());
        pools.require(tenant, file.pool());
    }

    private void requireAllowed(List<ListedHost> listed) {
        List<Finding> refusals =
                listed.stream()
                        .flatMap(h -> addresses.refusals(h).stream())
                        .distinct()
                        .map(message -> Finding.at("spec.hosts", message))
                        .toList();
        if (!refusals.isEmpty()) {
            throw new ProblemFailure(
                    Problem.of(ReasonCode.HOST_ADDRESS_DENIED, 422, refusals.getFirst().message())
                            .withProblems(refusals));
        }
    }
}

package dev.slipway.planner.operation;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.telemetry.Traceparent;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.planner.cluster.ClusterRecord;
import dev.slipway.planner.cluster.ClusterStore;
import dev.slipway.planner.clusterfile.ClusterfileReader;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.HostsFile;
import dev.slipway.planner.clusterfile.ListedHost;
import dev.slipway.planner.clusterfile.SecretPolicy;
import dev.slipway.planner.plan.ExecPhase;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.Plan;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Opens runs of `exec`: hosts from a file or a cluster, the plan, the first orders, all in one
/// transaction. There is nothing to wait for in between, since no fact of a host is looked at. Such
/// a run takes no cluster for itself: it changes nothing of its record. Blocks.
@ApplicationScoped
class ExecDesk {
    /// The hosts that were asked for.
    ///
    /// @param revision the cluster's they come from; 0 if they came with the request
    private record Chosen(HostsFile file, int generation, int revision) {}

    private final Transactions transactions;
    private final ClusterStore clusters;
    private final Reach reach;
    private final PlannedRuns planned;

    @Inject
    ExecDesk(Transactions transactions, ClusterStore clusters, Reach reach, PlannedRuns planned) {
        this.transactions = transactions;
        this.clusters = clusters;
        this.reach = reach;
        this.planned = planned;
    }

    RunView open(TenantId tenant, String actor, RunRequest request) {
        RunRequest.Exec wish =
                request.exec()
                        .orElseThrow(() ->
                                Refusal.invalid(
                                        "operation exec needs field \"exec\": what to run"));
        Chosen chosen = chosen(tenant, request);
        HostsFile file = only(chosen.file(), request.hosts().orElse(List.of()), wish.role());
        reach.require(tenant, file);
        Plan plan =
                ExecPhase.plan(file, chosen.generation(), ExecWish.work(wish, file.hosts().size()));
        RunRecord run =
                new RunRecord(
                        RunId.next(),
                        tenant,
                        file.name(),
                        Operation.EXEC,
                        chosen.generation(),
                        chosen.revision(),
                        file.pool(),
                        new RunRecord.Origin(actor, Traceparent.current()),
                        request.wishes());
        return planned.open(run, file.hosts(), plan);
    }

    private Chosen chosen(TenantId tenant, RunRequest request) {
        if (request.clusterfile().isPresent()) {
            HostsFile file = read(request.clusterfile().get());
            request.cluster()
                    .filter(name -> !name.equals(file.name().value()))
                    .ifPresent(name -> {
                        throw Refusal.invalid(
                                "field \"cluster\" says %s, the file is of \"%s\""
                                        .formatted(Quoted.of(name), file.name()));
                    });
            int generation =
                    transactions
                            .inTenant(tenant, c -> clusters.find(c, tenant, file.name()))
                            .await()
                            .indefinitely()
                            .map(ClusterRecord::generation)
                            .orElse(1);
            return new Chosen(file, generation, 0);
        }
        String name =
                request.cluster()
                        .orElseThrow(() ->
                                Refusal.invalid(
                                        "operation exec needs a list of hosts, a Clusterfile, or the name of a known cluster"));
        ClusterStore.Latest latest =
                transactions
                        .inTenant(tenant, c -> clusters.latest(c, tenant, RunDesk.named(name)))
                        .await()
                        .indefinitely()
                        .orElseThrow(() -> Refusal.unknownCluster(name));
        return new Chosen(
                read(latest.source()), latest.cluster().generation(), latest.cluster().revision());
    }

    private static HostsFile read(String source) {
        return switch (ClusterfileReader.read(source, SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted(var clusterfile) -> clusterfile.hostsFile();
            case ClusterfileResult.HostsOnly(var hosts) -> hosts;
            case ClusterfileResult.Rejected rejected -> throw Refusal.clusterfile(rejected);
        };
    }

    /// What names no host is refused rather than passed over: a typing error must not run less than
    /// was meant.
    private static HostsFile only(HostsFile file, List<String> hosts, Optional<String> role) {
        List<String> strangers =
                hosts.stream()
                        .filter(text -> file.hosts().stream().noneMatch(h -> isCalled(h, text)))
                        .map(Quoted::of)
                        .toList();
        if (!strangers.isEmpty()) {
            throw Refusal.invalid(
                    "field \"hosts\": \"%s\" has no host %s: say a name, an address, or address:port"
                            .formatted(file.name(), String.join(", ", strangers)));
        }
        HostsFile chosen =
                file.only(h ->
                        (hosts.isEmpty() || hosts.stream().anyMatch(text -> isCalled(h, text)))
                                && role.map(h.roles()::contains).orElse(true));
        if (chosen.hosts().isEmpty()) {
            var known = new TreeSet<String>();
            file.hosts().forEach(h -> known.addAll(h.roles()));
            throw Refusal.invalid(
                    "field \"exec.role\": none of the hosts has the role %s, there %s"
                            .formatted(
                                    Quoted.of(role.orElse("")),
                                    known.isEmpty()
                                            ? "are no roles"
                                            : "are: " + String.join(", ", known)));
        }
        return chosen;
    }

    /// Whether `text` is its name, its address, or address and port.
    static boolean isCalled(ListedHost host, String text) {
        return host.name().filter(text::equals).isPresent() || isAt(host.address(), text);
    }

    /// However an IPv6 address is written.
    private static boolean isAt(HostAddress address, String text) {
        try {
            return HostAddress.of(text, address.port()).equals(address);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}

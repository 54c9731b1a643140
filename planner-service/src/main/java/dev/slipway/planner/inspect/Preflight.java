package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Checks facts against what an operation needs; all problems of all hosts at once. Reports are in
/// the order of the Clusterfile's hosts, those that leave the cluster after them.
public final class Preflight {
    /// Why a host could not be inspected.
    public record Unseen(ReasonCode reason, String message) {}

    private Preflight() {}

    /// What keeps `apply` from starting: every failure. It leaves out what it mends itself.
    ///
    /// @param leaving hosts to be taken out of the cluster
    /// @param facts those of the hosts that could be inspected
    /// @param wanted what the hosts are to be marked with
    public static List<HostReport> beforeApply(
            Clusterfile clusterfile,
            List<ClusterHost> leaving,
            Map<HostAddress, HostFacts> facts,
            Ownership wanted) {
        return Stream.concat(
                        installation(clusterfile, facts, wanted).reports().stream(),
                        owners(clusterfile, leaving, facts, wanted).stream())
                .toList();
    }

    /// What keeps `adopt` from starting: what would keep the next `apply` from it, and hosts that
    /// are not the nodes that the Clusterfile says.
    public static List<HostReport> beforeAdopt(
            Clusterfile clusterfile, Map<HostAddress, HostFacts> facts, Ownership wanted) {
        Map<HostAddress, HostFacts> adopted = new HashMap<>();
        facts.forEach((host, found) -> adopted.put(host, found.asMember(wanted)));
        HostReport.Draft draft = installation(clusterfile, adopted, wanted);
        new AdoptionChecks(clusterfile, facts, wanted, draft).all();
        return draft.reports();
    }

    /// What keeps `reset` from starting: only a host that is somebody else's.
    ///
    /// @param leaving hosts of the cluster that the Clusterfile no longer lists
    public static List<HostReport> beforeReset(
            Clusterfile clusterfile,
            List<ClusterHost> leaving,
            Map<HostAddress, HostFacts> facts,
            Ownership wanted) {
        return owners(
                clusterfile,
                Stream.concat(clusterfile.hosts().stream(), leaving.stream()).toList(),
                facts,
                wanted);
    }

    private static List<HostReport> owners(
            Clusterfile clusterfile,
            List<ClusterHost> hosts,
            Map<HostAddress, HostFacts> facts,
            Ownership wanted) {
        HostReport.Draft draft = draft(hosts);
        var ports = new NodePorts(clusterfile);
        for (ClusterHost host : hosts) {
            HostFacts found = facts.get(host.address());
            if (found != null) {
                new HostChecks(clusterfile, ports, host, found, draft).owner(wanted);
            }
        }
        return draft.reports().stream()
                .map(r ->
                        new HostReport(
                                r.host(),
                                r.passed(),
                                r.findings().stream()
                                        .filter(f -> f.reason() == ReasonCode.HOST_OWNED_BY_OTHER)
                                        .toList()))
                .toList();
    }

    /// All that `check` can tell: what would keep `apply` from starting, what was tried from the
    /// hosts, and how the cluster is where there is one.
    ///
    /// @param facts those of the hosts that could be inspected
    /// @param unseen the others
    /// @param members the hosts that the last `apply` made nodes
    public static List<HostReport> check(
            Clusterfile clusterfile,
            Map<HostAddress, HostFacts> facts,
            Map<HostAddress, Unseen> unseen,
            Set<HostAddress> members,
            Ownership wanted) {
        HostReport.Draft draft = installation(clusterfile, facts, wanted);
        for (ClusterHost host : clusterfile.hosts()) {
            if (facts.containsKey(host.address())) {
                draft.passed(host.address(), Check.SSH);
                draft.passed(host.address(), Check.SUDO);
                draft.passed(host.address(), Check.FACTS);
            }
            Optional.ofNullable(unseen.get(host.address()))
                    .ifPresent(why -> unseen(draft, host.address(), why));
        }
        new ProbeChecks(clusterfile, facts, members, draft).all();
        return draft.reports();
    }

    private static HostReport.Draft installation(
            Clusterfile clusterfile, Map<HostAddress, HostFacts> facts, Ownership wanted) {
        HostReport.Draft draft = draft(clusterfile.hosts());
        var ports = new NodePorts(clusterfile);
        for (ClusterHost host : clusterfile.hosts()) {
            HostFacts found = facts.get(host.address());
            if (found != null) {
                new HostChecks(clusterfile, ports, host, found, draft).all(wanted);
            }
        }
        new FleetChecks(clusterfile, facts, draft).all();
        new NetworkChecks(clusterfile, draft).all(facts);
        return draft;
    }

    private static HostReport.Draft draft(List<ClusterHost> hosts) {
        return new HostReport.Draft(hosts.stream().map(ClusterHost::address).toList());
    }

    /// Where signing in failed nothing is known of what comes after it.
    private static void unseen(HostReport.Draft draft, HostAddress host, Unseen why) {
        Check check = whichOf(why.reason());
        if (check != Check.SSH) {
            draft.passed(host, Check.SSH);
        }
        if (check == Check.FACTS) {
            draft.passed(host, Check.SUDO);
        }
        draft.fail(host, check, why.reason(), why.message());
    }

    private static Check whichOf(ReasonCode reason) {
        return switch (reason) {
            case SUDO_REFUSED, SUDO_PASSWORD_WRONG, SUDO_PASSWORD_MISSING -> Check.SUDO;
            case HOST_TOOL_MISSING,
                    NO_MEMORY_FS,
                    DISK_FULL,
                    DISK_READ_ONLY,
                    COMMAND_FAILED,
                    COMMAND_KILLED,
                    STEP_TIMEOUT,
                    TASK_TIMEOUT,
                    OUTPUT_LIMIT,
                    INTERRUPTED ->
                    Check.FACTS;
            default -> Check.SSH;
        };
    }
}

package dev.slipway.planner.plan;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.HostFamily;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.inspect.Ownership;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// All that a plan depends on.
///
/// @param ownership what the hosts are (to be) marked with, the generation included
/// @param facts of every host of the Clusterfile and of those that are leaving, fresh from
///   `inspect`; of absent ones the last that were seen, if any were
/// @param authority [AuthorityInfo#DRY_RUN] where none was opened (dry run, and to find out whether
///   there is anything to do)
/// @param archive of a backup the folder that it goes to, of a restore the file that it comes from,
///   on the host
public record PlanInput(
        Operation operation,
        Ownership ownership,
        Clusterfile clusterfile,
        Map<HostAddress, HostFacts> facts,
        RecordedState recorded,
        AuthorityInfo authority,
        Optional<RemotePath> archive) {
    public PlanInput {
        facts = Map.copyOf(facts);
        for (ClusterHost host : members(clusterfile, recorded)) {
            if (!facts.containsKey(host.address())) {
                throw new IllegalArgumentException("no facts of host " + host.address());
            }
        }
    }

    private static List<ClusterHost> members(Clusterfile clusterfile, RecordedState recorded) {
        return Stream.concat(clusterfile.hosts().stream(), recorded.leaving(clusterfile).stream())
                .toList();
    }

    /// What was applied last, if it was of the same runtime: another's is refused, or reset.
    public Optional<Clusterfile> applied() {
        return recorded.applied()
                .filter(a -> a.runtime().getClass() == clusterfile.runtime().getClass());
    }

    /// Whether a part of the Clusterfile, or what follows from it, is another than what was applied
    /// last. Without a record (an install that broke off) it may be of any age.
    public boolean isChanged(Function<Clusterfile, ?> part) {
        return applied().map(a -> !part.apply(a).equals(part.apply(clusterfile))).orElse(true);
    }

    /// Every host that is to be touched: those of the Clusterfile, then those that are leaving.
    public List<ClusterHost> members() {
        return members(clusterfile, recorded);
    }

    /// The control planes among [#members()].
    public List<ClusterHost> controlPlanes() {
        return members().stream().filter(ClusterHost::isControlPlane).toList();
    }

    /// Whether the host is a whole member of the cluster, as far as its files tell. In a restore no
    /// control plane is: what they hold is given up for what comes from the archive.
    public boolean isMember(ClusterHost host) {
        return factsOf(host).node().isMember()
                && !(operation == Operation.RESTORE && host.isControlPlane());
    }

    /// The control plane on which things are done that concern the whole cluster: the first of the
    /// Clusterfile that is one already, else its first one.
    ///
    /// @throws java.util.NoSuchElementException if the Clusterfile has none
    public ClusterHost lead() {
        return clusterfile.controlPlanes().stream()
                .filter(this::isMember)
                .findFirst()
                .orElseGet(clusterfile::controlPlane);
    }

    /// The control plane that new nodes are let in by: the [#lead()], or one that is leaving where
    /// all others are new.
    public ClusterHost sponsor() {
        return controlPlanes().stream().filter(this::isMember).findFirst().orElseGet(this::lead);
    }

    public HostFacts factsOf(ClusterHost host) {
        return java.util.Objects.requireNonNull(facts.get(host.address()));
    }

    /// By its distribution, else as the Clusterfile says. A host of neither is refused before a
    /// plan is made.
    public HostFamily familyOf(ClusterHost host) {
        return factsOf(host)
                .system()
                .family()
                .or(clusterfile::hostFamily)
                .orElse(HostFamily.DEBIAN);
    }

    /// The name of the host's node: the Clusterfile's, else its hostname in lower case.
    public String nodeName(ClusterHost host) {
        return knownName(host)
                .orElseThrow(
                        () -> new IllegalArgumentException("no name of host " + host.address()));
    }

    /// Empty for an absent host of which neither was ever seen.
    public Optional<String> knownName(ClusterHost host) {
        return host.name()
                .or(() ->
                        Optional.ofNullable(facts.get(host.address()))
                                .map(f -> f.system().hostname().toLowerCase(Locale.ROOT))
                                .filter(name -> !name.isEmpty()));
    }
}

package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.FactReader;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.AuthorityInfo;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.RecordedState;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Inputs of plans for k0s clusters that run: controllers `cp-1`… at 10.0.0.1…, workers `w-1`… at
/// 10.0.1.1…, 249 and then 250 in each such network.
public final class RunningK0s {
    public static final String RELEASE = "v1.36.2+k0s.0";
    public static final String BEFORE = "v1.35.4+k0s.1";
    static final AuthorityInfo AUTHORITY =
            new AuthorityInfo(
                    PlanFixture.AUTHORITY.pin(),
                    PlanFixture.AUTHORITY.caDigest(),
                    PlanFixture.AUTHORITY.tokenId(),
                    Optional.of("fedcba"));

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);

    private RunningK0s() {}

    public static List<Integer> upTo(int count) {
        return IntStream.rangeClosed(1, count).boxed().toList();
    }

    public static Clusterfile cluster(String release, int controllers, int workers, String more) {
        return cluster(release, "", upTo(controllers), upTo(workers), more);
    }

    /// @param ofController more of each controller, as `roles: …`
    /// @param more of `spec`, indented by two, and documents after it
    public static Clusterfile cluster(
            String release,
            String ofController,
            List<Integer> controllers,
            List<Integer> workers,
            String more) {
        String roles = ofController.isEmpty() ? "roles: [control-plane]" : ofController;
        return PlanFixture.read(
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata: {name: demo}
                spec:
                  runtime: {type: k0s, version: %s}
                  ssh: {credential: team}
                  hosts:
                %s%s%s\
                """
                        .formatted(
                                release,
                                controllers.stream()
                                        .map(i ->
                                                "    - {ips: [10.0.0.%d], names: [cp-%1$d], %s}%n"
                                                        .formatted(i, roles))
                                        .collect(Collectors.joining()),
                                workers.stream()
                                        .map(i ->
                                                "    - {ips: [10.0.%d.%d], names: [w-%d], roles: [worker]}%n"
                                                        .formatted(1 + i / 250, i % 250, i))
                                        .collect(Collectors.joining()),
                                more));
    }

    /// Facts of hosts that are whole members and run the release.
    static Map<HostAddress, HostFacts> running(Clusterfile clusterfile, String release) {
        return facts(clusterfile.hosts(), true, "yes " + release);
    }

    public static Map<HostAddress, HostFacts> fresh(Clusterfile clusterfile) {
        return facts(clusterfile.hosts(), false, "");
    }

    /// @param state what follows the service's name: `yes RELEASE` or `no`; empty: there is none
    static Map<HostAddress, HostFacts> facts(
            List<ClusterHost> hosts, boolean members, String state) {
        var facts = new HashMap<HostAddress, HostFacts>();
        for (ClusterHost host : hosts) {
            var report = new HashMap<>(PlanFixture.report(host, "v1.36.2", members));
            String mark =
                    !host.isControlPlane() || !host.name().equals(Optional.of("cp-1"))
                            ? "joined"
                            : "initialised";
            report.put(
                    "node",
                    (state.isEmpty()
                                    ? ""
                                    : "k0s=%s %s\n".formatted(K0sInstall.service(host), state))
                            + (members ? mark + "=yes\n" : ""));
            if (!members) {
                report.remove("owner");
            }
            facts.put(host.address(), FactReader.read(report, NOW));
        }
        return facts;
    }

    /// Of a cluster of which nothing is there yet.
    static PlanInput install(Clusterfile clusterfile) {
        return input(Operation.APPLY, clusterfile, fresh(clusterfile), Optional.empty(), "");
    }

    public static PlanInput input(
            Operation operation,
            Clusterfile now,
            Map<HostAddress, HostFacts> facts,
            Optional<Clusterfile> applied,
            String archive) {
        return new PlanInput(
                operation,
                PlanFixture.OWNERSHIP,
                now,
                facts,
                new RecordedState(applied),
                AUTHORITY,
                archive.isEmpty() ? Optional.empty() : Optional.of(RemotePath.of(archive)));
    }

    /// An `apply` of `now` to a cluster as `before` says, all of whose hosts run its release.
    public static PlanInput change(Clusterfile before, Clusterfile now) {
        var facts = fresh(now);
        facts.putAll(running(before, K0sInstall.runtime(before).release().toString()));
        return input(Operation.APPLY, now, facts, Optional.of(before), "");
    }
}

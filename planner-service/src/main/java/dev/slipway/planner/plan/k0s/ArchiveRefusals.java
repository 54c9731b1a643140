package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.K0sConfig;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.PlanInput;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Backups that would hold nothing, and restores under a cluster that lives.
final class ArchiveRefusals {
    private ArchiveRefusals() {}

    static Optional<Compilation.Refused> ofBackup(PlanInput input) {
        return ofPath(input).or(() -> ofStorage(input)).or(() -> noneRuns(input));
    }

    static Optional<Compilation.Refused> ofRestore(PlanInput input) {
        return ofPath(input).or(() -> ofStorage(input)).or(() -> someRun(input));
    }

    /// Whether the host's controller runs.
    static boolean isRunning(PlanInput input, ClusterHost host) {
        HostFacts.K0sFacts k0s = input.factsOf(host).k0s();
        return host.isControlPlane() && k0s.service().equals("k0scontroller") && k0s.active();
    }

    /// What lies in k0s's folders goes with them at the next reset.
    private static Optional<Compilation.Refused> ofPath(PlanInput input) {
        RemotePath path = input.archive().orElseThrow();
        if (!path.isAbsolute()) {
            return refused(
                    ReasonCode.INVALID_REQUEST,
                    "the archive is said to be at \"%s\": say an absolute path, as it is on the host"
                            .formatted(path));
        }
        return input.clusterfile().controlPlanes().stream()
                .flatMap(h -> Stream.of(K0sPaths.data(h), h.k0s().kubeletRoot()))
                .filter(path::isInside)
                .findFirst()
                .flatMap(folder ->
                        refused(
                                ReasonCode.INVALID_REQUEST,
                                "the archive is said to be at %s, which is in k0s's own folder %s and would go with it at the next reset: say another place"
                                        .formatted(path, folder)));
    }

    private static Optional<Compilation.Refused> ofStorage(PlanInput input) {
        return elsewhere(K0sInstall.runtime(input))
                .flatMap(where ->
                        refused(
                                ReasonCode.NOT_SERVED_YET,
                                "%s: k0s keeps the cluster's data in %s, which is not in its backups; save and restore that by its own tools"
                                        .formatted(input.operation().word(), where)));
    }

    /// Where the data are that `k0s backup` does not see.
    private static Optional<String> elsewhere(ClusterRuntime.K0s runtime) {
        return runtime.filled()
                .spec()
                .flatMap(K0sConfig.Spec::storage)
                .flatMap(storage ->
                        storage.type().filter("kine"::equals).isPresent()
                                ? storage.kine()
                                        .flatMap(K0sConfig.Kine::dataSource)
                                        .filter(source -> !source.startsWith("sqlite:"))
                                        .map(_ -> "a database (spec.storage.kine.dataSource)")
                                : storage.etcd()
                                        .flatMap(K0sConfig.Etcd::externalCluster)
                                        .map(_ ->
                                                "an etcd of its own (spec.storage.etcd.externalCluster)"));
    }

    private static Optional<Compilation.Refused> noneRuns(PlanInput input) {
        List<ClusterHost> controllers = input.clusterfile().controlPlanes();
        return controllers.stream().anyMatch(h -> isRunning(input, h))
                ? Optional.empty()
                : refused(
                        ReasonCode.CONTROL_PLANE_NOT_UP,
                        "no controller of cluster %s runs (%s), and only one that runs can be backed up: start k0scontroller on one of them"
                                .formatted(input.clusterfile().name(), addresses(controllers)));
    }

    private static Optional<Compilation.Refused> someRun(PlanInput input) {
        List<ClusterHost> running =
                input.controlPlanes().stream().filter(h -> isRunning(input, h)).toList();
        return running.isEmpty()
                ? Optional.empty()
                : refused(
                        ReasonCode.PREFLIGHT_FAILED,
                        "controllers of cluster %s run (%s), and what they hold would be lost under them: if that is meant, stop k0s on them (k0s stop) and restore again"
                                .formatted(input.clusterfile().name(), addresses(running)));
    }

    private static String addresses(List<ClusterHost> hosts) {
        return hosts.stream().map(h -> h.address().toString()).collect(Collectors.joining(", "));
    }

    private static Optional<Compilation.Refused> refused(ReasonCode reason, String message) {
        return Optional.of(new Compilation.Refused(reason, message));
    }
}

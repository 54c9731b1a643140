package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.K0sConfig;
import dev.slipway.planner.clusterfile.K0sHost;
import dev.slipway.planner.clusterfile.K0sNetwork;
import dev.slipway.planner.clusterfile.K0sVersion;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.RefusedChanges;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Changes of k0s's clusters that are not served: those that k0s itself cannot make of a cluster
/// that runs, and those to releases that it skips to or goes back to.
final class K0sRefusals {
    private static final Comparator<K0sVersion> RELEASES =
            Comparator.comparing(K0sVersion::kubernetes).thenComparingInt(K0sVersion::build);

    private K0sRefusals() {}

    static Optional<Compilation.Refused> of(PlanInput input) {
        return input.recorded()
                .applied()
                .flatMap(applied -> changes(applied, input.clusterfile()))
                .or(() -> release(input))
                .or(() -> registries(input))
                .or(() -> RefusedChanges.losses(input, K0sInstall.runtime(input).hasMembers()));
    }

    private static Optional<Compilation.Refused> changes(Clusterfile applied, Clusterfile wanted) {
        var changes = RefusedChanges.between(applied, wanted);
        if (applied.runtime() instanceof ClusterRuntime.K0s before) {
            settings(changes, before.filled(), K0sInstall.runtime(wanted).filled());
            endpoint(changes, applied, wanted);
            for (ClusterHost host : applied.hosts()) {
                wanted.host(host.address()).ifPresent(h -> host(changes, host, h));
            }
        }
        return changes.refusal();
    }

    /// What may be said of the whole cluster once: by the field, how it is read.
    private static final Map<String, Function<K0sConfig.Spec, Optional<?>>> FIXED = fixed();

    private static Map<String, Function<K0sConfig.Spec, Optional<?>>> fixed() {
        var fixed = new LinkedHashMap<String, Function<K0sConfig.Spec, Optional<?>>>();
        fixed.put("storage", K0sRefusals::storage);
        fixed.put("network.provider", s -> s.network().flatMap(K0sNetwork::provider));
        fixed.put("network.podCIDR", s -> s.network().flatMap(K0sNetwork::podCIDR));
        fixed.put("network.serviceCIDR", s -> s.network().flatMap(K0sNetwork::serviceCIDR));
        fixed.put("network.clusterDomain", s -> s.network().flatMap(K0sNetwork::clusterDomain));
        fixed.put("network.dualStack", s -> s.network().flatMap(K0sNetwork::dualStack));
        fixed.put(
                "network.primaryAddressFamily",
                s -> s.network().flatMap(K0sNetwork::primaryAddressFamily));
        fixed.put("api.port", s -> s.api().flatMap(K0sConfig.Api::port));
        fixed.put("api.k0sApiPort", s -> s.api().flatMap(K0sConfig.Api::k0sApiPort));
        fixed.put(
                "konnectivity.agentPort",
                s -> s.konnectivity().flatMap(K0sConfig.Konnectivity::agentPort));
        return fixed;
    }

    /// @param before with defaults, as `now`
    private static void settings(RefusedChanges changes, K0sConfig before, K0sConfig now) {
        FIXED.forEach((field, value) ->
                changes.differ(
                        "spec.%s of ClusterConfig".formatted(field),
                        before.spec().<Object>flatMap(value).orElse("none"),
                        now.spec().<Object>flatMap(value).orElse("none")));
    }

    /// Where the cluster's data are; how they are reached there may change.
    private static Optional<String> storage(K0sConfig.Spec spec) {
        return spec.storage()
                .map(s ->
                        s.etcd().flatMap(K0sConfig.Etcd::externalCluster).isPresent()
                                ? "an external etcd"
                                : s.type().orElse("etcd"));
    }

    /// Nodes keep the way to the API that they joined by, unless k0s balances it for them.
    private static void endpoint(RefusedChanges changes, Clusterfile applied, Clusterfile wanted) {
        Endpoint before = applied.endpoint();
        Endpoint now = wanted.endpoint();
        if (before.getClass() != now.getClass() || !before.host().equals(now.host())) {
            changes.differ("the endpoint of the API", before.describe(), now.describe());
        } else if (now instanceof Endpoint.ControlPlane
                && !K0sConfiguration.isBalancedOnNodes(applied)
                && wanted.host(applied.controlPlane().address()).isEmpty()) {
            changes.add(
                    "the controller %s goes, which is all that the workers know of the API (add controllers first, and take it out once they are there)"
                            .formatted(applied.controlPlane().address()));
        }
    }

    private static void host(RefusedChanges changes, ClusterHost before, ClusterHost now) {
        String address = before.address().toString();
        if (before.isControlPlane() && now.isControlPlane()) {
            changes.differ("the role of " + address, role(before.k0s()), role(now.k0s()));
            changes.differ(
                    "the private address of " + address,
                    before.k0s().privateAddress().orElse("none"),
                    now.k0s().privateAddress().orElse("none"));
        }
        changes.differ(
                "k0s's folder on " + address,
                before.k0s().dataDirectory(),
                now.k0s().dataDirectory());
        changes.differ(
                "the kubelet's folder on " + address,
                before.k0s().kubeletRoot(),
                now.k0s().kubeletRoot());
    }

    private static String role(K0sHost host) {
        return host.working() ? "controller and worker" : "controller";
    }

    /// k0s goes up by one minor release at a time, and never back: what is in etcd may be of the
    /// newer one already (k0s documentation, "Upgrade" and "Version skew policy").
    private static Optional<Compilation.Refused> release(PlanInput input) {
        K0sVersion wanted = K0sInstall.runtime(input).release();
        List<K0sVersion> running = running(input);
        return newer(running, wanted)
                .or(() -> muchOlder(running, wanted))
                .map(message -> new Compilation.Refused(ReasonCode.VERSION_MISMATCH, message));
    }

    private static Optional<String> newer(List<K0sVersion> running, K0sVersion wanted) {
        return running.stream()
                .max(RELEASES)
                .filter(r -> RELEASES.compare(r, wanted) > 0)
                .map(r ->
                        "k0s %s runs and spec.runtime.version is %s: k0s does not go back; say %s, or restore a backup of the older release"
                                .formatted(r, wanted, r));
    }

    private static Optional<String> muchOlder(List<K0sVersion> running, K0sVersion wanted) {
        return running.stream()
                .min(RELEASES)
                .filter(r -> wanted.kubernetes().isAtLeast(1, r.kubernetes().minor() + 2))
                .map(r ->
                        "k0s %s runs and spec.runtime.version is %s: k0s goes up by one minor release at a time; say one of v1.%d first"
                                .formatted(r, wanted, r.kubernetes().minor() + 1));
    }

    /// What the cluster was last brought to, and what its members run: an upgrade that broke off
    /// has left both.
    private static List<K0sVersion> running(PlanInput input) {
        Stream<K0sVersion> applied =
                input.recorded().applied().stream()
                        .map(Clusterfile::runtime)
                        .filter(ClusterRuntime.K0s.class::isInstance)
                        .map(r -> ((ClusterRuntime.K0s) r).release());
        Stream<K0sVersion> members =
                input.clusterfile().hosts().stream()
                        .filter(input::isMember)
                        .flatMap(h -> K0sVersion.parse(input.factsOf(h).k0s().release()).stream());
        return Stream.concat(applied, members).toList();
    }

    private static Optional<Compilation.Refused> registries(PlanInput input) {
        return input.clusterfile().registries().isEmpty()
                        || K0sFiles.readsDropIns(K0sInstall.runtime(input))
                ? Optional.empty()
                : Optional.of(
                        new Compilation.Refused(
                                ReasonCode.NOT_SERVED_YET,
                                "spec.registries with k0s %s is not served: its containerd reads what Slipway says of them from v1.27.1 on"
                                        .formatted(K0sInstall.runtime(input).release())));
    }
}

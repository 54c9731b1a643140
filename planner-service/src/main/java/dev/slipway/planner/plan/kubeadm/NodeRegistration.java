package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.KubeadmKind;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.NodeAddress;
import dev.slipway.planner.plan.node.NodeIdentity;
import dev.slipway.planner.plan.node.Services;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// kubeadm's `nodeRegistration`: what Slipway owns of it. What else the user says is merged into it
/// with the rest of his document.
final class NodeRegistration {
    private static final String ARGUMENTS = "kubeletExtraArgs";

    private final PlanInput input;
    private final Clusterfile clusterfile;

    NodeRegistration(PlanInput input) {
        this.input = input;
        this.clusterfile = input.clusterfile();
    }

    /// Where the cluster is not of IPv4 alone the kubelet is told the node's addresses, one of each
    /// family: by itself it takes one, of IPv4 where there is one. Where the host has no systemd it
    /// is told the driver of its control groups.
    ///
    /// @param kind the user's arguments of which come before
    Map<String, Object> of(ClusterHost host, KubeadmKind kind) {
        var own = new LinkedHashMap<String, String>();
        if (!clusterfile.networks().isPlain()) {
            own.put("node-ip", String.join(",", NodeAddress.all(input, host)));
        }
        if (!Services.of(input.factsOf(host)).hasSystemdCgroups()) {
            own.put("cgroup-driver", "cgroupfs");
        }
        Map<String, Object> registration =
                KubeadmDocuments.ordered(
                        "name",
                        input.nodeName(host),
                        "criSocket",
                        clusterfile.containerRuntime().criSocket());
        own.forEach((name, value) ->
                registration.put(
                        ARGUMENTS,
                        ExtraArguments.with(
                                registration.containsKey(ARGUMENTS) ? registration : said(kind),
                                ARGUMENTS,
                                name,
                                value)));
        return registration;
    }

    /// Of a node that joins, with what lies there already and kubeadm would rather make itself: the
    /// endpoint's manifest (older releases want to find none), and what a kubelet with a
    /// certificate of its own needs.
    ///
    /// @param kind whose checks to ignore stay ignored
    Map<String, Object> joining(ClusterHost host, KubeadmKind kind) {
        Map<String, Object> registration = of(host, kind);
        var there = new ArrayList<Object>();
        if (clusterfile.endpoint().isLocal()) {
            there.add("DirAvailable--etc-kubernetes-manifests");
        }
        if (NodeIdentity.isBrought(input, host)) {
            there.add("FileAvailable--etc-kubernetes-kubelet.conf");
            there.add("FileAvailable--etc-kubernetes-pki-ca.crt");
        }
        if (!there.isEmpty()) {
            Object users = said(kind).get("ignorePreflightErrors");
            var ignored =
                    new LinkedHashSet<Object>(users instanceof List<?> list ? list : List.of());
            ignored.addAll(there);
            registration.put("ignorePreflightErrors", List.copyOf(ignored));
        }
        return registration;
    }

    /// What the user says of the nodes of that kind.
    @SuppressWarnings(
            "unchecked") // a YAML mapping's keys were checked to be texts when it was read
    Map<String, Object> said(KubeadmKind kind) {
        return clusterfile.document(kind).get("nodeRegistration") instanceof Map<?, ?> map
                ? (Map<String, Object>) map
                : Map.of();
    }
}

package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.Endpoint;
import dev.slipway.planner.clusterfile.KubeadmKind;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.inspect.KubeadmFacts;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.RecordedState;
import dev.slipway.planner.plan.node.NodeAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Why a cluster is not adopted: it is Slipway's already, its authority is not there, or the
/// Clusterfile says something else than what is there. Everything at once, each with both values.
final class AdoptionRefusals {
    private final PlanInput input;
    private final Clusterfile clusterfile;
    private final KubeadmDocuments documents;
    private final List<String> differences = new ArrayList<>();

    private AdoptionRefusals(PlanInput input) {
        this.input = input;
        this.clusterfile = input.clusterfile();
        this.documents = new KubeadmDocuments(input);
    }

    /// @return what it comes to, unless the cluster may be adopted
    static Optional<Compilation> of(PlanInput input) {
        return known(input).or(() -> new AdoptionRefusals(input).refusal());
    }

    private static Optional<Compilation> known(PlanInput input) {
        Clusterfile wanted = input.clusterfile();
        return input.recorded()
                .applied()
                .map(applied ->
                        applied.digest().equals(wanted.digest())
                                ? new Compilation.NothingToDo(
                                        "cluster %s is Slipway's, and as its Clusterfile says"
                                                .formatted(wanted.name()))
                                : new Compilation.Refused(
                                        ReasonCode.CLUSTER_DIFFERS,
                                        "cluster %s is Slipway's already: `slipway apply` makes it what the Clusterfile says"
                                                .formatted(wanted.name())));
    }

    private Optional<Compilation> refusal() {
        fields();
        endpoint();
        Optional<KubeadmFacts.ClusterFacts> cluster =
                input.factsOf(clusterfile.controlPlane()).kubeadm().flatMap(KubeadmFacts::cluster);
        cluster.ifPresentOrElse(
                found -> {
                    nodes(found);
                    configuration(found);
                },
                () -> differences.add("the first control plane told nothing of its cluster"));
        clusterfile.hosts().forEach(this::addresses);
        if (!differences.isEmpty()) {
            return refused(
                    ReasonCode.CLUSTER_DIFFERS,
                    "the cluster cannot be adopted as the Clusterfile says: %s. %s"
                            .formatted(
                                    String.join("; ", differences),
                                    ReasonCode.CLUSTER_DIFFERS.advice()));
        }
        return cluster.flatMap(this::authority).or(this::rest);
    }

    /// What an adoption would have to bring to hosts, and does not.
    private void fields() {
        var there = new ArrayList<String>();
        if (!clusterfile.files().isEmpty()) {
            there.add("spec.files");
        }
        if (!clusterfile.registries().isEmpty()) {
            there.add("spec.registries");
        }
        if (clusterfile.ownRegistry().isPresent()) {
            there.add("spec.registry");
        }
        if (!clusterfile.packages().isEmpty()) {
            there.add("spec.host.packages");
        }
        if (!clusterfile.hostAliases().isEmpty()) {
            there.add("spec.hostAliases");
        }
        if (!clusterfile.manifests().isEmpty()) {
            there.add("spec.manifests");
        }
        for (KubeadmKind kind : List.of(KubeadmKind.KUBELET, KubeadmKind.KUBE_PROXY)) {
            if (!clusterfile.document(kind).isEmpty()) {
                there.add("the " + kind.kind());
            }
        }
        if (!there.isEmpty()) {
            differences.add(
                    "an adoption brings nothing to hosts and clusters, so leave out %s until it is done"
                            .formatted(String.join(", ", there)));
        }
        if (!clusterfile.absent().isEmpty()) {
            differences.add(
                    "hosts are declared absent: take their nodes out of the cluster (kubectl delete node, etcdctl member remove), and them out of the Clusterfile");
        }
    }

    private void endpoint() {
        switch (clusterfile.endpoint()) {
            case Endpoint.ControlPlane _, Endpoint.External _ -> {}
            case Endpoint.LocalProxy _, Endpoint.LocalVip _, Endpoint.KubeVip _ ->
                    differences.add(
                            "spec.endpoint: the Clusterfile says \"%s\", which is a pod of Slipway's own, and the cluster has none: say the address that its nodes reach the API by, whatever keeps it there (endpoint: ADDRESS)"
                                    .formatted(clusterfile.endpoint().describe()));
        }
    }

    /// The cluster has as many nodes as hosts were found to be nodes of their own, so that all of
    /// them are listed.
    private void nodes(KubeadmFacts.ClusterFacts cluster) {
        if (cluster.nodes() == 0) {
            differences.add("the cluster does not tell its nodes: " + cluster.trouble());
        } else if (cluster.nodes() != clusterfile.hosts().size()) {
            var listed =
                    clusterfile.hosts().stream()
                            .map(input::nodeName)
                            .collect(Collectors.toCollection(HashSet::new));
            String others =
                    cluster.named().stream()
                            .filter(name -> !listed.contains(name))
                            .limit(10)
                            .collect(Collectors.joining(", "));
            differences.add(
                    "spec.hosts: the Clusterfile lists %d hosts, the cluster has %d nodes%s: list every node, or take it out of the cluster"
                            .formatted(
                                    clusterfile.hosts().size(),
                                    cluster.nodes(),
                                    others.isEmpty() ? "" : " (" + others + ")"));
        }
    }

    private void configuration(KubeadmFacts.ClusterFacts cluster) {
        Optional<StoredConfiguration> found =
                cluster.configuration().flatMap(StoredConfiguration::read);
        if (found.isEmpty()) {
            differences.add(
                    "kubeadm's stored configuration (ConfigMap kube-system/kubeadm-config) cannot be read, or is longer than 27 kB");
            return;
        }
        differences.addAll(
                endpointAs(found.get())
                        .differences(
                                wanted(),
                                StoredConfiguration.of(clusterfile.document(KubeadmKind.CLUSTER))
                                        .names()));
    }

    private StoredConfiguration wanted() {
        return StoredConfiguration.of(documents.clusterConfiguration());
    }

    /// A cluster of one control plane may have none, and a port may be left out.
    private StoredConfiguration endpointAs(StoredConfiguration found) {
        String field = "controlPlaneEndpoint";
        String endpoint = found.field(field);
        if (endpoint.isEmpty() && clusterfile.endpoint() instanceof Endpoint.ControlPlane) {
            return found.with(field, wanted().field(field));
        }
        return endpoint.isEmpty() || endpoint.matches(".*(:\\d+|[^:\\]]:.*:.*)")
                ? found
                : found.with(field, endpoint + ":" + clusterfile.apiPort());
    }

    /// By what the host is known to the others.
    private void addresses(ClusterHost host) {
        HostFacts facts = input.factsOf(host);
        Optional<KubeadmFacts.MemberFacts> member = facts.kubeadm().map(KubeadmFacts::member);
        if (member.isEmpty()) {
            return;
        }
        String at = " (" + host.address() + ")";
        if (host.isControlPlane()) {
            differ(
                    "spec.apiPort and hosts[].ips" + at,
                    documents.ownEndpoint(host),
                    NodeAddress.withPort(member.get().advertised(), member.get().port()));
        } else {
            differ(
                    "spec.endpoint" + at,
                    "https://" + documents.endpoint(),
                    member.get().server().replaceFirst("/$", ""));
        }
        member.get()
                .seen()
                .map(KubeadmFacts.SeenNode::address)
                .filter(address -> !NodeAddress.all(input, host).contains(address))
                .filter(address -> !facts.network().addresses().contains(address))
                .ifPresent(address ->
                        differ("hosts[].ips" + at, NodeAddress.of(input, host), address));
    }

    private void differ(String field, String said, String found) {
        if (!said.equals(found)) {
            differences.add(StoredConfiguration.difference(field, said, found));
        }
    }

    private Optional<Compilation> authority(KubeadmFacts.ClusterFacts cluster) {
        String missing =
                Materials.AUTHORITY_FILES.stream()
                        .filter(file -> !cluster.authority().contains(file))
                        .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? Optional.empty()
                : refused(
                        ReasonCode.AUTHORITY_UNUSABLE,
                        "the first control plane (%s) has no %s below /etc/kubernetes/pki, and without them Slipway can let no node join and nobody in: list the control plane first that has all of the authority, or put the files there for the time of the adoption"
                                .formatted(clusterfile.controlPlane().address(), missing));
    }

    /// Whether an `apply` after the adoption would find nothing to do, by what decides that itself.
    private Optional<Compilation> rest() {
        Map<HostAddress, HostFacts> facts = new HashMap<>();
        clusterfile
                .hosts()
                .forEach(host ->
                        facts.put(host.address(), input.factsOf(host).asMember(input.ownership())));
        Compilation next =
                KubeadmPhases.apply(
                        new PlanInput(
                                Operation.APPLY,
                                input.ownership(),
                                clusterfile,
                                facts,
                                new RecordedState(Optional.of(clusterfile)),
                                input.authority(),
                                Optional.empty()));
        return switch (next) {
            case Compilation.NothingToDo _ -> Optional.empty();
            case Compilation.Refused refused -> Optional.of(refused);
            case Plan plan ->
                    refused(
                            ReasonCode.CLUSTER_DIFFERS,
                            "the cluster is not well: an apply after the adoption would begin with %s on %s; containerd and the kubelet have to run on every host"
                                    .formatted(
                                            plan.phases().getFirst().name(),
                                            plan.phases().getFirst().summary().hosts().stream()
                                                    .limit(10)
                                                    .map(HostAddress::toString)
                                                    .collect(Collectors.joining(", "))));
        };
    }

    private static Optional<Compilation> refused(ReasonCode reason, String message) {
        return Optional.of(new Compilation.Refused(reason, message));
    }
}

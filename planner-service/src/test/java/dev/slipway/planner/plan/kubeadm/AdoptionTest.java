package dev.slipway.planner.plan.kubeadm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.inspect.FactReader;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.inspect.HostFinding;
import dev.slipway.planner.inspect.Preflight;
import dev.slipway.planner.plan.Compilation;
import dev.slipway.planner.plan.GoldenPlan;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.Plan;
import dev.slipway.planner.plan.PlanCompiler;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.RecordedState;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Living clusters of kubeadm, and Clusterfiles that fit them or do not.
class AdoptionTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);
    private static final String DIGEST = "ab".repeat(32);
    private static final String MORE =
            """
              certificates: {keyAlgorithm: RSA-2048}
            @MORE@---
            apiVersion: kubeadm.k8s.io/v1beta4
            kind: ClusterConfiguration
            clusterName: kubernetes
            networking: {podSubnet: 10.32.0.0/16}
            apiServer:
              certSANs: [api.example.org]
              extraArgs: [{name: audit-log-path, value: /var/log/audit.log}]
            """;

    /// As kubeadm 1.36 stores it, defaults and all.
    private static final String STORED =
            """
            apiServer:
              certSANs:
              - api.example.org
              extraArgs:
              - name: audit-log-path
                value: /var/log/audit.log
            apiVersion: kubeadm.k8s.io/v1beta4
            caCertificateValidityPeriod: 87600h0m0s
            certificateValidityPeriod: 8760h0m0s
            certificatesDir: /etc/kubernetes/pki
            clusterName: kubernetes
            controllerManager: {}
            dns: {}
            encryptionAlgorithm: RSA-2048
            etcd:
              local:
                dataDir: /var/lib/etcd
            imageRepository: registry.k8s.io
            kind: ClusterConfiguration
            kubernetesVersion: v1.36.2
            networking:
              dnsDomain: cluster.local
              podSubnet: 10.32.0.0/16
              serviceSubnet: 10.96.0.0/12
            proxy: {}
            scheduler: {}
            """;

    private static Clusterfile clusterfile(String fields) {
        return PlanFixture.several(1, 2, MORE.replace("@MORE@", fields));
    }

    /// What inspect reports of a host of a cluster with these nodes.
    private static Map<String, String> report(ClusterHost host, int nodes, String stored) {
        var report = new HashMap<>(PlanFixture.report(host, "v1.36.2", true));
        report.remove("owner");
        report.put(
                "node",
                """
                containerd-unit=foreign
                kubelet-unit=foreign
                containerd-active=yes
                kubelet-active=yes
                file=/etc/kubernetes/kubelet.conf
                ca-digest=%s
                """
                        .formatted(DIGEST));
        String name =
                host.name().orElse("node-" + host.address().address().replaceAll("[.:]+", "-"));
        report.put(
                "member",
                """
                node=%1$s
                server=https://10.0.0.1:6443
                driver=systemd
                %2$sseen=%1$s
                roles=%3$s
                kubelet=v1.36.2
                address=%4$s
                """
                        .formatted(
                                name,
                                host.isControlPlane()
                                        ? "advertised=%s\nport=6443\n"
                                                .formatted(host.address().address())
                                        : "",
                                host.isControlPlane() ? "control-plane" : "<none>",
                                host.address().address()));
        if (host.isControlPlane()) {
            report.put(
                    "adopted-cluster",
                    Materials.AUTHORITY_FILES.stream()
                                    .map(file -> "pki=" + file + "\n")
                                    .collect(Collectors.joining())
                            + "named=cp-1\nnamed=stranger\nnodes="
                            + nodes);
            report.put(
                    "kubeadm-config-1",
                    stored.lines().map(line -> "|" + line + "\n").collect(Collectors.joining())
                            + "=1");
        }
        return report;
    }

    private static Map<HostAddress, HostFacts> facts(
            Clusterfile clusterfile, UnaryOperator<Map<String, String>> change) {
        var facts = new HashMap<HostAddress, HostFacts>();
        for (ClusterHost host : clusterfile.hosts()) {
            facts.put(host.address(), FactReader.read(change.apply(report(host, 3, STORED)), NOW));
        }
        return facts;
    }

    private static PlanInput input(
            Clusterfile clusterfile,
            Map<HostAddress, HostFacts> facts,
            Optional<Clusterfile> applied) {
        return new PlanInput(
                Operation.ADOPT,
                PlanFixture.OWNERSHIP,
                clusterfile,
                facts,
                new RecordedState(applied),
                PlanFixture.AUTHORITY,
                Optional.empty());
    }

    private static Compilation compiled(
            Clusterfile clusterfile, UnaryOperator<Map<String, String>> change) {
        return PlanCompiler.compile(
                input(clusterfile, facts(clusterfile, change), Optional.empty()));
    }

    private static String refusal(
            Clusterfile clusterfile, ReasonCode reason, UnaryOperator<Map<String, String>> change) {
        Compilation compiled = compiled(clusterfile, change);
        assertThat(compiled).isInstanceOf(Compilation.Refused.class);
        var refused = (Compilation.Refused) compiled;
        assertThat(refused.reason()).isEqualTo(reason);
        return refused.message();
    }

    private static UnaryOperator<Map<String, String>> with(
            String fact, String before, String after) {
        return report -> {
            report.computeIfPresent(fact, (_, text) -> text.replace(before, after));
            return report;
        };
    }

    @Test
    void marksWhatIsThereAndTouchesNothingElse() throws IOException {
        Clusterfile clusterfile = clusterfile("");
        var facts = facts(clusterfile, UnaryOperator.identity());

        assertThat(
                        Preflight.beforeAdopt(clusterfile, facts, PlanFixture.OWNERSHIP).stream()
                                .flatMap(r -> r.findings().stream())
                                .filter(HostFinding::isFailure))
                .isEmpty();
        GoldenPlan.matches(
                "adopt-1-2", PlanFixture.plan(input(clusterfile, facts, Optional.empty())));
    }

    @Test
    void leavesTheNextApplyNothingToDo() {
        Clusterfile clusterfile = clusterfile("");
        var facts = new HashMap<HostAddress, HostFacts>();
        facts(clusterfile, UnaryOperator.identity())
                .forEach((host, found) -> facts.put(host, found.asMember(PlanFixture.OWNERSHIP)));

        assertThat(
                        PlanCompiler.compile(
                                PlanFixture.apply(
                                        clusterfile,
                                        facts,
                                        new RecordedState(Optional.of(clusterfile)))))
                .isInstanceOf(Compilation.NothingToDo.class);
        assertThat(PlanCompiler.compile(input(clusterfile, facts, Optional.of(clusterfile))))
                .isInstanceOf(Compilation.NothingToDo.class);
        assertThat(
                        PlanCompiler.compile(
                                input(
                                        clusterfile,
                                        facts,
                                        Optional.of(PlanFixture.several(1, 2, "")))))
                .isInstanceOf(Compilation.Refused.class);
    }

    @Test
    void readsConfigurationsOfOlderReleasesAlike() {
        Clusterfile clusterfile = clusterfile("");

        assertThat(
                        compiled(
                                clusterfile,
                                with(
                                        "kubeadm-config-1",
                                        "|  extraArgs:\n|  - name: audit-log-path\n|    value: /var/log/audit.log\n",
                                        "|  extraArgs:\n|    audit-log-path: /var/log/audit.log\n|  timeoutForControlPlane: 4m0s\n")))
                .isInstanceOf(Plan.class);
        assertThat(
                        compiled(
                                clusterfile,
                                with(
                                        "kubeadm-config-1",
                                        "8760h0m0s\n|certificatesDir",
                                        "8760h\n|certificatesDir")))
                .isInstanceOf(Plan.class);
        assertThat(
                        compiled(
                                clusterfile,
                                with(
                                        "kubeadm-config-1",
                                        "|controllerManager",
                                        "|controlPlaneEndpoint: 10.0.0.1\n|controllerManager")))
                .isInstanceOf(Plan.class);
    }

    @Test
    void saysEveryFieldThatDiffersWithBothValues() {
        String message =
                refusal(
                        clusterfile(""),
                        ReasonCode.CLUSTER_DIFFERS,
                        with(
                                "kubeadm-config-1",
                                "podSubnet: 10.32.0.0/16\n|  serviceSubnet: 10.96.0.0/12\n",
                                "podSubnet: 10.33.0.0/16\n|  serviceSubnet: 10.97.0.0/16\n|featureGates: {NodeLocalCRISocket: true}\n"));

        assertThat(message)
                .contains(
                        "ClusterConfiguration networking.podSubnet: the Clusterfile says \"10.32.0.0/16\", the cluster has \"10.33.0.0/16\"",
                        "networking.serviceSubnet: the Clusterfile says \"10.96.0.0/12\", the cluster has \"10.97.0.0/16\"",
                        "featureGates.NodeLocalCRISocket: the Clusterfile says \"\", the cluster has \"true\"",
                        ReasonCode.CLUSTER_DIFFERS.advice());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    kubeadm-config-1|RSA-2048|ECDSA-P256|spec.certificates.keyAlgorithm: the Clusterfile says "RSA-2048", the cluster has "ECDSA-P256"
                    kubeadm-config-1|8760h|17520h|spec.certificates.validity
                    kubeadm-config-1|v1.36.2|v1.36.1|spec.runtime.version: the Clusterfile says "v1.36.2", the cluster has "v1.36.1"
                    kubeadm-config-1|api.example.org|api.example.com|apiServer.certSANs: the Clusterfile says "api.example.org", the cluster has "api.example.com"
                    kubeadm-config-1|=1|=2|cannot be read
                    kubeadm-config-1|kind:|kind: [|cannot be read
                    adopted-cluster|nodes=3|nodes=4|lists 3 hosts, the cluster has 4 nodes (stranger)
                    member|https://10.0.0.1|https://10.0.0.9|spec.endpoint (10.0.1.1:22): the Clusterfile says "https://10.0.0.1:6443", the cluster has "https://10.0.0.9:6443"
                    member|port=6443|port=8443|spec.apiPort and hosts[].ips (10.0.0.1:22): the Clusterfile says "10.0.0.1:6443", the cluster has "10.0.0.1:8443"
                    member|address=10.0.1.2|address=10.0.9.9|hosts[].ips (10.0.1.2:22): the Clusterfile says "10.0.1.2", the cluster has "10.0.9.9"
                    node|kubelet-active=yes|kubelet-active=no|would begin with prepare
                    """)
    void refusesWhatIsNotAsTheClusterfileSays(
            String fact, String before, String after, String why) {
        assertThat(refusal(clusterfile(""), ReasonCode.CLUSTER_DIFFERS, with(fact, before, after)))
                .contains(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    endpoint: {mode: local-proxy}|is a pod of Slipway's own
                    hostAliases: [{ip: 10.0.0.9, hostnames: [registry]}]|leave out spec.hostAliases
                    registries: [{host: docker.io, skipVerify: true}]|leave out spec.registries
                    """)
    void refusesWhatItWouldHaveToBring(String field, String why) {
        assertThat(
                        refusal(
                                clusterfile("  " + field + "\n"),
                                ReasonCode.CLUSTER_DIFFERS,
                                UnaryOperator.identity()))
                .contains(why);
    }

    @Test
    void refusesAClusterWithoutTheKeyOfItsAuthority() {
        assertThat(
                        refusal(
                                clusterfile(""),
                                ReasonCode.AUTHORITY_UNUSABLE,
                                with("adopted-cluster", "pki=ca.key\n", "")))
                .contains("10.0.0.1:22", "has no ca.key below /etc/kubernetes/pki");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    node|/etc/kubernetes/kubelet.conf|/etc/kubernetes/pki/ca.crt|is no node of a cluster of kubeadm
                    member|roles=<none>|roles=control-plane|hosts[].roles: the Clusterfile says "worker", the cluster has "control-plane"
                    member|node=cp-1|node=first|hosts[].names: the Clusterfile says "cp-1", the cluster has "first"
                    member|kubelet=v1.36.2|kubelet=v1.35.0|spec.runtime.version: the Clusterfile says "v1.36.2", the cluster has "v1.35.0"
                    member|driver=systemd|driver=cgroupfs|cgroupDriver is "cgroupfs"
                    member|seen=|trouble=Unauthorized|Unauthorized
                    tools|version.kubelet=v1.36.2|version.kubelet=v1.36.1|kubelet is "v1.36.1"
                    """)
    void findsHostsThatAreNotTheNodesThatTheClusterfileSays(
            String fact, String before, String after, String why) {
        Clusterfile clusterfile = clusterfile("");

        assertThat(found(clusterfile, with(fact, before, after)))
                .anySatisfy(message -> assertThat(message).contains(why));
    }

    @Test
    void findsHostsOfOthers() {
        Clusterfile clusterfile = clusterfile("");
        String other = PlanFixture.OWNERSHIP.text().replace("cluster=demo", "cluster=theirs");

        assertThat(
                        found(
                                clusterfile,
                                report -> {
                                    report.put("owner", other);
                                    return report;
                                }))
                .anySatisfy(
                        message -> assertThat(message).contains("belongs to cluster \"theirs\""));
        var facts = facts(clusterfile, UnaryOperator.identity());
        HostAddress last = clusterfile.hosts().getLast().address();
        facts.put(
                last,
                FactReader.read(
                        with("node", DIGEST, "cd".repeat(32))
                                .apply(report(clusterfile.hosts().getLast(), 3, STORED)),
                        NOW));
        assertThat(failures(clusterfile, facts))
                .singleElement()
                .asString()
                .contains("of another cluster than the first control plane");
    }

    private static List<String> found(
            Clusterfile clusterfile, UnaryOperator<Map<String, String>> change) {
        return failures(clusterfile, facts(clusterfile, change));
    }

    private static List<String> failures(
            Clusterfile clusterfile, Map<HostAddress, HostFacts> facts) {
        return Preflight.beforeAdopt(clusterfile, facts, PlanFixture.OWNERSHIP).stream()
                .flatMap(r -> r.findings().stream())
                .filter(HostFinding::isFailure)
                .map(HostFinding::message)
                .toList();
    }
}

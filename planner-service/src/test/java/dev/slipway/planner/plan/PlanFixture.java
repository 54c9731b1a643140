package dev.slipway.planner.plan;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ClusterfileReader;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.SecretPolicy;
import dev.slipway.planner.inspect.FactReader;
import dev.slipway.planner.inspect.HostFacts;
import dev.slipway.planner.inspect.Ownership;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Inputs of plans: one control plane, some workers, facts as fresh or installed hosts report them.
public final class PlanFixture {
    public static final Ownership OWNERSHIP =
            new Ownership(
                    "0e6f3c1e-0000-4000-8000-000000000001",
                    new TenantId("local"),
                    new ClusterName("demo"),
                    1);
    public static final AuthorityInfo AUTHORITY =
            new AuthorityInfo(
                    "sha256:" + "ab".repeat(32),
                    new ContentDigest("cd".repeat(32)),
                    "abcdef",
                    Optional.empty());

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);

    private PlanFixture() {}

    public static Clusterfile clusterfile(int workers) {
        return clusterfile(workers, "v1.36.2", "");
    }

    public static Clusterfile clusterfile(int workers, String version, String more) {
        String workerHosts =
                workers == 0
                        ? ""
                        : """
                          - ips: [10.0.1.1-10.0.1.%d]
                            roles: [worker]
                            labels: {disk: ssd}
                            taints: ["dedicated=batch:NoSchedule"]
                        """
                                .formatted(workers)
                                .indent(2);
        return read(
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata: {name: demo}
                spec:
                  runtime: {version: %s}
                  ssh: {credential: team}
                  hosts:
                    - ips: [10.0.0.1]
                      names: [cp-1]
                      roles: [control-plane]
                %s  manifests:
                    - name: network
                      text: |
                        apiVersion: v1
                        kind: Namespace
                        metadata: {name: network}
                %s\
                """
                        .formatted(version, workerHosts, more));
    }

    /// Control planes `cp-1`… at 10.0.0.1…, workers at 10.0.1.1….
    ///
    /// @param more of `spec`, indented by two
    public static Clusterfile several(int controlPlanes, int workers, String more) {
        return several(
                IntStream.rangeClosed(1, controlPlanes).boxed().toList(),
                IntStream.rangeClosed(1, workers).boxed().toList(),
                more);
    }

    /// The same of certain numbers.
    public static Clusterfile several(
            List<Integer> controlPlanes, List<Integer> workers, String more) {
        return read(
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata: {name: demo}
                spec:
                  runtime: {version: v1.36.2}
                  ssh: {credential: team}
                  hosts:
                %s%s%s\
                """
                        .formatted(
                                controlPlanes.stream()
                                        .map(i ->
                                                "    - {ips: [10.0.0.%d], names: [cp-%1$d], roles: [control-plane]}%n"
                                                        .formatted(i))
                                        .collect(Collectors.joining()),
                                workers.stream()
                                        .map(i ->
                                                "    - {ips: [10.0.1.%d], roles: [worker]}%n"
                                                        .formatted(i))
                                        .collect(Collectors.joining()),
                                more));
    }

    public static Clusterfile read(String text) {
        return switch (ClusterfileReader.read(text, SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted(Clusterfile clusterfile) -> clusterfile;
            case ClusterfileResult.HostsOnly hosts -> throw new AssertionError(hosts.toString());
            case ClusterfileResult.Rejected rejected ->
                    throw new AssertionError(rejected.problems().toString());
        };
    }

    /// Hosts on which nothing was done yet, with kubeadm and containerd installed.
    public static Map<HostAddress, HostFacts> fresh(Clusterfile clusterfile) {
        var facts = new HashMap<HostAddress, HostFacts>();
        clusterfile.hosts().forEach(h -> facts.put(h.address(), facts(h, clusterfile, false)));
        return facts;
    }

    /// The same of another distribution.
    ///
    /// @param system lines that come first, so they count
    public static Map<HostAddress, HostFacts> fresh(Clusterfile clusterfile, String system) {
        var facts = new HashMap<HostAddress, HostFacts>();
        for (ClusterHost host : clusterfile.hosts()) {
            var report = new HashMap<>(report(host, clusterfile.version().toString(), false));
            report.remove("owner");
            report.merge("system", system, (standard, first) -> first + standard);
            if (system.contains("openrc=yes")) {
                report.merge(
                        "node", "containerd-unit=none\n", (standard, first) -> first + standard);
            }
            facts.put(host.address(), FactReader.read(report, NOW));
        }
        return facts;
    }

    /// Hosts on which nothing was done yet, with kubeadm and Docker installed.
    ///
    /// @param system lines of facts that come first, so they count; likewise `node` and `tools`
    public static Map<HostAddress, HostFacts> freshWithDocker(
            Clusterfile clusterfile, String system, String node, String tools) {
        var facts = new HashMap<HostAddress, HostFacts>();
        for (ClusterHost host : clusterfile.hosts()) {
            var report = new HashMap<>(report(host, clusterfile.version().toString(), false));
            report.remove("owner");
            report.merge("system", system, (standard, first) -> first + standard);
            report.merge("node", node + DOCKER, (standard, first) -> first + standard);
            report.merge(
                    "tools",
                    tools + "path.docker=/usr/bin/docker\nversion.docker=28.3.2\n",
                    (standard, first) -> first + standard);
            facts.put(host.address(), FactReader.read(report, NOW));
        }
        return facts;
    }

    private static final String DOCKER =
            "docker-unit=foreign\ndocker-active=yes\ncri-docker-unit=none\n";

    /// Hosts that are whole members.
    public static Map<HostAddress, HostFacts> installed(Clusterfile clusterfile) {
        var facts = new HashMap<HostAddress, HostFacts>();
        clusterfile.hosts().forEach(h -> facts.put(h.address(), facts(h, clusterfile, true)));
        return facts;
    }

    public static PlanInput apply(
            Clusterfile clusterfile, Map<HostAddress, HostFacts> facts, RecordedState recorded) {
        return new PlanInput(
                Operation.APPLY,
                OWNERSHIP,
                clusterfile,
                facts,
                recorded,
                AUTHORITY,
                Optional.empty());
    }

    /// An `apply` of `now` to a cluster as `before` says, whose hosts are whole members.
    public static PlanInput change(Clusterfile before, Clusterfile now) {
        var facts = fresh(now);
        facts.putAll(installed(before));
        return apply(now, facts, new RecordedState(Optional.of(before)));
    }

    public static PlanInput install(Clusterfile clusterfile) {
        return apply(clusterfile, fresh(clusterfile), RecordedState.NONE);
    }

    public static PlanInput reset(Clusterfile clusterfile) {
        return new PlanInput(
                Operation.RESET,
                OWNERSHIP,
                clusterfile,
                installed(clusterfile),
                new RecordedState(Optional.of(clusterfile)),
                AUTHORITY,
                Optional.empty());
    }

    public static Plan plan(PlanInput input) {
        return switch (PlanCompiler.compile(input)) {
            case Plan plan -> plan;
            case Compilation other -> throw new AssertionError(other.toString());
        };
    }

    public static Map<String, String> report(ClusterHost host, String version, boolean member) {
        String address = host.address().address();
        return Map.of(
                "system",
                """
                os=debian
                os-version=12
                os-name=Debian GNU/Linux 12 (bookworm)
                architecture=x86_64
                kernel=6.1.0
                hostname=%s
                machine-id=%032x
                boot-id=b
                time=1800000000
                systemd=yes
                """
                        .formatted(
                                host.name().orElse("Node-" + address.replaceAll("[.:]+", "-")),
                                address.hashCode()),
                "hardware",
                "cpus=4\nmemory-mib=8000\nfree-disk-mib=50000\ndisk-writable=yes\n"
                        + (member ? "" : "swap=yes\n"),
                "network",
                network(address),
                "tools",
                """
                path.kubeadm=/usr/bin/kubeadm
                version.kubeadm=%s
                path.kubelet=/usr/bin/kubelet
                version.kubelet=%s
                path.kubectl=/usr/bin/kubectl
                version.kubectl=%s
                path.containerd=/usr/bin/containerd
                version.containerd=2.1.0
                path.tar=/bin/tar
                path.gzip=/bin/gzip
                path.curl=/usr/bin/curl
                """
                        .formatted(version, version, version),
                "node",
                member
                        ? "containerd-unit=foreign\nkubelet-unit=ours\nkubelet-dropin=ours\ncontainerd-active=yes\nkubelet-active=yes\nfile=/etc/kubernetes/kubelet.conf\n%s=yes\n"
                                .formatted(host.isControlPlane() ? "initialised" : "joined")
                        : "containerd-unit=foreign\nkubelet-unit=none\nkubelet-dropin=none\n",
                "owner",
                member ? OWNERSHIP.text() : "");
    }

    /// A host that was named by an IPv4 address has an IPv6 address of the same last number too.
    private static String network(String address) {
        String second = "fd12::" + address.substring(address.lastIndexOf('.') + 1);
        return "address=127.0.0.1\naddress=%s\ndefault-address=%1$s\n".formatted(address)
                + (address.contains(":")
                        ? ""
                        : "address=%s\nsecond-address=%1$s\n".formatted(second));
    }

    private static HostFacts facts(ClusterHost host, Clusterfile clusterfile, boolean member) {
        var report = new HashMap<>(report(host, clusterfile.version().toString(), member));
        if (!member) {
            report.remove("owner");
        }
        return FactReader.read(report, NOW);
    }
}

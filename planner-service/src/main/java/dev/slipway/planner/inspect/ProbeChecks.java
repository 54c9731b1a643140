package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What only `check` looks at: what was tried from the hosts, and what became of an installed
/// cluster. `apply` needs none of it, or mends it itself.
final class ProbeChecks {
    /// What etcd asks of a disk: writes that are through within 10 ms. Ten times that and it loses
    /// its leader now and then.
    private static final Duration SLOW_SYNC = Duration.ofMillis(10);

    private static final Duration HOPELESS_SYNC = Duration.ofMillis(100);
    private static final int NAMED = 5;

    private final Clusterfile clusterfile;
    private final NodePorts ports;
    private final Map<HostAddress, HostFacts> facts;
    private final Set<HostAddress> members;
    private final HostReport.Draft report;

    /// @param facts those of the hosts that could be inspected
    /// @param members those that the last `apply` made nodes
    ProbeChecks(
            Clusterfile clusterfile,
            Map<HostAddress, HostFacts> facts,
            Set<HostAddress> members,
            HostReport.Draft report) {
        this.clusterfile = clusterfile;
        this.ports = new NodePorts(clusterfile);
        this.facts = facts;
        this.members = members;
        this.report = report;
    }

    void all() {
        for (ClusterHost host : clusterfile.hosts()) {
            HostFacts found = facts.get(host.address());
            if (found != null) {
                disk(host, found.probes());
                names(host, found);
                peers(host, found.probes());
                images(host, found.probes());
                node(host, found);
                tally(host, Check.PODS, found.probes().pods(), "not ready");
                tally(host, Check.SERVICES, found.probes().services(), "without endpoints");
            }
        }
    }

    private void disk(ClusterHost host, HostFacts.ProbeFacts probes) {
        probes.diskSync()
                .ifPresent(mean -> {
                    report.passed(host.address(), Check.DISK_SYNC);
                    String message =
                            "a small write takes %.1f ms until it is on the disk, etcd expects less than %d ms"
                                    .formatted(mean.toNanos() / 1e6, SLOW_SYNC.toMillis());
                    String advice =
                            "Put %s on a faster disk (SSD, no network storage), and nothing else that writes much."
                                    .formatted(
                                            CheckSteps.etcd(clusterfile, host)
                                                    .map(RemotePath::value)
                                                    .orElse("etcd's data"));
                    if (mean.compareTo(HOPELESS_SYNC) > 0) {
                        report.fail(
                                host.address(),
                                Check.DISK_SYNC,
                                ReasonCode.PREFLIGHT_FAILED,
                                message,
                                advice);
                    } else if (mean.compareTo(SLOW_SYNC) > 0) {
                        report.warn(host.address(), Check.DISK_SYNC, message, advice);
                    }
                });
    }

    /// The registry's name may be missing where all images are on the host.
    private void names(ClusterHost host, HostFacts facts) {
        for (String name : CheckSteps.names(clusterfile, host)) {
            Optional<Boolean> resolves = Optional.ofNullable(facts.probes().names().get(name));
            resolves.ifPresent(_ -> report.passed(host.address(), Check.DNS));
            if (resolves.orElse(true) || isSpared(name, facts)) {
                continue;
            }
            report.fail(
                    host.address(),
                    Check.DNS,
                    ReasonCode.PREFLIGHT_FAILED,
                    "the name %s does not resolve".formatted(Quoted.of(name)),
                    "Mend the host's name servers (/etc/resolv.conf), or give the name an address in spec.hostAliases.");
        }
    }

    private boolean isSpared(String name, HostFacts facts) {
        var images = facts.probes().images();
        return RegistryCheck.repository(clusterfile).startsWith(name)
                && !images.isEmpty()
                && images.values().stream().allMatch("present"::equals);
    }

    /// Only of a host whose address in the Clusterfile is its own does a silent port say anything:
    /// other addresses are translated on the way, and nodes do not use them.
    private void peers(ClusterHost host, HostFacts.ProbeFacts probes) {
        if (probes.peersAsked() == 0) {
            return;
        }
        report.passed(host.address(), Check.PEERS);
        List<String> silent =
                CheckSteps.peers(clusterfile, ports, host).stream()
                        .filter(probes.silentPeers()::contains)
                        .filter(this::isOwnAddress)
                        .toList();
        if (!silent.isEmpty()) {
            report.fail(
                    host.address(),
                    Check.PEERS,
                    ReasonCode.PREFLIGHT_FAILED,
                    "nothing comes back from " + some(silent),
                    "Open these ports between the nodes (firewall, security group), and check their routes.");
        }
    }

    private boolean isOwnAddress(String peer) {
        String address = HostAddress.of(peer).address();
        return clusterfile.hosts().stream()
                .filter(h -> CheckSteps.known(h).equals(address))
                .map(h -> Optional.ofNullable(facts.get(h.address())))
                .flatMap(Optional::stream)
                .anyMatch(f ->
                        f.network().addresses().contains(address) || address.startsWith("127."));
    }

    private void images(ClusterHost host, HostFacts.ProbeFacts probes) {
        if (probes.images().isEmpty()) {
            return;
        }
        report.passed(host.address(), Check.REGISTRY);
        boolean known = clusterfile.runtime() instanceof ClusterRuntime.Kubeadm;
        if (known) {
            report.passed(host.address(), Check.IMAGES);
        }
        var missing = new ArrayList<String>();
        probes.images()
                .forEach((image, answer) -> {
                    switch (answer) {
                        case "present", "200" -> {}
                        case "404" -> missing.add(image);
                        default -> registry(host, image, answer, probes.login());
                    }
                });
        if (known && !missing.isEmpty()) {
            report.fail(
                    host.address(),
                    Check.IMAGES,
                    ReasonCode.IMAGE_PULL_FAILED,
                    "neither on the host nor in the registry: " + some(missing),
                    "Push them, or name another registry (ClusterConfiguration.imageRepository) or version.");
        }
    }

    private void registry(ClusterHost host, String image, String answer, boolean login) {
        String message =
                switch (answer) {
                    case "000" ->
                            "the registry does not answer, and the host has no %s"
                                    .formatted(Quoted.of(image));
                    case "401", "403" -> refused(image, login);
                    default -> "the registry answers %s for %s".formatted(answer, Quoted.of(image));
                };
        report.fail(host.address(), Check.REGISTRY, ReasonCode.IMAGE_PULL_FAILED, message);
    }

    private String refused(String image, boolean login) {
        List<String> credentials = RegistryCheck.credentials(clusterfile);
        if (!login) {
            return "the registry wants a login for %s, and neither the Clusterfile's registries nor Docker's config.json have one"
                    .formatted(Quoted.of(image));
        }
        return "the registry refuses %s for %s"
                .formatted(
                        credentials.isEmpty()
                                ? "the login of Docker's config.json"
                                : "the login of credential " + String.join(" or ", credentials),
                        Quoted.of(image));
    }

    private void node(ClusterHost host, HostFacts facts) {
        var node = facts.node();
        if (!node.isMember()) {
            if (members.contains(host.address())) {
                report.fail(
                        host.address(),
                        Check.NODE,
                        ReasonCode.NODE_MISSING,
                        "the host was a node of the cluster and is none any more",
                        "`slipway apply` makes it one again.");
            }
            return;
        }
        if (clusterfile.isNode(host)) {
            runtime(host, facts);
            sysctl(host, facts);
        }
        ready(host, facts);
    }

    private void runtime(ClusterHost host, HostFacts facts) {
        Optional<Boolean> answers = facts.probes().runtimeAnswers();
        boolean running =
                switch (clusterfile.runtime()) {
                    case ClusterRuntime.Kubeadm _ -> facts.isActive(clusterfile.containerRuntime());
                    // It is a part of k0s, unless the user brings another one.
                    case ClusterRuntime.K0s _ -> answers.isPresent();
                };
        if (!running && clusterfile.runtime() instanceof ClusterRuntime.K0s) {
            return;
        }
        report.passed(host.address(), Check.RUNTIME);
        if (!running || !answers.orElse(true)) {
            report.fail(
                    host.address(),
                    Check.RUNTIME,
                    ReasonCode.CONTAINER_RUNTIME_DOWN,
                    silent(facts, running));
        }
    }

    private String silent(HostFacts facts, boolean running) {
        return switch (clusterfile.containerRuntime()) {
            case CONTAINERD ->
                    running
                            ? "containerd runs, but does not answer on its socket"
                            : "containerd does not run";
            case DOCKER ->
                    running
                            ? "docker and cri-dockerd run, but nothing answers on %s"
                                    .formatted(ContainerRuntime.DOCKER.socket())
                            : "%s does not run"
                                    .formatted(
                                            facts.docker().active()
                                                    ? "cri-dockerd (service cri-docker)"
                                                    : "docker");
        };
    }

    private void sysctl(ClusterHost host, HostFacts facts) {
        report.passed(host.address(), Check.SYSCTL);
        String advice =
                "Something set it back after the installation: look through /etc/sysctl.d, then `sysctl --system`.";
        if (!facts.network().ipForward()) {
            report.fail(
                    host.address(),
                    Check.SYSCTL,
                    ReasonCode.PREFLIGHT_FAILED,
                    "net.ipv4.ip_forward is not 1: pods reach nothing beyond the host",
                    advice);
        }
        if (!facts.network().bridgeNetfilter()) {
            report.fail(
                    host.address(),
                    Check.SYSCTL,
                    ReasonCode.PREFLIGHT_FAILED,
                    "br_netfilter is not loaded: services are not reached across bridges",
                    "`modprobe br_netfilter`, and look why %s."
                            .formatted(
                                    switch (clusterfile.runtime()) {
                                        case ClusterRuntime.Kubeadm _ ->
                                                "/etc/modules-load.d/slipway.conf did not";
                                        case ClusterRuntime.K0s _ ->
                                                "k0s could not (journalctl -u %s)"
                                                        .formatted(HostChecks.k0sService(host));
                                    }));
        }
    }

    /// What makes the host what it is in the cluster.
    private record Program(String title, String service, boolean runs) {}

    private Program program(ClusterHost host, HostFacts facts) {
        return switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm _ ->
                    new Program("the kubelet", "kubelet", facts.node().kubeletActive());
            case ClusterRuntime.K0s _ -> {
                String service = HostChecks.k0sService(host);
                yield new Program(service, service, facts.k0s().active());
            }
        };
    }

    private void ready(ClusterHost host, HostFacts facts) {
        report.passed(host.address(), Check.NODE);
        Program program = program(host, facts);
        if (!program.runs()) {
            report.fail(
                    host.address(),
                    Check.NODE,
                    ReasonCode.NODE_NOT_READY,
                    program.title() + " does not run",
                    "Look at `journalctl -u %s` on the host; `slipway apply` starts it."
                            .formatted(program.service()));
            return;
        }
        Optional<String> trouble = facts.probes().nodeTrouble();
        if (trouble.isPresent()) {
            boolean missing = trouble.get().contains("NotFound");
            report.fail(
                    host.address(),
                    Check.NODE,
                    missing ? ReasonCode.NODE_MISSING : ReasonCode.API_UNREACHABLE,
                    (missing ? "the cluster has no such node: " : "the cluster does not answer: ")
                            + Quoted.of(trouble.get()));
            return;
        }
        String status = facts.probes().node().orElse("Ready");
        List<String> words = List.of(status.split(","));
        if (!words.contains("Ready")) {
            report.fail(
                    host.address(), Check.NODE, ReasonCode.NODE_NOT_READY, "the node is " + status);
        } else if (words.contains("SchedulingDisabled")) {
            report.warn(
                    host.address(),
                    Check.NODE,
                    "the node takes no new pods (cordoned)",
                    "`kubectl uncordon NODE` once it may take them again.");
        }
    }

    /// What belongs to the cluster itself has to work; the rest is its owners' affair.
    private void tally(
            ClusterHost host, Check check, Optional<HostFacts.Tally> tally, String what) {
        if (tally.isEmpty()) {
            return;
        }
        report.passed(host.address(), check);
        int bad = tally.get().bad();
        if (bad == 0) {
            return;
        }
        List<String> named = tally.get().named();
        String message =
                "%d of %d %s %s: %s"
                        .formatted(bad, tally.get().all(), check.word(), what, some(named));
        String advice =
                check == Check.PODS
                        ? "Look at `kubectl describe pod` and `kubectl logs` for each."
                        : "Look whether pods match their selectors: `kubectl get pods -A -o wide`.";
        if (named.stream()
                .anyMatch(n -> n.startsWith("kube-system/") || n.equals("default/kubernetes"))) {
            report.fail(host.address(), check, ReasonCode.ADDON_FAILED, message, advice);
        } else {
            report.warn(host.address(), check, message, advice);
        }
    }

    private static String some(List<String> all) {
        return String.join(", ", all.stream().limit(NAMED).toList())
                + (all.size() > NAMED ? ", and %d more".formatted(all.size() - NAMED) : "");
    }
}

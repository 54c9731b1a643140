package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.Artifact;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.HostFamily;
import dev.slipway.planner.clusterfile.HostPackage;
import dev.slipway.planner.clusterfile.K0sConfig;
import dev.slipway.planner.clusterfile.KubeadmKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The checks of a host's operating system: distribution, kernel, and what stands guard there.
final class SystemChecks {
    /// Those without which kubeadm (`SystemVerification`) and k0s's workers refuse a hierarchy of
    /// version 2.
    private static final List<String> CONTROLLERS = List.of("cpu", "cpuset", "memory", "pids");

    private static final String FAIL_CGROUP_V1 = "failCgroupV1";
    private static final Pattern KERNEL = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\..*");

    private final Clusterfile clusterfile;
    private final NodePorts ports;
    private final ClusterHost host;
    private final HostFacts facts;
    private final HostReport.Draft report;

    SystemChecks(
            Clusterfile clusterfile,
            NodePorts ports,
            ClusterHost host,
            HostFacts facts,
            HostReport.Draft report) {
        this.clusterfile = clusterfile;
        this.ports = ports;
        this.host = host;
        this.facts = facts;
        this.report = report;
    }

    void all() {
        system();
        kernel();
        if (clusterfile.isNode(host)) {
            cgroups();
            selinux();
        }
        // k0s loads what it can itself.
        if (clusterfile.runtime() instanceof ClusterRuntime.Kubeadm) {
            modules();
        }
        firewall();
    }

    /// For which there are releases.
    private Set<String> architectures() {
        return switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm _ ->
                    Set.of("x86_64", "aarch64", "arm64", "ppc64le", "s390x");
            case ClusterRuntime.K0s _ -> Set.of("x86_64", "aarch64", "arm64", "armv7l", "riscv64");
        };
    }

    private void system() {
        var system = facts.system();
        made(Check.ARCHITECTURE);
        made(Check.OS);
        Set<String> architectures = architectures();
        if (!architectures.contains(system.architecture())) {
            fail(
                    Check.ARCHITECTURE,
                    ReasonCode.HOST_UNSUPPORTED,
                    "architecture %s, expected one of %s"
                            .formatted(
                                    Quoted.of(system.architecture()),
                                    String.join(", ", new TreeSet<>(architectures))));
        }
        if (!system.systemd() && !system.openrc()) {
            fail(
                    Check.OS,
                    ReasonCode.HOST_UNSUPPORTED,
                    "there is neither systemctl nor OpenRC, expected systemd or OpenRC");
        }
        Optional<HostFamily> family = system.family().or(clusterfile::hostFamily);
        if (family.isEmpty()) {
            report.fail(
                    host.address(),
                    Check.OS,
                    ReasonCode.HOST_UNSUPPORTED,
                    "%s (ID %s) is of no family of distributions that hosts are prepared on: %s"
                            .formatted(
                                    system.osName().isEmpty()
                                            ? "the distribution"
                                            : Quoted.of(system.osName()),
                                    Quoted.of(system.os()),
                                    HostFamily.titles()),
                    "Install one of them, or say spec.hostFamily: the one that it is most like.");
        }
        family.filter(HostFamily::isReadOnlyUsr).ifPresent(this::readOnly);
    }

    /// Where artifacts go to by default is put elsewhere there.
    private void readOnly(HostFamily family) {
        List<HostPackage> packages =
                clusterfile.packages().stream()
                        .filter(p -> p.isForAll() && p.roles().contains(host.role()))
                        .toList();
        if (!packages.isEmpty()) {
            report.fail(
                    host.address(),
                    Check.OS,
                    ReasonCode.HOST_UNSUPPORTED,
                    "%s has no packages, and a /usr that cannot be written: it cannot have %s of spec.host.packages"
                            .formatted(
                                    family.title(),
                                    packages.stream()
                                            .map(HostPackage::name)
                                            .collect(Collectors.joining(", "))),
                    "Say families, so that this host is to have none, and boot it with a system extension that has the programs.");
        }
        for (Artifact artifact : clusterfile.artifacts()) {
            String into = artifact.into().value();
            if ((into + "/").startsWith("/usr/") && !(into + "/").startsWith("/usr/local/")) {
                report.fail(
                        host.address(),
                        Check.OS,
                        ReasonCode.DISK_READ_ONLY,
                        "artifact %s goes to %s, and /usr cannot be written on %s"
                                .formatted(artifact.name(), into, family.title()),
                        "Take into out, then it goes below /opt there, or name a folder elsewhere.");
            }
        }
    }

    private void selinux() {
        var system = facts.system();
        if (system.selinux().isEmpty()) {
            return;
        }
        made(Check.SELINUX);
        if (system.selinux().equals("enforcing") && !system.containerPolicy()) {
            report.warn(
                    host.address(),
                    Check.SELINUX,
                    "SELinux is enforcing, and its policy knows no containers: they run unconfined, or are denied files of the host",
                    "Install container-selinux and apply again, or make it permissive (setenforce 0, and /etc/selinux/config).");
        }
    }

    private void firewall() {
        String firewall = facts.system().firewall();
        if (firewall.isEmpty()) {
            return;
        }
        made(Check.FIREWALL);
        if (!firewall.equals("none")) {
            report.warn(
                    host.address(),
                    Check.FIREWALL,
                    "%s is on: what nodes and pods say to one another has to be let through"
                            .formatted(Quoted.of(firewall)),
                    "Open %s/tcp and the ports of the pods' network, and let forwarded packets through; or turn it off."
                            .formatted(
                                    ports.open(host).stream()
                                            .map(port -> Integer.toString(port))
                                            .collect(Collectors.joining(", "))));
        }
    }

    /// kubeadm's own check (`SystemVerification`) asks for 4.19 from v1.32 on, k0s's for 3.10.
    private void kernel() {
        Matcher kernel = KERNEL.matcher(facts.system().kernel() + ".");
        if (!kernel.matches()) {
            return;
        }
        made(Check.KERNEL);
        String advice = "Install a newer kernel and boot it.";
        switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm _ -> {
                if (isBefore(kernel, 4, 19) && clusterfile.version().isAtLeast(1, 32)) {
                    verification(Check.KERNEL, needs("4.19"), advice);
                }
            }
            case ClusterRuntime.K0s _ -> {
                if (isBefore(kernel, 3, 10)) {
                    report.warn(host.address(), Check.KERNEL, needs("3.10"), advice);
                }
            }
        }
    }

    private static boolean isBefore(Matcher kernel, int major, int minor) {
        int found = Integer.parseInt(kernel.group(1));
        return found < major || (found == major && Integer.parseInt(kernel.group(2)) < minor);
    }

    private String needs(String kernel) {
        return "kernel %s, Kubernetes %s needs %s"
                .formatted(Quoted.of(facts.system().kernel()), clusterfile.version(), kernel);
    }

    private void cgroups() {
        var system = facts.system();
        if (system.cgroups() == 0) {
            return;
        }
        made(Check.CGROUPS);
        if (system.cgroups() == 1) {
            String mend =
                    "Boot with systemd.unified_cgroup_hierarchy=1, or use a newer distribution.";
            if (clusterfile.version().isAtLeast(1, 35) && !takesFirstCgroups()) {
                verification(
                        Check.CGROUPS,
                        "cgroups are of version 1, which the kubelet of %s refuses"
                                .formatted(clusterfile.version()),
                        mend);
            } else {
                report.warn(
                        host.address(),
                        Check.CGROUPS,
                        "cgroups are of version 1, which Kubernetes gives up",
                        mend);
            }
            return;
        }
        List<String> missing =
                CONTROLLERS.stream().filter(c -> !system.controllers().contains(c)).toList();
        if (!missing.isEmpty()) {
            verification(
                    Check.CGROUPS,
                    "cgroup controllers are missing: " + String.join(", ", missing),
                    "Turn them on: kernel parameter cgroup_enable=%s, and remove what disables them."
                            .formatted(missing.getFirst()));
        }
    }

    /// Whether the kubelet is told to.
    private boolean takesFirstCgroups() {
        return switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm kubeadm ->
                    Boolean.FALSE.equals(kubeadm.document(KubeadmKind.KUBELET).get(FAIL_CGROUP_V1));
            case ClusterRuntime.K0s k0s ->
                    Boolean.FALSE.equals(profile(k0s).get(FAIL_CGROUP_V1))
                            || host.k0s().installFlags().stream()
                                    .anyMatch(f -> f.contains("--fail-cgroupv1=false"));
        };
    }

    private Map<String, Object> profile(ClusterRuntime.K0s k0s) {
        String name = host.k0s().profile().orElse("default");
        return k0s.config()
                .spec()
                .flatMap(spec ->
                        spec.workerProfiles().stream()
                                .filter(p -> p.name().filter(name::equals).isPresent())
                                .findFirst())
                .map(K0sConfig.WorkerProfile::values)
                .orElse(Map.of());
    }

    /// What the runtime refuses unless it was told to ignore it.
    private void verification(Check check, String message, String advice) {
        if (ignores()) {
            report.warn(host.address(), check, message, advice);
        } else {
            report.fail(host.address(), check, ReasonCode.HOST_UNSUPPORTED, message, advice);
        }
    }

    private boolean ignores() {
        return switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm kubeadm ->
                    ignores(
                            kubeadm.document(
                                    host.isControlPlane() ? KubeadmKind.INIT : KubeadmKind.JOIN));
            case ClusterRuntime.K0s _ ->
                    host.k0s().installFlags().stream()
                            .anyMatch(f -> f.matches("--ignore-pre-flight-checks(=true)?"));
        };
    }

    private static boolean ignores(Map<String, Object> document) {
        return document.get("nodeRegistration") instanceof Map<?, ?> registration
                && registration.get("ignorePreflightErrors") instanceof List<?> ignored
                && ignored.stream()
                        .anyMatch(i ->
                                i.toString().equalsIgnoreCase("SystemVerification")
                                        || i.toString().equalsIgnoreCase("all"));
    }

    private void modules() {
        facts.system()
                .modules()
                .forEach((module, there) -> {
                    made(Check.MODULES);
                    if (!there) {
                        report.fail(
                                host.address(),
                                Check.MODULES,
                                ReasonCode.PREFLIGHT_FAILED,
                                "kernel module %s is not loaded and cannot be"
                                        .formatted(Quoted.of(module)),
                                "Install the kernel's modules (on some systems kernel-modules-extra) and modprobe; in a container load it on the machine below.");
                    }
                });
    }

    private void made(Check check) {
        report.passed(host.address(), check);
    }

    private void fail(Check check, ReasonCode reason, String message) {
        report.fail(host.address(), check, reason, message);
    }
}

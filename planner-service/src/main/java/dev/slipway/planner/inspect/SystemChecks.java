package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.Artifact;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.HostFamily;
import dev.slipway.planner.clusterfile.KubeadmKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The checks of a host's operating system: distribution, kernel, and what stands guard there.
final class SystemChecks {
    private static final Set<String> ARCHITECTURES =
            Set.of("x86_64", "aarch64", "arm64", "ppc64le", "s390x");

    /// Those without which kubeadm refuses a hierarchy of version 2 (`SystemVerification`).
    private static final List<String> CONTROLLERS = List.of("cpu", "cpuset", "memory", "pids");

    private static final Pattern KERNEL = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\..*");

    private final Clusterfile clusterfile;
    private final ClusterHost host;
    private final HostFacts facts;
    private final HostReport.Draft report;

    SystemChecks(
            Clusterfile clusterfile, ClusterHost host, HostFacts facts, HostReport.Draft report) {
        this.clusterfile = clusterfile;
        this.host = host;
        this.facts = facts;
        this.report = report;
    }

    void all() {
        system();
        kernel();
        cgroups();
        modules();
        selinux();
        firewall();
    }

    private void system() {
        var system = facts.system();
        made(Check.ARCHITECTURE);
        made(Check.OS);
        if (!ARCHITECTURES.contains(system.architecture())) {
            fail(
                    Check.ARCHITECTURE,
                    ReasonCode.HOST_UNSUPPORTED,
                    "architecture %s, expected one of %s"
                            .formatted(
                                    Quoted.of(system.architecture()),
                                    String.join(", ", new TreeSet<>(ARCHITECTURES))));
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
                                    host.isControlPlane()
                                            ? "%d, 2379, 2380, 10250"
                                                    .formatted(clusterfile.apiPort())
                                            : "10250"));
        }
    }

    /// kubeadm's own check (`SystemVerification`) asks for 4.19 from v1.32 on.
    private void kernel() {
        Matcher kernel = KERNEL.matcher(facts.system().kernel() + ".");
        if (!kernel.matches()) {
            return;
        }
        made(Check.KERNEL);
        int major = Integer.parseInt(kernel.group(1));
        boolean old = major < 4 || (major == 4 && Integer.parseInt(kernel.group(2)) < 19);
        if (old && clusterfile.version().isAtLeast(1, 32)) {
            verification(
                    Check.KERNEL,
                    "kernel %s, Kubernetes %s needs 4.19"
                            .formatted(Quoted.of(facts.system().kernel()), clusterfile.version()),
                    "Install a newer kernel and boot it.");
        }
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
            if (clusterfile.version().isAtLeast(1, 35)
                    && !Boolean.FALSE.equals(
                            clusterfile.document(KubeadmKind.KUBELET).get("failCgroupV1"))) {
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

    /// What kubeadm refuses unless it was told to ignore it.
    private void verification(Check check, String message, String advice) {
        if (ignores("SystemVerification")) {
            report.warn(host.address(), check, message, advice);
        } else {
            report.fail(host.address(), check, ReasonCode.HOST_UNSUPPORTED, message, advice);
        }
    }

    private boolean ignores(String preflightError) {
        KubeadmKind kind = host.isControlPlane() ? KubeadmKind.INIT : KubeadmKind.JOIN;
        return clusterfile.document(kind).get("nodeRegistration") instanceof Map<?, ?> registration
                && registration.get("ignorePreflightErrors") instanceof List<?> ignored
                && ignored.stream()
                        .anyMatch(i ->
                                i.toString().equalsIgnoreCase(preflightError)
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

package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ContainerRuntime;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.K0sVersion;
import dev.slipway.planner.clusterfile.KubernetesVersion;
import dev.slipway.planner.clusterfile.RegistryServer;
import java.util.List;

/// Whether a host has the programs that it needs, as far as no artifact brings them, and those that
/// bring artifacts.
final class ToolChecks {
    private final Clusterfile clusterfile;
    private final ClusterHost host;
    private final HostFacts facts;
    private final HostReport.Draft report;

    ToolChecks(
            Clusterfile clusterfile, ClusterHost host, HostFacts facts, HostReport.Draft report) {
        this.clusterfile = clusterfile;
        this.host = host;
        this.facts = facts;
        this.report = report;
    }

    void all() {
        report.passed(host.address(), Check.TOOLS);
        switch (clusterfile.runtime()) {
            case ClusterRuntime.Kubeadm _ -> kubeadm();
            case ClusterRuntime.K0s k0s -> k0s(k0s.release());
        }
        downloads();
    }

    private void kubeadm() {
        for (String tool : List.of("kubeadm", "kubelet", "kubectl")) {
            if (!isBrought("kubernetes") && (host.isControlPlane() || !tool.equals("kubectl"))) {
                kubernetesTool(tool, clusterfile.version());
            }
        }
        switch (clusterfile.containerRuntime()) {
            case CONTAINERD -> containerd();
            case DOCKER -> docker();
        }
        if (clusterfile.hasRegistry(host)) {
            registry();
        }
    }

    private void containerd() {
        if (!isBrought("containerd") && !facts.tools().has("containerd")) {
            fail(
                    ReasonCode.TOOL_MISSING,
                    "containerd is not on the host's PATH",
                    "Name it in spec.artifacts, or install it there%s."
                            .formatted(installation(ContainerRuntime.CONTAINERD)));
        }
    }

    private void registry() {
        if (!isBrought("registry") && !facts.tools().has("registry")) {
            fail(
                    ReasonCode.TOOL_MISSING,
                    "registry, the program of the cluster's own registry, is not on the host's PATH",
                    "Name it in spec.artifacts (registry), from https://github.com/distribution/distribution/releases, or install it there.");
        }
    }

    /// Docker is the host's own; only cri-dockerd is brought.
    private void docker() {
        if (!facts.tools().has("docker") || facts.docker().unit() == Provenance.NONE) {
            fail(
                    ReasonCode.TOOL_MISSING,
                    facts.tools().has("docker")
                            ? "there is docker, but no service docker that starts it"
                            : "docker is not on the host's PATH",
                    "Install it there%s; or say spec.containerRuntime.type: containerd."
                            .formatted(installation(ContainerRuntime.DOCKER)));
        }
        if (!isBrought("cri-dockerd") && !facts.tools().has("cri-dockerd")) {
            fail(
                    ReasonCode.TOOL_MISSING,
                    "cri-dockerd is not on the host's PATH",
                    "Name it in spec.artifacts (cri-dockerd), or install it there, from https://github.com/Mirantis/cri-dockerd/releases.");
        }
        boolean told =
                clusterfile.registries().stream()
                        .anyMatch(r ->
                                !r.mirrors().isEmpty()
                                        || r.servers().anyMatch(RegistryServer::skipVerify));
        if (told && facts.docker().config() == Provenance.FOREIGN) {
            fail(
                    ReasonCode.PREFLIGHT_FAILED,
                    "mirrors and skipVerify of spec.registries belong into /etc/docker/daemon.json, and this host has one of its own",
                    "Say registry-mirrors and insecure-registries there and take them out of spec.registries, or remove the file: it is written then.");
        }
    }

    private String installation(ContainerRuntime runtime) {
        return facts.system()
                .family()
                .or(clusterfile::hostFamily)
                .map(f -> " (" + f.brings(runtime) + ")")
                .orElse("");
    }

    private void kubernetesTool(String tool, KubernetesVersion wanted) {
        if (!facts.tools().has(tool)) {
            fail(ReasonCode.TOOL_MISSING, tool + " is not on the host's PATH");
            return;
        }
        String found = version(tool);
        boolean kubectl = tool.equals("kubectl");
        boolean fits =
                KubernetesVersion.parse(found)
                        .map(v -> kubectl ? v.minor() == wanted.minor() : v.equals(wanted))
                        .orElse(false);
        if (!fits) {
            fail(
                    ReasonCode.VERSION_MISMATCH,
                    "%s is %s, expected %s".formatted(tool, Quoted.of(found), wanted));
        }
    }

    /// All that k0s needs is in its one program.
    private void k0s(K0sVersion wanted) {
        if (isBrought("k0s")) {
            return;
        }
        if (!facts.tools().has("k0s")) {
            report.fail(
                    host.address(),
                    Check.TOOLS,
                    ReasonCode.TOOL_MISSING,
                    "k0s is not on the host's PATH",
                    "Name it in spec.artifacts (k0s), or put k0s %s there as /usr/local/bin/k0s."
                            .formatted(wanted));
        } else if (!K0sVersion.parse(version("k0s")).map(wanted::equals).orElse(false)) {
            report.fail(
                    host.address(),
                    Check.TOOLS,
                    ReasonCode.VERSION_MISMATCH,
                    "k0s is %s, expected %s".formatted(Quoted.of(version("k0s")), wanted),
                    "Name the release in spec.artifacts (k0s), or put it in the place of %s."
                            .formatted(facts.tools().paths().get("k0s")));
        }
    }

    /// What `prepare` and `addons` fetch.
    private void downloads() {
        // k0s is a bare program.
        boolean packed = clusterfile.artifacts().stream().anyMatch(a -> !a.name().equals("k0s"));
        boolean fetched =
                clusterfile.artifacts().stream()
                        .anyMatch(a -> a.source() instanceof FileSource.Url);
        boolean manifests =
                host.isControlPlane()
                        && clusterfile.manifests().stream().anyMatch(m -> m.url().isPresent());
        if ((fetched || manifests) && !facts.tools().has("curl") && !facts.tools().has("wget")) {
            fail(
                    ReasonCode.TOOL_MISSING,
                    "fetching %s needs curl or wget, and neither is on the host's PATH"
                            .formatted(fetched ? "artifacts" : "manifests"));
        }
        for (String tool : List.of("tar", "gzip")) {
            if (packed && !facts.tools().has(tool)) {
                fail(
                        ReasonCode.TOOL_MISSING,
                        "unpacking artifacts needs %s, which is not on the host's PATH"
                                .formatted(tool));
            }
        }
    }

    private boolean isBrought(String artifact) {
        return clusterfile.artifacts().stream().anyMatch(a -> a.name().equals(artifact));
    }

    private String version(String tool) {
        return facts.tools().versions().getOrDefault(tool, "");
    }

    private void fail(ReasonCode reason, String message, String advice) {
        report.fail(host.address(), Check.TOOLS, reason, message, advice);
    }

    private void fail(ReasonCode reason, String message) {
        report.fail(host.address(), Check.TOOLS, reason, message);
    }
}

package dev.slipway.planner.importer;

import dev.slipway.planner.clusterfile.CanonicalYaml;
import dev.slipway.planner.clusterfile.ClusterfileReader;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.GoDurations;
import dev.slipway.planner.clusterfile.K0sVersion;
import dev.slipway.planner.clusterfile.KubernetesVersion;
import dev.slipway.planner.clusterfile.Problem;
import dev.slipway.planner.clusterfile.SecretPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A file of k0sctl, `k0sctl.k0sproject.io/v1beta1` (k0sctl documentation, "Configuration
/// Reference"): a document of kind `Cluster`, which may have k0s's configuration in it or beside
/// it, and Kubernetes objects to apply.
final class K0sctlImport {
    private static final String NAME = "k0s-cluster";
    private static final String ADMIN = "admin";
    private static final String CONCURRENCY = "spec.options.concurrency.";
    private static final String EVICT = "spec.options.evictTaint";

    private final ForeignDocument file;
    private final List<ForeignDocument> documents;
    private final Map<String, Object> spec = new LinkedHashMap<>();

    K0sctlImport(ForeignDocument file, List<ForeignDocument> documents) {
        this.file = file;
        this.documents = documents;
    }

    Imported run() {
        file.implied("apiVersion", "");
        file.implied("kind", "");
        String name = ClusterNames.of(file, NAME);
        user();
        var runtime = new LinkedHashMap<String, Object>();
        runtime.put("type", "k0s");
        spec.put("runtime", runtime);
        Optional<K0sVersion> version = release(runtime);
        var hosts = new K0sctlHosts(file, name);
        spec.put("hosts", hosts.read());
        dynamicConfig(runtime, hosts.dynamicConfig());
        program(version, hosts);
        var files = new K0sctlFiles(file, hosts.hosts());
        put("files", files.read());
        put("images", files.images());
        put("hooks", new K0sctlHooks(file, hosts.hosts()).read());
        drain();
        waiting();
        concurrency();
        evictTaint();
        var config =
                new K0sConfigImport(
                        file,
                        documents,
                        version,
                        hosts.hosts().stream().filter(K0sctlHosts.Host::controller).count());
        Optional<Map<String, Object>> configuration = config.read();
        config.caValidity().ifPresent(v -> spec.put("certificates", Map.of("caValidity", v)));
        put("manifests", new ManifestImport(documents, config.documents()).read());
        var cluster = new LinkedHashMap<String, Object>();
        cluster.put("apiVersion", "slipway.dev/v1");
        cluster.put("kind", "Cluster");
        cluster.put("metadata", Map.of("name", name));
        cluster.put("spec", spec);
        var made = new ArrayList<Map<String, Object>>(List.of(cluster));
        configuration.ifPresent(made::add);
        String text = CanonicalYaml.text(made);
        return new Imported.Done(
                "k0sctl",
                text,
                documents.stream().flatMap(d -> d.account(true).stream()).toList(),
                problems(text));
    }

    static List<Problem> problems(String clusterfile) {
        return ClusterfileReader.read(clusterfile, SecretPolicy.PENDING)
                        instanceof ClusterfileResult.Rejected(var problems)
                ? problems
                : List.of();
    }

    private void put(String field, List<?> items) {
        if (!items.isEmpty()) {
            spec.put(field, items);
        }
    }

    private void user() {
        if (file.text("metadata.user").filter(u -> !u.equals(ADMIN)).isPresent()) {
            file.lost(
                    "metadata.user",
                    "kubeconfigs are made for whoever asks: name the user with `slipway kubeconfig`");
        } else {
            file.implied("metadata.user", "");
        }
    }

    private Optional<K0sVersion> release(Map<String, Object> runtime) {
        Optional<String> said = file.text("spec.k0s.version");
        Optional<K0sVersion> version = said.flatMap(K0sVersion::parse);
        Optional<K0sVersion> counted =
                version.or(() ->
                                said.flatMap(KubernetesVersion::parse)
                                        .map(v -> new K0sVersion(v, 0)))
                        .filter(v -> v.kubernetes().isAtLeast(1, 22));
        counted.ifPresent(v -> runtime.put("version", v.toString()));
        if (counted.isEmpty()) {
            file.lost(
                    "spec.k0s.version",
                    "no release of k0s from v1.22 on: say spec.runtime.version, for example v1.36.2+k0s.0");
        } else {
            file.mapped(
                    "spec.k0s.version",
                    "spec.runtime.version",
                    version.isPresent() ? "" : "+k0s.0 is added");
        }
        if (said.isPresent() || file.text("spec.k0s.versionChannel").isEmpty()) {
            file.implied("spec.k0s.versionChannel", "it counts only where no version is said");
        } else {
            file.lost(
                    "spec.k0s.versionChannel",
                    "no release is looked up: say spec.runtime.version, for example v1.36.2+k0s.0");
        }
        return counted;
    }

    private void program(Optional<K0sVersion> version, K0sctlHosts hosts) {
        var program = new K0sctlProgram(file, hosts.hosts());
        Optional<Map<String, Object>> artifact = program.read();
        artifact.ifPresent(a -> spec.put("artifacts", Map.of("k0s", a)));
        if (version.isPresent() && artifact.isEmpty() && !program.isEverywhere()) {
            file.mapped(
                    "spec.k0s.version",
                    "spec.runtime.version",
                    "k0s of the release has to be on the hosts, or to be named in spec.artifacts.k0s: hosts download nothing without its sha256");
        }
    }

    private void dynamicConfig(Map<String, Object> runtime, boolean byFlag) {
        if (file.isTrue("spec.k0s.dynamicConfig")) {
            file.mapped("spec.k0s.dynamicConfig", "spec.runtime.dynamicConfig");
        } else {
            file.implied("spec.k0s.dynamicConfig", "");
        }
        if (file.isTrue("spec.k0s.dynamicConfig") || byFlag) {
            runtime.put("dynamicConfig", true);
        }
    }

    private void drain() {
        String at = "spec.options.drain.";
        var drain = new LinkedHashMap<String, Object>();
        for (String field : List.of("gracePeriod", "timeout")) {
            Optional<String> text = file.text(at + field);
            Optional<Long> seconds =
                    text.flatMap(GoDurations::parse).map(d -> d.toSeconds()).filter(s -> s > 0);
            seconds.ifPresent(s -> drain.put(field, s + "s"));
            if (seconds.isPresent()) {
                file.mapped(at + field, "spec.drain." + field);
            } else if (text.isPresent()) {
                file.lost(at + field, "no duration of a second or more: say spec.drain." + field);
            }
        }
        if (file.has(at + "force")) {
            drain.put("force", file.isTrue(at + "force"));
            file.mapped(
                    at + "force",
                    "spec.drain.force",
                    "also pods whose disruption budget forbids it");
        }
        if (!drain.isEmpty()) {
            spec.put("drain", drain);
        }
        onlyStandard(at + "enabled", "true", "nodes are always drained before they are taken away");
        onlyStandard(at + "ignoreDaemonSets", "true", "pods of daemon sets are always left alone");
        onlyStandard(at + "deleteEmptyDirData", "true", "what is in emptyDir goes with the pod");
        onlyStandard(at + "podSelector", "", "all pods leave");
        onlyStandard(at + "skipWaitForDeleteTimeout", "0s", "pods are waited for");
    }

    private void waiting() {
        onlyStandard("spec.options.wait.enabled", "true", "nodes are always waited for");
    }

    private void concurrency() {
        OptionalInt limit =
                file.text(CONCURRENCY + "limit")
                        .filter(t -> t.matches("[1-9][0-9]{0,2}|1000"))
                        .map(t -> OptionalInt.of(Integer.parseInt(t)))
                        .orElse(OptionalInt.empty());
        var phases = new LinkedHashMap<String, Object>();
        if (limit.isPresent()) {
            for (String phase : List.of("prepare", "join-workers")) {
                phases.put(phase, Map.of("window", limit.getAsInt()));
            }
            file.mapped(CONCURRENCY + "limit", "spec.limits.phases.{prepare,join-workers}.window");
        } else {
            file.lost(
                    CONCURRENCY + "limit",
                    "a phase has a window of 1 to 1000 hosts: say spec.limits.phases");
        }
        disruption(phases);
        file.lost(
                CONCURRENCY + "uploads",
                "files go to as many hosts at once as a phase has in its window");
        if (!phases.isEmpty()) {
            spec.put("limits", Map.of("phases", phases));
        }
    }

    private void disruption(Map<String, Object> phases) {
        String at = CONCURRENCY + "workerDisruptionPercent";
        Optional<String> percent =
                file.text(at)
                        .map(t -> t.replaceFirst("%$", ""))
                        .filter(t -> t.matches("[1-9][0-9]?|100"));
        percent.ifPresent(p -> phases.put("upgrade-workers", Map.of("maxUnavailable", p + "%")));
        if (percent.isPresent()) {
            file.mapped(at, "spec.limits.phases.upgrade-workers.maxUnavailable");
        } else {
            file.lost(
                    at,
                    "a share is 1 to 100: say spec.limits.phases.upgrade-workers.maxUnavailable");
        }
    }

    private void evictTaint() {
        if (file.isTrue(EVICT + ".enabled")) {
            file.lost(EVICT, "nodes are drained, not tainted: pods leave by spec.drain");
        } else {
            file.implied(EVICT, "it is off");
        }
    }

    private void onlyStandard(String path, String standard, String note) {
        if (file.text(path).filter(t -> !t.equals(standard)).isPresent()) {
            file.lost(path, note);
        } else {
            file.implied(path, note);
        }
    }
}

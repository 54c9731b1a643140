package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.Optional;

/// What of kubeadm's documents is Slipway's: values on which its own steps rely. Where the user's
/// value is another one the cluster would break, so it is refused rather than overwritten.
final class KubeadmRules {
    /// Where images are, as it may stand in a service's definition.
    private static final String REPOSITORY = "[A-Za-z0-9][A-Za-z0-9._:/-]*";

    private final YamlMap document;
    private final ContainerRuntime containers;

    private KubeadmRules(YamlMap document, ContainerRuntime containers) {
        this.document = document;
        this.containers = containers;
    }

    static void check(KubeadmKind kind, YamlMap document, ContainerRuntime containers) {
        var rules = new KubeadmRules(document, containers);
        switch (kind) {
            case INIT -> rules.init();
            case CLUSTER -> rules.cluster();
            case JOIN -> rules.join();
            case KUBELET -> rules.kubelet();
            case KUBE_PROXY -> {}
        }
    }

    private void init() {
        secret("bootstrapTokens", "Slipway issues the token");
        secret("certificateKey", "Slipway brings the keys itself");
        registration();
        refused("dryRun", "use a dry run of apply");
        for (YamlMap.Text phase : document.texts("skipPhases")) {
            if (!phase.value()
                    .matches(
                            "addon(/.*)?|preflight|mark-control-plane|show-join-command|upload-certs")) {
                document.place()
                        .invalid(
                                phase.node(),
                                phase.path(),
                                "phase %s cannot be skipped: the later steps rely on it"
                                        .formatted(Quoted.of(phase.value())));
            }
        }
    }

    private void cluster() {
        must(document, "certificatesDir", "/etc/kubernetes/pki");
        NetworkSection.check(document);
        if (containers == ContainerRuntime.DOCKER) {
            document.parsed(
                    "imageRepository",
                    "a registry and path such as registry.example.org:5000/kubernetes",
                    t -> Optional.of(t).filter(r -> r.matches(REPOSITORY)));
        }
        document.map("etcd")
                .filter(e -> e.has("external"))
                .ifPresent(e ->
                        e.place()
                                .notServed(
                                        e.key("external"),
                                        e.child("external"),
                                        "an external etcd is not served yet"));
    }

    private void join() {
        must(document, "caCertPath", "/etc/kubernetes/pki/ca.crt");
        registration();
        refused("dryRun", "use a dry run of apply");
        if (document.has("controlPlane")) {
            document.place()
                    .invalid(
                            document.key("controlPlane"),
                            "controlPlane",
                            "which hosts are control planes is said in spec.hosts: take it out");
        }
        Optional<YamlMap> discovery = document.map("discovery");
        discovery.ifPresent(d -> {
            for (String key : d.keys()) {
                boolean token = d.map("bootstrapToken").filter(b -> b.has("token")).isPresent();
                if (key.equals("tlsBootstrapToken") || (token && key.equals("bootstrapToken"))) {
                    d.place()
                            .secret(
                                    d.key(key),
                                    d.child(key),
                                    "a token stands here: take it out, Slipway issues it");
                } else {
                    d.place()
                            .invalid(
                                    d.key(key),
                                    d.child(key),
                                    "discovery is Slipway's: take it out (its timeout is timeouts.discovery)");
                }
            }
        });
    }

    private void kubelet() {
        must(document, "cgroupDriver", "systemd");
        must(document, "staticPodPath", "/etc/kubernetes/manifests");
        if (containers == ContainerRuntime.DOCKER) {
            must(document, "containerRuntimeEndpoint", containers.criSocket());
        }
    }

    private void registration() {
        document.map("nodeRegistration")
                .ifPresent(r -> {
                    must(r, "criSocket", containers.criSocket());
                    if (r.has("name")) {
                        r.place()
                                .invalid(
                                        r.key("name"),
                                        r.child("name"),
                                        "node names are said in spec.hosts[].names");
                    }
                });
    }

    private static void must(YamlMap map, String key, String value) {
        map.text(key)
                .filter(t -> !t.value().equals(value))
                .ifPresent(t ->
                        map.place()
                                .invalid(
                                        t.node(),
                                        t.path(),
                                        "%s cannot be served: Slipway's own steps need %s"
                                                .formatted(Quoted.of(t.value()), value)));
    }

    private void refused(String key, String instead) {
        document.text(key)
                .filter(t -> !t.value().equals("false"))
                .ifPresent(t ->
                        document.place()
                                .invalid(t.node(), t.path(), "cannot be set here: " + instead));
    }

    private void secret(String key, String why) {
        if (document.has(key)) {
            document.place()
                    .secret(
                            document.key(key),
                            key,
                            "a secret belongs here, which no Clusterfile holds: take it out, "
                                    + why);
        }
    }
}

package dev.slipway.planner.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `spec.hosts`, `spec.ssh` and `spec.env` of sealer, and what the first version of its format had
/// in their place.
final class SealerHosts {
    private static final Map<String, String> ROLES =
            Map.of("master", "control-plane", "node", "worker");

    /// What sealer never tells k0s, with what says it here.
    private static final Map<String, String> NOT_WITH_K0S =
            Map.of(
                    "CertSANs", "ClusterConfig spec.api.sans",
                    "SvcCIDR", "ClusterConfig spec.network.serviceCIDR",
                    "PodCIDR", "ClusterConfig spec.network.podCIDR",
                    "IPvsVIPv4", "ClusterConfig spec.network.nodeLocalLoadBalancing",
                    "IPvsVIPv6", "ClusterConfig spec.network.nodeLocalLoadBalancing",
                    "UseIPasNodeName", "spec.hosts[].names",
                    "CgroupDriver", "a worker profile of ClusterConfig");

    private static final String UNHEARD = "sealer does not tell k0s of it: say %s if it is meant";

    private final ForeignDocument file;
    private final String cluster;
    private final Optional<KubeadmImport> kubeadm;
    private boolean addressesAsNames;

    /// @param kubeadm what sealer says of it elsewhere; absent with k0s, to which sealer says
    ///   nothing of it
    SealerHosts(ForeignDocument file, String cluster, Optional<KubeadmImport> kubeadm) {
        this.file = file;
        this.cluster = cluster;
        this.kubeadm = kubeadm;
    }

    void read(Map<String, Object> spec) {
        Map<String, Object> ssh = ssh("spec.ssh", "spec.ssh", cluster + "-ssh");
        if (!ssh.isEmpty()) {
            spec.put("ssh", ssh);
        }
        List<String> env = environment("spec.env", "spec.env", spec);
        if (!env.isEmpty()) {
            spec.put("env", env);
        }
        var hosts = new ArrayList<Map<String, Object>>();
        for (String at : file.items("spec.hosts")) {
            entry(at, hosts.size()).ifPresent(hosts::add);
        }
        older("masters", "control-plane", hosts.size()).ifPresent(hosts::add);
        older("nodes", "worker", hosts.size()).ifPresent(hosts::add);
        spec.put("hosts", hosts);
        network();
    }

    private Optional<Map<String, Object>> entry(String at, int index) {
        String target = "spec.hosts[%d]".formatted(index);
        Map<String, String> said = file.texts(at + ".roles");
        List<String> roles =
                said.values().stream()
                        .flatMap(r -> Optional.ofNullable(ROLES.get(r)).stream())
                        .distinct()
                        .toList();
        if (roles.isEmpty()) {
            file.lost(
                    at,
                    "left out: none of its roles makes it a node; give it the role worker in spec.hosts, with a label for what else it is");
            return Optional.empty();
        }
        said.forEach((path, role) -> {
            if (ROLES.containsKey(role)) {
                file.mapped(path, target + ".roles");
            } else {
                file.lost(path, "roles are control-plane and worker: say a label for it");
            }
        });
        var entry = new LinkedHashMap<String, Object>();
        List<String> ips = List.copyOf(file.texts(at + ".ips").values());
        entry.put("ips", ips);
        file.mapped(at + ".ips", target + ".ips");
        if (addressesAsNames) {
            entry.put("names", ips);
        }
        entry.put("roles", roles);
        Map<String, Object> ssh =
                ssh(at + ".ssh", target + ".ssh", "%s-host-%d".formatted(cluster, index));
        if (!ssh.isEmpty()) {
            entry.put("ssh", ssh);
        }
        List<String> env = environment(at + ".env", target + ".env", new LinkedHashMap<>());
        if (!env.isEmpty()) {
            entry.put("env", env);
        }
        for (String field : List.of("labels", "taints")) {
            Object value =
                    field.equals("labels")
                            ? file.plain(at + ".labels")
                            : List.copyOf(file.texts(at + ".taints").values());
            if (file.has(at + "." + field)) {
                entry.put(field, value);
                file.mapped(at + "." + field, target + "." + field);
            }
        }
        return Optional.of(entry);
    }

    /// `masters` and `nodes` of the first version: addresses, or machines to be made.
    private Optional<Map<String, Object>> older(String field, String role, int index) {
        String at = "spec." + field;
        file.lost(at, "machines are not made here: list those that are there in spec.hosts");
        List<String> ips = List.copyOf(file.texts(at + ".ipList").values());
        if (ips.isEmpty()) {
            return Optional.empty();
        }
        file.mapped(at + ".ipList", "spec.hosts[%d].ips".formatted(index));
        var entry = new LinkedHashMap<String, Object>();
        entry.put("ips", ips);
        entry.put("roles", List.of(role));
        return Optional.of(entry);
    }

    private Map<String, Object> ssh(String at, String target, String credential) {
        var ssh = new LinkedHashMap<String, Object>();
        for (String field : List.of("user", "port", "pk")) {
            file.text(at + "." + field).ifPresent(v -> ssh.put(field, v));
            file.mapped(at + "." + field, target + "." + field);
        }
        if (file.text(at + ".passwd").isPresent()) {
            if (ssh.containsKey("pk")) {
                file.lost(at + ".passwd", "a key is named too, and the key is used");
            } else {
                ssh.put("credential", credential);
                file.mapped(at + ".passwd", target + ".credential", kept(credential));
            }
        }
        if (file.text(at + ".pkPasswd").isPresent()) {
            file.lost(
                    at + ".pkPasswd",
                    "the passphrase is not copied: say ssh.pkPasswd, which apply stores with the key");
        }
        if (file.isTrue(at + ".encrypted")) {
            file.lost(
                    at + ".encrypted",
                    "passwords encrypted with sealer's own key are not read: store the password itself");
        } else {
            file.implied(at + ".encrypted", "");
        }
        return ssh;
    }

    private static String kept(String credential) {
        return "the password is not copied: store it as credential %s (PUT /v1/credentials/%s of the certificate service), or say ssh.passwd, which apply stores"
                .formatted(credential, credential);
    }

    private List<String> environment(String at, String target, Map<String, Object> spec) {
        var env = new ArrayList<String>();
        for (var text : file.texts(at).entrySet()) {
            String key = text.getValue().replaceAll("(?s)=.*", "");
            String value =
                    text.getValue().substring(Math.min(key.length() + 1, text.getValue().length()));
            variable(text.getKey(), key, value, target, spec).ifPresent(env::add);
        }
        return env;
    }

    /// Those that have a meaning of their own to sealer have a field here.
    private Optional<String> variable(
            String path, String key, String value, String target, Map<String, Object> spec) {
        Optional<String> instead =
                kubeadm.isPresent() ? Optional.empty() : Optional.ofNullable(NOT_WITH_K0S.get(key));
        if (instead.isPresent()) {
            file.lost(path, UNHEARD.formatted(instead.get()));
            return Optional.empty();
        }
        switch (key) {
            case "CertSANs" -> names(path, new ArrayList<>(List.of(value.split(","))));
            case "SvcCIDR" -> network(path, "serviceSubnet", value);
            case "PodCIDR" -> network(path, "podSubnet", value);
            case "IPvsVIPv4", "IPvsVIPv6" -> {
                var endpoint = new LinkedHashMap<String, Object>();
                endpoint.put("mode", "local-vip");
                endpoint.put("address", value);
                spec.put("endpoint", endpoint);
                file.mapped(path, "spec.endpoint.address");
            }
            case "UseIPasNodeName" -> {
                addressesAsNames = value.equals("true");
                file.mapped(path, "spec.hosts[].names");
            }
            case "CgroupDriver" -> {
                if (value.equals("systemd")) {
                    file.implied(path, "");
                } else {
                    file.lost(path, "the cgroup driver is systemd");
                }
            }
            case "KubeSvcIP", "DNSSvcIP", "HostIP", "HostIPFamily", "IPv6DualStack" ->
                    file.implied(path, "it is computed");
            default -> {
                if (key.matches("[A-Z_][A-Z0-9_]*") && !value.matches("(?s).*://[^/@]*:[^/]*@.*")) {
                    file.mapped(path, target);
                    return Optional.of(key + "=" + value);
                }
                file.lost(
                        path,
                        "names of variables have upper-case letters, digits and underscores, and no password stands in a value");
            }
        }
        return Optional.empty();
    }

    private void network(String path, String field, String value) {
        kubeadm.ifPresent(k -> {
            k.add("networking", field, value);
            file.mapped(path, "ClusterConfiguration networking." + field);
        });
    }

    private void names(String path, List<String> names) {
        kubeadm.ifPresent(k -> {
            k.add("apiServer", "certSANs", names);
            file.mapped(path, "ClusterConfiguration apiServer.certSANs");
        });
    }

    private void network() {
        file.lost(
                "spec.network",
                kubeadm.isPresent()
                        ? "say it in ClusterConfiguration.networking"
                        : UNHEARD.formatted("ClusterConfig spec.network"));
        if (kubeadm.isEmpty()) {
            file.lost("spec.certSANS", UNHEARD.formatted("ClusterConfig spec.api.sans"));
        }
        file.text("spec.network.podCIDR")
                .ifPresent(v -> network("spec.network.podCIDR", "podSubnet", v));
        file.text("spec.network.svcCIDR")
                .ifPresent(v -> network("spec.network.svcCIDR", "serviceSubnet", v));
        Map<String, String> names = file.texts("spec.certSANS");
        if (!names.isEmpty()) {
            names("spec.certSANS", new ArrayList<>(names.values()));
        }
    }
}

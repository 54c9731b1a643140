package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.Quoted;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// `env`: a list of `KEY=VALUE`, the last one of a key counts. The older project's keys with a
/// meaning of their own are refused with what to say instead.
final class Variables {
    private static final Map<String, String> ELSEWHERE =
            Map.of(
                    "CertSANs", "ClusterConfiguration.apiServer.certSANs",
                    "SvcCIDR", "ClusterConfiguration.networking.serviceSubnet",
                    "PodCIDR", "ClusterConfiguration.networking.podSubnet",
                    "UseIPasNodeName", "spec.hosts[].names",
                    "CgroupDriver", "nothing: it is systemd");

    private Variables() {}

    static SortedMap<String, String> read(YamlMap map) {
        var variables = new TreeMap<String, String>();
        for (YamlMap.Text text : map.texts("env")) {
            int sign = text.value().indexOf('=');
            String key = sign > 0 ? text.value().substring(0, sign) : "";
            Optional<String> instead = Optional.ofNullable(ELSEWHERE.get(key));
            if (instead.isPresent()) {
                map.place()
                        .notServed(
                                text.node(),
                                text.path(),
                                "%s is not read here: say %s".formatted(key, instead.get()));
            } else if (!key.matches("[A-Z_][A-Z0-9_]*") || text.value().indexOf('\0') >= 0) {
                // The value may be confidential, so only the key is shown.
                map.place()
                        .invalid(
                                text.node(),
                                text.path(),
                                "%s is no variable: expected KEY=VALUE, the key in upper-case letters, digits and underscores"
                                        .formatted(Quoted.of(key)));
            } else {
                variables.put(key, text.value().substring(sign + 1));
            }
        }
        return variables;
    }
}

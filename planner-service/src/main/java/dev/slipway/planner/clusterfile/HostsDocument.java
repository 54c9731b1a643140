package dev.slipway.planner.clusterfile;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.PoolName;
import java.util.List;
import java.util.Optional;

/// The document of kind `Hosts`.
final class HostsDocument {
    private final YamlMap document;
    private final SecretPolicy policy;

    HostsDocument(YamlMap document, SecretPolicy policy) {
        this.document = document.allow("apiVersion", "kind", "metadata", "spec");
        this.policy = policy;
    }

    /// Empty if something that nothing can stand for is missing; problems may be there either way.
    Optional<HostsFile> read() {
        Optional<ClusterName> name = Metadata.name(document);
        Optional<YamlMap> spec = Metadata.spec(document);
        if (spec.isEmpty()) {
            return Optional.empty();
        }
        YamlMap fields = spec.get().allow("hosts", "ssh", "env", "pool", "limits");
        List<ListedHost> hosts = new HostsSection(fields, policy).list();
        PoolName pool = SettingSections.pool(fields);
        Limits limits = new SettingSections(fields, policy).limits();
        return name.filter(_ -> !hosts.isEmpty()).map(n -> new HostsFile(n, pool, hosts, limits));
    }
}

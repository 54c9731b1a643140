package dev.slipway.cert.authority;

import dev.slipway.cert.vault.CryptoWorkers;
import dev.slipway.cert.vault.Sealed;
import dev.slipway.cert.vault.SecretName;
import dev.slipway.cert.vault.Vault;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.order.Materials;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Lets a cluster's CA sign. Its key leaves the vault for that moment only. Opens transactions of
/// its own: call it between yours, never inside one.
@ApplicationScoped
public class ClusterSigner {
    private final Transactions transactions;
    private final CryptoWorkers crypto;
    private final Vault vault;

    @Inject
    ClusterSigner(Transactions transactions, CryptoWorkers crypto, Vault vault) {
        this.transactions = transactions;
        this.crypto = crypto;
        this.vault = vault;
    }

    /// @param signing runs on a worker thread
    public <T> Uni<T> sign(OpenAuthority authority, Function<CertificateAuthority, T> signing) {
        return transactions
                .inTenant(authority.tenant(), connection -> sealedKey(connection, authority))
                .chain(sealed -> vault.unseal(authority.tenant(), sealed))
                .chain(keys ->
                        crypto.compute(() ->
                                signing.apply(read(authority, keys.values().iterator().next()))));
    }

    private static CertificateAuthority read(OpenAuthority authority, byte[] key) {
        return CertificateAuthority.read(
                authority.certificate().getBytes(StandardCharsets.US_ASCII), key);
    }

    private static Uni<Map<SecretName, Sealed>> sealedKey(
            SqlConnection connection, OpenAuthority authority) {
        return AuthorityStore.sealedFiles(
                connection,
                authority.tenant(),
                authority.cluster(),
                authority.generation(),
                List.of(Materials.authority("ca.key")));
    }
}

package dev.slipway.cert.vault;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.contracts.id.TenantId;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// Seals and unseals a tenant's secrets. Opens transactions of its own: call it between yours,
/// never inside one.
///
/// A data key as it is kept, wrapped, is remembered for [#REMEMBERED]: a fan-out redeems thousands
/// of orders of one tenant, and a transaction each to read the same row would be half of their
/// cost. After rotations what is remembered may need a key-encryption key that is gone; then it is
/// read once more.
@ApplicationScoped
public class Vault {
    private static final Logger LOG = Logger.getLogger(Vault.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration REMEMBERED = Duration.ofSeconds(30);
    private static final int REMEMBERED_MOST = 10_000;

    private final Transactions transactions;
    private final CryptoWorkers crypto;
    private final KeyEncryption keyEncryption;
    private final Cache<TenantId, Sealed> remembered =
            Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(REMEMBERED_MOST).build();

    @Inject
    Vault(Transactions transactions, CryptoWorkers crypto, KeyEncryption keyEncryption) {
        this.transactions = transactions;
        this.crypto = crypto;
        this.keyEncryption = keyEncryption;
    }

    /// @param secrets all of one tenant; its data key is made if it has none
    public Uni<Map<SecretName, Sealed>> seal(TenantId tenant, Map<SecretName, byte[]> secrets) {
        return withDataKey(tenant, wrapped -> sealAll(tenant, wrapped, secrets));
    }

    /// @throws VaultFailure (in the Uni) if bytes are not what was sealed under their name
    public Uni<Map<SecretName, byte[]>> unseal(TenantId tenant, Map<SecretName, Sealed> sealed) {
        return withDataKey(tenant, wrapped -> unsealAll(tenant, wrapped, sealed));
    }

    private <T> Uni<T> withDataKey(TenantId tenant, Function<Sealed, T> work) {
        Sealed known = remembered.getIfPresent(tenant);
        if (known == null) {
            return withKeptDataKey(tenant, work);
        }
        return crypto.compute(() -> work.apply(known))
                .onFailure(VaultFailure.class)
                .recoverWithUni(() -> withKeptDataKey(tenant, work));
    }

    private <T> Uni<T> withKeptDataKey(TenantId tenant, Function<Sealed, T> work) {
        return dataKey(tenant)
                .invoke(wrapped -> remembered.put(tenant, wrapped))
                .chain(wrapped -> crypto.compute(() -> work.apply(wrapped)));
    }

    /// Does not start with a key-encryption key that is missing, unsafe or another database's.
    void check(@Observes StartupEvent event) {
        String keyId = keyEncryption.keyId();
        transactions.asWorker(DataKeyStore::all).await().atMost(START_LIMIT).stream()
                .findFirst()
                .ifPresent(key -> DataKey.unwrap(key.tenant(), key.key(), keyEncryption));
        LOG.infof("the vault is open (key-encryption key \"%s\")", keyId);
    }

    private Uni<Sealed> dataKey(TenantId tenant) {
        return transactions
                .inTenant(tenant, connection -> DataKeyStore.find(connection, tenant))
                .chain(found ->
                        found.map(wrapped -> Uni.createFrom().item(wrapped))
                                .orElseGet(() -> newDataKey(tenant)));
    }

    private Uni<Sealed> newDataKey(TenantId tenant) {
        return crypto.compute(() ->
                        new DataKeyStore.Wrapped(
                                tenant,
                                DataKey.create(tenant).wrap(keyEncryption),
                                keyEncryption.keyId()))
                .chain(key ->
                        transactions.inTenant(
                                tenant, connection -> DataKeyStore.keep(connection, key)));
    }

    private Map<SecretName, Sealed> sealAll(
            TenantId tenant, Sealed wrapped, Map<SecretName, byte[]> secrets) {
        DataKey key = DataKey.unwrap(tenant, wrapped, keyEncryption);
        var sealed = new HashMap<SecretName, Sealed>();
        secrets.forEach((name, secret) -> sealed.put(name, key.seal(name, secret)));
        return sealed;
    }

    private Map<SecretName, byte[]> unsealAll(
            TenantId tenant, Sealed wrapped, Map<SecretName, Sealed> sealed) {
        DataKey key = DataKey.unwrap(tenant, wrapped, keyEncryption);
        var secrets = new HashMap<SecretName, byte[]>();
        sealed.forEach((name, bytes) -> secrets.put(name, key.unseal(name, bytes)));
        return secrets;
    }
}

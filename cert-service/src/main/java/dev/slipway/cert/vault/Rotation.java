package dev.slipway.cert.vault;

import dev.slipway.chassis.database.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.jboss.logging.Logger;

/// Puts a new key-encryption key in the old one's place and wraps every data key with it; what was
/// sealed is not touched.
///
/// First every data key is wrapped by the present key, so that the older ones, which the rotation
/// destroys, are needed by none. A crash at any point leaves data keys that one of the two kept
/// keys unwraps.
@ApplicationScoped
class Rotation {
    private static final Logger LOG = Logger.getLogger(Rotation.class);

    /// @param keyId the key that wraps from now on
    /// @param dataKeys how many data keys it wraps
    record Rotated(String keyId, int dataKeys) {}

    private final Transactions transactions;
    private final CryptoWorkers crypto;
    private final KeyEncryption keyEncryption;

    @Inject
    Rotation(Transactions transactions, CryptoWorkers crypto, KeyEncryption keyEncryption) {
        this.transactions = transactions;
        this.crypto = crypto;
        this.keyEncryption = keyEncryption;
    }

    /// The one place where crypto runs inside a transaction: its lock must outlive the change of
    /// the key file, or two rotations could destroy a key that is still needed.
    Uni<Rotated> rotate(String actor) {
        return transactions
                .asWorker(worker ->
                        DataKeyStore.lockRotation(worker)
                                .chain(() -> rewrap(worker))
                                .chain(() -> crypto.compute(this::renew))
                                .chain(() -> rewrap(worker)))
                .map(keys -> new Rotated(keyEncryption.keyId(), keys))
                .invoke(done ->
                        LOG.infof(
                                "\"%s\" rotated the key-encryption key: \"%s\" now wraps %d data keys",
                                actor, done.keyId(), done.dataKeys()));
    }

    private Uni<Integer> rewrap(SqlConnection worker) {
        return DataKeyStore.all(worker)
                .chain(keys -> crypto.compute(() -> rewrapped(keys)))
                .chain(keys -> DataKeyStore.replaceAll(worker, keys).replaceWith(keys.size()));
    }

    private List<DataKeyStore.Wrapped> rewrapped(List<DataKeyStore.Wrapped> keys) {
        String present = keyEncryption.keyId();
        return keys.stream()
                .map(key ->
                        new DataKeyStore.Wrapped(
                                key.tenant(),
                                DataKey.unwrap(key.tenant(), key.key(), keyEncryption)
                                        .wrap(keyEncryption),
                                present))
                .toList();
    }

    private String renew() {
        keyEncryption.rotate();
        return keyEncryption.keyId();
    }
}

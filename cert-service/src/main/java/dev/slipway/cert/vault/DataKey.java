package dev.slipway.cert.vault;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import dev.slipway.contracts.id.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/// A tenant's data key in the clear, for as long as one computation needs it. Secret: `toString`
/// shows the tenant only.
final class DataKey {
    private final TenantId tenant;
    private final KeysetHandle keys;

    private DataKey(TenantId tenant, KeysetHandle keys) {
        this.tenant = tenant;
        this.keys = keys;
    }

    static DataKey create(TenantId tenant) {
        return new DataKey(tenant, AesGcm.newKeyset());
    }

    /// @throws VaultFailure if `wrapped` is not this tenant's data key under `keyEncryption`
    static DataKey unwrap(TenantId tenant, Sealed wrapped, KeyEncryption keyEncryption) {
        byte[] clear = keyEncryption.unwrap(wrapped.bytes(), context(tenant));
        try {
            return new DataKey(
                    tenant,
                    TinkProtoKeysetFormat.parseKeyset(
                            clear, InsecureSecretKeyAccess.get(), RegistryConfiguration.get()));
        } catch (GeneralSecurityException e) {
            throw new VaultFailure("the data key of tenant \"%s\" is no keyset".formatted(tenant));
        }
    }

    Sealed wrap(KeyEncryption keyEncryption) {
        try {
            return Sealed.of(
                    keyEncryption.wrap(
                            TinkProtoKeysetFormat.serializeKeyset(
                                    keys,
                                    InsecureSecretKeyAccess.get(),
                                    RegistryConfiguration.get()),
                            context(tenant)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot write an AES-256-GCM keyset", e);
        }
    }

    Sealed seal(SecretName name, byte[] secret) {
        requireOwn(name);
        try {
            return Sealed.of(AesGcm.of(keys).encrypt(secret, name.associatedData()));
        } catch (GeneralSecurityException e) {
            throw new VaultFailure("cannot seal \"%s\"".formatted(name.name()), e);
        }
    }

    /// @throws VaultFailure if the bytes were changed or are another name's
    byte[] unseal(SecretName name, Sealed sealed) {
        requireOwn(name);
        try {
            return AesGcm.of(keys).decrypt(sealed.bytes(), name.associatedData());
        } catch (GeneralSecurityException e) {
            throw new VaultFailure(
                    "cannot unseal \"%s\" of %s of tenant \"%s\": the stored bytes are not what was sealed under that name"
                            .formatted(name.name(), name.scope(), name.tenant()),
                    e);
        }
    }

    @Override
    public String toString() {
        return "DataKey[%s, key hidden]".formatted(tenant);
    }

    private void requireOwn(SecretName name) {
        if (!name.tenant().equals(tenant)) {
            throw new IllegalArgumentException(
                    "\"%s\" belongs to tenant \"%s\", the data key to \"%s\""
                            .formatted(name.name(), name.tenant(), tenant));
        }
    }

    private static byte[] context(TenantId tenant) {
        return ("slipway/data-key/1\n" + tenant).getBytes(StandardCharsets.UTF_8);
    }
}

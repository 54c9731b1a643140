package dev.slipway.cert.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;

/// The one cipher of the vault: AES-256-GCM keysets of Tink, which has to be told of it first.
final class AesGcm {
    static {
        try {
            AeadConfig.register();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot set up AES-256-GCM", e);
        }
    }

    private AesGcm() {}

    static KeysetHandle newKeyset() {
        try {
            return KeysetHandle.newBuilder().addEntry(newKey()).build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make an AES-256-GCM key", e);
        }
    }

    /// A key that encrypts from now on in the keyset it is added to.
    static KeysetHandle.Builder.Entry newKey() {
        return KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                .withRandomId()
                .makePrimary();
    }

    static Aead of(KeysetHandle keys) throws GeneralSecurityException {
        return keys.getPrimitive(RegistryConfiguration.get(), Aead.class);
    }
}

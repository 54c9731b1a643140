package dev.slipway.cert.vault;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// Chooses the technique of [KeyEncryption] by what is configured.
final class KeyEncryptionProducer {
    private KeyEncryptionProducer() {}

    @Produces
    @Singleton
    static KeyEncryption keyEncryption(VaultConfig config) {
        return KeyFile.open(config.keyFile(), config.createKeyFile());
    }
}

package dev.slipway.contracts.order;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/// What opens an SSH session. Secret: `toString` shows none of it.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SshCredential.Key.class, name = "key"),
    @JsonSubTypes.Type(value = SshCredential.Password.class, name = "password")
})
public sealed interface SshCredential {
    /// @param privateKey a private key file as OpenSSH, PKCS#8, PKCS#1 or SEC1 PEM text
    /// @param passphrase of that file, if it has one
    record Key(String privateKey, Optional<String> passphrase) implements SshCredential {
        @Override
        public String toString() {
            return "Key[hidden]";
        }
    }

    record Password(String password) implements SshCredential {
        @Override
        public String toString() {
            return "Password[hidden]";
        }
    }
}

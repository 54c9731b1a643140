package dev.slipway.contracts.order;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/// What opens an SSH session. Secret: `toString` shows none of it.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SshCredential.Key.class, name = "key"),
    @JsonSubTypes.Type(value = SshCredential.Password.class, name = "password"),
    @JsonSubTypes.Type(value = SshCredential.Certificate.class, name = "certificate"),
    @JsonSubTypes.Type(value = SshCredential.Certified.class, name = "certified")
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

    /// A user certificate of the tenant's SSH authority, which the certificate service issues anew
    /// each time an order is redeemed: this is stored, [Certified] is handed out.
    record Certificate() implements SshCredential {}

    /// @param privateKey an OpenSSH private key file without passphrase, made for the certificate
    /// @param certificate as `type base64` (OpenSSH PROTOCOL.certkeys), valid for minutes
    record Certified(String privateKey, String certificate) implements SshCredential {
        @Override
        public String toString() {
            return "Certified[hidden]";
        }
    }
}

package dev.slipway.cert.authority;

import dev.slipway.contracts.id.ContentDigest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/// What must be checked of key pairs before kubeadm gets them: it takes a `sa.pub` of another pair
/// without a word, and the cluster then half works.
final class KeyPairs {
    private static final byte[] PROBE = "slipway key pair".getBytes(StandardCharsets.US_ASCII);

    private KeyPairs() {}

    /// @param name of the pair, for the message
    /// @throws IllegalArgumentException if what `key` signs does not verify under `publicKey`
    static void requireMatch(String name, PrivateKey key, PublicKey publicKey) {
        if (!matches(key, publicKey)) {
            throw new IllegalArgumentException(
                    "the private key of \"%s\" does not belong to its public key".formatted(name));
        }
    }

    /// `sha256:` and the hexadecimal SHA-256 of the DER SubjectPublicKeyInfo, as
    /// `--discovery-token-ca-cert-hash` takes it.
    static String pin(PublicKey key) {
        return "sha256:" + ContentDigest.ofBytes(key.getEncoded());
    }

    private static boolean matches(PrivateKey key, PublicKey publicKey) {
        if (!key.getAlgorithm().equals(publicKey.getAlgorithm())) {
            return false;
        }
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        try {
            var signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(PROBE);
            byte[] signed = signer.sign();
            var verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(PROBE);
            return verifier.verify(signed);
        } catch (GeneralSecurityException e) {
            // A signature of a longer key is malformed for a shorter one: no match either.
            return false;
        }
    }
}

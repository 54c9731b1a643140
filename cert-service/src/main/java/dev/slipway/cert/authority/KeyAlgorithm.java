package dev.slipway.cert.authority;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.id.Quoted;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The key algorithms kubeadm accepts for CA keys, under the names of its `encryptionAlgorithm`
/// (kubeadm v1beta4); it refuses Ed25519.
public enum KeyAlgorithm {
    RSA_2048("RSA-2048", "RSA", rsa(2048), "SHA256withRSA"),
    RSA_3072("RSA-3072", "RSA", rsa(3072), "SHA256withRSA"),
    RSA_4096("RSA-4096", "RSA", rsa(4096), "SHA256withRSA"),
    ECDSA_P256("ECDSA-P256", "EC", new ECGenParameterSpec("secp256r1"), "SHA256withECDSA"),
    ECDSA_P384("ECDSA-P384", "EC", new ECGenParameterSpec("secp384r1"), "SHA384withECDSA");

    private final String wireName;
    private final String family;

    @SuppressWarnings("ImmutableEnumChecker") // parameter specifications have no setters
    private final AlgorithmParameterSpec parameters;

    private final String signature;

    KeyAlgorithm(
            String wireName, String family, AlgorithmParameterSpec parameters, String signature) {
        this.wireName = wireName;
        this.family = family;
        this.parameters = parameters;
        this.signature = signature;
    }

    /// @throws IllegalArgumentException if no algorithm has that name; the message lists them
    @JsonCreator
    public static KeyAlgorithm of(String wireName) {
        return Arrays.stream(values())
                .filter(a -> a.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "%s is no key algorithm: expected %s"
                                        .formatted(
                                                Quoted.of(wireName),
                                                Arrays.stream(values())
                                                        .map(KeyAlgorithm::wireName)
                                                        .collect(Collectors.joining(", ")))));
    }

    /// The algorithm of a key that one of these made.
    ///
    /// @throws IllegalArgumentException if none of these made it
    static KeyAlgorithm ofKey(PublicKey key) {
        String name =
                switch (key) {
                    case RSAPublicKey rsa -> "RSA-" + rsa.getModulus().bitLength();
                    case ECPublicKey ec ->
                            "ECDSA-P" + ec.getParams().getCurve().getField().getFieldSize();
                    default -> key.getAlgorithm();
                };
        return of(name);
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    /// Takes milliseconds for ECDSA and up to seconds of CPU for RSA.
    public KeyPair generate(SecureRandom random) {
        try {
            var generator = KeyPairGenerator.getInstance(family);
            generator.initialize(parameters, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + wireName, e);
        }
    }

    /// What a key of this algorithm signs certificates with; the choices of Go's crypto/x509.
    String signatureName() {
        return signature;
    }

    private static RSAKeyGenParameterSpec rsa(int bits) {
        return new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4);
    }
}

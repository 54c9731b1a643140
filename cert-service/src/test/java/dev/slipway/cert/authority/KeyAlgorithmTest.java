package dev.slipway.cert.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.Wire;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyAlgorithmTest {
    @ParameterizedTest
    @EnumSource
    void isReadAndWrittenByKubeadmsName(KeyAlgorithm algorithm) {
        byte[] json = Wire.bytes(algorithm);

        assertThat(new String(json, StandardCharsets.UTF_8))
                .isEqualTo("\"%s\"".formatted(algorithm.wireName()));
        assertThat(Wire.read(json, KeyAlgorithm.class)).isEqualTo(algorithm);
    }

    @ParameterizedTest
    @EnumSource
    void isRecognisedFromAKeyItMade(KeyAlgorithm algorithm) {
        assertThat(KeyAlgorithm.ofKey(algorithm.generate(new SecureRandom()).getPublic()))
                .isEqualTo(algorithm);
    }

    @Test
    void namesEveryAlgorithmWhenOneIsUnknown() {
        assertThatThrownBy(() -> KeyAlgorithm.of("Ed25519"))
                .hasMessage(
                        "\"Ed25519\" is no key algorithm: expected RSA-2048, RSA-3072, RSA-4096, ECDSA-P256, ECDSA-P384");
    }
}
